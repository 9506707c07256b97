import Trace

extension CommandTable {
    static let storyCommands: [CommandSpec] = [
        CommandSpec(
            "story", nil, [.optimizer, .number("STEP", "a step's number", least: 1).optional], group: .show, folds: true,
            "tells the story of a step: its feedback, subgraph, question, answer and changes, and what became of the outputs",
            detail: "Without a number, the step of the last proposal.",
            action: .immediate { context, call in try context.showStory(of: try call.optimizer(), call.optionalNumber, context.fold) })
    ]
}

// MARK: Steps

extension CommandContext {
    func showStory(of id: OptimizerID, _ number: Int?, _ fold: Fold) throws -> Outcome {
        guard let index = StepStory.index(ofStep: number, of: id, state, record) else {
            throw number.map { CommandError.noSuchStep($0, of: id) } ?? .nothingProposed
        }
        let story = StepStory(index, state, record), record = record, subgraph = story.subgraph()
        let effects = subgraph.map { story.effects($0) } ?? [], question = story.question(), name = record.optimizers[id.index].name
        var parts: [TextPart] = [
            .text(
                "step \(story.proposal.step) of \(name), \(story.fateText), events \(story.events.lowerBound) to \(story.events.upperBound)"
            )
        ]
        let entries = story.texts.entryCount, texts = story.texts.all
        parts.append(.text("1 entries: \(entries.grouped) used, \(count(texts.count, "text"))"))
        parts += fold.rows(Rows(texts.count) { "  " + record.line(texts[$0]) }, "texts")
        parts.append(.text("2 subgraph: \(subgraph.map { record.line($0, fold) } ?? "its feedback conflicts")"))
        parts.append(.text("3 question"))
        parts.append(.text(question.map { fold.text($0) } ?? "  nothing was asked"))
        parts.append(.text("4 answer"))
        parts.append(.text(fold.text(story.answerText(in: record))))
        parts.append(.text("5 changes"))
        let changes = story.proposal.updates.map { update -> String in
            let old = record.short(update.parameter, update.old, 60, against: update.new, exact: true)
            let new = record.short(update.parameter, update.new, 60, against: update.old, exact: true)
            return "  \(record.name(update.parameter)): \(update.isChange ? "\(old) → \(new)" : "\(old), nothing changed")"
        }
        parts += changes.isEmpty ? [.text("  no parameter changes")] : fold.rows(changes, "changes")
        parts += fold.rows(
            story.proposal.rejected.map { fold.line("  \($0.parameter): \(record.short($0.value, 40)) rejected, \($0.reason)") },
            "rejected values")
        parts.append(.text("6 effect"))
        let lines = effects.map { "  " + story.line($0, record, state) }
        parts += lines.isEmpty ? [.text("  nothing was computed with it")] : fold.rows(lines, "places")
        return Outcome(parts, document(story, subgraph, question, effects))
    }

    private func document(_ story: StepStory, _ subgraph: Subgraph?, _ question: String?, _ effects: [StepStory.Consequence])
        -> JSONDocument
    {
        let record = record, state = state, proposal = story.proposal, texts = story.texts.all
        return JSONDocument([
            "optimizer": .value(.string(record.optimizers[proposal.optimizer.index].name)), "step": .value(.int(proposal.step)),
            "state": .value(.string(story.fateWord)), "events": .value([.int(story.events.lowerBound), .int(story.events.upperBound)]),
            "entries": .items(Rows(texts.count) { record.json(texts[$0]) }),
            "graph": nameRows(subgraph?.nodes ?? []), "variables": nameRows(subgraph?.variables ?? []),
            "outputs": nameRows(subgraph?.outputs ?? []), "question": .value(JSON(question)), "answer": .value(JSON(proposal.answer)),
            "updates": .value(
                .array(
                    proposal.updates.map { ["parameter": .string(record.name($0.parameter)), "old": JSON($0.old), "new": JSON($0.new)] })),
            "rejected": .value(
                .array(
                    proposal.rejected.map { ["parameter": .string($0.parameter), "value": JSON($0.value), "reason": .string($0.reason)] })),
            "effects": .items(
                Rows(effects.count) { row in
                    let effect = effects[row]
                    return [
                        "name": .string(effect.name), "line": JSON(effect.site?.line), "output": .bool(effect.isOutput),
                        "before": .array(
                            effect.before.map { ["node": .string(record.name($0)), "value": JSON(state.value($0, in: record))] }),
                        "after": .array(
                            effect.after.map { ["node": .string(record.name($0)), "value": JSON(state.value($0, in: record))] }),
                        "changed": .int(effect.changed),
                    ]
                }),
        ])
    }
}

extension StepStory {
    package var fateText: String {
        switch fate {
        case .applied: "applied"
        case .undone: "applied and undone"
        case .dropped, .replaced: "not applied"
        case .stands: "not applied yet"
        }
    }

    fileprivate var fateWord: String {
        switch fate {
        case .applied: "applied"
        case .undone: "undone"
        case .dropped: "dropped"
        case .replaced: "replaced"
        case .stands: "stands"
        }
    }

    /// The answer, from a model, by hand, or from a function of the workflow.
    package func answerText(in record: GraphRecord) -> String {
        if let answer = proposal.answer { return answer }
        if let exchange = exchanges.last { if case .success(let answer) = record.models.exchanges[exchange].result { return answer.text } }
        let values = proposal.updates.map { "\(record.name($0.parameter)) = \(record.short($0.parameter, $0.new, 60, exact: true))" }
        return values.isEmpty ? "no value" : values.joined(separator: "\n")
    }

    /// The values that one line of the workflow computed before and after the step.
    fileprivate func line(_ effect: Consequence, _ record: GraphRecord, _ state: GraphState) -> String {
        let place =
            effect.name + (effect.before.count > 1 ? " ×\(effect.before.count)" : "")
            + (effect.site.map { ", line \($0.line)" } ?? "") + (effect.isOutput ? ", output" : "")
        guard let before = effect.before.first, let after = effect.after.first else { return "\(place): not computed since" }
        guard effect.before.count > 1 else {
            let (old, new) = (state.value(before, in: record), state.value(after, in: record))
            return
                "\(place): \(record.change(after, from: old, to: new, 40) ?? "\(record.short(after, old, 40, exact: true)) as before")"
        }
        return "\(place): \(effect.changed) of \(effect.after.count) changed"
    }
}

extension GraphRecord {
    /// A text of the feedback with the backward call that brought it, on one line.
    fileprivate func line(_ text: FeedbackTexts.Text) -> String {
        let call = text.calls.first.map { backwards[$0 - 1] }
        let more = text.calls.count > 1 ? " and \(text.calls.count - 1) more" : ""
        let who = call?.optimizer.map { " by \(optimizers[$0.index].name)" } ?? ""
        return "\(text.letter)  \(Value.string(text.value.text).short(60))  \(text.entries.count.grouped)×"
            + "  backward ▲\(call?.number ?? 0)\(more)\(who)\(call?.site.map { ", line \($0.line)" } ?? "")"
    }

    fileprivate func json(_ text: FeedbackTexts.Text) -> JSON {
        [
            "letter": .string(text.letter), "text": JSON(text.value), "count": .int(text.entries.count),
            "backwards": .array(text.calls.map { .int($0) }),
            "parameters": JSON(text.nodes(in: self).map { name($0) }),
        ]
    }

    fileprivate func line(_ subgraph: Subgraph, _ fold: Fold) -> String {
        "\(count(subgraph.nodes.count, "node")), \(fold.names(subgraph.variables, self, separator: ", ")) → "
            + fold.names(subgraph.outputs, self, separator: ", ")
    }
}
