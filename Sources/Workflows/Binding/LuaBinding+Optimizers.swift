import Trace

extension LuaBinding {
    /// What optimizers answer in Lua.
    func openOptimizers() throws(LuaError) {
        let names = ["zero_feedback", "backward", "propose", "update", "step", "discard", "summary"]
        for name in names {
            methods["optimizer." + name] = try function(name) { binding, arguments in
                guard let number = arguments.handle(0, kind: HandleKind.optimizer) else {
                    throw LuaRaise.text("\(name) is a method: write optimizer:\(name)(…)")
                }
                return try binding.optimizerMethod(name, OptimizerID(number), arguments)
            }
        }
        try machine.defineKind(
            HandleKind.optimizer, name: "optimizer",
            metamethods: [
                "__index": guarded { binding, arguments in
                    guard let number = arguments.handle(0, kind: HandleKind.optimizer), let name = arguments.string(1) else { return .none }
                    let facts = binding.engine.record.optimizers[number]
                    switch name {
                    case "name": return .one(.string(facts.name))
                    case "kind": return .one(.string(facts.kind.name))
                    case "objective": return .one(.string(facts.objective))
                    case "steps": return .one(.int(binding.engine.state.steps[number]))
                    case "parameters": return .one(try binding.machine.newTable(list: facts.parameters.map(binding.handle)))
                    default:
                        guard let method = binding.methods["optimizer." + name] else {
                            throw LuaRaise.text(
                                "an optimizer has no '\(name)': there are name, kind, objective, steps, parameters, \(names.joined(separator: ", "))"
                            )
                        }
                        return .one(method)
                    }
                },
                "__tostring": guarded { binding, arguments in
                    let facts = binding.engine.record.optimizers[arguments.handle(0, kind: HandleKind.optimizer) ?? 0]
                    return .one(.string("\(facts.name) (\(facts.kind.name))"))
                },
            ])
    }

    /// `trace.optimizer(kind, parameters, options)`.
    func makeOptimizer(_ arguments: LuaArguments) throws -> LuaResults {
        let given = try options(arguments[2], OptimizerOptions.luaNames, of: "an optimizer")
        let settings = try OptimizerOptions(given, in: self)
        let parameters = try parameters(arguments[1])
        let propagator = try propagator(given["propagator"])
        switch arguments[0] {
        case .string(let name):
            guard let kind = OptimizerKind.named.first(where: { $0.name.lowercased() == name.lowercased() }) else {
                let known = OptimizerKind.named.map { "\"\($0.name)\"" }.joined(separator: ", ")
                throw LuaRaise.text("there is no optimizer \"\(name)\": there are \(known), and functions")
            }
            return .one(
                .handle(kind: HandleKind.optimizer, id: try engine.optimizer(kind, parameters, settings, propagator: propagator).index))
        case .function:
            let rule = arguments[0]
            let id = try engine.optimizer(.custom, parameters, settings, propagator: propagator) { [unowned self] _, id in
                try proposed(try call(rule, [.handle(kind: HandleKind.optimizer, id: id.index)]).first ?? .null)
            }
            return .one(.handle(kind: HandleKind.optimizer, id: id.index))
        default:
            throw LuaRaise.text(
                "an optimizer's kind is a name such as \"OptoPrime\", or a function(optimizer) that returns { [parameter] = value }")
        }
    }

    /// Calls a rule. An engine's error that comes out of it as Lua's is the engine's again, with all that it carries.
    private func call(_ rule: LuaValue, _ arguments: [LuaValue]) throws -> [LuaValue] {
        do {
            return try machine.call(rule, arguments)
        } catch let error {
            throw engineError(in: error) ?? error
        }
    }

    /// The engine's error that came out of Lua as one of Lua's; nil if it is another.
    func engineError(in error: LuaError) -> TraceError? {
        guard let raised, error.code != nil, raised.report(in: engine.record).message == error.text else { return nil }
        return raised
    }

    func parameters(_ list: LuaValue) throws -> [NodeID] {
        guard case .table = list else { throw LuaRaise.text("the parameters of an optimizer are a list of nodes") }
        let entries = try machine.entries(of: list).compactMap { key, value -> (Int, LuaValue)? in
            if case .int(let i) = key { return (i, value) }
            return nil
        }
        return try entries.sorted { $0.0 < $1.0 }.map { place, value in
            if case .handle(HandleKind.node, let id) = value { return NodeID(id) }
            if case .handle(HandleKind.bundle, let number) = value, let code = engine.record.bundles[functions[number].id.index].code {
                return code
            }
            throw LuaRaise.text("parameter \(place) of the optimizer is a \(machine.typeName(value)), and no node")
        }
    }

    /// A table of parameter → value, ordered by the parameters' creation.
    private func proposed(_ table: LuaValue) throws -> [(parameter: NodeID, value: Value)] {
        if case .null = table { return [] }
        guard case .table = table else {
            throw LuaRaise.text("an optimizer's function returns { [parameter] = value }, and not a \(machine.typeName(table))")
        }
        var out: [(parameter: NodeID, value: Value)] = []
        for (key, item) in try machine.entries(of: table) {
            guard case .handle(HandleKind.node, let id) = key else {
                throw LuaRaise.text("a proposal's keys are parameters ({ [parameter] = value }), and not a \(machine.typeName(key))")
            }
            out.append((NodeID(id), try value(item)))
        }
        return out.sorted { $0.parameter < $1.parameter }
    }

    private func optimizerMethod(_ name: String, _ id: OptimizerID, _ arguments: LuaArguments) throws -> LuaResults {
        try engine.requireRoom()
        switch name {
        case "zero_feedback": engine.zeroFeedback(.optimizer(id))
        case "backward":
            let node = try node(arguments, 1, "what backward is given first")
            let call = try backwardOptions(arguments[3])
            try engine.backward(
                node, feedback: arguments.isNull(2) ? "" : try value(arguments[2]), retain: call.retain, optimizer: id,
                propagator: call.propagator)
        case "propose": return .one(try table(of: try engine.propose(id)))
        case "update":
            if arguments.isNull(1) { try engine.update(id) } else { _ = try engine.update(id, with: try proposed(arguments[1])) }
        case "step": return .one(try table(of: try engine.step(id)))
        case "discard": try engine.discard(id)
        case "summary": return .one(try summary(try engine.problem(for: id)))
        default: break
        }
        return .none
    }

    private func table(of proposal: Proposal) throws -> LuaValue {
        var entries: [(LuaValue, LuaValue)] = []
        for update in proposal.updates { entries.append((handle(update.parameter), try lua(update.new))) }
        return try machine.newTable(entries: entries)
    }

    /// What a rule needs to know: the feedback, the parameters that it reached, and the problem in words.
    private func summary(_ problem: Problem) throws -> LuaValue {
        try machine.newTable(fields: [
            ("feedback", .string(problem.feedback)), ("variables", try machine.newTable(list: problem.variables.map { handle($0.node) })),
            ("inputs", try machine.newTable(list: problem.inputs.map { handle($0.node) })),
            ("others", try machine.newTable(list: problem.others.map { handle($0.node) })),
            ("outputs", try machine.newTable(list: problem.outputs.map { handle($0.node) })), ("text", .string(problem.text)),
        ])
    }
}
