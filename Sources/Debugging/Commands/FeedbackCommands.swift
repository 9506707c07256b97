import Trace

extension CommandTable {
    static let feedbackCommands: [CommandSpec] = [
        CommandSpec(
            "backward", nil, [.optimizer, .node, .text, .flag("--free")], group: .feedback, changes: true,
            "calls backward by hand; the graph is retained unless --free is given",
            action: .immediate { context, call in
                return try context.backwardByHand(call)
            }),
        CommandSpec(
            "zero", "z", [.scope.or("all")], group: .feedback, changes: true, "clears feedback",
            action: .immediate { context, call in
                let scope: ZeroFacts.Scope =
                    if call.alternative != nil {
                        .all
                    } else if let id = call.optionalOptimizer {
                        .optimizer(id)
                    } else {
                        .node(try call.node())
                    }
                let before = context.record.zeroes.count
                try context.actions.zeroFeedback(scope)
                // A program elsewhere may clear node by node, and reports nothing if no node held feedback.
                let record = context.record, zeroes = (before..<record.zeroes.count).map { record.zeroes[$0] }
                let cleared = zeroes.flatMap(\.cleared), entries = zeroes.reduce(0) { $0 + $1.entries.count }
                return Outcome(
                    text: entries == 0
                        ? "there was no feedback to clear"
                        : "\(count(entries, "entry", "entries")) cleared on \(record.list(cleared))",
                    json: ["cleared": JSON(cleared.map { record.name($0) }), "entries": .int(entries)])
            }),
        CommandSpec(
            "set", nil, [.node, .value], group: .feedback, changes: true, "changes a node's data",
            detail:
                "The value is a literal (1, 2.5, \"text\", [1, 2], {\"a\": 1}) of the node's type; text needs no quotes if the node holds text.",
            action: .immediate { context, call in
                return try context.setByHand(try call.node(), to: try call.value())
            }),
        CommandSpec(
            "drop", nil, [.node, .number("N", "an entry's number", least: 1)], group: .feedback, changes: true,
            "removes one entry from a node's feedback, counted from 1",
            action: .immediate { context, call in
                let node = try call.node()
                let entries = context.engine.state.feedback[node]?.inListOrder(in: context.record) ?? []
                let number = try call.number()
                guard number <= entries.count else {
                    throw CommandError.badNumber(
                        "\(number)", what: "an entry of \(context.record.name(node)), which has \(entries.count)")
                }
                try context.actions.drop([entries[number - 1]])
                return Outcome(
                    text: "entry \(number) dropped, \(entries.count - 1) left",
                    json: ["node": .string(context.record.name(node)), "left": .int(entries.count - 1)])
            }),
        CommandSpec(
            "undo", "u", group: .feedback, changes: true, "undoes the last change by hand",
            action: .immediate { context, call in
                guard let last = context.takeLastChange() else {
                    let branching = context.runtime.repeating == nil ? "" : ", and 'fork' runs on from there"
                    throw CommandError.nothingToUndo(
                        reason:
                            "nothing was changed by hand since the workflow was paused: there is nothing to undo. 'back' looks at an earlier "
                            + "event\(branching)")
                }
                try context.actions.undo(to: last.moment)
                return Outcome(text: "undone: \(last.text)", json: ["undone": .string(last.text)])
            }),
        CommandSpec(
            "eval", nil, [.code], group: .feedback, changes: true, needs: .evaluating, folds: true,
            "evaluates an expression, or runs a statement, in the current call",
            action: .immediate { context, call in
                let evaluating = try context.runtime.requireEvaluating()
                let value: Variable
                do {
                    value = try evaluating.evaluate(try call.text(), frame: context.phase == .paused ? 0 : nil, looks: false)
                } catch let failure as WorkflowFailure {
                    throw CommandError.expression(failure)
                }
                return Outcome(text: context.fold.text(value.text), json: ["type": .string(value.type), "text": .string(value.text)])
            }),
    ]
}

extension CommandContext {
    func backwardByHand(_ call: Invocation) throws -> Outcome {
        let (optimizer, node, text) = (try call.optimizer(), try call.node(), try call.text()), frees = call.has(flag: "--free")
        let before = record.entries.count
        let number = try actions.backward(node, feedback: text, retain: !frees, optimizer: optimizer)
        let record = record
        var reached: [NodeID] = []
        for index in before..<record.entries.count {
            let id = record.entries[index].node
            if record.isTrainable(id), !reached.contains(id) { reached.append(id) }
        }
        let missed = record.optimizers[optimizer.index].distinctParameters.filter { !reached.contains($0) }
        let note = missed.isEmpty ? "" : "; \(record.list(missed)) of \(record.optimizers[optimizer.index].name) not reached"
        return Outcome(
            text:
                "backward ▲\(number) from \(record.name(node)): feedback on \(reached.isEmpty ? "no parameter" : record.list(reached))\(note)",
            json: [
                "backward": .int(number), "output": .string(record.name(node)), "retain": .bool(!frees),
                "reached": JSON(reached.map { record.name($0) }),
                "unreached": JSON(missed.map { record.name($0) }),
            ])
    }

    func setByHand(_ node: NodeID, to value: Value) throws -> Outcome {
        let old = engine.value(node)
        guard value != old else {
            return Outcome(
                text: "\(record.name(node)) is \(record.short(node, old, 40, exact: true)) already: nothing changed",
                json: ["node": .string(record.name(node)), "old": JSON(old), "new": JSON(value)])
        }
        try actions.set(node, to: value)
        return Outcome(
            text: "\(record.name(node)) \(record.change(node, from: old, to: value, 40) ?? "")",
            json: ["node": .string(record.name(node)), "old": JSON(old), "new": JSON(value)])
    }
}
