/// Cuts Lua source into what looks different on the screen. It knows words and strings, not grammar.
struct LuaTokens {
    private enum Rest: Equatable {
        case code
        /// Inside a long comment or string, up to a bracket with so many equals signs.
        case long(level: Int, role: Role)
    }
    private static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or",
        "repeat", "return", "then", "true", "until", "while",
    ]
    private var rest = Rest.code

    /// The lines of a file, in colours.
    static func highlight(_ lines: [String]) -> [TextLine] {
        var tokens = LuaTokens()
        return lines.map { tokens.line(Array($0.expandingTabs())) }
    }

    private mutating func line(_ c: [Character]) -> TextLine {
        var out = TextLine()
        var at = 0
        while at < c.count {
            let start = at
            if case .long(let level, let role) = rest {
                at = Self.closing(c, from: at, level: level) ?? c.count
                if at < c.count || Self.closing(c, from: start, level: level) != nil { rest = .code }
                out.add(String(c[start..<at]), role)
                continue
            }
            if c[at] == "-", at + 1 < c.count, c[at + 1] == "-" {
                if let level = Self.opening(c, at: at + 2) {
                    rest = .long(level: level, role: .sourceComment)
                    at += 4 + level
                } else {
                    at = c.count
                }
                out.add(String(c[start..<at]), .sourceComment)
            } else if let level = Self.opening(c, at: at) {
                rest = .long(level: level, role: .sourceString)
                at += 2 + level
                out.add(String(c[start..<at]), .sourceString)
            } else if c[at] == "\"" || c[at] == "'" {
                at = Self.stringEnd(c, from: at)
                out.add(String(c[start..<at]), .sourceString)
            } else {
                let part = SourceWords.part(c, at: at, numeric: ".xXpP", openers: "\"'-[") { Self.role(c, $0) }
                at = part.end
                out.add(String(c[start..<at]), part.role)
            }
        }
        return out
    }

    private static func role(_ c: [Character], _ word: Range<Int>) -> Role {
        let text = String(c[word])
        if keywords.contains(text) { return .sourceKeyword }
        if text == "trace" { return .sourceTrace }
        let start = word.lowerBound
        if start > 6, c[start - 1] == ".", String(c[start - 6..<start - 1]) == "trace" { return .sourceTrace }
        if start == 6, String(c[0..<5]) == "trace", c[5] == "." { return .sourceTrace }
        let next = c[word.upperBound...].first { $0 != " " }
        return next == "(" || next == "{" && text != "return" ? .sourceFunction : .source
    }

    /// The number of equals signs, if a long bracket opens here.
    private static func opening(_ c: [Character], at start: Int) -> Int? {
        guard start < c.count, c[start] == "[" else { return nil }
        var at = start + 1
        while at < c.count, c[at] == "=" { at += 1 }
        return at < c.count && c[at] == "[" ? at - start - 1 : nil
    }

    private static func closing(_ c: [Character], from start: Int, level: Int) -> Int? {
        let mark = Array("]" + String(repeating: "=", count: level) + "]")
        var at = start
        while at + mark.count <= c.count {
            if Array(c[at..<at + mark.count]) == mark { return at + mark.count }
            at += 1
        }
        return nil
    }

    private static func stringEnd(_ c: [Character], from start: Int) -> Int {
        var at = start + 1
        while at < c.count, c[at] != c[start] { at += c[at] == "\\" ? 2 : 1 }
        return min(c.count, at + 1)
    }
}
