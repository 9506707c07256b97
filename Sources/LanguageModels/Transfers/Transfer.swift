import CCurl
import Foundation
import Trace

/// One attempt: an HTTP request that libcurl sends, and what has come back. Used on the loop's thread only.
final class Transfer {
    /// The status line and the headers of the answer.
    private struct Head {
        var status = 0
        var location = ""
        var retryAfter: Double?
        var bytes = 0
        /// Whether the blank line that ends the headers has come. For libcurl, the end of the connection ends them too.
        var isComplete = false
    }
    /// libcurl's handle.
    let handle: UnsafeMutableRawPointer
    private let limits: ClientLimits
    private let timeouts: ModelEndpoint.Timeouts
    private let start = ContinuousClock.now
    private var lastByte: ContinuousClock.Instant?
    /// The time at which the answer was complete. The connection gets a little time to end by itself, so that it can be used again.
    private var completion: ContinuousClock.Instant?

    private var headerLines: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    private var head = Head()
    private var bodyBytes = 0
    /// The body of an answer whose status is not success.
    private var refusal: [UInt8] = []
    private(set) var reader: ResponseReader
    /// Our reason to abandon it, whatever libcurl says.
    private var failure: Failure?
    /// Takes new text of the answer.
    private let onText: (String) -> Void

    /// One that asks a server which models it has; their names are its text, a line each.
    static func listing(_ endpoint: ModelEndpoint, _ settings: ClientSettings) -> Transfer? {
        var timeouts = endpoint.timeouts
        (timeouts.firstToken, timeouts.whole) = (min(timeouts.firstToken, 10), min(timeouts.whole, 15))
        let dialect = endpoint.api.dialect
        return Transfer(
            to: ShownURL.joined(endpoint.facts.url, "/models", besides: dialect.path), headers: dialect.headers(for: endpoint), body: nil,
            dialect: ModelListDialect(), timeouts: timeouts, settings: settings
        ) { _ in }
    }

    /// - Parameter body: nil for a request that only asks for what is at the address.
    /// - Returns: nil if libcurl has no memory left, or does not know an option.
    init?(
        to address: String, headers: [String], body: [UInt8]?, dialect: any Dialect, timeouts: ModelEndpoint.Timeouts,
        settings: ClientSettings,
        onText: @escaping (String) -> Void
    ) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        self.timeouts = timeouts
        self.onText = onText
        limits = settings.limits
        reader = ResponseReader(dialect)
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let lines =
            [
                "Content-Type: application/json", "Accept: text/event-stream, application/json", "User-Agent: \(settings.userAgent)",
                "Expect:",
            ]
            + headers
        for line in lines { headerLines = curl_slist_append(headerLines, line) ?? headerLines }
        guard setUp(address, body, settings) else { return nil }
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerLines)
        errorText.deallocate()
    }

    private func setUp(_ address: String, _ body: [UInt8]?, _ settings: ClientSettings) -> Bool {
        let this = Unmanaged.passUnretained(self).toOpaque()
        var codes = [
            ccurl_set_string(handle, CURLOPT_URL, address),
            ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
            ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, headerLines),
            // Redirects are an error of ours: the key must not go elsewhere.
            ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0),
            ccurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1),
            ccurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2),
            ccurl_set_string(handle, CURLOPT_ACCEPT_ENCODING, "gzip, deflate"),
            ccurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
            ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            ccurl_keep_from_children(handle),
            // A name that is still being looked up must not hold the thread when its request is given up.
            ccurl_set_long(handle, CURLOPT_QUICK_EXIT, 1),
            ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, max(1, Int((timeouts.connect * 1000).rounded()))),
            ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText),
            ccurl_set_body_receiver(
                handle, { bytes, _, size, context in Transfer.from(context)?.receive(body: bytes, size) == true ? size : 0 }, this),
            ccurl_set_header_receiver(
                handle, { bytes, _, size, context in Transfer.from(context)?.receive(header: bytes, size) == true ? size : 0 }, this),
        ]
        if let body { codes.append(body.withUnsafeBytes { ccurl_set_body(handle, $0.baseAddress, $0.count) }) }
        if let proxy = settings.proxy { codes.append(ccurl_set_string(handle, CURLOPT_PROXY, proxy)) }
        if let file = settings.certificates { codes.append(ccurl_set_string(handle, CURLOPT_CAINFO, file)) }
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    /// The transfer that a callback is about. It lives as long as its handle.
    private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func receive(header bytes: UnsafeMutablePointer<CChar>?, _ size: Int) -> Bool {
        head.bytes += size
        guard head.bytes <= limits.headerBytes else {
            failure = .headersTooLarge(bytes: limits.headerBytes)
            return false
        }
        let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size), as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            let status = line.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
            head = Head(status: status ?? 0, bytes: head.bytes)
        } else if line.allSatisfy(\.isNewline) {
            head.isComplete = true
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
            switch line[..<colon].lowercased() {
            case "location": head.location = value
            case "retry-after": head.retryAfter = Backoff.asked(by: value, now: Date())
            default: break
            }
        }
        return true
    }

    private func receive(body bytes: UnsafeMutablePointer<CChar>?, _ size: Int) -> Bool {
        lastByte = .now
        bodyBytes += size
        let bytes = UnsafeRawBufferPointer(start: bytes, count: size)
        guard (200..<300).contains(head.status) else {
            refusal += bytes.prefix(limits.refusalBytes - refusal.count)
            // The status is known; the rest of a long page is not waited for.
            return refusal.count < limits.refusalBytes
        }
        guard bodyBytes <= limits.bodyBytes else {
            failure = .tooLarge(bytes: limits.bodyBytes)
            return false
        }
        do throws(ReadingError) {
            try reader.receive(bytes)
        } catch {
            failure = failure(from: error)
            return false
        }
        let text = reader.takeNewText()
        if !text.isEmpty { onText(text) }
        if reader.isComplete, completion == nil { completion = .now }
        return true
    }

    private func failure(from error: ReadingError) -> Failure {
        switch error {
        case .malformed(let what): .malformed(what, beginning: String(decoding: reader.beginning, as: UTF8.self))
        case .reported(let error): .reported(error)
        }
    }

    /// The time at which it is abandoned, unless more arrives, and the reason; a failure of nil means that the answer is there.
    func deadline() -> (instant: ContinuousClock.Instant, failure: Failure?) {
        if let completion { return (completion + .milliseconds(250), nil) }
        let whole = (start + .seconds(timeouts.whole), Failure.timeout(.end, seconds: timeouts.whole))
        let next =
            if let lastByte {
                (lastByte + .seconds(timeouts.stall), Failure.timeout(.nextPiece, seconds: timeouts.stall))
            } else {
                (start + .seconds(timeouts.firstToken), Failure.timeout(.firstToken, seconds: timeouts.firstToken))
            }
        return next.0 < whole.0 ? next : whole
    }

    /// Its result, after its end or after it was abandoned.
    ///
    /// - Parameter code: the result of libcurl; nil if we gave the transfer up.
    func outcome(_ code: CURLcode?) -> Result<PartialAnswer, Failure> {
        if let failure { return .failure(failure) }
        if (300..<400).contains(head.status) { return .failure(.redirect(head.status, to: head.location)) }
        if head.status >= 400 {
            return .failure(.status(head.status, body: String(decoding: refusal, as: UTF8.self), retryAfter: head.retryAfter))
        }
        if let code, code != CURLE_OK, !reader.isComplete {
            if code == CURLE_OPERATION_TIMEDOUT { return .failure(.timeout(.connection, seconds: timeouts.connect)) }
            // libcurl's own sentence on this does not tell why.
            let system = code == CURLE_COULDNT_CONNECT ? Int32(clamping: ccurl_get_long(handle, CURLINFO_OS_ERRNO)) : 0
            let detail = String(cString: system == 0 ? UnsafePointer(errorText) : UnsafePointer(strerror(system)))
            let proxyStatus = ccurl_get_long(handle, CURLINFO_HTTP_CONNECTCODE)
            return .failure(.connection(code, detail: detail, proxyStatus: proxyStatus))
        }
        guard head.isComplete else { return .failure(.brokenStream) }
        do throws(ReadingError) {
            guard try reader.finish() else { return .failure(.brokenStream) }
        } catch {
            return .failure(failure(from: error))
        }
        let text = reader.takeNewText()
        if !text.isEmpty { onText(text) }
        return judged(reader.answer)
    }

    /// Whether a whole answer is one that can be used.
    private func judged(_ answer: PartialAnswer) -> Result<PartialAnswer, Failure> {
        if answer.ending == .refused || !answer.refusal.isEmpty {
            return .failure(.refusedByModel(answer.refusal.isEmpty ? answer.text : answer.refusal))
        }
        if answer.ending == .filtered { return .failure(.filtered) }
        if case .odd(let reason)? = answer.ending, answer.text.allSatisfy(\.isWhitespace) { return .failure(.endedOddly(reason)) }
        // All of a reasoning model's tokens may have gone into its reasoning.
        if answer.hasText || answer.ending == .cut || answer.hasThoughts { return .success(answer) }
        return .failure(answer.ending == .tool ? .calledTool : .noText)
    }
}
