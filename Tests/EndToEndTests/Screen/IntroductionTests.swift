import Foundation
import Testing

/// The introduction's five steps, as a user who follows them would do them.
@Suite(.serialized) struct IntroductionTests {
    @Test(arguments: [(120, 36), (80, 24)]) func theFiveSteps(columns: Int, rows: Int) throws {
        let screen = try TerminalScreen(columns: columns, rows: rows)
        try screen.wait(for: "▶ run")
        try screen.type("c")
        try screen.wait(for: "▶ backward")
        #expect(try screen.text.contains("✓ run"))

        try screen.type("b")
        try screen.wait(for: "Backward by hand")
        try screen.type("larger")
        try screen.press("Enter")
        try screen.wait(for: "▶ conflict")

        try screen.type("b")
        try screen.wait(for: "Backward by hand")
        try screen.type("smaller")
        try screen.press("Enter")
        try screen.wait(for: "▶ lists")
        #expect(try screen.text.contains("✖ conflict"))

        // A parameter of the chosen optimizer, found by its name.
        try screen.type("/")
        try screen.type("agent1_param1:0")
        try screen.press("Enter")
        try screen.type("4")
        try screen.wait(for: "▶ resolve")
        try screen.type("f")
        try screen.wait(
            until: { $0.contains("larger") && $0.contains("smaller") && $0.contains("agent1:2") }, what: "both texts and the child")
        try screen.type("f")

        try screen.type("3")
        try screen.type("z")
        // Feedback that no step has used is about to be lost, so it asks.
        try screen.wait(for: "y")
        try screen.type("y")
        try screen.wait(until: { $0.contains("○ clean") }, what: "a clean optimizer")
        try screen.type("/")
        try screen.type("agent3:1")
        try screen.press("Enter")
        try screen.type("b")
        try screen.wait(for: "Backward by hand")
        try screen.type("larger")
        try screen.press("Enter")
        try screen.wait(until: { $0.contains("● feedback") }, what: "feedback")
        try screen.type("3")
        try screen.type("s")
        try screen.wait(for: "That is all of it")
    }

    @Test func aKeyPutsItAwayForGood() throws {
        let folder = try Folder()
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
