import Trace

extension CommandTable {
    static let problemCommands: [CommandSpec] = [
        CommandSpec(
            "why", nil, [.node, .optimizer.optional], group: .show, folds: true,
            "explains why a node holds feedback, or why it holds none",
            action: .immediate { context, call in
                return context.showWhy(try call.node(), call.optionalOptimizer, context.fold)
            }),
        CommandSpec(
            "problems", nil, group: .show, folds: true, "lists the mistakes that the event log shows, with what to do about them",
            action: .immediate { context, call in
                return context.showProblems(context.fold)
            }),
    ]
}

/// One step of an explanation.
struct Explanation: Sendable {
    var code: String
    var message: String
    var nodes: [NodeID]
    var event: Int?

    var line: String { message + (event.map { "  (event \($0))" } ?? "") }

    func json(in record: GraphRecord) -> JSON {
        ["code": .string(code), "message": .string(message), "nodes": JSON(nodes.map { record.name($0) }), "event": JSON(event)]
    }
}

extension CommandContext {
    func showProblems(_ fold: Fold) -> Outcome {
        let findings = self.findings.sorted { ($0.severity, -$0.event) > ($1.severity, -$1.event) }
        let lines = findings.map { finding in
            let place = finding.place.map { "\($0): " } ?? ""
            let times = finding.times > 1 ? " (\(finding.times) times)" : ""
            return "\(place)\(finding.severity.rawValue): \(finding.message)\(times) [\(finding.code.rawValue)]\n    \(finding.fix)"
                + (finding.stackText.map { "\n    in \($0)" } ?? "")
        }
        let record = record
        return Outcome(
            lines.isEmpty ? [.text("no problems")] : fold.rows(lines, "problems"),
            JSONDocument(["problems": .items(Rows(findings.count) { findings[$0].json(in: record) })]))
    }

    func showWhy(_ node: NodeID, _ optimizer: OptimizerID?, _ fold: Fold) -> Outcome {
        if state.feedback.holds(node) { return showPresence(of: node, optimizer, fold) }
        let reasons = absence(of: node, optimizer), record = record
        return Outcome(
            [.text(reasons.map(\.line).joined(separator: "\n"))],
            JSONDocument([
                "node": .value(.string(record.name(node))), "reached": .value(false),
                "reasons": .items(Rows(reasons.count) { reasons[$0].json(in: record) }),
            ]))
    }

    /// The reason why a node holds no feedback: none was sent, it was cleared, it was passed on, or no backward could reach it.
    private func absence(of node: NodeID, _ optimizer: OptimizerID?) -> [Explanation] {
        let name = record.name(node)
        let calls = record.backwards.prefix(state.backwardCount).filter { call in optimizer.map { call.optimizer == $0 } ?? true }
        guard !calls.isEmpty else {
            let who = optimizer.map { " by \(record.optimizers[$0.index].name)" } ?? ""
            return [Explanation(code: "no-backward", message: "\(name) holds no feedback: backward was not called\(who) yet", nodes: [])]
        }
        if let cleared = clearing(of: node) { return [cleared] }
        if let call = calls.last(where: { record.visited(node, by: $0) }) {
            return [
                Explanation(
                    code: "passed-on",
                    message: "\(name) passed its feedback of backward ▲\(call.number) on to its inputs: only roots keep it",
                    nodes: record.parents(node), event: call.event + 1)
            ]
        }
        var outputs: [NodeID] = []
        for call in calls.suffix(8) where !outputs.contains(call.output) { outputs.append(call.output) }
        let reason = record.reason(unreached: node, from: outputs)
        return [
            Explanation(
                code: reason.code.rawValue, message: reason.line, nodes: reason.nodes,
                event: calls.last.map { $0.event + 1 })
        ]
    }

    /// The zero that took a node's last feedback.
    private func clearing(of node: NodeID) -> Explanation? {
        for number in stride(from: state.events, to: 0, by: -1) {
            switch record.log[number - 1].event {
            case .feedback(let index) where record.entries[Int(index)].node == node: return nil
            case .putBack(let index) where record.selections[index].contains(where: { record.entries[Int($0)].node == node }): return nil
            case .drop(let index) where record.selections[index].contains(where: { record.entries[Int($0)].node == node }):
                return Explanation(
                    code: "dropped",
                    message:
                        "\(record.name(node)) held feedback until it was dropped by hand: 'undo' takes that back, and 'resolve OPTIMIZER back' too",
                    nodes: [node], event: number)
            case .zero(let index) where record.zeroes[index].cleared.contains(node):
                let who =
                    switch record.zeroes[index].scope {
                    case .optimizer(let id): "the zero_feedback of \(record.optimizers[id.index].name)"
                    case .node: "its own zero_feedback"
                    case .all: "'zero all'"
                    }
                return Explanation(
                    code: "zeroed", message: "\(record.name(node)) held feedback until \(who) cleared it", nodes: [node], event: number)
            default: continue
            }
        }
        return nil
    }
}
