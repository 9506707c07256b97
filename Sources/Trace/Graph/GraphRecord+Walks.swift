extension GraphRecord {
    /// A node and all that lead to it, without those that were made before a node.
    ///
    /// A copy of an argument inside a bundle leads on to the argument.
    package func ancestors(of id: NodeID, notBefore first: NodeID = NodeID(0)) -> NodeMembers {
        guard id >= first else { return NodeMembers() }
        var set = NodeSet(from: first, through: id)
        set.insert(id)
        set.descend { node, set in
            forEachInput(node) { if $0 >= first { set.insert($0) } }
            if let original = original(node), original >= first { set.insert(original) }
        }
        return NodeMembers(set)
    }

    /// A node and all that follow from it, up to a node.
    package func descendants(of id: NodeID, through last: NodeID) -> NodeMembers {
        guard id <= last, last.index < nodeCount else { return NodeMembers() }
        var set = NodeSet(from: id, through: last)
        set.insert(id)
        _ = set.ascend { node, set in
            forEachChild(node) { if $0 <= last { set.insert($0) } }
            return true
        }
        return NodeMembers(set)
    }

    /// A node's place in the source, its operation and its number of inputs, which are equal for nodes that one place in the source makes
    /// again and again.
    package struct Shape: Hashable, Sendable {
        /// Numbers of the record for the call site and for the operation.
        package let place: UInt32
        package let operation: UInt32
        package let inputCount: Int
        /// Whether it is neither a parameter nor an exception.
        package let canRepeat: Bool
    }

    package func shape(_ id: NodeID) -> Shape {
        let row = nodes[id.index]
        return Shape(
            place: UInt32(bitPattern: row.site), operation: UInt32(bitPattern: row.description) << 1 | (row.kind == .message ? 1 : 0),
            inputCount: Int(row.inputCount), canRepeat: row.kind == .node || row.kind == .message)
    }
}
