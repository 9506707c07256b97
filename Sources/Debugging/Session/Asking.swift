import Trace

/// The questions of a session to language models, and the proposals under review: the open ones, and how they are settled.
final class Asking {
    /// The access to language models.
    var access: ModelAccess
    /// The question that waits for a yes or for an answer.
    var waiting: Session.Waiting?
    /// The optimizer whose step pauses the workflow until its proposal was seen.
    private(set) var reviewing: OptimizerID?
    /// The decision of a command about the workflow's own question or proposal.
    var settlement: Session.Settlement?
    /// The asker and the step whose question the user has approved for a model.
    var approved: (asker: ModelQuestion.Asker, step: Int)?

    /// The questions of the current work by hand.
    private var lent: [ModelRequest] = []

    init(_ access: ModelAccess) { self.access = access }

    /// Ends work by hand. The answers of a recording are the workflow's: work by hand looks at them and leaves them for it.
    func returnAnswers() {
        if !lent.isEmpty { access.model?.takeBack(lent) }
        lent = []
    }

    /// The question that waits, unless a command has just settled it.
    var openQuestion: Session.Waiting? { settlement == nil ? waiting : nil }

    /// The workflow's own questions and proposals are settled before anything else goes on.
    func requireNothingWaits() throws {
        if let waiting, waiting.byWorkflow { throw CommandError.waitsFor(waiting.question.asker, canSend: waiting.canSend) }
        if let reviewing { throw CommandError.proposalWaits(reviewing) }
    }

    /// Sets whether models may be asked over the network.
    func allow(_ live: LivePolicy) {
        access.live = live
        if let waiting { self.waiting?.canSend = access.canSend(waiting) }
    }

    // MARK: Questions of the workflow

    /// Answers a question: from the log in a replay, from a model if one may be asked, and otherwise by the user at the screen.
    func answer(_ question: ModelQuestion, in session: Session) throws -> ModelReply {
        switch try session.repetition.reply(to: question, in: session) {
        case .reply(let reply): return reply
        case .pause(let reason):
            // If nobody answers, the workflow pauses at the next line instead.
            session.stepper.nextPause = session.options.isInteractive ? nil : reason
            session.stepper.askAtLines(true)
        case nil: break
        }
        if mayAsk(question) {
            do {
                return try send(question, in: session)
            } catch let error as ModelFailure where session.waitsForPeople {
                // A failing server loses nothing: the question is pending until somebody settles it.
                return try waitForPeople(question, after: error.error, in: session)
            }
        }
        guard session.waitsForPeople else { throw TraceError.noModel(question.asker) }
        return try waitForPeople(question, after: nil, in: session)
    }

    /// Unreadable answers do not lose a step either: the user at the screen asks again, or answers by hand.
    func answer(_ question: ModelQuestion, after fault: TraceError, in session: Session) throws -> ModelReply? {
        guard session.waitsForPeople, case .badAnswer(_, let reason) = fault else { return nil }
        let failure = ModelError(.protocolViolation, "the answer cannot be read: \(reason). Send it again, or answer by hand")
        do {
            return try waitForPeople(question, after: failure, in: session)
        } catch TraceError.model(_, failure) {
            return nil
        }
    }

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
    private func send(_ question: ModelQuestion, in session: Session) throws -> ModelReply {
        guard let model = access.model else {
            guard question.hasOwnModel else { throw TraceError.noModel(question.asker) }
            return .own(question.parts.first?.request.messages ?? [])
        }
        let requests = question.parts.map(\.request), source = session.requests
        var activity = ModelActivity(
            asker: question.asker, parts: question.parts.map { ModelActivity.Part(purpose: $0.purpose) }, started: .now,
            promptTokens: question.estimatedTokens, facts: model.facts(for: requests.first?.model))
        source.asks(model, activity)
        source.changed(session)
        let results = model.complete(requests) { part, progress in
            activity.take(part, progress)
            source.asks(model, activity)
        }
        source.asks(nil, nil)
        if session.hands.areActive { lent += requests }
        let reply = Array(zip(requests, results)).map { (request: $0.0, result: $0.1) }
        let failures = results.compactMap { result -> ModelError? in if case .failure(let error) = result { error } else { nil } }
        if session.waitsForPeople, failures.count == results.count, let first = failures.first {
            session.engine.keep(question, reply)
            throw ModelFailure(error: first)
        }
        return .results(reply)
    }

    /// Pauses the workflow until somebody answers, has the question sent, or refuses.
    private func waitForPeople(_ question: ModelQuestion, after failure: ModelError?, in session: Session) throws -> ModelReply {
        var failure = failure
        let engine = session.engine
        var waiting = Session.Waiting(
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
            guard session.hold(what, at: engine.currentSite(), .question) else { throw TraceError.noModel(question.asker) }
            switch settlement {
            case .answer(let text): return .whole(text)
            case .send:
                approved = (question.asker, question.step)
                do {
                    return try send(self.waiting?.question ?? question, in: session)
                } catch let error as ModelFailure {
                    failure = error.error
                    waiting = self.waiting ?? waiting
                }
            case .refuse where question.hasOwnModel:
                // The program's call fails, or its own model would answer.
                throw TraceError.model(question.asker, failure ?? ModelError(.cancelled, "the question was discarded"))
            case .refuse, .seen, nil:
                if let failure { throw TraceError.model(question.asker, failure) }
                throw TraceError.noModel(question.asker)
            }
        }
    }

    // MARK: Proposals of the workflow's steps

    /// Pauses the workflow between a step's proposal and its update, where somebody has to say yes to live answers.
    func review(_ optimizer: OptimizerID, in session: Session) {
        let engine = session.engine, isReplaying = session.repetition.isReplaying
        guard isReplaying || session.waitsForPeople && access.live == .ask && engine.isProposedByLiveAnswer(optimizer) else { return }
        reviewing = optimizer
        if !isReplaying { settlement = nil }
        defer {
            reviewing = nil
            settlement = nil
        }
        var reason = "\(engine.record.optimizers[optimizer.index].name) proposes"
        if isReplaying {
            // The commands that were given while the proposal waited are given again.
            guard let stop = session.repetition.reached(.review, engine.currentSite(), in: session), settlement == nil else { return }
            reason = stop
        }
        _ = session.hold(reason, at: engine.currentSite(), .review)
    }

    /// The standing of the models, for a screen.
    var status: ModelStatus {
        ModelStatus(
            facts: access.model?.facts(for: nil), live: access.live, recording: access.recorder?.path, budget: access.budget?.standing)
    }
}

extension Session {
    /// Whether somebody sits at a screen and the workflow itself asks.
    fileprivate var waitsForPeople: Bool { options.isInteractive && !options.isReadOnly && standing.phase == .running }
}

extension Engine {
    /// Whether there is a proposal that a model has just made over the network for the optimizer's next step.
    fileprivate func isProposedByLiveAnswer(_ optimizer: OptimizerID) -> Bool {
        guard state.proposals[optimizer] != nil, let last = record.models.exchanges.last, last.asker.optimizer == optimizer,
            last.step == state.steps[optimizer.index] + 1, case .success(let answer) = last.result
        else { return false }
        return answer.origin == .live
    }
}

extension ModelAccess {
    /// Whether a question may be sent once somebody says yes. A recording that had no answer has none the next time.
    func canSend(_ waiting: Session.Waiting) -> Bool {
        guard model != nil else { return waiting.question.hasOwnModel }
        return isFree(waiting.question) ? waiting.failure == nil : live != .never
    }
}
