import Trace

/// All values that were proposed for one parameter: by several optimizers, in several answers, in several steps. Those that can still be
/// applied come first, and then the newest.
package struct CandidateList: Sendable {
    package struct Item: Sendable {
        package let optimizer: OptimizerID
        /// The proposal as an index into the record.
        package let proposal: Int
        /// The candidate of the proposal, counted from 1; nil where there was one answer.
        package let candidate: Int?
        /// Nil where the answer leaves the parameter as it is.
        package let value: Value?
        /// The reason why it could not be found, read or used.
        package let failure: String?
        /// Whether its proposal has this value.
        package let isChosen: Bool
        /// The state of its proposal.
        package let fate: StepStory.Fate
        /// Whether its proposal is still current.
        package let stands: Bool
        /// The reason why a candidate was chosen, or was not.
        package let reason: String
        package let step: Int
        package let event: Int
        /// The score that was reported while the parameter had this value; nil without one.
        package fileprivate(set) var score: Double?
    }
    /// The name of the scores; nil where none was reported.
    package let scoreName: String?
    package let node: NodeID
    package let now: Value
    package let items: [Item]

    package init(of node: NodeID, _ state: GraphState, _ record: GraphRecord) {
        self.node = node
        now = state.value(node, in: record)
        let name = record.name(node)
        var standing: [Item] = [], earlier: [Item] = []
        for index in record.proposals.indices.reversed() {
            let proposal = record.proposals[index]
            guard proposal.event < state.events, record.optimizers[proposal.optimizer.index].attends(to: node) else { continue }
            let stands = state.proposals[proposal.optimizer] == index
            // Of a proposal that was changed by hand, the last form counts.
            if !stands, StepStory.isReplaced(index, record) { continue }
            let items = Self.items(of: proposal, index, node, name, StepStory.fate(of: proposal, record), stands: stands)
            if stands { standing += items } else { earlier += items }
        }
        var items = standing + earlier
        let scores = ReportedScores(state, record)
        scoreName = scores.name
        if scoreName != nil { Self.add(scores, to: &items, state.history(node, in: record)) }
        self.items = items
    }

    /// An applied candidate has the score of the version that it made.
    private static func add(_ scores: ReportedScores, to items: inout [Item], _ versions: [ParameterVersion]) {
        for index in items.indices where items[index].isChosen {
            let item = items[index]
            guard let place = versions.firstIndex(where: { $0.event + 1 > item.event && $0.value == item.value }) else { continue }
            let next = place + 1 < versions.count ? versions[place + 1].event + 1 : nil
            items[index].score = scores.score(after: versions[place].event + 1, before: next)
        }
    }

    private static func items(
        of proposal: Proposal, _ index: Int, _ node: NodeID, _ name: String, _ fate: StepStory.Fate, stands: Bool
    ) -> [Item] {
        let update = proposal.updates.first { $0.parameter == node }
        func item(_ candidate: Int?, _ value: Value?, _ failure: String?, _ isChosen: Bool, _ reason: String) -> Item {
            Item(
                optimizer: proposal.optimizer, proposal: index, candidate: candidate, value: value, failure: failure, isChosen: isChosen,
                fate: fate,
                stands: stands, reason: reason, step: proposal.step, event: proposal.event + 1)
        }
        if proposal.candidates.count > 1 {
            return proposal.candidates.enumerated().map { number, candidate in
                let value = candidate.suggestions.last { $0.name == name }?.value
                return item(number + 1, value, candidate.failure, candidate.isChosen, candidate.reason)
            }
        }
        if let rejected = proposal.rejected.last(where: { $0.parameter == name }), update == nil {
            return [item(nil, rejected.value, rejected.reason, false, "")]
        }
        return update.map { [item(nil, $0.new, nil, true, "")] } ?? []
    }
}
