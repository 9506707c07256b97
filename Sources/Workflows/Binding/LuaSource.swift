import CLua
import Debugging

/// Properties of Lua source without running it.
enum LuaSource {
    /// The numbers of the lines that have code, ascending; nil for a text that cannot be compiled.
    static func linesWithCode(_ text: String) -> [Int]? {
        var marks = [UInt8](repeating: 0, count: text.utf8.count { $0 == UInt8(ascii: "\n") } + 1)
        // Code that a trainable bundle was given may be an expression.
        for source in [text, returning(text) ?? text] {
            let count = source.utf8.count
            if source.withCString({ lk_code_lines($0, count, &marks, marks.count) }) != 0 {
                return marks.indices.filter { marks[$0] != 0 }.map { $0 + 1 }
            }
        }
        return nil
    }

    /// The source of the function that is in some lines and has some parameters, from `function` to its `end`. Lines after the first lose
    /// their common indentation.
    static func function(in text: String, lines: ClosedRange<Int>, parameters: [String]) -> String? {
        let tokens = LuaTokens.code(of: text)
        for (place, token) in tokens.enumerated() where token.text == "function" && token.line == lines.lowerBound {
            guard let end = end(of: place, in: tokens), tokens[end].line == lines.upperBound,
                self.parameters(of: place, in: tokens) == parameters
            else { continue }
            let utf8 = Array(text.utf8)
            let source = String(decoding: utf8[token.range.lowerBound..<tokens[end].range.upperBound], as: UTF8.self)
            return outdented(source)
        }
        return nil
    }

    /// The same code with a `return` of the function that it is: that of the bundle's name, or else what the code returns, or else its last
    /// function. Helpers and constants around it stay; lines stay where they are.
    ///
    /// - Returns: nil where the code has no function on its outer level.
    static func returning(_ code: String, named name: String? = nil) -> String? {
        let outline = LuaOutline(LuaTokens.code(of: code))
        guard let found = outline.function(named: name) else { return nil }
        let bytes = Array(code.utf8)
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        switch found {
        case .returned: return code
        case .named(let path, _):
            // A return of something else ends the code: its signs become spaces.
            let end = outline.returned.map { outline.tokens[$0].range.lowerBound } ?? bytes.count
            let blank = String(decoding: bytes[end...].map { $0 == 0x0A ? $0 : 0x20 }, as: UTF8.self)
            return text(0..<end) + blank + "\nreturn \(path)"
        case .anonymous(let place):
            let start = outline.tokens[place].range.lowerBound
            let isLast = end(of: place, in: outline.tokens).map { $0 == outline.tokens.count - 1 } ?? true
            if isLast { return text(0..<start) + "return " + text(start..<bytes.count) }
            let local = "function_of_the_bundle"
            return text(0..<start) + "local \(local) = " + text(start..<bytes.count) + "\nreturn \(local)"
        }
    }

    /// The parameters of the function in the code, `...` among them; nil if they are not known.
    static func parameters(of code: String, named name: String?) -> [String]? {
        let outline = LuaOutline(LuaTokens.code(of: code)), tokens = outline.tokens
        let place: Int
        switch outline.function(named: name) {
        case .named(_, let function?)?: place = function
        case .anonymous(let function)?: place = function
        case .returned(let start)? where start + 1 < tokens.count && tokens[start + 1].text == "function": place = start + 1
        default: return nil
        }
        var names = parameters(of: place, in: tokens)
        let open = tokens[place...].firstIndex { $0.text == "(" } ?? place
        if tokens[open...].prefix(while: { $0.text != ")" }).contains(where: { $0.text == "." }) { names.append("...") }
        return names
    }

    private static func end(of place: Int, in tokens: [LuaTokens.Token]) -> Int? {
        var depth = 0
        for i in place..<tokens.count {
            switch tokens[i].text {
            // `while` and `for` open with their `do`.
            case "function", "do", "if", "repeat": depth += 1
            case "end", "until":
                depth -= 1
                if depth == 0 { return i }
            default: break
            }
        }
        return nil
    }

    private static func parameters(of place: Int, in tokens: [LuaTokens.Token]) -> [String] {
        var i = place + 1
        // A method's first parameter is not written.
        var names: [String] = []
        while i < tokens.count, tokens[i].text != "(" {
            if tokens[i].text == ":" { names = ["self"] }
            i += 1
        }
        i += 1
        while i < tokens.count, tokens[i].text != ")" {
            if tokens[i].text != ",", tokens[i].text != "." { names.append(tokens[i].text) }
            i += 1
        }
        return names
    }

    private static func outdented(_ source: String) -> String {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let indents = lines.dropFirst().filter { $0.contains { !$0.isWhitespace } }.map { $0.prefix { $0 == " " || $0 == "\t" }.count }
        let common = indents.min() ?? 0
        return lines.enumerated().map { $0.offset == 0 ? String($0.element) : String($0.element.dropFirst(min(common, $0.element.count))) }
            .joined(separator: "\n")
    }
}
