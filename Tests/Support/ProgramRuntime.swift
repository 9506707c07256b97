import Debugging
import Trace

/// A workflow that is a Swift closure, for tests of what has no lines. It is given the engine and the pilot, as any runtime has them.
package final class ProgramRuntime: Runtime {
    package typealias Body = @Sendable (ProgramRuntime) throws(WorkflowFailure) -> Void
    package let engine = Engine()
    package let sources: [SourceFile] = []
    package let name = "program"
    package let runs = true
    package var currentSite: Site? { nil }
    package var currentStack: [StackFrame] { [] }
    package weak var pilot: (any Pilot)?
    package private(set) lazy var actions: any ManualActions = refusal.map { RefusedActions($0) } ?? EngineActions(engine)
    package var stepping: (any Stepping)?
    package let evaluating: (any Evaluating)? = nil
    package private(set) var repeating: (any Repeating)?
    private let refusal: String?
    private let body: Body
    private var isAbandoned = false

    /// - Parameters:
    ///   - repeats: whether its run can be repeated.
    ///   - refusal: why nothing can be changed by hand, if nothing can.
    package init(repeats: Bool = false, refusal: String? = nil, _ body: @escaping Body) {
        self.body = body
        self.refusal = refusal
        if repeats { repeating = Course(body: body) }
        engine.host = RuntimeHost(self)
    }

    package var kind: SessionKind {
        SessionKind(
            "a program in a test",
            instead: [.stepping: "'continue node' goes to the next node", .repeating: "start it again", .restarting: "start it again"])
    }

    package func run() throws(WorkflowFailure) {
        try body(self)
        if isAbandoned { throw WorkflowFailure(kind: .abandoned, message: "given up") }
    }

    package func abandon() { isAbandoned = true }
    package var interrupter: @Sendable () -> Void { {} }

    private final class Course: Repeating {
        let surroundings = Surroundings(name: "program", text: "a closure", memoryLimit: 1 << 30, nodeLimit: 1 << 20)
        let body: Body

        init(body: @escaping Body) { self.body = body }

        var maker: RuntimeMaker {
            { [body] (_, _) throws(WorkflowFailure) in ProgramRuntime(repeats: true, body) }
        }
        func goLive() {}
    }
}
