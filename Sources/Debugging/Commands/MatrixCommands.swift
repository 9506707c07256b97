import Trace

extension CommandTable {
    static let matrixCommands: [CommandSpec] = [
        CommandSpec(
            "matrix", nil, [.choice(AttentionMatrix.Order.allCases.map(\.rawValue)).optional], group: .show, folds: true,
            "shows all parameters by optimizers: who attends to what, and who wrote the feedback",
            detail:
                "The order is 'made' unless another is given. 'conflict', 'shared' and 'unread' begin with conflicts, shared parameters, or unused feedback.",
            action: .immediate { context, call in
                context.showMatrix(call.words.first.flatMap { AttentionMatrix.Order(rawValue: $0) } ?? .made, context.fold)
            }),
        CommandSpec(
            "candidates", nil, [.node], group: .show, folds: true,
            "lists all values that were proposed for a parameter, by whom, and what became of them",
            action: .immediate { context, call in context.showCandidates(for: try call.node(), context.fold) }),
    ]
}

extension CommandContext {
    func showMatrix(_ order: AttentionMatrix.Order, _ fold: Fold) -> Outcome {
        let record = record, state = state
        let matrix = { () -> AttentionMatrix in
            var matrix = AttentionMatrix(state, record, findings: findings) { (try? state.aggregate($0, in: record)) == nil }
            if order != .made { matrix.sort(by: order) }
            return matrix
        }()
        let names = matrix.optimizers.map { record.optimizers[$0.index].name }
        guard !matrix.rows.isEmpty else {
            return Outcome(text: "there are no trainable nodes yet", json: ["optimizers": JSON(names), "parameters": []])
        }
        let shown = fold.all ? matrix.optimizers : Array(matrix.optimizers.prefix(Fold.names))
        let widths = shown.map { max(7, min(16, record.optimizers[$0.index].name.count)) + 2 }
        let first = min(32, matrix.rows.prefix(Fold.most).reduce(9) { max($0, record.name($1).count) }) + 2
        @Sendable func line(_ head: String, _ cell: (OptimizerID) -> String, _ rest: String) -> String {
            let cells = zip(shown, widths).map { cell($0).padded(to: $1) }.joined()
            return (head.padded(to: first) + cells + rest).trimmingEnd
        }
        let rows = Rows(matrix.rows.count) { row in
            let node = matrix.rows[row], meaning = matrix.meaning(node).text(in: record) { record.optimizers[$0.index].name }
            return line(record.name(node), { matrix.cell(node, $0)?.text(in: record) ?? "" }, meaning)
        }
        let more = matrix.optimizers.count - shown.count
        let rest = more > 0 ? "… \(count(more, "more optimizer")): \(fold.note(more == 1 ? "it" : "them"))" : ""
        let title = line("parameter", { String(record.optimizers[$0.index].name.prefix(16)) }, "")
        let ready = line("can step", { matrix.readiness($0).rawValue }, "")
        return Outcome(
            [.text(title + rest)] + fold.rows(rows, "parameters") + [.text(ready)],
            JSONDocument([
                "optimizers": .value(JSON(names)),
                "parameters": .items(
                    Rows(matrix.rows.count) { row in
                        let node = matrix.rows[row]
                        return [
                            "name": .string(record.name(node)),
                            "cells": .object(
                                matrix.attending(to: node).compactMap { id in
                                    matrix.cell(node, id).map { JSON.Member(record.optimizers[id.index].name, $0.json(in: record)) }
                                }),
                            "meaning": .string(matrix.meaning(node).text(in: record) { record.optimizers[$0.index].name }),
                        ]
                    }),
                "can_step": .members(
                    Rows(matrix.optimizers.count) {
                        .init(names[$0], .string(matrix.readiness(matrix.optimizers[$0]).rawValue))
                    }),
            ]))
    }

    func showCandidates(for node: NodeID, _ fold: Fold) -> Outcome {
        let list = CandidateList(of: node, state, record), record = record, name = record.name(node)
        let rows = Rows(list.items.count) { row in
            let item = list.items[row], optimizer = record.optimizers[item.optimizer.index].name
            let number = item.candidate.map { " candidate \($0)" } ?? ""
            let value = item.failure ?? item.value.map { record.short(node, $0, 60, against: list.now, exact: true) } ?? "as it is"
            let score = item.score.map { "  \(list.scoreName ?? "") \($0.brief)" } ?? ""
            return "\(optimizer) step \(item.step)\(number)  \(value)  \(item.word)\(score)"
        }
        return Outcome(
            [.text("\(name) is \(record.short(node, list.now, 60, exact: true))")]
                + (list.items.isEmpty ? [.text("nothing was proposed for it")] : fold.rows(rows, "proposed values")),
            JSONDocument([
                "node": .value(.string(name)), "value": .value(JSON(list.now)),
                "candidates": .items(
                    Rows(list.items.count) { row in
                        let item = list.items[row]
                        return [
                            "optimizer": .string(record.optimizers[item.optimizer.index].name), "step": .int(item.step),
                            "candidate": JSON(item.candidate), "value": item.value.map { JSON($0) } ?? .null, "state": .string(item.word),
                            "failure": JSON(item.failure), "reason": .string(item.reason), "event": .int(item.event),
                            "score": item.score.map { .number($0) } ?? .null,
                        ]
                    }),
            ]))
    }
}

extension CandidateList.Item {
    /// The fate of the candidate.
    package var word: String {
        if failure != nil { return "cannot be used" }
        if stands { return isChosen ? "stands" : "can be chosen" }
        guard isChosen else { return "not chosen" }
        return switch fate {
        case .applied: "applied"
        case .undone: "undone"
        case .dropped, .replaced, .stands: "not applied"
        }
    }
}

extension AttentionMatrix.AttentionCell {
    fileprivate func text(in record: GraphRecord) -> String {
        guard count > 0 else { return "0" }
        return "\(count.grouped)\(isInConflict ? " !" : isUsed ? " old" : "")"
    }

    fileprivate func json(in record: GraphRecord) -> JSON {
        [
            "entries": .int(count), "writers": .array(writers.map { JSON($0.map { record.optimizers[$0.index].name }) }),
            "conflict": .bool(isInConflict), "used": .bool(isUsed),
        ]
    }
}

extension String {
    fileprivate var trimmingEnd: String { String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)]) }
}
