import Trace

extension CommandTable {
    static let modelCommands: [CommandSpec] = [
        CommandSpec(
            "prompt", nil, [.optimizer], group: .models, folds: true,
            "shows the problem that an optimizer would get in a step at the event shown: the question to a model, or what its function gets",
            action: .immediate { context, call in
                let id = try call.optimizer()
                guard let question = try context.question(for: id) else { return try context.functionProblem(of: id, context.fold) }
                return Outcome(text: context.promptText(question, context.fold), json: .object(context.promptJSON(question)))
            }),
        CommandSpec(
            "exchanges", nil, [.number("N", "an exchange's number", least: 1).optional], group: .models, folds: true,
            "lists the exchanges with models, or shows one in full",
            action: .immediate { context, call in
                guard let number = call.optionalNumber else { return context.exchangesOutcome(context.fold) }
                return try context.exchangeOutcome(number, context.fold)
            }),
        CommandSpec(
            "ledger", nil, group: .models, folds: true,
            "adds up tokens, cost and time for each optimizer, step and node, and shows the rest of the budget",
            action: .immediate { context, call in
                let record = context.record
                return Ledger(of: record, upTo: context.state.events).outcome(
                    in: record, context.asking.access.budget?.standing, context.fold)
            }),
        CommandSpec(
            "budget", nil, [.word("AMOUNT").rest.or("off").optional], group: .models,
            "shows or sets the limit of what models may spend in this session",
            detail:
                "AMOUNT is '200k tokens', '$2', or both with a comma between. Earlier spending counts. A request that would go over the budget is not sent.",
            action: .immediate { context, call in try context.budget(call.alternative ?? call.optionalText) }),
        CommandSpec(
            "live", nil, [.choice(LivePolicy.allCases.map(\.rawValue)).optional], group: .models,
            "shows or sets whether models may be asked over the network",
            detail:
                "never: answers come from a recording or by hand. ask: each question waits for 'send'. always: questions are sent at once.",
            action: .immediate { context, call in
                return try context.live(call.optionalText)
            }),
        CommandSpec(
            "record", nil, [.file.or("off")], group: .models, "records every exchange to a file from now on",
            action: .immediate { context, call in
                return try context.recordExchanges(to: call.alternative == nil ? try call.text() : nil)
            }),
    ]
}

extension CommandContext {
    /// The question that an optimizer would ask at the event shown: as it was reworded, if it is pending. Nil for one that asks nobody.
    func question(for id: OptimizerID) throws -> ModelQuestion? {
        if cursor == nil, let waiting = asking.waiting, waiting.optimizer == id { return waiting.question }
        guard record.optimizers[id.index].kind.needsAnswer else { return nil }
        return try state.question(for: id, in: record)
    }

    /// The problem that a function of the workflow would get, in the words in which a model would be asked.
    func functionProblem(of id: OptimizerID, _ fold: Fold) throws -> Outcome {
        let name = record.optimizers[id.index].name, text = try state.problem(for: id, in: record).text
        return Outcome(
            text: "\(fold.text(text))\n(\(name) is a function of the workflow, which gets this as values and asks no model)",
            json: ["optimizer": .string(name), "problem": .string(text), "messages": []])
    }

    /// - Parameter fold: nil shows everything.
    func promptText(_ question: ModelQuestion, _ fold: Fold? = nil) -> String {
        var lines: [String] = []
        for (number, part) in question.parts.enumerated() {
            if question.parts.count > 1 { lines.append("=== \(number + 1) of \(question.parts.count): \(part.purpose)") }
            // Candidates of one prompt differ in their settings only.
            if number > 0, part.request.messages == question.parts[0].request.messages {
                lines.append("(the same messages\(part.request.temperature.map { ", temperature \(Value.text(of: $0))" } ?? ""))")
                continue
            }
            for message in part.request.messages {
                lines += ["### \(message.role.rawValue)", fold?.text(message.content) ?? message.content, ""]
            }
        }
        let cost = expectedCost(question).map { ", \(Dollars.text($0)) before the answer" } ?? ""
        let model = facts(question).map { " of \($0.name)" } ?? ""
        return lines.joined(separator: "\n") + "\n(about \(count(question.estimatedTokens, "token"))\(model)\(cost))"
    }

    func promptJSON(_ question: ModelQuestion) -> [JSON.Member] {
        func messages(_ request: ModelRequest) -> JSON {
            .array(request.messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] })
        }
        return [
            .init("messages", question.parts.first.map { messages($0.request) } ?? []),
            .init("tokens", .int(question.estimatedTokens)),
            .init("model", JSON(facts(question)?.name)),
            .init("cost", expectedCost(question).map(JSON.number) ?? .null),
            .init(
                "parts",
                .array(
                    question.parts.map {
                        [
                            "purpose": .string($0.purpose), "messages": messages($0.request), "tokens": .int($0.request.estimatedTokens),
                            "temperature": $0.request.temperature.map(JSON.number) ?? .null, "json": .bool($0.request.wantsJSON),
                        ]
                    })),
        ]
    }

    private func facts(_ question: ModelQuestion) -> ModelFacts? { asking.access.model?.facts(for: question.parts.first?.request.model) }

    /// The cost of the prompts alone; nil if the price is not known.
    private func expectedCost(_ question: ModelQuestion) -> Double? {
        if asking.access.isFree(question) { return 0 }
        return facts(question)?.cost(promptTokens: question.estimatedTokens, completionTokens: 0)
    }

    func live(_ word: String?) throws -> Outcome {
        if let word, let policy = LivePolicy(rawValue: word) { asking.allow(policy) }
        let name = asking.access.model?.facts(for: nil).map { "\($0.name) at \($0.url)" }
        let text =
            switch asking.access.live {
            case .never: "no model is asked over the network"
            case .ask: "each question waits for a yes"
            case .always: "questions are sent at once"
            }
        return Outcome(
            text: "\(asking.access.live.rawValue): \(text)\n\(name ?? "there is no model: set one with --model")",
            json: ["live": .string(asking.access.live.rawValue), "model": JSON(name)])
    }

    /// Shows or sets the budget of the session's models.
    func budget(_ text: String?) throws -> Outcome {
        guard let keeper = asking.access.budget else { throw CommandError.nothingToSpend(hasModel: asking.access.model != nil) }
        if let text {
            do {
                keeper.budget = try text == "off" ? Budget() : Budget(parsing: text)
            } catch {
                throw CommandError.badValue(text, reason: "\(error.description); 'off' ends it")
            }
        }
        let standing = keeper.standing
        let spent = "\(count(keeper.spentTokens, "token", "tokens")) and \(Dollars.text(keeper.spentDollars)) are spent"
        return Outcome(
            text: standing.map { "budget: \($0.text)" } ?? "there is no budget; \(spent)",
            json: [
                "budget": standing?.json ?? .null,
                "spent": ["tokens": .int(keeper.spentTokens), "dollars": .number(keeper.spentDollars)],
            ])
    }

    /// - Parameter path: nil ends the recording.
    func recordExchanges(to path: String?) throws -> Outcome {
        guard let recorder = asking.access.recorder else { throw CommandError.notLive(asking.access.live, hasModel: false) }
        do {
            try recorder.record(to: path)
        } catch let error as ModelError {
            // The recording names its file itself.
            let path = path ?? "", name = "\(path): ", message = error.message
            throw CommandError.file(path, reason: message.hasPrefix(name) ? String(message.dropFirst(name.count)) : message)
        } catch {
            throw CommandError.file(path ?? "", reason: "\(error)")
        }
        return Outcome(
            text: recorder.path.map { "every exchange is recorded to \($0)" } ?? "exchanges are no longer recorded",
            json: ["recording": JSON(recorder.path)])
    }

    // MARK: Exchanges

    /// The exchanges up to the event shown.
    private var shownExchanges: [ExchangeFacts] { record.models.exchanges.filter { $0.event <= state.events } }

    func exchangesOutcome(_ fold: Fold) -> Outcome {
        let record = record, shown = shownExchanges
        let lines = Rows(shown.count) { row in
            let exchange = shown[row]
            let took: String
            switch exchange.result {
            case .success(let answer): took = "\(answer.promptTokens)+\(answer.completionTokens) tokens  \(answer.origin.rawValue)"
            case .failure(let error): took = error.kind.rawValue
            }
            let step = exchange.step > 0 ? " step \(exchange.step)" : ""
            return "\(row + 1)  event \(exchange.event)  \(record.name(of: exchange.asker))\(step)  \(exchange.purpose)  \(took)"
        }
        return Outcome(
            shown.isEmpty ? [.text("nothing was asked yet")] : fold.rows(lines, "exchanges"),
            JSONDocument(["exchanges": .items(Rows(shown.count) { Self.summary($0 + 1, shown[$0], record) })]))
    }

    private static func summary(_ number: Int, _ exchange: ExchangeFacts, _ record: GraphRecord) -> JSON {
        var members: [JSON.Member] = [
            .init("number", .int(number)), .init("event", .int(exchange.event)),
            .init("asker", .string(record.name(of: exchange.asker))), .init("purpose", .string(exchange.purpose)),
            .init("step", exchange.step > 0 ? .int(exchange.step) : .null), .init("round", .int(exchange.round)),
        ]
        switch exchange.result {
        case .success(let answer):
            members += [
                .init("ok", true), .init("origin", .string(answer.origin.rawValue)), .init("model", .string(answer.model)),
                .init("prompt_tokens", .int(answer.promptTokens)), .init("completion_tokens", .int(answer.completionTokens)),
                .init("cost", answer.cost.map(JSON.number) ?? .null), .init("seconds", .number(answer.seconds)),
                .init("retries", .int(answer.retries)),
            ]
        case .failure(let error):
            members += [.init("ok", false), .init("error", .string(error.kind.rawValue)), .init("message", .string(error.message))]
        }
        return .object(members)
    }

    func exchangeOutcome(_ number: Int, _ fold: Fold) throws -> Outcome {
        let shown = shownExchanges
        guard number <= shown.count else {
            throw CommandError.badNumber(
                "\(number)", what: "the number of an exchange: there \(shown.count == 1 ? "is" : "are") \(shown.count)")
        }
        let exchange = shown[number - 1]
        var lines = exchange.request.messages.flatMap { ["### \($0.role.rawValue)", fold.text($0.content), ""] }
        var members: [JSON.Member] = []
        if case .object(let known) = Self.summary(number, exchange, record) { members = known }
        members.append(
            .init(
                "messages",
                .array(exchange.request.messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] })))
        switch exchange.result {
        case .success(let answer):
            lines += ["### answer (\(answer.origin.rawValue))", fold.text(answer.text)]
            members.append(.init("answer", .string(answer.text)))
        case .failure(let error):
            lines += ["### no answer", error.message]
            members.append(.init("answer", .null))
        }
        return Outcome(text: lines.joined(separator: "\n"), json: .object(members))
    }
}
