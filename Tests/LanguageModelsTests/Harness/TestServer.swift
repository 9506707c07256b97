import Foundation

/// An HTTP server on loopback that answers, or misbehaves, as it is told. The nth request is answered by the nth reply, further ones by the
/// last.
final class TestServer: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        var target: String
        /// Names in small letters.
        var headers: [String: String]
        var body: String

        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:] }
    }
    private struct State {
        var requests: [Request] = []
        var connections: [Socket] = []
        var connectionCount = 0
        var isStopped = false
        var waiters: [(count: Int, semaphore: DispatchSemaphore)] = []
    }
    let port: Int
    private let listener: Socket
    private let replies: [Reply]
    private let lock = NSLock()
    // Guarded by `lock`: read and written only inside `withLock`.
    nonisolated(unsafe) private var state = State()

    init(_ replies: [Reply]) throws {
        (listener, port) = try Socket.listening()
        self.replies = replies
        let thread = Thread { [self] in
            while let connection = listener.accepted() {
                let isStopped = withLock { state in
                    if !state.isStopped { state.connections.append(connection) }
                    state.connectionCount += 1
                    return state.isStopped
                }
                if isStopped { break }
                Thread { self.serve(connection) }.start()
            }
        }
        thread.start()
    }

    private func withLock<T>(_ body: (inout State) -> T) -> T {
        lock.lock()
        defer { lock.unlock() }
        return body(&state)
    }

    var origin: String { "http://127.0.0.1:\(port)" }

    /// The lines so far.
    var requests: [Request] { withLock { $0.requests } }

    /// The number of connections.
    var connectionCount: Int { withLock { $0.connectionCount } }

    /// Waits until so many requests have come. False if they do not.
    func wait(for count: Int) -> Bool {
        let semaphore = DispatchSemaphore(value: 0)
        withLock { state in
            if state.requests.count >= count {
                semaphore.signal()
            } else {
                state.waiters.append((count, semaphore))
            }
        }
        return semaphore.wait(timeout: .now() + 20) == .success
    }

    /// Ends all connections. The threads end by that.
    func stop() {
        let connections = withLock { state in
            state.isStopped = true
            defer { state.connections = [] }
            return state.connections
        }
        listener.shutDown()
        for connection in connections { connection.shutDown() }
    }

    private func serve(_ connection: Socket) {
        defer { withLock { $0.connections.removeAll { $0 === connection } } }
        var rest: [UInt8] = []
        while let request = read(from: connection, &rest) {
            let reply = withLock { state in
                state.requests.append(request)
                for waiter in state.waiters where waiter.count <= state.requests.count { waiter.semaphore.signal() }
                return replies[min(state.requests.count, replies.count) - 1]
            }
            guard reply.perform(on: connection, for: request) else { break }
        }
    }

    private func read(from connection: Socket, _ rest: inout [UInt8]) -> Request? {
        var end: Range<Int>?
        while true {
            end = rest.firstRange(of: Array("\r\n\r\n".utf8))
            if end != nil { break }
            guard let bytes = connection.receive() else { return nil }
            rest += bytes
        }
        guard let end else { return nil }
        let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var request = Request(target: lines[0], headers: [:], body: "")
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            request.headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        rest.removeFirst(end.upperBound)
        let length = Int(request.headers["content-length"] ?? "") ?? 0
        while rest.count < length {
            guard let bytes = connection.receive() else { return nil }
            rest += bytes
        }
        request.body = String(decoding: rest.prefix(length), as: UTF8.self)
        rest.removeFirst(length)
        return request
    }
}
