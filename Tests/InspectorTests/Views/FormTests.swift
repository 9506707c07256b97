import Debugging
import Testing

@testable import Inspector

@Suite struct FormTests {
    @Test func aLineIsEdited() {
        var editor = LineEditor("one two three")
        editor.press("C-w")
        #expect(editor.text == "one two ")
        editor.press("C-a x C-e y Left Left Delete")
        #expect(editor.text == "xone twoy")
        editor.press("C-u z")
        #expect(editor.text == "zy")
        editor.insert("a\nb\u{301}")
        #expect(editor.text == "za b\u{301}y")
        editor.press("Backspace")
        #expect(editor.text == "za y")
    }

    @Test func linesTypedBeforeComeBack() {
        var editor = LineEditor("new", history: ["first", "second"])
        editor.press("Up")
        #expect(editor.text == "second")
        editor.press("Up")
        editor.press("Up")
        #expect(editor.text == "first")
        editor.press("Down")
        editor.press("Down")
        #expect(editor.text == "new")
    }

    @Test func wordsAreQuotedSoThatTheyComeBackTheSame() throws {
        for text in ["plain", "two words", "", #"a "quoted" \ word"#, "tab\tand\nline", "\"", "中 文", "#x"] {
            let line = try CommandLine("backward \(CommandLine.word(text)) \(CommandLine.quoted(text))")
            #expect(line.words.map(\.text) == ["backward", text, text])
        }
    }

    @Test func completionKnowsCommandsNodesAndOptimizers() throws {
        let inspection = try Inspection(keys: "c")
        let snapshot = inspection.screen.snapshot
        #expect(Completion("back", snapshot).choices == ["backward", "back"])
        #expect(Completion("backward f", snapshot).choices == ["first"])
        #expect(Completion("backward first mul", snapshot).choices == ["multiply:0"])
        #expect(Completion("zero a", snapshot).choices == ["all", "a:0", "add:0"])
        #expect(Completion("continue z", snapshot).choices == ["zero"])
        #expect(Completion("backward first \"add", snapshot).start == 15)
        #expect(Completion("help und", snapshot).choices == ["undo"])
        #expect(Completion("nothing a", snapshot).choices.isEmpty)
    }

    @Test func tabCompletesInThePrompt() throws {
        let inspection = try Inspection(keys: "c : 'backw' Tab 'f' Tab 'mul' Tab 'up' Enter")
        #expect(inspection.commands.last == "backward first multiply:0 up")
        try inspection.press(": 'zero a' Tab Tab")
        #expect(inspection.footer.hasPrefix(" :zero a:0"))
        #expect(inspection.text.contains("add:0"))
        try inspection.press("Esc : Up Up Enter")
        #expect(inspection.commands.suffix(2) == ["backward first multiply:0 up", "backward first multiply:0 up"])
    }

    @Test func resultsOfTypedCommandsAreShownInFull() throws {
        let inspection = try Inspection(keys: "c : 'nodes' Enter")
        #expect(inspection.text.contains("multiply:0  message"))
        try inspection.press("Esc : 'nonsense' Enter")
        #expect(inspection.text.contains("no command is named 'nonsense'"))
    }

    @Test func helpIsSearched() throws {
        let inspection = try Inspection(keys: "?")
        #expect(inspection.text.contains("Keys, commands and signs"))
        try inspection.press("'minimal sub'")
        #expect(inspection.text.contains("subgraph OPTIMIZER"))
        #expect(!inspection.text.contains("runs out of the current call"))
        try inspection.press("'qqq'")
        #expect(inspection.text.contains("nothing contains"))
        try inspection.press("Esc")
        #expect(!inspection.text.contains("Keys, commands and signs"))
    }

    @Test func differencesAreFound() {
        #expect(
            LineDifference.between(["a", "b", "c"], ["a", "x", "c", "d"])
                == [.same("a"), .removed("b"), .added("x"), .same("c"), .added("d")])
        #expect(LineDifference.between([], []).isEmpty)
    }

    /// A field begins with its content selected: what is typed takes its place, and a movement keeps it.
    @Test func typingReplacesTheInitialTextOfAField() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter e '2.5' Enter")
        #expect(inspection.commands.last == "set a:0 2.5")
        try inspection.press("e Home '1' Enter")
        #expect(inspection.commands.last == "set a:0 12.5")
        try inspection.press("e Delete '3' Enter")
        #expect(inspection.commands.last == "set a:0 3")
        var editor = LineEditor("two\nlines", holdsLines: true)
        editor.selectAll()
        editor.insert("!")
        #expect(editor.text == "two\nlines!", "a text of several lines is changed, and not written anew")
    }
}
