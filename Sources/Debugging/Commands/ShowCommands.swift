import Trace

extension CommandTable {
    static let showCommands: [CommandSpec] = [
        CommandSpec(
            "where", "w", group: .show, "shows where the workflow is paused",
            action: .immediate { context, call in
                return context.whereOutcome()
            }),
        CommandSpec(
            "print", nil, [.node], group: .show, folds: true,
            "shows a node with its data, inputs, parents and children",
            action: .immediate { context, call in
                return context.show(try call.node(), context.fold)
            }),
        CommandSpec(
            "feedback", "f", [.node], group: .show, folds: true,
            "shows a node's feedback lists, child by child, with the backward of each entry",
            action: .immediate { context, call in
                return context.showFeedback(try call.node(), context.fold)
            }),
        CommandSpec(
            "aggregate", nil, [.node], group: .show, folds: true, "combines a node's feedback, or says why it cannot be combined",
            action: .immediate { context, call in
                return try context.showAggregate(try call.node(), context.fold)
            }),
        CommandSpec(
            "subgraph", nil, [.optimizer], group: .show, folds: true, "shows an optimizer's minimal subgraph",
            action: .immediate { context, call in
                return try context.showSubgraph(try call.optimizer(), context.fold)
            }),
        CommandSpec(
            "history", nil, [.node], group: .show, folds: true, "shows the values that a node has had, and who wrote them",
            action: .immediate { context, call in
                return context.showHistory(try call.node(), context.fold)
            }),
        CommandSpec(
            "nodes", nil, [.word("FILTER").optional], group: .show, folds: true,
            "lists the nodes, or those whose name, kind or operator contains a text",
            action: .immediate { context, call in
                return context.showNodes(call.optionalText, context.fold)
            }),
        CommandSpec(
            "optimizers", nil, group: .show, folds: true, "lists the optimizers with their parameters and steps",
            action: .immediate { context, call in
                return context.showOptimizers(context.fold)
            }),
        CommandSpec(
            "shared", nil, group: .show, folds: true, "lists every trainable node with the optimizers that attend to it",
            action: .immediate { context, call in
                return context.showShared(context.fold)
            }),
        CommandSpec(
            "events", nil, [.range.optional], group: .show, folds: true, "lists the event log, or a part of it",
            action: .immediate { context, call in
                return context.showEvents(call.range, context.fold)
            }),
        CommandSpec(
            "output", nil, [.text.optional], group: .show, folds: true, "lists the lines that the workflow printed, or those with a text",
            action: .immediate { context, call in
                return context.showOutput(call.optionalText, context.fold)
            }),
        CommandSpec(
            "locals", "l", [.number("FRAME", "a call, counted from 0").optional], group: .show, needs: .stepping, folds: true,
            "shows the local variables of the current call, or of a calling one",
            action: .immediate { context, call in
                let stepping = try context.runtime.requireStepping()
                guard context.phase == .paused else { throw CommandError.ended(context.phase, context.reason, context.runtime.kind) }
                let frames = try stepping.frames()
                let level = call.optionalNumber ?? 0
                guard level < max(frames.count, 1) else {
                    throw CommandError.badNumber(
                        "\(level)", what: frames.count < 2 ? "0, the only call" : "the number of a call, 0 to \(frames.count - 1)")
                }
                let locals = try stepping.locals(frame: level)
                let fold = context.fold
                let lines = locals.map { "\($0.name) = \(fold.text($0.text))" }
                return Outcome(
                    locals.isEmpty ? [.text("there are no local variables here")] : fold.rows(lines, "variables"),
                    JSONDocument([
                        "locals": .items(
                            Rows(locals.count) {
                                ["name": .string(locals[$0].name), "type": .string(locals[$0].type), "text": .string(locals[$0].text)]
                            })
                    ])
                ).meaning(.variables(locals, frame: level))
            }),
        CommandSpec(
            "stack", "bt", group: .show, needs: .stepping, folds: true, "shows the active calls, innermost first",
            action: .immediate { context, call in
                let stepping = try context.runtime.requireStepping()
                let frames = context.phase == .paused ? try stepping.frames() : []
                let text = frames.enumerated().map {
                    "\($0.offset)  \($0.element.function)  \($0.element.site.map { "\($0.file):\($0.line)" } ?? "")"
                }
                return Outcome(
                    frames.isEmpty ? [.text("no call is active")] : context.fold.rows(text, "calls", last: 5),
                    JSONDocument([
                        "frames": .items(
                            Rows(frames.count) {
                                [
                                    "function": .string(frames[$0].function), "file": JSON(frames[$0].site?.file),
                                    "line": JSON(frames[$0].site?.line),
                                ]
                            })
                    ]))
            }),
    ]
}

extension CommandContext {
    /// The children of a node at the event shown.
    func children(_ id: NodeID) -> [NodeID] {
        let count = state.nodeCount
        return record.children(id).filter { $0.index < count }
    }

    /// The names of some nodes, made as they are written.
    func nameRows(_ ids: [NodeID]) -> JSONDocument.Content {
        let record = record
        return .items(Rows(ids.count) { .string(record.name(ids[$0])) })
    }

    func show(_ id: NodeID, _ fold: Fold) -> Outcome {
        let state = state, record = record, value = state.value(id, in: record)
        let inputs = record.inputs(id), kids = children(id)
        let freed = state.freedBy(id)
        let kind = record.kind(id).name
        var lines = [
            "\(record.name(id))  \(kind)  \(record.typeName(of: id, value))  level \(record.level(id))  v\(state.versionCount(id, in: record))"
                + (freed.map { "  freed by backward ▲\($0)" } ?? ""),
            fold.text(record.description(id)),
            fold.value(value, record.spelling(id, value)) { record.text(id, $0) },
        ]
        if let constraint = record.constraint(id) { lines.append("constraint  \(fold.text(constraint))") }
        if !inputs.isEmpty {
            let shown = fold.folds(inputs.count) ? Array(inputs.prefix(Fold.names)) : inputs
            let rest = inputs.count > shown.count ? "  and \((inputs.count - shown.count).grouped) more" : ""
            lines.append("inputs      " + shown.map { "\($0.name)=\(record.name($0.node))" }.joined(separator: "  ") + rest)
        }
        if !kids.isEmpty { lines.append("children    " + record.list(kids, most: fold.all ? .max : Fold.names)) }
        if let report = record.report(id) { lines.append(fold.text(report)) }
        return Outcome(
            [.text(lines.joined(separator: "\n"))],
            JSONDocument([
                "name": .value(.string(record.name(id))), "kind": .value(.string(kind)),
                "type": .value(.string(record.typeName(of: id, value))),
                "data": .value(JSON(value)), "description": .value(.string(record.description(id))),
                "constraint": .value(JSON(record.constraint(id))), "trainable": .value(.bool(record.isTrainable(id))),
                "level": .value(.int(record.level(id))),
                "inputs": .members(Rows(inputs.count) { .init(inputs[$0].name, .string(record.name(inputs[$0].node))) }),
                "parents": nameRows(record.parents(id)), "children": nameRows(kids), "freed": .value(.bool(freed != nil)),
                "versions": .value(.int(state.versionCount(id, in: record))), "report": .value(JSON(record.report(id))),
            ]))
    }

    func showHistory(_ id: NodeID, _ fold: Fold) -> Outcome {
        let written = state.history(id, in: record), record = record
        func writer(_ version: ParameterVersion) -> String {
            if case .optimizer(let id, _) = version.writer { return record.optimizers[id.index].name }
            return record.name(of: version.writer)
        }
        let scores = ReportedScores(state, record)
        let score = { @Sendable (row: Int) -> Double? in
            guard scores.name != nil else { return nil }
            let event = row == 0 ? record.event(id) + 1 : written[row - 1].event + 1
            return scores.score(after: event, before: row < written.count ? written[row].event + 1 : nil)
        }
        let scored = { @Sendable (row: Int) -> String in score(row).map { "  \(scores.name ?? "") \($0.brief)" } ?? "" }
        let lines = Rows(written.count + 1) { row in
            if row == 0 {
                return "v1  \(record.short(id, record.firstValue(id), 60, against: written.first?.value ?? .none, exact: true))\(scored(0))"
            }
            let version = written[row - 1]
            let value = record.short(id, version.value, 60, against: version.previousValue(in: record), exact: true)
            return "v\(version.number)  \(value)  \(record.name(of: version.writer))  event \(version.event + 1)\(scored(row))"
        }
        let json = Rows<JSON>(written.count + 1) { row in
            guard row > 0 else {
                return [
                    "version": 1, "value": JSON(record.firstValue(id)), "optimizer": .null, "step": .null,
                    "event": .int(record.event(id) + 1), "score": score(0).map { .number($0) } ?? .null,
                ]
            }
            let version = written[row - 1]
            var optimizer: String?, step: Int?
            if case .optimizer(let id, let number) = version.writer { (optimizer, step) = (record.optimizers[id.index].name, number) }
            return [
                "version": .int(version.number), "value": JSON(version.value), "optimizer": JSON(optimizer), "step": JSON(step),
                "event": .int(version.event + 1), "score": score(row).map { .number($0) } ?? .null,
            ]
        }
        return Outcome(
            fold.rows(
                lines, "values", last: 10,
                summary:
                    "\((written.count + 1).grouped) values: \(record.grouped(counting: written.lazy.map { "by " + writer($0) }))"),
            JSONDocument(["node": .value(.string(record.name(id))), "versions": .items(json)]))
    }

    func showNodes(_ filter: String?, _ fold: Fold) -> Outcome {
        let state = state, record = record
        var ids = (0..<state.nodeCount).map(NodeID.init)
        if let filter {
            ids = ids.filter { record.name($0).contains(filter) || record.kind($0).name == filter || record.operatorName($0) == filter }
        }
        guard !ids.isEmpty else {
            return Outcome(
                text: filter.map { "no node has '\($0)' in its name, kind or operator" } ?? "there are no nodes yet", json: ["nodes": []])
        }
        let found = ids
        let width = record.nameWidth(fold.folds(found.count) ? found.prefix(Fold.first) : found[...])
        let lines = Rows(found.count) { row in
            let id = found[row]
            return
                "\(record.name(id).padded(to: width))  \(record.kind(id).name.padded(to: 9))  \(record.short(id, state.value(id, in: record), 60))"
        }
        let json = Rows<JSON>(found.count) { row in
            let id = found[row], value = state.value(id, in: record)
            return [
                "name": .string(record.name(id)), "kind": .string(record.kind(id).name), "level": .int(record.level(id)),
                "type": .string(record.typeName(of: id, value)), "data": JSON(value),
            ]
        }
        return Outcome(
            fold.rows(lines, "nodes", summary: "\(found.count.grouped) nodes: \(record.grouped(found))"),
            JSONDocument(["nodes": .items(json)]))
    }

    func showOptimizers(_ fold: Fold) -> Outcome {
        let state = state, record = record, count = state.optimizerCount
        let lines = Rows(count) { row in
            let facts = record.optimizers[row]
            return
                "\(facts.name)  \(facts.kindName)  \(Trace.count(state.steps[row], "step"))  \(record.list(facts.parameters, most: fold.all ? .max : Fold.names))"
        }
        let json = Rows<JSON>(count) { row in
            let facts = record.optimizers[row]
            return [
                "name": .string(facts.name), "kind": .string(facts.kindName),
                "parameters": JSON(facts.parameters.map { record.name($0) }), "steps": .int(state.steps[row]),
            ]
        }
        return Outcome(
            count == 0 ? [.text("there are no optimizers yet")] : fold.rows(lines, "optimizers"),
            JSONDocument(["optimizers": .items(json)]))
    }

    func showShared(_ fold: Fold) -> Outcome {
        let state = state, record = record
        let ids = (0..<state.nodeCount).map(NodeID.init).filter { record.isTrainable($0) }
        @Sendable func optimizers(_ id: NodeID) -> [String] {
            state.optimizers(attendingTo: id, in: record).map { record.optimizers[$0.index].name }
        }
        let width = record.nameWidth(fold.folds(ids.count) ? ids.prefix(Fold.first) : ids[...])
        let lines = Rows(ids.count) { row in
            let names = optimizers(ids[row])
            return "\(record.name(ids[row]).padded(to: width))  \(names.isEmpty ? "no optimizer" : names.joined(separator: ", "))"
        }
        return Outcome(
            ids.isEmpty
                ? [.text("there are no trainable nodes yet")]
                : fold.rows(lines, "parameters", summary: "\(ids.count.grouped) parameters: \(record.grouped(ids))"),
            JSONDocument([
                "parameters": .items(
                    Rows(ids.count) { ["name": .string(record.name(ids[$0])), "optimizers": JSON(optimizers(ids[$0]))] })
            ]))
    }

    func showEvents(_ range: (from: Int?, to: Int?)?, _ fold: Fold) -> Outcome {
        let last = state.events, record = record
        let from = range.map { max(1, $0.from ?? 1) } ?? (fold.all ? 1 : max(1, last - 49)), to = min(last, range?.to ?? last)
        let first = from, count = max(0, to - from + 1)
        let lines = Rows(count) { row in
            let event = record.log[first + row - 1].event
            return "\(first + row)  \(event.kind.rawValue.padded(to: 9))  \(fold.line(record.text(of: event)))"
        }
        let json = Rows<JSON>(count) { row in
            let event = record.log[first + row - 1].event
            return [
                "event": .int(first + row), "kind": .string(event.kind.rawValue), "text": .string(record.text(of: event, exact: true)),
                "nodes": JSON(event.nodes(in: record).map { record.name($0) }),
                "optimizer": JSON(event.optimizer(in: record).map { record.optimizers[$0.index].name }),
                "line": JSON(record.site(ofEvent: first + row - 1)?.line),
            ]
        }
        let kinds = (0..<count).lazy.map { record.log[first + $0 - 1].event.kind.rawValue }
        return Outcome(
            count == 0
                ? [.text("there are no such events")]
                : fold.rows(lines, "events", summary: "\(count.grouped) events: \(record.grouped(counting: kinds))"),
            JSONDocument(["events": .items(json)]))
    }
}

extension GraphRecord {
    /// The columns that the names of some nodes take in a list.
    func nameWidth(_ ids: ArraySlice<NodeID>) -> Int {
        var width = 0
        for id in ids where width < 32 { width = max(width, name(id).count) }
        return min(32, width)
    }
}

extension String {
    func padded(to width: Int) -> String { count >= width ? self : self + String(repeating: " ", count: width - count) }
}
