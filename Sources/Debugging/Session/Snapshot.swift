import Trace

/// All that a screen shows of a session at one moment, as a value: it shares what it holds with the session until either changes.
package struct Snapshot: Sendable {
    package var record: GraphRecord
    /// The state at the moment that is looked at.
    package var state: GraphState
    /// How many events there are in all.
    package var events: Int
    /// The moment that is looked at, or nil for the present.
    package var cursor: Int?
    package var phase: Session.Phase
    /// Why the workflow is held, or how it ended.
    package var reason: String
    /// Whether the workflow is on its way to where it is held for the first time.
    package var isStarting: Bool { phase == .running && reason == Session.Standing.starting }
    /// Where the workflow is, or was when the event that is looked at happened.
    package var site: Site?
    package var sources: [SourceFile]
    package var breakpoints: Breakpoints
    package var waiting: Session.Waiting?
    /// The optimizer whose step waits until its proposal was seen.
    package var reviewing: OptimizerID?
    package var models = ModelStatus()
    /// What can be done in the session.
    package var abilities: Abilities
    /// The change by hand that `undo` would take back.
    package var undoable: String?
    package var frames: [CallFrame]
    package var locals: [Variable]
    package var failure: WorkflowFailure?
    /// The problems that the log shows so far.
    package var findings: [Finding] = []
    /// Whether the log is being searched for more of them.
    package var seeksProblems = false
    /// The branches, of which one is looked at.
    package var branches: [BranchLine] = []
    /// The file that the session is kept in as it goes on.
    package var keeping: Keeping?
    /// Number of the run that this is a moment of: another one begins with every restart, replay and change of branch.
    package var run = 0
    /// Grows with every snapshot of a session's host.
    package var version = 0
}

extension Snapshot {
    /// The name of the branch that is looked at.
    package var branch: String { branches.first(where: \.isCurrent)?.name ?? "main" }
}

extension Snapshot {
    /// A graph alone, with no workflow around it.
    package init(of engine: Engine, at state: GraphState? = nil, version: Int = 0) {
        self.init(
            record: engine.record, state: state ?? engine.state, events: engine.state.events, phase: .paused, reason: "", sources: [],
            breakpoints: Breakpoints(), abilities: Abilities(graphAlone: "a graph alone"), frames: [], locals: [], version: version)
    }
}
