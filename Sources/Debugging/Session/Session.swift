import Trace

/// A debugging session: a workflow on its runtime, paused and resumed by commands, with the log of all events.
///
/// It lives on the engine's thread. Requests come in through a source that blocks; the workflow runs inside `serve`, and while it is paused
/// a loop of requests runs inside the runtime's call to its pilot. The loop's state is in its parts: the next pause in `Stepper`, questions
/// and their answers in `Asking`, branches and replays in `Repetition`.
package final class Session {
    package enum Phase: String, Sendable {
        case running, paused, ended, failed
        /// The connection to a program that runs elsewhere is lost; `reason` says why. Everything that came before stays.
        case disconnected
    }
    /// The standing of the workflow.
    package struct Standing: Sendable {
        package var phase = Phase.paused
        /// The reason why the workflow is paused, or how it ended.
        package var reason = "start"
        package var failure: WorkflowFailure?

        /// The reason of a workflow that runs and has not been paused yet.
        static let starting = "starting"
    }
    /// Requests that wait for their turn or for their reply.
    struct Outstanding {
        /// The request that let the workflow go. It is answered when the workflow pauses or ends.
        var pending: SessionRequest?
        /// Done before the next request.
        var queued: SessionRequest?
        /// Requests that are refused when the workflow pauses.
        var refused: [(SessionRequest, ErrorReport)] = []
    }
    /// Changes by hand.
    struct Hands {
        /// The changes that `undo` can take back.
        var undoable: [(moment: Int, text: String)] = []
        /// Whether a command is changing something. Breakpoints do not see its events.
        var areActive = false
    }
    /// The way in which a session ends.
    enum Ending {
        case rerun(Rerun)
        case quit
    }

    package let runtime: any Runtime
    package let engine: Engine
    let options: SessionOptions
    let saving: Saving
    let requests: any RequestSource
    let stepper: Stepper
    let asking: Asking
    let repetition: Repetition

    var standing = Standing()
    var outstanding: Outstanding
    var hands = Hands()
    var finder = ProblemFinder()
    /// The event shown; nil is the present.
    var cursor: Int?
    var ending: Ending?

    /// - Parameters:
    ///   - replay: the branch that is to be repeated first.
    ///   - pending: a request of the session before this one, which is answered when the workflow pauses.
    package init(
        runtime: any Runtime, requests: any RequestSource, options: SessionOptions, keeper: (any SessionKeeper)? = nil,
        branches: Branches = Branches(), replay: Replay? = nil, pending: SessionRequest? = nil
    ) {
        self.runtime = runtime
        engine = runtime.engine
        self.options = options
        saving = Saving(keeper)
        self.requests = requests
        stepper = Stepper(runtime, options.breakpoints)
        asking = Asking(options.access)
        repetition = Repetition(branches, replay)
        outstanding = Outstanding(pending: pending)
        runtime.pilot = self
    }

    /// The state at the event shown.
    package var state: GraphState { cursor.map { engine.state(at: $0) } ?? engine.state }

    /// The next run that is wanted, if one is.
    package var rerun: Rerun? { if case .rerun(let rerun) = ending { rerun } else { nil } }

    var keeper: (any SessionKeeper)? { saving.keeper }

    /// The place of the workflow, to come back to.
    var cue: Cue { stepper.cue(after: engine.state.events) }

    // MARK: Serving

    /// Runs the workflow, paused before its first line, and answers requests until there are no more, or another run is requested.
    package func serve() {
        if isView { return serveView() }
        stepper.askAtLines(true)
        // Only a workflow that asks before each line is paused before its first one by the session.
        if repetition.isReplaying || runtime.stepping?.lineByLine == nil {
            standing.phase = .running
            standing.reason = Standing.starting
            // It may take a while until there is something to show.
            requests.changed(self)
        }
        do {
            try runtime.run()
            standing.phase = .ended
            standing.reason = "end"
            stepper.site = nil
            engine.ended(with: nil)
        } catch {
            if error.kind == .abandoned { return }
            standing.reason = error.message
            stepper.site = error.site ?? stepper.site
            if error.kind == .disconnected {
                stepper.site = engine.currentSite() ?? stepper.site
                standing.phase = .disconnected
            } else {
                standing.phase = .failed
                standing.failure = error
                engine.ended(with: error.message, stack: error.stack)
            }
        }
        asking.waiting = nil
        cursor = nil
        if repetition.isReplaying {
            _ = repetition.reached(.end, nil, in: self)
            // The target of the replay is beyond the end.
            if repetition.isReplaying { _ = repetition.goLive(in: self) }
        }
        stepper.place = .end
        settle()
        answerRequests()
    }

    /// Shows a branch without running it, and waits for requests.
    private func serveView() {
        let branch = repetition.branches.now
        // A session that was cut off in the middle of a run is paused where it ended.
        let isCutOff = branch.phase == .running
        standing = Standing(
            phase: isCutOff ? .paused : branch.phase, reason: isCutOff ? "the recording ends here" : branch.reason, failure: branch.failure)
        stepper.site = branch.site
        settle()
        answerRequests()
    }

    /// Answers requests while nothing runs.
    private func answerRequests() {
        while ending == nil, let request = nextRequest() {
            if case .go(.abandon) = perform(request) { return }
        }
    }

    private func nextRequest() -> SessionRequest? {
        if let request = outstanding.queued {
            outstanding.queued = nil
            return request
        }
        return requests.next(self)
    }

    /// Pauses the workflow until a request lets it go. Returns false when it is abandoned.
    func hold(_ reason: String, at site: Site?, _ place: Cue.Place = .line) -> Bool {
        standing.phase = .paused
        standing.reason = reason
        stepper.place = place
        stepper.site = site ?? stepper.site
        cursor = nil
        settle()
        while let request = nextRequest() {
            switch perform(request) {
            case .stay: continue
            case .answered: break
            // Its runtime tells how it ended.
            case .lost: return false
            case .go(.abandon): return giveUp()
            case .go(let going): stepper.going = going
            }
            standing.phase = .running
            stepper.go()
            requests.changed(self)
            return true
        }
        return giveUp()
    }

    /// Abandons the workflow, also if it is paused in the middle of a call.
    private func giveUp() -> Bool {
        ending = ending ?? .quit
        runtime.abandon()
        return false
    }

    /// Answers the request that let the workflow go, now that it is paused or has ended.
    private func settle() {
        requests.changed(self)
        for (request, report) in outstanding.refused { request.reply(.failure(report)) }
        outstanding.refused = []
        guard let request = outstanding.pending else { return }
        outstanding.pending = nil
        request.reply(.success(CommandContext(self).whereOutcome()))
    }

    // MARK: Commands

    private enum Decision {
        case stay
        case go(Going)
        /// The answer that the workflow's own step waits for is there.
        case answered
        /// The paused program is lost.
        case lost
    }

    /// Executes a request. The new snapshot is in place before the reply.
    private func perform(_ request: SessionRequest) -> Decision {
        if request.isLoss { return runtime.isLost ? .lost : .stay }
        var request = request
        do {
            guard let spec = try read(&request) else { return .stay }
            if let refusal = refusal(of: spec) { throw refusal }
            if isView, revives(spec, request) { return .go(.abandon) }
            switch spec.action {
            case .immediate(let action):
                let outcome = try changing(spec, request.line) {
                    let call = try invocation(of: request, spec)
                    request.invocation = call
                    return try action(CommandContext(self, Fold(command: request.line, all: call.showsAll)), call)
                }
                if isAnsweredLater(request) { return .go(.abandon) }
                requests.changed(self)
                request.reply(.success(outcome))
                return ending != nil ? .go(.abandon) : asking.settlement != nil ? .answered : .stay
            case .resume(let action):
                try asking.requireNothingWaits()
                let call = try invocation(of: request, spec)
                request.invocation = call
                let going = try action(CommandContext(self), call)
                letGo(request.line, asks: stepper.needsLines(for: going))
                outstanding.pending = request
                return .go(going)
            }
        } catch {
            requests.changed(self)
            request.reply(.failure(report(of: error)))
            return .stay
        }
    }

    /// The command of a request, which has its line from now on; nil if the line is empty.
    private func read(_ request: inout SessionRequest) throws -> CommandSpec? {
        switch request.order {
        case .invocation(let call):
            try CommandContext(self).requirePresent(call)
            request.line = call.text(in: engine.record)
            return try CommandTable.command(named: call.command)
        case .line(let text):
            guard let first = try CommandLine(text).words.first else { return nil }
            return try CommandTable.command(named: first.text)
        }
    }

    /// The arguments of a request, as they are meant here and now.
    private func invocation(of request: SessionRequest, _ spec: CommandSpec) throws -> Invocation {
        switch request.order {
        case .invocation(let call): try CommandContext(self).settled(call)
        case .line(let text): try CommandContext(self).invocation(of: CommandLine(text), spec)
        }
    }

    /// Notes the command that lets the workflow go on.
    private func letGo(_ line: String, asks: Bool) {
        cursor = nil
        hands.undoable = []
        asking.waiting = nil
        note(line, asks: asks)
    }

    /// Notes a command in the log, and where it was given.
    private func note(_ line: String, asks: Bool = false) {
        var cue = cue
        cue.asks = asks
        repetition.note(cue)
        engine.commanded(line)
    }

    /// Runs a command; one that changes the graph is noted in the log and can be undone.
    private func changing(_ spec: CommandSpec, _ line: String, _ body: () throws -> Outcome) throws -> Outcome {
        guard spec.changes else { return try body() }
        hands.areActive = true
        defer {
            hands.areActive = false
            asking.returnAnswers()
        }
        let moment = engine.state.events
        engine.beginHandWork()
        note(line)
        let before = engine.state.events
        defer {
            engine.endHandWork(decides: asking.settlement != nil)
            // A failed command is undone like any other: it may have done a part, and its findings are reported as problems.
            if engine.state.events > before, spec.name != "undo" { hands.undoable.append((moment, line)) }
        }
        return try body()
    }

    /// Gives a command of the log again. Returns whether it lets the workflow go.
    func give(_ cue: Cue, of original: Branch) -> Bool {
        guard case .command(let index) = original.record.log[cue.event].event else { return false }
        let text = original.record.reports.texts[index]
        guard let command = original.record.command(ofEvent: cue.event) else {
            note(text)
            return false
        }
        let (spec, line) = (command.spec, command.line)
        let before = standing.phase
        if stepper.place != .end { standing.phase = .paused }
        defer { standing.phase = before }
        switch spec.action {
        case .resume(let action):
            let context = CommandContext(self)
            if let going = try? action(context, context.invocation(of: line, spec)) { stepper.going = going }
            letGo(text, asks: cue.asks)
            stepper.askAtLines(cue.asks)
            return true
        case .immediate(let action):
            defer { stepper.place = cue.place }
            if cue.place == .question, spec.settles {
                // The log has its result.
                engine.beginHandWork()
                note(text)
                engine.endHandWork(decides: original.record.decides(cue.event))
            } else {
                let context = CommandContext(self)
                _ = try? changing(spec, text) { try action(context, context.invocation(of: line, spec)) }
            }
            return false
        }
    }

    /// Whether a command needs a workflow that runs, where a branch is only looked at: then the branch is repeated first.
    private func revives(_ spec: CommandSpec, _ request: SessionRequest) -> Bool {
        guard spec.changes || spec.resumes else { return false }
        ending = .rerun(
            .replay(place: repetition.branches.current, to: engine.state.events, forks: false, asking: nil, then: request))
        return true
    }

    /// Whether a request is answered by the session that comes next.
    private func isAnsweredLater(_ request: SessionRequest) -> Bool {
        switch rerun {
        case .look(let place, _): ending = .rerun(.look(place: place, asking: request))
        case .replay(let place, let end, let forks, _, let then):
            ending = .rerun(.replay(place: place, to: end, forks: forks, asking: request, then: then))
        case .restart, nil: return false
        }
        return true
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
}

extension CommandSpec {
    /// Whether it lets a question of the workflow's own go on.
    fileprivate var settles: Bool { ["send", "answer", "discard", "reword"].contains(name) }
}

// MARK: News of the runtime and the engine

extension Session: Pilot {
    package var course: Course { stepper.course }

    package func reached(_ site: Site) -> Bool {
        stepper.countLine()
        if repetition.isReplaying { return repetition.reached(.line, site, in: self).map { hold($0, at: site) } ?? true }
        // A command by hand runs to its end, as its reply is awaited: only a question holds it.
        if hands.areActive { return true }
        if let reason = stepper.reason(toPauseAt: site) { return hold(reason, at: site) }
        return true
    }

    package func held(_ reason: String, breakpoint: Int?, at site: Site?) -> Bool {
        if let breakpoint { stepper.breakpoints.hit(breakpoint) }
        return hold(reason, at: site)
    }

    package func interrupted(at site: Site?) -> Bool {
        if requests.isClosed { return false }
        if requests.takesGlance() {
            requests.changed(self)
            return true
        }
        return hold(repetition.isReplaying ? repetition.goLive(interrupted: true, in: self) : "interrupted", at: site, .interruption)
    }

    package func breakpoint(_ label: String?, at site: Site?) -> Bool {
        stepper.countPause()
        if repetition.isReplaying { return repetition.reached(.pause, site, in: self).map { hold($0, at: site, .pause) } ?? true }
        return hold("breakpoint" + (label.map { " '\($0)'" } ?? ""), at: site, .pause)
    }

    package func moved() { requests.changed(self) }

    package func loaded(_ file: String) { stepper.settleBreakpoints(in: file) }

    package func show(_ body: @escaping () -> Void) { saving.show(body) }
}

// MARK: The host of the engine

extension Session {
    package func modelFacts(_ name: String?) -> ModelFacts? { asking.access.model?.facts(for: name) }

    package func engineRests(after events: Range<Int>) {
        stepper.countAnew()
        defer { requests.moved(self) }
        if saving.keeper != nil, events.contains(where: { engine.record.log[$0].event.kind == .output }) {
            saving.printed(self) { requests.savesSoon() }
        }
        var isOwn: Bool { !hands.areActive && standing.phase == .running }
        if repetition.isReplaying {
            if repetition.check(events, in: engine) { stepper.askAtLines(true) }
            if runtime.stepping == nil, isOwn, let reason = repetition.reached(.rest, engine.currentSite(), in: self) { holdAtRest(reason) }
            return
        }
        guard stepper.wantsEvents, isOwn, ending == nil else { return }
        for number in events {
            for _ in 0..<stepper.meet(event: number, in: engine.record) { repetition.noteStop(after: engine.state.events) }
        }
        if let reason = stepper.takeReasonToPauseAtRest() { holdAtRest(reason) }
    }

    /// Pauses a workflow without lines as soon as the engine rests.
    private func holdAtRest(_ reason: String) {
        stepper.nextPause = nil
        _ = hold(reason, at: engine.currentSite(), .rest)
    }
}

extension Session {
    package func answer(_ question: ModelQuestion, in engine: Engine) throws -> ModelReply {
        // There are no glances until the answer is there.
        saving.finish(self)
        return try asking.answer(question, in: self)
    }

    package func answer(_ question: ModelQuestion, after fault: TraceError, in engine: Engine) throws -> ModelReply? {
        saving.finish(self)
        return try asking.answer(question, after: fault, in: self)
    }

    package func review(_ optimizer: OptimizerID, in engine: Engine) throws { asking.review(optimizer, in: self) }
}
