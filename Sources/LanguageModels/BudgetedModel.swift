import Synchronization
import Trace

/// A language model that stops before a budget is exceeded. Its spending lives as long as it does, however often a workflow runs.
///
/// A request is sent if the budget has room for the most that it may take: the estimate of its prompt, and its greatest number of tokens
/// or, without one, a guess. That much is set aside until the answer is complete, and then the real cost is counted. An answer without a
/// greatest number may turn out longer than the guess; when nothing is left for it, all requests under way are cancelled, and what they
/// have received is counted.
package final class BudgetedModel: LanguageModel {
    /// The tokens that are set aside for an answer of unknown length.
    package static let guessedAnswer = 2048

    private struct State {
        var budget: Budget
        var spent = Spending()
        /// For requests that are under way.
        var aside = Spending()
        var cancels = 0

        func fits(_ spending: Spending) -> Bool {
            // A sum from which a part was subtracted again may differ from the original by a rounding.
            spending.tokens <= budget.tokens ?? .max && spending.dollars <= (budget.dollars ?? .infinity) + 1e-12
        }
    }
    private let model: any LanguageModel
    private let filled: @Sendable (ModelRequest) -> ModelRequest
    private let state: Mutex<State>

    /// - Parameter filled: a request with what the settings of its model add.
    package init(
        _ model: any LanguageModel, budget: Budget = Budget(), filled: @escaping @Sendable (ModelRequest) -> ModelRequest = { $0 }
    ) {
        self.model = model
        state = Mutex(State(budget: budget))
        self.filled = filled
    }

    /// Upper bound of the spending, including the past one. A new one applies from the next request on, and to answers under way.
    package var budget: Budget {
        get { state.withLock { $0.budget } }
        set { state.withLock { $0.budget = newValue } }
    }
    package var spent: Spending { state.withLock { $0.spent } }

    package func cancel() {
        state.withLock { $0.cancels += 1 }
        model.cancel()
    }

    package func facts(for name: String?) -> ModelFacts? { model.facts(for: name) }
    package func isFree(_ request: ModelRequest) -> Bool { model.isFree(request) }
    package func rewind() { model.rewind() }

    package func takeBack(_ requests: [ModelRequest]) { model.takeBack(requests) }

    package func complete(_ requests: [ModelRequest], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
        let cancels = state.withLock { $0.cancels }
        var results: [Result<ModelAnswer, ModelError>?] = requests.map { _ in nil }
        var waiting = requests.indices.map { Expense($0, filled(requests[$0]), model) }
        // Requests that do not fit beside the others may fit when those are done: answers are mostly shorter than the tokens set aside for
        // them.
        while !waiting.isEmpty {
            guard state.withLock({ $0.cancels }) == cancels else { break }
            var wave: [Expense] = [], later: [Expense] = []
            for expense in waiting {
                switch setAside(expense) {
                case nil: wave.append(expense)
                case .some(let error) where wave.isEmpty || error.isFinal: results[expense.number] = .failure(error.error)
                default: later.append(expense)
                }
            }
            waiting = later
            if wave.isEmpty { continue }
            for (number, result) in zip(wave.map(\.number), send(wave, progress: progress)) { results[number] = result }
        }
        return results.map { $0 ?? .failure(ModelError(.cancelled, "it was cancelled")) }
    }

    // MARK: Before

    /// The reason why a request cannot be sent now, and whether it could be sent if nothing else were under way.
    private struct Refusal {
        var error: ModelError
        var isFinal: Bool
    }

    /// Sets aside the most that a request may take; returns an error if there is not that much.
    private func setAside(_ expense: Expense) -> Refusal? {
        if expense.isFree { return nil }
        return state.withLock { state in
            guard state.budget.dollars == nil || expense.isPriced else { return Refusal(error: unpriced(expense), isFinal: true) }
            guard state.fits(state.spent + state.aside + expense.need) else {
                return Refusal(error: tooMuch(expense, state), isFinal: !state.fits(state.spent + expense.need))
            }
            state.aside = state.aside + expense.need
            return nil
        }
    }

    private func unpriced(_ expense: Expense) -> ModelError {
        let name = expense.facts?.name ?? expense.request.model ?? "the model"
        return ModelError(
            .budget,
            "the price of \(name) is not known, and the budget is in money: set prompt_price and completion_price in a table [models.NAME] "
                + "of the configuration (0 for a model that costs nothing), or give the budget in tokens")
    }

    private func tooMuch(_ expense: Expense, _ state: State) -> ModelError {
        var parts: [String] = []
        if let tokens = state.budget.tokens {
            parts.append(
                "\(state.spent.tokens) of \(tokens) tokens are spent, \(under(state.aside.tokens, "\(state.aside.tokens)"))"
                    + "\(max(0, tokens - state.spent.tokens - state.aside.tokens)) left")
        }
        if let dollars = state.budget.dollars {
            parts.append(
                "\(Dollars.text(state.spent.dollars)) of \(Dollars.text(dollars)) are spent, "
                    + "\(under(state.aside.tokens, Dollars.text(state.aside.dollars)))"
                    + "\(Dollars.text(max(0, dollars - state.spent.dollars - state.aside.dollars))) left")
        }
        let money = state.budget.dollars != nil ? ", \(Dollars.text(expense.need.dollars))" : ""
        let answer =
            expense.request.maxTokens == nil ? "a guess of \(expense.answer) for the answer" : "at most \(expense.answer) for the answer"
        return ModelError(
            .budget,
            "the budget would be exceeded: \(parts.joined(separator: "; ")); this request needs up to \(expense.need.tokens) tokens\(money) "
                + "(about \(expense.prompt) for the prompt, \(answer)): raise it with 'budget' (or --budget), set a smaller max_tokens, or answer by hand"
        )
    }

    private func under(_ tokens: Int, _ text: String) -> String { tokens > 0 ? "\(text) are set aside for requests under way, " : "" }

    // MARK: Under way

    private func send(_ wave: [Expense], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
        var wave = wave
        var stopped: Int?
        let results = model.complete(wave.map(\.request)) { place, event in
            guard wave.indices.contains(place) else { return }
            progress(wave[place].number, event)
            if wave[place].isFree { return }
            let before = wave[place].need
            wave[place].take(event)
            guard stopped == nil, wave[place].need != before else { return }
            let isOver = state.withLock { state in
                state.aside = state.aside - before + wave[place].need
                return !state.fits(state.spent + state.aside)
            }
            if isOver {
                stopped = place
                model.cancel()
            }
        }
        return wave.indices.map { place in
            let expense = wave[place],
                result = results.indices.contains(place) ? results[place] : .failure(ModelError(.cancelled, "no result"))
            if expense.isFree { return result }
            let (spent, budget) = state.withLock { state in
                state.aside = state.aside - expense.need
                if state.aside.requests == 0 { state.aside = Spending() }
                state.spent = state.spent + expense.taken(result)
                return (state.spent, state.budget)
            }
            guard let stopped, case .failure(let error) = result, error.kind == .cancelled else { return result }
            let what = place == stopped ? "its answer was about to exceed the budget" : "another answer was about to exceed the budget"
            return .failure(
                ModelError(
                    .budget,
                    "it was stopped after about \(expense.came) \(expense.came == 1 ? "token" : "tokens") of its answer, because \(what) of \(budget): \(spent.tokens) tokens "
                        + "are spent\(spent.dollars > 0 ? ", \(Dollars.text(spent.dollars))" : ""); max_tokens bounds an answer from the start, "
                        + "a larger budget allows more", retries: error.retries))
        }
    }
}

/// The limit and the cost of one request.
private struct Expense {
    let number: Int
    let request: ModelRequest
    let facts: ModelFacts?
    let isFree: Bool
    /// Tokens of the prompt, by estimate.
    let prompt: Int
    /// The tokens that are set aside for its answer.
    private(set) var answer: Int
    /// The estimated tokens of the answer so far: those of the text before its last piece, and of that.
    var came: Int { settled + TokenCount.estimate(piece) }
    private var settled = 0
    private var piece = ""
    /// The cost of abandoned attempts.
    private var lost = Spending()

    init(_ number: Int, _ request: ModelRequest, _ model: any LanguageModel) {
        self.number = number
        self.request = request
        facts = model.facts(for: request.model)
        isFree = model.isFree(request)
        prompt = request.estimatedTokens
        let room = max(1, (facts?.contextLength ?? .max) - request.estimatedTokens)
        answer = request.maxTokens.map(Self.bounded) ?? min(BudgetedModel.guessedAnswer, room)
    }

    /// The amount that must be left for it.
    var need: Spending { lost + known(prompt, answer) }
    var isPriced: Bool { facts?.cost(promptTokens: 0, completionTokens: 0) != nil }

    mutating func take(_ progress: ModelProgress) {
        switch progress {
        case .text(let text):
            piece += text
            // Words come in parts, which are not counted one by one; and all of the text is not counted again with each.
            if piece.utf8.count > 512 {
                settled += TokenCount.estimate(piece)
                piece = ""
            }
            // The server stops at the greatest number itself; an estimate beyond it only counts differently.
            if request.maxTokens == nil { answer = max(answer, came) }
        case .retry:
            // An attempt that gave something is paid for; one that was turned away is not.
            if came > 0 { lost = lost + known(prompt, came, requests: 0) }
            settled = 0
            piece = ""
        case .finished: break
        }
    }

    /// A number that comes from outside, so that sums of it stay numbers.
    private static func bounded(_ tokens: Int) -> Int { min(max(0, tokens), 1 << 50) }

    private func known(_ prompt: Int, _ answer: Int, cost: Double? = nil, requests: Int = 1) -> Spending {
        Spending(
            tokens: prompt + answer, dollars: cost ?? facts?.cost(promptTokens: prompt, completionTokens: answer) ?? 0, requests: requests)
    }

    /// Its final cost.
    func taken(_ result: Result<ModelAnswer, ModelError>) -> Spending {
        switch result {
        case .success(let answer):
            let cost = answer.cost.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
            return lost + known(Self.bounded(answer.promptTokens), Self.bounded(answer.completionTokens), cost: cost)
        case .failure: return lost + (came > 0 ? known(prompt, came) : Spending(requests: 1))
        }
    }
}
