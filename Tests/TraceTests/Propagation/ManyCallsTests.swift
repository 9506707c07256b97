import Testing

@testable import Trace

/// The memory and the walk of a backward call do not depend on the size of the graph around it.
@Suite struct ManyCallsTests {
    private let engine = Engine()

    private func fill(_ count: Int) throws { for _ in 0..<count { _ = try engine.node(0, NodeOptions(name: "filler")) } }

    private func parameter() throws -> NodeID { try engine.node(1, NodeOptions(name: "p", isTrainable: true)) }

    private func sum(_ a: NodeID, _ b: NodeID) throws -> NodeID { try engine.apply(Operator.named("add"), [.node(a), .node(b)]) }

    /// The bytes that one more backward and its zero add to the sum.
    private func cost(_ p: NodeID) throws -> Int {
        let output = try sum(p, p), before = engine.store.bytes
        try engine.backward(output, feedback: "f")
        engine.zeroFeedback(.node(p))
        return engine.store.bytes - before
    }

    @Test func aCallKeepsTheSameInASmallAndInALargeGraph() throws {
        let p = try parameter(), first = try cost(p)
        try fill(100_000)
        #expect(try cost(p) == first)
        #expect(first >= BackwardFacts.footprint(visiting: 1))
    }

    @Test func aLongListOfVisitsCostsFourBytesEach() throws {
        #expect(BackwardFacts.footprint(visiting: 1001) - BackwardFacts.footprint(visiting: 1) == 4000)
    }

    /// A few nodes far apart are found by their numbers, and the same nodes as bits would give.
    @Test func fewNodesAreVisitedInTheSameOrderAsMany() throws {
        let p = try parameter(), early = try sum(p, p)
        try fill(200_000)
        let left = try sum(early, p), right = try sum(early, early), top = try sum(left, right)
        let visits = engine.record.visits(from: top)
        #expect(visits.nodes == [top, right, left, early])
        #expect(visits.members == nil)
        let number = try engine.backward(top, feedback: "f", retain: true), call = engine.record.backwards[number - 1]
        for node in [p, early, left, right, top, NodeID(1000)] {
            #expect(engine.record.visited(node, by: call) == visits.nodes.contains(node))
        }
        let graph = try engine.state.aggregate([p], in: engine.record).graph(in: engine.record)
        #expect(graph.nodes == [p, early, left, right, top])
        #expect(graph.outputs == [top])
    }

    @Test func inASmallGraphTheVisitsAreASet() throws {
        let p = try parameter(), middle = try sum(p, p), top = try sum(middle, p)
        let visits = engine.record.visits(from: top)
        #expect(visits.nodes == [top, middle])
        #expect(visits.members?.contains(middle) == true)
    }

    @Test func theSubgraphOfAFewNodesAmongManyIsWhole() throws {
        let p = try parameter()
        let optimizer = try engine.optimizer(.manual, [p])
        try fill(200_000)
        let x = try engine.node(2, NodeOptions(name: "x")), y = try sum(p, x)
        try engine.backward(y, feedback: "f", optimizer: optimizer)
        let subgraph = try engine.state.subgraph(optimizer, in: engine.record)
        #expect(subgraph.nodes == [p, x, y])
        #expect(subgraph.variables == [p])
        #expect(subgraph.inputs == [x])
        #expect(subgraph.outputs == [y])
        #expect(subgraph.edges.map(\.parent) == [p, x])
    }

    @Test func callsOfBackwardCountAgainstTheLimitOfBytes() throws {
        let p = try parameter(), y = try sum(p, p)
        engine.limits.bytes = engine.store.bytes + engine.record.names.bytes + 10 * BackwardFacts.footprint(visiting: 1)
        var calls = 0
        #expect(throws: TraceError.self) {
            while calls < 1000 {
                try engine.backward(y, feedback: 1, retain: true)
                calls += 1
            }
        }
        #expect(calls == 10)
    }

    /// A workflow that never zeroes does not keep all that it ever said in each conflict.
    @Test func aConflictTellsOfAFewHundredEntriesAtMost() throws {
        let p = try parameter(), other = try parameter(), y = try sum(p, p)
        let optimizer = try engine.optimizer(.manual, [p, other])
        for _ in 0..<600 { try engine.backward(y, feedback: "the same", retain: true) }
        try engine.backward(y, feedback: "another", retain: true)
        try engine.backward(try sum(other, other), feedback: "the same")
        let conflict = try #require(throws: AggregationConflict.self) {
            try engine.state.aggregate([p, other], optimizer: optimizer, in: engine.record)
        }
        #expect(conflict.sides.count == 202)
        #expect(conflict.sides.contains { $0.feedback == "another" })
        #expect(Set(conflict.sides.map(\.node)) == [p, other])
    }
}
