import TestSupport
import Testing

@testable import Trace

/// Entries that were dropped by hand come back in their old places.
@Suite struct DroppedEntriesTests {
    private let b = Bench()

    private func entries(_ node: NodeID) -> [Int32] { b.engine.state.feedback[node]?.entries ?? [] }

    private func dropped(_ node: NodeID...) -> [Int32] { b.engine.record.dropped(from: node, at: b.engine.record.log.count) }

    /// Two parameters and five entries on each.
    private func parameters() throws -> (p: NodeID, q: NodeID) {
        let p = try b.parameter(1, "p"), q = try b.parameter(1, "q")
        for round in 1...5 { try b.engine.backward(try b.apply("add", p, q), feedback: .string("f\(round)")) }
        return (p, q)
    }

    @Test func eachHasItsOldPlace() throws {
        let (p, q) = try parameters(), all = entries(p), others = entries(q)
        b.engine.drop([all[0], all[2], all[4], others[1]])
        #expect(entries(p) == [all[1], all[3]])
        #expect(dropped(p, q) == [all[0], all[2], all[4], others[1]].sorted())
        b.engine.putBack([all[2]])
        #expect(entries(p) == [all[1], all[2], all[3]])
        try b.engine.backward(try b.apply("add", p, q), feedback: "new")
        b.engine.putBack([all[4], all[0]])
        #expect(entries(p).dropLast() == all[...])
        #expect(dropped(p) == [] && dropped(q) == [others[1]])
    }

    @Test func nothingHappensWithoutEntries() throws {
        let (p, _) = try parameters(), all = entries(p), events = b.engine.state.events
        b.engine.putBack(all)
        b.engine.drop([])
        #expect(b.engine.state.events == events)
        b.engine.drop(all)
        b.engine.drop(all)
        #expect(b.engine.state.events == events + 1)
        #expect(entries(p) == [])
        b.engine.putBack(all)
        #expect(entries(p) == all)
    }

    @Test func zeroForgetsThem() throws {
        let (p, q) = try parameters(), all = entries(p), others = entries(q)
        b.engine.drop([all[0], others[0]])
        b.engine.zeroFeedback(.node(p))
        #expect(dropped(p, q) == [others[0]])
        let moment = b.engine.state.events
        b.engine.zeroFeedback(.all)
        #expect(dropped(p, q) == [])
        b.engine.restore(to: moment)
        #expect(dropped(p, q) == [others[0]])
    }

    /// A node that a drop has emptied has nothing to be cleared, and is meant by a zero all the same.
    @Test func aZeroOfAnEmptiedNodeForgetsToo() throws {
        let (p, q) = try parameters(), id = try b.engine.optimizer(.manual, [p])
        b.engine.drop(entries(p) + entries(q))
        b.engine.zeroFeedback(.optimizer(id))
        #expect(dropped(p) == [] && dropped(q).count == 5)
        b.engine.zeroFeedback(.node(q))
        #expect(dropped(q) == [])
    }

    /// A chain of undos may be as long as the log.
    @Test func manyUndosTakeNoDepth() throws {
        let (p, _) = try parameters(), all = entries(p)
        b.engine.drop([all[0]])
        for _ in 0..<20_000 { b.engine.restore(to: b.engine.state.events) }
        #expect(dropped(p) == [all[0]])
    }

    @Test func anUndoneDropIsNone() throws {
        let (p, q) = try parameters(), all = entries(p), start = b.engine.state.events
        b.engine.drop([all[0]])
        let between = b.engine.state.events
        b.engine.drop([all[1]])
        b.engine.restore(to: between)
        #expect(dropped(p, q) == [all[0]])
        b.engine.restore(to: start)
        #expect(dropped(p, q) == [] && entries(p) == all)
    }

    /// After any drops and put-backs, a node holds its entries in their original order, and a saved record agrees.
    @Test(arguments: 1...30) func aModelAgrees(seed: Int) throws {
        var random = Seeded(seed: seed)
        let (p, q) = try parameters()
        var held = [p: Set(entries(p)), q: Set(entries(q))], out: [NodeID: Set<Int32>] = [p: [], q: []]
        for _ in 0..<60 {
            let node = random.number(0...1) == 0 ? p : q
            let chosen = ((held[node] ?? []).union(out[node] ?? [])).sorted().filter { _ in random.number(0...2) == 0 }
            switch random.number(0...6) {
            case 0, 1:
                b.engine.drop(chosen)
                let lost = held[node]?.intersection(chosen) ?? []
                held[node]?.subtract(lost)
                out[node]?.formUnion(lost)
            case 2, 3:
                let back = out[node]?.intersection(chosen) ?? []
                b.engine.putBack(back)
                held[node]?.formUnion(back)
                out[node]?.subtract(back)
            case 4:
                // A zero also forgets dropped entries, even if the node holds no others.
                b.engine.zeroFeedback(.node(node))
                (held[node], out[node]) = ([], [])
            default:
                let before = b.engine.record.entries.count
                try b.engine.backward(try b.apply("add", p, q), feedback: "more")
                for entry in before..<b.engine.record.entries.count
                where b.engine.record.entries[entry].node != b.engine.record.backwards.last?.output {
                    held[b.engine.record.entries[entry].node]?.insert(Int32(entry))
                }
            }
            for node in [p, q] {
                #expect(entries(node) == held[node]?.sorted())
                #expect(dropped(node) == out[node]?.sorted())
            }
        }
        var reader = RecordReader()
        try reader.read(try b.engine.record.archived())
        #expect(Engine(record: try reader.finish()).state.feedback == b.engine.state.feedback)
    }
}
