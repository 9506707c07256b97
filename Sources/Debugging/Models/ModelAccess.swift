import Trace

/// Whether a language model may be asked over the network.
package enum LivePolicy: String, Sendable, CaseIterable {
    /// Never: answers come from a recording or from the user.
    case never
    /// Only after a yes for each question.
    case ask
    case always
}

/// Writes exchanges to a file as they happen.
package protocol ExchangeRecorder: AnyObject, Sendable {
    /// The file that is written to; nil while nothing is recorded.
    var path: String? { get }
    /// Records to a file from now on; nil ends it. Throws an error whose description says what to do.
    func record(to path: String?) throws
}

/// Keeps the spending on models within a budget.
package protocol BudgetKeeper: AnyObject, Sendable {
    /// Upper bound of the spending, including the past one.
    var budget: Budget { get set }
    /// Tokens of prompts and answers together.
    var spentTokens: Int { get }
    /// In US dollars, as far as prices are known.
    var spentDollars: Double { get }
}

extension BudgetKeeper {
    /// Nil if there is no budget.
    package var standing: BudgetStanding? {
        let budget = budget
        guard budget.isBounded else { return nil }
        return BudgetStanding(tokens: budget.tokens, dollars: budget.dollars, spentTokens: spentTokens, spentDollars: spentDollars)
    }
}

/// A budget, and its spent part: tokens of prompts and answers together, US dollars, or both.
package struct BudgetStanding: Sendable, Hashable {
    /// Nil where tokens are not bounded.
    package var tokens: Int?
    /// Nil where money is not bounded.
    package var dollars: Double?
    package var spentTokens: Int
    package var spentDollars: Double

    package init(tokens: Int?, dollars: Double?, spentTokens: Int, spentDollars: Double) {
        self.tokens = tokens
        self.dollars = dollars
        self.spentTokens = spentTokens
        self.spentDollars = spentDollars
    }

    package var tokensLeft: Int? { tokens.map { max(0, $0 - spentTokens) } }
    package var dollarsLeft: Double? { dollars.map { max(0, $0 - spentDollars) } }

    /// The rest, in few words.
    package var leftText: String {
        let tokens = tokensLeft.map { "\($0.grouped) \($0 == 1 ? "token" : "tokens")" }
        return [tokens, dollarsLeft.map(Dollars.text)].compactMap { $0 }.joined(separator: ", ") + " left"
    }

    package var text: String {
        var parts: [String] = []
        if let tokens, let left = tokensLeft {
            parts.append("\(spentTokens.grouped) of \(tokens.grouped) tokens spent, \(left.grouped) left")
        }
        if let dollars, let left = dollarsLeft {
            parts.append("\(Dollars.text(spentDollars)) of \(Dollars.text(dollars)) spent, \(Dollars.text(left)) left")
        }
        return parts.joined(separator: "; ")
    }

    package var json: JSON {
        [
            "tokens": tokens.map { ["limit": .int($0), "spent": .int(spentTokens), "left": .int(tokensLeft ?? 0)] } ?? .null,
            "dollars": dollars.map { ["limit": .number($0), "spent": .number(spentDollars), "left": .number(dollarsLeft ?? 0)] } ?? .null,
        ]
    }
}

/// A session's access to language models. It outlives the runs of a workflow, and so does the spending.
package struct ModelAccess: Sendable {
    /// The source of answers; nil means only the user.
    package var model: (any LanguageModel)?
    package var live: LivePolicy
    package var recorder: (any ExchangeRecorder)?
    /// Nil where nothing can be spent.
    package var budget: (any BudgetKeeper)?

    package init(
        model: (any LanguageModel)? = nil, live: LivePolicy = .never, recorder: (any ExchangeRecorder)? = nil,
        budget: (any BudgetKeeper)? = nil
    ) {
        self.model = model
        self.live = live
        self.recorder = recorder
        self.budget = budget
    }

    /// Whether every request of a question can be answered without cost and without the network.
    func isFree(_ question: ModelQuestion) -> Bool {
        guard let model else { return false }
        return question.parts.allSatisfy { model.isFree($0.request) }
    }
}

/// The standing of the session's models, for a screen.
package struct ModelStatus: Sendable, Hashable {
    /// The session's model; nil is none.
    package var facts: ModelFacts?
    package var live = LivePolicy.never
    /// The file that exchanges are recorded to.
    package var recording: String?
    /// Nil if there is no budget.
    package var budget: BudgetStanding?
    /// Whether the program has models of its own, which answer where the session has none.
    package var isProgramsOwn = false
    /// Whether a recording answers, and no model.
    package var isRecording = false

    package init(facts: ModelFacts? = nil, live: LivePolicy = .never, recording: String? = nil, budget: BudgetStanding? = nil) {
        self.facts = facts
        self.live = live
        self.recording = recording
        self.budget = budget
    }
}

/// A question that is under way.
package struct ModelActivity: Sendable {
    package struct Part: Sendable, Hashable {
        package var purpose: String
        /// The answer so far.
        package var text = ""
        /// The reason why the request was last sent again.
        package var retry: String?
        package var retries = 0
        package var isFinished = false
    }
    package var asker: ModelQuestion.Asker
    package var parts: [Part]
    package var started: ContinuousClock.Instant
    package var promptTokens: Int
    /// In US dollars for a million tokens of an answer; nil if it is not known.
    package var facts: ModelFacts?

    package var completionTokens: Int { parts.reduce(0) { $0 + TokenCount.estimate($1.text) } }
    /// The approximate cost so far; nil if prices are not known.
    package var cost: Double? { facts?.cost(promptTokens: promptTokens, completionTokens: completionTokens) }

    mutating func take(_ part: Int, _ progress: ModelProgress) {
        guard parts.indices.contains(part) else { return }
        switch progress {
        case .text(let text): parts[part].text += text
        case .retry(_, let reason):
            parts[part].text = ""
            parts[part].retry = reason
            parts[part].retries += 1
        case .finished: parts[part].isFinished = true
        }
    }
}
