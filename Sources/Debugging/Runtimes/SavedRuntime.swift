import Trace

/// A branch as a value in the place of a running workflow: everything can be looked at, nothing runs.
package final class SavedRuntime: Runtime {
    package let engine: Engine
    package let sources: [SourceFile]
    package let repeating: (any Repeating)?
    package weak var pilot: (any Pilot)?

    /// - Parameter maker: runs the workflow again, when that is asked for; nil where it cannot be.
    package init(_ branch: Branch, maker: RuntimeMaker?) {
        engine = Engine(record: branch.record)
        sources = branch.sources
        engine.language = sources.first?.language ?? .lua
        name = branch.surroundings?.name ?? branch.sources.first?.name ?? ""
        if let surroundings = branch.surroundings, let maker {
            repeating = SavedCourse(surroundings: surroundings, maker: maker)
        } else {
            repeating = nil
        }
        engine.host = RuntimeHost(self)
    }

    package let name: String
    package var kind: SessionKind {
        let instead = "everything that it holds can be looked at and exported"
        return SessionKind("a saved session", instead: repeating == nil ? [.repeating: instead, .restarting: instead] : [:])
    }
    package var runs: Bool { false }
    package var currentSite: Site? { nil }
    package var currentStack: [StackFrame] { [] }
    package func run() throws(WorkflowFailure) {}
    package func abandon() {}
    package var interrupter: @Sendable () -> Void { {} }
    package var stepping: (any Stepping)? { nil }
    package var evaluating: (any Evaluating)? { nil }
    package let actions: any ManualActions = RefusedActions("a saved session cannot be changed unless its workflow can be run again")
}

/// The data from which a saved branch is run again.
private final class SavedCourse: Repeating {
    let surroundings: Surroundings
    let maker: RuntimeMaker

    init(surroundings: Surroundings, maker: @escaping RuntimeMaker) {
        self.surroundings = surroundings
        self.maker = maker
    }

    /// Nothing runs, so there is no replay to end.
    func goLive() {}
}
