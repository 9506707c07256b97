extension Value {
    /// The value as a literal that `Value(literal:)` reads again: strings in double quotes, lists in brackets, dictionaries in braces.
    /// An object, which has no literal, is its own text in angle brackets.
    public var literal: String {
        var out = ""
        write(to: &out)
        return out
    }

    /// The value as a person reads it: a string alone is without quotes, everything else is its literal.
    public var text: String {
        if case .string(let s) = self { return s }
        return literal
    }

    /// The literal on one line, cut to a number of characters, with `…` where it was cut.
    public func short(_ limit: Int) -> String {
        var out = ""
        write(to: &out, limit: limit * 2 + 16)
        let line = String(out.prefix(limit + 1))
        return line.count > limit ? String(line.prefix(max(0, limit - 1))) + "…" : line
    }

    private func write(to out: inout String, limit: Int = .max) {
        // A list of lists of … is walked with a stack of its own: data can be nested deeper than a thread's stack.
        enum Fragment {
            case text(String)
            case value(Value)
        }
        var pieces: [Fragment] = [.value(self)]
        while let piece = pieces.popLast() {
            if out.utf8.count > limit { return }
            switch piece {
            case .text(let t): out += t
            case .value(.none): out += "None"
            case .value(.bool(let b)): out += b ? "true" : "false"
            case .value(.int(let i)): out += String(i)
            case .value(.float(let d)): out += Self.text(of: d)
            case .value(.string(let s)): out.append(quoting: limit == .max ? s[...] : s.prefix(limit))
            case .value(.object(let o)): out += "<\(o.text)>"
            case .value(.list(let items)):
                pieces.append(.text("]"))
                // Each item takes a character at least: what lies behind the limit is not looked at.
                for (i, item) in items.prefix(limit).enumerated().reversed() {
                    pieces.append(.value(item))
                    if i > 0 { pieces.append(.text(", ")) }
                }
                out += "["
            case .value(.dict(let dict)):
                pieces.append(.text("}"))
                for (i, item) in dict.elements.prefix(limit).enumerated().reversed() {
                    pieces.append(.value(item.value))
                    pieces.append(.text(": "))
                    pieces.append(.value(item.key.value))
                    if i > 0 { pieces.append(.text(", ")) }
                }
                out += "{"
            }
        }
    }

    /// A floating-point number always shows that it is one: `10.0`, `1e+20`, `inf`, `nan`.
    public static func text(of number: Double) -> String { number.description }
}

extension String {
    /// Appends a text as a literal in double quotes, which JSON reads too: control characters are escaped.
    mutating func append(quoting text: Substring) {
        self += "\""
        var controlling = ControllingCharacters()
        for scalar in text.unicodeScalars {
            let isEscaped = controlling.isOne(scalar)
            switch scalar {
            case "\"": self += "\\\""
            case "\\": self += "\\\\"
            case "\n": self += "\\n"
            case "\t": self += "\\t"
            case "\r": self += "\\r"
            case _ where isEscaped:
                for unit in UTF16.encode(scalar)! {
                    let hex = String(unit, radix: 16)
                    self += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                }
            default: unicodeScalars.append(scalar)
            }
        }
        self += "\""
    }
}
