import Trace

/// The branches of a session, the notes by which this run can be repeated, and the progress of the repetition of another one.
final class Repetition {
    var branches: Branches
    private(set) var replay: Replay?
    /// The commands in the log of this run, each with its place.
    private(set) var cues: [Cue] = []
    /// After how many events this run began to ask before each line.
    private(set) var stops: [Int] = []
    /// The contents of the `@FILE` arguments of commands, in order.
    private(set) var commandFiles: [Surroundings.FileReading] = []

    init(_ branches: Branches, _ replay: Replay?) {
        self.branches = branches
        self.replay = replay
    }

    var isReplaying: Bool { replay != nil }

    // MARK: Noting

    func note(_ cue: Cue) { cues.append(cue) }
    func noteStop(after events: Int) { stops.append(events) }

    /// Adds the notes to a branch.
    func describe(_ branch: inout Branch) {
        branch.cues = cues
        branch.stops = stops
        branch.commandFiles = commandFiles
    }

    /// The text of a file that a command names. In a replay it is the text that the file had.
    func commandFile(_ path: String) throws(FileProblem) -> String {
        if let replay, replay.nextFile < replay.original.commandFiles.count {
            let reading = replay.original.commandFiles[replay.nextFile]
            self.replay?.nextFile += 1
            commandFiles.append(reading)
            guard let text = reading.text else { throw FileProblem(reason: reading.problem) }
            return text
        }
        do throws(FileProblem) {
            let text = try readText(path)
            commandFiles.append(Surroundings.FileReading(name: path, text: text))
            return text
        } catch {
            commandFiles.append(Surroundings.FileReading(name: path, text: nil, problem: error.reason))
            throw error
        }
    }

    // MARK: Repeating

    /// In a replay, at a place where the workflow can pause: gives the commands that were given there. Returns why the workflow is to pause
    /// now, or nil when it goes on.
    func reached(_ place: Cue.Place, _ site: Site?, in session: Session) -> String? {
        let stepper = session.stepper
        stepper.place = place
        if let site { stepper.site = site }
        while let replay, replay.divergence == nil, let cue = replay.cue, isHere(cue, session.cue, reached: place, site) {
            self.replay?.next += 1
            stepper.place = cue.place
            if session.give(cue, of: replay.original) { return nil }
        }
        guard let replay, replay.divergence != nil || isOver(replay, session.cue, reached: place, site) else { return nil }
        return goLive(in: session)
    }

    private func isHere(_ cue: Cue, _ now: Cue, reached place: Cue.Place, _ site: Site?) -> Bool {
        guard cue.event == now.event else { return false }
        if cue.place == .interruption {
            // Between two lines, the passes of a line cannot be distinguished: the first one is used.
            return now.place == .interruption || place == .line && (cue.site == nil || cue.site == site)
        }
        return cue.place == now.place && cue.passes == now.passes
    }

    private func isOver(_ replay: Replay, _ now: Cue, reached place: Cue.Place, _ site: Site?) -> Bool {
        guard now.event >= replay.end, replay.cue == nil else { return false }
        // A step that did not pause when it was done first goes on to its end.
        if place == .review, replay.hold?.place != .review { return false }
        guard let hold = replay.hold, now.event == replay.end else { return true }
        return isHere(hold, now, reached: place, site)
    }

    /// Compares what happened with the log. Returns whether the workflow has to ask before its next line, where it is to pause.
    func check(_ events: Range<Int>, in engine: Engine) -> Bool {
        guard let replay else { return false }
        for number in events where number < replay.common && self.replay?.divergence == nil {
            if engine.record.hasSameEvent(number, as: replay.original.record) { continue }
            self.replay?.divergence = Divergence(
                event: number + 1, expected: replay.original.record.words(ofEvent: number), actual: engine.record.words(ofEvent: number))
        }
        let count = engine.state.events
        var asks = self.replay?.divergence != nil || count >= replay.end
        while let next = self.replay?.nextStop, next < replay.original.stops.count, replay.original.stops[next] <= count {
            if replay.original.stops[next] == count { asks = true }
            self.replay?.nextStop += 1
        }
        if asks {
            stops.append(count)
            return true
        }
        return replay.cue.map { $0.event == count && $0.place == .interruption } ?? false
    }

    /// Ends the replay: the workflow is live from here on. Returns why it pauses.
    func goLive(interrupted: Bool = false, in session: Session) -> String {
        guard let done = replay else { return session.standing.reason }
        replay = nil
        session.runtime.repeating?.goLive()
        let events = session.engine.state.events
        let name = done.original.name
        if done.divergence == nil, !interrupted, !done.forks {
            branches.go(to: done.place)
            session.outstanding.pending = done.asking
            session.outstanding.queued = done.then
            return done.original.phase == .running ? "the recording ended here" : done.original.reason
        }
        branches.fork(from: done.place, at: min(events, done.end))
        guard let divergence = done.divergence else {
            session.outstanding.pending = done.asking
            if interrupted, let then = done.then {
                then.reply(.failure(ErrorReport(code: "interrupted", message: "the replay of \(name) was interrupted at event \(events)")))
            }
            return interrupted ? "the replay of \(name) was interrupted" : "fork of \(name) at event \(done.end)"
        }
        var report = divergence.report
        report.message += ": it is paused here as \(branches.now.name); 'branch \(name)' goes back"
        session.outstanding.refused = [done.asking, done.then].compactMap { $0 }.map { ($0, report) }
        return "the replay of \(name) diverged at event \(divergence.event)"
    }

    // MARK: Questions

    /// The log's answer to a question in a replay.
    enum LoggedReply {
        case reply(ModelReply)
        /// The workflow pauses instead of being answered.
        case pause(String)
    }

    /// The log's answer to a question in a replay; nil if the session is live and has to ask.
    func reply(to question: ModelQuestion, in session: Session) throws -> LoggedReply? {
        guard replay != nil else { return nil }
        var failure: ModelError?
        while replay != nil {
            // Commands that settle a question do not let it go by themselves here.
            if !session.hands.areActive, let reason = reached(.question, session.engine.currentSite(), in: session) {
                return .pause(reason)
            }
            guard let replay else { return nil }
            let first = session.engine.state.events
            var results: [(request: ModelRequest, result: Result<ModelAnswer, ModelError>)] = []
            while results.count < question.parts.count, case .exchange(let index)? = replay.event(first + results.count) {
                let exchange = replay.original.record.models.exchanges[index]
                if case .success(let answer) = exchange.result, answer.origin == .hand { return .reply(.whole(answer.text)) }
                results.append((exchange.request, exchange.result))
            }
            guard !results.isEmpty else { break }
            // A question that failed as a whole, and waited on, is followed by the user's next command.
            guard let cue = replay.cue, cue.event == first + results.count, cue.place == .question else { return .reply(.results(results)) }
            session.engine.keep(question, results)
            if case .failure(let error)? = results.first?.result { failure = error }
        }
        if let failure { throw TraceError.model(question.asker, failure) }
        throw TraceError.noModel(question.asker)
    }

    /// Whether a question by hand was sent at once in the first run; nil when the session is live.
    func repeatsAsking(after events: Int) -> Bool? {
        guard let replay else { return nil }
        if case .model? = replay.event(events) { return true }
        return false
    }
}

extension GraphRecord {
    /// An event with its kind and its place, for messages.
    fileprivate func words(ofEvent number: Int) -> String {
        let place = site(ofEvent: number).map { " at \($0.file):\($0.line)" } ?? ""
        return "\(log[number].event.kind.rawValue) '\(text(of: log[number].event))'\(place)"
    }
}
