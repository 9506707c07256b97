import TestSupport
import Testing

@testable import Trace

/// A proposal holds what is new of the feedback that it consumes, and says all of it.
@Suite struct ConsumedFeedbackTests {
    private let b = Bench()

    private func held(_ nodes: [NodeID]) -> Set<Int32> { Set(nodes.flatMap { b.engine.state.feedback[$0]?.entries ?? [] }) }

    private func consumed(_ place: Int) -> Set<Int32> { Set(b.engine.record.consumed(by: b.engine.record.proposals[place])) }

    @Test func feedbackThatIsNeverZeroedIsKeptOnce() throws {
        let p = try b.parameter(1, "p"), q = try b.parameter(1, "q"), x = try b.root(1, "x")
        let id = try b.engine.optimizer(.manual, [p, q])
        for round in 1...20 {
            try b.engine.backward(try b.apply("add", p, x), feedback: "f")
            if round % 5 == 0 { try b.engine.backward(try b.apply("add", q, p), feedback: "f") }
            _ = try b.engine.propose(id, answer: "{}")
            #expect(consumed(round - 1) == held([p, q]))
        }
        #expect(b.engine.record.proposals.map(\.consumed.count).reduce(0, +) == held([p, q]).count)
        // A parameter without feedback begins anew, and the other one goes on.
        b.engine.zeroFeedback(.node(p))
        try b.engine.backward(try b.apply("add", p, x), feedback: "f")
        _ = try b.engine.propose(id, answer: "{}")
        #expect(b.engine.record.proposals[20].carried == [q] && b.engine.record.proposals[20].consumed.count == 1)
        #expect(consumed(20) == held([p, q]))
    }

    /// Whatever is done between two proposals, each says what there was.
    @Test(arguments: 1...40) func everyProposalSaysWhatThereWas(seed: Int) throws {
        var random = Seeded(seed: seed)
        let parameters = try (0..<3).map { try b.parameter(1, "p\($0)") }, x = try b.root(1, "x")
        let optimizers = [try b.engine.optimizer(.manual, parameters), try b.engine.optimizer(.manual, Array(parameters[..<2]))]
        var moments: [Int] = []
        for _ in 0..<60 {
            let node = parameters[random.number(0...2)], id = optimizers[random.number(0...1)]
            switch random.number(0...10) {
            case 0: b.engine.zeroFeedback(.node(node))
            case 1: b.engine.zeroFeedback(.optimizer(id))
            case 2: if let entry = b.engine.state.feedback[node]?.entries.randomElement(using: &random) { b.engine.drop([entry]) }
            case 10: b.engine.putBack(b.engine.record.dropped(from: [node], at: b.engine.record.log.count))
            case 3: if let moment = moments.randomElement(using: &random) { b.engine.restore(to: moment) }
            case 4: if b.engine.state.proposals[id] != nil { _ = try b.engine.update(id) }
            case 5:
                // One that is changed by hand consumes what it did.
                guard let standing = b.engine.state.proposals[id], random.number(0...1) == 0 else { continue }
                let before = consumed(standing)
                _ = try b.engine.revise(parameters[0], to: .int(random.number(2...99)), of: id)
                #expect(consumed(b.engine.record.proposals.count - 1) == before)
            case 6, 7: try b.engine.backward(try b.apply("add", node, x), feedback: "f")
            default:
                let attended = b.engine.record.optimizers[id.index].distinctParameters
                guard !held(attended).isEmpty else { continue }
                _ = try b.engine.propose(id, answer: "{}")
                #expect(consumed(b.engine.record.proposals.count - 1) == held(attended))
            }
            moments.append(b.engine.record.log.count)
        }
        // The fold of the log knows the same, so that a saved session goes on as this one would.
        var reader = RecordReader()
        try reader.read(try b.engine.record.archived())
        let back = Engine(record: try reader.finish())
        for id in optimizers {
            let parameters = b.engine.record.optimizers[id.index].distinctParameters
            let mine = b.engine.state.consumption(of: id, with: parameters), theirs = back.state.consumption(of: id, with: parameters)
            #expect(mine.entries == theirs.entries && mine.carried == theirs.carried)
        }
    }

    /// A run that is repeated is held against what an older version kept of it, which named all that was consumed.
    @Test func proposalsAreComparedByAllThatTheyConsumed() throws {
        let p = try b.parameter(1, "p"), id = try b.engine.optimizer(.manual, [p])
        for _ in 1...3 {
            try b.engine.backward(try b.apply("neg", p), feedback: "f")
            _ = try b.engine.propose(id, answer: "{}")
        }
        let record = b.engine.record
        var old = record
        for place in old.proposals.indices {
            old.proposals[place].consumed = record.consumed(by: record.proposals[place])
            old.proposals[place].carried = []
        }
        for event in record.log.indices { #expect(record.hasSameEvent(event, as: old)) }
        old.proposals[2].consumed.removeLast()
        #expect(record.log.indices.filter { !record.hasSameEvent($0, as: old) } == [record.proposals[2].event])
    }
}
