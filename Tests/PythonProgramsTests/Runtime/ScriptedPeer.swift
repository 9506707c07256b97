import Foundation
import Testing
import Trace

@testable import Debugging
@testable import PythonPrograms

/// An agent that says what a test tells it to, at a socket. Unchecked, because all that changes in it is guarded by a lock.
final class ScriptedPeer: @unchecked Sendable {
    /// Its answer to a command, by the command's name and number.
    typealias Script = @Sendable (_ command: String, _ number: Int?) -> [String]
    static let token = "secret"
    let path: String
    private let folder: TemporaryFolder
    private let listener: Int32
    private let script: Script
    private let hello: String
    private let chunk: Int
    private let lock = NSLock()
    // Guarded by `lock`.
    private var received: [String] = []
    private var connected: Int32 = -1

    /// - Parameters:
    ///   - chunk: how many bytes it sends at a time.
    ///   - script: what it answers; a line `close` closes the connection.
    init(hello: String? = nil, chunk: Int = .max, _ script: @escaping Script) throws {
        folder = try TemporaryFolder(in: NSTemporaryDirectory())
        path = folder.path + "/socket"
        listener = try LocalSocket.listen(at: path)
        self.script = script
        self.chunk = chunk
        self.hello = hello ?? #"{"e":"hello","v":1,"token":"secret","pid":1,"cwd":"/p","argv":[],"lines":"sys.monitoring"}"#
        let thread = Thread { [self] in serve() }
        thread.start()
    }

    deinit { close(listener) }

    /// The commands that came, without their numbers.
    var commands: [String] { lock.withLock { received } }

    /// Closes the connection by itself.
    func hangUp() { lock.withLock { if connected >= 0 { shutdown(connected, Int32(SHUT_RDWR)) } } }

    private func serve() {
        let socket = Int32(uninterrupted { Int(accept(listener, nil, nil)) })
        guard socket >= 0 else { return }
        lock.withLock { connected = socket }
        defer {
            lock.withLock {
                connected = -1
                // Its number may be another test's file from now on.
                close(socket)
            }
        }
        guard say([hello], to: socket) else { return }
        var reader = LineReader(), buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = uninterrupted { recv(socket, &buffer, buffer.count, 0) }
            guard count > 0 else { return }
            var lines: [[UInt8]] = []
            try? reader.take(buffer[..<count]) { lines.append($0) }
            for line in lines {
                guard let command = try? WireValue(json: line), let name = command["do"]?.string else { continue }
                let text = String(decoding: line, as: UTF8.self).replacing(/"i":[0-9]+,?/, with: "")
                lock.withLock { received.append(text) }
                guard say(script(name, command["i"]?.int), to: socket) else { return }
            }
        }
    }

    /// Other tests send signals to this process.
    private func uninterrupted(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    private func say(_ lines: [String], to socket: Int32) -> Bool {
        for line in lines {
            if line == "close" { return false }
            let bytes = line.hasSuffix("…") ? Array(line.dropLast().utf8) : Array((line + "\n").utf8)
            for start in stride(from: 0, to: bytes.count, by: min(chunk, bytes.count)) {
                let piece = bytes[start..<min(bytes.count, start + min(chunk, bytes.count))]
                _ = piece.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            }
        }
        return true
    }

    /// A session on it.
    func session(interactive: Bool = false) -> SessionHost {
        let path = path
        let host = SessionHost(SessionOptions(interactive: interactive)) { () throws(WorkflowFailure) in
            let launch = PythonLaunch(.attach(address: path, token: Self.token), name: "agent.py", environment: [:])
            return try PythonRuntime(launch, limits: GraphLimits())
        }
        host.start()
        return host
    }
}
