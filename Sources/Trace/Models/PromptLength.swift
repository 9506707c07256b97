extension Engine {
    /// Refuses a question if a part of it would not fit its model's context, as far as that is known.
    ///
    /// - Throws: `TraceError.promptTooLong`.
    func requireFit(_ question: ModelQuestion) throws(TraceError) {
        for part in question.parts {
            guard let facts = host?.modelFacts(part.request.model), let limit = facts.contextLength else { continue }
            let tokens = part.request.estimatedTokens
            guard tokens > limit else { continue }
            let excess = PromptExcess(tokens: tokens, limit: limit, model: facts.name, largest: largest(in: part.request, question.problem))
            throw failed(.promptTooLong(question.asker, excess))
        }
    }

    /// The longest parts of a request: values by their nodes, and all other parts.
    private func largest(in request: ModelRequest, _ problem: Problem?) -> [PromptExcess.Item] {
        var items: [PromptExcess.Item] = []
        func add(_ name: String, _ node: NodeID?, _ text: String) {
            items.append(PromptExcess.Item(name: name, node: node, tokens: TokenCount.estimate(text)))
        }
        if let problem {
            for (section, list) in [
                (ProblemSection.variables, problem.variables), (.inputs, problem.inputs), (.others, problem.others),
                (.outputs, problem.outputs),
            ] where !problem.masked.contains(section) {
                let limit = section == .variables ? nil : problem.truncation
                for item in list { add(item.name, item.node, item.line(cutAt: limit)) }
            }
            for section in [ProblemSection.instruction, .code, .documentation, .feedback] {
                add(section.rawValue, nil, problem.lines(section).joined(separator: "\n"))
            }
            let rest = request.estimatedTokens - items.reduce(0) { $0 + $1.tokens }
            if rest > 0 { items.append(PromptExcess.Item(name: "the rest of the prompt", node: nil, tokens: rest)) }
        } else {
            for message in request.messages { add("the \(message.role.rawValue) message", nil, message.content) }
        }
        // Of equal ones, the first; the order of the prompt breaks ties.
        return Array(items.enumerated().sorted { ($1.element.tokens, $0.offset) < ($0.element.tokens, $1.offset) }.map(\.element).prefix(3))
    }
}
