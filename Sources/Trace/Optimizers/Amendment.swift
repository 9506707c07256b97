/// Changes by hand to a current proposal.
extension Engine {
    /// Replaces the current proposal of an optimizer.
    private func amend(_ id: OptimizerID, _ change: (inout Proposal) throws -> Void) throws -> Proposal {
        guard let index = state.proposals[id] else { throw TraceError.noProposal(id) }
        var proposal = record.proposals[index]
        try change(&proposal)
        proposal.event = record.log.count
        return operation {
            store.record.proposals.append(proposal)
            emit(.propose(record.proposals.count - 1))
            return proposal
        }
    }

    /// Removes the change of one parameter from the current proposal. It stays there as rejected, and can be accepted again.
    ///
    /// - Throws: `TraceError.noProposal`; `TraceError.invalid` when the proposal does not change that parameter.
    public func reject(_ parameter: NodeID, of id: OptimizerID) throws -> Proposal {
        try amend(id) { proposal in
            guard let place = proposal.updates.firstIndex(where: { $0.parameter == parameter }) else {
                throw TraceError.invalid("the proposal of \(record.optimizers[id.index].name) does not change \(record.name(parameter))")
            }
            let update = proposal.updates.remove(at: place)
            proposal.rejected.append(
                .init(parameter: record.name(parameter), value: update.new, reason: Proposal.byHand))
        }
    }

    /// Puts a change back that was rejected by hand.
    ///
    /// - Throws: `TraceError.noProposal`; `TraceError.invalid` when there is none to put back.
    public func accept(_ parameter: NodeID, of id: OptimizerID) throws -> Proposal {
        try amend(id) { proposal in
            let name = record.name(parameter)
            if proposal.updates.contains(where: { $0.parameter == parameter }) { return }
            guard let place = proposal.rejected.lastIndex(where: { $0.parameter == name && $0.reason == Proposal.byHand }) else {
                throw TraceError.invalid("nothing of \(name) was rejected by hand in the proposal of \(record.optimizers[id.index].name)")
            }
            let rejected = proposal.rejected.remove(at: place)
            proposal.updates.append(.init(parameter: parameter, old: value(parameter), new: rejected.value))
            proposal.updates.sort { $0.parameter < $1.parameter }
        }
    }

    /// Takes another of the candidates among which the proposal was chosen; numbers count from 1.
    ///
    /// - Throws: `TraceError.noProposal`; `TraceError.invalid` when there is no such candidate, or it could not be read.
    public func choose(_ number: Int, of id: OptimizerID) throws -> Proposal {
        let facts = record.optimizers[id.index]
        return try amend(id) { proposal in
            guard proposal.candidates.indices.contains(number - 1) else {
                let most = proposal.candidates.count
                let there = most == 0 ? "no candidates" : most == 1 ? "only candidate 1" : "candidates 1 to \(most)"
                throw TraceError.invalid("there is no candidate \(number): the proposal of \(facts.name) has \(there)")
            }
            let candidate = proposal.candidates[number - 1]
            if let failure = candidate.failure { throw TraceError.invalid("candidate \(number) cannot be used: \(failure)") }
            let chosen = convert(
                candidate.suggestions.map { Suggestion(parameter: record.node(named: $0.name), name: $0.name, value: $0.value) }, facts, id)
            (proposal.updates, proposal.rejected) = (chosen.updates, chosen.rejected)
            (proposal.answer, proposal.reasoning, proposal.repairs) = (candidate.text, candidate.reasoning, candidate.repairs)
            for index in proposal.candidates.indices where proposal.candidates[index].isChosen != (index == number - 1) {
                proposal.candidates[index].isChosen.toggle()
                proposal.candidates[index].reason = index == number - 1 ? "chosen by hand" : "another was chosen by hand"
            }
        }
    }

    /// Gives one parameter another value in the current proposal, converted and projected like any proposed value.
    ///
    /// - Throws: `TraceError.noProposal`; `TraceError.invalid` when the value is not taken, or the optimizer does not attend to the parameter.
    public func revise(_ parameter: NodeID, to value: Value, of id: OptimizerID) throws -> Proposal {
        let facts = record.optimizers[id.index]
        return try amend(id) { proposal in
            let revised = convert([Suggestion(parameter: parameter, name: record.name(parameter), value: value)], facts, id)
            if let refused = revised.rejected.first { throw TraceError.invalid("\(refused.parameter): \(refused.reason)") }
            let name = record.name(parameter)
            proposal.updates.removeAll { $0.parameter == parameter }
            proposal.rejected.removeAll { $0.parameter == name }
            proposal.updates = (proposal.updates + revised.updates).sorted { $0.parameter < $1.parameter }
        }
    }
}

extension Engine {
    /// A proposal that was discarded: nothing in it is written.
    func dropped(_ proposal: Proposal) -> Proposal {
        var dropped = proposal
        dropped.rejected += proposal.updates.map { .init(parameter: record.name($0.parameter), value: $0.new, reason: Proposal.byHand) }
        dropped.updates = []
        return dropped
    }
}

extension Proposal {
    /// The reason of a rejection that the user made.
    public static let byHand = "rejected by hand"
}
