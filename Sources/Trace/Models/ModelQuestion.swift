/// A question to language models at one time: requests that do not depend on one another.
public struct ModelQuestion: Sendable {
    /// The source of the question.
    public enum Asker: Sendable, Hashable {
        case optimizer(OptimizerID)
        /// A call of the workflow's own; the name that its node will have, without the number.
        case call(String)

        public var optimizer: OptimizerID? {
            if case .optimizer(let id) = self { return id }
            return nil
        }
    }
    public struct Part: Sendable {
        public var request: ModelRequest
        /// The purpose of its answer, in a few words: `proposal`, `candidate 2`, `gradient of a:0`.
        public var purpose: String
        /// The node that an optimizer asks about, where it asks about one.
        public var node: NodeID?

        public init(_ request: ModelRequest, for purpose: String, about node: NodeID? = nil) {
            self.request = request
            self.purpose = purpose
            self.node = node
        }
    }
    public var asker: Asker
    public var parts: [Part]
    /// The problem of an optimizer; nil for a call.
    public var problem: Problem?
    /// Counted from 1: an optimizer may ask again after it has read the first answers.
    public var round: Int
    /// The step that an optimizer asks for, counted from 1; 0 for a call.
    public var step: Int
    /// Whether the asker has a model of its own, as a program that runs elsewhere.
    public var hasOwnModel = false

    public init(asker: Asker, parts: [Part], problem: Problem? = nil, round: Int = 1, step: Int = 0) {
        self.asker = asker
        self.parts = parts
        self.problem = problem
        self.round = round
        self.step = step
    }

    public var optimizer: OptimizerID? { asker.optimizer }
}

/// The result of a question.
public enum ModelReply: Sendable {
    /// One result for each part, in order, with the request as it was sent: the user may have edited it.
    case results([(request: ModelRequest, result: Result<ModelAnswer, ModelError>)])
    /// One text that settles the whole question, whatever rounds would have followed: an answer by hand.
    case whole(String)
    /// The asker must ask its own model, with these messages, which the user may have edited.
    case own([ChatMessage])
}

/// Something that answers questions: a language model, or a person.
public protocol Answerer: AnyObject {
    /// The reply, or an error of its own. Called while the engine is at rest.
    func answer(_ question: ModelQuestion, in engine: Engine) throws -> ModelReply
    /// The answers to a question were no use, however often the model was asked. Another reply to it, or nil if there is none.
    func answer(_ question: ModelQuestion, after fault: TraceError, in engine: Engine) throws -> ModelReply?
    /// A step of the workflow has its proposal and is about to apply it. The current proposal may be amended, or discarded.
    func review(_ optimizer: OptimizerID, in engine: Engine) throws
}

extension Answerer {
    public func answer(_ question: ModelQuestion, after fault: TraceError, in engine: Engine) throws -> ModelReply? { nil }
    public func review(_ optimizer: OptimizerID, in engine: Engine) throws {}
}

/// The asker and the purpose of a question.
public struct QuestionFacts: Sendable {
    public var asker: ModelQuestion.Asker
    public var purpose: String
}

/// One request with its result, as the record keeps it.
public struct ExchangeFacts: Sendable {
    public var asker: ModelQuestion.Asker
    public var request: ModelRequest
    public var result: Result<ModelAnswer, ModelError>
    public var purpose: String
    public var round: Int
    /// The step that an optimizer asked for, counted from 1; 0 for a call.
    public var step: Int
    /// The number of the event that it is.
    public var event: Int
    /// The node that an optimizer asked about, where it asked about one.
    public var node: NodeID?
}

extension Engine {
    /// Asks, and keeps every exchange in the record.
    ///
    /// - Parameter fault: the reason why its answers could not be used.
    /// - Throws: `TraceError.noModel` when there is nobody to ask; the answerer's error; `fault` when nobody answers anew.
    func ask(_ question: ModelQuestion, after fault: TraceError? = nil) throws -> ModelReply {
        guard let answerer = host?.answerer else { throw failed(.noModel(question.asker)) }
        let reply: ModelReply
        if let fault {
            guard let again = try callingOut({ try answerer.answer(question, after: fault, in: self) }) else { throw fault }
            reply = again
        } else {
            let what = question.parts.count == 1 ? question.parts[0].purpose : "\(question.parts.count) answers"
            store.record.models.questions.append(QuestionFacts(asker: question.asker, purpose: what))
            emit(.model(record.models.questions.count - 1))
            reply = try callingOut { try answerer.answer(question, in: self) }
        }
        switch reply {
        case .results(let results):
            keep(question, results)
        case .whole(let text):
            if let part = question.parts.first { keep(question, part, .success(ModelAnswer(text: text, origin: .hand))) }
        case .own: throw failed(.noModel(question.asker))
        }
        return reply
    }

    /// Records the results of the parts of a question that is asked again: failed requests are part of the record too.
    public func keep(_ question: ModelQuestion, _ results: [(request: ModelRequest, result: Result<ModelAnswer, ModelError>)]) {
        operation {
            for (part, sent) in zip(question.parts, results) {
                keep(question, ModelQuestion.Part(sent.request, for: part.purpose, about: part.node), sent.result)
            }
        }
    }

    func keep(_ question: ModelQuestion, _ part: ModelQuestion.Part, _ result: Result<ModelAnswer, ModelError>) {
        store.record.models.exchanges.append(
            ExchangeFacts(
                asker: question.asker, request: part.request, result: result, purpose: part.purpose, round: question.round,
                step: question.step, event: record.log.count + 1, node: part.node))
        emit(.exchange(record.models.exchanges.count - 1))
    }
}

extension GraphRecord {
    /// The name of the asker of a question.
    public func name(of asker: ModelQuestion.Asker) -> String {
        switch asker {
        case .optimizer(let id): optimizers[id.index].name
        case .call(let name): name
        }
    }
}
