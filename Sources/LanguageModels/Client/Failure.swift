import CCurl
import Foundation
import Trace

/// Why an attempt to get an answer failed.
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
        case .status(let status, let body, _): return Self.isTransient(status: status) && !ServerMessage.isFinal(body)
        case .reported(let error): return error.status.map(Self.isTransient) ?? false && !ServerMessage.isFinal(error.code + error.message)
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

    /// What the server asks to wait, in seconds.
    var retryAfter: Double? {
        if case .status(_, _, let seconds) = self { return seconds }
        return nil
    }

    /// The HTTP status, where there was one, or the one that a reported error stands for.
    var status: Int? {
        switch self {
        case .status(let status, _, _), .redirect(let status, _): status
        case .reported(let error): error.status
        default: nil
        }
    }

    /// What the server said in refusing the request itself, which may name what it does not take; nil for other failures.
    var refusal: String? {
        switch self {
        case .status(let status, let body, _) where [400, 404, 422].contains(status): body
        case .reported(let error) where error.status.map([400, 404, 422].contains) ?? true: "\(error.code) \(error.message)"
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
        case .status(let status, let body, _): status == 413 || ServerMessage.speaksOfLength(body) ? .tooLong : .refused
        case .reported(let error): error.status == 413 || ServerMessage.speaksOfLength(error.code + error.message) ? .tooLong : .refused
        case .malformed, .tooLarge, .headersTooLarge, .calledTool, .noText: .protocolViolation
        case .redirect, .refusedByModel, .filtered, .unsendable: .refused
        }
    }
}

/// What the texts of servers speak of.
enum ServerMessage {
    /// Whether the request does not fit the model's context.
    static func speaksOfLength(_ message: String) -> Bool {
        speaks(
            message, "context length", "context_length", "context window", "context size", "context_size", "maximum context",
            "prompt is too long", "prompt too long", "input is too long", "too many tokens", "reduce the length",
            "maximum prompt length", "request_too_large", "string_above_max_length")
    }

    /// Whether nothing is left to be spent, so that trying again does not help.
    static func speaksOfQuota(_ message: String) -> Bool {
        speaks(message, "insufficient_quota", "insufficient credits", "billing_hard_limit", "credit balance is too low")
    }

    /// Whether it stays so, whatever the status says.
    static func isFinal(_ message: String) -> Bool { speaksOfLength(message) || speaksOfQuota(message) }

    private static func speaks(_ message: String, _ phrases: String...) -> Bool {
        let message = message.lowercased()
        return phrases.contains { message.contains($0) }
    }

    /// The sentence in the body of a failure: the message of an error object, a page's title, or the text itself.
    static func sentence(in body: String) -> String {
        guard let document = JSON(reading: body.utf8) else {
            guard let start = body.range(of: "<title>", options: .caseInsensitive),
                let end = body.range(of: "</title>", options: .caseInsensitive, range: start.upperBound..<body.endIndex)
            else { return body }
            return String(body[start.upperBound..<end.lowerBound])
        }
        if let error = ServerError(document) { return error.message }
        return document["message"]?.text ?? document["detail"]?.text ?? document["detail"]?.items?.first?["msg"]?.text ?? body
    }
}
