/// The combined feedback of some nodes.
public struct Aggregate: Sendable {
    private let union: TraceGraphUnion
    /// The combined value, when the propagator gives no graphs.
    public let value: Value?
    /// The user's feedback.
    public var feedback: Value? { union.feedback ?? value }

    fileprivate init(_ union: TraceGraphUnion, value: Value?) { (self.union, self.value) = (union, value) }

    /// The union of the trace graphs, which is made now, in time linear in its size.
    ///
    /// - Parameter record: the record that the nodes are of.
    public func graph(in record: GraphRecord) -> TraceGraph { union.graph(in: record) }

    /// The nodes of that graph.
    fileprivate func members(in record: GraphRecord) -> NodeSet { union.members(in: record) }
}

extension GraphState {
    /// The entries of a node's feedback, list by list.
    public func entries(_ id: NodeID, in record: GraphRecord) -> [(source: FeedbackSource, entries: [FeedbackEntry])] {
        (feedback[id]?.lists(in: record) ?? [:]).map { ($0.key, $0.value.map { record.entries[Int($0)] }) }
    }

    /// Combines the feedback of some nodes: each list, then the lists of each node, then the nodes. No list is changed. This costs a look
    /// at each entry, whatever the size of the graph.
    ///
    /// - Throws: `AggregationConflict` when the user's feedback differs.
    public func aggregate(_ nodes: [NodeID], optimizer: OptimizerID? = nil, in record: GraphRecord) throws(AggregationConflict) -> Aggregate
    {
        var union = TraceGraphUnion(), hasValues = false, call = 0, givesGraphs = false
        for node in nodes {
            feedback.forEachEntry(of: node) { index in
                let entry = record.entries[Int(index)]
                // Entries of one call mostly come together.
                if entry.backward != call { (call, givesGraphs) = (entry.backward, record.isGraph(entry)) }
                if givesGraphs { union.add(entry, in: record) } else { hasValues = true }
            }
        }
        if union.isInConflict { throw conflict(nodes, optimizer, record) }
        var value: Value?
        if hasValues {
            let values = inListOrder(nodes, in: record).filter { !record.isGraph($0) }.compactMap(\.value)
            value = try? SumPropagator().aggregate(values)
        }
        return Aggregate(union, value: value)
    }

    /// The entries of some nodes, list by list.
    private func inListOrder(_ nodes: [NodeID], in record: GraphRecord) -> [FeedbackEntry] {
        nodes.flatMap { feedback[$0]?.inListOrder(in: record) ?? [] }.map { record.entries[Int($0)] }
    }

    /// Limits of the entries of one backward call, and of all of them, that a conflict lists.
    private static var mostSides: (call: Int, all: Int) { (50, 200) }

    /// A parameter may be used a hundred thousand times, and backward called as often without a zero, so not all entries are listed.
    /// The first of every node is among them, and one that disagrees with the first of all.
    private func conflict(_ nodes: [NodeID], _ optimizer: OptimizerID?, _ record: GraphRecord) -> AggregationConflict {
        var shown: [Int: Int] = [:], sides: [AggregationConflict.Side] = [], first: Value?, disagrees = false
        for node in nodes {
            var taken: [Int32] = []
            feedback.forEachEntry(of: node) { index in
                let entry = record.entries[Int(index)]
                guard record.isGraph(entry) else { return }
                let hasRoom = sides.count + taken.count < Self.mostSides.all && shown[entry.backward, default: 0] < Self.mostSides.call
                if !hasRoom, !taken.isEmpty, disagrees { return }
                let said = record.feedback(of: entry), isOther = first.map { !$0.equals(said) } ?? false
                guard hasRoom || taken.isEmpty || isOther && !disagrees else { return }
                first = first ?? said
                disagrees = disagrees || isOther
                shown[entry.backward, default: 0] += 1
                taken.append(index)
            }
            for index in FeedbackLists(entries: taken).inListOrder(in: record) {
                let entry = record.entries[Int(index)]
                sides.append(
                    AggregationConflict.Side(
                        node: entry.node, source: entry.source, backward: entry.backward, feedback: record.feedback(of: entry)))
            }
        }
        return AggregationConflict(optimizer: optimizer, sides: sides)
    }
}

extension AggregationConflict: Error {}

/// The minimal subgraph of an optimizer, or of one node: the aggregated trace graph, and what its nodes are in it.
public struct Subgraph: Sendable {
    /// By level, then by creation; hidden parameters are among them.
    public var nodes: [NodeID]
    public var edges: [(parent: NodeID, child: NodeID)]
    public var feedback: Value?
    /// The attended parameters.
    public var variables: [NodeID]
    /// Roots that cannot be changed, and nodes whose own inputs are not in the graph.
    public var inputs: [NodeID]
    public var others: [NodeID]
    /// The nodes that got the user's feedback.
    public var outputs: [NodeID]
    /// The attended parameters without feedback.
    public var unreached: [NodeID]
}

extension GraphState {
    /// The combined feedback of an optimizer's parameters.
    package func aggregate(_ optimizer: OptimizerID, in record: GraphRecord) throws(AggregationConflict) -> Aggregate {
        try aggregate(record.optimizers[optimizer.index].distinctParameters, optimizer: optimizer, in: record)
    }

    /// The nodes of an optimizer's minimal subgraph, for callers that only need the membership.
    ///
    /// - Parameter aggregate: the combined feedback of its parameters.
    package func members(_ optimizer: OptimizerID, of aggregate: Aggregate, in record: GraphRecord) -> NodeMembers {
        var members = aggregate.members(in: record)
        for parameter in record.optimizers[optimizer.index].distinctParameters where feedback.holds(parameter) { members.insert(parameter) }
        return NodeMembers(members)
    }

    /// The minimal subgraph of an optimizer, from the feedback that its parameters hold now.
    public func subgraph(_ optimizer: OptimizerID, in record: GraphRecord) throws(AggregationConflict) -> Subgraph {
        let parameters = record.optimizers[optimizer.index].distinctParameters
        let total = try aggregate(parameters, optimizer: optimizer, in: record), graph = total.graph(in: record)
        return record.areFew(graph.nodes.count + parameters.count, among: record.nodeCount)
            ? subgraph(parameters, total, graph, in: record, told: FewNodes.self)
            : subgraph(parameters, total, graph, in: record, told: NodeSet.self)
    }

    private func subgraph<Group: NodeGroup>(
        _ parameters: [NodeID], _ total: Aggregate, _ graph: TraceGraph, in record: GraphRecord, told: Group.Type
    ) -> Subgraph {
        let reached = parameters.filter { feedback.holds($0) }
        var members = Group(in: record), attended = members, outputs = members
        for node in graph.nodes { members.insert(node) }
        for node in parameters { attended.insert(node) }
        for node in graph.outputs { outputs.insert(node) }
        let hidden = reached.filter { !members.contains($0) }
        for parameter in hidden { members.insert(parameter) }
        var out = Subgraph(
            nodes: hidden.isEmpty ? graph.nodes : members.byLevel(in: record), edges: [], feedback: total.feedback, variables: [],
            inputs: [], others: [], outputs: [], unreached: parameters.filter { !feedback.holds($0) })
        out.edges.reserveCapacity(min(2 * out.nodes.count, record.inputs.count))
        for (i, node) in out.nodes.enumerated() {
            record.prefetchInputs(of: out.nodes, after: i)
            var isRoot = true, isWhole = true
            record.forEachParent(node) { parent in
                isRoot = false
                if members.contains(parent) { out.edges.append((parent, node)) } else { isWhole = false }
            }
            if attended.contains(node) { out.variables.append(node) }
            if outputs.contains(node) {
                out.outputs.append(node)
            } else if !attended.contains(node) {
                if isWhole && !isRoot { out.others.append(node) } else { out.inputs.append(node) }
            }
        }
        for parameter in hidden {
            for source in (feedback[parameter]?.lists(in: record) ?? [:]).keys {
                if case .child(let child) = source { out.edges.append((parameter, child)) }
            }
        }
        return out
    }
}
