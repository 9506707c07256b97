import Trace

/// The visible state of an engine after a program, in the form in which the reference was recorded.
extension ProgramRunner {
    /// Runs a whole program, and gives what was seen.
    func observe(_ steps: [Value]) -> Value {
        var moments: [Value] = []
        for (number, step) in steps.enumerated() {
            let result = attempt(step)
            guard step["unobserved"] != true else { continue }
            var moment: Value = .of(["step": .int(number)])
            if result != .none { moment = moment.with("result", result) }
            if ["backward", "zero", "step", "set"].contains(step["do"]?.string) { moment = moment.merging(state()) }
            if case .dict(let parts) = moment, parts.count > 1 { moments.append(moment) }
        }
        return .of(["moments": .list(moments), "nodes": table()])
    }

    private var nodes: [NodeID] { (0..<engine.state.nodeCount).map { NodeID($0) } }

    func state() -> Value {
        let state = engine.state, record = engine.record
        let parameters = nodes.filter { record.isTrainable($0) }
        return .of([
            "feedback": .list(nodes.filter { state.feedback[$0] != nil }.map { [name($0), feedback($0)] }),
            "aggregates": .list(
                parameters.filter { state.feedback[$0] != nil }.map { parameter in
                    [name(parameter), aggregate { () throws(AggregationConflict) in try state.aggregate([parameter], in: record) }]
                }),
            "subgraphs": .list(optimizers.map { [.string($0.key), subgraph($0.value)] }),
            "freed": names(nodes.filter { state.freedBy($0) != nil }),
            "values": .list(parameters.map { [name($0), engine.value($0)] }),
        ])
    }

    private func source(_ source: FeedbackSource) -> Value {
        if case .child(let child) = source { return name(child) }
        return "user"
    }

    private func feedback(_ id: NodeID) -> Value {
        .list(
            engine.state.entries(id, in: engine.record).map { from, entries in
                [
                    source(from),
                    .list(
                        entries.map { entry in
                            if let value = entry.value { return .of(["backward": .int(entry.backward), "value": value]) }
                            let graph = engine.record.graph(of: entry)
                            return .of(["backward": .int(entry.backward), "said": graph.feedback ?? .none, "graph": names(graph.nodes)])
                        }),
                ]
            })
    }

    private func conflict(_ error: AggregationConflict) -> Value {
        .of([
            "error": "aggregation-conflict",
            "sides": .list(error.sides.map { [name($0.node), source($0.source), .int($0.backward), $0.feedback] }),
        ])
    }

    private func aggregate(_ body: () throws(AggregationConflict) -> Aggregate) -> Value {
        do {
            let sum = try body(), graph = sum.graph(in: engine.record)
            if let value = sum.value { return .of(["value": value]) }
            return .of(["said": graph.feedback ?? .none, "graph": names(graph.nodes)])
        } catch {
            return conflict(error)
        }
    }

    private func subgraph(_ id: OptimizerID) -> Value {
        do {
            let s = try engine.state.subgraph(id, in: engine.record)
            if s.unreached == engine.record.optimizers[id.index].distinctParameters { return .none }
            return .of([
                "said": s.feedback ?? .none, "nodes": names(s.nodes), "variables": names(s.variables), "inputs": names(s.inputs),
                "others": names(s.others), "outputs": names(s.outputs),
            ])
        } catch {
            return conflict(error)
        }
    }

    private func table() -> Value {
        let record = engine.record
        return .list(
            nodes.map { id in
                var row: Value = .of([
                    "name": name(id), "op": .string(record.operatorName(id)), "level": .int(record.level(id)),
                    "trainable": .bool(record.isTrainable(id)), "parents": names(record.parents(id)),
                    "inputs": .list(record.inputs(id).map { [.string($0.name), name($0.node)] }), "data": data(id),
                ])
                if let constraint = record.constraint(id) { row = row.with("constraint", .string(constraint)) }
                return row
            })
    }

    /// The data of a node. The words of an operator's failure are each program's own.
    private func data(_ id: NodeID) -> Value {
        let value = engine.value(id)
        guard engine.record.operatorName(id) == "exception", let text = value.string, let end = text.firstIndex(of: ")") else {
            return value
        }
        let base = engine.record.baseName(id).dropFirst("exception_".count)
        if bundles[String(base)] != nil, !text.hasPrefix("(ExecutionError)") { return value }
        return .string(String(text[...end]))
    }
}

extension Value {
    func with(_ key: String, _ value: Value) -> Value { merging(.of([key: value])) }

    func merging(_ other: Value) -> Value {
        guard case .dict(let a) = self, case .dict(let b) = other else { return self }
        return .dict(a.merging(b) { $1 })
    }

    subscript(path: ArraySlice<Value>) -> Value? {
        guard let first = path.first else { return self }
        let inner: Value? =
            if let key = first.string { self[key] } else if let items, let i = first.int, items.indices.contains(i) { items[i] } else {
                nil
            }
        return inner?[path.dropFirst()]
    }

    /// The value with the part at a path changed; nil takes it away.
    func replacing(_ path: ArraySlice<Value>, by value: Value?) -> Value {
        guard let first = path.first else { return value ?? .none }
        let rest = path.dropFirst()
        switch self {
        case .dict(var dict):
            let key = Value.Key.string(first.string ?? "")
            dict[key] = rest.isEmpty ? value : dict[key]?.replacing(rest, by: value)
            return .dict(dict)
        case .list(var items):
            guard let i = first.int, items.indices.contains(i) else { return self }
            if rest.isEmpty, value == nil { items.remove(at: i) } else { items[i] = items[i].replacing(rest, by: value) }
            return .list(items)
        default: return self
        }
    }

    /// The place at which two values differ: the path, the expected value, the actual value.
    func differences(from expected: Value, at path: String = "") -> [String] {
        switch (expected, self) {
        case (.dict(let a), .dict(let b)):
            var out: [String] = []
            for (key, value) in a {
                let place = "\(path).\(key.value.text)"
                if let other = b[key] { out += other.differences(from: value, at: place) } else { out.append("\(place) is missing") }
            }
            for key in b.keys where a[key] == nil { out.append("\(path).\(key.value.text) is too much") }
            return out
        case (.list(let a), .list(let b)) where a.count == b.count:
            return zip(a, b).enumerated().flatMap { $1.1.differences(from: $1.0, at: "\(path)[\($0)]") }
        default: return self == expected ? [] : ["\(path): expected \(expected.literal), got \(literal)"]
        }
    }
}
