import Trace

extension LuaBinding {
    func openPropagators() throws(LuaError) {
        let register = try function("register") { binding, arguments in
            guard let number = arguments.handle(0, kind: HandleKind.propagator) else {
                throw LuaRaise.text("register is a method: write propagator:register(\"add\", function(child, feedback) … end)")
            }
            guard let name = arguments.string(1) else {
                throw LuaRaise.text("register takes the name of an operator or a bundle, and a function(child, feedback)")
            }
            guard let rule = try binding.propagator(arguments[2]) else {
                throw LuaRaise.text("register takes a function(child, feedback), or a propagator, for the nodes of \(name)")
            }
            binding.propagators[number].register(name, rule)
            return .none
        }
        try machine.defineKind(
            HandleKind.propagator, name: "propagator",
            metamethods: [
                "__tostring": { _ in .one(.string("propagator")) },
                "__index": { arguments in
                    guard arguments.string(1) == "register" else {
                        throw LuaRaise.text("a propagator has one method, register")
                    }
                    return .one(register)
                },
            ])
    }

    /// `trace.graph_propagator()`, `trace.sum_propagator()` and `trace.propagator(function)`.
    func add(_ propagator: any RegisteringPropagator) throws -> LuaValue {
        try count(.objects)
        propagators.append(propagator)
        return .handle(kind: HandleKind.propagator, id: propagators.count - 1)
    }

    /// The propagator of an option; nil if none is given.
    func propagator(_ value: LuaValue?) throws -> (any Propagator)? {
        switch value {
        case nil, .null?: return nil
        case .handle(HandleKind.propagator, let number)?: return propagators[number]
        case .function?: return LuaPropagator(value ?? .null, self)
        case let other?:
            throw LuaRaise.text("propagator must be made by trace.propagator, and is \(Words.withArticle(machine.typeName(other)))")
        }
    }
}

/// A propagator written in Lua: `function(child, feedback) return { [parent] = entry } end`, where `feedback` is the list of what the child
/// holds.
final class LuaPropagator: RegisteringPropagator {
    let rules = PropagationRules()
    private let function: LuaValue
    private unowned let binding: LuaBinding

    init(_ function: LuaValue, _ binding: LuaBinding) {
        self.function = function
        self.binding = binding
    }

    func propagate(from node: NodeID, feedback: [(source: FeedbackSource, values: [Value])], in engine: Engine) throws -> [(NodeID, Value)]
    {
        do {
            let held = try feedback.flatMap(\.values).map { try binding.lua($0) }
            let result =
                try binding.call(function, [binding.handle(node), try binding.machine.newTable(list: held)]).first ?? .null
            guard case .table = result else {
                throw OperatorFailure(type: "TypeError", message: "it does not return a table of parent → feedback")
            }
            var out: [(NodeID, Value)] = []
            for (key, value) in try binding.machine.entries(of: result) {
                guard case .handle(HandleKind.node, let id) = key else {
                    throw OperatorFailure(type: "TypeError", message: "a key of the returned table is not a node")
                }
                out.append((NodeID(id), try binding.value(value)))
            }
            return out.sorted { $0.0 < $1.0 }
        } catch let error as LuaError {
            if error.kind == .aborted { throw error }
            throw OperatorFailure(type: "LuaError", message: error.message)
        }
    }

    func aggregate(_ values: [Value]) throws -> Value { try SumPropagator().aggregate(values) }
}
