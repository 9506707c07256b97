import Trace

extension CommandTable {
    static let feedbackCommands: [CommandSpec] = [
        CommandSpec(
            "backward", nil, "OPTIMIZER NODE TEXT [--free]", [.optimizer, .node, .text], key: "b", group: .feedback, changes: true,
            "calls backward by hand; the graph is retained unless --free is given",
            action: .immediate { context, line in
                try context.requireWords(line, 3)
                return try context.backwardByHand(line)
            }),
        CommandSpec(
            "zero", "z", "OPTIMIZER|NODE|all", [.optimizer], key: "z", group: .feedback, changes: true, "clears feedback",
            detail: "In the inspector, 'z' clears that of the chosen optimizer and 'Z' that of the selected node.",
            action: .immediate { context, line in
                try context.requireWords(line, 1, 1)
                let text = line.words[1].text
                let scope: ZeroFacts.Scope
                if text == "all" {
                    scope = .all
                } else if let id = try? context.optimizer(text) {
                    scope = .optimizer(id)
                } else {
                    scope = .node(try context.node(text))
                }
                let before = context.record.zeroes.count
                try context.actions.zeroFeedback(scope)
                // A program elsewhere may clear node by node, or tell nothing where there was nothing.
                let record = context.record, zeroes = (before..<record.zeroes.count).map { record.zeroes[$0] }
                let cleared = zeroes.flatMap(\.cleared), entries = zeroes.reduce(0) { $0 + $1.entries.count }
                return Outcome(
                    text: entries == 0
                        ? "there was no feedback to clear"
                        : "\(count(entries, "entry", "entries")) cleared on \(record.list(cleared))",
                    json: ["cleared": JSON(cleared.map { record.name($0) }), "entries": .int(entries)])
            }),
        CommandSpec(
            "set", nil, "NODE VALUE", [.node, .value], key: "e", group: .feedback, changes: true, "changes a node's data",
            detail:
                "The value is a literal (1, 2.5, \"text\", [1, 2], {\"a\": 1}) of the node's type; text needs no quotes where text is wanted.",
            action: .immediate { context, line in
                try context.requireWords(line, 2)
                return try context.setByHand(line)
            }),
        CommandSpec(
            "drop", nil, "NODE N", [.node, .number], group: .feedback, changes: true,
            "takes one entry out of a node's feedback, counted from 1",
            action: .immediate { context, line in
                try context.requireWords(line, 2, 2)
                let node = try context.node(line.words[1].text)
                let entries = context.engine.state.feedback[node]?.inListOrder(in: context.record) ?? []
                let number = try context.number(line.words[2].text, "an entry's number", least: 1)
                guard number <= entries.count else {
                    throw CommandError.badNumber(
                        line.words[2].text, what: "an entry of \(context.record.name(node)), which has \(entries.count)")
                }
                try context.actions.drop(entry: entries[number - 1])
                return Outcome(
                    text: "entry \(number) dropped, \(entries.count - 1) left",
                    json: ["node": .string(context.record.name(node)), "left": .int(entries.count - 1)])
            }),
        CommandSpec(
            "undo", "u", key: "u", group: .feedback, changes: true, "takes back the last change by hand",
            action: .immediate { context, line in
                try context.requireWords(line, 0, 0)
                guard let last = context.takeLastChange() else {
                    throw CommandError.nothingToUndo(
                        reason:
                            "nothing was changed by hand since the workflow was paused: there is nothing to undo. 'back' ([) looks at an earlier event, "
                            + "and 'fork' (F) runs on from there")
                }
                try context.actions.undo(to: last.moment)
                return Outcome(text: "undone: \(last.text)", json: ["undone": .string(last.text)])
            }),
        CommandSpec(
            "eval", nil, "LUA", [.code], key: "E", group: .feedback, changes: true, folds: true,
            "evaluates an expression, or runs a statement, in the current frame",
            action: .immediate { context, line in
                try context.requireWords(line, 1)
                let evaluating = try context.runtime.requireEvaluating()
                let value: Variable
                do {
                    value = try evaluating.evaluate(line.raw(from: 1), frame: context.phase == .paused ? 0 : nil, looks: false)
                } catch let failure as WorkflowFailure {
                    throw CommandError.expression(failure)
                }
                return Outcome(text: Fold(line).text(value.text), json: ["type": .string(value.type), "text": .string(value.text)])
            }),
    ]
}

extension CommandContext {
    func backwardByHand(_ line: CommandLine) throws -> Outcome {
        let optimizer = try optimizer(line.words[1].text), node = try node(line.words[2].text)
        // A text that is "--free" stands in quotes.
        let flags = line.words.indices.filter { $0 >= 3 && line.words[$0].text == "--free" && !line.isQuoted($0) }
        let frees = !flags.isEmpty
        let words = line.words.indices.filter { $0 >= 3 && !flags.contains($0) }.map { line.words[$0].text }
        guard !words.isEmpty else { throw CommandError.usage(try CommandTable.command(named: "backward")) }
        let text = words.joined(separator: " ")
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
                "backward #\(number) from \(record.name(node)): feedback on \(reached.isEmpty ? "no parameter" : record.list(reached))\(note)",
            json: [
                "backward": .int(number), "output": .string(record.name(node)), "retain": .bool(!frees),
                "reached": JSON(reached.map { record.name($0) }),
                "unreached": JSON(missed.map { record.name($0) }),
            ])
    }

    /// The value that the rest of a line gives for a node, which stands in its second word.
    func value(_ line: CommandLine, for node: NodeID) throws -> Value {
        let old = engine.value(node), raw = line.raw(from: 2)
        if let literal = try? Value(literal: raw), case .success(let converted) = literal.converted(toTypeOf: old) { return converted }
        if case .success(let converted) = Value.string(line.rest(from: 2)).converted(toTypeOf: old) { return converted }
        throw CommandError.badValue(raw, reason: "\(record.name(node)) is a \(old.typeName)")
    }

    func setByHand(_ line: CommandLine) throws -> Outcome {
        let node = try node(line.words[1].text), old = engine.value(node)
        let value = try value(line, for: node)
        guard value != old else {
            return Outcome(
                text: "\(record.name(node)) is \(old.short(40)) already: nothing changed",
                json: ["node": .string(record.name(node)), "old": JSON(old), "new": JSON(value)])
        }
        try actions.set(node, to: value)
        return Outcome(
            text: "\(record.name(node)) \(old.short(40, against: value)) → \(value.short(40, against: old))",
            json: ["node": .string(record.name(node)), "old": JSON(old), "new": JSON(value)])
    }

    /// The text of an argument, or of the file that `@FILE` names.
    func textArgument(_ line: CommandLine, from word: Int) throws -> String {
        let raw = line.raw(from: word)
        guard raw.first == "@" else { return raw.first == "\"" ? line.rest(from: word) : raw }
        let path = String(raw.dropFirst())
        do {
            return try repetition.commandFile(path)
        } catch {
            throw CommandError.file(path, reason: error.reason)
        }
    }
}
