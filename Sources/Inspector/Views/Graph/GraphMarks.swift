import Debugging
import Trace

/// The marks of the chosen optimizers in the graph pane: their letters and the members of their subgraphs.
struct GraphMarks {
    /// An optimizer whose subgraph is shown.
    struct Chosen {
        var id: OptimizerID
        var name: String
        var kind: String
        var members: NodeMembers
        var conflicts: Bool
    }

    private(set) var letters = OptimizerLetters(names: [])
    private(set) var chosen: [Chosen] = []
    /// The nodes of one subgraph at least.
    private(set) var all = NodeMembers()
    /// The nodes of every one of the subgraphs.
    private(set) var common = NodeMembers()
    /// The nodes of the first subgraph that are in no other.
    private var onlyFirst = NodeMembers()
    private var sets = SubgraphSets.union
    /// The nodes that the last backward visited.
    private(set) var visited = NodeMembers()
    /// The conflict that the pause is about.
    private(set) var conflict: GraphConflict?

    init() {}

    /// - Parameter optimizers: whose subgraphs are shown.
    init(_ snapshot: Snapshot, _ optimizers: [OptimizerID], sets: SubgraphSets = .union, subject: StopSubject? = nil, _ derived: Derived) {
        conflict = GraphConflict(subject, snapshot, derived)
        letters = OptimizerLetters(snapshot.record, snapshot.state.optimizerCount)
        chosen = optimizers.filter { $0.index < snapshot.state.optimizerCount }.prefix(64).map { id in
            let facts = snapshot.record.optimizers[id.index]
            let members = derived.subgraphs.members(id, snapshot), conflicts = derived.subgraphs.conflict(id, snapshot) != nil
            return Chosen(id: id, name: facts.name, kind: facts.kindName, members: members, conflicts: conflicts)
        }
        (all, common) = NodeMembers.union(chosen.map(\.members))
        self.sets = chosen.count > 1 ? sets : .union
        if self.sets == .first, let first = chosen.first?.members {
            let rest = chosen.dropFirst().map(\.members)
            onlyFirst = NodeMembers(first.suffix(first.count).filter { id in !rest.contains { $0.contains(id) } }, in: snapshot.record)
        }
        visited = derived.visited(snapshot)
    }

    /// Whether some nodes stand out from the rest: one node alone is not a subgraph, and the rest is not dimmed for it.
    var hasMembers: Bool { all.count > 1 }

    /// The bright nodes.
    var bright: NodeMembers {
        switch sets {
        case .union: all
        case .common: common
        case .first: onlyFirst
        }
    }

    /// Whether a node is bright, by the subgraphs that it is in.
    func isBright(_ membership: UInt64) -> Bool {
        switch sets {
        case .union: membership != 0
        case .common: membership.nonzeroBitCount == chosen.count
        case .first: membership == 1
        }
    }

    /// The subgraphs in words; nil where none is shown.
    var title: String? {
        guard let first = chosen.first else { return nil }
        if chosen.count == 1 {
            let size =
                switch first.members.count {
                case 0: "no subgraph: no feedback"
                case 1: "one node: backward was called on it"
                default: count(first.members.count, "node")
                }
            return "\(first.name) (\(first.kind)) \(first.conflicts ? "conflict, " : "")\(size)"
        }
        let names = chosen.map { String(letters[$0.id]) }.joined(separator: "+")
        let conflicts = chosen.filter(\.conflicts).map { String(letters[$0.id]) }
        let warning = conflicts.isEmpty ? "" : ", conflict in \(conflicts.joined(separator: ", "))"
        let size = count(bright.count, "node")
        let what =
            switch sets {
            case .union: "\(names): \(size) in all, common \(common.count.grouped)"
            case .common: "\(names): \(size) in common"
            case .first: "only \(letters[first.id]) of \(names): \(size)"
            }
        return what + warning
    }
}
