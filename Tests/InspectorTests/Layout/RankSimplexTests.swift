import TestSupport
import Testing

@testable import Inspector

@Suite struct RankSimplexTests {
    private typealias Edge = (parent: Int, child: Int)

    private static func length(_ rank: [Int], _ edges: [Edge]) -> Int { edges.reduce(0) { $0 + rank[$1.child] - rank[$1.parent] } }

    private static func randomEdges(_ random: inout Seeded, vertices: Int, count: Int) -> [Edge] {
        var edges: [Edge] = []
        for _ in 0..<count {
            let child = random.number(1...vertices - 1), parent = random.number(0...child - 1)
            if !edges.contains(where: { $0 == (parent, child) }) { edges.append((parent, child)) }
        }
        return edges
    }

    /// The longest path from the roots.
    private static func longestPaths(_ vertices: Int, _ edges: [Edge]) -> [Int] {
        var rank = [Int](repeating: 0, count: vertices)
        for edge in edges.sorted(by: { $0.parent < $1.parent }) { rank[edge.child] = max(rank[edge.child], rank[edge.parent] + 1) }
        return rank
    }

    /// The least length of all ranks from 0 to the number of vertices, tried one by one.
    private static func least(_ vertices: Int, _ edges: [Edge]) -> Int {
        var least = Int.max, rank = [Int](repeating: 0, count: vertices)
        func place(_ vertex: Int) {
            guard vertex < vertices else { return least = min(least, length(rank, edges)) }
            let first = edges.filter { $0.child == vertex }.reduce(0) { max($0, rank[$1.parent] + 1) }
            for value in first..<max(first + 1, vertices) {
                rank[vertex] = value
                place(vertex + 1)
            }
        }
        place(0)
        return least
    }

    @Test(arguments: 0..<80) func noOtherRanksAreShorter(seed: Int) {
        var random = Seeded(seed: seed)
        let vertices = random.number(2...6), edges = Self.randomEdges(&random, vertices: vertices, count: random.number(1...9))
        var simplex = RankSimplex(Self.longestPaths(vertices, edges), edges)
        simplex.shorten(exchanges: 1_000)
        for edge in edges { #expect(simplex.rank[edge.child] > simplex.rank[edge.parent]) }
        #expect(Self.length(simplex.rank, edges) == Self.least(vertices, edges))
    }

    @Test(arguments: 0..<20, [0, 1, 3, 1_000]) func itCanEndAnywhere(seed: Int, exchanges: Int) {
        var random = Seeded(seed: seed)
        let edges = Self.randomEdges(&random, vertices: 200, count: 300), longest = Self.longestPaths(200, edges)
        var simplex = RankSimplex(longest, edges)
        let before = Self.length(simplex.rank, edges)
        simplex.shorten(exchanges: exchanges)
        for edge in edges { #expect(simplex.rank[edge.child] > simplex.rank[edge.parent]) }
        #expect(Self.length(simplex.rank, edges) <= before && before <= Self.length(longest, edges))
        #expect(simplex.rank.min() == 0)
    }

    @Test func nothingToRank() {
        var simplex = RankSimplex([], [])
        simplex.shorten(exchanges: 5)
        #expect(simplex.rank.isEmpty)
        simplex = RankSimplex([0, 0], [])
        simplex.shorten(exchanges: 5)
        #expect(simplex.rank == [0, 0])
    }

    /// A chain that begins late in a long graph is next to its use.
    @Test func aPartThatBeginsLateStandsWhereItIsUsed() throws {
        var graph = LayoutGraph()
        graph.vertices = (0..<100).map { .init(id: $0, width: 6, height: 3) }
        graph.edges = (1..<50).map { .init(parent: $0 - 1, child: $0) }
        // Each of 25 pairs reads twice what it makes, so that it is no supply of one place, and joins the chain far down.
        for pair in 0..<25 {
            let (first, second) = (50 + 2 * pair, 51 + 2 * pair)
            graph.edges += [
                .init(parent: first, child: second), .init(parent: second, child: 20 + pair), .init(parent: second, child: 21 + pair),
            ]
            graph.edges.append(.init(parent: first, child: 22 + pair))
        }
        let layout = Layout(of: graph)
        for pair in 0..<25 {
            let rank = try #require(layout.rank(of: 51 + 2 * pair))
            #expect(rank == 19 + pair)
        }
    }
}
