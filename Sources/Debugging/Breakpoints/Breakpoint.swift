import Trace

/// Where, or on what, the workflow is to be held.
package struct Breakpoint: Sendable, Equatable {
    package enum Condition: Sendable, Equatable {
        /// Before a line, if an expression of the workflow's language holds there.
        case line(file: String, line: Int, expression: String?)
        /// After an event of a kind, on a node or of an optimizer.
        case event(EventKind, subject: Subject?)
        /// After a node of this operator or bundle was made.
        case operation(String)
        /// After the data or the feedback of a node changed.
        case watch(NodeID)
    }
    package enum Subject: Sendable, Equatable {
        case node(NodeID)
        case optimizer(OptimizerID)
    }
    package var number: Int
    package var condition: Condition
    package var hits = 0

    package func text(in record: GraphRecord) -> String {
        switch condition {
        case .line(let file, let line, let expression): "\(file):\(line)" + (expression.map { " if \($0)" } ?? "")
        case .event(let kind, let subject): kind.rawValue + (subject.map { " \($0.name(in: record))" } ?? "")
        case .operation(let name): "op \(name)"
        case .watch(let node): "watch \(record.name(node))"
        }
    }
}

extension Breakpoint.Subject {
    package func name(in record: GraphRecord) -> String {
        switch self {
        case .node(let id): record.name(id)
        case .optimizer(let id): record.optimizers[id.index].name
        }
    }
}

/// The breakpoints of a session.
package struct Breakpoints: Sendable, Equatable {
    package private(set) var all: [Breakpoint] = []
    private var next = 1
    /// The lines that have one, so that every other line costs one look-up.
    private var lines: Set<Int> = []

    package init() {}

    package var wantsLines: Bool { !lines.isEmpty }
    /// Whether any of them is on what the engine does.
    package private(set) var wantsEvents = false

    package mutating func add(_ condition: Breakpoint.Condition) -> Breakpoint {
        let breakpoint = Breakpoint(number: next, condition: condition)
        next += 1
        all.append(breakpoint)
        index()
        return breakpoint
    }

    /// Whether there was such a breakpoint.
    package mutating func remove(_ number: Int) -> Bool {
        let before = all.count
        all.removeAll { $0.number == number }
        index()
        return all.count < before
    }

    package mutating func hit(_ number: Int) {
        if let place = all.firstIndex(where: { $0.number == number }) { all[place].hits += 1 }
    }

    /// The breakpoints on a line.
    package func at(_ site: Site) -> [Breakpoint] {
        guard lines.contains(site.line) else { return [] }
        return all.filter {
            if case .line(let file, let line, _) = $0.condition { return line == site.line && file == site.file }
            return false
        }
    }

    /// The first breakpoint that an event meets.
    package func match(_ event: TraceEvent, in record: GraphRecord) -> Breakpoint? {
        all.first { breakpoint in
            switch breakpoint.condition {
            case .line: return false
            case .event(let kind, let subject):
                return event.kind == kind && (subject.map { event.concerns($0, in: record) } ?? true)
            case .operation(let name):
                if case .node(let id) = event { return record.hasParents(id) && record.operatorName(id) == name }
                return false
            case .watch(let node): return event.changes(node, in: record)
            }
        }
    }

    private mutating func index() {
        wantsEvents = all.contains { if case .line = $0.condition { false } else { true } }
        lines = Set(all.compactMap { if case .line(_, let line, _) = $0.condition { line } else { nil } })
    }
}

extension TraceEvent {
    /// The nodes that an event speaks of.
    package func nodes(in record: GraphRecord) -> [NodeID] {
        switch self {
        case .node(let id): return [id]
        case .optimizer(let id): return record.optimizers[id.index].distinctParameters
        case .backward(let number): return [record.backwards[number - 1].output]
        case .feedback(let index), .drop(let index):
            let entry = record.entries[Int(index)]
            if case .child(let child) = entry.source { return [entry.node, child] }
            return [entry.node]
        case .visit(let node, _): return [node]
        case .zero(let index): return record.zeroes[index].cleared
        case .propose(let index): return record.proposals[index].updates.map(\.parameter)
        case .update(let index), .set(let index): return [record.versions[Int(index)].node]
        case .error(let index), .conflict(let index):
            switch record.failures[index].error {
            case .execution(let node, _, _, _), .notAParameter(let node), .propagator(let node, _): return [node]
            case .missingInput(_, let nodes), .freed(let nodes, _): return nodes
            case .conflict(let conflict): return Set(conflict.sides.map(\.node)).sorted()
            default: return []
            }
        case .settle, .step, .output, .command, .model, .exchange, .restore, .end: return []
        }
    }

    /// The optimizer whose doing an event is.
    package func optimizer(in record: GraphRecord) -> OptimizerID? {
        switch self {
        case .optimizer(let id), .settle(let id), .step(let id, _): return id
        case .exchange(let index): return record.exchanges[index].asker.optimizer
        case .model(let index): return record.questions[index].asker.optimizer
        case .backward(let number): return record.backwards[number - 1].optimizer
        case .visit(_, let number): return record.backwards[Int(number) - 1].optimizer
        case .feedback(let index), .drop(let index): return record.backwards[record.entries[Int(index)].backward - 1].optimizer
        case .zero(let index):
            if case .optimizer(let id) = record.zeroes[index].scope { return id }
            return nil
        case .propose(let index): return record.proposals[index].optimizer
        case .update(let index), .set(let index):
            if case .optimizer(let id, _) = record.versions[Int(index)].writer { return id }
            return nil
        case .conflict(let index):
            if case .conflict(let conflict) = record.failures[index].error { return conflict.optimizer }
            return nil
        case .error(let index):
            switch record.failures[index].error {
            case .noFeedback(let id), .badAnswer(let id, _): return id
            case .noModel(let asker), .model(let asker, _), .promptTooLong(let asker, _): return asker.optimizer
            default: return nil
            }
        case .node, .output, .command, .restore, .end: return nil
        }
    }

    func concerns(_ subject: Breakpoint.Subject, in record: GraphRecord) -> Bool {
        switch subject {
        case .node(let id): nodes(in: record).contains(id)
        case .optimizer(let id): optimizer(in: record) == id
        }
    }

    func changes(_ node: NodeID, in record: GraphRecord) -> Bool {
        switch self {
        case .feedback(let index), .drop(let index): record.entries[Int(index)].node == node
        case .update(let index), .set(let index): record.versions[Int(index)].node == node
        case .zero(let index): record.zeroes[index].cleared.contains(node)
        default: false
        }
    }
}
