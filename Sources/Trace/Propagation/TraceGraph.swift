/// The feedback that the graph propagator gives: the nodes seen on the way from an output down to a parameter, with all the parents of
/// those nodes, and the user's feedback on the output.
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

    /// Whether an entry is a trace graph instead of a value.
    public func isGraph(_ entry: FeedbackEntry) -> Bool { backwards[entry.backward - 1].givesGraphs }

    /// The feedback of an entry: a propagator's value, or the user's feedback.
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
    private var current = Source(backward: 0)
    /// The sources of all calls in the order in which they first came, once there is more than one. The list has the current one as it was.
    private var sources: [Source] = []
    /// The places of the sources of a call.
    private var places: [Int: Int] = [:]
    private var place = 0
    /// The user's feedback, from the first entry.
    private(set) var feedback: Value?
    /// Whether another entry has it otherwise.
    private(set) var isInConflict = false

    private struct Source {
        /// 0 before the first call.
        var backward: Int
        /// The children: the first one alone, for most have no other, and then all of them, in the order in which they came.
        var child: NodeID?
        var children: [NodeID] = []
        /// They are a set instead where the visited nodes are one.
        var set = NodeSet.none
        /// Whether an entry has the feedback of the call itself.
        var hasCallsFeedback = false
    }

    /// Takes in an entry.
    @inline(__always)
    mutating func add(_ entry: FeedbackEntry, in record: GraphRecord) {
        if current.backward != entry.backward { find(entry.backward) }
        if case .child(let child) = entry.source {
            if !current.set.insertIfTaken(child) { begin(with: child, of: entry.backward, in: record) }
        }
        if let own = entry.value {
            agree(own)
        } else if !current.hasCallsFeedback {
            current.hasCallsFeedback = true
            agree(record.backwards[entry.backward - 1].feedback)
        }
    }

    /// Makes a call the current one.
    private mutating func find(_ backward: Int) {
        let last = current
        current = Source(backward: backward)
        if last.backward == 0 { return }
        if sources.isEmpty {
            sources.append(last)
            places[last.backward] = 0
        }
        sources[place] = last
        if let known = places[backward] {
            place = known
            current = sources[known]
            // Else they would be copied when one is added.
            (sources[known].children, sources[known].set) = ([], .none)
        } else {
            place = sources.count
            places[backward] = place
            sources.append(current)
        }
    }

    /// Takes a child that the set does not, mostly because there is none yet. A file may claim anything.
    @inline(never)
    private mutating func begin(with child: NodeID, of backward: Int, in record: GraphRecord) {
        guard let first = current.child else {
            current.child = child
            return
        }
        guard let members = record.backwards[backward - 1].members else {
            current.children.append(child)
            return
        }
        guard current.set.span == 0 else { return }
        current.set = members.emptied
        _ = current.set.insertIfTaken(first)
        _ = current.set.insertIfTaken(child)
    }

    private mutating func agree(_ value: Value) {
        if let feedback { isInConflict = isInConflict || !value.equals(feedback) } else { feedback = value }
    }

    /// The children, call by call.
    private var all: [Source] {
        if sources.isEmpty { return current.backward == 0 ? [] : [current] }
        var all = sources
        all[place] = current
        return all
    }

    /// The nodes of the union, and the user's feedback on them.
    func graph(in record: GraphRecord) -> TraceGraph {
        let sources = all
        var graph = TraceGraph(nodes: [], feedback: feedback, outputs: [])
        if sources.isEmpty { return graph }
        var outputs = Set<NodeID>()
        for source in sources {
            let output = record.backwards[source.backward - 1].output
            if outputs.insert(output).inserted { graph.outputs.append(output) }
        }
        let visited = sources.reduce(0) { $0 + record.backwards[$1.backward - 1].visited.count + 1 }
        if record.areFew(visited, among: record.nodeCount) {
            var members = FewNodes(in: record)
            Self.climb(sources, in: record, into: &members)
            graph.nodes = members.byLevel(in: record)
        } else {
            graph.nodes = record.byLevel(members(in: record))
        }
        return graph
    }

    /// The nodes of the union as a set of all that the graph has.
    func members(in record: GraphRecord) -> NodeSet {
        var members = NodeSet(in: record)
        Self.climb(all, in: record, into: &members)
        return members
    }

    private static func climb(_ sources: [Source], in record: GraphRecord, into members: inout some NodeGroup) {
        for source in sources {
            let call = record.backwards[source.backward - 1]
            members.insert(call.output)
            guard let first = source.child, !call.visited.isEmpty else { continue }
            if let visited = call.members {
                var open = source.set.span == 0 ? visited.emptied : source.set
                _ = open.insertIfTaken(first)
                record.climb(from: open, over: visited, into: &members)
            } else {
                record.climb(from: first, source.children, over: call, into: &members)
            }
        }
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
        // A file may claim anything.
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
        if visited.span < 8 * visited.count { return climb(after: reached, open, over: visited, into: &members) }
        visited.forEach(after: reached) { node in
            var isOpen = open.contains(node)
            if !isOpen { forEachInput(node) { isOpen = isOpen || open.contains($0) } }
            guard isOpen else { return }
            open.insert(node)
            members.insert(node)
            forEachInput(node) { members.insert($0) }
        }
    }

    /// The same for nodes that are close together: the inputs of all of them are in the order of their children, and are read in that
    /// order.
    private func climb(after reached: NodeID, _ nodes: NodeSet, over visited: NodeSet, into members: inout some NodeGroup) {
        var open = nodes, place = Int(self.nodes[reached.index].firstInput + self.nodes[reached.index].inputCount)
        while place < inputs.count {
            let child = inputs[place].child, first = place
            guard child.index < visited.end else { return }
            var isOpen = open.contains(child)
            repeat {
                isOpen = isOpen || open.contains(inputs[place].node)
                place += 1
            } while place < inputs.count && inputs[place].child == child
            guard isOpen, visited.contains(child) else { continue }
            open.insert(child)
            members.insert(child)
            for input in first..<place { members.insert(inputs[input].node) }
        }
    }
}
