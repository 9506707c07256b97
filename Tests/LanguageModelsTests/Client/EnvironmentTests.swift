import Foundation
import Testing

/// Proxies and certificates that the environment names. It belongs to a process, so another one asks.
@Suite struct EnvironmentTests {
    private struct Run: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    private func askModel(_ url: String, _ environment: [String: String]) async throws -> Run {
        let run = await onThread { () -> Result<Run, any Error> in
            Result {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
                    .appendingPathComponent("ask-model")
                process.arguments = [url]
                process.environment = environment.merging(["ASK_MODEL_KEY": testKey, "PATH": "/usr/bin:/bin"]) { own, _ in own }
                let (output, errors) = (Pipe(), Pipe())
                process.standardInput = FileHandle.nullDevice
                process.standardOutput = output
                process.standardError = errors
                try process.run()
                let text = output.fileHandleForReading.readDataToEndOfFile()
                let complaints = errors.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                return Run(
                    status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
                    errors: String(decoding: complaints, as: UTF8.self))
            }
        }
        let ended = try run.get()
        #expect(!ended.output.contains(testKey) && !ended.errors.contains(testKey))
        #expect(!ended.errors.contains("proxypassword"))
        return ended
    }

    @Test(arguments: ["http_proxy", "all_proxy", "ALL_PROXY"])
    func aProxyForHTTP(_ variable: String) async throws {
        let proxy = try TestServer([Wire.hello])
        defer { proxy.stop() }
        let run = try await askModel("http://models.invalid/v1", [variable: proxy.origin])
        #expect(run.output == "Hello.")
        #expect(run.status == 0)
        #expect(proxy.requests.map(\.target) == ["POST http://models.invalid/v1/chat/completions HTTP/1.1"])
    }

    @Test func noProxyForSomeHosts() async throws {
        let (proxy, server) = (try TestServer([Wire.hello]), try TestServer([Wire.hello]))
        defer {
            proxy.stop()
            server.stop()
        }
        let run = try await askModel(server.origin, ["http_proxy": proxy.origin, "no_proxy": "example.com,127.0.0.1"])
        #expect(run.output == "Hello.")
        #expect(proxy.requests.isEmpty)
        #expect(server.requests.count == 1)
    }

    // A server of the web may set HTTP_PROXY for a program that it runs.
    @Test func theVariableInCapitalsDoesNotCount() async throws {
        let (proxy, server) = (try TestServer([Wire.hello]), try TestServer([Wire.hello]))
        defer {
            proxy.stop()
            server.stop()
        }
        #expect(try await askModel(server.origin, ["HTTP_PROXY": proxy.origin]).output == "Hello.")
        #expect(proxy.requests.isEmpty)
    }

    @Test(arguments: ["CURL_CA_BUNDLE", "SSL_CERT_FILE"])
    func tlsThroughAProxy(_ variable: String) async throws {
        let certificates = try Certificates()
        try certificates.sign("good", for: "DNS:models.invalid")
        let server = try TLSServer(certificates, "good")
        let proxy = try TestServer([Reply(.tunnel(server.port))])
        defer { proxy.stop() }
        let address = proxy.origin.replacing("http://", with: "http://me:proxypassword@")
        let run = try await askModel("https://models.invalid/v1", ["https_proxy": address, variable: certificates.authority])
        #expect(run.output == "Hello.", "\(run.errors)")
        let connect = try #require(proxy.requests.first)
        #expect(connect.target == "CONNECT models.invalid:443 HTTP/1.1")
        #expect(connect.headers["proxy-authorization"] == "Basic " + Data("me:proxypassword".utf8).base64EncodedString())
        #expect(!"\(connect)".contains(testKey))
        withExtendedLifetime(server) {}
    }

    @Test func aProxyThatRefuses() async throws {
        let proxy = try TestServer([.body(407, "")])
        defer { proxy.stop() }
        let address = proxy.origin.replacing("http://", with: "http://me:proxypassword@")
        let run = try await askModel("https://models.invalid/v1", ["https_proxy": address])
        #expect(run.status == 1)
        #expect(run.errors.contains("unreachable: the proxy does not let a connection to https://models.invalid through (407)"))
    }
}
