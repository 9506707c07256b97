import Trace

/// Facts about the feedback entries that an optimizer's last proposal consumed. Entries that the next one consumes again are not read
/// again.
struct UsedFeedback: Sendable {
    private struct Used: Sendable {
        /// The event of the first entry.
        var first: Int
        /// The event at which the oldest of the results that the entries speak of was computed.
        var computed: Int
        /// The callers of the backwards; nil is nobody.
        var owners: Set<OptimizerID?> = []
        /// Whether an entry is about a computed node instead of a parameter itself.
        var speaksOfOutput = false

        mutating func add(_ event: Int, _ call: CallEntries) {
            first = min(first, event)
            computed = min(computed, call.computed)
            owners.insert(call.owner)
            speaksOfOutput = speaksOfOutput || call.speaksOfOutput
        }
    }
    private var byNode: [NodeID: Used] = [:]
    /// The place of the proposal in the record.
    private var proposal: Int?

    /// Reads the optimizer's next proposal.
    mutating func take(_ index: Int, _ record: GraphRecord) {
        let next = record.proposals[index]
        // After an undo, and for a proposal that was changed by hand, the previous proposal is another one.
        let follows = next.previous != nil && next.previous == proposal
        if follows {
            let known = byNode
            byNode = [:]
            for node in next.carried { byNode[node] = known[node] }
        } else {
            byNode = [:]
        }
        proposal = index
        var calls = CallEntries()
        for entry in follows ? next.consumed : record.consumed(by: next) { add(record.entries[Int(entry)], &calls, record) }
    }

    /// Facts about the backward call of an entry. Entries of one call mostly come together.
    private struct CallEntries {
        var number = 0
        var owner: OptimizerID?
        var computed = 0
        var speaksOfOutput = false

        mutating func turn(to backward: Int, _ record: GraphRecord) {
            if number == backward { return }
            let call = record.backwards[backward - 1]
            (number, owner, computed) = (backward, call.optimizer, record.event(call.output))
            speaksOfOutput = !record.isTrainable(call.output)
        }
    }

    private mutating func add(_ entry: FeedbackEntry, _ call: inout CallEntries, _ record: GraphRecord) {
        call.turn(to: entry.backward, record)
        let event = Int(entry.event)
        byNode[entry.node, default: Used(first: event, computed: call.computed)].add(event, call)
    }

    /// The nodes with feedback.
    var nodes: [NodeID] { byNode.keys.sorted() }
    var speaksOfOutput: Bool { byNode.values.contains(where: \.speaksOfOutput) }

    /// The nodes with feedback from before a step.
    func old(since step: Int?) -> [NodeID] { step.map { step in self.nodes { _, used in used.first < step } } ?? [] }

    /// The nodes with feedback on results of an earlier value.
    func stale(_ lastUpdate: [NodeID: Int]) -> [NodeID] { nodes { node, used in lastUpdate[node] ?? 0 > used.computed } }

    private func nodes(_ isMeant: (NodeID, Used) -> Bool) -> [NodeID] { byNode.filter { isMeant($0.key, $0.value) }.keys.sorted() }

    /// The optimizer whose backwards alone wrote the feedback, if it is another one.
    func foreign(to id: OptimizerID) -> OptimizerID? {
        var owners: Set<OptimizerID?> = []
        for used in byNode.values { owners.formUnion(used.owners) }
        return owners.contains(id) ? nil : owners.compactMap { $0 }.min()
    }

    /// The outputs that a proposal's feedback speaks of.
    static func outputs(of proposal: Proposal, _ record: GraphRecord) -> [NodeID] {
        Set(record.consumed(by: proposal).map { record.backwards[record.entries[Int($0)].backward - 1].output }).sorted()
    }
}
