import Trace

/// The parts of a session that a command may read and change.
struct CommandContext {
    private let session: Session
    /// The limit of the output that a command shows.
    let fold: Fold

    init(_ session: Session, _ fold: Fold = Fold(command: "")) {
        self.session = session
        self.fold = fold
    }

    var engine: Engine { session.engine }
    var runtime: any Runtime { session.runtime }
    var actions: any ManualActions { session.runtime.actions }
    var record: GraphRecord { session.engine.record }
    /// The state at the event shown.
    var state: GraphState { session.state }
    /// The event shown; nil is the present.
    var cursor: Int? {
        get { session.cursor }
        nonmutating set { session.cursor = newValue }
    }
    var phase: Session.Phase { session.standing.phase }
    /// The reason why the workflow is paused, or how it ended.
    var reason: String { session.standing.reason }
    var stepper: Stepper { session.stepper }
    var asking: Asking { session.asking }
    var repetition: Repetition { session.repetition }
    var keeper: (any SessionKeeper)? { session.keeper }
    var drawer: GraphDrawer? { session.options.drawer }
    /// Whether a command is changing something.
    var isByHand: Bool { session.hands.areActive }
    /// The problems that the log shows so far.
    var findings: [Finding] { session.findings }
    var branchLines: [BranchLine] { session.branchLines }
    /// All branches, as they are now.
    var allBranches: Branches { session.allBranches }

    /// Removes the last change by hand from those that can be undone, and returns it.
    func takeLastChange() -> (moment: Int, text: String)? { session.hands.undoable.popLast() }

    /// An error in words.
    func report(of error: any Error) -> ErrorReport { session.report(of: error) }

    /// Ends the session, for another run.
    func rerun(_ rerun: Rerun) { session.ending = .rerun(rerun) }

    func quit() { session.ending = .quit }

    /// In a replay, whether a question by hand was sent at once in the first run; nil when the session is live.
    var repeatsAsking: Bool? { session.repetition.repeatsAsking(after: engine.state.events) }

    /// The graph at the event shown, to be written.
    func exported(_ optimizer: OptimizerID?) throws -> ExportedGraph {
        try optimizer.map { try ExportedGraph(of: session, optimizer: $0) } ?? ExportedGraph(of: session)
    }
}
