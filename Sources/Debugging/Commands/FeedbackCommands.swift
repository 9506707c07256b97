import Trace

extension CommandTable {
    static let feedbackCommands: [CommandSpec] = [
        CommandSpec(
            "backward", nil, "OPTIMIZER NODE TEXT [--free]", [.optimizer, .node, .text], key: "b", group: .feedback, changes: true,
            "calls backward by hand; the graph is retained unless --free is given",
            action: .immediate { session, line in
                try session.requireWords(line, 3)
                return try session.backwardByHand(line)
            }),
        CommandSpec(
            "zero", "z", "OPTIMIZER|NODE|all", [.optimizer], key: "z", group: .feedback, changes: true, "clears feedback",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                let text = line.words[1].text
                let scope: ZeroFacts.Scope
                if text == "all" {
                    scope = .all
                } else if let id = try? session.optimizer(text) {
                    scope = .optimizer(id)
                } else {
                    scope = .node(try session.node(text))
                }
                session.engine.zeroFeedback(scope)
                let zero = session.engine.record.zeroes[session.engine.record.zeroes.count - 1]
                let names = zero.cleared.map { session.engine.record.name($0) }
                return Outcome(
                    text: zero.entries.isEmpty
                        ? "there was no feedback to clear"
                        : "\(count(zero.entries.count, "entry", "entries")) cleared on \(session.engine.record.list(zero.cleared))",
                    json: ["cleared": JSON(names), "entries": .int(zero.entries.count)])
            }),
        CommandSpec(
            "propose", "p", "OPTIMIZER", [.optimizer], key: "p", group: .feedback, changes: true,
            "makes a proposal to look at, change, apply or discard",
            detail: "An optimizer that asks a model waits for 'answer' where no model may be called; a custom one answers at once.",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                return try session.propose(try session.optimizer(line.words[1].text))
            }),
        CommandSpec(
            "answer", nil, "TEXT|@FILE", [.text], key: "a", group: .feedback, changes: true, "gives the answer that an optimizer waits for",
            detail: "The model's whole answer, or a JSON object of parameter → value, by the name in the prompt or the node's.",
            action: .immediate { session, line in
                try session.requireWords(line, 1)
                return try session.answer(with: try session.textArgument(line, from: 1))
            }),
        CommandSpec(
            "update", nil, "[OPTIMIZER]", [.optimizer], key: "U", group: .feedback, changes: true, "applies the proposal that stands",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 1)
                let id = try session.proposing(line)
                return session.outcome(of: try session.engine.update(id), state: "updated")
            }),
        CommandSpec(
            "discard", nil, "[OPTIMIZER]", [.optimizer], key: "D", group: .feedback, changes: true,
            "drops the proposal that stands, or refuses an answer",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 1)
                return try session.discard(line)
            }),
        CommandSpec(
            "step", "s", "OPTIMIZER", [.optimizer], key: "s", group: .feedback, changes: true, "proposes and updates",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 1)
                return session.outcome(of: try session.engine.step(try session.optimizer(line.words[1].text)), state: "updated")
            }),
        CommandSpec(
            "set", nil, "NODE VALUE", [.node, .value], key: "e", group: .feedback, changes: true, "changes a node's data",
            detail:
                "The value is a literal (1, 2.5, \"text\", [1, 2], {\"a\": 1}) of the node's type; text needs no quotes where text is wanted.",
            action: .immediate { session, line in
                try session.requireWords(line, 2)
                return try session.setByHand(line)
            }),
        CommandSpec(
            "drop", nil, "NODE N", [.node, .number], group: .feedback, changes: true,
            "takes one entry out of a node's feedback, counted from 1",
            action: .immediate { session, line in
                try session.requireWords(line, 2, 2)
                let node = try session.node(line.words[1].text)
                let entries = session.engine.state.feedback[node]?.inListOrder(in: session.engine.record) ?? []
                let number = try session.number(line.words[2].text, "an entry's number", least: 1)
                guard number <= entries.count else {
                    throw CommandError.badNumber(
                        line.words[2].text, what: "an entry of \(session.engine.record.name(node)), which has \(entries.count)")
                }
                session.engine.drop(entry: entries[number - 1])
                return Outcome(
                    text: "entry \(number) dropped, \(entries.count - 1) left",
                    json: ["node": .string(session.engine.record.name(node)), "left": .int(entries.count - 1)])
            }),
        CommandSpec(
            "undo", "u", key: "u", group: .feedback, changes: true, "takes back the last change by hand",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 0)
                guard let last = session.undoable.popLast() else {
                    throw CommandError.nothingToUndo(
                        reason: "nothing was changed by hand since the workflow was held: there is nothing to undo")
                }
                session.engine.restore(to: last.moment)
                return Outcome(text: "undone: \(last.text)", json: ["undone": .string(last.text)])
            }),
        CommandSpec(
            "eval", nil, "LUA", [.code], key: "E", group: .feedback, changes: true,
            "evaluates an expression, or runs a statement, in the current frame",
            action: .immediate { session, line in
                try session.requireWords(line, 1)
                let value: Variable
                do {
                    value = try session.runtime.evaluate(line.raw(from: 1), frame: session.phase == .paused ? 0 : nil)
                } catch let failure as WorkflowFailure {
                    throw CommandError.expression(failure)
                }
                return Outcome(text: value.text, json: ["type": .string(value.type), "text": .string(value.text)])
            }),
    ]
}

extension Session {
    func backwardByHand(_ line: CommandLine) throws -> Outcome {
        let optimizer = try optimizer(line.words[1].text), node = try node(line.words[2].text)
        // A text that is "--free" stands in quotes.
        let flags = line.words.indices.filter { $0 >= 3 && line.words[$0].text == "--free" && !line.isQuoted($0) }
        let frees = !flags.isEmpty
        let words = line.words.indices.filter { $0 >= 3 && !flags.contains($0) }.map { line.words[$0].text }
        guard !words.isEmpty else { throw CommandError.usage(try CommandTable.command(named: "backward")) }
        let text = words.joined(separator: " ")
        let before = engine.record.entries.count
        let number = try engine.backward(node, feedback: .string(text), retain: !frees, optimizer: optimizer)
        let record = engine.record
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

    func propose(_ id: OptimizerID) throws -> Outcome {
        if let waiting, waiting.byWorkflow { throw CommandError.waitsFor(waiting.optimizer) }
        guard engine.record.optimizers[id.index].kind.needsAnswer else { return outcome(of: try engine.propose(id), state: "proposed") }
        let problem = try engine.problem(for: id)
        waiting = Waiting(optimizer: id, problem: problem, byWorkflow: false, event: engine.state.events)
        let facts = engine.record.optimizers[id.index]
        let unreached = facts.distinctParameters.filter { engine.state.feedback[$0] == nil }.map { engine.record.name($0) }
        return Outcome(
            text: "\(problem.text)\n\n\(facts.name) waits for an answer: answer \(problem.template)",
            json: [
                "state": "waiting", "updates": [], "rejected": [], "unreached": JSON(unreached), "problem": .string(problem.text),
                "template": .string(problem.template),
            ])
    }

    func answer(with text: String) throws -> Outcome {
        guard let waiting else { throw CommandError.nothingWaits }
        if waiting.byWorkflow {
            // The workflow's own step goes on with it; what cannot be used must not cost the step.
            let review = try engine.review(text, for: waiting.problem)
            if let first = review.rejected.first {
                throw TraceError.badAnswer(waiting.optimizer, reason: "\(first.parameter): \(first.reason)")
            }
            answer = text
            var outcome = outcome(of: review, state: "proposed")
            outcome.text = "\(engine.record.optimizers[waiting.optimizer.index].name) goes on with the answer"
            return outcome
        }
        let proposal = try engine.propose(waiting.optimizer, answer: text)
        self.waiting = nil
        return outcome(of: proposal, state: "proposed")
    }

    func discard(_ line: CommandLine) throws -> Outcome {
        if let waiting, line.words.count == 1 {
            if waiting.byWorkflow { answer = "" } else { self.waiting = nil }
            return Outcome(text: "no answer for \(engine.record.optimizers[waiting.optimizer.index].name)", json: ["state": "discarded"])
        }
        let id = try proposing(line)
        try engine.discard(id)
        return Outcome(text: "the proposal of \(engine.record.optimizers[id.index].name) is dropped", json: ["state": "discarded"])
    }

    /// The optimizer that is named, or the only one with a proposal.
    func proposing(_ line: CommandLine) throws -> OptimizerID {
        if line.words.count > 1 { return try optimizer(line.words[1].text) }
        let standing = engine.state.proposals.keys.sorted()
        guard let only = standing.first else { throw CommandError.nothingWaits }
        if standing.count > 1 { throw CommandError.ambiguousOptimizer("", among: standing.map { engine.record.optimizers[$0.index].name }) }
        return only
    }

    func setByHand(_ line: CommandLine) throws -> Outcome {
        let node = try node(line.words[1].text), old = engine.value(node)
        let raw = line.raw(from: 2)
        let value: Value
        if let literal = try? Value(literal: raw), case .success(let converted) = literal.converted(toTypeOf: old) {
            value = converted
        } else if case .success(let converted) = Value.string(line.rest(from: 2)).converted(toTypeOf: old) {
            value = converted
        } else {
            throw CommandError.badValue(raw, reason: "\(engine.record.name(node)) is a \(old.typeName)")
        }
        engine.set(node, to: value, by: .hand)
        return Outcome(
            text: "\(engine.record.name(node)) \(old.short(40)) → \(value.short(40))",
            json: ["node": .string(engine.record.name(node)), "old": JSON(old), "new": JSON(value)])
    }

    /// The text of an argument, or of the file that `@FILE` names.
    func textArgument(_ line: CommandLine, from word: Int) throws -> String {
        let raw = line.raw(from: word)
        guard raw.first == "@" else { return raw.first == "\"" ? line.rest(from: word) : raw }
        let path = String(raw.dropFirst())
        do {
            return try readText(path)
        } catch {
            throw CommandError.file(path, reason: error.reason)
        }
    }

    func outcome(of proposal: Proposal, state: String) -> Outcome {
        let record = engine.record
        var lines = proposal.updates.map { "\(record.name($0.parameter)): \($0.old.short(60)) → \($0.new.short(60))" }
        lines += proposal.rejected.map { "\($0.parameter): \($0.value.short(40)) rejected, \($0.reason)" }
        if !proposal.unreached.isEmpty { lines.append("without feedback: \(record.list(proposal.unreached))") }
        if proposal.updates.isEmpty { lines.insert("no parameter changes", at: 0) }
        let name = record.optimizers[proposal.optimizer.index].name
        return Outcome(
            text: "\(name) \(state)\n" + lines.map { "  \($0)" }.joined(separator: "\n"),
            json: [
                "state": .string(state),
                "updates": .array(
                    proposal.updates.map { ["parameter": .string(record.name($0.parameter)), "old": JSON($0.old), "new": JSON($0.new)] }),
                "rejected": .array(
                    proposal.rejected.map { ["parameter": .string($0.parameter), "value": JSON($0.value), "reason": .string($0.reason)] }),
                "unreached": JSON(proposal.unreached.map { record.name($0) }),
            ])
    }
}
