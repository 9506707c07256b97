import Trace

/// Everything that a screen shows of a session at one time, as a value: it shares its contents with the session until either changes.
package struct Snapshot: Sendable {
    package var record: GraphRecord
    /// The state at the event shown.
    package var state: GraphState
    /// Number of all events.
    package var events: Int
    /// The event shown, or nil for the present.
    package var cursor: Int?
    package var phase: Session.Phase
    /// The reason why the workflow is paused, or how it ended.
    package var reason: String
    /// Whether the workflow is on its way to its first pause.
    package var isStarting: Bool { phase == .running && reason == Session.Standing.starting }
    /// The place of the workflow, or its place at the event shown.
    package var site: Site?
    package var sources: [SourceFile]
    package var breakpoints: Breakpoints
    package var waiting: Session.Waiting?
    /// The optimizer whose step waits until its proposal was seen.
    package var reviewing: OptimizerID?
    package var models = ModelStatus()
    /// The possibilities of the session.
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
    package var notes = UserNotes()
    /// The branches; one of them is current.
    package var branches: [BranchLine] = []
    /// The file in which the session is saved while it runs.
    package var keeping: Keeping?
    /// Number of the run: another one begins with every restart, replay and change of branch.
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
