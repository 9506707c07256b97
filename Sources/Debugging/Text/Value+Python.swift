import Trace

extension Value {
    /// The value as Python would show it.
    ///
    /// - Parameters:
    ///   - length: the most characters.
    ///   - type: the type that it has in Python, where ours has no such.
    package func python(_ length: Int, type: String? = nil) -> String {
        var out = ""
        write(to: &out, length, type == "tuple", depth: 0)
        return out.count <= length ? out : out.prefix(max(0, length - 1)) + "…"
    }

    /// The deepest lists and dictionaries that are written; a file may hold any.
    private static let deepest = 100

    private func write(to out: inout String, _ length: Int, _ isTuple: Bool, depth: Int) {
        // The part beyond the limit is not read.
        if out.utf8.count > 4 * length { return }
        if depth > Self.deepest {
            out += "…"
            return
        }
        switch self {
        case .none: out += "None"
        case .bool(let flag): out += flag ? "True" : "False"
        case .int(let number): out += String(number)
        case .float(let number): out += Value.text(of: number)
        case .string(let text): out += Self.quoted(String(text.prefix(length + 1)))
        case .object(let object): out += "<\(object.text)>"
        case .list(let items):
            out += isTuple ? "(" : "["
            for (i, item) in items.prefix(length).enumerated() {
                if i > 0 { out += ", " }
                item.write(to: &out, length, false, depth: depth + 1)
            }
            out += isTuple ? (items.count == 1 ? ",)" : ")") : "]"
        case .dict(let items):
            out += "{"
            for (i, item) in items.elements.prefix(length).enumerated() {
                if i > 0 { out += ", " }
                item.key.value.write(to: &out, length, false, depth: depth + 1)
                out += ": "
                item.value.write(to: &out, length, false, depth: depth + 1)
            }
            out += "}"
        }
    }

    /// A text as `repr` gives it: in single quotes, unless it has some and no double ones.
    private static func quoted(_ text: String) -> String {
        let quote: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        var out = String(quote)
        for character in text.unicodeScalars {
            switch character {
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\\": out += "\\\\"
            case _ where Character(character) == quote: out += "\\" + String(quote)
            case _ where character.value < 0x20 || (0x7F..<0xA0).contains(character.value):
                let hex = String(character.value, radix: 16)
                out += "\\x" + (hex.count < 2 ? "0" : "") + hex
            default: out.unicodeScalars.append(character)
            }
        }
        return out + String(quote)
    }
}
