import Foundation
import Trace

/// Runs a session on a thread of its own. Commands go in through one mailbox, snapshots come out through another.
package final class SessionHost: Sendable {
    /// The state that both threads share, under the lock of `condition`.
    private struct Shared {
        var requests: [SessionRequest] = []
        var isClosed = false
        var isFinished = false
        var snapshot: Snapshot?
        var failure: WorkflowFailure?
        var interrupter: (@Sendable () -> Void)?
        var glance: (@Sendable () -> Void)?
        var giveUp: (@Sendable () -> Void)?
        /// Whether the workflow is to be paused, instead of only being looked at.
        var isInterrupting = false
        /// The model that is being asked.
        var asked: (any LanguageModel)?
        var activity: ModelActivity?
        var version = 0
        /// Whether an interrupted command was given up, because its thread did not hear of it.
        var isUnresponsive = false
        var run = 0
    }
    private let condition = NSCondition()
    // Guarded by `condition`: read and written only inside `withLock`.
    nonisolated(unsafe) private var shared = Shared()
    private let makeRuntime: @Sendable () throws(WorkflowFailure) -> any Runtime
    /// A session that is opened instead, and how its workflow is run.
    private let opened: (branches: Branches, maker: RuntimeMaker)?
    private let options: SessionOptions

    package init(_ options: SessionOptions, makeRuntime: @escaping @Sendable () throws(WorkflowFailure) -> any Runtime) {
        opened = nil
        self.options = options
        self.makeRuntime = makeRuntime
    }

    /// A session that was saved.
    ///
    /// - Parameter maker: runs its workflow again.
    package init(_ options: SessionOptions, opening branches: Branches, maker: @escaping RuntimeMaker) {
        opened = (branches, maker)
        self.options = options
        makeRuntime = { () throws(WorkflowFailure) in SavedRuntime(branches.now, maker: maker) }
    }

    private func withLock<T>(_ body: (inout Shared) -> T) -> T {
        condition.lock()
        defer { condition.unlock() }
        return body(&shared)
    }

    /// Starts the thread: loads the workflow and pauses it before its first line.
    package func start() {
        let thread = Thread { [self] in run() }
        thread.name = "engine"
        // Lua calls Swift, which calls Lua: two hundred deep at most, and every level has frames of both.
        thread.stackSize = 64 << 20
        thread.start()
    }

    private func run() {
        let keeper = options.makeKeeper()
        var next = NextRun(
            rerun: nil, branches: opened?.branches ?? Branches(), options: options, maker: opened?.maker, keeper: keeper)
        while true {
            do throws(WorkflowFailure) {
                if options.rewindsModel { options.access.model?.rewind() }
                let session = try makeSession(&next)
                withLock { shared in
                    (shared.interrupter, shared.glance) = (session.runtime.interrupter, session.runtime.glance)
                    shared.giveUp = session.runtime.giveUp
                    shared.isInterrupting = false
                }
                session.runtime.whenLost { [weak self] in self?.noteLoss() }
                session.serve()
                session.saving.finish(session)
                withLock { ($0.interrupter, $0.glance, $0.giveUp) = (nil, nil, nil) }
                next.branches = session.allBranches
                next.options.breakpoints = session.stepper.breakpoints
                next.options.access = session.asking.access
                next.rerun = session.rerun
                guard session.rerun != nil else { break }
            } catch {
                if next.recover(from: error) { continue }
                withLock { $0.failure = error }
                break
            }
        }
        keeper?.close()
        let left = withLock { shared in
            shared.isFinished = true
            defer { shared.requests = [] }
            condition.broadcast()
            return shared.requests
        }
        for request in left { request.reply(.failure(ErrorReport(code: "not-running", message: "the session has ended"))) }
        options.onChange()
    }

    /// The handover between the thread's sessions.
    private struct NextRun {
        var rerun: Rerun?
        var branches: Branches
        /// With the breakpoints and the choice of models.
        var options: SessionOptions
        var maker: RuntimeMaker?
        var keeper: (any SessionKeeper)?

        /// Goes back to the branch that a replay was to repeat, when its workflow cannot be run again.
        mutating func recover(from failure: WorkflowFailure) -> Bool {
            guard case .replay(let place, _, _, let asking, let then) = rerun else { return false }
            for request in [asking, then] { request?.reply(.failure(failure.errorReport)) }
            rerun = .look(place: place, asking: nil)
            return true
        }
    }

    private func makeSession(_ next: inout NextRun) throws(WorkflowFailure) -> Session {
        let runtime: any Runtime
        var replay: Replay?
        var pending: SessionRequest?
        switch (next.rerun, next.maker) {
        case (.look(let place, let asking), let maker):
            next.branches.go(to: place)
            pending = asking
            runtime = SavedRuntime(next.branches.now, maker: maker)
        case (.replay(let place, let end, let forks, let asking, let then), let maker?):
            next.branches.go(to: place)
            let original = next.branches.now
            guard let surroundings = original.surroundings else {
                throw WorkflowFailure(kind: .unreadable, message: "\(original.name) was never run: there is nothing to repeat")
            }
            runtime = try maker(surroundings, true)
            replay = Replay(of: original, at: place, to: end, forks: forks, asking: asking, then: then)
        case (.restart, let maker):
            if next.branches.now.events > 0 { next.branches.fork(from: next.branches.current, at: 0) }
            if opened != nil, let maker, let saved = opened?.branches.all.first?.surroundings {
                runtime = try maker(saved, false)
            } else {
                runtime = try makeRuntime()
            }
        default: runtime = try makeRuntime()
        }
        next.maker = runtime.repeating?.maker
        withLock { $0.run += 1 }
        return Session(
            runtime: runtime, requests: SessionMailbox(self), options: next.options, keeper: next.keeper, branches: next.branches,
            replay: replay, pending: pending)
    }

    /// Sends a command line to the session.
    package func send(_ line: String, reply: @escaping @Sendable (Result<Outcome, ErrorReport>) -> Void = { _ in }) {
        send(.line(line)) { reply($0.result) }
    }

    /// Sends a command to the session.
    ///
    /// - Parameter number: the reply has the same.
    package func send(_ order: SessionRequest.Order, number: Int = 0, reply: @escaping @Sendable (Reply) -> Void) {
        let request = SessionRequest(order, number: number, deliver: reply)
        let accepted = withLock { shared in
            if shared.isFinished || shared.isClosed { return false }
            shared.requests.append(request)
            condition.broadcast()
            return true
        }
        if !accepted { request.reply(.failure(ErrorReport(code: "not-running", message: "the session has ended"))) }
    }

    /// Has the session look whether its program is lost.
    private func noteLoss() {
        withLock { shared in
            shared.requests.append(.loss)
            condition.broadcast()
        }
    }

    /// Executes a command and waits for its result.
    ///
    /// - Parameter interrupted: asked now and then while the command runs; true interrupts the workflow.
    package func perform(_ line: String, interrupted: () -> Bool = { false }) -> Result<Outcome, ErrorReport> {
        perform(.line(line), interrupted: interrupted).result
    }

    /// Does a command and waits for its reply.
    ///
    /// - Parameters:
    ///   - number: the reply has the same.
    ///   - interrupted: asked now and then while the command runs; true interrupts the workflow.
    package func perform(_ order: SessionRequest.Order, number: Int = 0, interrupted: () -> Bool = { false }) -> Reply {
        let box = ReplyBox()
        send(order, number: number) { [condition] reply in
            condition.lock()
            box.reply = reply
            condition.broadcast()
            condition.unlock()
        }
        condition.lock()
        defer { condition.unlock() }
        var deadline: Date?
        while box.reply == nil {
            _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05))
            guard interrupted() else { continue }
            shared.isInterrupting = shared.isInterrupting || shared.asked == nil
            stop(shared)
            let last = deadline ?? Date(timeIntervalSinceNow: Self.patience)
            deadline = last
            // Nearly everything responds to an interruption at once; anything else is abandoned.
            guard Date() < last || box.reply != nil else {
                shared.isUnresponsive = true
                let report = ErrorReport(
                    code: "not-responding", message: "the workflow does not respond: it does something that cannot be interrupted")
                return Reply(number: number, line: "", result: .failure(report))
            }
        }
        return box.reply ?? Reply(number: number, line: "", result: .failure(ErrorReport(code: "internal", message: "no reply")))
    }

    /// The time that an interrupted command may go on, in seconds: whoever interrupts waits at most a second.
    private static let patience = 0.8

    /// Cancels the request to a model; without one, pauses a running workflow as soon as possible.
    package func interrupt() {
        stop(
            withLock { shared in
                shared.isInterrupting = shared.isInterrupting || shared.asked == nil
                return shared
            })
    }

    private func stop(_ shared: Shared) {
        if let asked = shared.asked { asked.cancel() } else { shared.interrupter?() }
    }

    /// Ends a program that does not come to a line, or lets it go on alone. Everything so far stays in the session.
    package func giveUp() { withLock { $0.giveUp }?() }

    /// Has a new snapshot made of a workflow that runs without events, where the runtime can be looked at in passing.
    package func glance() {
        let glance = withLock { shared in
            shared.asked == nil ? shared.glance : nil
        }
        glance?()
    }

    func takesGlance() -> Bool {
        withLock { shared in
            defer { shared.isInterrupting = false }
            // An interruption that was not requested is a glance, even a late one: a second glance during the first, or one from before a pause.
            return shared.glance != nil && !shared.isInterrupting
        }
    }

    /// Ends the session; a running workflow is abandoned.
    package func close() {
        withLock { shared in
            shared.isClosed = true
            condition.broadcast()
        }
        let shared = withLock { $0 }
        shared.asked?.cancel()
        shared.interrupter?()
    }

    /// Ends the session and waits up to one second for its thread to clean up. A thread that does not respond is abandoned.
    package func end() {
        close()
        let deadline = Date(timeIntervalSinceNow: 1)
        condition.lock()
        while !shared.isFinished, !shared.isUnresponsive, condition.wait(until: deadline) {}
        condition.unlock()
    }

    /// The newest snapshot; nil before the first.
    package var snapshot: Snapshot? { withLock { $0.snapshot } }
    /// The question to a model that is under way, as far as it has come. A snapshot is made less often than pieces of an answer arrive.
    package var activity: ModelActivity? { withLock { $0.activity } }
    /// The reason why the workflow could not be loaded.
    package var loadFailure: WorkflowFailure? { withLock { $0.failure } }
    package var isFinished: Bool { withLock { $0.isFinished } }

    /// Waits until the workflow is paused or ended for the first time, or could not be loaded.
    ///
    /// - Parameters:
    ///   - shows: whether it is enough that there is something to show, while the workflow is still on its way there.
    ///   - isOver: asked now and then; true ends the wait: to compile a large text can take long.
    /// - Returns: whether it was waited for to the end.
    @discardableResult package func waitUntilLoaded(orShown shows: Bool = false, isOver: () -> Bool = { false }) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while shared.snapshot.map({ !shows && $0.isStarting }) ?? true, !shared.isFinished {
            guard !isOver() else {
                // A workflow that is still being compiled cannot be interrupted.
                shared.isUnresponsive = shared.interrupter == nil
                return false
            }
            _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05))
        }
        return true
    }

    // MARK: For the session's thread

    func take() -> SessionRequest? {
        condition.lock()
        defer { condition.unlock() }
        while shared.requests.isEmpty && !shared.isClosed { condition.wait() }
        return shared.isClosed ? nil : shared.requests.removeFirst()
    }

    /// Whether there are no requests to the session.
    var isIdle: Bool { withLock { $0.requests.isEmpty && !$0.isClosed } }

    var isClosed: Bool { withLock { $0.isClosed } }

    func asks(_ model: (any LanguageModel)?, _ activity: ModelActivity?) {
        withLock { shared in
            shared.asked = model
            shared.activity = activity
        }
    }

    func publish(_ session: Session) {
        let (run, version) = withLock { ($0.run, $0.version + 1) }
        let snapshot = session.snapshot(run: run, version: version)
        withLock { shared in
            (shared.snapshot, shared.version) = (snapshot, version)
            condition.broadcast()
        }
        options.onChange()
    }
}

/// The place of a reply; guarded by the host's lock.
private final class ReplyBox: @unchecked Sendable {
    var reply: Reply?
}

/// The session's end of the mailboxes.
private final class SessionMailbox: RequestSource {
    private let host: SessionHost
    private var published = ContinuousClock.now

    init(_ host: SessionHost) { self.host = host }

    var isClosed: Bool { host.isClosed }

    func next(_ session: Session) -> SessionRequest? {
        if session.seeksProblems {
            while session.seeksProblems, host.isIdle { session.seekProblems() }
            // Requests in the meantime make their own picture.
            if !session.seeksProblems { host.publish(session) }
        }
        return host.take()
    }

    func asks(_ model: (any LanguageModel)?, _ activity: ModelActivity?) { host.asks(model, activity) }

    func changed(_ session: Session) {
        published = .now
        // A snapshot is saved before it is shown.
        session.saving.keep(session)
        host.publish(session)
    }

    func takesGlance() -> Bool { host.takesGlance() }

    func savesSoon() {
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(30)) { [weak host] in host?.glance() }
    }

    func moved(_ session: Session) {
        // While the workflow runs, ten pictures a second show that it does.
        guard ContinuousClock.now - published > .milliseconds(100) else { return }
        changed(session)
    }
}
