import Trace

extension LuaBinding {
    func openPropagators() throws(LuaError) {
        try machine.defineKind(HandleKind.propagator, name: "propagator", metamethods: ["__tostring": { _ in .one(.string("propagator")) }])
    }

    /// `trace.sum_propagator()` and `trace.propagator(function)`.
    func add(_ propagator: any Propagator) -> LuaValue {
        propagators.append(propagator)
        return .handle(kind: HandleKind.propagator, id: propagators.count - 1)
    }

    /// The propagator of an option; nil is the graph propagator.
    func propagator(_ value: LuaValue?) throws -> (any Propagator)? {
        switch value {
        case nil, .null?: return nil
        case .handle(HandleKind.propagator, let number)?: return number < 0 ? nil : propagators[number]
        case .function?: return LuaPropagator(value ?? .null, self)
        case let other?: throw LuaRaise.text("propagator is made by trace.propagator, and not a \(machine.typeName(other))")
        }
    }
}

/// A propagator written in Lua: `function(child, feedback) return { [parent] = entry } end`, where `feedback` is the list of what the child
/// holds.
final class LuaPropagator: Propagator {
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
                try binding.machine.call(function, [binding.handle(node), try binding.machine.newTable(list: held)]).first ?? .null
            guard case .table = result else {
                throw OperatorFailure(type: "TypeError", message: "it returns no table of parent → feedback")
            }
            var out: [(NodeID, Value)] = []
            for (key, value) in try binding.machine.entries(of: result) {
                guard case .handle(HandleKind.node, let id) = key else {
                    throw OperatorFailure(type: "TypeError", message: "a key of what it returns is no node")
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
