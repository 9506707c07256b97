import Testing

@testable import Trace

/// A graph that is full refuses more, and stays as it is.
@Suite struct LimitTests {
    private func limited(nodes: Int = 1000, bytes: Int = 1 << 20) -> Engine {
        let engine = Engine()
        engine.limits = GraphLimits(nodes: nodes, bytes: bytes)
        return engine
    }

    private func isLimit(_ error: (any Error)?) -> Bool { if case .limit? = error as? TraceError { true } else { false } }

    @Test func nodes() throws {
        let engine = limited(nodes: 3)
        for i in 0..<3 { try engine.node(.int(i)) }
        let error = #expect(throws: TraceError.self) { try engine.node(.int(3)) }
        #expect(isLimit(error))
        #expect(engine.record.nodes.count == 3)
    }

    @Test func events() throws {
        let engine = limited(nodes: 2)
        let p = try engine.node(.int(1), NodeOptions(isTrainable: true))
        for i in 2..<9 { engine.set(p, to: .int(i), by: .workflow) }
        #expect(isLimit(#expect(throws: TraceError.self) { try engine.requireRoom() }))
    }

    @Test func bytes() throws {
        let engine = limited(bytes: 1000)
        let text = Value.string(String(repeating: "x", count: 600))
        let first = try engine.node(text)
        #expect(isLimit(#expect(throws: TraceError.self) { try engine.node(text) }))
        // A number takes no room of its own.
        try engine.node(.int(1))
        #expect(engine.value(first) == text)
    }

    @Test func copiesShareTheirData() throws {
        let engine = limited(bytes: 1500)
        let node = try engine.node(.string(String(repeating: "x", count: 600)))
        for _ in 0..<10 { _ = try engine.detach(node) }
        #expect(engine.record.nodes.count == 11)
    }

    @Test(arguments: ["multiply", "concat", "replace", "join", "format"]) func noOperatorGivesMoreThanAMachineHolds(_ name: String) throws {
        let engine = Engine()
        let large = Value.string(String(repeating: "x", count: 40 << 20))
        let operands: [Engine.Operand] =
            switch name {
            case "multiply": [.value("0123456789"), .value(.int(.max))]
            case "concat": [.value(large), .value(large)]
            case "replace": [.value("aaaaaaaa"), .value("a"), .value(large)]
            case "join": [.value(large), .value("a"), .value("b"), .value("c")]
            default: [.value("{0}{0}"), .value(large)]
            }
        let op = try #require(Operator.all[name])
        let error = #expect(throws: TraceError.self) { try engine.apply(op, operands) }
        guard case .execution(_, "ValueError", let message, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.hasPrefix("the result would have "))
    }
}
