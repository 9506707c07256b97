import Testing
import Trace

@testable import LanguageModels

@Suite struct BudgetedModelTests {
    private let priced = ModelFacts(name: "m", model: "m", url: "http://a", promptPrice: 1_000_000, completionPrice: 2_000_000)

    /// Answers with so many tokens of a prompt and an answer.
    private func model(_ prompt: Int, _ answer: Int, facts: ModelFacts? = nil) -> ScriptedModel {
        ScriptedModel(facts: facts) { _ in ModelAnswer(text: "x", origin: .live, promptTokens: prompt, completionTokens: answer) }
    }

    @Test func spendingIsCountedAsTheServerCounts() throws {
        let budgeted = BudgetedModel(model(10, 5, facts: priced), budget: Budget(tokens: 1000, dollars: 1000))
        #expect(budgeted.text(.user("a", maxTokens: 50)) == "x")
        #expect(budgeted.text(.user("b", maxTokens: 50)) == "x")
        #expect(budgeted.spent == Spending(tokens: 30, dollars: 40, requests: 2))
    }

    @Test func aRequestThatCouldPassItIsNotSent() throws {
        let inner = model(10, 90)
        let budgeted = BudgetedModel(inner, budget: Budget(tokens: 200))
        #expect(budgeted.text(.user("a", maxTokens: 100)) == "x")
        let error = try budgeted.error(.user("a", maxTokens: 100))
        #expect(error.kind == .budget)
        #expect(
            error.message
                == "the budget would be exceeded: 100 of 200 tokens are spent, 100 left; this request needs up to 105 tokens "
                + "(about 5 for the prompt, at most 100 for the answer): raise it with 'budget' (or --budget), set a smaller max_tokens, or answer by hand"
        )
        #expect(inner.calls.count == 1)
        #expect(budgeted.text(.user("a", maxTokens: 95)) == "x")
    }

    @Test func moneyIsCountedWithPrices() throws {
        let budgeted = BudgetedModel(model(5, 10, facts: priced), budget: Budget(dollars: 40))
        #expect(budgeted.text(.user("a", maxTokens: 15)) == "x")
        #expect(budgeted.spent.dollars == 25)
        let error = try budgeted.error(.user("a", maxTokens: 6))
        #expect(error.message.contains("$25.00 of $40.00 are spent, $15.00 left; this request needs up to 11 tokens, $17.00"))
        #expect(budgeted.text(.user("a", maxTokens: 5)) == "x")
    }

    @Test func moneyWithoutPricesIsRefused() throws {
        let inner = model(1, 1, facts: ModelFacts(name: "local", model: "l", url: "http://a"))
        let error = try BudgetedModel(inner, budget: Budget(dollars: 1)).error(.user("a"))
        #expect(
            error.kind == .budget && error.message.contains("the price of local is not known") && error.message.contains("prompt_price"))
        #expect(inner.calls.isEmpty)
        #expect(BudgetedModel(inner, budget: Budget(tokens: 5000)).text(.user("a")) == "x")
    }

    @Test func requestsThatDoNotFitTogetherGoOneAfterAnother() throws {
        let inner = model(5, 5)
        let budgeted = BudgetedModel(inner, budget: Budget(tokens: 130))
        var came: [Int] = []
        let results = budgeted.complete((0..<4).map { .user("\($0)", maxTokens: 50) }) { number, _ in came.append(number) }
        #expect(results.map { (try? $0.get()) != nil } == [true, true, true, true])
        #expect(inner.calls.map(\.count) == [2, 2])
        #expect(came == [0, 1, 2, 3])
        #expect(budgeted.spent.tokens == 40)
    }

    @Test func aRequestThatFitsIsSentThoughAnotherDoesNot() throws {
        let inner = model(5, 5)
        let results = BudgetedModel(inner, budget: Budget(tokens: 60)).complete([.user("a", maxTokens: 500), .user("b", maxTokens: 50)]) {
            _, _ in
        }
        #expect(results.map { (try? $0.get()) != nil } == [false, true])
        #expect(inner.calls == [[.user("b", maxTokens: 50)]])
    }

    @Test func anAnswerThatRunsPastWhatIsLeftIsStopped() throws {
        let inner = ScriptedModel { _, progress, isCancelled in
            for _ in 0..<10_000 {
                progress(.text("word "))
                if isCancelled() { return .failure(ModelError(.cancelled, "it was cancelled")) }
            }
            return .success(ModelAnswer(text: "all", origin: .live))
        }
        let budgeted = BudgetedModel(inner, budget: Budget(tokens: 3000))
        let error = try budgeted.error(.user("a"))
        #expect(error.kind == .budget && error.message.contains("its answer was about to exceed the budget of 3000 tokens"))
        // The received tokens are counted, and the answer was stopped within a token or so of the end.
        #expect((2990...3010).contains(budgeted.spent.tokens))
        #expect(try budgeted.error(.user("a")).message.contains("the budget would be exceeded"))
    }

    @Test func anAnswerWithItsOwnBoundIsNotStopped() {
        let inner = ScriptedModel { _, progress, isCancelled in
            progress(.text(String(repeating: "word ", count: 500)))
            return isCancelled()
                ? .failure(ModelError(.cancelled, ""))
                : .success(ModelAnswer(text: "all", origin: .live, promptTokens: 5, completionTokens: 90))
        }
        #expect(BudgetedModel(inner, budget: Budget(tokens: 100)).text(.user("a", maxTokens: 90)) == "all")
    }

    @Test func aFailureHalfwayIsCountedAndARefusalIsNot() throws {
        let half = ScriptedModel { request, progress, _ in
            if request.messages[0].content == "retry" {
                progress(.text("one two "))
                progress(.retry(afterSeconds: 1, reason: "it broke"))
                progress(.text("one two three"))
                return .success(ModelAnswer(text: "one two three", origin: .live, promptTokens: 6, completionTokens: 3))
            }
            if request.messages[0].content == "half" { progress(.text("one two ")) }
            return .failure(ModelError(.unreachable, "it broke"))
        }
        let budgeted = BudgetedModel(half, budget: Budget(tokens: 10_000))
        #expect(try budgeted.error(.user("none")).kind == .unreachable)
        #expect(budgeted.spent == Spending(tokens: 0, dollars: 0, requests: 1))
        #expect(try budgeted.error(.user("half")).kind == .unreachable)
        #expect(budgeted.spent.tokens == 7)
        #expect(budgeted.text(.user("retry")) == "one two three")
        #expect(budgeted.spent.tokens == 7 + 8 + 9)
    }

    @Test func aCancelledRequestStaysCancelled() throws {
        let inner = ScriptedModel { _, _, _ in .failure(ModelError(.cancelled, "it was cancelled")) }
        #expect(try BudgetedModel(inner, budget: Budget(tokens: 10_000)).error(.user("a")).kind == .cancelled)
    }

    @Test func aReplayCostsNothing() throws {
        let recording =
            RecordingFormat.firstLine + "\n" + RecordingFormat.text(.user("a"), ModelAnswer(text: "A", origin: .live, promptTokens: 9))
        let replay = ReplayModel(try RecordingFormat.read(Array(recording.utf8), path: "r"))
        let budgeted = BudgetedModel(replay, budget: Budget(tokens: 0, dollars: 0))
        #expect(budgeted.text(.user("a")) == "A")
        #expect(budgeted.spent == Spending())
        budgeted.rewind()
        #expect(budgeted.text(.user("a")) == "A")
    }

    @Test func numbersThatNoServerCanMeanDoNoHarm() throws {
        let inner = model(.max, .max)
        let budgeted = BudgetedModel(inner, budget: Budget(tokens: 100))
        #expect(try budgeted.error(.user("a", maxTokens: .max)).kind == .budget)
        #expect(budgeted.text(.user("a", maxTokens: 50)) == "x")
        #expect(budgeted.spent.tokens == 1 << 51)
        #expect(try budgeted.error(.user("a", maxTokens: 1)).kind == .budget)
    }

    @Test func spendingIsOneForAllThreads() async {
        let budgeted = BudgetedModel(model(5, 5), budget: Budget(tokens: 1_000_000))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<50 { _ = budgeted.text(.user("a", maxTokens: 10)) } } }
        }
        #expect(budgeted.spent == Spending(tokens: 4000, dollars: 0, requests: 400))
    }

    @Test func aNewBudgetHoldsFromTheNextRequestOnAndCountsWhatWasSpent() throws {
        let inner = model(10, 90)
        let budgeted = BudgetedModel(inner)
        #expect(budgeted.text(.user("a", maxTokens: 100)) == "x")
        budgeted.budget = Budget(tokens: 150)
        #expect(try budgeted.error(.user("a", maxTokens: 100)).message.contains("100 of 150 tokens are spent, 50 left"))
        budgeted.budget = Budget(tokens: 250)
        #expect(budgeted.text(.user("a", maxTokens: 100)) == "x")
        budgeted.budget = Budget()
        for _ in 0..<5 { #expect(budgeted.text(.user("a", maxTokens: 1 << 40)) == "x") }
        #expect(budgeted.spent == Spending(tokens: 700, dollars: 0, requests: 7))
        #expect(inner.calls.count == 7)
    }

    @Test func aBudgetInMoneyThatComesLaterNeedsPricesToo() throws {
        let budgeted = BudgetedModel(model(10, 90))
        #expect(budgeted.text(.user("a")) == "x")
        budgeted.budget = Budget(dollars: 1)
        #expect(try budgeted.error(.user("a")).message.contains("is not known, and the budget is in money"))
    }
}
