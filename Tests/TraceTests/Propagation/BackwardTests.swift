import Testing
import Trace

@Suite struct BackwardTests {
    let b = Bench()

    @Test func rootsHoldTheFeedbackAndMessagesNone() throws {
        let a = try b.parameter(2.0, "a"), x = try b.root(10, "x")
        let y = try b.apply("multiply", x, a)
        let z = try b.apply("add", y, a)
        #expect(b.names([a, x, y, z]) == ["a:0", "x:0", "multiply:0", "add:0"])
        #expect(b.engine.record.level(z) == 2)
        #expect(try b.engine.backward(z, feedback: "larger") == 1)
        #expect(b.feedback(a) == ["add:0: 1", "multiply:0: 1"])
        #expect(b.feedback(x) == ["multiply:0: 1"])
        #expect(b.feedback(y) == [] && b.feedback(z) == [])
        #expect(try b.graph(a) == ["a:0", "x:0", "multiply:0", "add:0"])
    }

    @Test func eachEntryHasTheGraphSeenOnItsWay() throws {
        let a = try b.parameter(1, "a"), c = try b.parameter(1, "c")
        let y = try b.apply("neg", a)
        let z = try b.apply("add", y, c)
        try b.engine.backward(z, feedback: "f", retain: true)
        #expect(try b.graph(c) == ["c:0", "neg:0", "add:0"])
        #expect(try b.graph(a) == ["a:0", "c:0", "neg:0", "add:0"])
    }

    @Test func aNodeUsedTwiceByOneOperatorGetsOneEntry() throws {
        let x = try b.parameter(3, "x")
        let y = try b.apply("multiply", x, x)
        #expect(b.names(b.engine.record.parents(y)) == ["x:0"])
        #expect(b.engine.record.inputs(y).map(\.name) == ["x", "y"])
        try b.engine.backward(y, feedback: "f")
        #expect(b.feedback(x) == ["multiply:0: 1"])
    }

    @Test func aFreedGraphIsRefusedAndNothingChanges() throws {
        let a = try b.parameter(1, "a"), c = try b.parameter(1, "c")
        let y = try b.apply("neg", a)
        let z = try b.apply("add", y, c), w = try b.apply("multiply", y, c)
        try b.engine.backward(z, feedback: "first")
        let before = b.engine.state.feedback
        let report = b.report { try b.engine.backward(w, feedback: "second") }
        #expect(report?.code == "graph-freed")
        #expect(report?.nodes == ["neg:0"])
        #expect(report?.message.contains("backward ▲1") == true && report?.message.contains("retain_graph") == true)
        #expect(report?.message.contains("\"first\"") == true && report?.message.contains("add:0") == true)
        #expect(b.engine.state.feedback == before)
        #expect(b.engine.state.backwardCount == 1)
    }

    @Test func retainingAppendsToTheLists() throws {
        let a = try b.parameter(1, "a")
        let y = try b.apply("neg", a)
        try b.engine.backward(y, feedback: "f", retain: true)
        try b.engine.backward(y, feedback: "f", retain: true)
        #expect(b.feedback(a) == ["neg:0: 1, 2"])
        #expect(try b.graph(a) == ["a:0", "neg:0"])
    }

    @Test func aRootMayGetFeedbackAgainAndAgain() throws {
        let a = try b.parameter(1, "a")
        try b.engine.backward(a, feedback: "one")
        try b.engine.backward(a, feedback: "two")
        #expect(b.feedback(a) == ["user: 1, 2"])
    }

    @Test func numbersThatAreEqualAreEqualFeedback() throws {
        let a = try b.parameter(1, "a")
        try b.engine.backward(a, feedback: 1)
        try b.engine.backward(b.apply("neg", a), feedback: 1.0)
        #expect(try b.engine.state.aggregate([a], in: b.engine.record).feedback == 1)
    }

    @Test func anAggregateIsOfTheMomentWhenItWasMade() throws {
        let a = try b.parameter(1, "a")
        let y = try b.apply("neg", a)
        let z = try b.apply("add", y, a)
        try b.engine.backward(z, feedback: "one", retain: true)
        let aggregate = try b.engine.state.aggregate([a], in: b.engine.record), graph = aggregate.graph(in: b.engine.record)
        #expect(graph.nodes == [a, y, z])
        #expect(graph.outputs == [z])
        // Later events are not part of it, though their nodes are found only now.
        b.engine.zeroFeedback(.all)
        try b.engine.backward(b.apply("neg", z), feedback: "two", retain: true)
        #expect(aggregate.graph(in: b.engine.record) == graph)
        #expect(aggregate.feedback == "one")
    }

    @Test func theSumPropagatorAddsTexts() throws {
        let a = try b.parameter(1, "a")
        let y = try b.apply("neg", a)
        let z = try b.apply("add", y, a)
        try b.engine.backward(z, feedback: "f", propagator: SumPropagator())
        let entries = b.engine.state.entries(a, in: b.engine.record).flatMap(\.entries)
        #expect(entries.map(\.value) == ["f", "f"])
        #expect(try b.engine.state.aggregate([a], in: b.engine.record).value == "ff")
    }

    @Test func aFailingPropagatorNamesTheNodeAndChangesNothing() throws {
        final class Failing: Propagator {
            func propagate(from node: NodeID, feedback: [(source: FeedbackSource, values: [Value])], in engine: Engine) throws -> [(
                NodeID, Value
            )] {
                if engine.record.level(node) == 1 { throw OperatorFailure(type: "ValueError", message: "no") }
                return engine.record.parents(node).map { ($0, "x") }
            }
            func aggregate(_ values: [Value]) throws -> Value { values[0] }
        }
        let a = try b.parameter(1, "a")
        let y = try b.apply("neg", a)
        let z = try b.apply("add", y, a)
        let report = b.report { try b.engine.backward(z, feedback: "f", propagator: Failing()) }
        #expect(report?.code == "propagator-error" && report?.nodes == ["neg:0"])
        #expect(b.engine.state.feedback.isEmpty && b.engine.state.freedBy(z) == nil)
    }

    @Test func aLongChainIsNoDeeperThanAShortOne() throws {
        let a = try b.parameter(0, "a")
        var y = a
        for _ in 0..<100_000 { y = try b.apply("neg", y) }
        try b.engine.backward(y, feedback: "f")
        #expect(try b.graph(a).count == 100_001)
    }

    @Test func aParameterUsedAHundredThousandTimesAggregates() throws {
        let a = try b.parameter(1, "a")
        var y = try b.root(0, "x")
        for _ in 0..<100_000 { y = try b.apply("add", y, a) }
        try b.engine.backward(y, feedback: "f")
        #expect(b.feedback(a).count == 100_000)
        #expect(try b.graph(a).count == 100_002)
    }
}
