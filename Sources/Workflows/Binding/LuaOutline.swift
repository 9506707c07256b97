import Debugging

/// The functions on the outer level of Lua code, and its return.
struct LuaOutline {
    /// The form of a function in a piece of code.
    enum Function {
        /// The value of the `return` at a place.
        case returned(Int)
        /// Something with a name; the place of its `function`, where it is written as one.
        case named(String, Int?)
        /// A function that is only written down.
        case anonymous(Int)
    }
    let tokens: [LuaTokens.Token]
    private var functions: [Function] = []
    /// The place of the `return`.
    private(set) var returned: Int?

    init(_ tokens: [LuaTokens.Token]) {
        self.tokens = tokens
        // Blocks and brackets that are open, and whether each only keeps local variables to itself.
        var open: [Bool] = [], depth = 0, loops = 0
        func begin(keepsLocals: Bool = false) {
            open.append(keepsLocals)
            if !keepsLocals { depth += 1 }
        }
        for place in tokens.indices {
            let token = tokens[place].text
            switch token {
            case "function":
                if depth == 0, open.isEmpty || !isLocal(place) { note(functionAt: place) }
                begin()
            case "for", "while": loops += 1
            case "do":
                begin(keepsLocals: loops == 0 && depth == 0)
                loops = max(0, loops - 1)
            case "if", "repeat", "(", "{", "[": begin()
            case "end", "until", ")", "}", "]": if open.popLast() == false { depth -= 1 }
            case "return": if open.isEmpty, returned == nil { returned = place }
            case "=":
                if open.isEmpty, self[place - 1] != "=", self[place + 1] != "=", self[place + 1] != "function" { note(valueAt: place) }
            default: break
            }
        }
    }

    /// Whether a function is that of a local variable.
    private func isLocal(_ place: Int) -> Bool {
        self[place - 1] == "local" || self[place - 1] == "=" && (self[place - 3] == "local" || self[place - 2] == ">")
    }

    private subscript(place: Int) -> String? { tokens.indices.contains(place) ? tokens[place].text : nil }

    private mutating func note(functionAt place: Int) {
        if self[place + 1] != "(" {
            // function NAME, function a.b.NAME, function a:NAME
            let path = tokens[(place + 1)...].prefix { $0.text != "(" }.map { $0.text == ":" ? "." : $0.text }.joined()
            if !path.isEmpty { functions.append(.named(path, place)) }
        } else if self[place - 1] == "=" {
            if let path = path(before: place - 1) { functions.append(.named(path, place)) }
        } else if place == 0 || isEndOfStatement(place - 1) {
            functions.append(.anonymous(place))
        }
    }

    /// A value that is given a name, which may be a function that another one made.
    private mutating func note(valueAt place: Int) {
        if let path = path(before: place) { values.append(path) }
    }
    /// The names of values that are not written as functions.
    private var values: [String] = []

    /// The name with dots before an equals sign; nil where there are several or none.
    private func path(before equals: Int) -> String? {
        var i = equals - 1
        // local NAME <const> = …
        if self[i] == ">", self[i - 2] == "<" { i -= 3 }
        var parts: [String] = []
        while let word = self[i], Self.isWord(word) {
            parts.insert(word, at: 0)
            guard self[i - 1] == "." else { break }
            parts.insert(".", at: 0)
            i -= 2
        }
        return parts.isEmpty || parts.first == "." || self[i - 1] == "," ? nil : parts.joined()
    }

    private static func isWord(_ text: String) -> Bool {
        text.utf8.first.map { $0 == 0x5F || $0 >= 0x41 } ?? false && text != "{" && text != "}"
    }

    /// Whether a statement may end with a token, so that the next one begins another.
    private func isEndOfStatement(_ place: Int) -> Bool {
        guard let text = self[place] else { return true }
        if ["return", "and", "or", "not", "local", "in"].contains(text) { return false }
        return text == ")" || text == "}" || text == "]" || text == ";" || text.hasSuffix("\"") || text.hasSuffix("'") || Self.isWord(text)
            || text.utf8.first.map { (0x30...0x39).contains($0) } ?? false
    }

    /// The function that the code is: that of a name, else what it returns, else the last.
    func function(named name: String?) -> Function? {
        func last(of path: String) -> Substring { path.split(separator: ".").last ?? "" }
        if let name = name.map({ last(of: $0) }) {
            let own = functions.last { if case .named(let path, _) = $0 { last(of: path) == name } else { false } }
            if let own { return own }
            if let value = values.last(where: { last(of: $0) == name }) { return .named(value, nil) }
        }
        if let returned {
            // A returned table is not a function: then the last function in the code is meant.
            guard self[returned + 1] == "{" || self[returned + 1] == nil else { return returnedFunction(returned) }
        }
        return functions.last
    }

    private func returnedFunction(_ place: Int) -> Function? {
        guard let word = self[place + 1] else { return nil }
        // Numbers and texts are not functions.
        if Self.isWord(word), !["nil", "true", "false", "not"].contains(word) || word == "function" { return .returned(place) }
        return word == "(" ? .returned(place) : functions.last
    }
}
