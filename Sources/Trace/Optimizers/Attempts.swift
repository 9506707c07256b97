/// The reason why nothing could be read.
enum AttemptFailure {
    case model(ModelError)
    case unreadable(String)

    var text: String {
        switch self {
        case .model(let error): error.message
        case .unreadable(let reason): reason
        }
    }

    func error(for id: OptimizerID) -> TraceError {
        switch self {
        case .model(let error): .model(.optimizer(id), error)
        case .unreadable(let reason): .badAnswer(id, reason: reason)
        }
    }
}

/// A request that is sent until its answer can be read, or may not be sent again.
struct Attempt<Content> {
    enum Verdict {
        case read(Content, text: String)
        case failed(AttemptFailure, text: String)
    }
    private(set) var request: ModelRequest
    let purpose: String
    /// The node that it is about, if there is one.
    let node: NodeID?
    /// Number of times that it may still be sent again.
    private var left: Int
    private var isRepeated = false
    private(set) var outcome: Verdict?

    init(_ request: ModelRequest, for purpose: String, about node: NodeID? = nil, retries: Int) {
        self.request = request
        self.purpose = purpose
        self.node = node
        left = retries
    }

    var part: ModelQuestion.Part { ModelQuestion.Part(request, for: isRepeated ? "\(purpose), again" : purpose, about: node) }

    /// Takes in the results. The request counts as it was sent: the user may have edited it.
    ///
    /// - Throws: an error that ends the whole question: the user's cancelling, a budget, a recording without the request.
    mutating func take(_ sent: SentRequest, for id: OptimizerID, read: (String) throws(AnswerFault) -> Content) throws(TraceError) {
        request = sent.request
        switch sent.result {
        case .failure(let error):
            switch error.kind {
            case .cancelled, .budget, .noModel, .notRecorded, .tooLong: throw .model(.optimizer(id), error)
            case .unreachable, .timeout, .refused, .protocolViolation: outcome = .failed(.model(error), text: "")
            }
        case .success(let answer):
            switch AnswerEnd(answer, of: request) {
            case .thoughts(let reason):
                // The same request would end in the same way, and be paid for again.
                outcome = .failed(.unreadable(reason), text: answer.text)
            case .cut(let reason): ask(again: answer, because: reason, saying: RetryWords.cut)
            case .silent(let reason): ask(again: answer, because: reason, saying: RetryWords.user(reason))
            case .whole:
                do throws(AnswerFault) {
                    outcome = .read(try read(answer.text), text: answer.text)
                } catch {
                    let ending = answer.ending.map { "; the server ended it with \(Value.string($0).short(60))" } ?? ""
                    ask(again: answer, because: error.reason + ending, saying: RetryWords.user(error.reason))
                }
            }
        }
    }

    /// Asks once more if that is allowed, and fails otherwise.
    private mutating func ask(again answer: ModelAnswer, because reason: String, saying words: String) {
        guard left > 0 else {
            outcome = .failed(.unreadable(reason), text: answer.text)
            return
        }
        left -= 1
        isRepeated = true
        request.messages.append(ChatMessage(.assistant, answer.text.isEmpty ? "(nothing)" : answer.text))
        request.messages.append(ChatMessage(.user, words))
    }
}

/// Attempts that are made at the same time.
struct Attempts<Content> {
    var all: [Attempt<Content>]

    /// The parts that are still to be asked.
    var parts: [ModelQuestion.Part] { all.filter { $0.outcome == nil }.map(\.part) }

    /// Takes the results of the open parts, in order.
    mutating func take(
        _ results: [SentRequest], for id: OptimizerID, read: (Int, String) throws(AnswerFault) -> Content
    ) throws(TraceError) {
        let open = all.indices.filter { all[$0].outcome == nil }
        for (place, index) in open.enumerated() {
            let missing = ModelError(.protocolViolation, "nothing came for \(all[index].purpose)")
            let sent = place < results.count ? results[place] : (all[index].request, .failure(missing))
            try all[index].take(sent, for: id) { text throws(AnswerFault) in try read(index, text) }
        }
    }
}
