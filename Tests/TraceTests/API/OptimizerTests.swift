import Testing
import Trace

@testable import swift_workflow

@Suite struct OptimizerTests {
    let graph = Graph()

    @Test func aRuleProposes() throws {
        let a = try graph.parameter(2.0, named: "a"), b = try graph.parameter("x", named: "b")
        let tuner = try graph.optimizer([a, b], named: "tuner") { problem in
            #expect(problem.feedback == "larger" && problem[a]?.name == "a0")
            return [a: (a.double ?? 0) * 1.5, b: "y"]
        }
        let y = try 10 * a
        #expect(throws: TraceError.noFeedback(tuner.id)) { try tuner.step() }
        try tuner.backward(y, "larger")
        let proposal = try tuner.propose()
        #expect(proposal[a] == 3.0 && proposal[b] == "y" && a.data == 2.0 && graph[proposal.unreached] == [b])
        try tuner.update()
        #expect(a.data == 3.0 && b.data == "y" && tuner.steps == 1 && tuner.parameters == [a, b])
        try tuner.update(with: [a: 7])
        #expect(a.data == 7.0 && a.history == [2.0, 3.0, 7.0])
    }

    @Test func feedbackKnowsItsCalls() throws {
        let a = try graph.parameter(2.0, named: "a")
        let tuner = try graph.optimizer(.manual, [a], named: "tuner")
        let y = try a + 1, z = try y * 2
        try tuner.backward(z, "larger", retain: true)
        try z.backward("larger")
        let feedback = a.feedback
        #expect(feedback.map(\.child) == [y] && feedback[0].entries.map(\.backward) == [1, 2])
        #expect(feedback[0].entries.map(\.optimizer) == ["tuner", nil] && feedback[0].entries[0].output == z)
        #expect(feedback[0].entries[0].graph.map(\.name) == ["a:0", "int:0", "int:1", "add:0", "multiply:0"])
        #expect(try graph[tuner.subgraph().variables] == [a] && tuner.problem().code.count == 2)
        #expect(throws: TraceError.freed(nodes: [y.id, z.id], backward: 2)) { try z.backward("again") }
        tuner.zeroFeedback()
        #expect(a.feedback.isEmpty)
        try a.backward("user")
        #expect(a.feedback.map(\.child) == [nil])
        a.zeroFeedback()
        #expect(a.feedback.isEmpty)
    }

    @Test func conflictsNameTheirSides() throws {
        let a = try graph.parameter(2.0, named: "a")
        let tuner = try graph.optimizer([a]) { _ in [:] }
        try (a + 1).backward("up")
        try (a + 2).backward("down")
        do {
            try tuner.step()
            Issue.record("it did not fail")
        } catch let error as TraceError {
            #expect(graph.report(error).code == "aggregation-conflict" && graph.report(error).entries.map(\.text) == ["up", "down"])
        }
        #expect(throws: TraceError.self) { try tuner.subgraph() }
    }

    @Test func answersAreRead() throws {
        let a = try graph.parameter(2.0, named: "a", projections: [Projections.range(0, 5)])
        let prime = try graph.optimizer(.optoPrime, [a], named: "prime") { problem in
            #expect(problem.text.contains("(float) a0 = 2.0"))
            return #"{"suggestion": {"a0": "4"}}"#
        }
        let other = try graph.optimizer(.optoPrime, [a], named: "other")
        try (a + 1).backward("larger")
        #expect(throws: TraceError.noModel(.optimizer(other.id))) { try other.step() }
        try prime.step()
        #expect(a.data == 4.0)
        let proposal = try prime.propose(answer: #"{"a": 9}"#)
        #expect(proposal.updates.isEmpty && proposal.rejected.map(\.reason) == ["9.0 is not at least 0.0 and at most 5.0"])
        try prime.discard()
        #expect(throws: TraceError.noProposal(prime.id)) { try prime.update() }
        #expect(throws: TraceError.self) { try graph.optimizer(.custom, [a]) }
    }

    @Test func propagatorsCanBeFunctions() throws {
        let a = try graph.parameter(2.0, named: "a")
        let twice = graph.propagator { node, feedback in
            Dictionary(uniqueKeysWithValues: node.parents.map { ($0, (Int(traceValue: feedback[0]) ?? 0) * 2) })
        }
        let y = try (a + 1) * 3
        try y.backward(1, retain: true, propagator: twice)
        #expect(a.feedback[0].entries[0].value == 4 && a.feedback[0].entries[0].graph == [])
        a.zeroFeedback()
        try y.backward(1, propagator: SumPropagator())
        #expect(a.feedback[0].entries[0].value == 1)
    }

    @Test func aGraphGoesWithItsLastUser() throws {
        weak var seen: Graph?
        do {
            let graph = Graph()
            seen = graph
            let a = try graph.parameter(1, named: "a")
            let scale = try graph.bundle("f", traceable: true) { (x: Node) in try x * a }
            let tuner = try graph.optimizer([a]) { _ in [a: 2] }
            let prime = try graph.optimizer(.optoPrime, [a]) { _ in "{\"a\": \(a.int ?? 0)}" }
            try tuner.backward(scale(3), "larger")
            try prime.step()
            try tuner.step()
            #expect(a.data == 2)
        }
        #expect(seen == nil)
    }

    @Test func theExampleGetsWarm() throws {
        let thermostat = try Thermostat()
        #expect(
            try (0..<4).map { _ in try thermostat.iterate() } == [
                "heat:0 = 10.0: It is too cold. power 3.5", "heat:1 = 14.5: It is too cold. power 5.0",
                "heat:2 = 19.0: It is too cold. power 6.5", "heat:3 = 23.5: It is warm enough. power 6.5",
            ])
    }
}
