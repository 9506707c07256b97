import Trace

extension CommandTable {
    static let conflictCommands: [CommandSpec] = [
        CommandSpec(
            "conflict", nil, [.optimizer], group: .show, folds: true,
            "explains why an optimizer's feedback cannot be combined, and the result of each way out",
            detail: "Equal texts have one letter, by which 'resolve' names them.",
            action: .immediate { context, call in try context.showConflict(of: try call.optimizer(), context.fold) }),
        CommandSpec(
            "resolve", nil, [.optimizer, .choice(["keep", "drop", "each", "back"]), .word("LETTER").optional], group: .feedback,
            changes: true,
            "settles a conflict: keeps one text of the feedback and drops all others, drops one, or steps on each",
            detail: "'conflict' lists the texts with their letters. The entries are dropped from all parameters of the optimizer. "
                + "'each' makes one step for each of the texts, and loses none: it asks the model for each, if the optimizer asks one. "
                + "'back' puts dropped entries back.",
            action: .immediate { context, call in
                let id = try call.optimizer()
                switch (call.words.first, call.words.dropFirst().first) {
                case ("keep", let letter?): return try context.resolve(id, keeping: true, letter)
                case ("drop", let letter?): return try context.resolve(id, keeping: false, letter)
                case ("each", nil): return try context.stepOnEach(id)
                case ("back", nil): return try context.putBack(id)
                default: throw CommandError.usage(try CommandTable.command(named: call.command))
                }
            }),
    ]
}

extension CommandContext {
    private func conflict(of id: OptimizerID) throws -> ConflictStory {
        guard let story = ConflictStory(of: id, state, record) else { throw CommandError.noConflict(id) }
        return story
    }

    func showConflict(of id: OptimizerID, _ fold: Fold) throws -> Outcome {
        let story = try conflict(of: id), record = record, name = record.optimizers[id.index].name
        let places = story.texts.graphs, first = story.order[0], pair = story.pair(on: first)
        let texts = Rows(places.count) { "  " + story.line(places[$0], record, fold) }
        let ways = [pair.left, pair.right].map { place in
            let way = story.side(place, on: first)?.way ?? []
            return "  \(story.texts.all[place].letter)  \(fold.names(way, record, separator: " ← "))"
        }
        let exits = story.resolutions(pair.left, pair.right).map { "  " + story.line($0, record) }
        let others = story.others.map { record.optimizers[$0.index].name }
        var parts: [TextPart] = [
            .text(
                "\(name) cannot step: \(count(places.count, "text")) on \(count(story.parameters.count, "parameter")) cannot be combined")
        ]
        parts += fold.rows(texts, "texts")
        parts += [.text("the ways to \(record.name(first)), from the end")] + ways.map { .text($0) }
        parts += [.text("what to do")] + fold.rows(exits, "ways out")
        if !others.isEmpty { parts.append(.text("in conflict too: \(others.prefix(12).joined(separator: ", "))")) }
        return Outcome(
            parts,
            JSONDocument([
                "optimizer": .value(.string(name)),
                "texts": .items(Rows(places.count) { story.json(places[$0], record) }),
                "parameters": nameRows(story.parameters),
                "ways": .value(
                    .array(
                        [pair.left, pair.right].map { place in
                            [
                                "letter": .string(story.texts.all[place].letter), "parameter": .string(record.name(first)),
                                "nodes": JSON((story.side(place, on: first)?.way ?? []).map { record.name($0) }),
                            ]
                        })),
                "resolutions": .value(.array(story.resolutions(pair.left, pair.right).map { story.json($0, record) })),
                "others": .value(JSON(others)),
            ]))
    }

    func resolve(_ id: OptimizerID, keeping: Bool, _ letter: String) throws -> Outcome {
        let story = try conflict(of: id), record = record, name = record.optimizers[id.index].name
        guard let place = story.texts.place(of: letter), story.texts.all[place].isGraph else {
            throw CommandError.unknownText(letter, known: story.texts.graphs.map { story.texts.all[$0].letter })
        }
        let resolution: ConflictStory.Resolution = keeping ? .keep(place) : .drop(place)
        let lost = story.lost(by: resolution)
        try actions.drop(lost)
        let rest = story.cost(of: resolution).rest
        return Outcome(
            text: "\(count(lost.count, "entry", "entries")) dropped; \(rest.text(name))",
            json: [
                "optimizer": .string(name), "dropped": .int(lost.count), "then": .string(rest.word),
                "parameters": JSON(story.parameters.filter { engine.state.feedback.holds($0) }.map { record.name($0) }),
            ])
    }

    /// Makes a step for each text of a conflict, with the entries of the others put aside for it.
    func stepOnEach(_ id: OptimizerID) throws -> Outcome {
        try asking.requireNothingWaits()
        let texts = try conflict(of: id).texts, name = record.optimizers[id.index].name
        guard texts.graphs.count <= Self.mostSteps else { throw CommandError.manyTexts(id, texts.graphs.count, most: Self.mostSteps) }
        var steps: [(letter: String, outcome: Outcome)] = []
        for place in texts.graphs {
            let others = texts.graphs.filter { $0 != place }.flatMap { texts.all[$0].entries }
            try actions.drop(others)
            do {
                steps.append((texts.all[place].letter, outcome(of: try stepAsking(id), .updated)))
            } catch {
                try actions.putBack(others)
                throw CommandError.partly("\(name) made \(steps.count) of \(count(texts.graphs.count, "step"))", report(of: error))
            }
            try actions.putBack(others)
        }
        let lines = steps.flatMap { step in
            ["step on \(Value.string(texts.all[texts.place(of: step.letter) ?? 0].value.text).short(60))"]
                + step.outcome.text.split(separator: "\n").map { "  " + $0 }
        }
        return Outcome(
            [.text(lines.joined(separator: "\n"))],
            JSONDocument([
                "optimizer": .value(.string(name)),
                "steps": .value(.array(steps.map { ["letter": .string($0.letter), "step": $0.outcome.json] })),
            ])
        ).meaning(.proposal(id, .updated))
    }

    /// Steps of one command; each takes a time linear in the entries.
    private static let mostSteps = 200

    /// A step whose questions go to the model at once.
    private func stepAsking(_ id: OptimizerID) throws -> Proposal {
        guard record.optimizers[id.index].kind.needsAnswer else { return try actions.step(id) }
        let question = try engine.question(for: id)
        guard repeatsAsking ?? (asking.access.model != nil && (asking.access.isFree(question) || asking.access.live != .never)) else {
            throw CommandError.notLive(asking.access.live, hasModel: asking.access.model != nil)
        }
        asking.approved = (question.asker, question.step)
        defer { asking.approved = nil }
        return try actions.step(id)
    }

    /// Puts back the entries of an optimizer's parameters that were dropped by hand and that nothing has cleared since.
    func putBack(_ id: OptimizerID) throws -> Outcome {
        let record = record, name = record.optimizers[id.index].name
        let dropped = record.dropped(from: record.optimizers[id.index].distinctParameters, at: record.log.count)
        guard !dropped.isEmpty else { throw CommandError.nothingDropped(id) }
        try actions.putBack(dropped)
        let texts = ConflictStory(of: id, engine.state, self.record)?.texts.graphs.count
        let rest = texts.map { "; \(count($0, "text")) cannot be combined" } ?? ""
        return Outcome(
            text: "\(count(dropped.count, "entry", "entries")) put back\(rest)",
            json: ["optimizer": .string(name), "entries": .int(dropped.count), "texts": JSON(texts)])
    }
}

extension ConflictStory {
    /// A text with the backward calls that brought it.
    fileprivate func line(_ place: Int, _ record: GraphRecord, _ fold: Fold) -> String {
        let text = texts.all[place], nodes = text.nodes(in: record)
        let calls = text.calls.prefix(3).map { number -> String in
            let call = record.backwards[number - 1]
            let who = call.optimizer.map { " by " + record.optimizers[$0.index].name } ?? ""
            return "backward ▲\(number)\(who)\(call.site.map { ", line \($0.line)" } ?? ""), event \(call.event + 1)"
        }
        let more = text.calls.count > 3 ? "; and \((text.calls.count - 3).grouped) more" : ""
        return "\(text.letter)  \(Value.string(text.value.text).short(60))  \(count(text.entries.count, "entry", "entries")) on "
            + "\(record.list(nodes))  \(calls.joined(separator: "; "))\(more)"
    }

    fileprivate func json(_ place: Int, _ record: GraphRecord) -> JSON {
        let text = texts.all[place]
        return [
            "letter": .string(text.letter), "text": JSON(text.value), "entries": .int(text.entries.count),
            "parameters": JSON(text.nodes(in: record).map { record.name($0) }),
            "backwards": .array(
                text.calls.map { number in
                    let call = record.backwards[number - 1]
                    return [
                        "backward": .int(number), "optimizer": JSON(call.optimizer.map { record.optimizers[$0.index].name }),
                        "output": .string(record.name(call.output)), "line": JSON(call.site?.line), "event": .int(call.event + 1),
                    ]
                }),
        ]
    }

    /// The command that takes this way out; for a fork, the first of its two commands.
    package func command(_ resolution: Resolution, _ record: GraphRecord) -> String {
        let name = CommandLine.word(record.optimizers[optimizer.index].name)
        return switch resolution {
        case .zero: "zero \(name)"
        case .drop(let place): "resolve \(name) drop \(texts.all[place].letter)"
        case .keep(let place): "resolve \(name) keep \(texts.all[place].letter)"
        case .each: "resolve \(name) each"
        case .fork(let place): "goto \(moment(before: place))"
        }
    }

    fileprivate func line(_ resolution: Resolution, _ record: GraphRecord) -> String {
        let cost = cost(of: resolution), name = record.optimizers[optimizer.index].name
        var command = command(resolution, record)
        if case .fork = resolution { command += ", then fork" }
        return "\(command.padded(to: 28))  \(cost.text(record)); \(cost.rest.text(name))"
    }

    fileprivate func json(_ resolution: Resolution, _ record: GraphRecord) -> JSON {
        let cost = cost(of: resolution)
        return [
            "command": .string(command(resolution, record)), "lost": .int(cost.count), "parameters": .int(cost.parameters),
            "then": .string(cost.rest.word),
        ]
    }
}

extension ConflictStory.Cost {
    /// A sentence about the entries that are lost.
    package func text(_ record: GraphRecord) -> String {
        guard count > 0 else { return "no entry is lost" }
        let writers = lost.map { "of \($0.writer.map { record.optimizers[$0.index].name } ?? "no optimizer")" }
        let entries = Trace.count(count, "entry", "entries"), on = "on \(Trace.count(parameters, "parameter"))"
        if writers.count == 1 { return "\(entries) \(writers[0]) lost, \(on)" }
        let each = zip(lost, writers).map { "\($0.count.grouped) \($1)" }.joined(separator: ", ")
        return "\(entries) lost (\(each)), \(on)"
    }
}

extension ConflictStory.Rest {
    var word: String {
        switch self {
        case .nothing: "nothing"
        case .conflict: "conflict"
        case .ready: "ready"
        case .stepped: "stepped"
        case .unchanged: "unchanged"
        }
    }

    /// A clause about the optimizer's possibilities afterwards.
    package func text(_ name: String) -> String {
        switch self {
        case .nothing: "then \(name) has no feedback to use"
        case .conflict(let texts): "then \(count(texts, "text")) still cannot be combined"
        case .ready: "then \(name) can step"
        case .stepped(let steps): "\(name) makes \(count(steps, "step"))"
        case .unchanged: "this branch stays as it is"
        }
    }
}
