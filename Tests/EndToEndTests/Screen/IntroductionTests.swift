import Foundation
import TestSupport
import Testing

/// The introduction's five steps, as a user who follows them would do them.
@Suite(.serialized) struct IntroductionTests {
    /// The keys that the introduction asks for: those before its text.
    private func keys(_ screen: TerminalScreen) throws -> [String] {
        let lines = try screen.lines
        let title = try #require(lines.firstIndex { $0.contains(" Introduction ") })
        return lines[title + 1].split(separator: " ").dropFirst().prefix { $0.count == 1 }.map(String.init)
    }

    /// The number of names of nodes on the screen, in boxes or in lanes.
    private func names(_ screen: TerminalScreen) throws -> Int { try screen.text.matches(of: /[a-z]:[0-9]/).count }

    /// - Parameter texts: what the user says, as it comes to mind.
    @Test(
        arguments: [(120, 36), (80, 24)],
        [["larger", "smaller", "larger"], ["Make it more polite.", "It is too long.", "shorter, please"], ["größer", "x", "?"]])
    func theStepsAsTheyAreWritten(size: (columns: Int, rows: Int), texts: [String]) throws {
        let screen = try TerminalScreen(columns: size.columns, rows: size.rows)
        var texts = texts[...]
        for step in ["run", "backward", "conflict", "lists", "resolve"] {
            try screen.wait(for: "▶ \(step)")
            let before = try names(screen), keys = try keys(screen)
            #expect(!keys.isEmpty)
            for key in keys {
                try screen.give(key)
                guard key == "b" else { continue }
                try screen.wait(for: "Backward by hand")
                try screen.type(texts.removeFirst())
                try screen.give("Enter")
            }
            try screen.wait(for: "✓ \(step)")
            let text = try screen.text
            switch step {
            case "run": #expect(try names(screen) > before)
            case "backward": #expect(text.contains("● ready"))
            case "conflict": #expect(text.contains(size.columns >= 120 ? "! would fail" : "! fails"))
            case "lists": #expect(text.contains("▲1 A agent1") && text.contains("agent2_param1:0"))
            default: break
            }
        }
        try screen.wait(for: "That is all of it")
        #expect(texts.isEmpty)
        // Whatever was said, the step has changed a value, which the events and the node's history name.
        try screen.wait(for: "agent2 updated")
        #expect(try !screen.text.contains("nothing changed"))
        try screen.type("u")
        try screen.wait(for: "undone")
    }

    @Test func aKeyPutsItAwayForGood() throws {
        let folder = try TestFolder()
        let first = try TerminalScreen(columns: 100, rows: 30, in: folder)
        try first.wait(for: "Introduction")
        try first.type("x")
        try first.wait(without: "Introduction")
        try first.type("q")
        #expect(try first.waitForEnd() == 0)
        let second = try TerminalScreen(columns: 100, rows: 30, in: folder)
        try second.wait(for: "1 Source")
        #expect(try !second.text.contains("Introduction"))
    }
}
