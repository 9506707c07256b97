import Debugging
import Testing
import Trace

@testable import Inspector

/// The typed text comes back, however its form was closed.
@Suite struct DraftTests {
    private static let asking = """
        local a = trace.parameter(1.5, { name = "a" })
        local t = trace.parameter("be brief\\nand kind", { name = "t" })
        local ask = trace.optimizer("Manual", { a, t }, { name = "ask" })
        local out = trace.ops.format("{} {}", a, t)
        print(out.data)
        """
    private static let begin = "c : 'backward ask format:0 larger' Enter p "

    @Test func aTextOfSeveralLinesIsTypedWhereItStands() throws {
        let inspection = try Inspection(Self.asking, keys: Self.begin + "Tab ', please'")
        #expect(inspection.text.contains("be brief") && inspection.text.contains("and kind, please"))
        try inspection.press("Up End ' now' M-Enter 'then' Enter")
        #expect(inspection.commands.last == #"answer {"a0":1.5,"t0":"be brief now\nthen\nand kind, please"}"#)
        #expect(inspection.text.contains("+ be brief now") && inspection.text.contains("- be brief"))
    }

    @Test func pastedLinesStayLines() throws {
        let inspection = try Inspection(Self.asking, keys: Self.begin + "Tab C-u")
        inspection.take(.paste("one\r\ntwo"))
        try inspection.press("Enter")
        #expect(inspection.commands.last == #"answer {"a0":1.5,"t0":"be brief\none\ntwo"}"#)
    }

    @Test(arguments: ["Esc", "C-c", "C-g"]) func anAnswerComesBack(key: String) throws {
        let inspection = try Inspection(Self.asking, keys: Self.begin + "C-u '7' Tab ', please' \(key)")
        #expect(inspection.form == nil)
        inspection.size = Size(width: 60, height: 10)
        try inspection.press("n")
        inspection.size = Size(width: 100, height: 30)
        try inspection.press("2 3 a")
        #expect(inspection.said.contains("your text is back"))
        try inspection.press("Enter")
        #expect(inspection.commands.last == #"answer {"a0":7,"t0":"be brief\nand kind, please"}"#)
        // A used text does not come back.
        try inspection.press("D : 'backward ask format:0 larger' Enter p")
        #expect(!inspection.text.contains(", please"))
    }

    @Test func anAnswerThatCannotBeUsedStays() throws {
        let inspection = try Inspection(Self.asking + "ask:backward(out, \"larger\")\nask:step()\n", keys: "c C-u 'many' Enter")
        // The reason is below the field, and no box covers the field.
        let field = try #require(inspection.lines.firstIndex { $0.contains("a0 float") && $0.contains("many") })
        #expect(inspection.lines[field + 1].contains("\"many\" is a str, not a float") && inspection.notice == nil, "\(inspection.text)")
        try inspection.press("Esc")
        #expect(inspection.form == nil)
        try inspection.press("a")
        #expect(inspection.lines.contains { $0.contains("a0 float") && $0.contains("many") })
    }

    @Test func aFeedbackComesBack() throws {
        let inspection = try Inspection(keys: "c b 'say more' Esc n b")
        #expect(inspection.text.contains("feedback say more"))
        try inspection.press("' of it' Enter b")
        #expect(inspection.commands.last == #"backward first multiply:0 "say more of it""#)
        #expect(!inspection.text.contains("feedback say more"))
    }

    @Test func aValueComesBackForItsNodeOnly() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter e C-u '17' Esc / 'b:' Enter e")
        #expect(inspection.footer.contains("set b:0 (int) 2"))
        try inspection.press("Esc / 'a:' Enter e")
        #expect(inspection.footer.contains("set a:0 (float) 17"))
        // One that is refused is there again too.
        try inspection.press("C-u 'many' Enter Esc e")
        #expect(inspection.footer.contains("set a:0 (float) many"))
        try inspection.press("C-u '18' Enter e")
        #expect(inspection.footer.contains("set a:0 (float) 18.0"))
    }

    @Test func aRefusedTextOfAnEditorIsOpenedAgain() throws {
        let text =
            "local xs = trace.parameter({ \(Array(repeating: "1000", count: 60).joined(separator: ", ")) }, { name = \"xs\" })\nlocal y = xs[1] * 2\n"
        let inspection = try Inspection(text, keys: "c / 'xs:' Enter e")
        let purpose = EditPurpose.value(node: "xs:0", isText: false)
        inspection.perform(inspection.screen.edited("[1, 2", for: purpose))
        #expect(inspection.text.contains("Your text is kept"))
        try inspection.press("Esc e")
        #expect(inspection.effects.last == .edit(text: "[1, 2", purpose: purpose))
        inspection.perform(inspection.screen.edited("[1, 2]", for: purpose))
        #expect(inspection.commands.last == "set xs:0 [1, 2]")
        #expect(inspection.context.notebook.drafts.isEmpty)
    }

    @Test func aFailingEditorsTextIsKept() throws {
        let inspection = try Inspection(Self.asking, keys: Self.begin)
        for purpose in [EditPurpose.prompt, .answer, .field(name: "t0", isCode: false), .value(node: "t:0", isText: true)] {
            inspection.screen.refusedEdit(nil, for: purpose, "vi ended with status 1")
            #expect(inspection.message?.text == "vi ended with status 1; nothing was changed")
            inspection.screen.refusedEdit("half a text\n", for: purpose, "vi ended with status 1")
            #expect(inspection.notice?.lines.joined(separator: " ").contains("our text is kept") == true)
            var notebook = inspection.context.notebook
            #expect(notebook.take("as it was", for: purpose) == "half a text")
            #expect(notebook.take("as it was", for: purpose) == "as it was")
        }
        #expect(inspection.context.notebook.drafts == ["an answer", "a question", "a value of t:0"])
    }

    @Test func aCommandThatWasNotGivenIsInTheHistory() throws {
        let inspection = try Inspection(keys: "c : 'backward first' Esc : Up")
        #expect(inspection.footer.hasPrefix(" :backward first"))
        try inspection.press("Esc g Esc : Up")
        #expect(inspection.footer.hasPrefix(" :backward first"))
    }

    @Test func theCursorMovesAmongLines() {
        var editor = LineEditor("long line\nx\nlast one", holdsLines: true)
        editor.press("Up 1 Up 2 Up Home 3 Down Down 4")
        #expect(editor.text == "3lo2ng line\nx1\nl4ast one")
        #expect(editor.rows(width: 6).map(\.text) == ["3lo2n", "g lin", "e", "x1", "l4ast", " one"])
        #expect(LineEditor("a\nb").text == "a\nb")
    }
}
