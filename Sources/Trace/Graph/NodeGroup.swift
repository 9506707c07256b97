/// A set of nodes of a whole graph. Bits for all nodes cost little if many are in it; a few among millions are stored as numbers, so that a
/// call costs its own size, and not that of the graph.
protocol NodeGroup {
    /// An empty set.
    init(in record: GraphRecord)
    mutating func insert(_ id: NodeID)
    func contains(_ id: NodeID) -> Bool
    /// Its nodes by level, then by creation.
    func byLevel(in record: GraphRecord) -> [NodeID]
}

extension NodeSet: NodeGroup {
    init(in record: GraphRecord) { self.init(from: NodeID(0), through: NodeID(max(0, record.nodeCount - 1))) }

    func byLevel(in record: GraphRecord) -> [NodeID] { record.byLevel(self) }
}

/// Nodes that are few.
struct FewNodes: NodeGroup {
    private var nodes: Set<NodeID> = []

    init(in record: GraphRecord) {}

    mutating func insert(_ id: NodeID) { nodes.insert(id) }

    func contains(_ id: NodeID) -> Bool { nodes.contains(id) }

    func byLevel(in record: GraphRecord) -> [NodeID] {
        nodes.sorted { (record.extras.levels[$0.index], $0) < (record.extras.levels[$1.index], $1) }
    }
}

extension GraphRecord {
    /// Whether a number of nodes is better stored as numbers than as bits for all nodes up to some number.
    func areFew(_ count: Int, among nodes: Int) -> Bool { nodes / NodeSet.bits / 32 > count }
}
