import Trace

/// A branch as a value in the place of a running workflow: everything can be looked at, nothing runs.
package final class SavedRuntime: Runtime {
    package let engine: Engine
    package let sources: [SourceFile]
    package let surroundings: Surroundings
    package let maker: RuntimeMaker
    package weak var pilot: (any Pilot)?
    package var asksAtLines = false
    package var keepsReadings = false
    /// For the moments before the end.
    let checkpoints: Checkpoints

    /// - Parameter maker: runs the workflow again, when that is asked for.
    package init(_ branch: Branch, maker: @escaping RuntimeMaker) {
        var kept = Checkpoints()
        engine = Engine(record: branch.record) {
            kept.keep($0)
        } stateAt: {
            kept.state(at: $0, in: branch.record)
        }
        checkpoints = kept
        sources = branch.sources
        surroundings = branch.surroundings ?? Surroundings(name: "", text: "", memoryLimit: 0, nodeLimit: 0)
        self.maker = maker
    }

    package var interrupter: @Sendable () -> Void { {} }
    package func run() throws(WorkflowFailure) {}
    package func goLive() {}
    package func depth() -> Int { 0 }
    package func frames() -> [Frame] { [] }
    package func locals(frame: Int) -> [Variable] { [] }
    package func evaluate(_ code: String, frame: Int?) throws(WorkflowFailure) -> Variable {
        throw WorkflowFailure(
            kind: .runtime, message: "this is what was kept of a run, in which nothing can be evaluated: 'continue' or 'fork' runs it again"
        )
    }
}
