import Foundation
import Trace

/// Runs a session on a thread of its own. Commands go in through one mailbox, snapshots come out through another.
package final class SessionHost: Sendable {
    /// What both threads share, under the lock of `condition`.
    private struct Shared {
        var requests: [Request] = []
        var isClosed = false
        var isFinished = false
        var snapshot: Snapshot?
        var failure: WorkflowFailure?
        var interrupter: (@Sendable () -> Void)?
        /// The model that is asked at the moment.
        var asked: (any LanguageModel)?
        var activity: ModelActivity?
        var version = 0
    }
    private let condition = NSCondition()
    // Guarded by `condition`: read and written only inside `withLock`.
    nonisolated(unsafe) private var shared = Shared()
    private let makeRuntime: @Sendable () throws(WorkflowFailure) -> any Runtime
    private let isInteractive: Bool
    private let breakpoints: Breakpoints
    private let access: ModelAccess
    private let isReadOnly: Bool
    private let drawer: GraphDrawer?
    private let onChange: @Sendable () -> Void

    /// - Parameters:
    ///   - breakpoints: those that are there from the start.
    ///   - access: how language models are reached.
    ///   - readOnly: whether commands that change the graph are refused.
    ///   - drawer: makes pictures of the graph, for 'export svg'.
    ///   - onChange: called on the session's thread when there is a new snapshot, or the session has ended.
    package init(
        interactive: Bool, breakpoints: Breakpoints = Breakpoints(), access: ModelAccess = ModelAccess(), readOnly: Bool = false,
        drawer: GraphDrawer? = nil,
        onChange: @escaping @Sendable () -> Void = {},
        makeRuntime: @escaping @Sendable () throws(WorkflowFailure) -> any Runtime
    ) {
        isInteractive = interactive
        self.breakpoints = breakpoints
        self.access = access
        isReadOnly = readOnly
        self.drawer = drawer
        self.onChange = onChange
        self.makeRuntime = makeRuntime
    }

    private func withLock<T>(_ body: (inout Shared) -> T) -> T {
        condition.lock()
        defer { condition.unlock() }
        return body(&shared)
    }

    /// Starts the thread: loads the workflow and holds it before its first line.
    package func start() {
        let thread = Thread { [self] in run() }
        thread.name = "engine"
        // Lua calls Swift, which calls Lua: two hundred deep at most, and every level has frames of both.
        thread.stackSize = 64 << 20
        thread.start()
    }

    private func run() {
        var breakpoints = breakpoints, access = access
        while true {
            do throws(WorkflowFailure) {
                access.model?.rewind()
                let runtime = try makeRuntime()
                let session = Session(
                    runtime: runtime, requests: SessionMailbox(self), interactive: isInteractive, breakpoints: breakpoints,
                    access: access)
                session.isReadOnly = isReadOnly
                session.drawer = drawer
                withLock { $0.interrupter = runtime.interrupter }
                session.serve()
                withLock { $0.interrupter = nil }
                breakpoints = session.breakpoints
                access = session.access
                guard session.wantsRestart else { break }
            } catch {
                withLock { $0.failure = error }
                break
            }
        }
        let left = withLock { shared in
            shared.isFinished = true
            defer { shared.requests = [] }
            condition.broadcast()
            return shared.requests
        }
        for request in left { request.reply(.failure(ErrorReport(code: "not-running", message: "the session has ended"))) }
        onChange()
    }

    /// Hands a command to the session.
    package func send(_ line: String, reply: @escaping @Sendable (Result<Outcome, ErrorReport>) -> Void = { _ in }) {
        let accepted = withLock { shared in
            if shared.isFinished || shared.isClosed { return false }
            shared.requests.append(Request(line, reply: reply))
            condition.broadcast()
            return true
        }
        if !accepted { reply(.failure(ErrorReport(code: "not-running", message: "the session has ended"))) }
    }

    /// Does a command and waits for what comes of it.
    ///
    /// - Parameter interrupted: asked now and then while the command runs; true interrupts the workflow.
    package func perform(_ line: String, interrupted: () -> Bool = { false }) -> Result<Outcome, ErrorReport> {
        let box = ReplyBox()
        send(line) { [condition] result in
            condition.lock()
            box.result = result
            condition.broadcast()
            condition.unlock()
        }
        condition.lock()
        defer { condition.unlock() }
        while box.result == nil {
            _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05))
            if interrupted() { stop(shared) }
        }
        return box.result ?? .failure(ErrorReport(code: "internal", message: "no reply"))
    }

    /// Cancels what a model is asked; where none is, holds a running workflow as soon as it can be.
    package func interrupt() { stop(withLock { $0 }) }

    private func stop(_ shared: Shared) {
        if let asked = shared.asked { asked.cancel() } else { shared.interrupter?() }
    }

    /// Ends the session; a running workflow is given up.
    package func close() {
        withLock { shared in
            shared.isClosed = true
            condition.broadcast()
        }
        let shared = withLock { $0 }
        shared.asked?.cancel()
        shared.interrupter?()
    }

    /// The newest snapshot; nil before the first.
    package var snapshot: Snapshot? { withLock { $0.snapshot } }
    /// The question to a model that is under way, as far as it has come. A snapshot is made less often than pieces of an answer arrive.
    package var activity: ModelActivity? { withLock { $0.activity } }
    /// Why the workflow could not be loaded.
    package var loadFailure: WorkflowFailure? { withLock { $0.failure } }
    package var isFinished: Bool { withLock { $0.isFinished } }

    /// Waits until the workflow is held or ended for the first time, or could not be loaded.
    package func waitUntilLoaded() {
        condition.lock()
        while shared.snapshot == nil && !shared.isFinished { condition.wait() }
        condition.unlock()
    }

    // MARK: For the session's thread

    func take() -> Request? {
        condition.lock()
        defer { condition.unlock() }
        while shared.requests.isEmpty && !shared.isClosed { condition.wait() }
        return shared.isClosed ? nil : shared.requests.removeFirst()
    }

    var isClosed: Bool { withLock { $0.isClosed } }

    func asks(_ model: (any LanguageModel)?, _ activity: ModelActivity?) {
        withLock { shared in
            shared.asked = model
            shared.activity = activity
        }
    }

    func publish(_ snapshot: Snapshot) {
        withLock { shared in
            shared.version += 1
            shared.snapshot = snapshot
            shared.snapshot?.version = shared.version
            condition.broadcast()
        }
        onChange()
    }
}

/// Where a reply is put; guarded by the host's lock.
private final class ReplyBox: @unchecked Sendable {
    var result: Result<Outcome, ErrorReport>?
}

/// The session's end of the mailboxes.
private final class SessionMailbox: RequestSource {
    private let host: SessionHost
    private var published = ContinuousClock.now

    init(_ host: SessionHost) { self.host = host }

    var isClosed: Bool { host.isClosed }

    func next(_ session: Session) -> Request? { host.take() }

    func asks(_ model: (any LanguageModel)?, _ activity: ModelActivity?) { host.asks(model, activity) }

    func changed(_ session: Session) {
        published = .now
        host.publish(session.snapshot())
    }

    func moved(_ session: Session) {
        // While the workflow runs, ten pictures a second show that it does.
        guard ContinuousClock.now - published > .milliseconds(100) else { return }
        changed(session)
    }
}
