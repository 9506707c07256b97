import Trace

extension GraphRecord {
    /// One event in words, on one line.
    ///
    /// - Parameter exact: whether numbers have all their digits, instead of as few as people write.
    package func text(of event: TraceEvent, exact: Bool = false) -> String {
        func optimizer(_ id: OptimizerID?) -> String { id.map { optimizers[$0.index].name } ?? "no optimizer" }
        switch event {
        case .node(let id): return nodeText(id, exact)
        case .optimizer(let id):
            let facts = optimizers[id.index]
            return "\(facts.name) (\(facts.kindName)) attends to \(list(facts.distinctParameters))"
        case .backward(let number):
            let call = backwards[number - 1]
            return "▲\(number) from \(name(call.output)) (\(optimizer(call.optimizer))) \(Value.string(call.feedback.text).short(60))"
                + (call.retains ? " retain" : " free")
        case .drop(let index): return "dropped \(selectionText(selections[index]))"
        case .putBack(let index): return "put back \(selectionText(selections[index]))"
        case .feedback(let index):
            let entry = entries[Int(index)]
            return "\(name(entry.node)) ← \(name(of: entry.source))  ▲\(entry.backward) (\(optimizer(event.optimizer(in: self))))"
        case .visit(let node, let backward): return "\(name(node)) passed on  ▲\(backward)"
        case .zero(let index): return zeroText(zeroes[index])
        case .propose(let index):
            let proposal = proposals[index]
            let rejected = proposal.rejected.isEmpty ? "" : ", \(proposal.rejected.count) rejected"
            return
                "\(optimizer(proposal.optimizer)) proposes \(proposal.updates.count) of \(optimizers[proposal.optimizer.index].distinctParameters.count)\(rejected)"
        case .settle(let id): return "\(optimizer(id))'s proposal is settled"
        case .update(let index), .set(let index): return versionText(versions[Int(index)], exact)
        case .objective(let index):
            return
                "\(optimizer(reports.objectives[index].optimizer)) has the objective \(Value.string(reports.objectives[index].text).short(60))"
        case .step(let id, let number): return "\(optimizer(id)) step \(number)"
        case .conflict(let index):
            guard case .conflict(let conflict) = reports.failures[index].error else {
                return reports.failures[index].error.report(in: self).message
            }
            return conflictText(conflict)
        case .error(let index): return reports.failures[index].error.report(in: self).message
        case .output(let index, _): return reports.texts[index].replacing("\t", with: "  ")
        case .score(let index): return "\(reports.scores[index].name) = \(Value.text(of: reports.scores[index].value))"
        case .command(let index): return reports.texts[index]
        case .model(let index): return "\(name(of: models.questions[index].asker)) asks for \(models.questions[index].purpose)"
        case .exchange(let index): return exchangeText(models.exchanges[index])
        case .restore(let moment): return "undone, back to the state after event \(moment)"
        case .end(let text): return text.map { "the workflow failed: \(reports.texts[$0])" } ?? "the workflow ended"
        }
    }

    /// The texts that exclude one another, by their nodes and calls; the texts themselves are those of the calls.
    private func conflictText(_ conflict: AggregationConflict) -> String {
        let who = conflict.optimizer.map { "\(optimizers[$0.index].name) cannot step: " } ?? ""
        let sides = conflict.sides.prefix(4).map { "\(name($0.node)) ▲\($0.backward)" }
        let more = conflict.sides.count > 4 ? ", and \((conflict.sides.count - 4).grouped) more" : ""
        return "\(who)\(count(conflict.texts.count, "text")) cannot be combined: \(sides.joined(separator: ", "))\(more)"
    }

    private func nodeText(_ id: NodeID, _ exact: Bool) -> String {
        let inputs = inputs(id).map { "\($0.name)=\(name($0.node))" }.joined(separator: ", ")
        let from = inputs.isEmpty ? "" : "  \(operatorName(id))(\(inputs))"
        return "\(name(id)) = \(short(id, firstValue(id), 40, exact: exact))\(from)"
    }

    /// Entries that were dropped or put back together.
    private func selectionText(_ entries: [Int32]) -> String {
        let all = entries.map { self.entries[Int($0)] }, nodes = Set(all.map(\.node)).sorted()
        if let only = all.first, all.count == 1 {
            return "\(name(only.node)) ← \(name(of: only.source))  ▲\(only.backward)"
        }
        let calls = Words.row(Set(all.map(\.backward)).sorted(), most: 4) { "▲\($0)" }
        return "\(count(entries.count, "entry", "entries")) on \(list(nodes)), \(calls)"
    }

    private func zeroText(_ zero: ZeroFacts) -> String {
        let scope =
            switch zero.scope {
            case .optimizer(let id): optimizers[id.index].name
            case .node(let id): name(id)
            case .all: "all"
            }
        return zero.entries.isEmpty
            ? "\(scope): there was no feedback"
            : "\(scope): \(count(zero.entries.count, "entry", "entries")) cleared on \(list(zero.cleared))"
    }

    private func exchangeText(_ exchange: ExchangeFacts) -> String {
        let asker = name(of: exchange.asker)
        switch exchange.result {
        case .success(let answer):
            let from =
                switch answer.origin {
                case .hand: "by hand"
                case .replay: "replayed"
                case .live: answer.model
                }
            return "\(asker) has \(exchange.purpose) (\(from)): \(Value.string(answer.text).short(60))"
        case .failure(let error): return "\(asker) has no \(exchange.purpose): \(error.message)"
        }
    }

    private func versionText(_ version: ParameterVersion, _ exact: Bool) -> String {
        let before = version.previousValue(in: self), value = version.value
        func text(_ value: Value, _ other: Value) -> String { short(version.node, value, 24, against: other, exact: exact) }
        let change = before == value ? "\(text(value, before)), nothing changed" : "\(text(before, value)) → \(text(value, before))"
        return "\(name(version.node)) \(change)  v\(version.number) by \(name(of: version.writer))"
    }

    package func name(of source: FeedbackSource) -> String {
        if case .child(let id) = source { return name(id) }
        return "user"
    }

    package func name(of writer: ParameterVersion.Writer) -> String {
        switch writer {
        case .optimizer(let id, let step): "\(optimizers[id.index].name) step \(step)"
        case .hand: "hand"
        case .workflow: "the workflow"
        }
    }

    /// Some nodes by name, the first few of many.
    package func list(_ ids: [NodeID], most: Int = 4) -> String { Words.row(ids, most: most) { name($0) } }
}
