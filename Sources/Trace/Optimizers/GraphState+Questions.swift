/// The question that an optimizer would ask at an event. It follows from the state and the record alone, so it is known in the past too,
/// and asking for it leaves no trace in the log.
extension GraphState {
    /// The problem that an optimizer's feedback poses.
    ///
    /// - Throws: `TraceError.noFeedback`; `TraceError.conflict`.
    public func problem(for id: OptimizerID, in record: GraphRecord) throws(TraceError) -> Problem {
        try requireFeedback(id, in: record)
        do {
            return Problem(optimizer: id, subgraph: try subgraph(id, in: record), state: self, record: record)
        } catch {
            throw .conflict(error)
        }
    }

    func requireFeedback(_ id: OptimizerID, in record: GraphRecord) throws(TraceError) {
        guard record.optimizers[id.index].parameters.contains(where: { feedback.holds($0) }) else { throw .noFeedback(id) }
    }

    /// The first question of an optimizer, with the messages as they would be sent.
    ///
    /// - Throws: `TraceError.noFeedback`; `TraceError.conflict`.
    public func question(for id: OptimizerID, in record: GraphRecord) throws(TraceError) -> ModelQuestion {
        let problem = try problem(for: id, in: record)
        var conversation = conversation(problem, in: record)
        guard case .ask(let parts) = try conversation.next() else { return question([], problem, round: 1) }
        return question(parts, problem, round: 1)
    }

    func question(_ parts: [ModelQuestion.Part], _ problem: Problem, round: Int) -> ModelQuestion {
        let id = problem.optimizer
        return ModelQuestion(asker: .optimizer(id), parts: parts, problem: problem, round: round, step: steps[id.index] + 1)
    }

    /// The way from a problem to its answer.
    func conversation(_ problem: Problem, in record: GraphRecord) -> any Conversation {
        let facts = record.optimizers[problem.optimizer.index]
        // OPRO looks for the best among all.
        let memory = earlier(problem, facts.kind == .opro ? .max : facts.memory, in: record)
        let subject = ConversationSubject(problem: problem, record: record, memory: memory)
        func ask(_ system: String, _ user: String, _ example: ExampleWords? = nil) -> ModelRequest {
            subject.request(system, user, inJSON: facts.kind.answersInJSON, example: example)
        }
        switch facts.kind {
        case .optoPrime, .manual, .custom:
            return SingleAnswer(subject, ask(OptoPrimeWords.system, OptoPrimeWords.user(subject), OptoPrimeWords.example), form: .json)
        case .optoPrimeV2:
            let request = ask(OptoPrimeV2Words.system, OptoPrimeV2Words.user(subject), OptoPrimeV2Words.example)
            return SingleAnswer(subject, request, form: .tags)
        case .opro: return SingleAnswer(subject, ask(OPROWords.system, OPROWords.user(subject), OPROWords.example), form: .json)
        case .optoPrimeMulti:
            return CandidateAnswers(subject, ask(OptoPrimeWords.system, OptoPrimeWords.user(subject), OptoPrimeWords.example))
        case .textGrad: return TextualGradients(subject)
        }
    }
}
