/// An error in words, with a stable code and its nodes, for workflows, users, and programs that read JSON.
public struct ErrorReport: Error, Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var node: String
        public var child: String
        public var backward: Int
        public var text: String
    }
    public var code: String
    public var message: String
    public var nodes: [String] = []
    /// The two sides, or more, of a conflict.
    public var entries: [Entry] = []
    public var backward: Int?

    public init(code: String, message: String, nodes: [String] = []) {
        self.code = code
        self.message = message
        self.nodes = nodes
    }
}

extension TraceError {
    /// The error in words.
    public func report(in record: GraphRecord) -> ErrorReport {
        func name(_ id: NodeID) -> String { record.name(id) }
        func optimizer(_ id: OptimizerID) -> String { record.optimizers[id.index].name }
        switch self {
        case .execution(let node, let type, let message, let limited):
            return ErrorReport(code: limited ? "sandbox-limit" : "execution-error", message: "(\(type)) \(message)", nodes: [name(node)])
        case .missingInput(let bundle, let nodes):
            let list = Words.list(nodes.map(name))
            return ErrorReport(
                code: "missing-input",
                message: "the bundle '\(bundle)' reads \(list), which \(nodes.count == 1 ? "is" : "are") not among its arguments: pass "
                    + "\(nodes.count == 1 ? "it as an argument" : "them as arguments"). With \(record.words.external) the read is allowed, and no "
                    + "feedback passes through it",
                nodes: nodes.map(name))
        case .conflict(let conflict): return conflict.report(in: record)
        case .freed(let nodes, let number): return freedReport(nodes, by: record.backwards[number - 1], in: record)
        case .noFeedback(let id):
            return ErrorReport(
                code: "no-feedback",
                message: "no parameter of \(optimizer(id)) holds feedback: call backward on an output that depends on one of them first",
                nodes: record.optimizers[id.index].parameters.map(name))
        case .notAParameter(let id):
            return ErrorReport(
                code: "not-a-parameter", message: "\(name(id)) is not trainable: make it with \(record.words.trainable)",
                nodes: [name(id)])
        case .noModel(.call(let name)):
            return ErrorReport(
                code: "no-model", message: "\(name) asks a language model and none is set: set one with --model, or replay a recording")
        case .model(let asker, let error):
            let code =
                switch error.kind {
                case .noModel, .tooLong: error.kind.rawValue
                default: "model-error"
                }
            return ErrorReport(code: code, message: "\(record.name(of: asker)): \(error.message)")
        case .promptTooLong(let asker, let excess):
            let items = Words.list(excess.largest.map { "\($0.name) (\(count($0.tokens, "token")))" })
            return ErrorReport(
                code: "prompt-too-long",
                message:
                    "\(record.name(of: asker)): the prompt has about \(count(excess.tokens, "token")) and \(excess.model) takes \(excess.limit.grouped); "
                    + "nothing was sent. The longest \(excess.largest.count == 1 ? "part is" : "parts are") \(items)",
                nodes: excess.largest.compactMap { $0.node.map(name) })
        case .noModel(.optimizer(let id)):
            return ErrorReport(
                code: "no-model",
                message:
                    "\(optimizer(id)) (\(record.optimizers[id.index].kind.name)) needs an answer and no model is set: give one by hand "
                    + "with 'propose \(optimizer(id))', then 'answer {\"parameter\": value}', then 'update'",
                nodes: record.optimizers[id.index].parameters.map(name))
        case .badAnswer(let id, let reason):
            return ErrorReport(code: "model-error", message: "the answer for \(optimizer(id)) cannot be used: \(reason)")
        case .noProposal(let id):
            return ErrorReport(code: "no-proposal", message: "\(optimizer(id)) has no proposal: 'propose \(optimizer(id))' makes one")
        case .limit(let text): return ErrorReport(code: "sandbox-limit", message: text)
        case .propagator(let node, let message):
            return ErrorReport(code: "propagator-error", message: "the propagator failed at \(name(node)): \(message)", nodes: [name(node)])
        case .invalid(let text): return ErrorReport(code: "invalid", message: text)
        case .elsewhere(let code, let message): return ErrorReport(code: code, message: message)
        }
    }

    private func freedReport(_ nodes: [NodeID], by backward: BackwardFacts, in record: GraphRecord) -> ErrorReport {
        let shown =
            Words.list(nodes.map { record.name($0) }, most: 6)
        let caller = backward.optimizer.map { " of \(record.optimizers[$0.index].name)" } ?? ""
        var report = ErrorReport(
            code: "graph-freed",
            message: "\(shown) \(nodes.count == 1 ? "was" : "were") freed by backward ▲\(backward.number)\(caller) from "
                + "\(record.name(backward.output)) with the feedback \(Value.string(backward.feedback.text).short(60)): "
                + "\(record.words.retain) on that call would have kept \(nodes.count == 1 ? "it" : "them")",
            nodes: nodes.map { record.name($0) })
        report.backward = backward.number
        return report
    }
}

extension AggregationConflict {
    /// The conflict in a clause: the first two texts that differ, each with its node and its source.
    package func text(in record: GraphRecord) -> String {
        let first = sides[0]
        let other = sides.first { !$0.feedback.equals(first.feedback) } ?? first
        func words(_ side: Side) -> String {
            let caller = record.backwards[side.backward - 1].optimizer.map { " (\(record.optimizers[$0.index].name))" } ?? ""
            let place = first.node == other.node ? "" : "\(record.name(side.node)) "
            return
                "\(place)from \(side.child(in: record)), backward ▲\(side.backward)\(caller): \(Value.string(side.feedback.text).short(80))"
        }
        let names = nodes.map { record.name($0) }, more = texts.count - 2
        return "feedback on \(first.node == other.node ? record.name(first.node) : Words.list(names, most: 4)) cannot be "
            + "combined: \(words(first)); \(words(other))" + (more > 0 ? "; and \(more) more" : "")
    }

    /// The different texts, in the order of the sides.
    package var texts: [Value] {
        var texts: [Value] = []
        for side in sides where !texts.contains(where: { $0.equals(side.feedback) }) { texts.append(side.feedback) }
        return texts
    }

    /// The nodes with the texts, in order.
    package var nodes: [NodeID] { Array(Set(sides.map(\.node))).sorted() }

    func report(in record: GraphRecord) -> ErrorReport {
        var report = ErrorReport(
            code: "aggregation-conflict",
            message: text(in: record) + ". Zero the feedback before the next backward, or step once for each feedback",
            nodes: nodes.map { record.name($0) })
        report.entries = sides.map {
            ErrorReport.Entry(node: record.name($0.node), child: $0.child(in: record), backward: $0.backward, text: $0.feedback.text)
        }
        return report
    }
}

extension AggregationConflict.Side {
    /// The child whose list the entry is in, by name.
    fileprivate func child(in record: GraphRecord) -> String {
        if case .child(let id) = source { return record.name(id) }
        return "user"
    }
}
