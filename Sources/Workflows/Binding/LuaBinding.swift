import Debugging
import Trace

/// The kinds of handles that a workflow holds.
enum HandleKind {
    static let node: Int32 = 1
    static let optimizer: Int32 = 2
    static let bundle: Int32 = 3
    static let propagator: Int32 = 4
}

/// The binding's access to what is outside the machine and the engine. The runtime sets it.
struct LuaOutside {
    /// The folder of the workflow's files.
    var folder = "."
    var pause: (String?) -> LuaVerdict = { _ in .proceed }
    var printed: (String) -> Void = { _ in }
    /// The text of a file beside the workflow.
    var readFile: (String) throws(FileProblem) -> String = { name throws(FileProblem) in
        throw FileProblem(reason: "there is no folder to look for \(name) in")
    }
    /// Whether a file of so many bytes is written. A replay does not write again what the first run wrote.
    var mayWrite: (_ name: String, _ bytes: Int) throws(FileProblem) -> Bool = { (_, _) throws(FileProblem) in true }
    /// The text of a source file that was loaded.
    var sourceText: (String) -> String? = { _ in nil }
    /// Takes the new code of a bundle, by the name under which it is shown.
    var codeLoaded: (_ name: String, _ text: String) -> Void = { _, _ in }
}

/// Joins a Lua machine and an engine: the `trace` table, and the behaviour of nodes, bundles and optimizers in Lua.
///
/// Functions that are given to the machine hold the binding without owning it: the runtime owns both.
final class LuaBinding {
    let machine: LuaMachine
    let engine: Engine
    /// The arguments after the file on the command line.
    let arguments: [String]
    /// The limits of one call of code that a language model wrote, or of evaluation by hand.
    static let codeLimits = LuaLimits(instructions: 20_000_000, memory: 256 << 20, seconds: 30)
    /// The limits of one call of a trainable bundle.
    var callLimits = LuaBinding.codeLimits
    /// The longest code, in bytes: the time to compile some is in the square of its length.
    static let longestCode = 128 << 10

    /// Lua objects that are data of nodes, by the number that the engine knows them by.
    var objects: [LuaValue] = []
    private var objectNumbers: [UInt: Int] = [:]
    var objectNodes: [Int: NodeID] = [:]
    /// The functions of bundles, by the bundle's number.
    var functions: [BundleFunction] = []
    var propagators: [any RegisteringPropagator] = []
    /// Methods, made once.
    var methods: [String: LuaValue] = [:]
    var table: LuaValue = .null
    /// `trace.signature`, by which bundles know its projection.
    var signatureMark: LuaValue = .null
    /// The engine's error that Lua was given last.
    var raised: TraceError?
    var outside = LuaOutside()
    /// Code that replaces functions: the call of it that is running, and its chunks.
    var replaced: (call: ReplacedCall?, chunks: Set<String>) = (nil, [])

    init(machine: LuaMachine, engine: Engine, arguments: [String]) {
        self.machine = machine
        self.engine = engine
        self.arguments = arguments
    }

    /// Puts everything in place.
    func open() throws(LuaError) {
        try openNodes()
        try openBundles()
        try openOptimizers()
        try openPropagators()
        try openTrace()
    }

    /// A function for Lua whose engine errors become tables that `pcall` can tell apart.
    func function(_ name: String, _ body: @escaping (LuaBinding, LuaArguments) throws -> LuaResults) throws(LuaError) -> LuaValue {
        try machine.newFunction(name, guarded(body))
    }

    func guarded(_ body: @escaping (LuaBinding, LuaArguments) throws -> LuaResults) -> LuaFunction {
        { [unowned self] arguments in
            do {
                return try body(self, arguments)
            } catch let error as TraceError {
                throw raise(error)
            }
        }
    }

    /// An engine's error as a table: `code`, `message`, `nodes`, and `node` for an execution error.
    func raise(_ error: TraceError) -> LuaRaise {
        raised = error
        let report = error.report(in: engine.record)
        var fields: [(String, LuaValue)] = [("code", .string(report.code)), ("message", .string(report.message))]
        if case .execution(let node, _, _, _) = error { fields.append(("node", handle(node))) }
        let nodes = report.nodes.compactMap { engine.record.node(named: $0) }.map(handle)
        if let list = try? machine.newTable(list: nodes) { fields.append(("nodes", list)) }
        return .table(fields: fields)
    }

    func handle(_ id: NodeID) -> LuaValue { .handle(kind: HandleKind.node, id: id.index) }

    // MARK: Objects

    /// The number of a Lua object; the same for the same object.
    func number(of object: LuaValue) -> Int {
        let pointer = machine.pointer(object)
        if pointer != 0, let known = objectNumbers[pointer] { return known }
        objects.append(object)
        // The reference is retained, so the address stays the object's own.
        if pointer != 0 { objectNumbers[pointer] = objects.count - 1 }
        return objects.count - 1
    }
}

/// The Lua side of a bundle.
struct BundleFunction {
    var id: BundleID
    var name: String
    var original: LuaValue
    var parameters: [String]
    var isVariadic: Bool
    /// The code that `compiled` was made of.
    var code: String?
    var compiled: LuaValue
    /// The chunk of the running code, and its lines there.
    var chunk: String
    var lines: ClosedRange<Int>
    /// Whether the code is another than the workflow's own.
    var isReplaced = false
}
