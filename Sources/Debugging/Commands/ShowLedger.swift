import Trace

extension Ledger {
    func outcome(in record: GraphRecord, _ budget: BudgetStanding?, _ fold: Fold) -> Outcome {
        func json(_ row: Row) -> JSON {
            let step: [JSON.Member] = row.step.map { [.init("step", .int($0))] } ?? []
            return .object([.init("name", .string(record.name(of: row.asker)))] + step + row.sums.json)
        }
        func nodeJSON(_ row: Row) -> JSON {
            let optimizer: JSON = row.asker.optimizer == nil ? .null : .string(record.name(of: row.asker))
            return .object(
                [.init("name", .string(row.node.map { record.name($0) } ?? record.name(of: row.asker))), .init("optimizer", optimizer)]
                    + row.sums.json)
        }
        let optimizers = askers.filter { $0.asker.optimizer != nil }
        var lines: [String] = []
        for row in askers {
            lines.append("\(record.name(of: row.asker)): \(row.sums.text)")
            let own = steps.filter { $0.asker == row.asker }
            if own.count > 1 { lines += own.map { "  step \($0.step ?? 0): \($0.sums.text)" } }
            for part in nodes where part.asker == row.asker {
                if let node = part.node { lines.append("  \(record.name(node)): \(part.sums.text)") }
            }
        }
        var ends: [String] = []
        ends.append("in all: \(total.requests == 0 ? "nothing was asked" : total.text)")
        if let budget { ends.append("budget: \(budget.text)") }
        return Outcome(
            fold.rows(lines, "lines") + [.text(ends.joined(separator: "\n"))],
            JSONDocument([
                "total": .value(.object(total.json)), "optimizers": .value(.array(optimizers.map(json))),
                "steps": .value(.array(steps.map(json))), "nodes": .value(.array(nodes.map(nodeJSON))),
                "budget": .value(budget?.json ?? .null),
            ]))
    }
}
