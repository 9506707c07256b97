/// Some of a graph's nodes, one bit each. For membership alone, that costs far less than a list of them.
package struct NodeMembers: Sendable {
    private var set = NodeSet.none
    package private(set) var count = 0

    package init() {}

    init(_ set: NodeSet) { (self.set, count) = (set, set.count) }

    package init(_ nodes: [NodeID], in record: GraphRecord) {
        var set = NodeSet(in: record)
        for node in nodes { set.insert(node) }
        self.init(set)
    }

    package var isEmpty: Bool { count == 0 }

    package func contains(_ id: NodeID) -> Bool { set.contains(id) }

    /// The number of nodes in a range that are among them.
    package func count(from first: NodeID, through last: NodeID) -> Int { set.count(from: first, through: last) }

    /// The given number of the last created ones, by age.
    package func suffix(_ most: Int) -> [NodeID] { set.last(most) }

    /// The nodes in at least one of some groups, and those in all of them.
    package static func union(_ groups: [NodeMembers]) -> (all: NodeMembers, common: NodeMembers) {
        guard var all = groups.first?.set else { return (NodeMembers(), NodeMembers()) }
        var common = all
        for group in groups.dropFirst() {
            all.formUnion(group.set)
            common.formIntersection(group.set)
        }
        return (NodeMembers(all), NodeMembers(common))
    }
}
