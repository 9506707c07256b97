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
        var union = TraceGraphUnion()
        for entry in entries { union.add(entry, in: self) }
        return union.graph(in: self)
    }
}

/// The union of trace graphs. Taking an entry into it looks at nothing but the entry; the nodes are found when the graph is asked for.
/// Entries of one backward are followed together, so it costs its own size, whatever their number.
struct TraceGraphUnion: Sendable {
    /// The children that the entries of one backward call came from: of the call that is being looked at. Entries of one call mostly come
    /// together, and most unions have no other, so this needs no room of its own.
    private var current: Source?
    /// Those of all calls in the order in which they first came, once there is more than one. The current one stands there as it was.
    private var sources: [Source] = []
    /// Where those of a call stand.
    private var places: [Int: Int] = [:]
    private var place = 0
    /// What the user said, as the first entry has it.
    private(set) var feedback: Value?
    /// Whether another entry has it otherwise.
    private(set) var isInConflict = false

    private struct Source {
        var backward: Int
        /// The children: the first one alone, for most have no other, and then all of them.
        var child: NodeID?
        var children: NodeSet?
        /// Whether an entry has the feedback of the call itself.
        var hasCallsFeedback = false
    }

    /// Takes in what an entry says.
    @inline(__always)
    mutating func add(_ entry: FeedbackEntry, in record: GraphRecord) {
        if current?.backward != entry.backward { find(entry.backward) }
        if case .child(let child) = entry.source {
            if current?.children != nil {
                current?.children?.insert(child)
            } else if let first = current?.child {
                if first != child { keep(first, child, record.backwards[entry.backward - 1]) }
            } else {
                current?.child = child
            }
        }
        if let own = entry.value {
            agree(own)
        } else if current?.hasCallsFeedback == false {
            current?.hasCallsFeedback = true
            agree(record.backwards[entry.backward - 1].feedback)
        }
    }

    /// Makes a call the current one.
    private mutating func find(_ backward: Int) {
        guard let last = current else {
            current = Source(backward: backward)
            return
        }
        if sources.isEmpty {
            sources.append(last)
            places[last.backward] = 0
        }
        current = nil
        sources[place] = last
        if let known = places[backward] {
            place = known
            current = sources[known]
            // Else the set would be copied when it changes.
            sources[known].children = nil
        } else {
            place = sources.count
            places[backward] = place
            sources.append(Source(backward: backward))
            current = sources[place]
        }
    }

    private mutating func keep(_ first: NodeID, _ second: NodeID, _ call: BackwardFacts) {
        var children = NodeSet(from: call.lowest, through: call.output)
        children.insert(first)
        children.insert(second)
        current?.children = children
    }

    private mutating func agree(_ value: Value) {
        if let feedback { isInConflict = isInConflict || !value.equals(feedback) } else { feedback = value }
    }

    /// The nodes of the union, and what the user said of them.
    func graph(in record: GraphRecord) -> TraceGraph {
        var graph = TraceGraph(nodes: [], feedback: feedback, outputs: [])
        var sources = sources
        if let current { if sources.isEmpty { sources = [current] } else { sources[place] = current } }
        let calls = sources.map { (call: record.backwards[$0.backward - 1], source: $0) }
        guard let last = calls.map(\.call.output).max() else { return graph }
        var members = NodeSet(from: NodeID(0), through: last)
        for (call, source) in calls {
            if !graph.outputs.contains(call.output) { graph.outputs.append(call.output) }
            members.insert(call.output)
            guard let first = source.child, let visited = call.members else { continue }
            var children = source.children ?? NodeSet(from: call.lowest, through: call.output)
            children.insert(first)
            record.climb(from: children, over: visited, into: &members)
        }
        graph.nodes = record.byLevel(members)
        return graph
    }
}

extension GraphRecord {
    /// Adds the nodes between some visited ones and the output, and all their parents.
    fileprivate func climb(from nodes: NodeSet, over visited: NodeSet, into members: inout NodeSet) {
        var open = nodes, left = visited.span / 64
        // From child to child: this costs no more than the edges that it follows, but they may lie anywhere in the graph.
        let reached = open.ascend { node, open in
            members.insert(node)
            forEachInput(node) { members.insert($0) }
            forEachChild(node) { child in
                if visited.contains(child) { open.insert(child) }
                left -= 1
            }
            return left > 0
        }
        // Once they are a good part of those that were visited, it is faster to ask each of these, in order, whether a parent is found.
        guard let reached else { return }
        visited.forEach(after: reached) { node in
            var isOpen = open.contains(node)
            if !isOpen { forEachInput(node) { isOpen = isOpen || open.contains($0) } }
            guard isOpen else { return }
            open.insert(node)
            members.insert(node)
            forEachInput(node) { members.insert($0) }
        }
    }
}
