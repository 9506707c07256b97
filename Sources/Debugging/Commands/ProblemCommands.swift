import Trace

extension CommandTable {
    static let problemCommands: [CommandSpec] = [
        CommandSpec(
            "why", nil, "NODE [OPTIMIZER]", [.node, .optimizer], key: "y", group: .show,
            "tells why a node holds feedback, or why it holds none",
            action: .immediate { session, line in
                try session.requireWords(line, 1, 2)
                let optimizer = line.words.count > 2 ? try session.optimizer(line.words[2].text) : nil
                return session.showWhy(try session.node(line.words[1].text), optimizer)
            }),
        CommandSpec(
            "problems", nil, group: .show, "lists the mistakes that the event log shows, with what to do about them",
            action: .immediate { session, line in
                try session.requireWords(line, 0, 0)
                return session.showProblems()
            }),
    ]
}

/// One step of an explanation.
struct Explanation {
    var code: String
    var message: String
    var nodes: [NodeID]
    var event: Int?
}

extension Session {
    private var record: GraphRecord { engine.record }

    package func showProblems() -> Outcome {
        let findings = self.findings.sorted { ($0.severity, -$0.event) > ($1.severity, -$1.event) }
        let lines = findings.map { finding in
            let place = finding.site.map { "\($0.file):\($0.line): " } ?? ""
            let times = finding.times > 1 ? " (\(finding.times) times)" : ""
            return "\(place)\(finding.severity.rawValue): \(finding.message)\(times) [\(finding.code.rawValue)]\n    \(finding.fix)"
        }
        return Outcome(
            text: lines.isEmpty ? "no problems" : lines.joined(separator: "\n"),
            json: ["problems": .array(findings.map { $0.json(in: record) })])
    }

    /// The findings so far.
    package var findings: [Finding] {
        finder.update(record)
        return finder.findings
    }

    func showWhy(_ node: NodeID, _ optimizer: OptimizerID?) -> Outcome {
        let reached = state.feedback.holds(node)
        let reasons = reached ? presence(of: node, optimizer) : absence(of: node, optimizer)
        let lines = reasons.map { $0.message + ($0.event.map { "  (event \($0))" } ?? "") }
        return Outcome(
            text: lines.joined(separator: "\n"),
            json: [
                "node": .string(record.name(node)), "reached": .bool(reached),
                "reasons": .array(
                    reasons.map {
                        ["code": .string($0.code), "message": .string($0.message), "nodes": names($0.nodes), "event": JSON($0.event)]
                    }),
            ])
    }

    /// Where the feedback that a node holds comes from.
    private func presence(of node: NodeID, _ optimizer: OptimizerID?) -> [Explanation] {
        var out: [Explanation] = []
        for (source, entries) in state.entries(node, in: record) {
            for entry in entries {
                let call = record.backwards[entry.backward - 1]
                if let optimizer, call.optimizer != optimizer { continue }
                let caller = call.optimizer.map { " of \(record.optimizers[$0.index].name)" } ?? ""
                let hidden = call.hidden.contains { $0.value.contains(node) && source == .child($0.key) }
                let way = hidden ? ", inside which it is used" : ""
                let from = if case .child(let child) = source { "through \(record.name(child))\(way)" } else { "given to it directly" }
                out.append(
                    Explanation(
                        code: hidden ? "hidden-dependency" : "reached",
                        message:
                            "backward #\(entry.backward)\(caller) from \(record.name(call.output)) reached \(record.name(node)), \(from)",
                        nodes: [call.output], event: Int(entry.event) + 1))
            }
        }
        return out
    }

    /// Why a node holds no feedback: it was never sent any, it was cleared, it was passed on, or no backward could reach it.
    private func absence(of node: NodeID, _ optimizer: OptimizerID?) -> [Explanation] {
        let name = record.name(node)
        let calls = record.backwards.prefix(state.backwardCount).filter { call in optimizer.map { call.optimizer == $0 } ?? true }
        guard !calls.isEmpty else {
            let who = optimizer.map { " by \(record.optimizers[$0.index].name)" } ?? ""
            return [Explanation(code: "no-backward", message: "\(name) holds no feedback: backward was not called\(who) yet", nodes: [])]
        }
        if let cleared = clearing(of: node) { return [cleared] }
        if let call = calls.last(where: { $0.visits(node) }) {
            return [
                Explanation(
                    code: "passed-on",
                    message: "\(name) passed its feedback of backward #\(call.number) on to its inputs: only roots keep it",
                    nodes: record.parents(node), event: call.event + 1)
            ]
        }
        var outputs: [NodeID] = []
        for call in calls.suffix(8) where !outputs.contains(call.output) { outputs.append(call.output) }
        let reason = record.reason(unreached: node, from: outputs)
        return [
            Explanation(
                code: reason.code.rawValue, message: "\(reason.message); \(reason.fix)", nodes: reason.nodes,
                event: calls.last.map { $0.event + 1 })
        ]
    }

    /// The zero that took a node's last feedback.
    private func clearing(of node: NodeID) -> Explanation? {
        for number in stride(from: state.events, to: 0, by: -1) {
            switch record.log[number - 1].event {
            case .feedback(let index) where record.entries[Int(index)].node == node: return nil
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
