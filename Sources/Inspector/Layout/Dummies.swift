extension LayeredGraph {
    /// Before: vertices have ranks. After: every edge is a path of links between adjacent layers, and a parent has at most one dummy node a
    /// layer, shared by all its children below; links, `up` and `down` are set.
    mutating func addDummies() {
        cutCostlyEdges()
        let children = Adjacency(count: vertexCount, from: edges.map(\.parent), to: edges.map(\.child))
        trunkNext = [Int](repeating: -1, count: vertexCount)
        for parent in 0..<vertexCount {
            let top = rank[parent]
            let lowest = children[parent].reduce(top) { max($0, rank[$1]) }
            let firstDummy = itemCount
            var above = parent
            for layer in stride(from: top + 1, to: lowest, by: 1) {
                let dummy = itemCount
                rank.append(layer)
                owner.append(parent)
                widths.append(1)
                trunkNext.append(-1)
                trunkNext[above] = dummy
                link(above, dummy)
                above = dummy
            }
            for child in children[parent] {
                let span = rank[child] - top
                link(span == 1 ? parent : firstDummy + span - 2, child)
            }
        }
        down = Adjacency(count: itemCount, from: linkUpper, to: linkLower)
        up = Adjacency(count: itemCount, from: linkLower, to: linkUpper)
    }

    private mutating func link(_ upper: Int, _ lower: Int) {
        linkUpper.append(upper)
        linkLower.append(lower)
    }

    /// Keeps the number of dummy nodes linear in the graph: the trunks that are longest for each child they serve lose their far children.
    private mutating func cutCostlyEdges() {
        var budget = 16 * (vertexCount + edges.count) + 20_000
        var length = [Int](repeating: 0, count: vertexCount)
        var uses = length
        for edge in edges {
            length[edge.parent] = max(length[edge.parent], rank[edge.child] - rank[edge.parent] - 1)
            uses[edge.parent] += 1
        }
        guard length.reduce(0, +) > budget else { return }
        let far = 8
        let cheapFirst = (0..<vertexCount).filter { length[$0] >= far }
            .sorted { (length[$0] * uses[$1], $0) < (length[$1] * uses[$0], $1) }
        var isCut = [Bool](repeating: false, count: vertexCount)
        budget -= far * vertexCount
        for vertex in cheapFirst {
            budget -= length[vertex]
            isCut[vertex] = budget < 0
        }
        let rank = rank
        func isCostly(_ edge: (parent: Int, child: Int)) -> Bool { isCut[edge.parent] && rank[edge.child] - rank[edge.parent] > far }
        cut += edges.filter(isCostly)
        edges.removeAll(where: isCostly)
    }
}
