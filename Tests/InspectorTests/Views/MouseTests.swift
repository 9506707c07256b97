import Debugging
import TestSupport
import Testing

@testable import Inspector

/// Everything that is drawn and does something does it for the mouse too.
@Suite struct MouseTests {
    @Test func entriesOfTheFooter() throws {
        let inspection = try Inspection()
        try inspection.click("n next")
        try inspection.click("continue")
        #expect(inspection.commands == ["next", "continue"])
        try inspection.click("[ ] time")
        try inspection.click("? keys")
        #expect(inspection.commands.last == "back" && inspection.form == "help")
        try inspection.click("Esc close")
        #expect(inspection.form == nil)
    }

    @Test func tabs() throws {
        let inspection = try Inspection(keys: "c")
        try inspection.click("7 Model")
        #expect(inspection.screen.arrangement.focus == "model")
        try inspection.click("6 Problems")
        #expect(inspection.screen.arrangement.focus == "problems")
        try inspection.click("5 Events")
        #expect(inspection.screen.arrangement.focus == .events)
    }

    @Test func scrollBars() throws {
        let text = (1...200).map { "local x\($0) = \($0)" }.joined(separator: "\n")
        let inspection = try Inspection("do\n\(text)\nend\n".replacing("local ", with: "x"))
        var rect = try #require(inspection.screen.tiles[.source])
        inspection.take(.mouse(MouseEvent(.press, at: Point(x: rect.maxX - 1, y: rect.minY + 1))))
        inspection.take(.mouse(MouseEvent(.drag, at: Point(x: rect.maxX - 1, y: rect.maxY - 2))))
        #expect(inspection.pane(.source).contains("202"))
        inspection.take(.mouse(MouseEvent(.drag, at: Point(x: rect.maxX - 1, y: rect.minY + 1))))
        #expect(inspection.pane(.source).contains(" 1 do"))
        #expect(inspection.commands.isEmpty, "the border is not the margin")
        // Beside the thumb it is the border between two panes.
        rect = try #require(inspection.screen.tiles[.node])
        inspection.take(.mouse(MouseEvent(.press, at: Point(x: rect.maxX - 1, y: rect.maxY - 2))))
        inspection.take(.mouse(MouseEvent(.drag, at: Point(x: rect.maxX + 9, y: rect.maxY - 2))))
        #expect(inspection.screen.tiles[.node]?.width == rect.width + 10)
        // In a box too.
        try inspection.press("?")
        let top = inspection.text
        inspection.click(119, 33)
        #expect(inspection.text != top && inspection.form == "help")
    }

    @Test func theWheelScrollsWhatLiesOnTop() throws {
        let inspection = try Inspection(keys: "c ?")
        let top = inspection.text
        inspection.take(.mouse(MouseEvent(.wheelDown, button: .none, at: Point(x: 60, y: 20))))
        #expect(inspection.text != top)
        inspection.take(.mouse(MouseEvent(.wheelUp, button: .none, at: Point(x: 60, y: 20))))
        #expect(inspection.text == top)
    }

    @Test func viewsBelowABoxDoNotRespond() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter z")
        let commands = inspection.commands
        inspection.click(2, 4)
        inspection.click(60, 34)
        #expect(inspection.form == "question" && inspection.commands == commands)
        try inspection.click("y yes")
        #expect(inspection.commands.last == "zero first" && inspection.form == nil)
    }

    @Test func fieldsOfForms() throws {
        let inspection = try Inspection(keys: "c b 'larger'")
        try inspection.click("F first", times: 2)
        #expect(inspection.text.contains("optimizer B both"))
        try inspection.click("larger")
        try inspection.press("End '!'")
        try inspection.click("Enter call backward")
        #expect(inspection.commands.last == "backward both multiply:0 \"larger!\"")
    }

    @Test func completionsAreTaken() throws {
        let inspection = try Inspection(keys: "c : 'zero a' Tab")
        try inspection.click(" add:0")
        #expect(inspection.footer.hasPrefix(" :zero add:0"))
    }

    @Test func changesOfAProposal() throws {
        let model = ScriptedModel([.answer(ModelViewTests.answer)])
        let inspection = try Inspection(
            ModelViewTests.workflow, keys: ": 'until 6' Enter p", access: ModelAccess(model: model, live: .ask))
        try inspection.click("Enter send")
        #expect(inspection.form == "proposal")
        try inspection.click("b:0  short", times: 2)
        #expect(inspection.commands.last == "reject b:0 tuner")
        try inspection.click("Enter update")
        #expect(inspection.commands.last == "update tuner")
    }

    @Test func thePalette() throws {
        let inspection = try Inspection(keys: "C-p 'next'")
        try inspection.click("next  ", times: 2)
        #expect(inspection.commands == ["next"] && inspection.form == nil)
    }

    @Test func aNoticeGoesAway() throws {
        let inspection = try Inspection(keys: ": 'help next' Enter")
        #expect(inspection.notice != nil)
        inspection.click(40, 33)
        #expect(inspection.notice == nil)
    }

    /// Closing a box shows the one below as it was left.
    @Test func boxesStandOnEachOther() throws {
        let model = ScriptedModel([.answer(ModelViewTests.answer)])
        let inspection = try Inspection(
            ModelViewTests.workflow, keys: ": 'until 6' Enter p Enter j",
            access: ModelAccess(model: model, live: .ask))
        try inspection.press("e")
        #expect(inspection.form == "prompt" && inspection.text.contains("tuner proposes"))
        try inspection.press("Esc")
        #expect(inspection.form == "proposal")
        try inspection.press("Space")
        #expect(inspection.commands.last == "reject b:0 tuner", "another change is chosen than before")
    }
}
