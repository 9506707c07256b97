/// A backward call as a program elsewhere reported it.
package struct FollowedBackward: Sendable {
    /// The effects of a backward, in the order in which they were reported.
    package enum Move: Sendable {
        /// An entry on a node; the value of one that is not a trace graph.
        case gave(NodeID, FeedbackSource, Value?)
        /// These values replaced those that the node held.
        case reduced(NodeID, [Value])
        /// A node passed its feedback on, and holds it no longer unless it keeps it.
        case visited(NodeID, keeps: Bool)
    }
    package var output: NodeID
    package var feedback: Value
    package var retains: Bool
    package var optimizer: OptimizerID?
    package var givesGraphs: Bool
    package var moves: [Move] = []

    package init(output: NodeID, feedback: Value, retains: Bool, optimizer: OptimizerID?, givesGraphs: Bool) {
        self.output = output
        self.feedback = feedback
        self.retains = retains
        self.optimizer = optimizer
        self.givesGraphs = givesGraphs
    }
}

/// Takes events of a program elsewhere, whose engine is the truth, into the record. Reported facts are not computed again; each call is an
/// event like any other, at the engine's current site.
extension Engine {
    // MARK: Calls of bundles

    /// Begins a call of a bundle, which stays open until it is closed. Calls may interleave, so nodes name the call that they are made in.
    ///
    /// - Returns: the call's number.
    package func openFollowedCall(_ bundle: BundleID, inside enclosing: Int?, since start: NodeID, copies: [NodeID]) -> Int {
        let number = record.bundles.calls.count
        store.record.bundles.calls.append(
            CallFacts(
                bundle: bundle, start: start, end: NodeID(record.nodes.count), enclosing: enclosing, copies: copies, candidates: [],
                nested: []))
        store.openCalls.append(number)
        return number
    }

    /// Notes that the function of an open call has returned.
    package func endFollowedCall(_ number: Int) { store.record.bundles.calls[number].end = NodeID(record.nodes.count) }

    /// Notes the copies of its arguments that the function of an open call sees.
    package func noteCopies(_ copies: [NodeID], ofFollowedCall number: Int) { store.record.bundles.calls[number].copies = copies }

    /// Notes the node that the function of an open call returned, and the parameters on which the output depends without showing it.
    package func noteResult(_ result: NodeID, hidden: [NodeID], ofFollowedCall number: Int) {
        store.record.bundles.calls[number].result = result
        store.record.bundles.calls[number].candidates = hidden
    }

    /// Closes a call, about which nothing more will be reported.
    package func closeFollowedCall(_ number: Int, output: NodeID?) {
        store.record.bundles.calls[number].output = output
        store.openCalls.removeAll { $0 == number }
    }

    // MARK: Optimizers

    /// - Throws: `TraceError.limit` when the log is full.
    package func followOptimizer(
        _ name: String, ofClass className: String, _ parameters: [NodeID], _ options: OptimizerOptions
    ) throws(TraceError) -> OptimizerID {
        try requireRoom()
        let id = OptimizerID(record.optimizers.count)
        operation {
            store.record.optimizers.append(
                OptimizerFacts(
                    name: name, kind: .custom, className: className, parameters: parameters, options: options, event: record.log.count))
            emit(.optimizer(id))
        }
        return id
    }

    /// Records a proposal. Nothing is written yet.
    package func followProposal(_ id: OptimizerID, _ values: [(parameter: NodeID, value: Value)]) {
        operation {
            let facts = record.optimizers[id.index]
            let used = state.consumption(of: id, with: facts.distinctParameters)
            var proposal = Proposal(
                optimizer: id, unreached: facts.distinctParameters.filter { !state.feedback.holds($0) }, event: record.log.count,
                consumed: used.entries, carried: used.carried, step: state.steps[id.index] + 1, previous: state.lastProposals[id])
            proposal.updates = values.map { Proposal.Update(parameter: $0.parameter, old: value($0.parameter), new: $0.value) }
            if let last = record.models.exchanges.last, last.asker == .optimizer(id), last.step == proposal.step,
                case .success(let answer) = last.result
            {
                proposal.answer = answer.text
            }
            keep(proposal)
        }
    }

    /// Counts a step that applied the current proposal.
    package func followStep(_ id: OptimizerID, number: Int) {
        operation {
            if state.proposals[id] != nil { emit(.settle(id)) }
            emit(.step(id, Int32(clamping: number)))
        }
    }

    /// Records that an optimizer found its parameters' feedback in conflict.
    ///
    /// - Returns: whether the record shows the conflict too.
    package func followConflict(_ id: OptimizerID) -> Bool {
        operation {
            do throws(AggregationConflict) {
                _ = try state.aggregate(record.optimizers[id.index].distinctParameters, optimizer: id, in: record)
                return false
            } catch {
                _ = failed(.conflict(error))
                return true
            }
        }
    }

    // MARK: Feedback

    /// Records a whole backward call.
    ///
    /// - Returns: the call's number.
    /// - Throws: `TraceError.limit` when there is no room for it; then nothing was taken in.
    package func followBackward(_ call: FollowedBackward) throws(TraceError) -> Int {
        try requireRoom(for: call.feedback)
        try requireRoom(forVisits: call.moves.count)
        return operation {
            let number = state.backwardCount + 1, site = siteNumber()
            let (visited, hidden) = facts(of: call)
            store.record.backwards.append(
                BackwardFacts(
                    number: number, output: call.output, optimizer: call.optimizer, feedback: call.feedback, retains: call.retains,
                    event: record.log.count, site: currentSite(), visited: visited, members: BackwardFacts.members(visited),
                    hidden: hidden, givesGraphs: call.givesGraphs))
            emit(.backward(number), site: site)
            for move in call.moves {
                switch move {
                case .gave(let node, let source, let value):
                    store.give(node, source, backward: number, value: call.givesGraphs ? nil : value, site: site)
                case .reduced(let node, let values):
                    let source = state.feedback[node]?.entries.first.map { record.entries[Int($0)].source } ?? .user
                    zeroFeedback(.node(node), clearing: [node])
                    for value in values { store.give(node, source, backward: number, value: value, site: site) }
                case .visited(let node, let keeps):
                    if !keeps { emit(.visit(node, backward: Int32(number)), site: site) }
                }
            }
            return number
        }
    }

    /// The visited nodes in the order in which the record has them, and the parameters that got an entry from a child that does not show them.
    private func facts(of call: FollowedBackward) -> (visited: [NodeID], hidden: [NodeID: [NodeID]]) {
        var visited = Set<NodeID>(), hidden: [NodeID: [NodeID]] = [:]
        for move in call.moves {
            switch move {
            case .visited(let node, _): if record.hasParents(node) { visited.insert(node) }
            case .gave(let node, .child(let child), _):
                var isParent = false
                record.forEachParent(child) { isParent = isParent || $0 == node }
                if !isParent { hidden[child, default: []].append(node) }
            case .gave(_, .user, _), .reduced: break
            }
        }
        let levels = record.extras.levels
        return (visited.sorted { GraphRecord.visitsFirst($0, $1, levels) }, hidden)
    }

    /// Refuses a backward call as the engine itself would, because it reaches nodes that an earlier one freed.
    ///
    /// - Returns: whether the record shows that too.
    package func followRefusal(from output: NodeID, by optimizer: OptimizerID?) -> Bool {
        operation {
            let visited = record.visits(from: output).nodes
            guard let first = state.firstFreed(of: visited), let culprit = state.freedBy(first) else { return false }
            _ = failed(.freed(nodes: visited.filter { state.freedBy($0) == culprit }.sorted(), backward: culprit), of: optimizer)
            return true
        }
    }

    /// The expected effect of a backward from a node, from the graph alone: the children from which each node gets an entry, and the
    /// visited nodes.
    ///
    /// - Parameter prunes: whether nothing goes to parents that depend on no parameter.
    package func expectedBackward(from output: NodeID, prunes: Bool) -> FollowedBackward {
        var call = FollowedBackward(output: output, feedback: .none, retains: false, optimizer: nil, givesGraphs: true)
        call.moves.append(.gave(output, .user, nil))
        var depends: [NodeID: Bool] = [:]
        var visits = record.visits(from: output).nodes
        if prunes {
            for node in visits.reversed() {
                depends[node] = record.parents(node).contains { record.isTrainable($0) || depends[$0] == true }
            }
            // Nodes above a parent without feedback are not visited either.
            var reached: Set<NodeID> = [output]
            visits = visits.filter { node in
                guard reached.contains(node) else { return false }
                reached.formUnion(record.parents(node).filter { depends[$0] == true })
                return true
            }
        }
        let hidden = record.hiddenDependencies(among: visits)
        for node in visits {
            call.moves.append(.visited(node, keeps: false))
            for parent in record.parents(node) where !prunes || record.isTrainable(parent) || depends[parent] == true {
                call.moves.append(.gave(parent, .child(node), nil))
            }
            for parameter in hidden[node] ?? [] { call.moves.append(.gave(parameter, .child(node), nil)) }
        }
        return call
    }

    /// Puts entries on a node if only the children are known, as entries of the last backward call.
    package func followEntries(on node: NodeID, from sources: [FeedbackSource]) {
        operation {
            zeroFeedback(.node(node), clearing: [node])
            guard state.backwardCount > 0 else { return }
            for source in sources { store.give(node, source, backward: state.backwardCount, value: nil, site: siteNumber()) }
        }
    }

    // MARK: Models, failures

    /// A question that the program asks a model.
    package func followQuestion(_ asker: ModelQuestion.Asker, _ purpose: String) {
        operation {
            store.record.models.questions.append(QuestionFacts(asker: asker, purpose: purpose))
            emit(.model(record.models.questions.count - 1))
        }
    }

    package func followFailure(_ error: TraceError, of optimizer: OptimizerID? = nil) { operation { _ = failed(error, of: optimizer) } }

    /// The parameter whose data, unchanged, became the data of a root.
    package func noteDetached(_ root: NodeID, from parameter: NodeID) { store.record.extras.detachedFrom[root] = parameter }
}
