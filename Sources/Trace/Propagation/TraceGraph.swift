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
    /// together, and most unions have no other, so this needs no room of its own. Before the first entry it is of no call.
    private var current = Source(backward: 0)
    /// Those of all calls in the order in which they first came, once there is more than one. The current one stands there as it was.
    private var sources: [Source] = []
    /// Where those of a call stand.
    private var places: [Int: Int] = [:]
    private var place = 0
    /// What the user said, as the first entry has it.
    private(set) var feedback: Value?
    /// Whether another entry has it otherwise.
    private(set) var isInConflict = false

    // Flat, since each entry looks at it: an optional in an optional is taken out and put back.
    private struct Source {
        /// The call's number, from 1.
        var backward: Int
        /// The children: the first one alone, for most have no other, and then all of them, in the order in which they came.
        var child: NodeID?
        var children: [NodeID] = []
        /// They are a set instead where the visited nodes are one, from the second child on.
        var set = NodeSet.none
        var isSet = false
        /// Whether an entry has the feedback of the call itself.
        var hasCallsFeedback = false
    }

    /// Takes in what an entry says.
    @inline(__always)
    mutating func add(_ entry: FeedbackEntry, in record: GraphRecord) {
        if current.backward != entry.backward { find(entry.backward) }
        if case .child(let child) = entry.source {
            if current.isSet {
                if current.set.takes(child) { current.set.insert(child) }
            } else if current.child == nil {
                current.child = child
            } else {
                another(child, in: record)
            }
        }
        if let own = entry.value {
            agree(own)
        } else if !current.hasCallsFeedback {
            current.hasCallsFeedback = true
            agree(record.backwards[entry.backward - 1].feedback)
        }
    }

    /// Takes in a call's second child, or one after it that is in no set.
    @inline(never)
    private mutating func another(_ child: NodeID, in record: GraphRecord) {
        guard let members = record.backwards[current.backward - 1].members else { return current.children.append(child) }
        current.set = members.emptied
        current.isSet = true
        for child in [current.child, child].compactMap({ $0 }) where current.set.takes(child) { current.set.insert(child) }
    }

    /// Makes a call the current one.
    private mutating func find(_ backward: Int) {
        if current.backward == 0 {
            current.backward = backward
            return
        }
        if sources.isEmpty {
            sources.append(current)
            places[current.backward] = 0
        }
        sources[place] = current
        if let known = places[backward] {
            place = known
            current = sources[known]
            // Else they would be copied when one is added.
            (sources[known].children, sources[known].set) = ([], .none)
        } else {
            current = Source(backward: backward)
            place = sources.count
            places[backward] = place
            sources.append(current)
        }
    }

    private mutating func agree(_ value: Value) {
        if let feedback { isInConflict = isInConflict || !value.equals(feedback) } else { feedback = value }
    }

    /// The nodes of the union, and what the user said of them.
    func graph(in record: GraphRecord) -> TraceGraph {
        var sources = sources
        if current.backward == 0 { return TraceGraph(nodes: [], feedback: feedback, outputs: []) }
        if sources.isEmpty { sources = [current] } else { sources[place] = current }
        let visited = sources.reduce(0) { $0 + record.backwards[$1.backward - 1].visited.count + 1 }
        return record.areFew(visited, among: record.nodeCount)
            ? graph(of: sources, in: record, collectedIn: FewNodes.self) : graph(of: sources, in: record, collectedIn: NodeSet.self)
    }

    private func graph<Members: NodeGroup>(of sources: [Source], in record: GraphRecord, collectedIn: Members.Type) -> TraceGraph {
        var graph = TraceGraph(nodes: [], feedback: feedback, outputs: [])
        var members = Members(in: record), outputs = Set<NodeID>()
        for source in sources {
            let call = record.backwards[source.backward - 1]
            if outputs.insert(call.output).inserted { graph.outputs.append(call.output) }
            members.insert(call.output)
            guard let first = source.child, !call.visited.isEmpty else { continue }
            if let visited = call.members {
                var open = source.isSet ? source.set : visited.emptied
                if open.takes(first) { open.insert(first) }
                record.climb(from: open, over: visited, into: &members)
            } else {
                record.climb(from: first, source.children, over: call, into: &members)
            }
        }
        graph.nodes = members.byLevel(in: record)
        return graph
    }
}

extension GraphRecord {
    /// Adds the nodes between some visited ones and the output, and all their parents.
    fileprivate func climb(from first: NodeID, _ others: [NodeID], over call: BackwardFacts, into members: inout some NodeGroup) {
        var lowest = call.output
        for node in call.visited { lowest = min(lowest, node) }
        if areFew(call.visited.count, among: call.output.index - lowest.index) {
            return climb(from: Set(others + [first]), overFew: call.visited, into: &members)
        }
        var visited = NodeSet(from: lowest, through: call.output), open = visited
        for node in call.visited { visited.insert(node) }
        // What a file says may be anything.
        if visited.contains(first) { open.insert(first) }
        for node in others where visited.contains(node) { open.insert(node) }
        climb(from: open, over: visited, into: &members)
    }

    /// The same for nodes that are few among many: each is asked, parents first, whether one of its parents is found.
    private func climb(from children: Set<NodeID>, overFew visited: [NodeID], into members: inout some NodeGroup) {
        var open = children
        for node in visited.reversed() {
            var isOpen = open.contains(node)
            if !isOpen { forEachInput(node) { isOpen = isOpen || open.contains($0) } }
            guard isOpen else { continue }
            open.insert(node)
            members.insert(node)
            forEachInput(node) { members.insert($0) }
        }
    }

    fileprivate func climb(from nodes: NodeSet, over visited: NodeSet, into members: inout some NodeGroup) {
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
