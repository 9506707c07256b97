import Testing

@testable import Inspector

@Suite struct SwiftTokensTests {
    /// The pieces of a source with their roles, without what is plain.
    private func pieces(_ lines: String...) -> [[String]] {
        SwiftTokens.highlight(lines).map { line in line.spans.filter { $0.role != .source }.map { "\($0.role) \($0.text)" } }
    }

    @Test func colours() {
        #expect(
            pieces("import Trace  // the engine", "@main struct A {", "    let x = try graph.node(1.5, name: \"a\")", "#if DEBUG") == [
                ["sourceKeyword import", "sourceTrace Trace", "sourceComment // the engine"],
                ["sourceTrace @main", "sourceKeyword struct"],
                ["sourceKeyword let", "sourceKeyword try", "sourceFunction node", "sourceNumber 1.5", "sourceString \"a\""],
                ["sourceTrace #if"],
            ])
        #expect(pieces("a.in + b.repeat(2) / c") == [["sourceFunction repeat", "sourceNumber 2"]])
    }

    @Test func textsEndWhereTheyEnd() {
        #expect(pieces(##"f("a\"b") + #"c"d"#"##) == [["sourceFunction f", ##"sourceString "a\"b""##, ##"sourceString #"c"d"#"##]])
        #expect(
            pieces("\"\"\"", "one // no", "\\\"\"\" two\"\"\" + 3") == [
                ["sourceString \"\"\""], ["sourceString one // no"], ["sourceString \\\"\"\" two\"\"\"", "sourceNumber 3"],
            ])
        #expect(pieces("\"open", "1") == [["sourceString \"open"], ["sourceNumber 1"]])
    }

    @Test func commentsNest() {
        #expect(
            pieces("/* a /* b */", "c */ 1 /**/ 2") == [
                ["sourceComment /* a /* b */"], ["sourceComment c */", "sourceNumber 1", "sourceComment /**/", "sourceNumber 2"],
            ])
    }

    /// Whatever a file holds, all of it is shown.
    @Test(arguments: ["½ + ²", "#", "@", "##\"", "\"\\", "/", "/*", "\"\"\"\\", "a\u{301}b #\"\"\"", "🙂 @🙂 #🙂"]) func nothingIsLost(
        _ text: String
    ) {
        #expect(SwiftTokens.highlight([text, text]).map { $0.spans.map(\.text).joined() } == [text, text])
    }
}
