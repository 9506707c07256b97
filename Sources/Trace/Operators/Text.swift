internal import CPrefetch

private func string(_ value: Value, _ what: String) throws -> String {
    guard case .string(let s) = value else {
        throw OperatorFailure(type: "TypeError", message: "\(what) must be a str, and is \(Words.withArticle(value.typeName))")
    }
    return s
}

/// A text that is gone through character by character.
private func shortString(_ value: Value, _ what: String) throws -> String {
    let text = try string(value, what)
    try requireShortText(text)
    return text
}

private func onText(_ name: String, _ documentation: String, _ rule: @escaping @Sendable (String) -> String) -> Operator {
    Operator(name, ["x"], documentation) { .string(rule(try shortString($0[0], "the operand of \(name)"))) }
}

/// Two lists as one; nil if one is not a list.
func joined(_ a: Value, _ b: Value) throws -> Value? {
    guard case (.list(let a), .list(let b)) = (a, b) else { return nil }
    try requireSize(a.count + b.count, "items")
    return .list(a + b)
}

private func joined(_ pieces: [String], by separator: String) throws -> String {
    let (size, overflows) = separator.utf8.count.multipliedReportingOverflow(by: max(0, pieces.count - 1))
    try requireSize(overflows ? .max : pieces.reduce(size) { $0 + $1.utf8.count })
    return pieces.joined(separator: separator)
}

/// The bytes of a text that has only ASCII: to go through its characters takes ten times as long.
private func asciiBytes(_ text: String) -> [UInt8]? {
    var text = text
    return text.withUTF8 { bytes in bytes.allSatisfy { $0 < 0x80 } ? Array(bytes) : nil }
}

private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

private func capitalized(_ word: Substring) -> String { word.prefix(1).uppercased() + word.dropFirst().lowercased() }

extension Operator {
    static let text: [Operator] = [
        Operator("concat", ["x", "y"], "Puts y behind x.") { values in
            func piece(_ v: Value) throws -> String {
                switch v {
                case .string(let s): return s
                case .int, .float: return v.text
                default: throw OperatorFailure(type: "TypeError", message: "concat is not defined for \(Words.withArticle(v.typeName))")
                }
            }
            if let list = try joined(values[0], values[1]) { return list }
            let x = try piece(values[0]), y = try piece(values[1])
            try requireSize(x.utf8.count + y.utf8.count)
            return .string(x + y)
        },
        onText("lower", "Gives x in small letters.") { $0.lowercased() },
        onText("upper", "Gives x in capitals.") { $0.uppercased() },
        onText("capitalize", "Gives x with its first letter as a capital.") { capitalized($0[...]) },
        onText("title", "Gives x with a capital at the start of each word.") { text in
            var out = "", inWord = false
            if let bytes = asciiBytes(text) {
                return String(
                    decoding: bytes.map { byte in
                        defer { inWord = isLetter(byte) }
                        return !isLetter(byte) ? byte : inWord ? byte | 0x20 : byte & 0xDF
                    }, as: UTF8.self)
            }
            for c in text {
                out += c.isLetter ? (inWord ? c.lowercased() : c.uppercased()) : String(c)
                inWord = c.isLetter
            }
            return out
        },
        onText("swapcase", "Gives x with small letters and capitals exchanged.") { text in
            if let bytes = asciiBytes(text) {
                return String(decoding: bytes.map { isLetter($0) ? $0 ^ 0x20 : $0 }, as: UTF8.self)
            }
            return text.map { $0.isUppercase ? $0.lowercased() : $0.uppercased() }.joined()
        },
        Operator("split", ["x", "y", "maxsplit"], required: 1, "Splits x at each y, or at white space.") { values in
            let text = try shortString(values[0], "the text to split")
            let limit = values.count > 2 ? values[2].wholeNumber ?? -1 : -1
            guard values.count > 1, values[1] != .none else {
                if limit < 0, let bytes = asciiBytes(text) {
                    return .list(
                        bytes.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map { .string(String(decoding: $0, as: UTF8.self)) })
                }
                return .list(
                    text.split(maxSplits: limit < 0 ? .max : limit, whereSeparator: \.isWhitespace).map { .string(String($0)) })
            }
            let separator = try string(values[1], "the separator")
            guard !separator.isEmpty else { throw OperatorFailure(type: "ValueError", message: "the separator is empty") }
            return .list(text.pieces(separatedBy: separator, limit: limit).map { .string($0) })
        },
        Operator("strip", ["x", "chars"], required: 1, "Takes white space, or the characters given, from both ends of x.") { values in
            let text = try shortString(values[0], "the text to strip")
            guard values.count > 1, values[1] != .none else { return .string(text.trimmingSpace) }
            let set = Set(try shortString(values[1], "the characters"))
            let rest = text.drop { set.contains($0) }
            let end = rest.lastIndex { !set.contains($0) }
            return .string(end.map { String(rest[...$0]) } ?? "")
        },
        Operator("replace", ["x", "old", "new", "count"], required: 3, "Replaces each old in x by new.") { values in
            let text = try shortString(values[0], "the text to search"), old = try shortString(values[1], "the text to replace")
            let new = try string(values[2], "the replacement")
            guard !old.isEmpty else { throw OperatorFailure(type: "ValueError", message: "the text to replace is empty") }
            let limit = values.count > 3 ? values[3].wholeNumber ?? -1 : -1
            return .string(try joined(text.pieces(separatedBy: old, limit: limit), by: new))
        },
        Operator("join", ["x"], variadic: true, "Joins the texts that follow with x between them.") { values in
            let separator = try string(values[0], "the separator")
            var items = Array(values.dropFirst())
            if items.count == 1, case .list(let list) = items[0] { items = list }
            return .string(try joined(items.map { try string($0, "a text to join") }, by: separator))
        },
        Operator("format", ["x"], variadic: true, "Fills the braces in x with the values that follow, by position or by name.") { values in
            .string(try filled(try shortString(values[0], "the pattern"), with: Array(values.dropFirst())))
        },
        Operator("ord_", ["x"], "Gives the number of the character x.") { values in
            let text = try shortString(values[0], "the character")
            guard text.unicodeScalars.count == 1, let scalar = text.unicodeScalars.first else {
                throw OperatorFailure(type: "TypeError", message: "one character is needed, and the text has \(text.unicodeScalars.count)")
            }
            return .int(Int(scalar.value))
        },
        Operator("chr_", ["x"], "Gives the character of the number x.") { values in
            guard let i = values[0].wholeNumber, let n = UInt32(exactly: i), let scalar = Unicode.Scalar(n) else {
                throw OperatorFailure(type: "ValueError", message: "\(values[0].short(30)) is not the number of a character")
            }
            return .string(String(scalar))
        },
    ]

    /// Fills `{}` by position, `{0}` by number, and `{name}` from the dictionary that comes last; `{{` and `}}` are braces.
    private static func filled(_ pattern: String, with values: [Value]) throws -> String {
        var out = "", next = 0, rest = pattern[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            out += rest[..<brace]
            let after = rest.index(after: brace)
            if after < rest.endIndex, rest[after] == rest[brace] {
                out.append(rest[brace])
                rest = rest[rest.index(after: after)...]
                continue
            }
            guard rest[brace] == "{", let end = rest[after...].firstIndex(of: "}") else {
                throw OperatorFailure(type: "ValueError", message: "a single '\(rest[brace])' in the pattern")
            }
            let field = String(rest[after..<end])
            var value: Value?
            if field.isEmpty {
                value = next < values.count ? values[next] : nil
                next += 1
            } else if let number = Int(field) {
                value = number >= 0 && number < values.count ? values[number] : nil
            } else if case .dict(let named)? = values.last {
                value = named[.string(field)]
            }
            guard let value else { throw OperatorFailure(type: "KeyError", message: "the pattern's {\(field)} has no value") }
            try requireSurveyable([value])
            out += value.text
            try requireSize(out.utf8.count)
            rest = rest[rest.index(after: end)...]
        }
        return out + rest
    }
}

extension String {
    /// The text between the occurrences of a separator, at most `limit` of them if that is not negative.
    func pieces(separatedBy separator: String, limit: Int) -> [String] {
        var text = self, mark = separator
        return text.withUTF8 { text in
            mark.withUTF8 { mark in
                var out: [String] = [], start = 0
                while limit < 0 || out.count < limit, let at = text.firstIndex(of: mark, from: start) {
                    out.append(String(decoding: text[start..<at], as: UTF8.self))
                    start = at + mark.count
                }
                out.append(String(decoding: text[start...], as: UTF8.self))
                return out
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The first place from one on at which other bytes occur. The time is linear in both lengths, whatever they hold.
    fileprivate func firstIndex(of other: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = baseAddress, let wanted = other.baseAddress, start < count else { return nil }
        guard let found = find_bytes(base + start, count - start, wanted, other.count) else { return nil }
        return UnsafeRawPointer(base).distance(to: found)
    }
}
