import Debugging
import Testing
import Trace

@testable import Inspector

@Suite struct KeysTests {
    @Test func keysOfTheTableSendCommands() throws {
        let inspection = try Inspection(keys: "n i c R o R B t")
        #expect(
            inspection.commands == ["next", "in", "continue", "restart", "out", "restart", "break small.lua:1", "until small.lua:1"])
    }

    @Test func aBreakpointIsTakenAwayByTheSameKey() throws {
        // Line 3 only names a function, so the next line is used in its place.
        let inspection = try Inspection(keys: "j j B")
        #expect(inspection.pane(.source).contains("●  4"))
        try inspection.press("B")
        #expect(inspection.commands == ["break small.lua:3", "delete 1"])
        #expect(!inspection.pane(.source).contains("●"))
    }

    @Test func clicksInTheMarginSetBreakpoints() throws {
        let inspection = try Inspection()
        let rect = try #require(inspection.screen.tiles[.source])
        inspection.take(.mouse(MouseEvent(.press, at: Point(x: rect.minX + 2, y: rect.minY + 3))))
        #expect(inspection.commands == ["break small.lua:3"])
    }

    @Test func backwardIsQuoted() throws {
        let inspection = try Inspection(keys: "c b 'say \"no\" \\ twice' Enter")
        #expect(inspection.commands.last == #"backward first multiply:0 "say \"no\" \\ twice""#)
        #expect(inspection.screen.snapshot?.record.backwards.first?.feedback == .string(#"say "no" \ twice"#))
        // The text is remembered; the optimizer and the node can be changed, and the graph freed.
        try inspection.press("b Up Tab Down Tab Up C-f")
        #expect(inspection.text.contains("frees 1 node behind it"))
        try inspection.press("Enter")
        #expect(inspection.commands.last == #"backward both add:0 "say \"no\" \\ twice" --free"#)
    }

    @Test func zeroAsksOnlyAboutWhatNoStepHasUsed() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter z")
        #expect(inspection.text.contains("clears 1 entry of backward ▲1 that no step has used"))
        try inspection.press("n")
        #expect(inspection.form == nil)
        #expect(inspection.commands.last?.hasPrefix("backward") == true)
        try inspection.press("z y")
        #expect(inspection.commands.last == "zero first")
        try inspection.press("b 'larger' Enter s z")
        #expect(inspection.commands.suffix(2) == ["step first", "zero first"])
    }

    @Test func inEveryPaneOneKeyClearsTheOptimizerAndAnotherTheNode() throws {
        for pane in ["1", "2", "3", "4", "5", "6", "7"] {
            let inspection = try Inspection(keys: "c b 'larger' Enter / 'b:' Enter \(pane) z y")
            #expect(inspection.commands.last == "zero first", "\(pane)")
            let other = try Inspection(keys: "c b 'larger' Enter / 'b:' Enter \(pane) Z")
            #expect(other.text.contains("zero b:0 clears 1 entry"), "\(pane)")
            try other.press("y")
            #expect(other.commands.last == "zero b:0", "\(pane)")
        }
    }

    @Test func anEntryIsDropped() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter b 'smaller' Enter / 'a:' Enter 4 j j j d")
        #expect(inspection.commands.last == "drop a:0 2")
        #expect(inspection.footer.contains("Z zero node"))
    }

    @Test func proposalsAreLookedAtAndApplied() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter p")
        #expect(inspection.text.contains("F first proposes"))
        #expect(inspection.text.contains("a:0  1.5 → 2.5"))
        try inspection.press("Enter")
        #expect(inspection.commands.suffix(2) == ["propose first", "update first"])
        try inspection.press("p D")
        #expect(inspection.commands.suffix(2) == ["propose first", "discard first"])
        #expect(inspection.form == nil)
    }

    private static let asking = """
        local a = trace.parameter(1.5, { name = "a" })
        local t = trace.parameter("be brief", { name = "t" })
        local ask = trace.optimizer("Manual", { a, t }, { name = "ask" })
        local out = a * 2
        local more = t .. "!"
        local all = trace.list and nil
        """

    @Test func aStepThatNeedsAnAnswerOpensItsForm() throws {
        let inspection = try Inspection(Self.asking, keys: "c : 'backward ask multiply:0 larger' Enter s")
        #expect(inspection.text.contains("ask asks for an answer"))
        #expect(inspection.text.contains("#Feedback"))
        try inspection.press("C-u '3.25' Enter")
        #expect(inspection.commands.suffix(3) == ["propose ask", #"answer {"a0":3.25}"#, "update ask"])
        #expect(inspection.screen.snapshot?.state.steps == [1])
    }

    @Test func anAnswerCanWaitAndBeGivenLaterOrInAnEditor() throws {
        let inspection = try Inspection(Self.asking, keys: "c : 'backward ask multiply:0 larger' Enter p Esc")
        #expect(inspection.form == nil)
        #expect(inspection.footer.contains("a answer"))
        try inspection.press("a C-o")
        let purpose = EditPurpose.answer
        #expect(inspection.effects.last == .edit(text: "{\n  \"a0\": 1.5\n}", purpose: purpose))
        inspection.perform(inspection.screen.edited("{\n  \"a0\": 4\n}\n", for: purpose))
        #expect(inspection.commands.last == #"answer "{\#n  \"a0\": 4\#n}""#)
        #expect(inspection.text.contains("a:0  1.5 → 4.0"))
    }

    @Test func theWorkflowsOwnStepWaitsForItsAnswer() throws {
        let inspection = try Inspection(
            """
            local a = trace.parameter(1, { name = "a" })
            local ask = trace.optimizer("Manual", { a }, { name = "ask" })
            ask:backward(a * 2, "larger")
            ask:step()
            """, keys: "c")
        #expect(inspection.lines[0].contains("question  A ask asks"))
        #expect(inspection.text.contains("ask asks for an answer"))
        try inspection.press("C-u '7' Enter")
        #expect(inspection.commands.last == #"answer {"a0":7}"#)
        #expect(inspection.form == nil)
        #expect(inspection.screen.snapshot?.state.steps == [1])
    }

    @Test func aFailureIsShown() throws {
        let inspection = try Inspection("local a = trace.node(1)\nlocal b = a + nil\n", keys: "c")
        #expect(inspection.lines[0].contains("failed"))
        #expect(inspection.text.contains("the workflow failed"))
        try inspection.press("Esc")
        #expect(!inspection.text.contains("╭─ the workflow failed"))
    }

    @Test func valuesAreSetAsLiterals() throws {
        let inspection = try Inspection(Self.asking, keys: "c / 't:' Enter e C-u 'say \"hi\"' Enter")
        #expect(inspection.commands.last == #"set t:0 "say \"hi\"""#)
        #expect(inspection.pane(.node).contains(#"say "hi""#))
        inspection.perform(inspection.screen.edited("two\nlines\n", for: .value(node: "t:0", isText: true)))
        #expect(inspection.commands.last == #"set t:0 "two\nlines""#)
        try inspection.press("e")
        #expect(inspection.effects.last == .edit(text: "two\nlines", purpose: .value(node: "t:0", isText: true)))
    }

    @Test func findGoesThroughMatchesAndBack() throws {
        let inspection = try Inspection(keys: "c")
        let before = inspection.selection
        try inspection.press("/ ':0' Down")
        #expect(inspection.selection == NodeID(1))
        #expect(inspection.footer.contains("2 of 5"))
        try inspection.press("Esc")
        #expect(inspection.selection == before)
        try inspection.press("/ 'nowhere'")
        #expect(inspection.footer.contains("found nowhere"))
    }

    @Test func eventsAreFilteredAndGoneTo() throws {
        let inspection = try Inspection(keys: "c 5 & 'print' Backspace Backspace Backspace Backspace Backspace 'outp' Enter")
        #expect(inspection.pane(.events).split(separator: "\n").count == 1)
        #expect(inspection.pane(.events).contains("output      done"))
        try inspection.press("Enter")
        #expect(inspection.commands.last?.hasPrefix("goto ") == true)
        try inspection.press("Esc")
        #expect(inspection.events.filter.isEmpty)
    }

    @Test func panesAreFocusedByKeysAndMouse() throws {
        let inspection = try Inspection()
        var seen: [ViewID] = []
        for key in ["4", "Tab", "S-Tab", "2", "5", "3", "1"] {
            try inspection.press(key)
            seen.append(inspection.screen.arrangement.focus)
        }
        #expect(seen == [.node, .graph, .node, .graph, .events, .optimizers, .source])
        inspection.take(.mouse(MouseEvent(.press, at: Point(x: 100, y: 10))))
        #expect(inspection.screen.arrangement.focus == .graph)
        try inspection.press("f")
        #expect(inspection.screen.tiles.tiles.map(\.shown) == [.graph])
        try inspection.press("f")
        #expect(inspection.screen.tiles.tiles.count == 5)
    }

    @Test func bordersAreDragged() throws {
        let inspection = try Inspection()
        let before = try #require(inspection.screen.tiles[.node]).width
        inspection.take(.mouse(MouseEvent(.press, at: Point(x: before - 1, y: 8))))
        inspection.take(.mouse(MouseEvent(.drag, at: Point(x: before + 9, y: 8))))
        inspection.take(.mouse(MouseEvent(.release, at: Point(x: before + 9, y: 8))))
        #expect(inspection.screen.tiles[.node]?.width == before + 10)
    }

    @Test func keysLeaveTheScreenAsEffects() throws {
        let inspection = try Inspection(keys: "C-z C-l q", introduction: Introduction())
        #expect(inspection.effects == [.suspend, .repaint, .quit])
        try inspection.press("x X x")
        #expect(inspection.effects.suffix(2) == [.dismissIntroduction, .dismissIntroduction])
    }

    @Test func theIntroductionFollowsWhatIsDone() throws {
        let inspection = try Inspection(size: Size(width: 80, height: 24), introduction: Introduction())
        #expect(inspection.introduction?.step == .run)
        try inspection.press("c")
        #expect(inspection.introduction?.step == .backward)
        try inspection.press("b 'larger' Enter")
        #expect(inspection.introduction?.step == .conflict)
        try inspection.press("b 'smaller' Enter")
        #expect(inspection.introduction?.step == .lists)
        try inspection.press("3 j 4")
        #expect(inspection.introduction?.step == .resolve)
        try inspection.press("z y b 'larger' Enter s")
        #expect(inspection.introduction?.step == nil)
        #expect(inspection.text.contains("That is all of it"))
    }
}
