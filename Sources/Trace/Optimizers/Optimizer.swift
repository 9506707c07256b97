extension Engine {
    /// Makes an optimizer.
    ///
    /// - Throws: `TraceError.notAParameter` for a node that is not trainable, `TraceError.invalid` without parameters or options that make
    ///   no sense.
    public func optimizer(
        _ kind: OptimizerKind, _ parameters: [NodeID], _ options: OptimizerOptions = OptimizerOptions(),
        propagator: (any Propagator)? = nil,
        proposer: ((Engine, OptimizerID) throws -> [(parameter: NodeID, value: Value)])? = nil
    ) throws(TraceError) -> OptimizerID {
        guard !parameters.isEmpty else { throw .invalid("an optimizer needs at least one parameter to attend to") }
        if let wrong = parameters.first(where: { !record.isTrainable($0) }) { throw failed(.notAParameter(wrong)) }
        if let fault = options.fault(for: kind) { throw .invalid(fault) }
        let id = OptimizerID(record.optimizers.count)
        var name = options.name ?? "\(kind.name.lowercased())\(id.index)"
        if name.isEmpty || name.contains(where: \.isWhitespace) {
            throw .invalid("an optimizer's name must be one word, and is \(Value.string(name).literal)")
        }
        // Two loops that make optimizers of one name still get two different names.
        let taken = Set(record.optimizers.map(\.name))
        if taken.contains(name) { name = (2...).lazy.map { "\(name)#\($0)" }.first { !taken.contains($0) } ?? name }
        return operation {
            store.record.optimizers.append(
                OptimizerFacts(name: name, kind: kind, parameters: parameters, options: options, event: record.log.count))
            proposers[id] = proposer
            propagators[id] = propagator
            emit(.optimizer(id))
            return id
        }
    }

    /// The problem that an optimizer's feedback poses.
    ///
    /// - Throws: `TraceError.noFeedback`; `TraceError.conflict`.
    public func problem(for id: OptimizerID) throws(TraceError) -> Problem {
        do { return try state.problem(for: id, in: record) } catch { throw failed(error) }
    }

    private func requireFeedback(_ id: OptimizerID) throws(TraceError) {
        do { try state.requireFeedback(id, in: record) } catch { throw failed(error) }
    }

    /// Proposes new values; nothing is written. The proposal is current until it is applied, discarded, or replaced by another.
    ///
    /// - Parameters:
    ///   - answer: the answer to use instead of asking for one.
    ///   - first: the first question, in place of the optimizer's own.
    public func propose(_ id: OptimizerID, answer: String? = nil, asking first: ModelQuestion? = nil) throws -> Proposal {
        try operation {
            let facts = record.optimizers[id.index]
            var proposal: Proposal
            if let proposer = proposers[id], answer == nil {
                try requireFeedback(id)
                ruleDepths.append(host?.currentStack.count ?? 0)
                defer { ruleDepths.removeLast() }
                let values = try callingOut { try proposer(self, id) }
                proposal = convert(values.map { Suggestion(parameter: $0.parameter, name: "", value: $0.value) }, facts, id)
            } else {
                let problem = try self.problem(for: id)
                let result = try answer.map { try byHand($0, problem) } ?? converse(problem, asking: first)
                proposal = convert(result, problem)
            }
            keep(proposal)
            return proposal
        }
    }

    func keep(_ proposal: Proposal) {
        store.bytes += proposal.footprint
        store.record.proposals.append(proposal)
        emit(.propose(record.proposals.count - 1))
    }

    /// The proposal that an answer would result in, without any change.
    ///
    /// - Throws: `TraceError.badAnswer` when it cannot be read.
    public func review(_ answer: String, for problem: Problem) throws(TraceError) -> Proposal {
        convert(try read(answer, problem), problem)
    }

    /// The first question of an optimizer, with the messages as they would be sent.
    ///
    /// - Throws: `TraceError.noFeedback`; `TraceError.conflict`.
    public func question(for id: OptimizerID) throws(TraceError) -> ModelQuestion {
        do { return try state.question(for: id, in: record) } catch { throw failed(error) }
    }

    /// Asks in as many rounds as the kind of optimizer takes. An answer by hand settles it at once. An unreadable answer is shown to the
    /// answerer, who may answer again: the last question if the answers before it could be used, and otherwise the first.
    private func converse(_ problem: Problem, asking first: ModelQuestion?) throws -> ConversationResult {
        var conversation = state.conversation(problem, in: record)
        var first = first
        var round = 1
        // The reason why the answers could not be read, when they are asked for again.
        var fault: TraceError?
        while true {
            let turn: ConversationTurn
            do throws(TraceError) {
                turn = try conversation.next()
            } catch {
                guard case .badAnswer = error, first != nil else { throw error }
                fault = error
                if let resumed = conversation.resumed {
                    conversation = resumed
                } else {
                    conversation = state.conversation(problem, in: record)
                    round = 1
                }
                turn = try conversation.next()
            }
            switch turn {
            case .done(let result): return result
            case .ask(let parts):
                let own = state.question(parts, problem, round: round), question = round == 1 ? first ?? own : own
                if round == 1 { first = question }
                try requireFit(question)
                switch try ask(question, after: fault) {
                case .whole(let text): return try read(text, problem)
                case .own: throw failed(.noModel(question.asker))
                case .results(let results): try conversation.take(results)
                }
                fault = nil
                round += 1
            }
        }
    }

    /// Takes an answer that was given without having been asked for, as the answer to the first question.
    private func byHand(_ text: String, _ problem: Problem) throws -> ConversationResult {
        let result = try read(text, problem)
        var conversation = state.conversation(problem, in: record)
        if case .ask(let parts) = try conversation.next(), let part = parts.first {
            keep(state.question(parts, problem, round: 1), part, .success(ModelAnswer(text: text, origin: .hand)))
        }
        return result
    }

    /// Reads an answer that settles a whole question, in any form.
    private func read(_ text: String, _ problem: Problem) throws(TraceError) -> ConversationResult {
        do throws(AnswerFault) {
            let form = record.optimizers[problem.optimizer.index].kind == .optoPrimeV2 ? SuggestionForm.tags : .json
            return ConversationResult(try SuggestionReader.read(text, as: form, problem, record), text: text)
        } catch {
            throw .badAnswer(problem.optimizer, reason: "\(error.reason); it should look like \(problem.template)")
        }
    }

    private func convert(_ result: ConversationResult, _ problem: Problem) -> Proposal {
        let id = problem.optimizer
        var proposal = convert(result.suggestions, record.optimizers[id.index], id)
        proposal.answer = result.text
        proposal.reasoning = result.reasoning
        proposal.repairs = result.repairs
        proposal.candidates = result.candidates
        proposal.rejected += result.rejected
        proposal.asked = problem.asked
        return proposal
    }

    /// Converts each suggestion to its parameter's type. A value that cannot be converted is reported, and leaves the others as they are.
    func convert(_ suggestions: [Suggestion], _ facts: OptimizerFacts, _ id: OptimizerID) -> Proposal {
        let used = state.consumption(of: id, with: facts.distinctParameters)
        var proposal = Proposal(
            optimizer: id, unreached: facts.distinctParameters.filter { !state.feedback.holds($0) }, event: record.log.count,
            consumed: used.entries, carried: used.carried, step: state.steps[id.index] + 1, previous: state.lastProposals[id])
        for suggestion in suggestions {
            let name = suggestion.parameter.map { record.name($0) } ?? suggestion.name
            func reject(_ reason: String) { proposal.rejected.append(.init(parameter: name, value: suggestion.value, reason: reason)) }
            if let fault = suggestion.fault {
                reject(fault)
                continue
            }
            guard let parameter = suggestion.parameter, facts.attends(to: parameter) else {
                let known = Words.list(facts.distinctParameters.map { record.name($0) })
                reject("it is not a parameter of \(facts.name), which has \(known)")
                continue
            }
            if suggestion.value.text.trimmingSpace.isEmpty, record.bundle(parameter)?.code == parameter {
                reject("the code is empty")
                continue
            }
            let old = value(parameter)
            switch suggestion.value.converted(toTypeOf: old) {
            case .success(let new):
                do throws(ProjectionFailure) {
                    proposal.updates.append(.init(parameter: parameter, old: old, new: try project(new, onto: parameter)))
                } catch {
                    reject(error.reason)
                }
            case .failure(let error): reject(error.text)
            }
        }
        return proposal
    }

    /// Applies the current proposal of an optimizer, and counts a step. A value that a parameter already has does not make a version.
    @discardableResult
    public func update(_ id: OptimizerID) throws(TraceError) -> Proposal {
        guard let index = state.proposals[id] else { throw .noProposal(id) }
        return operation {
            let proposal = record.proposals[index]
            let step = state.steps[id.index] + 1
            for update in proposal.updates where update.new != value(update.parameter) {
                emit(.update(write(update.new, to: update.parameter, by: .optimizer(id, step: step))))
            }
            emit(.settle(id))
            emit(.step(id, Int32(step)))
            return proposal
        }
    }

    /// Updates with values of the workflow's own, which become the current proposal.
    public func update(_ id: OptimizerID, with values: [(parameter: NodeID, value: Value)]) throws(TraceError) -> Proposal {
        try operation { () throws(TraceError) in
            let suggestions = values.map { Suggestion(parameter: $0.parameter, name: "", value: $0.value) }
            keep(convert(suggestions, record.optimizers[id.index], id))
            return try update(id)
        }
    }

    /// Discards the current proposal of an optimizer.
    public func discard(_ id: OptimizerID) throws(TraceError) {
        guard state.proposals[id] != nil else { throw .noProposal(id) }
        operation { emit(.settle(id)) }
    }

    /// Proposes and updates.
    @discardableResult
    public func step(_ id: OptimizerID) throws -> Proposal {
        let proposal = try propose(id)
        if let answerer = host?.answerer {
            try operation { try callingOut { try answerer.review(id, in: self) } }
            // The reviewer rejected it: the step changes nothing, and the workflow goes on.
            guard state.proposals[id] != nil else { return dropped(proposal) }
        }
        return try update(id)
    }
}
