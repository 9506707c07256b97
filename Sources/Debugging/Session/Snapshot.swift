import Trace

/// Everything that a screen shows of a session at one time, as a value: it shares its contents with the session until that changes. One object,
/// because a screen passes it on dozens of times for each key.
package final class Snapshot: Sendable {
    /// The workflow's code, and the place of the workflow in it.
    package struct Code: Sendable {
        package var sources: [SourceFile]
        /// The place of the workflow, or its place at the event shown.
        package var site: Site?
        /// The active calls, and the variables of the innermost one, where the workflow is paused.
        package var frames: [CallFrame] = []
        package var locals: [Variable] = []
    }
    /// What waits for an answer or for a decision, and the models that may give it.
    package struct OpenQuestions: Sendable {
        package var waiting: Session.Waiting?
        /// The optimizer whose step waits until its proposal was seen.
        package var reviewing: OptimizerID?
        package var models = ModelStatus()
    }
    /// The problems that the log shows so far.
    package struct Problems: Sendable {
        package var findings: [Finding] = []
        /// Whether the log is being searched for more of them.
        package var seeksMore = false
    }

    package let record: GraphRecord
    /// The state at the event shown.
    package let state: GraphState
    /// Number of all events.
    package let events: Int
    /// The event shown, or nil for the present.
    package let cursor: Int?
    package let standing: Session.Standing
    package let code: Code
    package let breakpoints: Breakpoints
    package let asking: OpenQuestions
    /// The possibilities of the session.
    package let abilities: Abilities
    package let problems: Problems
    package let notes: UserNotes
    /// The branches; one of them is current.
    package let branches: [BranchLine]
    /// The file in which the session is saved while it runs.
    package let keeping: Keeping?
    /// Number of the run: another one begins with every restart, replay and change of branch.
    package let run: Int
    /// Grows with every snapshot of a session's host.
    package let version: Int

    init(
        record: GraphRecord, state: GraphState, events: Int, cursor: Int? = nil, standing: Session.Standing, code: Code,
        breakpoints: Breakpoints = Breakpoints(), asking: OpenQuestions = OpenQuestions(), abilities: Abilities,
        problems: Problems = Problems(), notes: UserNotes = UserNotes(), branches: [BranchLine] = [], keeping: Keeping? = nil, run: Int = 0,
        version: Int
    ) {
        (self.record, self.state, self.events, self.cursor) = (record, state, events, cursor)
        (self.standing, self.code, self.breakpoints, self.asking) = (standing, code, breakpoints, asking)
        (self.abilities, self.problems, self.notes, self.branches) = (abilities, problems, notes, branches)
        (self.keeping, self.run, self.version) = (keeping, run, version)
    }
}

extension Snapshot {
    package var phase: Session.Phase { standing.phase }
    package var reason: String { standing.reason }
    package var failure: WorkflowFailure? { standing.failure }
    /// Whether the workflow is on its way to its first pause.
    package var isStarting: Bool { phase == .running && reason == Session.Standing.starting }
    /// The name of the branch that is looked at.
    package var branch: String { branches.first(where: \.isCurrent)?.name ?? "main" }

    /// A graph alone, with no workflow around it.
    package convenience init(of engine: Engine, at state: GraphState? = nil, version: Int = 0) {
        self.init(
            record: engine.record, state: state ?? engine.state, events: engine.state.events, standing: Session.Standing(reason: ""),
            code: Code(sources: []), abilities: Abilities(graphAlone: "a graph alone"), version: version)
    }
}
