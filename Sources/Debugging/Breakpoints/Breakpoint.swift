import Trace

/// A place or an event at which the workflow is to pause.
package struct Breakpoint: Sendable, Equatable {
    package enum Condition: Sendable, Equatable {
        /// Before a line, if an expression of the workflow's language holds there.
        case line(file: String, line: Int, expression: String?)
        /// After an event of a kind, on a node or of an optimizer.
        case event(EventKind, subject: Subject?)
        /// After a node of this operator or bundle was made.
        case operation(String)
        /// After the data or the feedback of a node changed.
        case watch(Subject)
    }
    package enum Subject: Sendable, Equatable {
        case node(NodeID)
        case optimizer(OptimizerID)
        /// The optimizers and the nodes of a name, or of a base name, that is not there yet.
        case named(String)
    }
    package var number: Int
    package var condition: Condition
    package var hits = 0
    /// The requested line, if it has no code and a later one replaces it.
    package var movedFrom: Int?
    /// Whether its file has not been loaded yet.
    package var isPending = false
    /// The reason why its expression could not be evaluated the last time, and the number of times.
    package var failure: (text: String, times: Int)?

    package func text(in record: GraphRecord) -> String {
        switch condition {
        case .line(let file, let line, let expression): "\(file):\(line)" + (expression.map { " if \($0)" } ?? "")
        case .event(let kind, let subject): kind.rawValue + (subject.map { " \($0.name(in: record))" } ?? "")
        case .operation(let name): "op \(name)"
        case .watch(let subject): "watch \(subject.name(in: record))"
        }
    }

    /// Remarks in words; nil if there are none.
    package var note: String? {
        var notes: [String] = []
        if let movedFrom { notes.append("line \(movedFrom) has no code") }
        if isPending, case .line(let file, _, _) = condition { notes.append("\(file) is not loaded yet") }
        if let failure {
            notes.append("its condition failed\(failure.times > 1 ? " \(failure.times) times" : ""): \(failure.text)")
        }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }

    package static func == (a: Breakpoint, b: Breakpoint) -> Bool {
        a.number == b.number && a.condition == b.condition && a.hits == b.hits && a.note == b.note
    }
}

extension Breakpoint.Subject {
    package func name(in record: GraphRecord) -> String {
        switch self {
        case .node(let id): record.name(id)
        case .optimizer(let id): record.optimizers[id.index].name
        case .named(let name): name
        }
    }

    /// Whether a node is meant.
    package func means(_ node: NodeID, in record: GraphRecord) -> Bool {
        switch self {
        case .node(let id): return node == id
        case .optimizer: return false
        case .named(let text):
            let name = record.name(node)
            return name == text || name.prefix { $0 != ":" } == text
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
    /// Whether any of them is on an event.
    package private(set) var wantsEvents = false

    /// Adds a breakpoint and returns it, or returns the existing one with the same condition.
    @discardableResult
    package mutating func add(_ condition: Breakpoint.Condition, movedFrom: Int? = nil, isPending: Bool = false) -> Breakpoint {
        if let known = all.first(where: { $0.condition == condition }) { return known }
        let breakpoint = Breakpoint(number: next, condition: condition, movedFrom: movedFrom, isPending: isPending)
        next += 1
        all.append(breakpoint)
        index()
        return breakpoint
    }

    /// Moves the breakpoints of a file on lines without code to the next line with code.
    package mutating func settle(in file: String, linesWithCode: [Int]) {
        for place in all.indices {
            guard case .line(file, let line, let expression) = all[place].condition else { continue }
            all[place].isPending = false
            guard let next = linesWithCode.first(where: { $0 >= line }), next != line else { continue }
            all[place].condition = .line(file: file, line: next, expression: expression)
            all[place].movedFrom = all[place].movedFrom ?? line
        }
        index()
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

    /// Notes that a condition could not be evaluated. Returns true the first time.
    package mutating func failed(_ number: Int, _ text: String) -> Bool {
        guard let place = all.firstIndex(where: { $0.number == number }) else { return false }
        let times = (all[place].failure?.times ?? 0) + 1
        all[place].failure = (text, times)
        return times == 1
    }

    /// The breakpoints on a line.
    package func at(_ site: Site) -> [Breakpoint] {
        guard lines.contains(site.line) else { return [] }
        return all.filter {
            if case .line(let file, let line, _) = $0.condition { return line == site.line && file == site.file }
            return false
        }
    }

    /// A breakpoint that was requested on a line without code, and is on a later one.
    package func moved(from site: Site) -> Breakpoint? {
        all.first { if case .line(site.file, _, _) = $0.condition { $0.movedFrom == site.line } else { false } }
    }

    /// The first breakpoint that matches an event.
    package func match(_ event: TraceEvent, in record: GraphRecord) -> Breakpoint? {
        all.first { breakpoint in
            switch breakpoint.condition {
            case .line: return false
            case .event(let kind, let subject):
                return event.kind == kind && (subject.map { event.concerns($0, in: record) } ?? true)
            case .operation(let name):
                if case .node(let id) = event { return record.hasParents(id) && record.operatorName(id) == name }
                return false
            case .watch(let subject): return event.changed(in: record).contains { subject.means($0, in: record) }
            }
        }
    }

    private mutating func index() {
        wantsEvents = all.contains { if case .line = $0.condition { false } else { true } }
        lines = Set(all.compactMap { if case .line(_, let line, _) = $0.condition { line } else { nil } })
    }
}

extension TraceEvent {
    /// The nodes that an event is about.
    package func nodes(in record: GraphRecord) -> [NodeID] {
        switch self {
        case .node(let id): return [id]
        case .optimizer(let id): return record.optimizers[id.index].distinctParameters
        case .backward(let number): return [record.backwards[number - 1].output]
        case .drop(let index), .putBack(let index): return self.nodes(ofEntries: record.selections[index], record)
        case .feedback(let index):
            let entry = record.entries[Int(index)]
            if case .child(let child) = entry.source { return [entry.node, child] }
            return [entry.node]
        case .visit(let node, _): return [node]
        case .zero(let index): return record.zeroes[index].cleared
        case .propose(let index): return record.proposals[index].updates.map(\.parameter)
        case .update(let index), .set(let index): return [record.versions[Int(index)].node]
        case .error(let index), .conflict(let index):
            switch record.reports.failures[index].error {
            case .execution(let node, _, _, _), .notAParameter(let node), .propagator(let node, _): return [node]
            case .missingInput(_, let nodes), .freed(let nodes, _): return nodes
            case .conflict(let conflict): return Set(conflict.sides.map(\.node)).sorted()
            default: return []
            }
        case .settle, .step, .objective, .output, .score, .command, .model, .exchange, .restore, .end: return []
        }
    }

    /// The optimizer that caused an event.
    package func optimizer(in record: GraphRecord) -> OptimizerID? {
        switch self {
        case .optimizer(let id), .settle(let id), .step(let id, _): return id
        case .objective(let index): return record.reports.objectives[index].optimizer
        case .exchange(let index): return record.models.exchanges[index].asker.optimizer
        case .model(let index): return record.models.questions[index].asker.optimizer
        case .backward(let number): return record.backwards[number - 1].optimizer
        case .visit(_, let number): return record.backwards[Int(number) - 1].optimizer
        case .feedback(let index): return record.backwards[record.entries[Int(index)].backward - 1].optimizer
        case .drop(let index), .putBack(let index):
            let writers = Set(record.selections[index].map { record.backwards[record.entries[Int($0)].backward - 1].optimizer })
            return writers.count == 1 ? writers.first ?? nil : nil
        case .zero(let index):
            if case .optimizer(let id) = record.zeroes[index].scope { return id }
            return nil
        case .propose(let index): return record.proposals[index].optimizer
        case .update(let index), .set(let index):
            if case .optimizer(let id, _) = record.versions[Int(index)].writer { return id }
            return nil
        case .conflict(let index):
            if case .conflict(let conflict) = record.reports.failures[index].error { return conflict.optimizer }
            return nil
        case .error(let index):
            switch record.reports.failures[index].error {
            case .noFeedback(let id), .badAnswer(let id, _): return id
            case .noModel(let asker), .model(let asker, _), .promptTooLong(let asker, _): return asker.optimizer
            default: return record.reports.failures[index].optimizer
            }
        case .node, .output, .score, .command, .restore, .end: return nil
        }
    }

    private func nodes(ofEntries entries: [Int32], _ record: GraphRecord) -> [NodeID] {
        Set(entries.map { record.entries[Int($0)].node }).sorted()
    }

    func concerns(_ subject: Breakpoint.Subject, in record: GraphRecord) -> Bool {
        switch subject {
        case .node(let id): nodes(in: record).contains(id)
        case .optimizer(let id): optimizer(in: record) == id
        case .named(let name):
            optimizer(in: record).map { record.optimizers[$0.index].name } == name
                || nodes(in: record).contains { subject.means($0, in: record) }
        }
    }

    /// The nodes whose data or feedback an event changes.
    package func changed(in record: GraphRecord) -> [NodeID] {
        switch self {
        case .feedback(let index): [record.entries[Int(index)].node]
        case .drop(let index), .putBack(let index): nodes(ofEntries: record.selections[index], record)
        case .update(let index), .set(let index): [record.versions[Int(index)].node]
        case .zero(let index): record.zeroes[index].cleared
        default: []
        }
    }
}

extension EventKind {
    /// Whether events of the kind are about nodes.
    var hasNodes: Bool {
        switch self {
        case .node, .optimizer, .backward, .feedback, .visit, .zero, .propose, .update, .set, .error, .conflict: true
        case .step, .output, .score, .command, .model, .restore, .end: false
        }
    }

    /// Whether optimizers cause events of the kind.
    var hasOptimizer: Bool {
        switch self {
        case .optimizer, .backward, .feedback, .visit, .zero, .propose, .update, .set, .step, .error, .conflict, .model: true
        case .node, .output, .score, .command, .restore, .end: false
        }
    }
}
