import Trace

extension Session {
    /// Where the workflow is held, as a place to come back to.
    var cue: Cue {
        let passes =
            switch place {
            case .line: lines
            case .pause: pauses
            case .rest, .question, .review, .interruption, .end: 0
            }
        return Cue(event: engine.state.events, place: place, passes: passes, site: site)
    }

    /// Notes where a command is given that stands in the log.
    func note(asks: Bool = false) {
        var cue = cue
        cue.asks = asks
        cues.append(cue)
    }

    /// Whether nothing runs here: a branch is looked at as a value.
    package var isView: Bool { !runtime.runs }

    /// Whether a branch is being repeated.
    package var isReplaying: Bool { replay != nil }

    /// The branch that is looked at, as it is now.
    package var branch: Branch {
        var branch = branches.now
        if isView { return branch }
        branch.record = engine.record
        branch.surroundings = runtime.repeating?.surroundings
        branch.sources = runtime.sources
        branch.cues = cues
        branch.stops = stops
        branch.commandFiles = commandFiles
        branch.phase = phase
        branch.reason = reason
        branch.site = site
        branch.failure = failure
        branch.held = phase == .running ? nil : cue
        return branch
    }

    /// All branches, as they are now.
    package var allBranches: Branches {
        var all = branches
        if replay == nil { all.keep(branch) }
        return all
    }

    /// Shows a branch that nothing runs, and waits for what is to be done with it.
    func serveView() {
        let branch = branches.now
        // A session that was cut off in the middle of a run is held where it ended.
        phase = branch.phase == .running ? .paused : branch.phase
        reason = branch.phase == .running ? "the recording ends here" : branch.reason
        site = branch.site
        failure = branch.failure
        settle()
        answerRequests()
    }

    // MARK: Repeating

    /// In a replay, at a place where the workflow can be held: gives the commands that were given there. Returns why the workflow is to be
    /// held now, or nil when it goes on.
    func repeated(at place: Cue.Place, _ site: Site?) -> String? {
        self.place = place
        if let site { self.site = site }
        while let replay, replay.divergence == nil, let cue = replay.cue, isHere(cue, place, site) {
            self.replay?.next += 1
            self.place = cue.place
            if give(cue, of: replay.original) { return nil }
        }
        guard let replay, replay.divergence != nil || isOver(replay, place, site) else { return nil }
        return goLive()
    }

    private func isHere(_ cue: Cue, _ place: Cue.Place, _ site: Site?) -> Bool {
        guard cue.event == engine.state.events else { return false }
        if cue.place == .interruption {
            // Between two lines, where nothing tells the one time from the other: the first time at this line has to do.
            return self.place == .interruption || place == .line && (cue.site == nil || cue.site == site)
        }
        let now = self.cue
        return cue.place == now.place && cue.passes == now.passes
    }

    private func isOver(_ replay: Replay, _ place: Cue.Place, _ site: Site?) -> Bool {
        let events = engine.state.events
        guard events >= replay.end, replay.cue == nil else { return false }
        // A step that was not held when it was done first goes on to its end.
        if place == .review, replay.hold?.place != .review { return false }
        guard let hold = replay.hold, events == replay.end else { return true }
        return isHere(hold, place, site)
    }

    /// Gives a command of the log again. Returns whether it lets the workflow go.
    private func give(_ cue: Cue, of original: Branch) -> Bool {
        guard case .command(let index) = original.record.log[cue.event].event else { return false }
        let text = original.record.texts[index]
        guard let line = try? CommandLine(text), let first = line.words.first,
            let spec = try? CommandTable.command(named: first.text)
        else {
            note()
            engine.commanded(text)
            return false
        }
        let before = phase
        if place != .end { phase = .paused }
        defer { phase = before }
        switch spec.action {
        case .resume(let action):
            if let going = try? action(self, line) { self.going = going }
            letGo(text, asks: cue.asks)
            askAtLines(cue.asks)
            return true
        case .immediate(let action):
            defer { place = cue.place }
            if cue.place == .question, spec.settles {
                // What came of it stands in the log.
                engine.beginHandWork()
                note()
                engine.commanded(text)
                engine.endHandWork()
            } else {
                _ = try? changing(spec, text) { try action(self, spec.reading(line)) }
            }
            return false
        }
    }

    /// Compares what happened with the log, and has the workflow ask where it is to be held.
    func check(_ events: Range<Int>) {
        guard let replay else { return }
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
            askAtLines(true)
        } else if let cue = replay.cue, cue.event == count, cue.place == .interruption {
            askAtLines(true)
        }
    }

    /// Ends the replay: the workflow is live from here on. Gives the reason for which it is held.
    func goLive(interrupted: Bool = false) -> String {
        guard let done = replay else { return reason }
        replay = nil
        runtime.repeating?.goLive()
        let events = engine.state.events
        let name = done.original.name
        if done.divergence == nil, !interrupted, !done.forks {
            branches.go(to: done.place)
            pending = done.asking
            queued = done.then
            return done.original.phase == .running ? "the recording ended here" : done.original.reason
        }
        branches.fork(from: done.place, at: min(events, done.end))
        guard let divergence = done.divergence else {
            pending = done.asking
            if interrupted, let then = done.then {
                then.reply(.failure(ErrorReport(code: "interrupted", message: "the replay of \(name) was interrupted at event \(events)")))
            }
            return interrupted ? "the replay of \(name) was interrupted" : "fork of \(name) at event \(done.end)"
        }
        var report = divergence.report
        report.message += ": it is held here as \(branches.now.name), and 'branch \(name)' goes back"
        refused = [done.asking, done.then].compactMap { $0 }.map { ($0, report) }
        return "the replay of \(name) went another way at event \(divergence.event)"
    }

    /// What the log says of a question in a replay; nil when the session is live and has to ask.
    func repeatedReply(to question: ModelQuestion) throws -> ModelReply? {
        var failure: ModelError?
        while replay != nil {
            // Commands that settle a question do not let it go by themselves here.
            if !isByHand, let reason = repeated(at: .question, engine.currentSite()) {
                // Where nobody answers, the workflow is held at the next line instead.
                stopAfterOperation = isInteractive ? nil : reason
                askAtLines(true)
                return nil
            }
            guard let replay else { return nil }
            let first = engine.state.events
            var results: [(request: ModelRequest, result: Result<ModelAnswer, ModelError>)] = []
            while results.count < question.parts.count, case .exchange(let index)? = replay.event(first + results.count) {
                let exchange = replay.original.record.exchanges[index]
                if case .success(let answer) = exchange.result, answer.origin == .hand { return .whole(answer.text) }
                results.append((exchange.request, exchange.result))
            }
            guard !results.isEmpty else { break }
            // A question that failed as a whole, and waited on, is followed by what the user did then.
            guard let cue = replay.cue, cue.event == first + results.count, cue.place == .question else { return .results(results) }
            engine.keep(question, results)
            if case .failure(let error)? = results.first?.result { failure = error }
        }
        if let failure { throw TraceError.model(question.asker, failure) }
        throw TraceError.noModel(question.asker)
    }

    /// Whether a question by hand was asked at once when it was asked first; nil when the session is live.
    var repeatsAsking: Bool? {
        guard let replay else { return nil }
        if case .model? = replay.event(engine.state.events) { return true }
        return false
    }

    /// The text of a file that a command names.
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
}

extension CommandSpec {
    /// Whether it lets a question of the workflow's own go on.
    var settles: Bool { ["send", "answer", "discard", "reword"].contains(name) }
}

extension GraphRecord {
    /// An event with its kind and its place, for messages.
    func words(ofEvent number: Int) -> String {
        let place = site(ofEvent: number).map { " at \($0.file):\($0.line)" } ?? ""
        return "\(log[number].event.kind.rawValue) '\(text(of: log[number].event))'\(place)"
    }
}
