import Debugging
import Trace

/// Runs a workflow in Lua.
package final class LuaRuntime: Runtime {
    /// The loaded files, by name.
    private struct Loaded {
        /// The values that `require` returned.
        var modules: [String: LuaValue] = [:]
        /// The texts of the files.
        var texts: [String: String] = [:]
    }
    package let engine = Engine()
    package private(set) lazy var actions: any ManualActions = EngineActions(engine)
    package private(set) var sources: [SourceFile] = []
    package weak var pilot: (any Pilot)?
    /// Called with each line that the workflow prints, but for those that a replay prints again.
    package var onPrint: (@Sendable (String) -> Void)?
    /// Whether readings of clocks and files now belong to the workflow's run; off while the debugger only looks.
    private var keepsReadings = true
    /// Whether the workflow may write its values files. A workflow of a saved session may only with its user's consent.
    package var writesFiles: Bool

    let machine: LuaMachine
    private let binding: LuaBinding
    private let main: LuaValue
    private let folder: String
    /// The clocks and files, and their past readings.
    private var world: World
    private var loaded = Loaded()
    private var lastSite: (place: LuaLine, site: Site)?
    private var isAbandoned = false

    /// The limits of one call of a trainable bundle.
    var callLimits: LuaLimits {
        get { binding.callLimits }
        set { binding.callLimits = newValue }
    }

    /// - Parameters:
    ///   - name: the name of the file; `require` looks in `folder`.
    ///   - memoryLimit: of the workflow's heap, and of the data in the graph, in bytes.
    ///   - nodeLimit: the largest number of nodes in the graph.
    /// - Throws: when the text is not a Lua program.
    ///   - seed: the seed of `math.random`.
    package convenience init(
        name: String, text: String, folder: String, arguments: [String] = [], memoryLimit: Int = 1 << 30,
        nodeLimit: Int = GraphLimits().nodes, seed: Int = 0
    ) throws(WorkflowFailure) {
        try self.init(
            Surroundings(
                name: name, text: text.withPlainLineEnds, arguments: arguments, seed: seed, memoryLimit: memoryLimit, nodeLimit: nodeLimit),
            folder: folder)
    }

    /// A workflow as it was run before.
    ///
    /// - Parameters:
    ///   - replays: whether it is given the same readings of clocks and files as then, until `goLive`.
    ///   - keepsFiles: whether files are read as they were then, also when it is live: those of a session that was saved.
    package init(_ surroundings: Surroundings, folder: String, replays: Bool = false, keepsFiles: Bool = false) throws(WorkflowFailure) {
        let (name, text, memoryLimit) = (surroundings.name, surroundings.text, surroundings.memoryLimit)
        world = World(surroundings, folder: folder, replays: replays, keepsFiles: keepsFiles)
        writesFiles = !keepsFiles
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw WorkflowFailure(kind: .unreadable, message: "\(name): it is empty, and a workflow is a Lua program")
        }
        machine = LuaMachine(memoryLimit: memoryLimit)
        machine.seed(surroundings.seed)
        binding = LuaBinding(machine: machine, engine: engine, arguments: surroundings.arguments)
        self.folder = folder
        binding.outside.folder = folder
        engine.limits = GraphLimits(nodes: surroundings.nodeLimit, bytes: memoryLimit)
        do throws(LuaError) {
            main = try machine.load(text.withoutRunner, chunk: name)
        } catch {
            throw error.workflowFailure
        }
        loaded.texts[name] = text.withoutRunner
        sources = [SourceFile(name: name, language: .lua, text: text)]
        do throws(LuaError) {
            try binding.open()
            try openRequire()
        } catch {
            throw error.workflowFailure
        }
        connect()
    }

    /// A workflow from a file.
    package convenience init(
        path: String, arguments: [String] = [], memoryLimit: Int = 1 << 30, nodeLimit: Int = GraphLimits().nodes,
        seed: Int = 0
    ) throws(WorkflowFailure) {
        let text: String
        do {
            text = try readText(path)
        } catch {
            throw WorkflowFailure(kind: .unreadable, message: "\(path): \(error.reason)")
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.dropLast().joined(separator: "/")
        try self.init(
            name: String(parts.last ?? ""), text: text, folder: parts.count == 1 ? "." : folder.isEmpty ? "/" : folder,
            arguments: arguments,
            memoryLimit: memoryLimit, nodeLimit: nodeLimit, seed: seed)
    }

    package var name: String { world.past.name }
    package var kind: SessionKind { SessionKind("a workflow in Lua") }
    package var runs: Bool { true }
    package var stepping: (any Stepping)? { self }
    package var evaluating: (any Evaluating)? { self }
    package var repeating: (any Repeating)? { self }

    package var surroundings: Surroundings { world.past }

    package func goLive() { world.goLive() }

    package var maker: RuntimeMaker {
        let (folder, keepsFiles, onPrint, writesFiles) = (folder, world.keepsFiles, onPrint, writesFiles)
        return { (surroundings, replays) throws(WorkflowFailure) in
            let runtime = try LuaRuntime(surroundings, folder: folder, replays: replays, keepsFiles: keepsFiles)
            runtime.onPrint = onPrint
            runtime.writesFiles = writesFiles
            return runtime
        }
    }

    private func connect() {
        machine.clock = { [unowned self] in world.time(of: $0, keeps: keepsReadings) }
        binding.outside.readFile = { [unowned self] name throws(FileProblem) in try world.text(of: name) }
        binding.outside.mayWrite = { [unowned self] (name, bytes) throws(FileProblem) in
            if world.replays { return false }
            guard writesFiles else {
                throw FileProblem(
                    reason: "it is not written, because the workflow comes from a saved session: --write-files lets it write")
            }
            try world.writes(name, bytes: bytes)
            return true
        }
        engine.host = RuntimeHost(self)
        binding.outside.sourceText = { [unowned self] in loaded.texts[$0] }
        binding.outside.codeLoaded = { [unowned self] name, text in
            loaded.texts[name] = text
            sources.append(SourceFile(name: name, language: .lua, text: text))
        }
        binding.outside.printed = { [unowned self] line in
            guard !world.replays, let onPrint else { return }
            if let pilot { pilot.show { onPrint(line) } } else { onPrint(line) }
        }
        binding.outside.pause = { [unowned self] label in
            guard let pilot else { return .proceed }
            return verdict(pilot.breakpoint(label, at: currentSite))
        }
        machine.lineObserver = { [unowned self] place in
            guard let pilot else { return .proceed }
            return verdict(pilot.reached(site(place)))
        }
        machine.interruptObserver = { [unowned self] place in
            if isAbandoned { return .abort }
            guard let pilot else { return .proceed }
            return verdict(pilot.interrupted(at: site(place)))
        }
    }

    package var currentSite: Site? { machine.currentLine().map { site($0) } }

    package var currentStack: [StackFrame] {
        machine.frames(limit: 200).compactMap { frame in
            guard !frame.isNative, let line = frame.line else { return nil }
            return StackFrame(
                function: frame.isMain ? "main" : frame.name ?? "function", site: Site(file: frame.chunk, line: line),
                definition: frame.isMain ? 0 : frame.firstLine)
        }
    }

    private func verdict(_ goesOn: Bool) -> LuaVerdict {
        if !goesOn { isAbandoned = true }
        return goesOn ? .proceed : .abort
    }

    private func site(_ place: LuaLine) -> Site {
        if let lastSite, lastSite.place == place { return lastSite.site }
        let site = Site(file: machine.chunkName(place.chunk), line: place.line)
        lastSite = (place, site)
        return site
    }

    package func abandon() {
        isAbandoned = true
        machine.interrupter.request()
    }

    package var interrupter: @Sendable () -> Void {
        let interrupter = machine.interrupter
        return { interrupter.request() }
    }

    package var glance: (@Sendable () -> Void)? { interrupter }

    package func run() throws(WorkflowFailure) {
        do throws(LuaError) {
            _ = try machine.call(main)
        } catch {
            if isAbandoned { throw WorkflowFailure(kind: .abandoned, message: "the workflow was abandoned") }
            throw error.workflowFailure
        }
        if isAbandoned { throw WorkflowFailure(kind: .abandoned, message: "the workflow was abandoned") }
    }

    /// The calls of Lua's own, with their levels.
    private func luaFrames() -> [LuaFrame] { machine.frames().filter { !$0.isNative } }

}

extension LuaRuntime: Stepping, LineByLine, Evaluating, Repeating {
    package var lineByLine: (any LineByLine)? { self }
    package var thread: String? { nil }

    package var asksAtLines: Bool {
        get { machine.linesObserved }
        set { machine.linesObserved = newValue }
    }

    package func depth() -> Int { machine.depth() }

    package func frames() -> [CallFrame] {
        luaFrames().map { frame in
            CallFrame(
                function: frame.isMain ? "main" : frame.name ?? "function", site: frame.line.map { Site(file: frame.chunk, line: $0) })
        }
    }

    package func locals(frame: Int) -> [Variable] {
        let frames = luaFrames()
        guard frames.indices.contains(frame), let locals = try? machine.locals(frames[frame].level) else { return [] }
        return locals.filter { !$0.name.isEmpty && $0.name.first != "(" }.map { variable($0.name, $0.value) }
    }

    package func evaluate(_ code: String, frame: Int?, looks: Bool) throws(WorkflowFailure) -> Variable {
        keepsReadings = !looks
        defer { keepsReadings = true }
        let frames = frame == nil ? [] : luaFrames()
        let level = frame.flatMap { frames.indices.contains($0) ? frames[$0].level : nil }
        do throws(LuaError) {
            let values = try machine.evaluate(code, level: level, limits: LuaBinding.codeLimits)
            if values.count <= 1 { return variable("", values.first ?? .null, most: .max) }
            let all = values.map { variable("", $0, most: .max) }
            return Variable(name: "", type: "values", text: all.map(\.text).joined(separator: ", "), subject: .other)
        } catch {
            throw error.workflowFailure
        }
    }

    package func linesWithCode(in file: String) -> [Int]? { loaded.texts[file].flatMap { LuaSource.linesWithCode($0) } }

    package func canLoad(_ file: String) -> Bool { world.has(file) }

    package func checkExpression(_ code: String) throws(WorkflowFailure) {
        do throws(LuaError) {
            // In parentheses it is one value, and a comment at its end ends before the bracket.
            _ = try machine.load("return (\(code)\n)", chunk: "condition")
        } catch {
            throw error.workflowFailure
        }
    }

    /// - Parameter limit: about how many characters of it are wanted.
    private func variable(_ name: String, _ value: LuaValue, most limit: Int = 2000) -> Variable {
        switch value {
        case .handle(HandleKind.node, let id):
            let node = NodeID(id)
            return Variable(
                name: name, type: "node", text: "\(engine.record.name(node)) = \(engine.value(node).short(200))", subject: .node(node))
        case .handle(HandleKind.optimizer, let id):
            return Variable(name: name, type: "optimizer", text: engine.record.optimizers[id].name, subject: .optimizer(OptimizerID(id)))
        case .handle(HandleKind.bundle, let id):
            return Variable(name: name, type: "bundle", text: binding.functions[id].name, subject: .other)
        case .function: return Variable(name: name, type: "function", text: "function", subject: .other)
        case .null: return Variable(name: name, type: "nil", text: "nil", subject: .value(.none))
        case .table where machine.hasMetatable(value):
            let text = machine.metatableName(of: value) ?? "object"
            let fields = binding.fields(of: value, most: min(limit, 2000)).map { " \($0)" } ?? ""
            return Variable(name: name, type: "object", text: text + fields, subject: .other)
        case .table where limit < .max:
            return Variable(name: name, type: "table", text: binding.glance(value, most: limit), subject: .other)
        case .table:
            guard let shown = try? binding.argument(value) else {
                return Variable(name: name, type: "table", text: "table", subject: .other)
            }
            return Variable(name: name, type: "table", text: binding.words(shown, most: limit), subject: .other)
        default:
            guard let plain = try? binding.value(value) else { return Variable(name: name, type: "other", text: "…", subject: .other) }
            return Variable(
                name: name, type: plain.typeName, text: limit == .max ? plain.literal : plain.short(limit), subject: .value(plain))
        }
    }

    // MARK: Modules

    private func openRequire() throws(LuaError) {
        try machine.register("require") { [unowned self] arguments in
            guard let name = arguments.string(0) else {
                throw LuaRaise.text("require takes the name of a file beside the workflow, without .lua")
            }
            if name == "trace" { return .one(binding.table) }
            if let known = loaded.modules[name] { return .one(known) }
            let isPlain = name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
            }
            guard isPlain else { throw LuaRaise.text("require finds only files beside the workflow: '\(name)' is not the name of one") }
            let file = name.split(separator: ".").joined(separator: "/") + ".lua"
            let text: String
            try binding.count(.files)
            do throws(FileProblem) {
                text = try world.text(of: file).withPlainLineEnds
            } catch {
                throw LuaRaise.text("require '\(name)': \(file), beside the workflow, cannot be read: \(error.reason)")
            }
            loaded.texts[file] = text.withoutRunner
            sources.append(SourceFile(name: file, language: .lua, text: text))
            pilot?.loaded(file)
            // A module that requires itself gets its fields so far.
            loaded.modules[name] = .bool(true)
            let result = try machine.call(try machine.load(text.withoutRunner, chunk: file), [.string(name)]).first ?? .null
            if case .null = result {} else { loaded.modules[name] = result }
            return .one(loaded.modules[name] ?? .bool(true))
        }
    }
}

extension String {
    /// The text with one kind of line end, as Lua counts lines: a carriage return and a line feed are one character to Swift.
    fileprivate var withPlainLineEnds: String {
        utf8.contains(UInt8(ascii: "\r")) ? String(map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 }) : self
    }

    /// The text with an empty first line in place of one that names its interpreter (`#!/usr/bin/env lua`), which is not Lua.
    fileprivate var withoutRunner: String { hasPrefix("#") ? String(drop { $0 != "\n" }) : self }
}
