extension LayeredGraph {
    /// A pinned root whose first child is in this layer or above stays in the first layer, as long as the pinned ones there are not wider
    /// than this together.
    private static let nearTop = 3
    private static let topWidth = 40

    /// Before: `edges` are acyclic. After: every vertex has a rank from 0 without gaps, a child's greater than its parents'.
    ///
    /// The longest path from the roots; then vertices that feed only one place (constants, and their results) come down to it; then
    /// trunks that are too long all the same are shortened.
    mutating func assignRanks() {
        let children = Adjacency(count: vertexCount, from: edges.map(\.parent), to: edges.map(\.child))
        let parents = Adjacency(count: vertexCount, from: edges.map(\.child), to: edges.map(\.parent))
        rank = [Int](repeating: 0, count: vertexCount)
        for vertex in topological {
            for child in children[vertex] { rank[child] = max(rank[child], rank[vertex] + 1) }
        }
        pullDown(children: children, parents: parents)
        shortenTrunks()
        placeUnused(children: children, parents: parents)
        closeGaps()
    }

    private mutating func pullDown(children: Adjacency, parents: Adjacency) {
        // Moving such a vertex makes no trunk longer: nothing but its own supply hangs on it.
        var movable = [Bool](repeating: true, count: vertexCount)
        for vertex in topological {
            movable[vertex] = parents[vertex].allSatisfy { movable[$0] && !pinned[$0] && children.count($0) == 1 }
        }
        var atTop = [Bool](repeating: false, count: vertexCount)
        var room = Self.topWidth
        for vertex in 0..<vertexCount where pinned[vertex] && parents.count(vertex) == 0 {
            // Only a vertex that is used at once has no lower place.
            let first = children[vertex].reduce(Int.max) { min($0, rank[$1]) }
            guard first == 1 || (first <= Self.nearTop && widths[vertex] <= room) else { continue }
            atTop[vertex] = true
            room -= widths[vertex] + 2
        }
        for vertex in topological.reversed() where movable[vertex] && !atTop[vertex] {
            guard children.count(vertex) > 0 else { continue }
            let first = children[vertex].reduce(Int.max) { min($0, rank[$1]) }
            rank[vertex] = first - 1
        }
    }

    /// Replaces the ranks by those of least total edge length if trunks pass more than two layers for each edge and this halves them: parts
    /// that begin late in a long graph are then next to their use.
    private mutating func shortenTrunks() {
        let before = trunkLength()
        guard before > 2 * edges.count, vertexCount <= 4_000 else { return }
        var simplex = RankSimplex(rank, edges)
        simplex.shorten(exchanges: 1_000_000 / vertexCount)
        let longest = rank
        rank = simplex.rank
        if trunkLength() * 2 > before { rank = longest }
    }

    /// The layers that trunks pass, together.
    private func trunkLength() -> Int {
        var lowest = rank
        for edge in edges { lowest[edge.parent] = max(lowest[edge.parent], rank[edge.child] - 1) }
        return zip(lowest, rank).reduce(0) { $0 + $1.0 - $1.1 }
    }

    /// A root without children is beside the node made before it: that is where it will be used.
    private mutating func placeUnused(children: Adjacency, parents: Adjacency) {
        var latest = 0
        for vertex in 0..<vertexCount {
            if parents.count(vertex) > 0 {
                latest = rank[vertex]
            } else if children.count(vertex) == 0 && !pinned[vertex] {
                rank[vertex] = latest
            }
        }
    }

    private mutating func closeGaps() {
        guard let last = rank.max() else { return }
        var used = [Int](repeating: 0, count: last + 1)
        for value in rank { used[value] = 1 }
        var next = 0
        for value in 0...last {
            let isUsed = used[value]
            used[value] = next
            next += isUsed
        }
        for vertex in 0..<vertexCount { rank[vertex] = used[rank[vertex]] }
    }
}
