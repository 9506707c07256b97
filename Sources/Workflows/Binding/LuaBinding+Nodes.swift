import Trace

extension LuaBinding {
    /// The behaviour of nodes in Lua.
    func openNodes() throws(LuaError) {
        var metamethods: [String: LuaFunction] = [
            "__index": guarded { try $0.index($1) },
            "__newindex": guarded { binding, arguments in
                let id = try binding.node(arguments, 0, "the target of an assignment")
                guard arguments.string(1) == "data" else {
                    throw LuaRaise.text("only the data of a node can be assigned: \(binding.engine.record.name(id)).data = …")
                }
                let value = try binding.value(arguments[2])
                try binding.engine.requireRoom(for: value)
                binding.engine.set(id, to: value, by: .workflow)
                return .none
            },
            "__tostring": guarded { binding, arguments in
                let id = try binding.node(arguments, 0, "it")
                return .one(.string("\(binding.engine.record.name(id)) = \(binding.engine.value(id).short(200))"))
            },
            "__len": guarded { binding, arguments in
                let id = try binding.node(arguments, 0, "it")
                switch binding.engine.read(id) {
                case .list(let items): return .one(.int(items.count))
                case .dict(let items): return .one(.int(items.count))
                case .string(let text): return .one(.int(text.utf8.count))
                case let other:
                    throw LuaRaise.text("\(binding.engine.record.name(id)) is \(Words.withArticle(other.typeName)), which has no length")
                }
            },
            "__call": guarded { try $0.callNode($1) },
            "__eq": guarded { binding, arguments in
                .one(
                    .bool(
                        binding.engine.read(try binding.node(arguments, 0, "it")).equals(
                            binding.engine.read(try binding.node(arguments, 1, "it")))))
            },
            "__lt": guarded { try $0.compare($1, "lt") },
            "__le": guarded { try $0.compare($1, "le") },
        ]
        for (event, name) in Self.syntax {
            guard let op = Operator.all[name] else { continue }
            metamethods[event] = guarded { try $0.apply(op, $1) }
        }
        metamethods["__add"] = guarded { binding, arguments in
            let a = try binding.operand(arguments, 0), b = try binding.operand(arguments, 1)
            return .one(binding.handle(try binding.engine.sum(a, b)))
        }
        for event in ["__unm", "__bnot"] {
            guard let op = Operator.all[event == "__unm" ? "neg" : "invert"] else { continue }
            metamethods[event] = guarded { binding, arguments in
                .one(binding.handle(try binding.engine.apply(op, [try binding.operand(arguments, 0)], syntactic: true)))
            }
        }
        try machine.defineKind(HandleKind.node, name: "node", metamethods: metamethods)
        try openNodeMethods()
    }

    /// The operators of Lua's syntax.
    private static let syntax = [
        "__sub": "subtract", "__mul": "multiply", "__div": "divide", "__idiv": "floor_divide", "__mod": "mod", "__pow": "power",
        "__concat": "concat", "__band": "and_", "__bor": "or_", "__bxor": "xor", "__shl": "lshift", "__shr": "rshift",
    ]

    private func apply(_ op: Operator, _ arguments: LuaArguments) throws -> LuaResults {
        .one(handle(try engine.apply(op, [try operand(arguments, 0), try operand(arguments, 1)], syntactic: true)))
    }

    private func compare(_ arguments: LuaArguments, _ name: String) throws -> LuaResults {
        let a = try value(arguments[0]), b = try value(arguments[1])
        guard let op = Operator.all[name], case .bool(let holds)? = try? op.rule([a, b]) else {
            throw LuaRaise.text("\(Words.withArticle(a.typeName)) and \(Words.withArticle(b.typeName)) cannot be compared")
        }
        return .one(.bool(holds))
    }

    private func index(_ arguments: LuaArguments) throws -> LuaResults {
        let id = try node(arguments, 0, "it")
        if let name = arguments.string(1) {
            if let attribute = try attribute(name, id) { return .one(attribute) }
            if let method = try method(name) { return .one(method) }
            guard case .dict = engine.value(id) else {
                throw LuaRaise.text("\(engine.record.name(id)), \(Words.withArticle(engine.value(id).typeName)), has no '\(name)'")
            }
        }
        guard let op = Operator.all["getitem"] else { return .none }
        return .one(handle(try engine.apply(op, [.node(id), try operand(arguments[1])], syntactic: true)))
    }

    private func attribute(_ name: String, _ id: NodeID) throws -> LuaValue? {
        let record = engine.record
        switch name {
        case "data": return try lua(engine.readData(id))
        case "name": return .string(record.name(id))
        case "description": return .string(record.description(id))
        case "constraint": return record.constraint(id).map { .string($0) } ?? .null
        case "trainable": return .bool(record.isTrainable(id))
        case "level": return .int(record.level(id))
        case "kind": return .string(record.kind(id).name)
        case "type": return .string(engine.value(id).typeName)
        case "parents": return try machine.newTable(list: record.parents(id).map(handle))
        case "children":
            let children = record.children(id)
            try machine.spend(children.count)
            return try machine.newTable(list: children.map(handle))
        case "inputs": return try machine.newTable(fields: record.inputs(id).map { ($0.name, handle($0.node)) })
        case "report": return record.report(id).map { .string($0) } ?? .null
        case "feedback": return try feedback(id)
        default: return nil
        }
    }

    /// The feedback lists of a node: a list of `{ child = node or "user", entries = { { text, backward, optimizer }, … } }`.
    private func feedback(_ id: NodeID) throws -> LuaValue {
        let record = engine.record
        var lists: [LuaValue] = []
        for (source, entries) in engine.state.entries(id, in: record) {
            try machine.spend(entries.count * 16)
            var items: [LuaValue] = []
            for entry in entries {
                let call = record.backwards[entry.backward - 1]
                items.append(
                    try machine.newTable(fields: [
                        ("text", try lua(record.feedback(of: entry))), ("backward", .int(entry.backward)),
                        ("output", handle(call.output)),
                        ("optimizer", call.optimizer.map { .handle(kind: HandleKind.optimizer, id: $0.index) } ?? .null),
                    ]))
            }
            let child: LuaValue = if case .child(let node) = source { handle(node) } else { .string("user") }
            lists.append(try machine.newTable(fields: [("child", child), ("entries", try machine.newTable(list: items))]))
        }
        return try machine.newTable(list: lists)
    }

    private func openNodeMethods() throws(LuaError) {
        methods["backward"] = try function("backward") { binding, arguments in
            let id = try binding.node(arguments, 0, "the target of node:backward(…)")
            let call = try binding.backwardOptions(arguments[2])
            try binding.engine.backward(
                id, feedback: arguments.isNull(1) ? "" : try binding.value(arguments[1]), retain: call.retain, propagator: call.propagator)
            return .none
        }
        methods["zero_feedback"] = try function("zero_feedback") { binding, arguments in
            try binding.engine.requireRoom()
            binding.engine.zeroFeedback(.node(try binding.node(arguments, 0, "the target of zero_feedback")))
            return .none
        }
        methods["contains"] = try function("contains") { binding, arguments in
            let container = try binding.node(arguments, 0, "the target of contains")
            return .one(binding.handle(try binding.engine.apply(.named("in_"), [try binding.operand(arguments, 1), .node(container)])))
        }
        methods["call"] = try function("call") { try $0.callNode($1) }
        methods["detach"] = try function("detach") { binding, arguments in
            .one(binding.handle(try binding.engine.detach(try binding.node(arguments, 0, "the target of detach"))))
        }
    }

    func backwardOptions(_ value: LuaValue) throws -> (retain: Bool, propagator: (any Propagator)?) {
        let options = try options(value, ["retain_graph", "propagator"], of: "backward")
        return (try flag(options["retain_graph"], option: "retain_graph"), try propagator(options["propagator"]))
    }

    /// A method of nodes: every operator is one, by its name, or by its name without the underscore.
    private func method(_ name: String) throws -> LuaValue? {
        if let known = methods[name] { return known }
        let aliases = ["get": "getitem", "len": "len_"]
        guard let op = Operator.all[aliases[name] ?? name] ?? Operator.all[name + "_"] else { return nil }
        let method = try function(name) { binding, arguments in
            guard arguments.handle(0, kind: HandleKind.node) != nil else {
                throw LuaRaise.text("\(name) is a method: write node:\(name)(…)")
            }
            // `get` is `node[i]` for any key.
            return .one(binding.handle(try binding.applyByName(op, arguments, syntactic: name == "get")))
        }
        methods[name] = method
        return method
    }

    /// Applies an operator to arguments. Omitted ones at the end do not make nodes.
    func applyByName(_ op: Operator, _ arguments: LuaArguments, syntactic: Bool = false) throws -> NodeID {
        var count = arguments.count
        while count > op.required, arguments.isNull(count - 1) { count -= 1 }
        var operands: [Engine.Operand] = []
        for i in 0..<count { operands.append(try operand(arguments, i)) }
        return try engine.apply(op, operands, syntactic: syntactic)
    }

    /// Calls a function that is a node's data.
    func callNode(_ arguments: LuaArguments) throws -> LuaResults {
        let id = try node(arguments, 0, "the called value")
        guard case .object(let object) = engine.value(id), objects.indices.contains(object.handle) else {
            throw LuaRaise.text("\(engine.record.name(id)) is \(Words.withArticle(engine.value(id).typeName)), not a function")
        }
        var inputs: [(name: String, argument: BundleArgument)] = [("fun", .node(id))]
        for i in 1..<max(1, arguments.count) { inputs.append(("args_\(i - 1)", try argument(arguments[i]))) }
        let function = objects[object.handle]
        let output = try engine.call(try callBundle(), inputs) { call in
            var values: [LuaValue] = []
            for (_, node) in call.arguments.dropFirst() { values.append(try lua(engine.read(node))) }
            _ = engine.read(id)
            return try run(function, values, in: nil)
        }
        return .one(handle(output))
    }

    private func callBundle() throws -> BundleID {
        if let known = functions.first(where: { $0.name == "call" && $0.parameters.isEmpty && $0.chunk.isEmpty }) { return known.id }
        let id = try engine.bundle("call", documentation: "Calls the function fun.")
        functions.append(
            BundleFunction(
                id: id, name: "call", original: .null, parameters: [], isVariadic: true, code: nil, compiled: .null, chunk: "", lines: 0...0
            ))
        return id
    }
}
