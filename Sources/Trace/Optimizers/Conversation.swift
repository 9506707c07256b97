/// How an optimizer comes from its problem to suggestions: it asks in rounds, each of which may depend on the answers before it.
protocol Conversation {
    /// What to ask next, or what the answers come to.
    mutating func next() throws(TraceError) -> ConversationTurn
    /// Takes in what came of the parts that were asked last, in order.
    mutating func take(_ results: [Result<ModelAnswer, ModelError>]) throws(TraceError)
}

enum ConversationTurn {
    case ask([ModelQuestion.Part])
    /// The suggestions, and the text that they were read from.
    case done([Suggestion], text: String)
}

/// One question, one answer with an object of parameter → value.
struct SingleAnswer: Conversation {
    let problem: Problem
    let record: GraphRecord
    let request: ModelRequest
    private var answer: String?

    init(problem: Problem, record: GraphRecord, request: ModelRequest) {
        self.problem = problem
        self.record = record
        self.request = request
    }

    mutating func next() throws(TraceError) -> ConversationTurn {
        guard let answer else { return .ask([ModelQuestion.Part(request, for: "proposal")]) }
        return .done(try problem.suggestions(in: answer, record: record), text: answer)
    }

    mutating func take(_ results: [Result<ModelAnswer, ModelError>]) throws(TraceError) {
        switch results.first {
        case .success(let answer): self.answer = answer.text
        case .failure(let error): throw .model(.optimizer(problem.optimizer), error)
        case nil: throw .badAnswer(problem.optimizer, reason: "nothing came")
        }
    }
}
