import Testing

@testable import Trace

/// The thoughts of a model, separated from its answer.
@Suite struct ThoughtsTests {
    @Test(arguments: [
        "<think>a b</think>", "<think>\na\n</think>\n\n", "<THINK>a</THINK>", "<thinking>a</thinking>", "<thought>a</thought>",
        "<reasoning>a</reasoning>",
        "[THINK]a[/THINK]", "<seed:think>a</seed:think>", "\u{25C1}think\u{25B7}a\u{25C1}/think\u{25B7}",
        "<|begin_of_thought|>a<|end_of_thought|>",
        "<|START_THINKING|>a<|END_THINKING|>", "<think>a <think>b</think> c</think>", "<think>a</think><think>b</think>",
        "a first idea\n</think>\n",
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>", "<think>I use `</think>` at the end</think>",
        "<|thought_start|>a<|thought_end|>", "<|begin\u{2581}of\u{2581}thinking|>a<|end\u{2581}of\u{2581}thinking|>",
        "<|reasoning|>a<|/reasoning|>", "<|think|>a<|end|><|begin|>assistant<|content|>", "<deep-think>a</deep-think>",
        "<chain_of_thought>a</chain_of_thought>", "<reflection>a</reflection>", "&lt;think&gt;a&lt;/think&gt;",
        "<details type=\"reasoning\" done=\"true\">\n<summary>a</summary>\nb\n</details>\n",
        "Here are my reasoning steps:\na\n[BEGIN FINAL RESPONSE]\n",
        "<think effort=\"low\">a</think>", "a<|end|><|start|>assistant<|channel|>final<|message|>",
    ])
    func thoughtsBeforeAnAnswerAreNoPartOfIt(_ thoughts: String) {
        for form in [Thoughts.Form.plain, .structured] {
            let split = Thoughts.split(thoughts + "Hello Ada", as: form)
            #expect(split == Thoughts.Split(answer: "Hello Ada", hasThoughts: true), "\(thoughts)")
        }
    }

    @Test(arguments: [
        "<think>a {\"suggestion\": {\"p0\": 5}} is", "<Thinking>\na", "[THINK]a", "<|channel|>analysis<|message|>a", "<seed:think>a",
        "<reasoning>a",
        "\u{25C1}think\u{25B7}a",
    ])
    func thoughtsWithoutAnEndLeaveNothing(_ text: String) {
        let split = Thoughts.split(text, as: .structured)
        #expect(split.isEmpty && split.hasThoughts && split.isOpen)
    }

    @Test(arguments: [
        "Put it between <think> and </think> first.", "Use `<think>` and `</think>`.",
        "{\"s\": \"End with </think>. Then {'answer': 1}.\"}",
        "```\n<think>\nyour thoughts\n</think>\n```\nfits.", "<IMPROVED_VARIABLE>\nThink.\n</think>\n</IMPROVED_VARIABLE>",
        "a < b and [x] stay.",
        "<think> and </think> are tags", "Write \"</think>\" at the end.", "Close it with </think>", "<think>-tags are left out.",
        "re.sub(r'<think>.*?</think>', '', text)", "A line\n<analysis>of it</analysis>\nstays.",
    ])
    func anAnswerThatSpeaksOfMarksIsKept(_ text: String) {
        for form in [Thoughts.Form.plain, .structured] {
            #expect(Thoughts.split(text, as: form) == Thoughts.Split(answer: text))
        }
    }

    @Test func aPartThatOnlyEndsIsNoPartOfAPlainAnswer() {
        #expect(Thoughts.split("a\n</reasoning>\n\nHello Ada", as: .plain).answer == "Hello Ada")
        #expect(Thoughts.split("a</reasoning>Hello Ada", as: .plain).answer == "a</reasoning>Hello Ada")
        let final = "Here are my reasoning steps:\na\n[BEGIN FINAL RESPONSE]\nHello Ada\n[END FINAL RESPONSE]"
        #expect(Thoughts.split(final, as: .plain).answer == "Hello Ada")
    }

    @Test func theReasoningOfAFormIsAPartOfIt() {
        let text = "<reasoning>a</reasoning><variable><name>p0</name><value>5</value></variable>"
        #expect(Thoughts.split(text, as: .reasoned).answer == text)
        #expect(Thoughts.split("<think>hm</think>" + text, as: .reasoned).answer == text)
    }

    @Test(arguments: OptimizerKind.named)
    func everyKindReadsWhatComesBehindThoughts(_ kind: OptimizerKind) throws {
        let tuned = try Tuned(kind) { $0.candidates = 2 }
        tuned.model { part, _ in
            let thoughts =
                "<think>Perhaps {\"suggestion\": {\"a0\": 7}}, or <variable><name>a0</name><value>7</value></variable>.</think>\n"
            if part.purpose.hasPrefix("criticism") { return .success(thoughts + "Larger.") }
            if part.purpose.hasPrefix("value") { return .success(thoughts + "<IMPROVED_VARIABLE>3</IMPROVED_VARIABLE>") }
            if kind == .optoPrimeV2 { return .success(thoughts + "<variable><name>a0</name><value>3</value></variable>") }
            return .success(thoughts + "{\"suggestion\": {\"a0\": 3}}")
        }
        try tuned.engine.step(tuned.id)
        #expect(tuned.values[0] == 3.0)
        for request in tuned.engine.record.models.exchanges.map(\.request) {
            #expect(!request.messages.contains { $0.content.contains("Perhaps") }, "criticism is carried on without thoughts")
        }
    }

    // MARK: The token limit

    /// Lets a model answer with what ended at the token limit.
    private func cut(_ tuned: Tuned, _ text: String, hasThoughts: Bool = false) -> CutModel {
        let model = CutModel(ModelAnswer(text: text, origin: .live, isCut: true, hasThoughts: hasThoughts))
        tuned.engine.host = model
        return model
    }

    @Test(arguments: OptimizerKind.named)
    func nothingThatWasCutOffIsApplied(_ kind: OptimizerKind) throws {
        let tuned = try Tuned(kind) { ($0.retries, $0.candidates) = (0, 2) }
        let text = kind == .textGrad ? "<IMPROVED_VARIABLE>3</IMPROVED_VARIABLE>" : "{\"suggestion\": {\"a0\": 3}}"
        let model = cut(tuned, text)
        let error = #expect(throws: TraceError.self) { try tuned.engine.step(tuned.id) }
        #expect(error.map { tuned.engine.record.report(of: $0).contains("cut off at its token limit (max_tokens is 4096)") } == true)
        #expect(tuned.values == [2.0, 1.0] && model.count > 0)
    }

    @Test func anAnswerOfThoughtsAloneIsNotAskedForAgain() throws {
        for (text, hasThoughts) in [("", true), ("<think>on and on {\"suggestion\": {\"a0\": 3}}", false), ("", false)] {
            let tuned = try Tuned(.optoPrime) { $0.retries = 3 }
            let model = cut(tuned, text, hasThoughts: hasThoughts)
            let error = #expect(throws: TraceError.self) { try tuned.engine.step(tuned.id) }
            #expect(error.map { tuned.engine.record.report(of: $0).contains("thoughts") } == true)
            #expect(model.count == 1 && tuned.values == [2.0, 1.0])
        }
    }
}

/// A model that gives one answer to everything.
private final class CutModel: Answerer, EngineHost {
    private let given: ModelAnswer
    private(set) var count = 0
    init(_ answer: ModelAnswer) { given = answer }

    func answer(_ question: ModelQuestion, in engine: Engine) throws -> ModelReply {
        count += question.parts.count
        return .results(question.parts.map { ($0.request, .success(given)) })
    }
}

extension GraphRecord {
    fileprivate func report(of error: TraceError) -> String { error.report(in: self).message }
}
