/// Ranks for which the edges of a graph are as short as possible together, by the network simplex method.
/// Gansner, Koutsofios, North, Vo, *A technique for drawing directed graphs* (1993).
///
/// Each connected part has a spanning tree of edges of length 1. Removing a tree edge splits the tree into two sides. If moving the sides apart
/// shortens more edges than it lengthens, they are moved until another edge has length 1, which replaces the first in the tree.
struct RankSimplex {
    /// By vertex. A child's is greater than its parents'.
    private(set) var rank: [Int]

    private let tails: [Int]
    private let heads: [Int]
    private let children: Adjacency
    private let parents: Adjacency
    /// By vertex: the edges of the tree that join it.
    private var joints: [[Int]]

    // Results of the walk over the tree. The subtree of a vertex follows it in `order`.
    private var order: [Int] = []
    private var first: [Int]
    private var last: [Int]
    /// By vertex: the edge of the tree to the vertex above it; −1 for the first of a part.
    private var above: [Int]
    /// By vertex: the number of edges that begin at it or below it in the tree, minus the number that end there.
    private var surplus: [Int]

    /// - Parameter rank: a rank for each vertex; greater for a child than for its parents.
    init(_ rank: [Int], _ edges: [(parent: Int, child: Int)]) {
        self.rank = rank
        (tails, heads) = (edges.map(\.parent), edges.map(\.child))
        children = Adjacency(count: rank.count, from: tails, to: heads)
        parents = Adjacency(count: rank.count, from: heads, to: tails)
        joints = Array(repeating: [], count: rank.count)
        first = Array(repeating: -1, count: rank.count)
        (last, above, surplus) = (first, first, first)
        var part = first
        for vertex in rank.indices where part[vertex] < 0 { growTree(from: vertex, &part) }
        walk()
    }

    /// Shortens the edges.
    ///
    /// - Parameter exchanges: upper bound of the number of edges that are exchanged in the tree.
    mutating func shorten(exchanges: Int) {
        for _ in 0..<exchanges {
            guard let vertex = leaving(), let edge = entering(below: vertex) else { return }
            let old = above[vertex], distance = slack(edge)
            let shift = tails[old] == vertex ? -distance : distance
            for place in first[vertex]...last[vertex] { rank[order[place]] += shift }
            for end in [tails[old], heads[old]] { joints[end].removeAll { $0 == old } }
            for end in [tails[edge], heads[edge]] { joints[end].append(edge) }
            walk()
        }
    }

    private func slack(_ edge: Int) -> Int { rank[heads[edge]] - rank[tails[edge]] - 1 }
    private func other(_ edge: Int, than vertex: Int) -> Int { tails[edge] == vertex ? heads[edge] : tails[edge] }

    // MARK: Tree

    /// Makes the tree of a connected part. It grows along the shortest edge, and the found vertices move until that has length 1. The part
    /// begins at rank 0.
    private mutating func growTree(from start: Int, _ part: inout [Int]) {
        var found: [Int] = [], open = [start], border: [Int] = []
        part[start] = start
        while true {
            while let vertex = open.popLast() {
                found.append(vertex)
                for edges in [children, parents] {
                    for slot in edges.slots(vertex) where part[edges.targets[slot]] != start {
                        let edge = edges.pairs[slot]
                        if slack(edge) > 0 { border.append(edge) } else { join(edge, to: start, &part, &open) }
                    }
                }
            }
            border.removeAll { part[tails[$0]] == part[heads[$0]] }
            guard let nearest = border.min(by: { slack($0) < slack($1) }) else { break }
            let shift = part[tails[nearest]] == start ? slack(nearest) : -slack(nearest)
            for vertex in found { rank[vertex] += shift }
            join(nearest, to: start, &part, &open)
        }
        let top = found.reduce(Int.max) { min($0, rank[$1]) }
        for vertex in found { rank[vertex] -= top }
    }

    private mutating func join(_ edge: Int, to start: Int, _ part: inout [Int], _ open: inout [Int]) {
        let vertex = part[tails[edge]] == start ? heads[edge] : tails[edge]
        guard part[vertex] != start else { return }
        part[vertex] = start
        open.append(vertex)
        for end in [tails[edge], heads[edge]] { joints[end].append(edge) }
    }

    /// Finds the subtree of each vertex.
    private mutating func walk() {
        order.removeAll(keepingCapacity: true)
        for vertex in rank.indices { first[vertex] = -1 }
        var open: [Int] = []
        for start in rank.indices where first[start] < 0 {
            above[start] = -1
            open.append(start)
            while let vertex = open.popLast() {
                first[vertex] = order.count
                last[vertex] = order.count
                surplus[vertex] = children.count(vertex) - parents.count(vertex)
                order.append(vertex)
                for edge in joints[vertex] where edge != above[vertex] {
                    let next = other(edge, than: vertex)
                    above[next] = edge
                    open.append(next)
                }
            }
        }
        for vertex in order.reversed() where above[vertex] >= 0 {
            let upper = other(above[vertex], than: vertex)
            surplus[upper] += surplus[vertex]
            last[upper] = max(last[upper], last[vertex])
        }
    }

    // MARK: Exchanges

    /// The vertex with the least cut value of its edge to the vertex above; nil if no cut value is negative.
    private func leaving() -> Int? {
        var worst: Int?, least = 0
        for vertex in order where above[vertex] >= 0 {
            let value = tails[above[vertex]] == vertex ? surplus[vertex] : -surplus[vertex]
            if value < least { (worst, least) = (vertex, value) }
        }
        return worst
    }

    /// The shortest edge that joins the two sides the other way round.
    private func entering(below vertex: Int) -> Int? {
        let side = tails[above[vertex]] == vertex ? parents : children
        var nearest: Int?, least = Int.max
        for place in first[vertex]...last[vertex] {
            for slot in side.slots(order[place]) where !(first[vertex]...last[vertex]).contains(first[side.targets[slot]]) {
                let edge = side.pairs[slot]
                if slack(edge) < least { (nearest, least) = (edge, slack(edge)) }
            }
        }
        return nearest
    }
}
