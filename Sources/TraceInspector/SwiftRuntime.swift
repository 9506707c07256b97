import Debugging
import Dispatch
import Trace

/// A compiled Swift program that runs by itself, and a graph of it. The session's thread waits in `run` while the program goes on; the pilot is called
/// on the program's thread.
final class SwiftRuntime: Runtime {
    let engine: Engine
    let name: String
    weak var pilot: (any Pilot)?
    private(set) lazy var actions: any ManualActions = EngineActions(engine)
    /// Whether the session is over and the program goes on without it.
    private(set) var isAbandoned = false
    private let files: SourceFinder
    private(set) var sources: [SourceFile] = []
    private let interruption: Interruption
    private let begun = DispatchSemaphore(value: 0)
    private let over = DispatchSemaphore(value: 0)

    init(_ engine: Engine, name: String, files: SourceFinder, interruption: Interruption) {
        self.engine = engine
        self.name = name
        self.files = files
        self.interruption = interruption
    }

    /// Takes a file of the program among the sources, the first time that it is met.
    func use(file: String) {
        guard !sources.contains(where: { $0.name == file }), let text = files.text(of: file) else { return }
        sources.append(SourceFile(name: file, language: .swift, text: text))
    }

    let kind = SessionKind(
        "a compiled Swift program",
        instead: [
            .stepping:
                "'continue KIND' goes to the next event of a kind, such as node or backward, and graph.breakpoint() pauses at a line",
            .evaluating: "'print NODE' shows a node, and 'set NODE VALUE' changes its data",
            .repeating: "'back' and 'forward' look at earlier events",
            .restarting: "quit, and start the program again",
        ])
    let runs = true
    // The graph's own host knows the place.
    var currentSite: Site? { nil }
    var currentStack: [StackFrame] { [] }
    var stepping: (any Stepping)? { nil }
    var evaluating: (any Evaluating)? { nil }
    var repeating: (any Repeating)? { nil }

    func abandon() { isAbandoned = true }
    var interrupter: @Sendable () -> Void { { [interruption] in interruption.request() } }

    // MARK: The session's thread

    func run() throws(WorkflowFailure) {
        begun.signal()
        over.wait()
        if isAbandoned { throw WorkflowFailure(kind: .abandoned, message: "the program goes on by itself") }
    }

    // MARK: The program's thread

    /// Waits until the session is there.
    func waitUntilBegun() { begun.wait() }

    /// Says that the program has ended, or goes on by itself: from here on the engine belongs to the session's thread.
    func end() { over.signal() }
}
