/// Cuts Swift source into parts that look different on the screen. It knows words and strings, not grammar.
struct SwiftTokens: LineHighlighter {
    private static let keywords: Set<String> = [
        "actor", "any", "as", "associatedtype", "async", "await", "borrowing", "break", "case", "catch", "class", "consuming", "continue",
        "convenience", "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "final",
        "for", "func", "get", "guard", "if", "import", "in", "indirect", "init", "inout", "internal", "is", "lazy", "let", "mutating",
        "nil", "nonisolated", "nonmutating", "operator", "override", "package", "private", "protocol", "public", "repeat", "required",
        "rethrows", "return", "self", "Self", "set", "some", "static", "struct", "subscript", "super", "switch", "throw", "throws",
        "true", "try", "typealias", "unowned", "var", "weak", "where", "while",
    ]
    /// Words of the library that makes graphs.
    private static let library: Set<String> = ["Trace", "TraceInspector", "Graph", "Bundle", "Node", "Optimizer"]

    private enum Rest: Equatable {
        case code
        /// Inside a comment, with its depth.
        case comment(Int)
        /// Inside a text of several lines, with the number of number signs around it.
        case text(Int)
    }
    private var rest = Rest.code

    mutating func part(_ c: [Character], at start: Int) -> (end: Int, role: Role) {
        switch rest {
        case .comment(let depth): return (commentEnd(c, from: start, depth: depth), .sourceComment)
        case .text(let signs): return (textEnd(c, from: start, signs), .sourceString)
        case .code: break
        }
        if Self.has("//", c, start) { return (c.count, .sourceComment) }
        if Self.has("/*", c, start) { return (commentEnd(c, from: start + 2, depth: 1), .sourceComment) }
        if let (quote, signs) = Self.quote(c, at: start) { return (string(c, from: quote, signs), .sourceString) }
        guard c[start] == "@" || c[start] == "#" else {
            return SourceWords.part(c, at: start, numeric: "._xXoOpP", openers: "\"#@/") { Self.role(c, $0) }
        }
        var at = start + 1
        while at < c.count, SourceWords.isWord(c[at]) || c[at].isNumber { at += 1 }
        return (at, .sourceTrace)
    }

    private static func role(_ c: [Character], _ word: Range<Int>) -> Role {
        let text = String(c[word]), isMember = word.lowerBound > 0 && c[word.lowerBound - 1] == "."
        if !isMember || text == "self" || text == "init", keywords.contains(text) { return .sourceKeyword }
        if !isMember, library.contains(text) { return .sourceTrace }
        return word.upperBound < c.count && c[word.upperBound] == "(" ? .sourceFunction : .source
    }

    private static func has(_ text: String, _ c: [Character], _ at: Int) -> Bool {
        at + text.count <= c.count && zip(text, c[at...]).allSatisfy { $0 == $1 }
    }

    /// The place of the quote with which a text begins here, and the number of number signs before it.
    private static func quote(_ c: [Character], at start: Int) -> (quote: Int, signs: Int)? {
        let quote = c[start...].firstIndex { $0 != "#" }
        guard let quote, c[quote] == "\"" else { return nil }
        return (quote, quote - start)
    }

    /// The end of a comment, which may contain others; it may stay open.
    private mutating func commentEnd(_ c: [Character], from start: Int, depth: Int) -> Int {
        var at = start, depth = depth
        while at < c.count {
            if Self.has("/*", c, at) {
                (at, depth) = (at + 2, depth + 1)
            } else if Self.has("*/", c, at) {
                (at, depth) = (at + 2, depth - 1)
                if depth == 0 {
                    rest = .code
                    return at
                }
            } else {
                at += 1
            }
        }
        rest = .comment(depth)
        return at
    }

    /// The end of a text that begins at a quote; one of three quotes may stay open.
    private mutating func string(_ c: [Character], from quote: Int, _ signs: Int) -> Int {
        if Self.has("\"\"\"", c, quote) { return textEnd(c, from: quote + 3, signs) }
        let end = "\"" + String(repeating: "#", count: signs)
        var at = quote + 1
        while at < c.count, !Self.has(end, c, at) { at += signs == 0 && c[at] == "\\" ? 2 : 1 }
        return min(c.count, at + end.count)
    }

    private mutating func textEnd(_ c: [Character], from start: Int, _ signs: Int) -> Int {
        let end = "\"\"\"" + String(repeating: "#", count: signs)
        var at = start
        while at < c.count {
            if Self.has(end, c, at) {
                rest = .code
                return at + end.count
            }
            at += signs == 0 && c[at] == "\\" ? 2 : 1
        }
        rest = .text(signs)
        return c.count
    }
}
