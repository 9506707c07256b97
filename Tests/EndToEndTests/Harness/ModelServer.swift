import Foundation
import Synchronization
import Testing

/// A server of chat completions on this machine. It sends back whatever key it was sent, as one that must not be trusted; or it streams an
/// answer in two halves, the second of which may wait until it is let go.
final class ModelServer: Sendable {
    private let streamed: String?
    private let held: @Sendable (Int) -> Bool
    private let mayGoOn = Atomic(false)
    private let socket: Int32
    private let headers = Mutex<[String]>([])
    private let isStopped = Atomic(false)
    let port: Int

    /// The authorization header of each request.
    var authorizations: [String] { headers.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(port)/v1" }

    /// - Parameters:
    ///   - streamed: the answer, if it is to be streamed.
    ///   - held: whether the second half of the answer to a request, counted from 1, waits for `goOn`.
    init(streaming streamed: String? = nil, holding held: @escaping @Sendable (Int) -> Bool = { _ in false }) throws {
        self.streamed = streamed
        self.held = held
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        try #require(isBound)
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [weak self] in
            while true {
                let connection = accept(socket, nil, nil)
                if connection < 0 { break }
                self?.serve(connection)
                close(connection)
            }
            // Here and nowhere else: a number that is closed twice may be somebody else's by then.
            close(socket)
        }
        thread.start()
    }

    /// Lets every answer that is held go on.
    func goOn() { mayGoOn.store(true, ordering: .relaxed) }

    /// Lets nobody in any more. May be called again while this object lives.
    func stop() {
        if !isStopped.exchange(true, ordering: .relaxed) { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    private func serve(_ connection: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var text = ""
        while true {
            let count = read(connection, &buffer, buffer.count)
            if count <= 0 { return }
            bytes += buffer[..<count]
            text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let length = Int(value(of: "content-length", in: text)) ?? 0
            if text[end.upperBound...].utf8.count >= length { break }
        }
        let key = value(of: "authorization", in: text)
        let number = headers.withLock { headers in
            headers.append(key)
            return headers.count
        }
        if let streamed { return stream(streamed, holding: held(number), to: connection) }
        let answer = #"{\"reasoning\": \"\#(key)\", \"answer\": \"\", \"suggestion\": {\"style0\": \"text \#(number)\"}}"#
        let body =
            #"{"id": "1", "model": "test-1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "\#(answer)"}, "#
            + #""finish_reason": "stop"}], "usage": {"prompt_tokens": 100, "completion_tokens": 20}}"#
        let reply = Array(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(body.utf8.count)\r\nconnection: close\r\n\r\n\(body)"
                .utf8)
        _ = reply.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
    }

    private func stream(_ text: String, holding isHeld: Bool, to connection: Int32) {
        func send(_ text: String) {
            let bytes = Array(text.utf8)
            // A client that has gone away must not end the tests.
            _ = bytes.withUnsafeBytes { Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
        func piece(_ text: Substring) -> String {
            let quoted = text.replacingOccurrences(of: "\"", with: "\\\"")
            return #"data: {"model": "test-1", "choices": [{"index": 0, "delta": {"content": "\#(quoted)"}}]}"# + "\n\n"
        }
        let half = text.index(text.startIndex, offsetBy: text.count / 2)
        send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + piece(text[..<half]))
        var byte: UInt8 = 0
        while isHeld, !mayGoOn.load(ordering: .relaxed), !isStopped.load(ordering: .relaxed) {
            if recv(connection, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0 { return }
            usleep(5000)
        }
        send(piece(text[half...]))
        send(#"data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}"# + "\n\n")
        send(#"data: {"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20}}"# + "\n\ndata: [DONE]\n\n")
    }

    private func value(of header: String, in request: String) -> String {
        let line = request.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix(header + ":") } ?? ""
        return line.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)
    }
}
