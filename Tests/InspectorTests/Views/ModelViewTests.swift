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

    /// Typing replaces the number and leaves the rest of the command.
    @Test func anEditedNumberIsWrittenAnew() throws {
        let inspection = try inspection([.answer(Self.answer)], keys: ": 'until 6' Enter p Enter e")
        #expect(inspection.footer.contains("revise a:0 5"))
        try inspection.press("'7' Enter")
        #expect(inspection.commands.last == "revise a:0 7")
        try inspection.press("e Right '1' Enter")
        #expect(inspection.commands.last == "revise a:0 71")
        try inspection.press("e Backspace '8' Enter")
        #expect(inspection.commands.last == "revise a:0 8")
    }

    @Test func anEmptyAnswerIsRefused() throws {
        let inspection = try Inspection("local answer = trace.llm(\"say yes\")\nprint(answer.data)", keys: "c")
        #expect(inspection.form == "answer", "\(inspection.text)")
        try inspection.press("Enter")
        #expect(inspection.form == "answer" && inspection.text.contains("the answer is empty"), "\(inspection.text)")
        try inspection.press("'yes' Enter")
        #expect(inspection.commands.last == "answer yes")
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

    @Test func anEditorThatGivesNothingLeavesTheQuestionWhereItIs() throws {
        let inspection = try inspection([.answer(Self.answer)], keys: ": 'until 6' Enter p e")
        #expect(inspection.text.contains("T tuner asks scripted"))
        inspection.perform(inspection.screen.edited(nil, for: .prompt))
        #expect(inspection.text.contains("T tuner asks scripted"))
        inspection.perform(inspection.screen.edited("", for: .prompt))
        #expect(inspection.text.contains("the question stays as it was"))
        try inspection.press("Esc")
        #expect(inspection.text.contains("T tuner asks scripted") && inspection.text.contains("#Variables"))
    }

    @Test func aProposalThatWasPutAwayIsLookedAtAgain() throws {
        let inspection = try inspection([.answer(Self.answer)], keys: "c Enter")
        try inspection.wait { $0.asking.reviewing != nil }
        try inspection.press("Esc")
        #expect(inspection.lines[0].contains("proposal  T tuner proposes"))
        #expect(inspection.footer.contains("p look at it") && !inspection.text.contains("tuner proposes; the workflow waits"))
        try inspection.press("p")
        #expect(inspection.text.contains("tuner proposes; the workflow waits"))
    }

    @Test func nothingIsSentFromAScreenThatIsTooSmallToSeeWhat() throws {
        let inspection = try inspection([.answer(Self.answer)], keys: ": 'until 6' Enter p")
        inspection.size = Size(width: 39, height: 20)
        #expect(inspection.text.contains("tracescope needs 40×12"))
        try inspection.press("Enter")
        #expect(inspection.commands.last == "propose tuner")
    }

    static let several = workflow.replacing("OptoPrime\"", with: "OptoPrimeMulti\"")
        .replacing("name = \"tuner\"", with: "name = \"tuner\", candidates = 3")

    private func candidates(size: Size, glyphs: Glyphs = .unicode) throws -> Inspection {
        let lines = [(3, "longer"), (4, "longer by far"), (3, "longer")].map { number, text in
            ScriptedModel.Line.answer(#"{"reasoning": "because", "suggestion": {"a0": \#(number), "b0": "\#(text)"}}"#)
        }
        return try Inspection(
            Self.several, keys: ": 'until 6' Enter p Enter", size: size, glyphs: glyphs,
            access: ModelAccess(model: ScriptedModel(lines), live: .ask))
    }

    /// The lines of the box, from the heading on, without what is around it, such as the name of the node in the pane behind it.
    private func table(_ inspection: Inspection) -> [String] {
        let starts = ["candidates", "a:0", "b:0", "temperature", "  ✓ ", "  ○ ", "✓ ", "             now"].map { " " + $0 }
        return inspection.lines.compactMap { line in
            let parts = line.replacing("▌", with: " ").split(separator: "│", omittingEmptySubsequences: false).map(String.init)
            return parts.first { part in starts.contains { part.hasPrefix($0) } }
        }.map { String($0.reversed().drop { $0 == " " }.reversed()) }.filter { $0 != " a:0" }
    }

    @Test func candidatesStandSideBySide() throws {
        let inspection = try candidates(size: Size(width: 120, height: 36))
        #expect(
            table(inspection) == [
                " ✓ a:0  1 → 3",
                " ✓ b:0  short → longer",
                " candidates",
                "              now                      ○ 1                      ○ 2                      ✓ 3",
                " a:0          1                        3                        4                        3",
                " b:0          short                    longer                   longer by far            longer",
                " temperature                           1.3                      0.65                     0.0",
                " ✓ 3  2 of 3 candidates suggest it",
            ])
        try inspection.press("2")
        #expect(inspection.commands.last == "choose 2 tuner")
        #expect(inspection.text.contains("✓ 2") && inspection.text.contains("a:0  1 → 4"))
    }

    @Test func equalValuesAreTogetherWithoutRoomForAll() throws {
        let inspection = try candidates(size: Size(width: 80, height: 24))
        #expect(
            table(inspection) == [
                " ✓ a:0  1 → 3", " ✓ b:0  short → longer", " candidates",
                " a:0  now 1", "   ✓ 3 1   3", "   ○ 2     4",
                " b:0  now \"short\"", "   ✓ 3 1   longer", "   ○ 2     longer by far",
                " ✓ 3  2 of 3 candidates suggest it",
            ])
    }

    @Test func theNextQuestionOfTheSameKindHasAFormOfItsOwn() throws {
        let text = """
            local first = trace.llm("the first question")
            local second = trace.llm("the second question")
            print(first.data, second.data)
            """
        let inspection = try Inspection(text, keys: "c 'one'")
        #expect(inspection.text.contains("│ the first question"))
        try inspection.press("Enter")
        try inspection.wait { $0.asking.waiting?.question.wording.contains("second") == true }
        #expect(inspection.text.contains("│ the second question"))
        #expect(inspection.lines.contains { $0.contains("answer text") && !$0.contains(" one") })
        try inspection.press("'two' Enter")
        try inspection.wait { $0.phase == .ended }
        #expect(inspection.commands.suffix(2) == ["answer one", "answer two"])
    }

    @Test func theLedgerIsATable() throws {
        let text = """
            local p = trace.parameter("be brief", { name = "p" })
            local answer = trace.llm(p)
            local more = trace.llm(answer)
            """
        let inspection = try Inspection(
            text, keys: "c", access: ModelAccess(model: ScriptedModel([.answer("one"), .answer("two")]), live: .always))
        try inspection.wait { $0.phase == .ended }
        try inspection.press("7 l")
        let top = try #require(inspection.lines.firstIndex { $0.contains("─ Ledger ─") })
        let lines = inspection.lines[(top + 1)...].prefix(5).map { line in
            line.split(separator: "│").map(String.init).first { $0.hasSuffix(" ") && ($0.contains(" asked ") || $0.contains("$0.")) } ?? ""
        }
        #expect(
            lines == [
                "                 asked  prompt  answer     cost   time  retries ",
                " call_llm            2     200      20  $0.5000  3.0 s        2 ",
                "   call_llm:0        1     100      10  $0.2500  1.5 s        1 ",
                "   call_llm:1        1     100      10  $0.2500  1.5 s        1 ",
                " in all              2     200      20  $0.5000  3.0 s        2 ",
            ])
        try inspection.press("l")
        #expect(!inspection.text.contains("in all"))
    }

    @Test func theWorkflowsStepIsSeenFromTheQuestionToTheUpdate() throws {
        let inspection = try inspection([.answer(Self.answer)], keys: "c")
        #expect(inspection.text.contains("tuner asks scripted; the workflow waits"))
        try inspection.press("Enter")
        try inspection.wait { $0.asking.reviewing != nil }
        #expect(inspection.text.contains("tuner proposes; the workflow waits"))
        try inspection.press("Esc")
        #expect(!inspection.text.contains("tuner proposes; the workflow waits"))
        #expect(inspection.footer.contains("U update"))
        try inspection.press("U")
        try inspection.wait { $0.phase == .ended }
        try inspection.press("7")
        #expect(inspection.pane(.events).contains("1 T tuner       step 1 proposal  scripted-1, 100+10 tokens"))
        #expect(inspection.text.contains("9 Progress │ 0 Locals  1 request, 100+10 tokens, $0.2500"))
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
        try inspection.wait { $0.asking.waiting?.failure != nil }
        #expect(inspection.text.contains("it was cancelled"))
        try inspection.press("Enter")
        try inspection.wait { $0.phase == .ended }
    }

    /// A recording that has no answer says so, and has none the next time.
    @Test func aQuestionThatARecordingLacksIsNotOffered() throws {
        let lacking = ModelError(.protocolViolation, "this request is not in the recording")
        let model = ScriptedModel([.failure(lacking), .answer(Self.answer)], isRecording: true)
        let inspection = try Inspection(Self.workflow, keys: "c", access: ModelAccess(model: model, live: .ask))
        try inspection.wait { $0.asking.waiting?.failure != nil }
        #expect(inspection.text.contains("this request is not in the recording"))
        #expect(!inspection.footer.contains("send") && inspection.footer.contains("a answer by hand"))
        try inspection.press("S Esc")
        #expect(!inspection.footer.contains("S send") && inspection.footer.contains("a answer"))
        try inspection.press("S")
        #expect(inspection.form == nil)
        #expect(inspection.text.contains("the recording has no answer to this question"))
        try inspection.press(": 'send' Enter")
        #expect(inspection.text.contains("this request is not in the recording"))
        try inspection.press("Esc")
        // Another wording may be in it.
        inspection.perform(inspection.screen.edited("### user\nAnother one.", for: .prompt))
        #expect(inspection.screen.snapshot?.asking.waiting?.canSend == true)
        try inspection.press("S")
        #expect(inspection.footer.contains("Enter send"))
        try inspection.press("Enter")
        try inspection.wait { $0.phase == .ended }
        #expect(model.requests.count == 2)
    }

    @Test func aModelThatMayNotBeAskedIsNotOffered() throws {
        let inspection = try inspection([.answer(Self.answer)], keys: "c")
        // There is no budget either, and so no key that changes it.
        try inspection.press("b")
        #expect(inspection.footer.contains("Enter send"))
        try inspection.press("Esc : 'live never' Enter Esc S")
        #expect(inspection.text.contains("no model may be asked (--live never): a answers by hand"))
        try inspection.press("a")
        #expect(inspection.text.contains("your answer") && !inspection.footer.contains("send"))
    }
}
