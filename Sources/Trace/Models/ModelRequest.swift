/// One message of a conversation with a language model.
public struct ChatMessage: Sendable, Hashable {
    public enum Speaker: String, Sendable, Hashable, CaseIterable { case system, user, assistant }
    public var role: Speaker
    public var content: String

    public init(_ role: Speaker, _ content: String) {
        self.role = role
        self.content = content
    }
}

/// A request to a language model. Two requests are equal if they ask the same, which is how recordings find their answers.
public struct ModelRequest: Sendable, Hashable {
    public var messages: [ChatMessage]
    /// The name of a configured model, or of a model as the server knows it; nil is the session's.
    public var model: String?
    /// Nil leaves it to the server.
    public var temperature: Double?
    /// The most tokens that an answer may have; nil leaves it to the server.
    public var maxTokens: Int?
    /// Whether the answer should be one JSON object. A server without such a mode is asked without it.
    public var wantsJSON: Bool
    /// Members of the request's body that are sent as they are given, in place of those of the same names.
    public var extra: RequestFields

    public init(
        _ messages: [ChatMessage], model: String? = nil, temperature: Double? = nil, maxTokens: Int? = nil, wantsJSON: Bool = false,
        extra: RequestFields = RequestFields()
    ) {
        self.messages = messages
        self.model = model
        self.temperature = temperature
        self.maxTokens = maxTokens
        self.wantsJSON = wantsJSON
        self.extra = extra
    }

    /// Estimated number of tokens of the messages. A server's count depends on its tokenizer.
    public var estimatedTokens: Int { messages.reduce(0) { $0 + TokenCount.estimate($1.content) + 4 } }
}

/// The answer of a language model, and its cost.
public struct ModelAnswer: Sendable, Hashable {
    /// The origin of an answer.
    public enum Origin: String, Sendable, Hashable { case live, replay, hand }
    public var text: String
    public var origin: Origin
    /// The model as the server names it; empty for an answer by hand.
    public var model: String
    /// As the server counted them, or estimated where it does not say.
    public var promptTokens: Int
    public var completionTokens: Int
    /// Whether the numbers of tokens are estimates.
    public var isEstimated: Bool
    /// In US dollars; nil where the model's prices are not known. A replay and an answer by hand cost nothing.
    public var cost: Double?
    /// From sending to the last byte, with all retries.
    public var seconds: Double
    /// Number of times that the request was sent again.
    public var retries: Int
    /// Whether the answer was cut off at the greatest number of tokens.
    public var isCut: Bool
    /// Whether the model thought apart from the text.
    public var hasThoughts: Bool
    /// The server's word for the end of the answer, if it is an unknown one; nil otherwise.
    public var ending: String?

    public init(
        text: String, origin: Origin, model: String = "", promptTokens: Int = 0, completionTokens: Int = 0, isEstimated: Bool = false,
        cost: Double? = nil, seconds: Double = 0, retries: Int = 0, isCut: Bool = false, hasThoughts: Bool = false,
        ending: String? = nil
    ) {
        self.text = text
        self.origin = origin
        self.model = model
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.isEstimated = isEstimated
        self.cost = cost
        self.seconds = seconds
        self.retries = retries
        self.isCut = isCut
        self.hasThoughts = hasThoughts
        self.ending = ending
    }
}

/// The reason why there is no answer.
public struct ModelError: Error, Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// The user, or the end of the session, cancelled it.
        case cancelled
        /// No connection, or one that broke, after all retries.
        case unreachable
        /// Nothing came for too long, after all retries.
        case timeout
        /// The server refused it: a wrong key, an unknown model, a request that it does not take, or too many.
        case refused
        /// The server's answer does not follow the protocol.
        case protocolViolation = "bad-response"
        /// The request is not in the recording.
        case notRecorded = "not-recorded"
        /// It would pass the budget.
        case budget
        /// It would not fit the model's context.
        case tooLong = "prompt-too-long"
        /// No model is set, or none of that name.
        case noModel = "no-model"
    }
    public var kind: Kind
    /// The event and the advice, in one sentence. Never holds a key.
    public var message: String
    /// The HTTP status, where there was one.
    public var status: Int?
    public var retries: Int

    public init(_ kind: Kind, _ message: String, status: Int? = nil, retries: Int = 0) {
        self.kind = kind
        self.message = message
        self.status = status
        self.retries = retries
    }
}

/// The facts about a model that are known before it is asked.
public struct ModelFacts: Sendable, Hashable {
    /// As the user names it.
    public var name: String
    /// As the server names it.
    public var model: String
    public var url: String
    /// In tokens; nil if it is not known.
    public var contextLength: Int?
    /// In US dollars for a million tokens; nil if it is not known.
    public var promptPrice: Double?
    public var completionPrice: Double?

    public init(
        name: String, model: String, url: String, contextLength: Int? = nil, promptPrice: Double? = nil, completionPrice: Double? = nil
    ) {
        self.name = name
        self.model = model
        self.url = url
        self.contextLength = contextLength
        self.promptPrice = promptPrice
        self.completionPrice = completionPrice
    }

    /// The cost of a number of tokens, in US dollars; nil if a price is not known.
    public func cost(promptTokens: Int, completionTokens: Int) -> Double? {
        guard let promptPrice, let completionPrice else { return nil }
        return (Double(promptTokens) * promptPrice + Double(completionTokens) * completionPrice) / 1_000_000
    }
}

/// An event while a request is under way.
public enum ModelProgress: Sendable, Hashable {
    /// More of the answer.
    case text(String)
    /// The answer so far does not count: the request is sent again after a number of seconds, for the given reason.
    case retry(afterSeconds: Double, reason: String)
    /// It has its result, while others may still be under way. May be missing for a cancelled request.
    case finished(Result<ModelAnswer, ModelError>)
}

/// A language model, wherever its answers come from.
public protocol LanguageModel: AnyObject, Sendable {
    /// Asks several things at once and waits for all of them; the results are in the requests' order.
    ///
    /// - Parameter progress: called on the caller's thread with the number of the request, counted from 0.
    func complete(_ requests: [ModelRequest], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>]
    /// Ends the running requests soon, with `ModelError.Kind.cancelled`. May be called from any thread.
    func cancel()
    /// The known facts about a model by its name; nil is the session's.
    func facts(for name: String?) -> ModelFacts?
    /// Whether an answer to such a request costs nothing and uses no network, as from a recording.
    func isFree(_ request: ModelRequest) -> Bool
    /// A run of the workflow begins: a recording answers from its first exchange again.
    func rewind()
    /// The last answers to some requests do not count as given: who asks the same next gets them again.
    func takeBack(_ requests: [ModelRequest])
}

extension LanguageModel {
    public func rewind() {}
    public func takeBack(_ requests: [ModelRequest]) {}
}

/// Estimates of numbers of tokens.
public enum TokenCount {
    /// About how many tokens a text is: words of Latin letters take one token for each four letters begun, digits one for each three,
    /// and every other sign one. Tokenizers differ by some twenty per cent either way.
    public static func estimate(_ text: String) -> Int {
        var tokens = 0, letters = 0, digits = 0
        func close() {
            tokens += (letters + 3) / 4 + (digits + 2) / 3
            letters = 0
            digits = 0
        }
        for scalar in text.unicodeScalars {
            if scalar.properties.isAlphabetic, scalar.value < 0x250 {
                if digits > 0 { close() }
                letters += 1
            } else if (0x30...0x39).contains(scalar.value) {
                if letters > 0 { close() }
                digits += 1
            } else {
                close()
                // A space goes with the word after it.
                if scalar != " " { tokens += 1 }
            }
        }
        close()
        return tokens
    }
}
