import Trace

/// One step of an optimizer, or a proposal that was no step: the feedback that it used, the minimal subgraph of that, what was asked and
/// answered, what changed, and what became of it in the next forward pass.
package struct StepStory: Sendable {
    /// The fate of a proposal.
    package enum Fate: Sendable, Equatable {
        /// It was applied; the number of the event.
        case applied(Int)
        /// It was applied, and an undo took that back.
        case undone(Int)
        case dropped(Int)
        /// Another took its place, which may be the same one changed by hand.
        case replaced(Int)
        case stands

        /// The number of the event at which it was applied.
        package var applied: Int? {
            switch self {
            case .applied(let event), .undone(let event): event
            case .dropped, .replaced, .stands: nil
            }
        }
    }
    /// The proposal as an index into the record.
    package let index: Int
    package let proposal: Proposal
    package let fate: Fate
    package let texts: FeedbackTexts
    /// The numbers of the first and the last event that belong to it.
    package let events: ClosedRange<Int>
    /// The exchanges with a model, as indices into the record.
    package let exchanges: [Int]
    private let state: GraphState
    private let record: GraphRecord

    package init(_ index: Int, _ state: GraphState, _ record: GraphRecord) {
        let proposal = record.proposals[index], consumed = record.consumed(by: proposal)
        self.index = index
        self.proposal = proposal
        (self.state, self.record) = (state, record)
        fate = Self.fate(of: proposal, record)
        texts = FeedbackTexts(consumed, record)
        let first = texts.all.compactMap { $0.calls.first }.min().map { record.backwards[$0 - 1].event + 1 }
        let end = fate.applied ?? proposal.event + 1
        events = min(first ?? proposal.event + 1, end)...end
        exchanges = Self.exchanges(of: proposal, record)
    }

    static func fate(of proposal: Proposal, _ record: GraphRecord) -> Fate {
        var at = proposal.event + 1
        while at < record.log.count {
            switch record.log[at].event {
            case .settle(proposal.optimizer):
                guard at + 1 < record.log.count, case .step(proposal.optimizer, _) = record.log[at + 1].event else {
                    return .dropped(at + 1)
                }
                return isUndone(at, record) ? .undone(at + 2) : .applied(at + 2)
            case .propose(let index) where record.proposals[index].optimizer == proposal.optimizer: return .replaced(at + 1)
            // An undo takes back the proposals after the event that it goes back to.
            case .restore(let moment) where moment <= proposal.event: return .dropped(at + 1)
            default: at += 1
            }
        }
        return .stands
    }

    /// Whether an undo goes back to before an event.
    private static func isUndone(_ event: Int, _ record: GraphRecord) -> Bool {
        guard record.origins.handMarks.last.map({ $0.event > event }) ?? false else { return false }
        return (event..<record.log.count).contains {
            if case .restore(let moment) = record.log[$0].event { moment <= event } else { false }
        }
    }

    /// The exchanges lie between the proposal before and this one.
    private static func exchanges(of proposal: Proposal, _ record: GraphRecord) -> [Int] {
        let asker = ModelQuestion.Asker.optimizer(proposal.optimizer)
        let start = proposal.previous.map { record.proposals[$0].event } ?? -1
        let first = record.models.exchanges.partition { $0.event > start }
        return (first..<record.models.exchanges.count).prefix { record.models.exchanges[$0].event <= proposal.event + 1 }.filter {
            record.models.exchanges[$0].asker == asker && record.models.exchanges[$0].step == proposal.step
        }
    }

    /// Whether another proposal took the place of one before it was applied or dropped.
    package static func isReplaced(_ index: Int, _ record: GraphRecord) -> Bool {
        if case .replaced = fate(of: record.proposals[index], record) { true } else { false }
    }

    /// The proposals of an optimizer that are stories of their own, oldest first: of a proposal that was changed by hand, the last form.
    package static func all(of id: OptimizerID, _ record: GraphRecord) -> [Int] {
        var out: [Int] = []
        for index in record.proposals.indices {
            let proposal = record.proposals[index]
            guard proposal.optimizer == id else { continue }
            if let last = out.last, record.proposals[last].step == proposal.step, record.proposals[last].previous == proposal.previous,
                isReplaced(last, record)
            {
                out.removeLast()
            }
            out.append(index)
        }
        return out
    }

    /// The last proposal of an optimizer for a step; without a number, its last one at an event.
    package static func index(ofStep number: Int?, of id: OptimizerID, _ state: GraphState, _ record: GraphRecord) -> Int? {
        guard let number else { return state.lastProposals[id] }
        return all(of: id, record).last { record.proposals[$0].step == number }
    }

    /// The proposal that an event of a step belongs to: of the proposal itself, an update, a settlement or the step.
    package static func index(ofEvent number: Int, _ record: GraphRecord) -> Int? {
        guard number > 0, number <= record.log.count else { return nil }
        let optimizer: OptimizerID
        switch record.log[number - 1].event {
        case .propose(let index): return index
        case .step(let id, _), .settle(let id): optimizer = id
        case .update(let version):
            guard case .optimizer(let id, _) = record.versions[Int(version)].writer else { return nil }
            optimizer = id
        default: return nil
        }
        return record.proposals.indices.last { record.proposals[$0].event < number && record.proposals[$0].optimizer == optimizer }
    }
}

// MARK: Subgraph, question and effect

extension StepStory {
    /// The state with the feedback that was used, and the data that nodes had then.
    package var used: GraphState { state.holding(texts.all.flatMap(\.entries), at: proposal.event, in: record) }

    /// The minimal subgraph of the feedback that was used; nil where that conflicts.
    package func subgraph() -> Subgraph? { try? used.subgraph(proposal.optimizer, in: record) }

    /// The first question, or the problem that a function of the workflow received, written out.
    package func question() -> String? {
        if let first = exchanges.first { return record.models.exchanges[first].request.messages.last?.content }
        return try? used.problem(for: proposal.optimizer, in: record).text
    }

    /// The event number from which the next forward pass is sought.
    private var after: Int { fate.applied ?? proposal.event + 1 }

    /// Nodes of one line and one name in the graph that the feedback spoke of, and in the next forward pass.
    package struct Consequence: Sendable {
        package let name: String
        package let site: Site?
        package let before: [NodeID]
        package let after: [NodeID]
        /// Whether the feedback was given to them.
        package let isOutput: Bool
        /// The number of nodes in both whose values differ.
        package let changed: Int
    }
    /// No more nodes are compared.
    private static let mostNodes = 2000

    /// The outputs and the computed nodes of the subgraph beside those of the next forward pass, until a changed parameter is written
    /// again.
    /// Outputs come first, and then the nodes nearest to them.
    package func effects(_ subgraph: Subgraph) -> [Consequence] {
        guard fate.applied != nil else { return [] }
        let end = passEnd, outputs = Set(subgraph.outputs)
        var order: [String] = [], groups: [String: [NodeID]] = [:]
        for node in subgraph.nodes.suffix(Self.mostNodes) where record.hasParents(node) {
            let key = "\(outputs.contains(node))\(record.site(node)?.line ?? 0) \(record.site(node)?.file ?? "") \(record.baseName(node))"
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(node)
        }
        var later: [String: [NodeID]] = [:]
        return order.compactMap { key -> Consequence? in
            guard let before = groups[key], let first = before.first else { return nil }
            let base = record.baseName(first), site = record.site(first)
            if later[base] == nil { later[base] = nodes(basedOn: base, after: after, before: end) }
            let found = Array((later[base] ?? []).lazy.filter { record.site($0) == site && record.hasParents($0) }.prefix(before.count))
            let changed = zip(before.sorted(), found).count { state.value($0, in: record) != state.value($1, in: record) }
            return Consequence(
                name: base, site: site, before: before.sorted(), after: found, isOutput: outputs.contains(first), changed: changed)
        }.enumerated().sorted { ($0.element.isOutput ? 0 : 1, -$0.offset) < ($1.element.isOutput ? 0 : 1, -$1.offset) }.map(\.element)
    }

    /// The event at which one of the changed parameters is written again; the end of the log if none is.
    private var passEnd: Int {
        let changed = Set(proposal.updates.map(\.parameter))
        let first = record.versions.partition { $0.event >= after }
        return (first..<record.versions.count).first { changed.contains(record.versions[$0].node) }.map { record.versions[$0].event }
            ?? record.log.count
    }

    private func nodes(basedOn base: String, after start: Int, before end: Int) -> [NodeID] {
        let all = record.nodes(basedOn: base)
        return Array(all[all.partition { record.event($0) >= start }...].prefix { record.event($0) < end })
    }
}
