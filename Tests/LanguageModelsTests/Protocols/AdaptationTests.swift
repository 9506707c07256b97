import Testing
import Trace

@testable import LanguageModels

@Suite struct AdaptationTests {
    @Test(arguments: [
        ("maximum context length is 2048 tokens. However, you requested 5000 tokens (904 in the messages, 4096 in the completion)", 1144),
        (
            "This endpoint's maximum context length is 2048 tokens. However, you requested about 5000 tokens (904 of text input, 4096 in the output)",
            1144
        ),
        (
            "'max_tokens' is too large: 4096. This model's maximum context length is 2048 tokens and your request has 904 input tokens (4096 > 2048 - 904).",
            1144
        ),
        ("input length and `max_tokens` exceed context limit: 198000 + 4096 > 200,000, decrease input length or `max_tokens`", 2000),
        ("max_tokens is too large: 4096. This model supports at most 2048 completion tokens, whereas you provided 4096.", 2048),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 2048]", 2048),
        ("`max_tokens` must be less than or equal to `2048`, the maximum value for this model", 2048),
        ("`inputs` tokens + `max_new_tokens` must be <= 2048. Given: 904 `inputs` tokens and 4096 `max_new_tokens`", 1144),
        ("max_tokens: 4096 > 2048, which is the maximum allowed number of output tokens", 2048),
    ])
    func anAnswerGetsWhatIsLeft(_ refusal: String, _ most: Int) {
        let request = ModelRequest([ChatMessage(.user, "Greet.")], maxTokens: 4096)
        let bounded = Adaptation().bounded(by: refusal, refusing: request, to: .openAI)
        #expect(bounded?.adapted(request, to: .openAI).maxTokens == most)
    }

    @Test func aPromptThatLeavesNothingIsNotSentAgain() {
        let request = ModelRequest([ChatMessage(.user, "Greet.")], maxTokens: 4096)
        let refusal = "maximum context length is 2048 tokens, and you requested 6140 tokens (2044 in the messages, 4096 in the completion)"
        #expect(Adaptation().bounded(by: refusal, refusing: request, to: .openAI) == nil)
        #expect(Adaptation().bounded(by: "max_tokens: no", refusing: request, to: .openAI) == nil)
    }

    @Test func fewerTokensAreAskedForIfTheServerDoesNotSayThePromptsLength() {
        let request = ModelRequest([ChatMessage(.user, "Greet.")], maxTokens: 4096), refusal = "exceeds the context window (2,048)"
        var adaptation = Adaptation(), asked: [Int] = []
        while let next = adaptation.bounded(by: refusal, refusing: request, to: .openAI), asked.count < 20 {
            adaptation = next
            asked.append(next.adapted(request, to: .openAI).maxTokens ?? 0)
        }
        #expect(asked.first.map { (1900..<2048).contains($0) } == true)
        #expect(zip(asked, asked.dropFirst()).allSatisfy { $1 == $0 / 2 } && asked.last.map { $0 < 128 } == true)
    }

    @Test func theSystemMessageGoesBeforeTheUsers() {
        let request = ModelRequest([ChatMessage(.system, "Be brief."), ChatMessage(.user, "Greet."), ChatMessage(.assistant, "Hi.")])
        let folded = Adaptation(quirks: .systemRole).adapted(request, to: .openAI)
        #expect(folded.messages == [ChatMessage(.user, "Be brief.\n\nGreet."), ChatMessage(.assistant, "Hi.")])
    }
}
