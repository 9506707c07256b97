import Testing
import Trace

@testable import Debugging

/// Messages that are put together from parts, with none of them, one, two and many.
@Suite struct CommandErrorTests {
    private static let many = (1...12).map { "o\($0)" }

    private static let sides = "an event's number, a step such as tuner#2, or the file of a saved session"

    private static let messages: [(CommandError, String)] = [
        (.unknownCommand("brek", near: nil), "no command is named 'brek'; 'help' lists them"),
        (.unknownCommand("brek", near: "break"), "no command is named 'brek': did you mean 'break'? 'help' lists them"),
        (.unknownNode("p:9", near: []), "no node is named 'p:9' at this event; 'nodes' lists them"),
        (.unknownNode("p:9", near: ["p:0"]), "no node is named 'p:9' at this event; near it: p:0"),
        (.unknownNode("p:9", near: ["p:0", "p:1"]), "no node is named 'p:9' at this event; near it: p:0, p:1"),
        (.unknownOptimizer("nope", known: []), "no optimizer is named 'nope'; there are none yet"),
        (.unknownOptimizer("nope", known: ["tuner"]), "no optimizer is named 'nope'; the only one is 'tuner'"),
        (.unknownOptimizer("nope", known: ["a", "b"]), "no optimizer is named 'nope'; there are 'a' and 'b'"),
        (
            .unknownOptimizer("nope", known: many),
            "no optimizer is named 'nope'; there are 'o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7' and 5 more"
        ),
        (.ambiguousOptimizer("a", among: ["a1", "a2"]), "'a' could be a1 or a2"),
        (.ambiguousOptimizer("a", among: ["a1", "a2", "a3"]), "'a' could be a1, a2 or a3"),
        (.unknownBranch("x", known: ["main"]), "no branch is named 'x'; the only one is 'main'"),
        (.unknownBranch("x", known: ["main", "main.2"]), "no branch is named 'x'; there are 'main' and 'main.2'"),
        (.noSuchLine("9", lines: 0, file: "w.lua"), "there is no line 9 in w.lua, which has 0 lines"),
        (.noSuchLine("9", lines: 1, file: "w.lua"), "there is no line 9 in w.lua, which has 1 line"),
        (.noSuchLine("9", lines: 8, file: "w.lua"), "there is no line 9 in w.lua, which has 8 lines"),
        (.notLoaded("m.lua", known: []), "m.lua is not loaded; no file is loaded here"),
        (.notLoaded("m.lua", known: ["w.lua"]), "m.lua is not loaded; the loaded file is w.lua"),
        (.notLoaded("m.lua", known: ["w.lua", "n.lua"]), "m.lua is not loaded; the loaded files are w.lua and n.lua"),
        (.noSuchSeries("x", known: []), "no series is named 'x'; no number has changed yet"),
        (.noSuchSeries("x", known: ["p:0"]), "no series is named 'x'; the only one is 'p:0'"),
        (.noSuchSeries("x", known: ["p:0", "loss"]), "no series is named 'x'; there are 'p:0' and 'loss'"),
        (
            .noSuchSeries("x", known: many),
            "no series is named 'x'; there are 'o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7' and 5 more"
        ),
        (.unknownText("c", known: ["a"]), "no text has the letter 'c'; the only one is 'a'"),
        (.unknownText("c", known: ["a", "b"]), "no text has the letter 'c'; there are 'a' and 'b'"),
        (.unknownSide("x", branches: ["main"]), "'x' cannot be compared: give a branch (main), \(sides)"),
        (.unknownSide("x", branches: ["main", "main.2"]), "'x' cannot be compared: give a branch (main or main.2), \(sides)"),
        (.longNote(most: 4096), "a note has at most 4,096 bytes: write a shorter one"),
        (.manyNotes(most: 1000), "there are 1,000 notes: delete one with 'note NODE' or 'note EVENT'"),
        (.noDrawer, "pictures cannot be drawn here: choose dot, mermaid, json or tgj"),
    ]

    @Test(arguments: messages.indices) func theMessageFitsItsParts(_ index: Int) {
        let (error, message) = Self.messages[index]
        #expect(error.report(in: GraphRecord()).message == message)
    }
}
