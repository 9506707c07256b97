import TestSupport
import Testing

@testable import Inspector

@Suite struct UntanglingTests {
    private static func work(_ graph: LayoutGraph) -> LayeredGraph {
        var work = LayeredGraph(reading: graph)
        work.assignRanks()
        work.addDummies()
        work.chooseStraightLinks()
        _ = work.seedOrder(from: nil)
        return work
    }

    private static func randomGraph(_ seed: Int, vertices: Int, edges: Int) -> LayoutGraph {
        var random = Seeded(seed: seed), graph = LayoutGraph()
        graph.vertices = (0..<vertices).map { .init(id: $0, width: 8, height: 3) }
        graph.edges = (0..<edges).map { _ in
            let child = random.number(1...vertices - 1)
            return .init(parent: random.number(0...child - 1), child: child)
        }
        return graph
    }

    /// Every item stays in its layer, and there are never more crossings than before.
    @Test(arguments: 0..<30) func nothingIsLostAndNothingGetsWorse(seed: Int) {
        var work = Self.work(Self.randomGraph(seed, vertices: 20 + 6 * seed, edges: 30 + 9 * seed))
        let layers = work.layers.map { Set($0) }, before = work.crossingCount()
        work.untangle()
        #expect(work.layers.map { Set($0) } == layers && work.crossingCount() <= before)
        for layer in work.layers { #expect(layer.map { work.position[$0] } == Array(layer.indices)) }
    }

    @Test(arguments: 0..<6) func aTangleLosesMostOfItsCrossings(seed: Int) {
        var work = Self.work(Self.randomGraph(seed, vertices: 300, edges: 450))
        let before = work.crossingCount()
        #expect(before > work.edges.count)
        work.untangle()
        #expect(3 * work.crossingCount() <= 2 * before)
    }

    /// If lines can be followed, trunks stay at their known places.
    @Test func aGraphWithFewCrossingsKeepsItsOrder() {
        var graph = LayoutGraph()
        graph.vertices = (0..<30).map { .init(id: $0, width: 8, height: 3) }
        graph.edges = (2..<30).flatMap { [.init(parent: $0 % 2, child: $0), .init(parent: $0 - 1, child: $0)] }
        var work = Self.work(graph)
        let layers = work.layers
        #expect(work.crossingCount() <= work.edges.count)
        work.untangle()
        #expect(work.layers == layers)
    }
}
