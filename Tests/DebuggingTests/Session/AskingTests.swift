import Debugging
import Foundation
import TestSupport
import Testing
import Trace

/// Questions to language models, as commands and as steps of the workflow.
@Suite struct AskingTests {
    static let workflow = """
        local a = trace.parameter(1, { name = "a" })
        local b = trace.parameter(2, { name = "b" })
        local o = trace.optimizer("OptoPrime", { a, b }, { name = "tuner" })
        local y = a + b
        o:backward(y, "larger", { retain_graph = true })
        print("ready")
        o:step()
        print(a.data, b.data)
        """
    static let answer = #"{"suggestion": {"a0": 5, "b0": 6}}"#

    private func debugger(
        _ lines: [ScriptedModel.Line], live: LivePolicy, interactive: Bool = false, isRecording: Bool = false, upTo line: Int? = 6
    ) throws -> (Debugger, ScriptedModel) {
        let model = ScriptedModel(lines, isRecording: isRecording)
        let debugger = try Debugger(Self.workflow, interactive: interactive, access: ModelAccess(model: model, live: live))
        if let line { try debugger.run("until \(line)") }
        return (debugger, model)
    }

    @Test func aQuestionIsShownBeforeItIsSent() throws {
        let (debugger, model) = try debugger([.answer(Self.answer)], live: .ask)
        let waiting = try debugger.json("propose tuner")
        #expect(waiting["state"] as? String == "waiting")
        #expect(waiting["send"] as? Bool == true)
        #expect(waiting["model"] as? String == "scripted")
        #expect((waiting["tokens"] as? Int ?? 0) > 20)
        #expect((waiting["messages"] as? [[String: String]])?.last?["content"]?.contains("larger") == true)
        #expect(model.requests.isEmpty)
        let proposed = try debugger.json("send")
        #expect(proposed["state"] as? String == "proposed")
        #expect(model.requests.count == 1)
        #expect(try debugger.json("update")["state"] as? String == "updated")
        #expect(try debugger.run("print a").contains("5"))
    }

    @Test func aPromptIsToldOfThePastAsItWasThen() throws {
        let (debugger, _) = try debugger([.answer(Self.answer)], live: .always, upTo: 6)
        let then = try debugger.run("prompt tuner"), event = try #require(try debugger.json("where")["event"] as? Int)
        try debugger.run("continue")
        let after = try debugger.run("prompt tuner")
        #expect(then.contains("(int) a0 = 1") && after.contains("(int) a0 = 5"))
        try debugger.run("goto \(event)")
        #expect(try debugger.run("prompt tuner") == then)
        try debugger.run("goto 5")
        #expect(try debugger.error("prompt tuner").code == "no-feedback")
        try debugger.run("goto 2")
        #expect(try debugger.error("prompt tuner").code == "unknown-optimizer")
    }

    @Test func toAskForAPromptInVainLeavesNothingInTheLog() throws {
        let (debugger, _) = try debugger([], live: .never, upTo: 5)
        let before = try debugger.json("where")
        #expect(try debugger.error("prompt tuner").code == "no-feedback")
        #expect(try debugger.json("where")["events"] as? Int == before["events"] as? Int)
    }

    @Test func aRewordedQuestionIsWhatIsSent() throws {
        let (debugger, model) = try debugger([.answer(Self.answer)], live: .ask)
        try debugger.run("propose tuner", "reword \"### system\nBe brief.\n\n### user\nWhat now?\"")
        #expect(try debugger.run("prompt tuner").contains("What now?"))
        try debugger.run("send")
        #expect(model.requests.first?.messages == [ChatMessage(.system, "Be brief."), ChatMessage(.user, "What now?")])
        let shown = try debugger.run("exchanges 1")
        #expect(shown.contains("What now?") && shown.contains("suggestion"))
        // A text without roles takes the place of the last message alone.
        try debugger.run("propose tuner", "reword Why?")
        #expect(try debugger.run("prompt tuner").contains("\nWhy?"))
    }

    @Test func aQuestionWithoutTextIsNotTaken() throws {
        let (debugger, _) = try debugger([.answer(Self.answer)], live: .ask)
        try debugger.run("propose tuner")
        let before = try debugger.run("prompt tuner")
        #expect(try debugger.error("reword \"\"").message.contains("asks nothing"))
        #expect(try debugger.error("reword \"### system\nBe brief.\n\n### user\n \"").code == "bad-value")
        #expect(try debugger.run("prompt tuner") == before)
    }

    @Test func withoutAYesNothingIsSent() throws {
        let (debugger, model) = try debugger([.answer(Self.answer)], live: .never)
        #expect(try debugger.json("propose tuner")["send"] as? Bool == false)
        let refused = try debugger.error("send")
        #expect(refused.code == "no-model" && refused.message.contains("live ask"))
        #expect(try debugger.error("step tuner").code == "no-model")
        try debugger.run("live ask")
        #expect(try debugger.error("step tuner").code == "no-model")
        #expect(model.requests.isEmpty)
        try debugger.run("send")
        #expect(model.requests.count == 1)
    }

    @Test func aStepAsksAtOnceIfEverythingIsAllowed() throws {
        let (debugger, model) = try debugger([.answer(Self.answer), .answer(Self.answer)], live: .always, upTo: nil)
        #expect(try debugger.run("continue").contains("ended"))
        #expect(model.requests.count == 1)
        #expect(try debugger.run("print a").contains("5"))
        #expect(try debugger.json("propose tuner")["state"] as? String == "proposed")
    }

    @Test func aRecordingNeedsNoYes() throws {
        let (debugger, _) = try debugger([.answer(Self.answer)], live: .never, isRecording: true, upTo: nil)
        #expect(try debugger.run("continue").contains("ended"))
        #expect(try debugger.run("print a").contains("5"))
        let total = try #require(try debugger.json("ledger")["total"] as? [String: Any])
        #expect(total["replays"] as? Int == 1)
        // The summary has the cost of the recorded run, and says that nothing was spent now.
        #expect(total["prompt_tokens"] as? Int == 100 && total["cost"] as? Double == 0.25 && total["spent"] as? Double == 0)
        #expect(try debugger.run("ledger").contains("in all: 1 request, 100+10 tokens, $0.2500"))
    }

    @Test func aFailureIsAnErrorThatLosesNothing() throws {
        let (debugger, _) = try debugger([.failure(ModelError(.refused, "the key is wrong")), .answer(Self.answer)], live: .ask)
        try debugger.run("propose tuner")
        let failed = try debugger.error("send")
        #expect(failed.code == "model-error" && failed.message.contains("the key is wrong"))
        #expect(try debugger.run("feedback a").contains("larger"))
        #expect(try debugger.json("send")["state"] as? String == "proposed")
        let ledger = try debugger.json("ledger")
        let tuner = try #require((ledger["optimizers"] as? [[String: Any]])?.first)
        #expect(tuner["requests"] as? Int == 2 && tuner["failed"] as? Int == 1)
        #expect(tuner["prompt_tokens"] as? Int == 100 && tuner["completion_tokens"] as? Int == 10 && tuner["cost"] as? Double == 0.25)
    }

    @Test func aWorkflowWithoutAPersonFailsWithTheModelsError() throws {
        let (debugger, _) = try debugger([.failure(ModelError(.timeout, "nothing came for 60 s"))], live: .always, upTo: nil)
        let text = try debugger.run("continue")
        #expect(text.contains("tuner: nothing came for 60 s"))
        #expect(debugger.state == "failed")
    }

    @Test func aProposalIsAcceptedChangeByChange() throws {
        let (debugger, _) = try debugger([.answer(Self.answer)], live: .ask)
        try debugger.run("propose tuner", "send")
        let rejected = try debugger.json("reject a")
        #expect((rejected["updates"] as? [[String: Any]])?.map { $0["parameter"] as? String } == ["b:0"])
        #expect((rejected["rejected"] as? [[String: Any]])?.first?["reason"] as? String == "rejected by hand")
        #expect(try debugger.error("reject a").message.contains("does not change a:0"))
        #expect(((try debugger.json("accept a"))["updates"] as? [[String: Any]])?.count == 2)
        try debugger.run("reject a", "revise b 40")
        #expect(try debugger.error("revise b nothing").code == "bad-value")
        try debugger.run("update")
        #expect(try debugger.run("print a").contains("1") && debugger.run("print b").contains("40"))
        #expect(try debugger.error("accept a").code == "no-proposal")
    }

    // MARK: Where somebody sits at a screen

    @Test func aStepWaitsForAYesAndForALookAtTheAnswer() throws {
        let (debugger, model) = try debugger([.answer(Self.answer)], live: .ask, interactive: true)
        #expect(try debugger.run("continue").contains("tuner waits for a yes or an answer"))
        #expect(try debugger.error("next").code == "waiting")
        try debugger.run("send")
        let shown = try #require(held(debugger) { $0.asking.reviewing != nil })
        #expect(shown.reason == "tuner proposes" && shown.asking.waiting == nil)
        #expect(model.requests.count == 1)
        #expect(try debugger.error("continue").code == "waiting")
        try debugger.run("reject b")
        try debugger.run("update")
        #expect(held(debugger) { $0.phase == .ended } != nil)
        #expect(try debugger.run("print a").contains("5") && debugger.run("print b").contains("2"))
    }

    @Test func aStepWhoseProposalIsDroppedGoesOnWithoutIt() throws {
        let (debugger, _) = try debugger([.answer(Self.answer)], live: .ask, interactive: true)
        try debugger.run("continue", "send")
        #expect(held(debugger) { $0.asking.reviewing != nil } != nil)
        try debugger.run("discard")
        #expect(held(debugger) { $0.phase == .ended } != nil)
        #expect(try debugger.run("print a").contains("1"))
    }

    @Test func aFailureHoldsTheWorkflowUntilItIsSettled() throws {
        let (debugger, model) = try debugger(
            [.failure(ModelError(.unreachable, "no connection")), .answer(Self.answer)], live: .always, interactive: true)
        #expect(try debugger.run("continue").contains("tuner: no connection"))
        #expect(held(debugger) { $0.asking.waiting?.failure?.kind == .unreachable } != nil)
        try debugger.run("send")
        #expect(held(debugger) { $0.phase == .ended } != nil)
        #expect(model.requests.count == 2)
        #expect(try debugger.run("print a").contains("5"))
    }

    @Test func anAnswerThatCannotBeReadHoldsTheWorkflowToo() throws {
        let (debugger, model) = try debugger(
            [.answer("no"), .answer("no, really"), .answer(Self.answer)], live: .always, interactive: true)
        try debugger.run("continue")
        let shown = try #require(held(debugger) { $0.asking.waiting?.failure != nil })
        #expect(shown.asking.waiting?.failure?.message.contains("the answer cannot be read") == true)
        #expect(model.requests.count == 2)
        try debugger.run("send")
        #expect(held(debugger) { $0.phase == .ended } != nil)
        #expect(model.requests.count == 3)
        #expect(try debugger.run("print a").contains("5"))
    }

    @Test func anAnswerThatCannotBeReadCanBeGivenByHandOrRefused() throws {
        for (line, state) in [("answer {\"a\": 8}", Session.Phase.ended), ("discard", .failed)] {
            let (debugger, _) = try debugger([.answer("no"), .answer("no, really")], live: .always, interactive: true)
            try debugger.run("continue")
            #expect(held(debugger) { $0.asking.waiting?.failure != nil } != nil)
            #expect(try debugger.error("answer {bad").message.contains("there is no value in it"))
            try debugger.run(line)
            #expect(held(debugger) { $0.phase == state } != nil)
            if state == .failed { #expect(held(debugger) { $0.failure != nil }?.failure?.message.contains("cannot be used") == true) }
        }
    }

    @Test func aQuestionUnderWayCanBeCancelled() throws {
        let (debugger, _) = try debugger([.stall("thinking"), .answer(Self.answer)], live: .always, interactive: true)
        debugger.host.send("continue")
        #expect(held(debugger) { _ in debugger.host.activity?.parts.first?.text == "thinking" } != nil)
        #expect(debugger.host.activity?.asker == .optimizer(OptimizerID(0)))
        debugger.host.interrupt()
        #expect(held(debugger) { $0.asking.waiting?.failure?.kind == .cancelled } != nil)
        #expect(debugger.host.activity == nil)
        try debugger.run("answer {\"a\": 7}")
        #expect(held(debugger) { $0.phase == .ended } != nil)
        #expect(try debugger.run("print a").contains("7"))
    }

    /// The first snapshot of a kind; nil if none comes for long.
    private func held(_ debugger: Debugger, _ isWanted: (Snapshot) -> Bool) -> Snapshot? {
        for _ in 0..<5000 {
            if let snapshot = debugger.host.snapshot, isWanted(snapshot) { return snapshot }
            usleep(2000)
        }
        return nil
    }
}
