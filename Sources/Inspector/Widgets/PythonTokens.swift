/// Cuts Python source into parts that look different on the screen. It knows words and strings, not grammar.
struct PythonTokens: LineHighlighter {
    private static let keywords: Set<String> = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class", "continue", "def", "del", "elif",
        "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match", "nonlocal", "not", "or",
        "pass", "raise", "return", "try", "while", "with", "yield",
    ]
    /// Words of the libraries that make graphs.
    private static let libraries: Set<String> = ["opto", "trace", "textgrad", "tg", "node", "bundle"]
    /// The quotes that end a text which goes on over several lines.
    private var open: Character?

    mutating func part(_ c: [Character], at start: Int) -> (end: Int, role: Role) {
        if let quote = open { return (tripleEnd(c, from: start, quote), .sourceString) }
        if c[start] == "#" { return (c.count, .sourceComment) }
        if let quote = Self.quote(c, at: start) { return (string(c, from: quote), .sourceString) }
        guard c[start] == "@", start == c.firstIndex(where: { $0 != " " }) else {
            return SourceWords.part(c, at: start, numeric: "._xXoOjJ", openers: "\"'#@") { Self.role(c, $0) }
        }
        var at = start + 1
        while at < c.count, SourceWords.isWord(c[at]) || c[at] == "." { at += 1 }
        return (at, .sourceTrace)
    }

    private static func role(_ c: [Character], _ word: Range<Int>) -> Role {
        let text = String(c[word]), isMember = word.lowerBound > 0 && c[word.lowerBound - 1] == "."
        if !isMember, keywords.contains(text) { return .sourceKeyword }
        if !isMember, libraries.contains(text) { return .sourceTrace }
        return c[word.upperBound...].first { $0 != " " } == "(" ? .sourceFunction : .source
    }

    /// The place of the quote with which a text begins here, behind letters such as `f` or `rb`.
    private static func quote(_ c: [Character], at start: Int) -> Int? {
        var at = start
        while at < c.count, at - start < 2, "rbfuRBFU".contains(c[at]) { at += 1 }
        guard at < c.count, c[at] == "\"" || c[at] == "'" else { return nil }
        // Letters that end a longer word begin no text.
        return start > 0 && at > start && (SourceWords.isWord(c[start - 1]) || c[start - 1].isNumber) ? nil : at
    }

    /// The end of a text that begins at a quote; one of three quotes may stay open.
    private mutating func string(_ c: [Character], from quote: Int) -> Int {
        if quote + 2 < c.count, c[quote + 1] == c[quote], c[quote + 2] == c[quote] {
            open = c[quote]
            return tripleEnd(c, from: quote + 3, c[quote])
        }
        var at = quote + 1
        while at < c.count, c[at] != c[quote] { at += c[at] == "\\" ? 2 : 1 }
        return min(c.count, at + 1)
    }

    private mutating func tripleEnd(_ c: [Character], from start: Int, _ quote: Character) -> Int {
        var at = start
        while at < c.count {
            if c[at] == "\\" {
                at += 2
                continue
            }
            if at + 2 < c.count, c[at] == quote, c[at + 1] == quote, c[at + 2] == quote {
                open = nil
                return at + 3
            }
            at += 1
        }
        return c.count
    }
}
