import Trace

extension LuaBinding {
    /// The `trace` table.
    func openTrace() throws(LuaError) {
        table = try machine.newTable()
        let entries: [(String, (LuaBinding, LuaArguments) throws -> LuaResults)] = [
            ("node", { try $0.makeNode($1, trainable: false) }), ("parameter", { try $0.makeNode($1, trainable: true) }),
            ("bundle", { try $0.makeBundle($1) }), ("optimizer", { try $0.makeOptimizer($1) }), ("iterate", { try $0.iterate($1) }),
            ("sum_propagator", { binding, _ in .one(try binding.add(SumPropagator())) }),
            (
                "propagator",
                { binding, arguments in
                    guard case .function = arguments[0] else { throw LuaRaise.text("a propagator is made of a function(child, feedback)") }
                    return .one(try binding.add(LuaPropagator(arguments[0], binding)))
                }
            ),
            ("llm", { try $0.askModel($1) }), ("graph_propagator", { binding, _ in .one(try binding.add(GraphPropagator())) }),
            (
                "no_trace",
                { binding, arguments in .many(try binding.engine.withTracing(false) { try binding.call(arguments[0], []) }) }
            ),
            (
                "scope",
                { binding, arguments in
                    guard let name = arguments.string(0) else {
                        throw LuaRaise.text("a scope has a name: trace.scope(\"name\", function() … end)")
                    }
                    return .many(try binding.engine.withScope(name) { try binding.call(arguments[1], []) })
                }
            ),
            ("score", { try $0.score($1) }),
            (
                "breakpoint",
                { binding, arguments in
                    try binding.count(.pauses)
                    if case .abort = binding.outside.pause(arguments.string(0)) { binding.machine.requestInterrupt() }
                    return .none
                }
            ),
        ]
        for (name, body) in entries { try machine.set(table, name, try function(name, body)) }
        try openOperators()
        try openProjections()
        try openFiles()
        try machine.set(table, "args", try machine.newTable(list: arguments.map { .string($0) }))
        try machine.rawSet(machine.globals(), .string("trace"), table)
        try machine.register("print") { [unowned self] arguments in
            var line = ""
            try count(.lines)
            for i in 0..<arguments.count {
                let word = try machine.toString(arguments[i], limits: Self.codeLimits)
                try count(.bytes, word.utf8.count + 1)
                guard line.utf8.count + word.utf8.count <= LuaMachine.mostText else {
                    throw LuaRaise.text("a line of more than \(LuaMachine.mostText) bytes cannot be printed")
                }
                line += i == 0 ? word : "\t" + word
            }
            do throws(TraceError) { try engine.requireRoom(for: .string(line)) } catch { throw raise(error) }
            engine.printed(line)
            outside.printed(line)
            return .none
        }
    }

    /// `trace.score(name, number)`: how good something is, for the trends.
    private func score(_ arguments: LuaArguments) throws -> LuaResults {
        guard let name = arguments.string(0), !name.isEmpty else {
            throw LuaRaise.text("a score has a name: trace.score(\"name\", number)")
        }
        let given: Value
        switch try argument(arguments[1]) {
        case .node(let id): given = engine.read(id)
        case .value(let value): given = value
        default: given = .none
        }
        let number: Double
        switch given {
        case .int(let value): number = Double(value)
        case .float(let value): number = value
        case .bool(let value): number = value ? 1 : 0
        default: throw LuaRaise.text("the score '\(name)' is \(Words.withArticle(given.typeName)), and must be a number")
        }
        try count(.lines)
        try count(.bytes, name.utf8.count + 1)
        do throws(TraceError) { try engine.requireRoom(for: .string(name)) } catch { throw raise(error) }
        engine.scored(name, number)
        return .none
    }

    /// `trace.ops`: every operator by name.
    private func openOperators() throws(LuaError) {
        let ops = try machine.newTable()
        for (name, op) in Operator.all.sorted(by: { $0.key < $1.key }) {
            try machine.set(
                ops, name, try function(name) { binding, arguments in .one(binding.handle(try binding.applyByName(op, arguments))) })
        }
        try machine.set(
            ops, "make_dict",
            try function("make_dict") { binding, arguments in
                guard case .table = arguments[0] else { throw LuaRaise.text("make_dict takes a table of key → value") }
                switch try binding.argument(arguments[0]) {
                case .value(.dict(let items)): return .one(binding.handle(try binding.engine.makeDict(items.mapValues { .value($0) })))
                case .value, .list: throw LuaRaise.text("make_dict takes a table with keys that are strings")
                case let other: return .one(binding.handle(try binding.engine.node(for: other)))
                }
            })
        try machine.set(ops, "call", try function("call") { try $0.callNode($1) })
        try machine.set(table, "ops", ops)
    }

    private func makeNode(_ arguments: LuaArguments, trainable: Bool) throws -> LuaResults {
        let what = trainable ? "a parameter" : "a node"
        let known = ["name", "description", "constraint", "projections"] + (trainable ? [] : ["trainable"])
        let options = try options(arguments[1], known, of: what)
        let isTrainable = try trainable || flag(options["trainable"], option: "trainable")
        var settings = NodeOptions(
            name: try text(options["name"], option: "name"), description: try text(options["description"], option: "description"),
            constraint: try text(options["constraint"], option: "constraint"), isTrainable: isTrainable)
        switch try argument(arguments[0]) {
        case .node(let id):
            guard isTrainable else { return .one(handle(id)) }
            settings.name = settings.name ?? engine.record.baseName(id)
            let copy = try engine.node(engine.read(id), settings)
            try constrain(copy, by: options["projections"])
            return .one(handle(copy))
        case .value(let value):
            let id = try engine.node(value, settings)
            try constrain(id, by: options["projections"])
            if case .object(let object) = value, !isTrainable, objectNodes[object.handle] == nil { objectNodes[object.handle] = id }
            return .one(handle(id))
        case let container:
            guard !isTrainable else { throw LuaRaise.text("a parameter's data cannot hold nodes: give it their data") }
            return .one(handle(try engine.node(for: container)))
        }
    }

    /// `trace.iterate(node)`: the index or key, and the item as a traced node.
    private func iterate(_ arguments: LuaArguments) throws -> LuaResults {
        let id = try node(arguments, 0, "the iterated value")
        // The data itself is retained, and not a list of its keys: an iterator may be one of many.
        let data = engine.read(id), count: Int
        switch data {
        case .list(let items): count = items.count
        case .dict(let items): count = items.count
        case .string(let text):
            try machine.spend(text.utf8.count / 16)
            count = text.count
        case let other: throw LuaRaise.text("\(engine.record.name(id)) is \(Words.withArticle(other.typeName)), which has no items")
        }
        guard let op = Operator.all["getitem"] else { return .none }
        var next = 0
        return .one(
            try function("iterator") { binding, _ in
                guard next < count else { return .none }
                next += 1
                let key: Value = if case .dict(let items) = data { items.keys[next - 1].value } else { .int(next) }
                let item = try binding.engine.apply(op, [.node(id), .value(key)], syntactic: true)
                return .many([try binding.lua(key), binding.handle(item)])
            })
    }
}
