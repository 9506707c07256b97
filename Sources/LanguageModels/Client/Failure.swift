import CCurl
import Foundation
import Trace

/// The reason why an attempt to get an answer failed.
enum Failure: Error {
    enum Wait: Hashable { case connection, firstToken, nextPiece, end }
    /// The connection could not be made, or it broke. `detail` is libcurl's account; `proxyStatus` is what a proxy said to CONNECT, or 0.
    case connection(CURLcode, detail: String, proxyStatus: Int)
    case timeout(Wait, seconds: Double)
    /// The stream ended before the answer did.
    case brokenStream
    /// A status other than success.
    case status(Int, body: String, retryAfter: Double?)
    case redirect(Int, to: String)
    /// An error that the server reports with the status of success.
    case reported(ServerError)
    /// It is not what the protocol says; in words, after "the server's answer".
    case malformed(String, beginning: String)
    case tooLarge(bytes: Int)
    case headersTooLarge(bytes: Int)
    /// The model said this instead of an answer.
    case refusedByModel(String)
    case filtered
    case calledTool
    case noText
    /// There is no text, and the server gives an unknown reason.
    case endedOddly(String)
    /// It was not even sent; in words.
    case unsendable(String)

    /// Whether it may pass, so that sending the request again makes sense.
    var isTransient: Bool {
        switch self {
        case .connection(let code, let detail, let proxyStatus):
            if proxyStatus >= 400 { return Self.isTransient(status: proxyStatus) }
            // A server that speaks no TLS, or refuses ours, goes on doing so.
            if code == CURLE_SSL_CONNECT_ERROR, detail.contains("wrong version number") || detail.contains("alert") { return false }
            return Self.transientCodes.contains { $0 == code }
        case .timeout(let wait, _): return wait != .end
        case .brokenStream: return true
        case .status(let status, let body, _):
            return Self.isTransient(status: status) && RefusalCause(status: status, body)?.isFinal != true
        case .reported(let error): return error.status.map(Self.isTransient) ?? false && refusalCause?.isFinal != true
        default: return false
        }
    }

    private static func isTransient(status: Int) -> Bool {
        [408, 409, 429].contains(status) || (500...599).contains(status) && ![501, 505].contains(status)
    }

    private static let transientCodes = [
        CURLE_COULDNT_CONNECT, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_SSL_CONNECT_ERROR,
        CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_PROXY, CURLE_AGAIN,
    ]

    /// The delay that the server asks for, in seconds.
    var retryAfter: Double? {
        if case .status(_, _, let seconds) = self { return seconds }
        return nil
    }

    /// The HTTP status, if there was one, or the one that corresponds to a reported error.
    var status: Int? {
        switch self {
        case .status(let status, _, _), .redirect(let status, _): status
        case .reported(let error): error.status
        default: nil
        }
    }

    /// The server's words in refusing the request itself, which may name the unsupported part; nil for other failures.
    var refusal: String? {
        switch self {
        case .status(let status, let body, _) where Self.mayRefuseParts(status): body
        case .reported(let error) where error.status.map(Self.mayRefuseParts) ?? true: "\(error.code) \(error.message)"
        default: nil
        }
    }

    /// Servers in front of other servers give any status for unsupported parts.
    private static func mayRefuseParts(_ status: Int) -> Bool {
        (400...599).contains(status) && ![401, 402, 407, 408, 409, 429].contains(status)
    }

    /// Whether the server says that the fault is its own.
    var isServerFault: Bool { status.map { $0 >= 500 } ?? false }

    /// Whether the server says that the fault is in the request.
    var isRefusedRequest: Bool { status.map([400, 404, 410, 415, 422].contains) ?? false }

    /// The cause of the refusal, as far as the server's words are known.
    var refusalCause: RefusalCause? {
        switch self {
        case .status(let status, let body, _): RefusalCause(status: status, body)
        case .reported(let error): RefusalCause(status: error.status, error.code + " " + error.message)
        default: nil
        }
    }

    var kind: ModelError.Kind {
        switch self {
        case .connection(let code, _, _):
            [CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING].contains { $0 == code }
                ? .protocolViolation : code == CURLE_URL_MALFORMAT ? .refused : .unreachable
        case .timeout: .timeout
        case .brokenStream: .unreachable
        case .status(let status, let body, _): RefusalCause(status: status, body) == .length ? .tooLong : .refused
        case .reported(let error): RefusalCause(status: error.status, error.code + " " + error.message) == .length ? .tooLong : .refused
        case .malformed, .tooLarge, .headersTooLarge, .calledTool, .noText, .endedOddly: .protocolViolation
        case .redirect, .refusedByModel, .filtered, .unsendable: .refused
        }
    }
}
