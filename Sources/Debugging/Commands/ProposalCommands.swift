import Trace

extension CommandTable {
    static let proposalCommands: [CommandSpec] = [
        CommandSpec(
            "propose", "p", [.optimizer], group: .feedback, changes: true,
            "makes a proposal: review or change it, then update with it or discard it",
            detail:
                "An optimizer that asks a model shows its question first: 'send' sends it, 'reword' changes it, 'answer' answers it by hand. "
                + "If models may be asked at any time (--live always), or the answer is in the recording, the question is sent at once.",
            action: .immediate { context, call in
                return try context.propose(try call.optimizer())
            }),
        CommandSpec(
            "proposal", nil, [.optimizer], group: .feedback, folds: true,
            "shows an optimizer's current proposal, or its last one",
            action: .immediate { context, call in
                return try context.showProposal(of: try call.optimizer(), context.fold)
            }),
        CommandSpec(
            "send", nil, group: .feedback, changes: true, "sends the pending question to the model",
            action: .immediate { context, call in
                return try context.send()
            }),
        CommandSpec(
            "reword", nil, [.textOrFile], group: .feedback, changes: true, "changes the pending question before it is sent",
            detail:
                "A text with lines '### system', '### user' or '### assistant' replaces all messages; any other text replaces the last one.",
            action: .immediate { context, call in
                return try context.reword(try call.text())
            }),
        CommandSpec(
            "answer", nil, [.textOrFile], group: .feedback, changes: true, "answers the pending question by hand",
            detail: "The model's whole answer, or a JSON object of parameter → value, by the name in the prompt or the node's.",
            action: .immediate { context, call in
                return try context.answer(with: try call.text())
            }),
        CommandSpec(
            "accept", nil, [.node, .optimizer.optional], group: .feedback, changes: true,
            "takes back the rejection of a parameter's change",
            action: .immediate { context, call in
                let (node, id) = (try call.node(), try context.proposing(call.optionalOptimizer))
                return context.outcome(of: try context.actions.accept(node, of: id), .proposed)
            }),
        CommandSpec(
            "reject", nil, [.node, .optimizer.optional], group: .feedback, changes: true,
            "removes the change of one parameter from the current proposal",
            action: .immediate { context, call in
                let (node, id) = (try call.node(), try context.proposing(call.optionalOptimizer))
                return context.outcome(of: try context.actions.reject(node, of: id), .proposed)
            }),
        CommandSpec(
            "choose", nil, [.number("N", "a candidate's number", least: 1), .optimizer.optional], group: .feedback, changes: true,
            "chooses another candidate of the current proposal",
            action: .immediate { context, call in
                let number = try call.number()
                let id = try context.proposing(call.optionalOptimizer)
                return context.outcome(of: try context.actions.choose(number, of: id), .proposed)
            }),
        CommandSpec(
            "revise", nil, [.node, .value], group: .feedback, changes: true,
            "gives a parameter another value in the current proposal",
            action: .immediate { context, call in
                let node = try call.node()
                let id = try context.proposing()
                let value = try call.value()
                return context.outcome(of: try context.actions.revise(node, to: value, of: id), .proposed)
            }),
        CommandSpec(
            "update", nil, [.optimizer.optional], group: .feedback, changes: true, "updates the parameters with the current proposal",
            action: .immediate { context, call in
                return try context.update(call.optionalOptimizer)
            }),
        CommandSpec(
            "discard", nil, [.optimizer.optional], group: .feedback, changes: true,
            "discards the current proposal, or the pending question, which gets no answer then",
            action: .immediate { context, call in
                return try context.discard(call.optionalOptimizer)
            }),
        CommandSpec(
            "step", "s", [.optimizer], group: .feedback, changes: true, "proposes and updates",
            action: .immediate { context, call in
                let id = try call.optimizer()
                return context.outcome(of: try context.actions.step(id), .updated)
            }),
    ]
}

extension CommandContext {
    func propose(_ id: OptimizerID) throws -> Outcome {
        try asking.requireNothingWaits()
        guard record.optimizers[id.index].kind.needsAnswer else {
            return outcome(of: try actions.propose(id), .proposed)
        }
        let question = try engine.question(for: id)
        if repeatsAsking ?? (asking.access.live == .always && asking.access.model != nil || asking.access.isFree(question)) {
            asking.waiting = nil
            return outcome(of: try actions.propose(id), .proposed)
        }
        var waiting = Session.Waiting(question: question, byWorkflow: false, event: engine.state.events, failure: nil, canSend: false)
        waiting.canSend = asking.access.canSend(waiting)
        asking.waiting = waiting
        return outcome(of: waiting)
    }

    /// A question as it waits: its prompt, and how it can be settled.
    private func outcome(of waiting: Session.Waiting) -> Outcome {
        let name = record.name(of: waiting.question.asker)
        let unreached = waiting.optimizer.map { id in
            record.optimizers[id.index].distinctParameters.filter { !engine.state.feedback.holds($0) }.map { record.name($0) }
        }
        let template = waiting.problem?.template
        var json = promptJSON(waiting.question)
        json =
            [
                .init("state", "waiting"), .init("updates", []), .init("rejected", []), .init("unreached", JSON(unreached ?? [])),
                .init("template", JSON(template)), .init("problem", JSON(waiting.problem?.text)), .init("send", .bool(waiting.canSend)),
            ] + json
        let send = waiting.canSend ? "send, or " : ""
        return Outcome(
            text: "\(promptText(waiting.question))\n\n\(name) waits for an answer: \(send)answer \(template ?? "TEXT")", json: .object(json)
        ).meaning(.waiting)
    }

    func send() throws -> Outcome {
        guard let waiting = asking.waiting else { throw CommandError.nothingWaits }
        guard repeatsAsking ?? waiting.canSend else {
            if let failure = waiting.failure, asking.access.isFree(waiting.question) {
                throw TraceError.model(waiting.question.asker, failure)
            }
            throw CommandError.notLive(asking.access.live, hasModel: asking.access.model != nil)
        }
        if waiting.byWorkflow {
            asking.settlement = .send
            return Outcome(
                text: "\(record.name(of: waiting.question.asker)) asks the model",
                json: ["state": "sent", "updates": [], "rejected": []]
            ).meaning(.sent)
        }
        guard let id = waiting.optimizer else { throw CommandError.nothingWaits }
        asking.approved = (waiting.question.asker, waiting.question.step)
        defer { asking.approved = nil }
        let proposal = try actions.propose(id, asking: waiting.question)
        asking.waiting = nil
        return outcome(of: proposal, .proposed)
    }

    func reword(_ text: String) throws -> Outcome {
        guard var waiting = asking.waiting else { throw CommandError.nothingWaits }
        waiting.question.reword(text)
        let messages = waiting.question.parts.first?.request.messages ?? []
        guard !messages.contains(where: { $0.content.allSatisfy(\.isWhitespace) }) else {
            throw CommandError.badValue(text, reason: "a message without text asks nothing; the question stays as it was")
        }
        // A recording may have an answer to the new wording.
        waiting.failure = asking.access.isFree(waiting.question) ? nil : waiting.failure
        waiting.canSend = asking.access.canSend(waiting)
        asking.waiting = waiting
        return outcome(of: waiting)
    }

    func answer(with text: String) throws -> Outcome {
        guard let waiting = asking.waiting else { throw CommandError.nothingWaits }
        let name = record.name(of: waiting.question.asker)
        guard waiting.byWorkflow else {
            guard let id = waiting.optimizer else { throw CommandError.nothingWaits }
            let proposal = try actions.propose(id, answer: text)
            asking.waiting = nil
            return outcome(of: proposal, .proposed)
        }
        guard let id = waiting.optimizer, let problem = waiting.problem else {
            asking.settlement = .answer(text)
            return Outcome(
                text: "\(name) goes on with the answer", json: ["state": "answered", "updates": [], "rejected": [], "unreached": []]
            ).meaning(.answered)
        }
        // The workflow's own step goes on with it, so an unusable answer is refused here and the step is not lost.
        let review = try engine.review(text, for: problem)
        if let first = review.rejected.first { throw TraceError.badAnswer(id, reason: "\(first.parameter): \(first.reason)") }
        if review.updates.isEmpty, let repair = review.repairs.first {
            throw TraceError.badAnswer(id, reason: "there is no value in it (\(repair)); it should look like \(problem.template)")
        }
        asking.settlement = .answer(text)
        var outcome = outcome(of: review, .proposed)
        outcome.text = "\(name) goes on with the answer"
        return outcome
    }

    func update(_ optimizer: OptimizerID?) throws -> Outcome {
        let id = try proposing(optimizer)
        guard id == asking.reviewing, let index = engine.state.proposals[id] else {
            return outcome(of: try actions.update(id), .updated)
        }
        // The step that waits applies it.
        asking.settlement = .seen
        return outcome(of: record.proposals[index], .updated)
    }

    func discard(_ optimizer: OptimizerID?) throws -> Outcome {
        if optimizer == nil, let waiting = asking.waiting {
            if waiting.byWorkflow { asking.settlement = .refuse } else { asking.waiting = nil }
            return Outcome(text: "no answer for \(record.name(of: waiting.question.asker))", json: ["state": "discarded"]).meaning(
                .discarded)
        }
        let id = try proposing(optimizer)
        try actions.discard(id)
        if id == asking.reviewing { asking.settlement = .seen }
        return Outcome(text: "the proposal of \(record.optimizers[id.index].name) is dropped", json: ["state": "discarded"]).meaning(
            .discarded)
    }

    /// The optimizer that was named, or the only one with a proposal.
    func proposing(_ named: OptimizerID? = nil) throws -> OptimizerID {
        if let named { return named }
        if let reviewing = asking.reviewing { return reviewing }
        let standing = engine.state.proposals.keys.sorted()
        guard let only = standing.first else { throw CommandError.nothingProposed }
        if standing.count > 1 { throw CommandError.ambiguousOptimizer("", among: standing.map { record.optimizers[$0.index].name }) }
        return only
    }

    /// A note on a proposal by hand whose answer came out of a recording, while the workflow has more to come.
    private func replayNote(_ proposal: Proposal) -> String? {
        guard isByHand, phase == .paused, asking.reviewing == nil,
            let last = record.models.exchanges.last(where: { $0.asker == .optimizer(proposal.optimizer) }),
            last.step == proposal.step, case .success(let answer) = last.result, answer.origin == .replay
        else { return nil }
        let name = record.optimizers[proposal.optimizer.index].name
        return "this does not replace the workflow's own next step of \(name): the recording keeps its answer for that step, "
            + "which uses it after 'undo' takes this change back"
    }

    /// The current proposal of an optimizer, or the last settled one.
    func showProposal(of id: OptimizerID, _ fold: Fold) throws -> Outcome {
        guard let index = state.proposals[id] ?? state.lastProposals[id] else { throw CommandError.nothingProposed }
        return outcome(of: record.proposals[index], state.proposals[id] == nil ? .settled : .proposed, fold)
    }

    /// - Parameter fold: the limit of the shown text; by default that of `proposal`.
    func outcome(of proposal: Proposal, _ state: CommandResult.ProposalState, _ fold: Fold? = nil) -> Outcome {
        let record = record, name = record.optimizers[proposal.optimizer.index].name
        let fold = fold ?? Fold(command: "proposal \(CommandLine.word(name))")
        let changes = proposal.updates.map { update in
            let (old, new) = (update.old, update.new)
            let change =
                record.change(update.parameter, from: old, to: new, 60)
                ?? "\(record.short(update.parameter, old, 60, exact: true)), nothing changed"
            return "  \(record.name(update.parameter)): \(change)"
        }
        let rejections = proposal.rejected.map { fold.line("  \($0.parameter): \(record.short($0.value, 40)) rejected, \($0.reason)") }
        let candidates = proposal.candidates.enumerated().map { number, candidate in
            let values = candidate.suggestions.map { "\($0.name) = \(record.short($0.value, 24))" }.joined(separator: ", ")
            let text = fold.line("candidate \(number + 1): \(candidate.failure ?? values) (\(candidate.reason))")
            return "  \(candidate.isChosen ? "*" : " ") \(text)"
        }
        let note = replayNote(proposal)
        var parts: [TextPart] = [.text("\(name) \(state.rawValue)")]
        parts += changes.isEmpty ? [.text("  no parameter changes")] : fold.rows(changes, "changes")
        parts += fold.rows(rejections, "values that were not taken")
        if !proposal.unreached.isEmpty {
            parts.append(.text("\(Outcome.unreached)\(fold.names(proposal.unreached, record, separator: ", "))"))
        }
        parts += fold.rows(proposal.repairs.map { fold.line("  corrected: \($0)") }, "corrections") + fold.rows(candidates, "candidates")
        if let note { parts.append(.text("  \(note)")) }
        return Outcome(
            parts,
            JSONDocument([
                "state": .string(state.rawValue),
                "updates": .array(
                    proposal.updates.map { ["parameter": .string(record.name($0.parameter)), "old": JSON($0.old), "new": JSON($0.new)] }),
                "rejected": .array(
                    proposal.rejected.map { ["parameter": .string($0.parameter), "value": JSON($0.value), "reason": .string($0.reason)] }),
                "unreached": JSON(proposal.unreached.map { record.name($0) }),
                "note": JSON(note), "repairs": JSON(proposal.repairs), "reasoning": JSON(proposal.reasoning),
                "candidates": .array(proposal.candidates.map(\.json)),
            ])
        ).meaning(.proposal(proposal.optimizer, state))
    }
}

extension Proposal.Candidate {
    fileprivate var json: JSON {
        [
            "chosen": .bool(isChosen), "reason": .string(reason), "failure": JSON(failure), "text": .string(text),
            "temperature": temperature.map(JSON.number) ?? .null, "reasoning": JSON(reasoning), "repairs": JSON(repairs),
            "suggestions": .array(suggestions.map { ["parameter": .string($0.name), "value": JSON($0.value)] }),
        ]
    }
}
