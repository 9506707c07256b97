import Testing
import Trace

/// Propagators that leave the nodes of some operators to others.
@Suite struct PropagatorTests {
    let graph = Graph()

    /// The feedback of every parent: a text that is made of the node's own.
    private func saying(_ text: @escaping (String) -> String) -> (Node, [Value]) -> [Node: any ValueConvertible] {
        { node, feedback in
            Dictionary(uniqueKeysWithValues: node.parents.map { ($0, text(feedback[0].text)) })
        }
    }

    private func texts(_ node: Node) -> [String] { node.feedback.flatMap(\.entries).map(\.text) }

    @Test func aRuleStandsForTheNodesOfItsOperatorOnly() throws {
        let a = try graph.parameter(2, named: "a"), b = try graph.parameter(3, named: "b")
        let propagator = SumPropagator()
        propagator.register("neg", in: graph, saying { $0 + "!" })
        try (-a + b).backward("f", propagator: propagator)
        #expect(texts(a) == ["f!"] && texts(b) == ["f"])
    }

    @Test func theLastRuleForAnOperatorCounts() throws {
        let a = try graph.parameter(2, named: "a")
        let propagator = graph.propagator(saying { $0 + "?" })
        propagator.register("neg", in: graph, saying { $0 + "!" })
        propagator.register("neg", SumPropagator())
        try (-a).clone().backward("f", propagator: propagator)
        #expect(texts(a) == ["f?"])
    }

    @Test func aRuleOfTheGraphPropagatorChangesTheTextAndNotTheGraph() throws {
        let a = try graph.parameter(2, named: "a"), b = try graph.parameter(3, named: "b")
        let tuner = try graph.optimizer([a, b]) { _ in [:] }
        let y = try -(a + b)
        let propagator = GraphPropagator()
        propagator.register("add", in: graph, saying { $0 + ", both" })
        try tuner.backward(y, "larger", propagator: propagator)
        #expect(texts(a) == ["larger, both"] && texts(b) == ["larger, both"])
        #expect(a.feedback[0].entries[0].graph.map(\.name) == ["a:0", "b:0", "add:0", "neg:0"])
        let subgraph = try tuner.subgraph()
        #expect(subgraph.feedback == "larger, both" && graph[subgraph.outputs] == [y] && subgraph.unreached.isEmpty)
    }

    @Test func bundlesHaveRulesByTheirNames() throws {
        let a = try graph.parameter(2, named: "a")
        let scale = try graph.bundle("scale", traceable: true) { (x: Node) in try x * 2 }
        let propagator = GraphPropagator()
        propagator.register("scale", in: graph, saying { $0 + ", scaled" })
        try scale(a).backward("larger", propagator: propagator)
        #expect(texts(a) == ["larger, scaled"])
    }

    @Test func withoutARuleForItNothingIsChanged() throws {
        let a = try graph.parameter(2, named: "a")
        let propagator = GraphPropagator()
        propagator.register("add", in: graph, saying { $0 + ", both" })
        try (-a).backward("larger", propagator: propagator)
        #expect(texts(a) == ["larger"] && a.feedback[0].entries[0].graph.map(\.name) == ["a:0", "neg:0"])
    }

    @Test func differentTextsOnAParameterAreInConflict() throws {
        let a = try graph.parameter(2, named: "a")
        let tuner = try graph.optimizer([a]) { _ in [:] }
        let propagator = GraphPropagator()
        propagator.register("neg", in: graph, saying { $0 + "!" })
        try tuner.backward(-a + a, "f", propagator: propagator)
        let error = #expect(throws: TraceError.self) { try tuner.subgraph() }
        guard case .conflict(let conflict)? = error else {
            Issue.record("it is no conflict")
            return
        }
        #expect(Set(conflict.sides.map(\.feedback)) == ["f", "f!"] && conflict.sides.map(\.backward) == [1, 1])
    }

    @Test func aRefusedBackwardChangesNothing() throws {
        let a = try graph.parameter(2, named: "a")
        let x = try a * 1
        let y = try x.clone() + (-x)
        let different = GraphPropagator()
        different.register("neg", in: graph, saying { $0 + "!" })
        // x holds two texts, and has to give its parent one.
        #expect(throws: (any Error).self) { try y.backward("f", propagator: different) }
        let silent = GraphPropagator()
        silent.register("add", in: graph) { node, feedback in [node.parents[0]: feedback[0]] }
        let error = #expect(throws: TraceError.self) { try y.backward("f", propagator: silent) }
        #expect(error == .propagator(node: y.id, message: "neg:0 gets nothing, and a trace graph goes to every parent"))
        #expect(graph.engine.state.feedback.isEmpty && graph.engine.state.freedBy(y.id) == nil)
    }
}
