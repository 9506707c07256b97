import Trace

/// The place of the workflow at a command: with the log, enough to give the command at the same place again.
package struct Cue: Sendable, Equatable {
    package enum Place: String, Sendable {
        /// Before a line.
        case line
        /// As soon as the engine rests after an event, in a workflow without lines.
        case rest
        /// In a call of `trace.breakpoint`.
        case pause
        /// At a question that waited for its answer.
        case question
        /// At a step whose proposal was under review.
        case review
        /// Somewhere between two events, where the user interrupted the workflow.
        case interruption
        /// After the workflow's end.
        case end
    }
    /// Number of events before it.
    package var event: Int
    package var place: Place
    /// Number of lines, or pauses, since the last event.
    package var passes: Int
    package var site: Site?
    /// Whether the workflow is asked before each line from there on.
    package var asks: Bool

    package init(event: Int, place: Place, passes: Int, site: Site?, asks: Bool = false) {
        self.event = event
        self.place = place
        self.passes = passes
        self.site = site
        self.asks = asks
    }
}

/// One run of a workflow from its first line on: a value that can be read without running anything, and from which the workflow can be run
/// again up to any of its events.
package struct Branch: Sendable {
    package var name: String
    /// The branch that it was forked from; nil for the first.
    package var parent: String?
    /// After which event of the parent it began.
    package var forkedAt: Int?
    package var record = GraphRecord()
    package var surroundings: Surroundings?
    package var sources: [SourceFile] = []
    /// The commands in the log, each with its place.
    package var cues: [Cue] = []
    /// The numbers of events after which the workflow was asked before each line.
    package var stops: [Int] = []
    /// The contents of the `@FILE` arguments of commands, in order.
    package var commandFiles: [Surroundings.FileReading] = []
    /// Its standing.
    package var phase = Session.Phase.paused
    package var reason = "start"
    package var site: Site?
    package var failure: WorkflowFailure?
    /// The place at which the workflow was paused.
    package var held: Cue?
    package var notes = UserNotes()

    package init(name: String, parent: String? = nil, forkedAt: Int? = nil) {
        self.name = name
        self.parent = parent
        self.forkedAt = forkedAt
    }

    package var events: Int { record.log.count }
}

/// The branches of a session, and the one that is shown.
package struct Branches: Sendable {
    package private(set) var all: [Branch]
    package private(set) var current = 0

    package init() { all = [Branch(name: "main")] }

    package init(_ all: [Branch], current: Int) {
        self.all = all.isEmpty ? [Branch(name: "main")] : all
        self.current = self.all.indices.contains(current) ? current : 0
    }

    package var now: Branch { all[current] }

    func place(of name: String) -> Int? { all.firstIndex { $0.name == name } }

    /// Stores the current state of the branch in the list.
    mutating func keep(_ branch: Branch) { all[current] = branch }

    /// Makes a note on the current branch.
    mutating func note(_ note: UserNote) { all[current].notes.set(note) }

    mutating func go(to place: Int) { current = place }

    /// Adds a branch that was forked from another, and goes to it.
    mutating func fork(from parent: Int, at event: Int) {
        let number = (1...).lazy.first { number in !all.contains { $0.name == "fork-\(number)" } } ?? all.count
        var branch = Branch(name: "fork-\(number)", parent: all[parent].name, forkedAt: event)
        branch.notes = all[parent].notes.through(event, all[parent].record)
        all.append(branch)
        current = all.count - 1
    }
}

/// The event at which a replay differs from the log.
package struct Divergence: Sendable, Equatable {
    /// The number of the event, counted from 1.
    package var event: Int
    package var expected: String
    package var actual: String

    var report: ErrorReport {
        ErrorReport(
            code: "replay-diverged",
            message: "the replay diverged at event \(event): expected \(expected), got \(actual)")
    }
}

/// A run of a workflow that repeats a branch, up to some event of it, and then goes on live.
package struct Replay {
    let original: Branch
    /// The place of the original among the branches.
    let place: Int
    /// The number of events that are repeated.
    let end: Int
    /// Whether a new branch begins there; otherwise the branch goes on under its own name.
    let forks: Bool
    /// The exact place of the pause; nil is the first possible place after the event.
    let hold: Cue?
    /// The command that asked for it, and waits for its result.
    var asking: SessionRequest?
    /// A command that is done once the workflow is live.
    var then: SessionRequest?
    /// The next command to be given.
    var next = 0
    var nextFile = 0
    var nextStop = 0
    /// Up to which event the two runs have to be the same: where a command was given that is not repeated, they part.
    let common: Int
    var divergence: Divergence?

    init(of original: Branch, at place: Int, to end: Int, forks: Bool, asking: SessionRequest? = nil, then: SessionRequest? = nil) {
        self.original = original
        self.place = place
        self.end = end
        self.forks = forks
        self.asking = asking
        self.then = then
        hold = end == original.events ? original.held : nil
        common = original.cues.first { $0.event >= end }?.event ?? original.events
    }

    /// The next command, if there is one to be given before the end.
    var cue: Cue? {
        guard next < original.cues.count, original.cues[next].event < end else { return nil }
        return original.cues[next]
    }

    /// The event that comes next in the log.
    func event(_ number: Int) -> TraceEvent? { number < end ? original.record.log[number].event : nil }
}

/// The instructions of a session for the next one.
package enum Rerun: Sendable {
    /// From the beginning.
    case restart
    /// A branch as a value.
    case look(place: Int, asking: SessionRequest?)
    /// A branch again, up to an event, whether as a new one or to go on with it.
    case replay(place: Int, to: Int, forks: Bool, asking: SessionRequest?, then: SessionRequest?)
}
