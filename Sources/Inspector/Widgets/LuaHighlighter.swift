import Debugging

/// Shows Lua source in colours. It knows words, not grammar.
enum LuaHighlighter {
    private static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or",
        "repeat", "return", "then", "true", "until", "while",
    ]

    /// The lines of a file, in colours.
    static func highlight(_ lines: [String]) -> [TextLine] {
        let lines = lines.map { $0.expandingTabs() }
        let tokens = LuaTokens(lines.joined(separator: "\n")).all
        var place = 0, offset = 0
        return lines.map { line in
            var out = TextLine(), part = "", role = Role.source
            // A character has the role of its first byte, so that none is cut in two.
            for character in line {
                while place < tokens.count, tokens[place].range.upperBound <= offset { place += 1 }
                let own = place < tokens.count && tokens[place].range.contains(offset) ? self.role(of: place, in: tokens) : .source
                if own != role {
                    out.add(part, role)
                    (part, role) = ("", own)
                }
                part.append(character)
                offset += character.utf8.count
            }
            out.add(part, role)
            offset += 1
            return out
        }
    }

    private static func role(of place: Int, in tokens: [LuaTokens.Token]) -> Role {
        let token = tokens[place]
        switch token.kind {
        case .comment: return .sourceComment
        case .string: return .sourceString
        case .number: return .sourceNumber
        case .sign: return .source
        case .word: break
        }
        if keywords.contains(token.text) {
            return .sourceKeyword
        }
        if token.text == "trace" || place > 1 && tokens[place - 1].text == "." && tokens[place - 2].text == "trace" { return .sourceTrace }
        guard place + 1 < tokens.count, tokens[place + 1].line == token.line else { return .source }
        let next = tokens[place + 1].text
        return next == "(" || next == "{" ? .sourceFunction : .source
    }
}
