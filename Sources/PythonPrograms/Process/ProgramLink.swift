import Foundation
import Trace

/// The connection to a program: a thread of its own receives everything, and the mirror takes it from here, one thing after the other. If
/// nothing is taken, the program waits, and nothing is lost.
package final class ProgramLink: Sendable {
    package enum News: Sendable {
        /// A message of the agent; the first is its `hello`.
        case message(PythonMessage)
        /// A line that did not come through the agent.
        case printed(String, OutputChannel)
        case fault(ProtocolFault)
        /// The user wants the program to pause, and there is no agent that could be told.
        case interrupted
        /// The agent has ended. Nil if it closed the connection.
        case closed(ProtocolFault?)
    }
    /// The source of the agent.
    package enum Source: Sendable {
        /// It will connect to a listening socket.
        case listening(Int32)
        case connected(Int32)
        /// It listens, and this side has connected to it.
        case reached(Int32)
    }

    private struct Shared {
        var news: [News] = []
        var first = 0
        /// About how many bytes wait.
        var bytes = 0
        /// The sockets of the agent that has been greeted, and of those to come. Only the thread closes them, and only where it holds the
        /// lock: once a descriptor is closed, its number may be another file's.
        var socket: Int32 = -1, listener: Int32 = -1
        var isClosed = false
        /// Whether a command is being written: then any amount of input is taken in, or both sides might wait for each other.
        var isSending = false
        var wantsPause = false
        /// Whether a command by hand goes on, which an interruption ends.
        var isByHand = false
        /// Whether nothing more can come of the agent.
        var isLost = false
        /// Called when that happens.
        var hearer: (@Sendable () -> Void)?
    }
    private let condition = NSCondition()
    // Guarded by `condition`: read and written only inside `withLock`.
    nonisolated(unsafe) private var shared = Shared()
    private let source: Source
    private let outputs: [Int32]
    private let token: String
    private let process: pid_t?
    private let ends: (@Sendable (Int) -> Void)?
    private let room: Int

    /// - Parameters:
    ///   - outputs: the other descriptors that the program prints to.
    ///   - process: the process that the agent is in, if it was started from here.
    ///   - ends: called with the number of another process that the program ends by a signal, before that one's connection closes.
    ///   - room: about how many bytes may wait to be taken.
    package init(
        _ source: Source, outputs: [Int32] = [], token: String, process: pid_t? = nil, ends: (@Sendable (Int) -> Void)? = nil,
        room: Int = 8 << 20
    ) {
        self.source = source
        self.outputs = outputs
        self.token = token
        self.process = process
        self.ends = ends
        self.room = room
        if case .listening(let listener) = source { shared.listener = listener }
    }

    /// A secret by which both sides know each other.
    static func newToken() -> String { (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined() }

    private func withLock<T>(_ body: (inout Shared) -> T) -> T {
        condition.lock()
        defer { condition.unlock() }
        return body(&shared)
    }

    package func start() {
        let thread = Thread { [self] in run() }
        thread.name = "program"
        thread.start()
    }

    // MARK: For the reader of its messages

    /// The next thing that came; waits for it.
    ///
    /// - Parameter seconds: the longest that is waited; nil is for ever.
    package func next(within seconds: Double? = nil) -> News? {
        condition.lock()
        defer { condition.unlock() }
        let deadline = seconds.map { Date(timeIntervalSinceNow: $0) }
        while shared.first == shared.news.count {
            if let deadline { if !condition.wait(until: deadline) { return nil } } else { condition.wait() }
        }
        let next = shared.news[shared.first]
        shared.first += 1
        if shared.first == shared.news.count {
            shared.news.removeAll(keepingCapacity: true)
            (shared.first, shared.bytes) = (0, 0)
            condition.broadcast()
        }
        return next
    }

    /// Sends a line. If that fails, the connection is lost, which is reported as news. May be called from any thread.
    package func send(_ line: String) {
        let socket = withLock { shared in
            // Two lines at a time would become one.
            while shared.isSending { condition.wait() }
            shared.isSending = true
            condition.broadcast()
            return shared.isClosed ? -1 : shared.socket
        }
        if socket >= 0 { write(Array((line + "\n").utf8), to: socket) }
        withLock { shared in
            shared.isSending = false
            condition.broadcast()
        }
    }

    private func write(_ bytes: [UInt8], to socket: Int32) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            done += count
        }
    }

    /// Makes the program pause before its next line. May be called from any thread, any number of times.
    package func interrupt() {
        let command = withLock { shared -> String? in
            if shared.wantsPause { return nil }
            shared.wantsPause = true
            guard shared.socket >= 0, !shared.isClosed else { return "" }
            return shared.isByHand ? "{\"do\":\"interrupt\"}" : "{\"do\":\"pause\",\"i\":\(Self.pause)}"
        }
        guard let command else { return }
        if command.isEmpty { push(.interrupted, 0) } else { send(command) }
    }

    /// Asks where the program is, while it goes on.
    func locate() { send("{\"do\":\"where\",\"i\":\(Self.pause)}") }

    /// The number of the commands whose reply tells where the program is until it comes to a line.
    static let pause = 0

    /// Ends a program that was started from here, with all that it started; one that was attached to goes on without a debugger. May be
    /// called from any thread.
    package func giveUp() {
        if let process { _ = kill(-process, SIGKILL) } else { disconnect() }
    }

    /// Notes that a command by hand begins or ends.
    package func isByHand(_ begins: Bool) {
        withLock { shared in
            shared.isByHand = begins
            shared.wantsPause = false
        }
    }

    /// Puts something back, to be taken next.
    package func pushBack(_ news: News) { withLock { $0.news.insert(news, at: $0.first) } }

    /// Notes that the program is paused, so that the next interruption is another one.
    package func wasHeld() { withLock { $0.wantsPause = false } }

    /// Whether the program has ended, or the connection is lost, which a program that is held cannot tell.
    package var isLost: Bool { withLock { $0.isLost } }

    /// Calls a function when that happens, on the link's thread.
    package func whenLost(_ hear: @escaping @Sendable () -> Void) {
        if withLock({ shared in
            shared.hearer = hear
            return shared.isLost
        }) {
            hear()
        }
    }

    private func lost() {
        let hearer = withLock { shared -> (@Sendable () -> Void)? in
            defer { shared.isLost = true }
            return shared.isLost ? nil : shared.hearer
        }
        hearer?()
    }

    /// Whether the process is over. It is left for its owner to collect.
    private var hasEnded: Bool {
        guard let process else { return false }
        var info = siginfo_t()
        return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
    }

    /// Closes the connection. The program goes on without it.
    package func close() {
        withLock { shared in
            shared.isClosed = true
            condition.broadcast()
            if shared.socket >= 0 { shutdown(shared.socket, Int32(SHUT_RDWR)) }
            if shared.listener >= 0 { shutdown(shared.listener, Int32(SHUT_RDWR)) }
        }
    }

    private func disconnect() { withLock { if $0.socket >= 0 { shutdown($0.socket, Int32(SHUT_RDWR)) } } }

    // MARK: The thread

    private func push(_ news: News, _ bytes: Int) {
        condition.lock()
        defer { condition.unlock() }
        while shared.bytes > room, !shared.isSending, !shared.isClosed { condition.wait() }
        shared.news.append(news)
        shared.bytes += bytes
        condition.broadcast()
    }

    /// Closes a socket, after the command that is being written to it.
    private func release(_ socket: Int32) {
        shutdown(socket, Int32(SHUT_RDWR))
        withLock { shared in
            if shared.socket == socket {
                while shared.isSending { condition.wait() }
                shared.socket = -1
            }
            if shared.listener == socket { shared.listener = -1 }
            Glibc.close(socket)
        }
    }

    private func run() {
        var streams = zip(outputs, [OutputChannel.out, .errors]).map {
            Stream(descriptor: $0, reader: LineReader(limit: 1 << 20), output: $1)
        }
        var agent: Stream?
        var listener: Int32 = -1
        switch source {
        case .listening(let descriptor): listener = descriptor
        case .connected(let descriptor): agent = Stream(descriptor: descriptor, reader: LineReader())
        case .reached(let descriptor):
            agent = Stream(descriptor: descriptor, reader: LineReader())
            write(Array((hello.line + "\n").utf8), to: descriptor)
        }
        var greeting = Greeting()
        defer {
            streams.forEach { Glibc.close($0.descriptor) }
            if let agent { release(agent.descriptor) }
            if listener >= 0 { release(listener) }
        }
        while !withLock({ $0.isClosed }) {
            // Until an agent has shown that it knows the token, the next waits its turn.
            let accepts = listener >= 0 && (agent == nil || greeting.isGreeted)
            let waiting = [agent?.descriptor, accepts ? listener : nil].compactMap { $0 } + streams.map(\.descriptor)
            if waiting.isEmpty { break }
            let readable = Self.ready(waiting)
            // A process that it started may keep the connection open.
            if readable.isEmpty, greeting.wasGreeted, hasEnded { lost() }
            for ready in readable {
                if ready == listener {
                    let descriptor = accept(listener, nil, nil)
                    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                    if greeting.isFollowed {
                        Self.refuse(descriptor)
                    } else if descriptor >= 0 {
                        // The agent so far was in a launcher, which continues on its own.
                        if let launcher = agent { release(launcher.descriptor) }
                        greeting.isGreeted = false
                        agent = Stream(descriptor: descriptor, reader: LineReader())
                    }
                } else if ready == agent?.descriptor {
                    take(&agent, &greeting)
                    if agent == nil, !greeting.isGreeted, listener < 0 { push(.closed(nil), 0) }
                } else if let index = streams.firstIndex(where: { $0.descriptor == ready }) {
                    if !drain(&streams[index]) { Glibc.close(streams.remove(at: index).descriptor) }
                }
            }
        }
    }

    /// The state of the connection to the agent.
    private struct Greeting {
        /// Whether the agent that is connected has shown that it knows the token, and whether one ever has.
        var isGreeted = false, wasGreeted = false
        /// Whether its process is the program: it has imported a library that is watched, or it ends by itself. Others may be launchers.
        var isFollowed = false
    }

    private struct Stream {
        var descriptor: Int32
        var reader: LineReader
        /// The output channel, for a stream of the program.
        var output = OutputChannel.out
    }

    /// The descriptors, of some, from which something can be read.
    private static func ready(_ descriptors: [Int32]) -> [Int32] {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // Now and then it is asked whether the link was closed.
        guard poll(&polled, nfds_t(polled.count), 100) > 0 else { return [] }
        return polled.filter { $0.revents != 0 }.map(\.fd)
    }

    /// Reads what the agent sent.
    private func take(_ agent: inout Stream?, _ greeting: inout Greeting) {
        guard let descriptor = agent?.descriptor else { return }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        var lines: [[UInt8]] = [], fault: ProtocolFault?
        if count > 0 {
            do throws(ProtocolFault) { try agent?.reader.take(buffer[..<count]) { lines.append($0) } } catch { fault = error }
        }
        for line in lines where fault == nil {
            do throws(ProtocolFault) {
                let message = try PythonMessage(line: line)
                if !greeting.isGreeted {
                    try greet(message, descriptor)
                    (greeting.isGreeted, greeting.wasGreeted) = (true, true)
                    greeting.isFollowed = listens == false
                }
                if message.kind == "library" || message.kind == "end" { greeting.isFollowed = true }
                // The other one may be over before this program's events are taken.
                if message.kind == "kill", let other = message.optionalInt("pid") { ends?(other) }
                push(.message(message), line.count)
            } catch {
                if greeting.isGreeted { push(.fault(error), line.count) } else { fault = error }
            }
        }
        guard count <= 0 || fault != nil else { return }
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        release(descriptor)
        agent = nil
        // A stranger that does not know the token is not the program, which may still come.
        if greeting.isGreeted, !greeting.isFollowed, fault == nil {
            // It replaced itself by another program, or it is over, which its process tells.
            greeting.isGreeted = false
            return
        }
        if greeting.isGreeted || fault.map({ if case .version(_?) = $0 { true } else { false } }) == true {
            push(.closed(fault), 0)
            lost()
        }
    }

    /// Tells another process of the program at once that it goes on alone.
    private static func refuse(_ descriptor: Int32) {
        guard descriptor >= 0 else { return }
        let line: JSON = ["do": "refuse", "text": "another process of this program is followed already"]
        let bytes = Array((line.line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)) }
        shutdown(descriptor, Int32(SHUT_WR))
        Glibc.close(descriptor)
    }

    /// Whether agents connect to here.
    private var listens: Bool { if case .listening = source { true } else { false } }

    private func greet(_ message: PythonMessage, _ descriptor: Int32) throws(ProtocolFault) {
        guard message.kind == "hello", message.optionalInt("v") != nil else { throw .version(nil) }
        guard message.optionalString("token") == token else { throw .token }
        guard message.optionalInt("v") == AgentProtocol.version else { throw .version(message.optionalInt("v")) }
        withLock { $0.socket = descriptor }
        // The side that has connected has shown its token first.
        if case .reached = source { return }
        send(hello.line)
    }

    /// The first line of this side.
    private var hello: JSON { ["do": "hello", "v": .int(AgentProtocol.version), "token": .string(token)] }

    /// Reads what the program printed past the agent.
    private func drain(_ stream: inout Stream) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(stream.descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { return true }
        var lines: [[UInt8]] = []
        do throws(ProtocolFault) {
            // Text without a newline at the end is a line too.
            try stream.reader.take(count > 0 ? buffer[..<count] : [0x0A]) { lines.append($0) }
        } catch {
            stream.reader = LineReader(limit: 1 << 20)
        }
        for line in lines { push(.printed(String(decoding: line, as: UTF8.self), stream.output), line.count) }
        return count > 0
    }
}
