import Testing

@testable import Trace

/// A union of trace graphs is the same whatever order its entries come in, however often they change from one call to another.
@Suite struct TraceGraphTests {
    @Test func entriesOfSeveralCallsMayComeInAnyOrder() throws {
        let engine = Engine(), add = Operator.named("add"), multiply = Operator.named("multiply")
        let p = try engine.node(2, NodeOptions(name: "p", isTrainable: true)), x = try engine.node(3, NodeOptions(name: "x"))
        var outputs: [NodeID] = []
        for _ in 0..<3 {
            let a = try engine.apply(add, [.node(p), .node(x)]), b = try engine.apply(multiply, [.node(p), .node(x)])
            let c = try engine.apply(add, [.node(a), .node(p)])
            outputs.append(try engine.apply(add, [.node(b), .node(c)]))
            try engine.backward(outputs[outputs.count - 1], feedback: "larger")
        }
        let record = engine.record
        let entries = try #require(engine.state.feedback[p]).entries.map { record.entries[Int($0)] }
        #expect(entries.count == 9)
        let calls = entries.map(\.backward)
        #expect(Set(calls) == [1, 2, 3])
        let whole = record.graph(of: entries)
        #expect(whole.nodes == (0..<record.nodeCount).map { NodeID($0) }.sorted { (record.level($0), $0) < (record.level($1), $1) })
        #expect(whole.outputs == outputs)
        // By turns: the first of each call, then the second of each, and so on; and backwards.
        let turns = (0..<9).map { entries[$0 % 3 * 3 + $0 / 3] }
        #expect(turns.map(\.backward) == [1, 2, 3, 1, 2, 3, 1, 2, 3])
        for order in [turns, turns.reversed(), entries.reversed(), turns + entries + turns] {
            let graph = record.graph(of: order)
            #expect(graph.nodes == whole.nodes)
            #expect(graph.feedback == whole.feedback)
            #expect(Set(graph.outputs) == Set(outputs))
            #expect(graph.outputs.first == record.backwards[order[0].backward - 1].output)
        }
        // A part of them, by turns, is as much as the same part call by call.
        for count in 1...9 {
            let part = Array(turns.prefix(count))
            #expect(record.graph(of: part).nodes == record.graph(of: part.sorted { $0.backward < $1.backward }).nodes)
        }
    }
}
