import Trace

/// The parts of a line of source that are the same in every language: numbers, words, and the signs between them.
enum SourceWords {
    /// Lines of source in the colours of their language.
    static func highlight(_ lines: [String], _ language: CodeLanguage) -> [TextLine] {
        switch language {
        case .lua: LuaHighlighter.highlight(lines)
        case .python: PythonTokens.highlight(lines)
        case .swift: SwiftTokens.highlight(lines)
        }
    }

    static func isWord(_ c: Character) -> Bool { c.isLetter || c == "_" }

    /// The end and the role of the part that begins at a place.
    ///
    /// - Parameters:
    ///   - numeric: the characters of a number beside hexadecimal digits.
    ///   - openers: the signs at which something else begins, such as a string.
    ///   - role: the role of a word.
    static func part(
        _ c: [Character], at start: Int, numeric: String, openers: String, role: (Range<Int>) -> Role
    ) -> (end: Int, role: Role) {
        var at = start
        if c[at].isNumber {
            while at < c.count, c[at].isHexDigit || numeric.contains(c[at]) { at += 1 }
            // A number that is not a digit, such as ½.
            return (max(at, start + 1), .sourceNumber)
        }
        if isWord(c[at]) {
            while at < c.count, isWord(c[at]) || c[at].isNumber { at += 1 }
            return (at, role(start..<at))
        }
        while at < c.count, !isWord(c[at]), !c[at].isNumber, !openers.contains(c[at]) { at += 1 }
        return (max(at, start + 1), .source)
    }
}

/// A highlighter that cuts a line into parts from left to right, and remembers between lines an open part, such as a text.
protocol LineHighlighter {
    init()
    /// The end and the role of the part that begins at a place of a line. A part has at least one character.
    mutating func part(_ c: [Character], at start: Int) -> (end: Int, role: Role)
}

extension LineHighlighter {
    /// The lines of a file, in colours.
    static func highlight(_ lines: [String]) -> [TextLine] {
        var highlighter = Self()
        return lines.map { line in
            let characters = Array(line.expandingTabs())
            var out = TextLine(), at = 0
            while at < characters.count {
                let part = highlighter.part(characters, at: at)
                out.add(String(characters[at..<part.end]), part.role)
                at = part.end
            }
            return out
        }
    }
}
