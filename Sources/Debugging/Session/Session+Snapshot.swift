import Trace

/// The published part of a session: values that it no longer changes.
extension Session {
    /// A picture of the session as it is now.
    ///
    /// - Parameters:
    ///   - run: the number of the run.
    ///   - version: greater than that of the snapshot before.
    func snapshot(run: Int, version: Int) -> Snapshot {
        let stepping = standing.phase == .paused && cursor == nil ? runtime.stepping : nil
        let present = standing.phase == .running ? engine.currentSite() : stepper.site
        let code = Snapshot.Code(
            sources: runtime.sources, site: cursor.map { $0 == 0 ? nil : engine.record.site(ofEvent: $0 - 1) } ?? present,
            frames: (try? stepping?.frames()) ?? [], locals: (try? stepping?.locals(frame: 0)) ?? [])
        var models = asking.status
        models.isProgramsOwn = runtime.hasOwnModels
        models.isRecording = asking.access.model != nil && models.facts == nil
        var abilities = abilities
        abilities.undoable = cursor == nil ? hands.undoable.last?.text : nil
        return Snapshot(
            record: engine.record, state: state, events: engine.state.events, cursor: cursor, standing: standing, code: code,
            breakpoints: stepper.breakpoints,
            asking: Snapshot.OpenQuestions(waiting: asking.openQuestion, reviewing: asking.reviewing, models: models), abilities: abilities,
            problems: problemsSoFar, notes: repetition.branches.now.notes, branches: branchLines, keeping: keeping, run: run,
            version: version)
    }

    /// The problems that the log shows.
    package var findings: [Finding] {
        finder.update(engine.record)
        return finder.findings
    }

    /// Number of events that are searched for problems before a picture is shown, and in each slice after that.
    private static var slice: (picture: Int, rest: Int) { (50_000, 20_000) }

    /// The problems found without keeping a picture waiting: the search of a long log goes on while the session is idle.
    private var problemsSoFar: Snapshot.Problems {
        finder.update(engine.record, most: Self.slice.picture)
        return Snapshot.Problems(findings: finder.findings, seeksMore: seeksProblems)
    }

    /// Whether there are events that were not searched for problems.
    var seeksProblems: Bool { !finder.isDone(engine.record) }

    /// Goes on searching for one slice.
    func seekProblems() { finder.update(engine.record, most: Self.slice.rest) }

    /// Whether nothing runs here: a branch is looked at as a value.
    package var isView: Bool { !runtime.runs }

    /// Whether a branch is being repeated.
    package var isReplaying: Bool { repetition.isReplaying }

    /// The branch that is looked at, as it is now.
    package var branch: Branch {
        var branch = repetition.branches.now
        if isView { return branch }
        repetition.describe(&branch)
        branch.record = engine.record
        branch.surroundings = runtime.repeating?.surroundings
        branch.sources = runtime.sources
        branch.phase = standing.phase
        branch.reason = standing.reason
        branch.site = stepper.site
        branch.failure = standing.failure
        branch.held = standing.phase == .running ? nil : cue
        return branch
    }

    /// All branches, as they are now.
    package var allBranches: Branches {
        var all = repetition.branches
        if !isReplaying { all.keep(branch) }
        return all
    }

    package var branchLines: [BranchLine] {
        let branches = repetition.branches
        return branches.all.enumerated().map { place, branch in
            let isCurrent = place == branches.current
            return BranchLine(
                name: branch.name, parent: branch.parent, event: branch.forkedAt, events: isCurrent ? engine.state.events : branch.events,
                isCurrent: isCurrent)
        }
    }

    /// The file in which the session is being saved; nil if there is none.
    package var keeping: Keeping? { keeper.flatMap { keeper in keeper.path.map { Keeping(path: $0, problem: keeper.problem) } } }
}
