import Debugging
import Testing
import Trace

@testable import Inspector

/// A change is shown at its place.
@Suite struct DifferenceTests {
    private func lines(_ old: String, _ new: String, width: Int = 44) throws -> [TextLine] {
        let look = Look(theme: try #require(Theme.builtin("dark")), glyphs: .unicode, letters: OptimizerLetters(names: []))
        return TextDifference.lines(from: old, to: new, width: width, look)
    }

    @Test func equalLinesAreFolded() throws {
        let old = (1...20).map { "line \($0)" }, new = old + ["line 21"]
        #expect(
            try lines(old.joined(separator: "\n"), new.joined(separator: "\n")).map(\.text)
                == ["    … 18 lines the same", "    line 19", "    line 20", "  + line 21"])
        let middle = old.map { $0 == "line 10" ? "line ten" : $0 }
        #expect(
            try lines(old.joined(separator: "\n"), middle.joined(separator: "\n")).map(\.text) == [
                "    … 7 lines the same", "    line 8", "    line 9", "  - line 10", "  + line ten", "    line 11", "    line 12",
                "    … 8 lines the same",
            ])
    }

    @Test func inALongLineOnlyWhatIsNearTheChangeIsShown() throws {
        let words = (1...80).map { "word\($0)" }, changed = words.map { $0 == "word60" ? "WORD" : $0 }
        let rows = try lines(words.joined(separator: " "), changed.joined(separator: " "))
        #expect(rows.count < 10)
        #expect(rows.contains { $0.spans.contains { $0.text == "word60" && $0.more.contains(.underline) && $0.role == .diffRemoved } })
        #expect(rows.contains { $0.spans.contains { $0.text == "WORD" && $0.more.contains(.underline) && $0.role == .diffAdded } })
        #expect(rows.first?.text == "  - …" && rows.last?.text == "  + …")
    }

    @Test(arguments: [("", "a"), ("a", ""), ("a b", "a  b"), ("\t", " \t"), ("e\u{301}x", "ex"), ("中 文", "中 国"), ("x", "x\n")])
    func nothingIsLostOfAnyChange(old: String, new: String) throws {
        for width in [1, 8, 9, 40] {
            let rows = try lines(old, new, width: width)
            #expect(rows.contains { $0.text.hasPrefix("  - ") } || rows.contains { $0.text.hasPrefix("  + ") })
        }
    }

    @Test func aPromptThatGrowsLooksDifferentInItsHistory() throws {
        let long = "You read messages to a shop and sort them into kinds."
        let text = "local p = trace.parameter(\"\(long)\", { name = \"p\" })\nlocal q = p .. \"!\"\nprint(q.data)\n"
        let inspection = try Inspection(text, keys: "c : 'set p:0 \"\(long) Be brief.\"' Enter / 'p:0' Enter 5")
        #expect(inspection.commands.last?.contains("Be brief") == true)
        let lines = inspection.pane(.node).split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex { $0.contains("History") })
        let values = lines[(start + 1)...].filter { $0.hasPrefix("      ") }
        #expect(values.count == 2 && values[0] != values[1], "\(values)")
        #expect(values[0].contains("Be brief.") && !values[1].contains("Be brief."))
        #expect(inspection.pane(.events).contains("nto kinds. Be brief.\""))
    }

    @Test func theSameValueIsNoChange() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter e Enter")
        #expect(inspection.commands.last == "set a:0 1.5")
        #expect(inspection.said.contains("a:0 is 1.5 already: nothing changed"))
        #expect(inspection.screen.snapshot?.record.versions.isEmpty == true)
        #expect(inspection.screen.snapshot?.abilities.undoable == nil)
    }
}
