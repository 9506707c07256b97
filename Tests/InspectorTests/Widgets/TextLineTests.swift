import Testing

@testable import Inspector

@Suite struct TextLineTests {
    private func drawn(_ line: TextLine, _ glyphs: Glyphs) -> String {
        var frame = Frame(size: Size(width: 40, height: 1), style: Style())
        frame.put(line, in: frame.bounds, theme: Theme(name: "plain", base: Style(), given: [:]), glyphs: glyphs)
        return frame.text()
    }

    /// Columns that were padded for Unicode are in line in ASCII too, as long as there are spaces before the next one.
    @Test func columnsStayWhereTheyAre() {
        let line = TextLine("“larger…”  ").adding(" 1.0 → 1.1", .value).adding("    ").adding("v2")
        #expect(drawn(line, .unicode) == "“larger…”   1.0 → 1.1    v2")
        #expect(drawn(line, .ascii) == "\"larger..\"  1.0 -> 1.1   v2")
        // Up to two spaces stay, as does what comes before the sign.
        #expect(drawn(TextLine("a   b …  c"), .ascii) == "a   b ..  c")
        // A wide character takes what it took.
        #expect(drawn(TextLine("日本  x"), .ascii) == "日本  x")
    }
}
