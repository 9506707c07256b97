import Testing

@testable import Inspector

@Suite struct PythonTokensTests {
    /// The pieces of a source with their roles, without what is plain.
    private func pieces(_ lines: String...) -> [[String]] {
        PythonTokens.highlight(lines).map { line in line.spans.filter { $0.role != .source }.map { "\($0.role) \($0.text)" } }
    }

    @Test func colours() {
        #expect(
            pieces("@bundle(trainable=True)", "def f(x):  # note", "    return node(x + 1.5, name='a')") == [
                ["sourceTrace @bundle", "sourceKeyword True"], ["sourceKeyword def", "sourceFunction f", "sourceComment # note"],
                ["sourceKeyword return", "sourceTrace node", "sourceNumber 1.5", "sourceString 'a'"],
            ])
        #expect(pieces("x = f\"{a}\" + rb'\\''") == [["sourceString f\"{a}\"", "sourceString rb'\\''"]])
        #expect(pieces("a.trace = graph.node(1)") == [["sourceFunction node", "sourceNumber 1"]])
    }

    @Test func textsGoOnOverLines() {
        #expect(
            pieces("'''one # no", "two \\''' still", "three''' + x", "\"\"\"\"\"\" + 1") == [
                ["sourceString '''one # no"], ["sourceString two \\''' still"], ["sourceString three'''"],
                ["sourceString \"\"\"\"\"\"", "sourceNumber 1"],
            ])
    }

    /// Such a sign begins a number and cannot be part of one: a file with it must not stop the screen.
    @Test func numbersThatAreNoDigits() {
        #expect(pieces("½ + ² + x²") == [["sourceNumber ½", "sourceNumber ²"]])
    }
}
