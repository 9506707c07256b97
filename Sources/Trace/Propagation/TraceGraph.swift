/// The feedback that the graph propagator gives: the nodes seen on the way from an output down to a parameter, with all the parents of
/// those nodes, and what the user said about the output.
public struct TraceGraph: Sendable, Equatable {
    /// By level, then by creation.
    public var nodes: [NodeID]
    /// The user's feedback.
    public var feedback: Value?
    /// The nodes that the user's feedback was given to, in the order of the backward calls.
    public var outputs: [NodeID]

    public static let empty = TraceGraph(nodes: [], feedback: nil, outputs: [])
}

extension GraphRecord {
    /// The trace graph of one entry.
    public func graph(of entry: FeedbackEntry) -> TraceGraph { graph(of: CollectionOfOne(entry)) }

    /// Whether an entry is a trace graph, and not a value.
    public func isGraph(_ entry: FeedbackEntry) -> Bool { backwards[entry.backward - 1].givesGraphs }

    /// What an entry says: a propagator's value, or what the user said.
    public func feedback(of entry: FeedbackEntry) -> Value { entry.value ?? backwards[entry.backward - 1].feedback }

    /// The union of the trace graphs of some entries, made in time linear in its size.
    package func graph(of entries: some Sequence<FeedbackEntry>) -> TraceGraph {
        var union = TraceGraphUnion(in: self)
        for entry in entries { union.add(entry) }
        return union.graph
    }
}

/// The union of trace graphs. Entries of one backward are followed together, so it costs its own size, whatever their number.
struct TraceGraphUnion {
    private let record: GraphRecord
    /// For each backward call the children that its entries came from.
    private var sources: [Source] = []
    private var places: [Int: Int] = [:]
    private var place = -1
    /// What the user said, as the first entry has it.
    private var feedback: Value?
    /// Whether another entry has it otherwise.
    private(set) var isInConflict = false

    private struct Source {
        var backward: Int
        var children: NodeSet?
        /// Whether an entry has the feedback of the call itself.
        var hasCallsFeedback = false
    }

    init(in record: GraphRecord) { self.record = record }

    @inline(__always)
    mutating func add(_ entry: FeedbackEntry) {
        // Entries of one call mostly come together.
        if place < 0 || sources[place].backward != entry.backward { find(entry.backward) }
        if case .child(let child) = entry.source { sources[place].children?.insert(child) }
        if let own = entry.value {
            agree(own)
        } else if !sources[place].hasCallsFeedback {
            sources[place].hasCallsFeedback = true
            agree(record.backwards[entry.backward - 1].feedback)
        }
    }

    private mutating func find(_ backward: Int) {
        if let known = places[backward] {
            place = known
            return
        }
        place = sources.count
        places[backward] = place
        let call = record.backwards[backward - 1]
        let children = call.visited.isEmpty ? nil : NodeSet(from: call.lowest, through: call.output)
        sources.append(Source(backward: backward, children: children))
    }

    private mutating func agree(_ value: Value) {
        if let feedback { isInConflict = isInConflict || !value.equals(feedback) } else { feedback = value }
    }

    var graph: TraceGraph {
        var graph = TraceGraph(nodes: [], feedback: feedback, outputs: [])
        let calls = sources.map { (record.backwards[$0.backward - 1], $0.children) }
        guard let last = calls.map(\.0.output).max() else { return graph }
        var members = NodeSet(from: NodeID(0), through: last)
        for (call, children) in calls {
            if !graph.outputs.contains(call.output) { graph.outputs.append(call.output) }
            members.insert(call.output)
            if let children, let visited = call.members { climb(from: children, over: visited, into: &members) }
        }
        graph.nodes = record.byLevel(members)
        return graph
    }

    /// Adds the nodes between some visited ones and the output, and all their parents.
    private func climb(from nodes: NodeSet, over visited: NodeSet, into members: inout NodeSet) {
        var open = nodes, left = visited.span / 16
        // From child to child: this costs no more than the nodes that it finds, but they may lie anywhere in the graph.
        let reached = open.ascend { node, open in
            members.insert(node)
            record.forEachInput(node) { members.insert($0) }
            record.forEachChild(node) { child in if visited.contains(child) { open.insert(child) } }
            left -= 1
            return left > 0
        }
        // Once they are a good part of those that were visited, it is faster to ask each of these, in order, whether a parent is found.
        guard let reached else { return }
        visited.forEach(after: reached) { node in
            var isOpen = open.contains(node)
            if !isOpen { record.forEachInput(node) { isOpen = isOpen || open.contains($0) } }
            guard isOpen else { return }
            open.insert(node)
            members.insert(node)
            record.forEachInput(node) { members.insert($0) }
        }
    }
}
