import Trace

/// An engine with short words for tests.
final class Bench {
    let engine = Engine()

    func parameter(_ value: Value, _ name: String) throws -> NodeID {
        try engine.node(value, NodeOptions(name: name, isTrainable: true))
    }
    func root(_ value: Value, _ name: String) throws -> NodeID { try engine.node(value, NodeOptions(name: name)) }
    func apply(_ op: String, _ nodes: NodeID...) throws -> NodeID {
        try engine.apply(Operator.all[op] ?? Operator.all["identity"]!, nodes.map { .node($0) })
    }
    func names(_ ids: [NodeID]) -> [String] { ids.map { engine.record.name($0) } }
    func name(_ id: NodeID) -> String { engine.record.name(id) }
    /// The feedback of a node, as `child: backward, backward`.
    func feedback(_ id: NodeID) -> [String] {
        engine.state.entries(id, in: engine.record).map { source, entries in
            let child = if case .child(let c) = source { name(c) } else { "user" }
            return "\(child): " + entries.map { String($0.backward) }.joined(separator: ", ")
        }
    }
    func graph(_ id: NodeID) throws -> [String] {
        names(try engine.state.aggregate([id], in: engine.record).graph(in: engine.record).nodes)
    }
    /// The words of the error that a call throws.
    func report(_ body: () throws -> Void) -> ErrorReport? {
        do {
            try body()
            return nil
        } catch let error as TraceError {
            return error.report(in: engine.record)
        } catch {
            return ErrorReport(code: "other", message: "\(error)")
        }
    }
}
