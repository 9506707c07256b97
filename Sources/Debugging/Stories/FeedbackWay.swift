import Trace

extension GraphRecord {
    /// The way of an entry's feedback: from the output of its backward call to the node that holds it, over as few nodes as there can be, and
    /// of several such ways over the nodes that were made first.
    package func way(of entry: FeedbackEntry) -> [NodeID] {
        guard case .child(let child) = entry.source else { return [entry.node] }
        let call = backwards[entry.backward - 1], output = call.output
        guard child != output, child < output else { return child == output ? [child, entry.node] : [output, child, entry.node] }
        // From the child on; children are made after their parents.
        var before = [Int32](repeating: -1, count: output.index - child.index + 1)
        var open = [child], at = 0
        before[0] = Int32(child.index)
        search: while at < open.count {
            let node = open[at]
            at += 1
            for next in children(node) where next <= output && before[next.index - child.index] < 0 && visited(next, by: call) {
                before[next.index - child.index] = Int32(node.index)
                if next == output { break search }
                open.append(next)
            }
        }
        var way: [NodeID] = [output], last = output
        // The events of a program elsewhere may have a gap.
        guard before[output.index - child.index] >= 0 else { return [output, child, entry.node] }
        while last != child {
            last = NodeID(Int(before[last.index - child.index]))
            way.append(last)
        }
        return way + [entry.node]
    }
}

/// Two ways of feedback side by side: the own part of each, and the end that both have in common, once.
package struct WayPair: Sendable {
    package enum WayPiece: Sendable, Hashable {
        case node(NodeID)
        /// Nodes that are left out, by their number.
        case folded(Int)
    }
    package let left: [WayPiece]
    package let right: [WayPiece]
    package let common: [WayPiece]

    /// - Parameter isOpen: whether long stretches are shown in full.
    package init(_ left: [NodeID], _ right: [NodeID], isOpen: Bool = false) {
        var same = 0
        while same < min(left.count, right.count), left[left.count - 1 - same] == right[right.count - 1 - same] { same += 1 }
        func pieces(_ nodes: ArraySlice<NodeID>, most: Int) -> [WayPiece] {
            guard !isOpen, nodes.count > most else { return nodes.map { .node($0) } }
            return nodes.prefix(1).map { .node($0) } + [.folded(nodes.count - 2)] + nodes.suffix(1).map { .node($0) }
        }
        self.left = pieces(left.dropLast(same), most: 4)
        self.right = pieces(right.dropLast(same), most: 4)
        common = pieces(left.suffix(same), most: 4)
    }
}
