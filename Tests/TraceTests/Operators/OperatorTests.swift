import Testing

@testable import Trace

/// A call of an operator is begun before its value is known; one that fails leaves nothing of that behind.
@Suite struct OperatorTests {
    private func names(_ engine: Engine) -> [String] { (0..<engine.record.nodeCount).map { engine.record.name(NodeID($0)) } }

    @Test func aFailedCallTakesNoName() throws {
        let engine = Engine(), add = Operator.named("add")
        let one = try engine.node(1), list = try engine.node([])
        #expect(throws: TraceError.self) { try engine.apply(add, [.node(one), .node(list)]) }
        _ = try engine.apply(add, [.node(one), .node(one)])
        #expect(names(engine) == ["int:0", "list:0", "exception_add:0", "add:0"])
        #expect(engine.record.nodes(basedOn: "add") == [NodeID(3)])
        #expect(engine.record.node(named: "add:0") == NodeID(3))
    }

    @Test func everyNodeHasOneEventWhereItsRowSaysSo() throws {
        let engine = Engine(), add = Operator.named("add")
        let one = try engine.node(1), list = try engine.node([])
        _ = try? engine.apply(add, [.node(one), .node(list)])
        _ = try engine.apply(add, [.node(one), .value(2)])
        _ = try engine.sum(.node(one), .node(one))
        #expect(engine.events == engine.record.log.count)
        let made = engine.record.log.compactMap { if case .node(let id) = $0.event { id } else { nil } }
        #expect(made == (0..<engine.record.nodeCount).map { NodeID($0) })
        for id in made {
            guard case .node(id) = engine.record.log[engine.record.event(id)].event else {
                Issue.record("the event of \(engine.record.name(id)) is another's")
                continue
            }
        }
    }

    @Test func aSumOfTextsIsNamedConcatAndTakesNoNameOfAdd() throws {
        let engine = Engine()
        let text = try engine.node("a"), one = try engine.node(1), dict = try engine.node([:])
        let sums = try [engine.sum(.node(text), .node(text)), engine.sum(.node(one), .node(one)), engine.sum(.node(text), .node(text))]
        #expect(sums.map { engine.record.name($0) } == ["concat:0", "add:0", "concat:1"])
        #expect(engine.record.nodes(basedOn: "add") == [sums[1]])
        #expect(throws: TraceError.self) { try engine.sum(.node(text), .node(dict)) }
        #expect(engine.record.name(NodeID(engine.record.nodeCount - 1)) == "exception_concat:0")
        let last = try engine.sum(.node(text), .node(text))
        #expect(engine.record.name(last) == "concat:2")
    }

    @Test func aScopeIsInTheNameOfWhatFailsAndOfWhatDoesNot() throws {
        let engine = Engine(), add = Operator.named("add")
        let one = try engine.node(1), list = try engine.node([])
        try engine.withScope("agent") {
            _ = try? engine.apply(add, [.node(one), .node(list)])
            _ = try engine.apply(add, [.node(one), .node(one)])
        }
        #expect(names(engine).suffix(2) == ["agent/exception_add:0", "agent/add:0"])
    }

    @Test func aResultForWhichThereIsNoRoomLeavesTheGraphAsItWas() throws {
        let engine = Engine(), add = Operator.named("add")
        let text = try engine.node(.string(String(repeating: "x", count: 600)))
        engine.limits = GraphLimits(nodes: 1000, bytes: 1000)
        let before = (names(engine), Array(engine.record.log.map(\.event)), engine.events)
        #expect(throws: TraceError.self) { try engine.apply(Operator.concat, [.node(text), .node(text)]) }
        #expect(throws: TraceError.self) { try engine.sum(.node(text), .node(text)) }
        #expect(names(engine) == before.0)
        #expect(engine.record.log.count == before.1.count)
        #expect(engine.events == before.2)
        engine.limits = GraphLimits(nodes: 1000)
        let one = try engine.node(1)
        _ = try engine.apply(add, [.node(one), .node(one)])
        _ = try engine.apply(Operator.concat, [.node(text), .node(text)])
        #expect(names(engine).suffix(2) == ["add:0", "concat:0"])
    }
}
