extension LayeredGraph {
    /// A pinned root whose first child is in this layer or above stays in the first layer, as long as the pinned ones there are not wider
    /// than this together.
    private static let nearTop = 3
    private static let topWidth = 40

    /// Before: `edges` are acyclic. After: every vertex has a rank from 0 without gaps, a child's greater than its parents'.
    ///
    /// The longest path from the roots; then vertices that feed only one place (constants, and their results) come down to it; then
    /// trunks that are too long all the same are shortened. Groups have layers of their own, and the first layer is divided where it is wide.
    ///
    /// - Parameter room: the columns that there are to see it.
    mutating func assignRanks(room: Int? = nil) {
        let children = Adjacency(count: vertexCount, from: edges.map(\.parent), to: edges.map(\.child))
        let parents = Adjacency(count: vertexCount, from: edges.map(\.child), to: edges.map(\.parent))
        rank = [Int](repeating: 0, count: vertexCount)
        for vertex in topological {
            for child in children[vertex] { rank[child] = max(rank[child], rank[vertex] + 1) }
        }
        separateGroups(parents: parents, room: room)
        pullDown(children: children, parents: parents)
        if groups.isEmpty {
            shortenTrunks()
            placeUnused(children: children, parents: parents)
        }
        closeGaps()
        if let room { divideTop(room: room, parents: parents) }
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
        let spans = groupSpans()
        for vertex in topological.reversed() where movable[vertex] && !atTop[vertex] {
            guard children.count(vertex) > 0 else { continue }
            let first = children[vertex].reduce(Int.max) { min($0, rank[$1]) }
            rank[vertex] = max(rank[vertex], layer(for: vertex, from: first - 1, spans))
        }
    }

    /// Columns from which on the ranks do not depend on the room.
    func roomForRoots() -> Int {
        guard groups.isEmpty else { return Int.max }
        let part = parts()
        var isRoot = [Bool](repeating: true, count: vertexCount), columns = [Int](repeating: 0, count: part.count)
        for edge in edges { isRoot[edge.child] = false }
        for vertex in 0..<vertexCount where isRoot[vertex] { columns[part.of[vertex]] += widths[vertex] + 2 }
        return columns.max() ?? 0
    }

    /// The roots in the first layer of a part are in several layers, oldest first, where they need more columns than there are. Their
    /// trunks pass the layers below, until they would take half of the room.
    private mutating func divideTop(room: Int, parents: Adjacency) {
        let part = parts()
        var tops = [Int](repeating: Int.max, count: part.count), roots = [[Int]](repeating: [], count: part.count)
        for vertex in 0..<vertexCount { tops[part.of[vertex]] = min(tops[part.of[vertex]], rank[vertex]) }
        for vertex in 0..<vertexCount where rank[vertex] == tops[part.of[vertex]] { roots[part.of[vertex]].append(vertex) }
        var added = [Int](repeating: 0, count: part.count), row = [Int](repeating: -1, count: vertexCount)
        for number in 0..<part.count {
            let roots = roots[number]
            // A vertex alone in its part is put on a shelf, and a group divides itself.
            guard roots.count > 1, groups.isEmpty || roots.allSatisfy({ groups.depth(of: $0) == 0 }) else { continue }
            var columns = 0
            for (place, vertex) in roots.enumerated() {
                if columns > 0, columns + widths[vertex] > room, 4 * place < room {
                    added[number] += 1
                    columns = 2 * place
                }
                columns += widths[vertex] + 2
                row[vertex] = added[number]
            }
        }
        guard added.contains(where: { $0 > 0 }) else { return }
        isInDividedTop = (0..<vertexCount).map { row[$0] >= 0 && added[part.of[$0]] > 0 }
        for vertex in 0..<vertexCount { rank[vertex] += row[vertex] < 0 ? added[part.of[vertex]] : row[vertex] }
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
