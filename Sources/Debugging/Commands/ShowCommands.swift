import Trace

extension CommandTable {
    static let showCommands: [CommandSpec] = [
        CommandSpec(
            "where", "w", group: .show, "tells where the workflow is held",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 0)
                return session.whereOutcome()
            }),
        CommandSpec(
            "print", nil, "NODE", [.node], key: "Enter", group: .show, "shows a node with its data, inputs, parents and children",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                return session.show(try session.node(line.words[1].text))
            }),
        CommandSpec(
            "feedback", "f", "NODE", [.node], group: .show,
            "shows a node's feedback lists, child by child, with the backward of each entry",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                return session.showFeedback(try session.node(line.words[1].text))
            }),
        CommandSpec(
            "aggregate", nil, "NODE", [.node], group: .show, "combines a node's feedback, or says why it cannot be combined",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                return try session.showAggregate(try session.node(line.words[1].text))
            }),
        CommandSpec(
            "subgraph", nil, "OPTIMIZER", [.optimizer], key: "m", group: .show, "shows an optimizer's minimal subgraph",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                return try session.showSubgraph(try session.optimizer(line.words[1].text))
            }),
        CommandSpec(
            "history", nil, "NODE", [.node], group: .show, "shows the values that a node has had, and who wrote them",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                return session.showHistory(try session.node(line.words[1].text))
            }),
        CommandSpec(
            "nodes", nil, "[FILTER]", [.filter], group: .show, "lists the nodes, or those whose name, kind or operator has a text in it",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 1)
                return session.showNodes(line.words.count > 1 ? line.words[1].text : nil)
            }),
        CommandSpec(
            "optimizers", nil, group: .show, "lists the optimizers with their parameters and steps",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 0)
                return session.showOptimizers()
            }),
        CommandSpec(
            "shared", nil, group: .show, "lists every trainable node with the optimizers that attend to it",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 0)
                return session.showShared()
            }),
        CommandSpec(
            "events", nil, "[A..B]", [.number], group: .show, "lists the event log, or a part of it",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 1)
                return try session.showEvents(line.words.count > 1 ? line.words[1].text : nil)
            }),
        CommandSpec(
            "locals", "l", "[FRAME]", [.number], key: "L", group: .show,
            "shows the local variables of the current call, or of a calling one",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 1)
                guard session.phase == .paused else { throw CommandError.ended(state: session.phase.rawValue) }
                let frames = session.runtime.frames()
                let level = line.words.count > 1 ? try session.number(line.words[1].text, "a call, counted from 0") : 0
                guard level < max(frames.count, 1) else {
                    throw CommandError.badNumber(line.words[1].text, what: "one of \(frames.count) calls, counted from 0")
                }
                let locals = session.runtime.locals(frame: level)
                return Outcome(
                    text: locals.isEmpty
                        ? "there are no local variables here" : locals.map { "\($0.name) = \($0.text)" }.joined(separator: "\n"),
                    json: ["locals": .array(locals.map { ["name": .string($0.name), "type": .string($0.type), "text": .string($0.text)] })])
            }),
        CommandSpec(
            "stack", "bt", group: .show, "shows the calls that are going on, innermost first",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 0)
                let frames = session.phase == .paused ? session.runtime.frames() : []
                let text = frames.enumerated().map {
                    "\($0.offset)  \($0.element.function)  \($0.element.site.map { "\($0.file):\($0.line)" } ?? "")"
                }
                return Outcome(
                    text: frames.isEmpty ? "no call is going on" : text.joined(separator: "\n"),
                    json: [
                        "frames": .array(
                            frames.map { ["function": .string($0.function), "file": JSON($0.site?.file), "line": JSON($0.site?.line)] })
                    ])
            }),
    ]
}

extension Session {
    private var record: GraphRecord { engine.record }

    func names(_ ids: [NodeID]) -> JSON { JSON(ids.map { record.name($0) }) }

    /// The children of a node that are there at the moment that is looked at.
    func children(_ id: NodeID) -> [NodeID] {
        let count = state.nodeCount
        return record.children(id).filter { $0.index < count }
    }

    func show(_ id: NodeID) -> Outcome {
        let state = state, value = state.value(id, in: record)
        let inputs = record.inputs(id)
        let freed = state.freedBy(id)
        let kind = record.kind(id).name
        var lines = [
            "\(record.name(id))  \(kind)  \(value.typeName)  level \(record.level(id))  v\(state.versionCount(id, in: record))"
                + (freed.map { "  freed by backward #\($0)" } ?? ""),
            record.description(id),
            value.text,
        ]
        if let constraint = record.constraint(id) { lines.append("constraint  \(constraint)") }
        if !inputs.isEmpty { lines.append("inputs      " + inputs.map { "\($0.name)=\(record.name($0.node))" }.joined(separator: "  ")) }
        let kids = children(id)
        if !kids.isEmpty { lines.append("children    " + record.list(kids, most: 12)) }
        if let report = record.report(id) { lines.append(report) }
        return Outcome(
            text: lines.joined(separator: "\n"),
            json: [
                "name": .string(record.name(id)), "kind": .string(kind), "type": .string(value.typeName), "data": JSON(value),
                "description": .string(record.description(id)), "constraint": JSON(record.constraint(id)),
                "trainable": .bool(record.isTrainable(id)),
                "level": .int(record.level(id)), "inputs": .object(inputs.map { .init($0.name, .string(record.name($0.node))) }),
                "parents": names(record.parents(id)), "children": names(kids), "freed": .bool(freed != nil),
                "versions": .int(state.versionCount(id, in: record)), "report": JSON(record.report(id)),
            ])
    }

    func showFeedback(_ id: NodeID) -> Outcome {
        let lists = state.entries(id, in: record)
        var lines: [String] = [], json: [JSON] = []
        for (source, entries) in lists {
            lines.append(record.name(of: source))
            var items: [JSON] = []
            for entry in entries {
                let call = record.backwards[entry.backward - 1]
                let optimizer = call.optimizer.map { record.optimizers[$0.index].name }
                let graph = record.isGraph(entry) ? record.names(ofGraphOf: entry) : []
                let text = record.feedback(of: entry)
                lines.append(
                    "  #\(entry.backward) \(optimizer ?? "–")  \(Value.string(text.text).short(60))  \(count(graph.count, "node"))")
                items.append([
                    "backward": .int(entry.backward), "optimizer": JSON(optimizer), "output": .string(record.name(call.output)),
                    "text": JSON(text),
                    "graph": JSON(graph), "event": .int(Int(entry.event) + 1),
                ])
            }
            json.append(["child": .string(record.name(of: source)), "entries": .array(items)])
        }
        if lists.isEmpty { lines = ["\(record.name(id)) holds no feedback"] }
        return Outcome(text: lines.joined(separator: "\n"), json: ["node": .string(record.name(id)), "feedback": .array(json)])
    }

    func showAggregate(_ id: NodeID) throws -> Outcome {
        let aggregate: Aggregate
        do {
            aggregate = try state.aggregate([id], in: record)
        } catch {
            throw TraceError.conflict(error)
        }
        let graph = aggregate.graph(in: record).nodes.map { record.name($0) }
        let text = aggregate.feedback
        return Outcome(
            text: text.map { "\(Value.string($0.text).literal)\n\(graph.joined(separator: " "))" }
                ?? "\(record.name(id)) holds no feedback",
            json: ["node": .string(record.name(id)), "graph": JSON(graph), "text": text.map { JSON($0) } ?? .null])
    }

    func showSubgraph(_ id: OptimizerID) throws -> Outcome {
        let graph: Subgraph
        do {
            graph = try state.subgraph(id, in: record)
        } catch {
            throw TraceError.conflict(error)
        }
        let name = record.optimizers[id.index].name
        func line(_ title: String, _ ids: [NodeID]) -> String? {
            ids.isEmpty ? nil : "\(title)  " + ids.map { record.name($0) }.joined(separator: " ")
        }
        let lines = [
            graph.feedback.map { "feedback   \(Value.string($0.text).literal)" } ?? "\(name) holds no feedback",
            line("variables", graph.variables),
            line("inputs   ", graph.inputs), line("others   ", graph.others), line("outputs  ", graph.outputs),
            line("unreached", graph.unreached),
        ]
        return Outcome(
            text: lines.compactMap { $0 }.joined(separator: "\n"),
            json: [
                "optimizer": .string(name), "graph": names(graph.nodes),
                "edges": .array(graph.edges.map { .array([.string(record.name($0.parent)), .string(record.name($0.child))]) }),
                "text": graph.feedback.map { JSON($0) } ?? .null, "variables": names(graph.variables), "inputs": names(graph.inputs),
                "others": names(graph.others), "outputs": names(graph.outputs), "unreached": names(graph.unreached),
            ])
    }

    func showHistory(_ id: NodeID) -> Outcome {
        let written = state.history(id, in: record)
        var lines = ["v1  \(record.firstValue(id).short(60, against: written.first?.value ?? .none))"]
        var json: [JSON] = [
            ["version": 1, "value": JSON(record.firstValue(id)), "optimizer": .null, "step": .null, "event": .int(record.event(id) + 1)]
        ]
        for version in written {
            var optimizer: String?, step: Int?
            if case .optimizer(let id, let number) = version.writer { (optimizer, step) = (record.optimizers[id.index].name, number) }
            let value = version.value.short(60, against: version.previousValue(in: record))
            lines.append("v\(version.number)  \(value)  \(record.name(of: version.writer))  event \(version.event + 1)")
            json.append([
                "version": .int(version.number), "value": JSON(version.value), "optimizer": JSON(optimizer), "step": JSON(step),
                "event": .int(version.event + 1),
            ])
        }
        return Outcome(text: lines.joined(separator: "\n"), json: ["node": .string(record.name(id)), "versions": .array(json)])
    }

    func showNodes(_ filter: String?) -> Outcome {
        let state = state
        var ids = (0..<state.nodeCount).map(NodeID.init)
        if let filter {
            ids = ids.filter { record.name($0).contains(filter) || record.kind($0).name == filter || record.operatorName($0) == filter }
        }
        let rows = ids.map { id in (record.name(id), record.kind(id).name, state.value(id, in: record)) }
        let width = min(32, rows.map(\.0.count).max() ?? 0)
        let lines = rows.map { "\($0.0.padded(to: width))  \($0.1.padded(to: 9))  \($0.2.short(60))" }
        return Outcome(
            text: lines.isEmpty
                ? (filter.map { "no node has '\($0)' in its name, kind or operator" } ?? "there are no nodes yet")
                : lines.joined(separator: "\n"),
            json: [
                "nodes": .array(
                    zip(ids, rows).map { id, row in
                        [
                            "name": .string(row.0), "kind": .string(row.1), "level": .int(record.level(id)),
                            "type": .string(row.2.typeName),
                            "data": JSON(row.2),
                        ]
                    })
            ])
    }

    func showOptimizers() -> Outcome {
        let state = state
        let all = (0..<state.optimizerCount).map { (record.optimizers[$0], state.steps[$0]) }
        let lines = all.map { "\($0.name)  \($0.kind.name)  \(count($1, "step"))  \(record.list($0.parameters, most: 12))" }
        return Outcome(
            text: lines.isEmpty ? "there are no optimizers yet" : lines.joined(separator: "\n"),
            json: [
                "optimizers": .array(
                    all.map {
                        ["name": .string($0.name), "kind": .string($0.kind.name), "parameters": names($0.parameters), "steps": .int($1)]
                    })
            ])
    }

    func showShared() -> Outcome {
        let state = state
        let rows = (0..<state.nodeCount).map(NodeID.init).filter { record.isTrainable($0) }.map { id in
            (record.name(id), state.optimizers(attendingTo: id, in: record).map { record.optimizers[$0.index].name })
        }
        let width = min(32, rows.map(\.0.count).max() ?? 0)
        return Outcome(
            text: rows.isEmpty
                ? "there are no trainable nodes yet"
                : rows.map { "\($0.padded(to: width))  \($1.isEmpty ? "no optimizer" : $1.joined(separator: ", "))" }.joined(
                    separator: "\n"),
            json: ["parameters": .array(rows.map { ["name": .string($0), "optimizers": JSON($1)] })])
    }

    func showEvents(_ range: String?) throws -> Outcome {
        let last = state.events
        var from = max(1, last - 49), to = last
        if let range {
            let ends = range.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
            guard range.contains(".."), ends.count <= 2, ends.allSatisfy({ Int($0) != nil }) else {
                throw CommandError.badNumber(range, what: "a range of events such as 10..20")
            }
            from = range.hasPrefix("..") ? 1 : max(1, Int(ends[0]) ?? 1)
            to = range.hasSuffix("..") ? last : min(last, Int(ends[ends.count - 1]) ?? last)
        }
        let numbers = from <= to ? Array(from...to) : []
        let rows = numbers.map { number in (number, record.log[number - 1].event, record.site(ofEvent: number - 1)) }
        return Outcome(
            text: rows.isEmpty
                ? "there are no such events"
                : rows.map { "\($0.0)  \($0.1.kind.rawValue.padded(to: 9))  \(record.text(of: $0.1))" }.joined(separator: "\n"),
            json: [
                "events": .array(
                    rows.map { (number, event, site) -> JSON in
                        [
                            "event": .int(number), "kind": .string(event.kind.rawValue), "text": .string(record.text(of: event)),
                            "nodes": names(event.nodes(in: record)),
                            "optimizer": JSON(event.optimizer(in: record).map { record.optimizers[$0.index].name }),
                            "line": JSON(site?.line),
                        ]
                    })
            ])
    }
}

extension GraphRecord {
    /// The names of the nodes of one entry's trace graph.
    package func names(ofGraphOf entry: FeedbackEntry) -> [String] { graph(of: entry).nodes.map { name($0) } }
}

extension String {
    func padded(to width: Int) -> String { count >= width ? self : self + String(repeating: " ", count: width - count) }
}
