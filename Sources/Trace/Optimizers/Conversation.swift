/// The way of an optimizer from its problem to suggestions: it asks in rounds, each of which may depend on the answers before it.
protocol Conversation {
    /// The next question, or the result of the answers.
    mutating func next() throws(TraceError) -> ConversationTurn
    /// Takes the results of the parts that were asked last, in order.
    mutating func take(_ results: [SentRequest]) throws(TraceError)
    /// The same with only its last round open again, if the answers before it could be used; nil if everything starts again.
    var resumed: Self? { get }
}

extension Conversation {
    var resumed: Self? { nil }
}

/// A request as it was sent, with its result.
typealias SentRequest = (request: ModelRequest, result: Result<ModelAnswer, ModelError>)

enum ConversationTurn {
    case ask([ModelQuestion.Part])
    case done(ConversationResult)
}

/// The result of the answers.
struct ConversationResult {
    var suggestions: [Suggestion]
    /// The text that they were read from.
    var text: String
    var reasoning: String?
    var repairs: [String] = []
    /// The rejected values, beside the suggestions.
    var rejected: [Proposal.Rejection] = []
    var candidates: [Proposal.Candidate] = []

    init(_ read: ReadAnswer, text: String) {
        suggestions = read.suggestions
        self.text = text
        reasoning = read.reasoning
        repairs = read.repairs
    }
}

/// The subject of a conversation.
struct ConversationSubject {
    let problem: Problem
    let record: GraphRecord
    /// Earlier problems, oldest first.
    let memory: [Remembered]

    var optimizer: OptimizerID { problem.optimizer }
    var facts: OptimizerFacts { record.optimizers[optimizer.index] }
    var options: OptimizerOptions { facts.options }

    /// - Parameter example: the example before the problem, if the options ask for one.
    func request(_ system: String, _ user: String, temperature: Double? = nil, inJSON: Bool, example: ExampleWords? = nil) -> ModelRequest {
        let turns = options.showsExample ? example?.turns ?? [] : []
        return ModelRequest(
            [ChatMessage(.system, system)] + turns + [ChatMessage(.user, user)], model: options.model,
            temperature: temperature ?? options.temperature,
            maxTokens: options.maxTokens, wantsJSON: inJSON && options.usesJSONMode, extra: options.extra)
    }

    func read(_ answer: String, as form: SuggestionForm) throws(AnswerFault) -> ReadAnswer {
        try SuggestionReader.read(answer, as: form, problem, record)
    }

    /// The earlier problems as a part of a prompt; empty without any.
    var memorySections: [(title: String, lines: [String])] {
        memory.isEmpty ? [] : [(MemoryWords.title, [MemoryWords.introduction] + memory.map(\.json.line))]
    }
}

/// One question and one answer that holds everything.
struct SingleAnswer: Conversation {
    private let subject: ConversationSubject
    private let form: SuggestionForm
    private var attempts: Attempts<ReadAnswer>

    init(_ subject: ConversationSubject, _ request: ModelRequest, form: SuggestionForm) {
        self.subject = subject
        self.form = form
        attempts = Attempts(all: [Attempt(request, for: "proposal", retries: subject.options.retries)])
    }

    mutating func next() throws(TraceError) -> ConversationTurn {
        switch attempts.all[0].outcome {
        case .read(let read, let text): return .done(ConversationResult(read, text: text))
        case .failed(let failure, _): throw failure.error(for: subject.optimizer)
        case nil: return .ask(attempts.parts)
        }
    }

    mutating func take(_ results: [SentRequest]) throws(TraceError) {
        try attempts.take(results, for: subject.optimizer) { _, text throws(AnswerFault) in try subject.read(text, as: form) }
    }
}
