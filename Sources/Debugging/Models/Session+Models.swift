import Trace

extension Session: Answerer {
    package func answer(_ question: ModelQuestion, in engine: Engine) throws -> ModelReply {
        if replay != nil, let reply = try repeatedReply(to: question) { return reply }
        if mayAsk(question) {
            do {
                return try send(question)
            } catch let error as ModelFailure where waitsForPeople {
                // Nothing is lost by a server that fails: the question stands until somebody settles it.
                return try waitForPeople(question, after: error.error)
            }
        }
        guard waitsForPeople else { throw TraceError.noModel(question.asker) }
        return try waitForPeople(question, after: nil)
    }

    /// Answers that cannot be read cost no step either: whoever sits at the screen asks again, or answers by hand.
    package func answer(_ question: ModelQuestion, after fault: TraceError, in engine: Engine) throws -> ModelReply? {
        guard waitsForPeople, case .badAnswer(_, let reason) = fault else { return nil }
        let failure = ModelError(.protocolViolation, "the answer cannot be read: \(reason). Send it again, or answer by hand")
        do {
            return try waitForPeople(question, after: failure)
        } catch TraceError.model(_, failure) {
            return nil
        }
    }

    /// Whether somebody sits at a screen and the workflow itself asks.
    private var waitsForPeople: Bool { isInteractive && !isReadOnly && phase == .running }

    /// Whether a question may go out without being shown first.
    private func mayAsk(_ question: ModelQuestion) -> Bool {
        guard access.model != nil else { return false }
        if access.live == .always || access.isFree(question) { return true }
        // A yes holds for every round of one step.
        return approved.map { $0.asker == question.asker && $0.step == question.step && question.step > 0 } ?? false
    }

    /// A failure of a question as a whole: the error of the first part that has one, when no part was answered.
    private struct ModelFailure: Error { var error: ModelError }

    /// Asks the model, and shows how it goes.
    private func send(_ question: ModelQuestion) throws -> ModelReply {
        guard let model = access.model else { throw TraceError.noModel(question.asker) }
        let requests = question.parts.map(\.request)
        var activity = ModelActivity(
            asker: question.asker, parts: question.parts.map { ModelActivity.Part(purpose: $0.purpose) }, started: .now,
            promptTokens: question.estimatedTokens, facts: model.facts(for: requests.first?.model))
        requestSource.asks(model, activity)
        requestSource.changed(self)
        let results = model.complete(requests) { part, progress in
            activity.take(part, progress)
            requestSource.asks(model, activity)
        }
        requestSource.asks(nil, nil)
        let reply = Array(zip(requests, results)).map { (request: $0.0, result: $0.1) }
        let failures = results.compactMap { result -> ModelError? in if case .failure(let error) = result { error } else { nil } }
        if waitsForPeople, failures.count == results.count, let first = failures.first {
            engine.keep(question, reply)
            throw ModelFailure(error: first)
        }
        return .results(reply)
    }

    /// Holds the workflow until somebody answers, has the question sent, or refuses.
    private func waitForPeople(_ question: ModelQuestion, after failure: ModelError?) throws -> ModelReply {
        var failure = failure
        var waiting = Waiting(
            question: question, byWorkflow: true, event: engine.state.events, failure: failure, canSend: false)
        let name = engine.record.name(of: question.asker)
        defer {
            self.waiting = nil
            settlement = nil
        }
        while true {
            waiting.failure = failure
            waiting.canSend = access.canSend(waiting)
            self.waiting = waiting
            settlement = nil
            let what = failure.map { "\(name): \($0.message)" } ?? "\(name) waits for \(waiting.canSend ? "a yes or " : "")an answer"
            guard hold(what, at: engine.currentSite(), .question) else { throw TraceError.noModel(question.asker) }
            switch settlement {
            case .answer(let text): return .whole(text)
            case .send:
                approved = (question.asker, question.step)
                do {
                    return try send(self.waiting?.question ?? question)
                } catch let error as ModelFailure {
                    failure = error.error
                    waiting = self.waiting ?? waiting
                }
            case .refuse, .seen, nil:
                if let failure { throw TraceError.model(question.asker, failure) }
                throw TraceError.noModel(question.asker)
            }
        }
    }

    /// Holds the workflow between a step's proposal and its update, where somebody has to say yes to live answers.
    package func review(_ optimizer: OptimizerID, in engine: Engine) throws {
        if replay != nil { return repeatReview(optimizer) }
        guard waitsForPeople, access.live == .ask, engine.state.proposals[optimizer] != nil, let last = engine.record.exchanges.last,
            last.asker.optimizer == optimizer, last.step == engine.state.steps[optimizer.index] + 1,
            case .success(let answer) = last.result,
            answer.origin == .live
        else { return }
        reviewing = optimizer
        settlement = nil
        defer {
            reviewing = nil
            settlement = nil
        }
        _ = hold("\(engine.record.optimizers[optimizer.index].name) proposes", at: engine.currentSite(), .review)
    }

    /// Gives the commands again that were given while a proposal waited to be seen.
    private func repeatReview(_ optimizer: OptimizerID) {
        reviewing = optimizer
        defer {
            reviewing = nil
            settlement = nil
        }
        guard let reason = repeated(at: .review, engine.currentSite()), settlement == nil else { return }
        _ = hold(reason, at: engine.currentSite(), .review)
    }

    /// What a screen needs to know of the models.
    package var modelStatus: ModelStatus {
        ModelStatus(
            facts: access.model?.facts(for: nil), live: access.live, recording: access.recorder?.path, budget: access.budget?.standing)
    }
}

extension ModelAccess {
    /// Whether a question may be sent once somebody says yes. A recording that had no answer has none the next time.
    func canSend(_ waiting: Session.Waiting) -> Bool {
        guard model != nil else { return false }
        return isFree(waiting.question) ? waiting.failure == nil : live != .never
    }
}
