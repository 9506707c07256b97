import Trace

/// A debugging session: a workflow on its runtime, held and let go by commands, with the log of all that happened.
///
/// It lives on the engine's thread. Requests come in through a source that blocks; the workflow runs inside `serve`, and while it is held
/// a loop of requests runs inside the runtime's call to its pilot.
package final class Session {
    /// How far the workflow is let go.
    package enum Going: Sendable, Equatable {
        /// To the next breakpoint, or the next event of a kind.
        case on(until: EventKind?)
        /// To the next line in this call or an outer one.
        case over(depth: Int)
        /// To the next line anywhere.
        case into
        /// Out of this call.
        case out(depth: Int)
        /// To a line; `instead` is the one that was asked for, if that has no code.
        case to(Site, instead: Int?)
        /// Nowhere: the workflow is given up.
        case abandon
    }
    package enum Phase: String, Sendable {
        case running, paused, ended, failed
        /// The connection to a program that runs elsewhere is lost; `reason` says why. What came of it until then stays.
        case disconnected
    }

    package let runtime: any Runtime
    package let engine: Engine
    private let requests: any RequestSource
    var requestSource: any RequestSource { requests }
    /// Whether somebody sits at a screen: a step that needs an answer then waits for one.
    let isInteractive: Bool
    /// Whether commands that change the graph are refused.
    var isReadOnly = false
    /// Who makes pictures of the graph.
    var drawer: GraphDrawer?

    package internal(set) var phase = Phase.paused
    package internal(set) var reason = "start"
    package internal(set) var site: Site?
    package internal(set) var failure: WorkflowFailure?
    package internal(set) var breakpoints = Breakpoints()
    package internal(set) var waiting: Waiting?
    /// The moment that is looked at; nil is the present.
    package internal(set) var cursor: Int?
    var finder = ProblemFinder()
    var going = Going.into
    var pending: Request?
    /// How language models are reached.
    package internal(set) var access: ModelAccess
    /// The optimizer whose step holds the workflow until its proposal was seen.
    package internal(set) var reviewing: OptimizerID?
    var settlement: Settlement?
    /// Whose question the user let go to a model, for which step.
    var approved: (asker: ModelQuestion.Asker, step: Int)?
    var stopAfterOperation: String?
    var undoable: [(moment: Int, text: String)] = []
    /// Events that commands caused, which breakpoints do not see.
    var isByHand = false
    /// What is to be run next.
    package internal(set) var rerun: Rerun?
    package internal(set) var wantsQuit = false
    private var isOver = false

    // Branches: see Session+Branches.
    var branches: Branches
    var replay: Replay?
    let keeper: (any SessionKeeper)?
    var cues: [Cue] = []
    var stops: [Int] = []
    var commandFiles: [Surroundings.FileReading] = []
    /// Where the workflow is held, and how many lines and pauses were reached since the last event.
    var place = Cue.Place.line
    var lines = 0
    var pauses = 0
    /// Done before the next request.
    var queued: Request?
    /// Requests that are refused when the workflow is held.
    var refused: [(Request, ErrorReport)] = []

    package init(
        runtime: any Runtime, requests: any RequestSource, interactive: Bool, breakpoints: Breakpoints = Breakpoints(),
        access: ModelAccess = ModelAccess(), branches: Branches = Branches(), replay: Replay? = nil, pending: Request? = nil,
        keeper: (any SessionKeeper)? = nil
    ) {
        self.runtime = runtime
        engine = runtime.engine
        self.branches = branches
        self.replay = replay
        self.pending = pending
        self.keeper = keeper
        self.requests = requests
        isInteractive = interactive
        self.breakpoints = breakpoints
        self.access = access
        for file in runtime.sources { settleBreakpoints(in: file.name) }
        runtime.pilot = self
    }

    /// Runs the workflow, held before its first line, and answers requests until there are no more, or a restart is wanted.
    package func serve() {
        if isView { return serveView() }
        askAtLines(true)
        // Only a workflow that asks before each line is held before its first one by the session.
        if replay != nil || runtime.stepping?.lineByLine == nil { phase = .running }
        do {
            try runtime.run()
            phase = .ended
            reason = "end"
            site = nil
            engine.ended(with: nil)
        } catch {
            if error.kind == .abandoned { return }
            reason = error.message
            site = error.site ?? site
            if error.kind == .disconnected {
                phase = .disconnected
            } else {
                phase = .failed
                failure = error
                engine.ended(with: error.message, stack: error.stack)
            }
        }
        waiting = nil
        cursor = nil
        if replay != nil {
            _ = repeated(at: .end, nil)
            // What was to be repeated lies beyond the end.
            if replay != nil { _ = goLive() }
        }
        place = .end
        settle()
        answerRequests()
    }

    /// Answers requests while nothing runs.
    func answerRequests() {
        while !isOver, let request = nextRequest() {
            if case .go(.abandon) = perform(request) { return }
        }
    }

    private func nextRequest() -> Request? {
        if let request = queued {
            queued = nil
            return request
        }
        return requests.next(self)
    }

    // MARK: Holding the workflow

    /// Holds the workflow until a request lets it go. Returns false when it is given up.
    func hold(_ reason: String, at site: Site?, _ place: Cue.Place = .line) -> Bool {
        phase = .paused
        self.place = place
        self.reason = reason
        self.site = site ?? self.site
        cursor = nil
        settle()
        while let request = nextRequest() {
            switch perform(request) {
            case .stay: continue
            case .answered: break
            case .go(.abandon):
                isOver = true
                return false
            case .go(let going): self.going = going
            }
            phase = .running
            askAtLines(needsLines(for: self.going))
            requests.changed(self)
            return true
        }
        isOver = true
        return false
    }

    /// Has the workflow ask before each line, or not; one that decides by itself is not told.
    func askAtLines(_ asks: Bool) { runtime.stepping?.lineByLine?.asksAtLines = asks }

    private func needsLines(for going: Going) -> Bool {
        if case .on = going { return breakpoints.wantsLines }
        return true
    }

    /// Answers the request that let the workflow go, now that it is held or has ended.
    func settle() {
        requests.changed(self)
        for (request, report) in refused { request.reply(.failure(report)) }
        refused = []
        guard let request = pending else { return }
        pending = nil
        request.reply(.success(whereOutcome()))
    }

    private enum Decision {
        case stay
        case go(Going)
        /// The answer that the workflow's own step waits for is there.
        case answered
    }

    /// Does what a request asks. Whoever hears the reply finds the new snapshot in place.
    private func perform(_ request: Request) -> Decision {
        do {
            let line = try CommandLine(request.line)
            guard let first = line.words.first else { return .stay }
            let spec = try CommandTable.command(named: first.text)
            if isView, try revives(spec, request) { return .go(.abandon) }
            switch spec.action {
            case .immediate(let action):
                let outcome = try changing(spec, request.line) { try action(self, spec.reading(line)) }
                if isAnsweredLater(request) { return .go(.abandon) }
                requests.changed(self)
                request.reply(.success(outcome))
                return rerun != nil || wantsQuit ? .go(.abandon) : settlement != nil ? .answered : .stay
            case .resume(let action):
                guard phase == .paused else { throw CommandError.ended(phase, reason) }
                try requireNothingWaits()
                let going = try action(self, line)
                letGo(request.line, asks: needsLines(for: going))
                pending = request
                return .go(going)
            }
        } catch {
            requests.changed(self)
            request.reply(.failure(report(of: error)))
            return .stay
        }
    }

    /// Notes the command by which the workflow is let go.
    func letGo(_ line: String, asks: Bool) {
        cursor = nil
        undoable = []
        waiting = nil
        note(asks: asks)
        engine.commanded(line)
    }

    /// Runs a command; one that changes the graph is noted in the log and can be undone.
    func changing(_ spec: CommandSpec, _ line: String, _ body: () throws -> Outcome) throws -> Outcome {
        guard spec.changes else { return try body() }
        if isReadOnly { throw CommandError.readOnly(spec.name) }
        if let cursor { throw CommandError.inThePast(cursor: cursor, events: engine.state.events) }
        if let refusal = runtime.actions.refusal { throw CommandError.unchangeable(refusal) }
        isByHand = true
        defer { isByHand = false }
        let moment = engine.state.events
        engine.beginHandWork()
        note()
        engine.commanded(line)
        let before = engine.state.events
        defer {
            engine.endHandWork()
            // One that failed is taken back like any other: it may have done a part, and what it met is told as a problem.
            if engine.state.events > before, spec.name != "undo" { undoable.append((moment, line)) }
        }
        return try body()
    }

    func report(of error: any Error) -> ErrorReport {
        switch error {
        case let error as CommandError: error.report(in: engine.record)
        case let error as TraceError: error.report(in: engine.record)
        case let error as WorkflowFailure: error.errorReport
        case let error as any WorkflowError: error.workflowFailure.errorReport
        default: ErrorReport(code: "internal", message: String(describing: error))
        }
    }

    /// The state at the moment that is looked at.
    package var state: GraphState { cursor.map { engine.state(at: $0) } ?? engine.state }
}

/// A command line, and who wants to know what came of it.
package struct Request: Sendable {
    package var line: String
    package var reply: @Sendable (Result<Outcome, ErrorReport>) -> Void

    package init(_ line: String, reply: @escaping @Sendable (Result<Outcome, ErrorReport>) -> Void) {
        self.line = line
        self.reply = reply
    }
}

/// Where a session's requests come from. Called on the engine's thread.
package protocol RequestSource: AnyObject {
    /// The next request; waits for one. Nil ends the session.
    func next(_ session: Session) -> Request?
    /// Whether there will be no more of them.
    var isClosed: Bool { get }
    /// A command was done, or the workflow was held or let go.
    func changed(_ session: Session)
    /// A language model is asked, and how far that has come; nil when it is over.
    func asks(_ model: (any LanguageModel)?, _ activity: ModelActivity?)
    /// The engine has done something while the workflow runs.
    func moved(_ session: Session)
}

// MARK: The pilot

extension Session: Pilot {
    /// How many calls deep a workflow is that asks before each line.
    var depth: Int { runtime.stepping?.lineByLine?.depth() ?? 0 }

    package var course: Course { Course(going: going, breakpoints: breakpoints) }

    package func held(_ reason: String, breakpoint: Int?, at site: Site?) -> Bool {
        if let breakpoint { breakpoints.hit(breakpoint) }
        return hold(reason, at: site)
    }

    package func reached(_ site: Site) -> Bool {
        lines += 1
        if replay != nil { return repeated(at: .line, site).map { hold($0, at: site) } ?? true }
        if let reason = stopReason(at: site) { return hold(reason, at: site) }
        return true
    }

    private func stopReason(at site: Site) -> String? {
        if let reason = stopAfterOperation {
            stopAfterOperation = nil
            return reason
        }
        for breakpoint in breakpoints.at(site) {
            if let reason = self.reason(of: breakpoint) { return reason }
        }
        switch going {
        case .into: return self.site == nil ? "start" : "step"
        case .over(let depth): return self.depth <= depth ? "step" : nil
        case .out(let depth): return self.depth < depth ? "step" : nil
        case .to(let target, let instead):
            guard site == target else { return nil }
            return "line \(target.line)" + (instead.map { ", the first with code after line \($0)" } ?? "")
        case .on, .abandon: return nil
        }
    }

    /// Why a breakpoint holds the workflow; nil if its condition does not hold. One that cannot be evaluated holds it the first time, with the
    /// reason, and is counted from then on.
    private func reason(of breakpoint: Breakpoint) -> String? {
        let name = "breakpoint \(breakpoint.number)"
        guard case .line(_, _, let expression?) = breakpoint.condition else {
            breakpoints.hit(breakpoint.number)
            return name
        }
        do throws(WorkflowFailure) {
            guard try holds(expression) else { return nil }
            breakpoints.hit(breakpoint.number)
            return name
        } catch {
            // The place in the expression itself says nothing.
            let fault = error.message.hasPrefix("evaluate:1: ") ? String(error.message.dropFirst(12)) : error.message
            guard breakpoints.failed(breakpoint.number, fault) else { return nil }
            breakpoints.hit(breakpoint.number)
            return "\(name): its condition failed: \(fault); it does not hold the workflow again when that happens"
        }
    }

    /// Evaluates a condition, which can change nothing in the graph.
    private func holds(_ expression: String) throws(WorkflowFailure) -> Bool {
        let limits = engine.limits
        engine.limits = GraphLimits.looking
        defer { engine.limits = limits }
        guard case .value(let value)? = try runtime.evaluating?.evaluate(expression, frame: 0, looks: true).subject else { return true }
        return value != .none && value != .bool(false)
    }

    package func loaded(_ file: String) { settleBreakpoints(in: file) }

    private func settleBreakpoints(in file: String) {
        guard breakpoints.all.contains(where: { if case .line(file, _, _) = $0.condition { true } else { false } }),
            let lines = runtime.stepping?.linesWithCode(in: file)
        else { return }
        breakpoints.settle(in: file, linesWithCode: lines)
    }

    package func interrupted(at site: Site?) -> Bool {
        if requests.isClosed { return false }
        return hold(replay != nil ? goLive(interrupted: true) : "interrupted", at: site, .interruption)
    }

    package func breakpoint(_ label: String?, at site: Site?) -> Bool {
        pauses += 1
        if replay != nil { return repeated(at: .pause, site).map { hold($0, at: site, .pause) } ?? true }
        return hold("breakpoint" + (label.map { " '\($0)'" } ?? ""), at: site, .pause)
    }
}

extension Session {
    package func modelFacts(_ name: String?) -> ModelFacts? { access.model?.facts(for: name) }

    package func engineRests(after events: Range<Int>) {
        lines = 0
        pauses = 0
        defer { requests.moved(self) }
        // A line that is printed is shown at once, so it is kept at once.
        if let keeper, keeper.path != nil, events.contains(where: { engine.record.log[$0].event.kind == .output }) { keeper.keep(self) }
        if replay != nil {
            check(events)
            if runtime.stepping == nil, !isByHand, phase == .running, let reason = repeated(at: .rest, engine.currentSite()) {
                holdAtRest(reason)
            }
            return
        }
        if isByHand || isOver || phase != .running || !wantsEvents { return }
        for number in events {
            let event = engine.record.log[number].event
            if case .on(let kind?) = going, event.kind == kind { stop("event \(number + 1) (\(kind.rawValue))") }
            if let breakpoint = breakpoints.match(event, in: engine.record) {
                breakpoints.hit(breakpoint.number)
                stop("breakpoint \(breakpoint.number) (\(breakpoint.text(in: engine.record)))")
            }
        }
        if runtime.stepping == nil, let reason = stopAfterOperation { holdAtRest(reason) }
    }

    /// Holds a workflow without lines as soon as the engine rests.
    private func holdAtRest(_ reason: String) {
        stopAfterOperation = nil
        guard hold(reason, at: engine.currentSite(), .rest) else { return runtime.abandon() }
    }

    /// Whether an event may hold the workflow here; one that decides by itself holds where it stands.
    private var wantsEvents: Bool {
        if let stepping = runtime.stepping, stepping.lineByLine == nil { return false }
        if case .on(_?) = going { return true }
        return breakpoints.wantsEvents
    }

    /// Where there are lines, the workflow is held before its next one: there it can be looked into. Elsewhere it is held at once.
    private func stop(_ reason: String) {
        if stopAfterOperation == nil { stopAfterOperation = reason }
        stops.append(engine.state.events)
        askAtLines(true)
    }
}
