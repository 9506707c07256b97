import Testing

@testable import Inspector

@Suite struct LuaHighlighterTests {
    /// The parts of each line with their roles, without what is plain.
    private func parts(_ lines: String...) -> [[String]] {
        LuaHighlighter.highlight(lines).map { line in line.spans.filter { $0.role != .source }.map { "\($0.role) \($0.text)" } }
    }

    @Test func wordsNumbersStringsAndComments() {
        #expect(
            parts("local x = trace.node(10) -- why") == [
                ["sourceKeyword local", "sourceTrace trace", "sourceTrace node", "sourceNumber 10", "sourceComment -- why"]
            ])
        #expect(
            parts("y = 'it\\'s' .. f{0x1F} + 1e-9") == [
                ["sourceString 'it\\'s'", "sourceFunction f", "sourceNumber 0x1F", "sourceNumber 1e-9"]
            ])
        #expect(parts("return {x}", "f", "(g)()") == [["sourceKeyword return"], [], []])
    }

    @Test func longStringsAndCommentsGoOnOverLines() {
        #expect(
            parts("s = [[long", "text]] y", "--[==[ a", "]] ]==] z = 'a\\", "b'") == [
                ["sourceString [[long"], ["sourceString text]]"], ["sourceComment --[==[ a"],
                ["sourceComment ]] ]==]", "sourceString 'a\\"],
                ["sourceString b'"],
            ])
    }

    @Test(arguments: ["½ + 1", "\"e\u{301}\"\u{301}x", "'👩‍👩‍👧' .. ", "\\", "'", "[==[", "--", "", "é = 'ü\\é'"])
    func noCharacterIsLostOrCutInTwo(_ line: String) {
        let shown = LuaHighlighter.highlight([line, line])
        #expect(shown.map(\.text) == [line, line])
        #expect(shown[0].spans.map(\.text.count).reduce(0, +) == line.count)
    }
}
