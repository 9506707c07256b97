import Trace

extension LuaBinding {
    /// The behaviour of optimizers in Lua.
    func openOptimizers() throws(LuaError) {
        let names = ["zero_feedback", "backward", "propose", "update", "step", "choose", "discard", "summary"]
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
                    if let member = try binding.member(name, OptimizerID(number)) { return .one(member) }
                    guard let method = binding.methods["optimizer." + name] else {
                        throw LuaRaise.text(
                            "an optimizer has no '\(name)'; it has \(Words.list(Self.members + names, most: 40))")
                    }
                    return .one(method)
                },
                "__newindex": guarded { binding, arguments in
                    guard let number = arguments.handle(0, kind: HandleKind.optimizer) else { return .none }
                    let id = OptimizerID(number), name = binding.engine.record.optimizers[number].name
                    guard arguments.string(1) == "objective" else {
                        let wanted = arguments.string(1).map { "\($0) of \(name) cannot be assigned" } ?? "\(name) is not a table"
                        throw LuaRaise.text("\(wanted): only the objective of an optimizer can: \(name).objective = \"…\"")
                    }
                    let text = arguments.isNull(2) ? nil : try binding.text(arguments[2], option: "objective")
                    try binding.engine.setObjective(text, of: id)
                    return .none
                },
                "__tostring": guarded { binding, arguments in
                    let facts = binding.engine.record.optimizers[arguments.handle(0, kind: HandleKind.optimizer) ?? 0]
                    return .one(.string("\(facts.name) (\(facts.kind.name))"))
                },
            ])
    }

    private static let members = ["name", "kind", "objective", "steps", "parameters", "memory", "log", "candidates"]

    /// The readable members of an optimizer.
    private func member(_ name: String, _ id: OptimizerID) throws -> LuaValue? {
        // Most members are methods, which need none of it.
        var facts: OptimizerFacts { engine.record.optimizers[id.index] }
        switch name {
        case "name": return .string(facts.name)
        case "kind": return .string(facts.kind.name)
        case "objective": return .string(engine.state.objective(of: id, in: engine.record))
        case "steps": return .int(engine.state.steps[id.index])
        case "parameters": return try machine.newTable(list: facts.parameters.map(handle))
        case "memory": return try machine.newTable(list: engine.memory(of: id).map { try table(of: $0.proposal, isApplied: $0.isApplied) })
        case "log": return try machine.newTable(list: engine.exchanges(of: id).map { try table(of: $0) })
        case "candidates": return try machine.newTable(list: engine.candidates(of: id).map { try table(of: $0) })
        default: return nil
        }
    }

    /// Values by the parameters' nodes.
    private func table(of values: [(parameter: NodeID, value: Value)]) throws -> LuaValue {
        try machine.newTable(entries: values.map { (handle($0.parameter), try lua($0.value)) })
    }

    private func table(of proposal: Proposal, isApplied: Bool) throws -> LuaValue {
        try machine.newTable(fields: [
            ("variables", try table(of: (proposal.asked?.variables ?? []).map { ($0.parameter, $0.value) })),
            ("feedback", try lua(proposal.asked?.feedback ?? .none)),
            ("suggestion", try table(of: proposal.updates.map { ($0.parameter, $0.new) })), ("applied", .bool(isApplied)),
        ])
    }

    private func table(of exchange: ExchangeFacts) throws -> LuaValue {
        func text(of role: ChatMessage.Speaker) -> LuaValue {
            let texts = exchange.request.messages.filter { $0.role == role }.map(\.content)
            return texts.isEmpty ? .null : .string(texts.joined(separator: "\n"))
        }
        var fields: [(String, LuaValue)] = [
            ("system_prompt", text(of: .system)), ("user_prompt", text(of: .user)), ("purpose", .string(exchange.purpose)),
            ("step", .int(exchange.step)),
        ]
        switch exchange.result {
        case .success(let answer): fields.append(("response", .string(answer.text)))
        case .failure(let error): fields.append(("error", .string(error.message)))
        }
        return try machine.newTable(fields: fields)
    }

    private func table(of candidate: Proposal.Candidate) throws -> LuaValue {
        let values = candidate.suggestions.compactMap { suggestion in
            engine.record.node(named: suggestion.name).map { (parameter: $0, value: suggestion.value) }
        }
        var fields: [(String, LuaValue)] = [
            ("text", .string(candidate.text)), ("values", try table(of: values)), ("chosen", .bool(candidate.isChosen)),
            ("reason", .string(candidate.reason)),
        ]
        if let reasoning = candidate.reasoning { fields.append(("reasoning", .string(reasoning))) }
        if let temperature = candidate.temperature { fields.append(("temperature", .float(temperature))) }
        if let failure = candidate.failure { fields.append(("failure", .string(failure))) }
        return try machine.newTable(fields: fields)
    }

    /// `trace.optimizer(kind, parameters, options)`.
    func makeOptimizer(_ arguments: LuaArguments) throws -> LuaResults {
        try count(.objects)
        let given = try options(arguments[2], OptimizerOptions.luaNames, of: "an optimizer")
        let settings = try OptimizerOptions(given, in: self)
        let parameters = try parameters(arguments[1])
        let propagator = try propagator(given["propagator"])
        switch arguments[0] {
        case .string(let name):
            guard let kind = OptimizerKind.named.first(where: { $0.name.lowercased() == name.lowercased() }) else {
                let known = Words.list(OptimizerKind.named.map { "\"\($0.name)\"" } + ["a function"], most: 20, "or")
                throw LuaRaise.text("no kind of optimizer is named \"\(name)\": give \(known)")
            }
            return .one(
                .handle(kind: HandleKind.optimizer, id: try engine.optimizer(kind, parameters, settings, propagator: propagator).index))
        case .function:
            let rule = arguments[0]
            let id = try engine.optimizer(.custom, parameters, settings, propagator: propagator) { [unowned self] _, id in
                try proposed(try propose(by: rule, id).first ?? .null)
            }
            return .one(.handle(kind: HandleKind.optimizer, id: id.index))
        default:
            throw LuaRaise.text(
                "an optimizer's kind is a name such as \"OptoPrime\", or a function(optimizer) that returns { [parameter] = value }")
        }
    }

    /// Calls a rule. An error of the engine that passed through Lua is thrown as the engine's again, with all its data.
    private func propose(by rule: LuaValue, _ id: OptimizerID) throws -> [LuaValue] {
        do {
            return try call(rule, [.handle(kind: HandleKind.optimizer, id: id.index)])
        } catch let error as LuaError {
            if let own = engineError(in: error) { throw own }
            if error.kind != .aborted { note(error, of: id) }
            throw error
        }
    }

    /// Records the failure of a rule, which the workflow may catch. A workflow that repeats it does not fill the memory.
    private func note(_ error: LuaError, of id: OptimizerID) {
        let text = "the function of \(engine.record.optimizers[id.index].name) failed: \(error.text.prefix(4000))"
        guard (try? engine.requireRoom(for: .string(text))) != nil else { return }
        engine.followFailure(.elsewhere(code: "rule-failed", message: text), of: id)
    }

    /// The engine's error that passed through Lua as a Lua error; nil for any other error.
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
            if case .handle(HandleKind.bundle, let number) = value, let code = engine.record.bundles.all[functions[number].id.index].code {
                return code
            }
            throw LuaRaise.text("parameter \(place) of the optimizer must be a node, and is \(Words.withArticle(machine.typeName(value)))")
        }
    }

    /// A table of parameter → value, ordered by the parameters' creation.
    private func proposed(_ table: LuaValue) throws -> [(parameter: NodeID, value: Value)] {
        if case .null = table { return [] }
        guard case .table = table else {
            throw LuaRaise.text(
                "an optimizer's function must return { [parameter] = value }, and returned \(Words.withArticle(machine.typeName(table)))")
        }
        var out: [(parameter: NodeID, value: Value)] = []
        for (key, item) in try machine.entries(of: table) {
            guard case .handle(HandleKind.node, let id) = key else {
                throw LuaRaise.text(
                    "a proposal's keys must be parameters ({ [parameter] = value }), and one is \(Words.withArticle(machine.typeName(key)))"
                )
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
            let node = try node(arguments, 1, "the first argument of backward")
            let call = try backwardOptions(arguments[3])
            try engine.backward(
                node, feedback: arguments.isNull(2) ? "" : try value(arguments[2]), retain: call.retain, optimizer: id,
                propagator: call.propagator)
        case "propose": return .one(try table(of: try engine.propose(id)))
        case "update":
            if arguments.isNull(1) { try engine.update(id) } else { _ = try engine.update(id, with: try proposed(arguments[1])) }
        case "step": return .one(try table(of: try engine.step(id)))
        case "choose":
            guard let number = arguments.int(1) else {
                throw LuaRaise.text("choose takes a candidate's number, from 1: \(engine.record.optimizers[id.index].name):choose(1)")
            }
            return .one(try table(of: try engine.choose(number, of: id)))
        case "discard": try engine.discard(id)
        case "summary": return .one(try summary(try engine.problem(for: id)))
        default: break
        }
        return .none
    }

    private func table(of proposal: Proposal) throws -> LuaValue {
        try table(of: proposal.updates.map { ($0.parameter, $0.new) })
    }

    /// The information for a rule: the feedback, the parameters that it reached, and the problem in words.
    private func summary(_ problem: Problem) throws -> LuaValue {
        try machine.spend(problem.text.utf8.count / 4)
        return try machine.newTable(fields: [
            ("feedback", .string(problem.feedback)), ("variables", try machine.newTable(list: problem.variables.map { handle($0.node) })),
            ("inputs", try machine.newTable(list: problem.inputs.map { handle($0.node) })),
            ("others", try machine.newTable(list: problem.others.map { handle($0.node) })),
            ("outputs", try machine.newTable(list: problem.outputs.map { handle($0.node) })), ("text", .string(problem.text)),
        ])
    }
}
