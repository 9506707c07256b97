import Foundation

/// The settings for all endpoints of a client.
package struct ClientSettings: Sendable {
    /// The program's name and version, for servers.
    package var userAgent: String
    package var backoff = Backoff()
    package var limits = ClientLimits()
    /// A proxy's address in place of what `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say; empty for none.
    package var proxy: String?
    /// A file with the certificates of the authorities to be trusted, in place of the system's.
    package var certificates: String?

    /// - Parameter environment: `CURL_CA_BUNDLE` and `SSL_CERT_FILE` name the certificates, as for the program curl.
    package init(version: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
        userAgent = "tracescope/\(version)"
        certificates = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].compactMap { environment[$0] }.first { !$0.isEmpty }
    }
}

/// Limits of a server's answer.
package struct ClientLimits: Sendable {
    package var bodyBytes = 16 << 20
    package var headerBytes = 256 << 10
    /// Of a body that comes with a status other than success.
    package var refusalBytes = 64 << 10

    package init() {}
}
