import Debugging
import TestSupport
import Testing
import Trace

@testable import Inspector

/// Questions to language models on the screen: asked, streamed, looked at, taken.
@Suite struct ModelViewTests {
    static let workflow = """
        local a = trace.parameter(1, { name = "a", constraint = "a is small" })
        local b = trace.parameter("short", { name = "b" })
        local tuner = trace.optimizer("OptoPrime", { a, b }, { name = "tuner" })
        local y = trace.ops.format("{} {}", a, b)
        tuner:backward(y, "say more", { retain_graph = true })
        print("ready")
        tuner:step()
        print(a.data, b.data)
        """
    static let answer = #"{"reasoning": "because", "suggestion": {"a0": 5, "b0": "longer"}}"#

    private func inspection(_ lines: [ScriptedModel.Line], live: LivePolicy = .ask, keys: String) throws -> Inspection {
        try Inspection(Self.workflow, keys: keys, access: ModelAccess(model: ScriptedModel(lines), live: live))
    }

    @Test func aProposalByHandIsAskedForAfterAYes() throws {
        let inspection = try inspection([.answer(Self.answer)], keys: ": 'until 6' Enter p")
        #expect(inspection.text.contains("T tuner asks scripted"))
        #expect(inspection.text.contains("tokens") && inspection.text.contains("#Variables"))
        try inspection.press("End")
        #expect(inspection.text.contains("say more"))
        #expect(inspection.footer.contains("Enter send"))
        try inspection.press("Enter")
        #expect(inspection.text.contains("T tuner proposes"))
        #expect(inspection.commands.suffix(1) == ["send"])
        try inspection.press("Space")
        #expect(inspection.text.contains("a:0  left: 5"))
        try inspection.press("Space j e")
        #expect(inspection.footer.contains("revise b:0 \"longer\""))
        try inspection.press("Backspace 's' \" Enter Enter")
        #expect(inspection.commands.suffix(2) == ["revise b:0 \"longers\"", "update tuner"])
        #expect(inspection.screen.snapshot?.record.versions.count == 2)
    }

    @Test func theQuestionCanBeChangedAndAnsweredByHand() throws {
        let inspection = try inspection([.answer(Self.answer)], keys: ": 'until 6' Enter p e")
        guard case .edit(let text, .prompt)? = inspection.effects.last else {
            Issue.record("no editor was asked for")
            return
        }
        #expect(text.hasPrefix("### ") && text.contains("say more"))
        inspection.perform(inspection.screen.edited("### user\nOnly this.", for: .prompt))
        #expect(inspection.text.contains("Only this."))
        try inspection.press("a")
        #expect(inspection.text.contains("your answer"))
    }

    @Test func theWorkflowsStepIsSeenFromTheQuestionToTheUpdate() throws {
        let inspection = try inspection([.answer(Self.answer)], keys: "c")
        #expect(inspection.text.contains("tuner asks scripted; the workflow waits"))
        try inspection.press("Enter")
        try inspection.wait { $0.reviewing != nil }
        #expect(inspection.text.contains("tuner proposes; the workflow waits"))
        try inspection.press("Esc")
        #expect(!inspection.text.contains("tuner proposes; the workflow waits"))
        #expect(inspection.footer.contains("U update"))
        try inspection.press("U")
        try inspection.wait { $0.phase == .ended }
        try inspection.press("7")
        #expect(inspection.pane(.events).contains("1 T tuner       step 1 proposal  scripted-1, 100+10 tokens"))
        #expect(inspection.text.contains("7 Model  1 request, 100+10 tokens, $0.2500"))
        try inspection.press("Enter")
        #expect(inspection.text.contains("1: T tuner, step 1, proposal"))
    }

    @Test func anAnswerStreamsInAndIsCancelled() throws {
        let inspection = try inspection([.stall("thinking about it"), .answer(Self.answer)], live: .always, keys: "")
        inspection.host.send("continue")
        try inspection.wait { _ in inspection.host.activity?.parts.first?.text.isEmpty == false }
        inspection.screen.update(inspection.host.activity)
        #expect(inspection.text.contains("T tuner asks"))
        #expect(inspection.pane(.events).contains("thinking about it"))
        #expect(inspection.footer.contains("Esc cancel"))
        inspection.take(.key(.named(.escape)))
        #expect(inspection.effects.last == .interrupt)
        inspection.host.interrupt()
        try inspection.wait { $0.waiting?.failure != nil }
        #expect(inspection.text.contains("it was cancelled"))
        try inspection.press("Enter")
        try inspection.wait { $0.phase == .ended }
    }
}
