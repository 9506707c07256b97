import BitCollections

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

    /// The union of the trace graphs of some entries, made in time linear in its size: entries of one backward are followed together.
    package func graph(of entries: some Sequence<FeedbackEntry>) -> TraceGraph {
        var sources: [(backward: Int, nodes: [NodeID])] = []
        var places: [Int: Int] = [:]
        for entry in entries {
            let place = places[entry.backward] ?? sources.count
            if place == sources.count {
                places[entry.backward] = place
                sources.append((entry.backward, []))
            }
            if case .child(let child) = entry.source { sources[place].nodes.append(child) }
        }
        var graph = TraceGraph.empty
        var members = BitSet()
        for (number, nodes) in sources {
            let backward = backwards[number - 1]
            if graph.feedback == nil { graph.feedback = backward.feedback }
            if !graph.outputs.contains(backward.output) { graph.outputs.append(backward.output) }
            members.insert(backward.output.index)
            climb(from: nodes, in: backward, into: &members)
        }
        graph.nodes = sorted(members)
        return graph
    }

    /// Adds the nodes between some visited ones and the output, and all their parents.
    private func climb(from nodes: [NodeID], in backward: BackwardFacts, into members: inout BitSet) {
        var seen = BitSet()
        var open = nodes.filter { seen.insert($0.index).inserted }
        while let node = open.popLast() {
            members.insert(node.index)
            forEachParent(node) { members.insert($0.index) }
            forEachChild(node) { child in
                if backward.visits(child), seen.insert(child.index).inserted { open.append(child) }
            }
        }
    }

    func sorted(_ members: BitSet) -> [NodeID] {
        // One word holds level and number, so that the order costs a sort of integers.
        let keys = members.map { Int64(nodes[$0].level) << 32 | Int64($0) }.sorted()
        return keys.map { NodeID(raw: Int32(truncatingIfNeeded: $0)) }
    }
}
