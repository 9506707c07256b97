import Debugging
import Trace

/// Manual actions in a Python program: its agent executes them in the paused thread, and the events are in the record before a call
/// returns.
final class PythonActions: ManualActions {
    // The runtime that holds both outlives them.
    private unowned let runtime: PythonRuntime

    init(_ runtime: PythonRuntime) { self.runtime = runtime }

    private var engine: Engine { runtime.engine }

    var refusal: String? { runtime.holds.isEmpty ? "the program has ended: its graph can be read, but not changed" : nil }

    private func number(_ node: NodeID) throws(CommandError) -> JSON {
        guard let number = runtime.mirror.number(of: node) else { throw .unchangeable("\(engine.record.name(node)) is not in the program") }
        return .int(number)
    }

    private func number(_ optimizer: OptimizerID) throws(CommandError) -> JSON {
        guard let number = runtime.mirror.number(of: optimizer) else { throw .unchangeable("this optimizer is not in the program") }
        return .int(number)
    }

    /// Does something that the program can take back.
    private func change(_ name: String, _ members: [JSON.Member]) throws {
        runtime.mirror.byHand.moments.append(engine.state.events)
        runtime.locals = [:]
        try runtime.ask(name, members)
    }

    func backward(_ node: NodeID, feedback: String, retain: Bool, optimizer: OptimizerID) throws -> Int {
        let before = engine.state.backwardCount
        try change(
            "backward",
            [
                .init("o", try number(optimizer)), .init("n", try number(node)), .init("text", .string(feedback)),
                .init("retain", .bool(retain)),
            ])
        guard engine.state.backwardCount > before else {
            throw CommandError.unchangeable("the program's backward from \(engine.record.name(node)) did nothing")
        }
        return engine.state.backwardCount
    }

    func zeroFeedback(_ scope: ZeroFacts.Scope) throws {
        switch scope {
        case .optimizer(let id): try change("zero", [.init("o", try number(id))])
        case .node(let id): try change("zero", [.init("n", try number(id))])
        case .all: for node in engine.state.feedback.keys { try change("zero", [.init("n", try number(node))]) }
        }
    }

    func set(_ node: NodeID, to value: Value) throws {
        try change("set", [.init("n", try number(node)), .init("v", JSON(sending: value, as: runtime.mirror.types[node]))])
    }

    func drop(_ entries: [Int32]) throws {
        let record = engine.record, lost = Set(entries)
        var places: [JSON] = []
        for node in Set(entries.map { record.entries[Int($0)].node }).sorted() {
            var counts: [FeedbackSource: Int] = [:]
            for entry in engine.state.feedback[node]?.entries ?? [] {
                let source = record.entries[Int(entry)].source, place = counts[source, default: 0]
                counts[source] = place + 1
                guard lost.contains(entry) else { continue }
                var child = JSON.int(-1)
                if case .child(let id) = source { child = try number(id) }
                places.append(.array([try number(node), child, .int(place)]))
            }
        }
        if !places.isEmpty { try change("drop", [.init("entries", .array(places))]) }
    }

    func putBack(_ entries: [Int32]) throws {
        let wanted = Set(entries), drops = runtime.mirror.byHand.drops.filter { wanted.contains($0.value) }
        // One that was dropped twice is put back by its last drop.
        let last = Dictionary(drops.map { ($0.value, $0.key) }, uniquingKeysWith: max)
        guard last.count == wanted.count else { throw CommandError.unchangeable("the program has dropped what the entries were on") }
        try change("putback", [.init("drops", .array(last.values.sorted().map { .int($0) }))])
    }

    func undo(to event: Int) throws {
        let count = runtime.mirror.byHand.moments.count { $0 >= event }
        // Changes that only the record has are undone in it.
        if count == 0 { return engine.restore(to: event) }
        for _ in 0..<count { try runtime.ask("undo") }
        runtime.locals = [:]
    }

    /// The proposal that an optimizer made last.
    private func last(_ optimizer: OptimizerID) throws -> Proposal {
        guard let index = engine.state.lastProposals[optimizer] else { throw TraceError.noProposal(optimizer) }
        return engine.record.proposals[index]
    }

    func propose(_ optimizer: OptimizerID) throws -> Proposal {
        try runtime.ask("propose", [.init("o", try number(optimizer))])
        return try last(optimizer)
    }

    func propose(_ optimizer: OptimizerID, asking question: ModelQuestion) throws -> Proposal { try propose(optimizer) }

    func propose(_ optimizer: OptimizerID, answer: String) throws -> Proposal {
        throw CommandError.unchangeable("an optimizer of a Python program reads only answers that it asked for: 'step' asks")
    }

    // A current proposal belongs to the record, until it is applied.
    func accept(_ node: NodeID, of optimizer: OptimizerID) throws -> Proposal { try engine.accept(node, of: optimizer) }
    func reject(_ node: NodeID, of optimizer: OptimizerID) throws -> Proposal { try engine.reject(node, of: optimizer) }
    func choose(_ candidate: Int, of optimizer: OptimizerID) throws -> Proposal { try engine.choose(candidate, of: optimizer) }
    func revise(_ node: NodeID, to value: Value, of optimizer: OptimizerID) throws -> Proposal {
        try engine.revise(node, to: value, of: optimizer)
    }
    func discard(_ optimizer: OptimizerID) throws { try engine.discard(optimizer) }

    func update(_ optimizer: OptimizerID) throws -> Proposal {
        guard let index = engine.state.proposals[optimizer] else { throw TraceError.noProposal(optimizer) }
        let proposal = engine.record.proposals[index]
        let new = try proposal.updates.map { update in
            JSON.array([try number(update.parameter), JSON(sending: update.new, as: runtime.mirror.types[update.parameter])])
        }
        try change("update", [.init("o", try number(optimizer)), .init("new", .array(new))])
        return proposal
    }

    func step(_ optimizer: OptimizerID) throws -> Proposal {
        try change("step", [.init("o", try number(optimizer))])
        return try last(optimizer)
    }
}
