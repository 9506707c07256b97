/// An event in the log, with the place in the workflow that caused it: 16 bytes, since a backward makes two or three for every node.
public struct LoggedEvent: Sendable {
    private let a: Int32
    private let b: Int32
    let site: Int32
    private let code: Code

    /// The meaning of `a` and `b`.
    private enum Code: UInt8 {
        case node, optimizer, backward, feedback, visit, zero, drop, propose, settle, update, set, step, error, conflict, output, command
        case model, exchange, restore, end, objective, score, putBack
    }

    private init(_ code: Code, _ a: Int, _ b: Int32 = 0, site: Int32) {
        (self.code, self.a, self.b, self.site) = (code, Int32(a), b, site)
    }

    init(event: TraceEvent, site: Int32) {
        switch event {
        case .node(let id): self.init(node: id, site: site)
        case .optimizer(let id): self.init(.optimizer, id.index, site: site)
        case .backward(let number): self.init(.backward, number, site: site)
        case .feedback(let index): self.init(entry: index, site: site)
        case .visit(let id, let number): self.init(visit: id, backward: number, site: site)
        case .zero(let index): self.init(.zero, index, site: site)
        case .drop(let index): self.init(.drop, index, site: site)
        case .putBack(let index): self.init(.putBack, index, site: site)
        case .propose(let index): self.init(.propose, index, site: site)
        case .settle(let id): self.init(.settle, id.index, site: site)
        case .update(let index): self.init(.update, Int(index), site: site)
        case .set(let index): self.init(.set, Int(index), site: site)
        case .objective(let index): self.init(.objective, index, site: site)
        case .step(let id, let number): self.init(.step, id.index, number, site: site)
        case .error(let index): self.init(.error, index, site: site)
        case .conflict(let index): self.init(.conflict, index, site: site)
        case .output(let index, let stream): self.init(.output, index, stream.rawValue, site: site)
        case .score(let index): self.init(.score, index, site: site)
        case .command(let index): self.init(.command, index, site: site)
        case .model(let index): self.init(.model, index, site: site)
        case .exchange(let index): self.init(.exchange, index, site: site)
        case .restore(let moment): self.init(.restore, moment, site: site)
        case .end(let index): self.init(.end, index ?? -1, site: site)
        }
    }

    // The three that there are many of.

    init(node: NodeID, site: Int32) { (code, a, b, self.site) = (.node, node.raw, 0, site) }
    init(entry index: Int32, site: Int32) { (code, a, b, self.site) = (.feedback, index, 0, site) }
    init(visit node: NodeID, backward: Int32, site: Int32) { (code, a, b, self.site) = (.visit, node.raw, backward, site) }

    public var event: TraceEvent {
        switch code {
        case .node: .node(NodeID(raw: a))
        case .optimizer: .optimizer(OptimizerID(Int(a)))
        case .backward: .backward(Int(a))
        case .feedback: .feedback(a)
        case .visit: .visit(NodeID(raw: a), backward: b)
        case .zero: .zero(Int(a))
        case .drop: .drop(Int(a))
        case .putBack: .putBack(Int(a))
        case .propose: .propose(Int(a))
        case .settle: .settle(OptimizerID(Int(a)))
        case .update: .update(a)
        case .set: .set(a)
        case .objective: .objective(Int(a))
        case .step: .step(OptimizerID(Int(a)), b)
        case .error: .error(Int(a))
        case .conflict: .conflict(Int(a))
        case .output: .output(Int(a), OutputChannel(rawValue: b) ?? .out)
        case .score: .score(Int(a))
        case .command: .command(Int(a))
        case .model: .model(Int(a))
        case .exchange: .exchange(Int(a))
        case .restore: .restore(Int(a))
        case .end: .end(a < 0 ? nil : Int(a))
        }
    }
}
