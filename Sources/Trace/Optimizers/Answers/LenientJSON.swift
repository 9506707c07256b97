import OrderedCollections

/// Reads an object as language models write them: JSON, with what tends to go wrong in it put right.
///
/// Valid JSON is read as JSON. The reader also accepts missing and surplus commas, other quotes, quotes and line breaks inside texts, keys
/// without quotes, Python's and Lua's literals, comments, wrong and missing closing brackets, and an end that was cut off. Every such
/// correction is noted, in words. Reading takes time linear in the length of the text and ends on any text.
struct LenientJSON {
    private let text: [Unicode.Scalar]
    private var at: Int
    /// The brackets that are open, by the scalar that closes them.
    private var open: [Unicode.Scalar] = []
    private var notes: OrderedSet<String> = []
    private var isCut = false
    private static let maximumDepth = 100

    struct Found {
        var value: OrderedDictionary<Value.Key, Value>
        /// The end of the object.
        var end: Int
        var repairs: [String]
        /// Whether the text ended before the object did.
        var isCut: Bool
    }

    /// The object whose opening brace is at an offset.
    static func object(in text: [Unicode.Scalar], from start: Int) throws(LiteralError) -> Found {
        var reader = LenientJSON(text: text, at: start)
        let value = try reader.dict()
        if reader.isCut { reader.note("its end is missing, and what was there was taken") }
        return Found(value: value, end: reader.at, repairs: Array(reader.notes), isCut: reader.isCut)
    }

    private init(text: [Unicode.Scalar], at: Int) {
        self.text = text
        self.at = at
    }

    private mutating func note(_ words: String) { notes.append(words) }
    private func fail(_ reason: String) -> LiteralError { LiteralError(reason: reason, offset: at) }
    private var peek: Unicode.Scalar? { at < text.count ? text[at] : nil }
    private func scalar(_ index: Int) -> Unicode.Scalar? { index < text.count ? text[index] : nil }

    // MARK: Between the tokens

    private mutating func skip() {
        while true {
            let (end, comments) = Self.spaceEnd(in: text, from: at)
            if comments { note("comments were left out") }
            if end == at { return }
            at = end
        }
    }

    /// The end of white space and comments.
    private static func spaceEnd(in text: [Unicode.Scalar], from start: Int) -> (end: Int, hasComments: Bool) {
        var i = start, comments = false
        // The bound keeps reading linear on any text; the rest is read again from where it stopped.
        while i < text.count, i - start < 4000 {
            let next = i + 1 < text.count ? text[i + 1] : nil
            if text[i].isSpace {
                i += 1
            } else if text[i] == "#" || (text[i] == "/" && next == "/") || (text[i] == "-" && next == "-") {
                while i < text.count, text[i] != "\n" { i += 1 }
                comments = true
            } else if text[i] == "/", next == "*" {
                i += 2
                while i < text.count, !(text[i] == "*" && i + 1 < text.count && text[i + 1] == "/") { i += 1 }
                i = min(text.count, i + 2)
                comments = true
            } else {
                break
            }
        }
        return (i, comments)
    }

    /// Whether a code fence is here, which no object crosses.
    private func isFence(_ index: Int) -> Bool { scalar(index) == "`" && scalar(index + 1) == "`" && scalar(index + 2) == "`" }

    // MARK: Containers

    private mutating func enter(_ closer: Unicode.Scalar) throws(LiteralError) {
        guard open.count < Self.maximumDepth else { throw fail("nested deeper than \(Self.maximumDepth) levels") }
        at += 1
        open.append(closer)
    }

    /// Finds the end of an open container at this place; false if it goes on.
    private mutating func isClosed() -> Bool {
        let closer = open[open.count - 1]
        while true {
            guard let scalar = peek, !isFence(at) else {
                isCut = true
                return true
            }
            if scalar == closer {
                at += 1
                return true
            }
            guard scalar == "}" || scalar == "]" || scalar == ")" else { return false }
            if open.dropLast().contains(scalar) {
                note("a '\(closer)' was missing")
                return true
            }
            note("a '\(scalar)' that closes nothing was left out")
            at += 1
            skip()
        }
    }

    private mutating func dict() throws(LiteralError) -> OrderedDictionary<Value.Key, Value> {
        try enter("}")
        defer { open.removeLast() }
        var dict: OrderedDictionary<Value.Key, Value> = [:]
        var isFirst = true
        while true {
            try separator(isFirst: isFirst)
            if isClosed() { return dict }
            isFirst = false
            let key = try key()
            skip()
            guard let colon = peek else {
                isCut = true
                return dict
            }
            guard colon == ":" || colon == "=" else { throw fail("':' is missing after a key") }
            at += 1
            if colon == "=", peek == ">" { at += 1 }
            guard let value = try value() else {
                note("\(Value.string(key.value.text).short(40)) has no value and was left out")
                continue
            }
            if dict.updateValue(value, forKey: key) != nil {
                note("\(Value.string(key.value.text).short(40)) occurs twice, and the last one was taken")
            }
        }
    }

    private mutating func list(_ closer: Unicode.Scalar) throws(LiteralError) -> Value {
        try enter(closer)
        defer { open.removeLast() }
        if closer == ")" { note("parentheses were read as a list") }
        var items: [Value] = []
        var isFirst = true
        while true {
            try separator(isFirst: isFirst)
            if isClosed() { return .list(items) }
            isFirst = false
            if let item = try value() { items.append(item) }
        }
    }

    /// Skips to the next item, over one comma; more or fewer are noted.
    private mutating func separator(isFirst: Bool) throws(LiteralError) {
        skip()
        var commas = 0
        while peek == "," || peek == ";" {
            commas += 1
            at += 1
            skip()
        }
        let ends = peek == nil || peek == "}" || peek == "]" || peek == ")" || isFence(at)
        if ends ? commas > 0 && peek != nil : commas > (isFirst ? 0 : 1) { note("surplus commas were left out") }
        if !ends, !isFirst, commas == 0 { note("a missing comma was put in") }
    }

    // MARK: Keys

    private mutating func key() throws(LiteralError) -> Value.Key {
        guard let scalar = peek else { throw fail("a key is missing") }
        if scalar.isQuote {
            if let name = unclosedKey() { return .string(name) }
            return .string(try string(isKey: true))
        }
        if scalar == "[" {
            // As Lua writes a key: ["name"] = value.
            at += 1
            skip()
            guard peek?.isQuote == true else { throw fail("a key is a text") }
            let name = try string(isKey: true)
            skip()
            guard peek == "]" else { throw fail("']' is missing after a key") }
            at += 1
            note("keys in brackets were read as texts")
            return .string(name)
        }
        guard let end = bareKeyEnd(from: at) else { throw fail("a key is missing") }
        let name = String(text[at..<end])
        at = end
        if let number = Int(name) { return .int(number) }
        note("keys without quotes were read as texts")
        return .string(name)
    }

    /// The name of a key whose second quote is missing, as in `{"a: 5}`: there is no colon after the next quote, but one after the name.
    private mutating func unclosedKey() -> String? {
        let quote = text[at]
        guard let end = bareKeyEnd(from: at + 1), let colon = scalar(end), colon == ":" || colon == "=" else { return nil }
        var close = end
        while let scalar = scalar(close), !quote.isClosed(by: scalar) { close += scalar == "\\" ? 2 : 1 }
        let after = scalar(Self.spaceEnd(in: text, from: close + 1).end)
        guard after != ":", after != "=" else { return nil }
        let name = String(text[(at + 1)..<end])
        at = end
        note("a quote that is missing after a key was put in")
        return name
    }

    /// The end of a key without quotes, which a colon or an equals sign follows.
    private func bareKeyEnd(from start: Int) -> Int? {
        var i = start
        while let scalar = scalar(i), i - start < 200 {
            if scalar == ":" {
                // A node's name has a colon and a number.
                var k = i + 1
                while let digit = self.scalar(k), ("0"..."9").contains(digit) { k += 1 }
                let after = self.scalar(Self.spaceEnd(in: text, from: k).end)
                guard k > i + 1, after == ":" || after == "=" else { break }
                i = k
                break
            }
            guard scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "." || scalar == "/" else {
                break
            }
            i += 1
        }
        return i > start ? i : nil
    }

    /// Whether a key with its colon is at a place.
    private func isKey(at start: Int, bare: Bool) -> Bool {
        guard let first = scalar(start) else { return false }
        var end: Int
        if first.isQuote {
            end = start + 1
            while let scalar = scalar(end), scalar != "\n", end - start < 200, !first.isClosed(by: scalar) { end += scalar == "\\" ? 2 : 1 }
            guard let closer = scalar(end), first.isClosed(by: closer) else { return false }
            end += 1
        } else {
            guard bare, let bareEnd = bareKeyEnd(from: start) else { return false }
            end = bareEnd
        }
        let after = scalar(Self.spaceEnd(in: text, from: end).end)
        return after == ":" || after == "="
    }

    // MARK: Values

    /// The next value; nil if there is none before what ends it.
    private mutating func value() throws(LiteralError) -> Value? {
        skip()
        guard let scalar = peek, !isFence(at) else {
            isCut = true
            return nil
        }
        switch scalar {
        case "{": return .dict(try dict())
        case "[": return try list("]")
        case "(": return try list(")")
        case _ where scalar.isQuote: return .string(try string(isKey: false))
        default: return bare()
        }
    }

    /// A number, a word such as `true`, or text without quotes.
    private mutating func bare() -> Value? {
        let start = at
        while let scalar = peek, scalar != ",", scalar != "}", scalar != "]", scalar != "\n", !(scalar == ")" && open.last == ")"),
            !isFence(at)
        {
            if scalar.isSpace, Self.spaceEnd(in: text, from: at).hasComments { break }
            at += 1
        }
        let token = String(text[start..<at]).trimmingSpace
        if token.isEmpty { return nil }
        switch token {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return Value.none
        case "NaN", "nan": return .float(.nan)
        case "Infinity", "inf", "math.huge": return .float(.infinity)
        case "-Infinity", "-inf", "-math.huge": return .float(-.infinity)
        case "True", "TRUE", "False", "FALSE":
            note("\(token) was read as \(token.lowercased())")
            return .bool(token.first == "T")
        case "None", "nil", "NULL", "undefined":
            note("\(token) was read as null")
            return Value.none
        default: break
        }
        if let number = Self.number(token) { return number }
        note("text without quotes was taken as text: \(Value.string(token).short(40))")
        return .string(token)
    }

    private static func number(_ token: String) -> Value? {
        guard let first = token.utf8.first, (0x30...0x39).contains(first) || first == 0x2B || first == 0x2D || first == 0x2E else {
            return nil
        }
        if let i = Int(token) { return .int(i) }
        let plain = token.filter { $0 != "_" }.lowercased()
        if plain.hasPrefix("0x") { return Int(plain.dropFirst(2), radix: 16).map(Value.int) }
        if let i = Int(plain) { return .int(i) }
        guard plain.allSatisfy({ "0123456789+-.e".contains($0) }) else { return nil }
        return Double(plain).map(Value.float)
    }

    // MARK: Texts

    private mutating func string(isKey: Bool) throws(LiteralError) -> String {
        let quote = text[at]
        if quote != "\"" { note("other quotes were read as double ones") }
        if quote == scalar(at + 1), quote == scalar(at + 2), !isKey || quote != "`" { return tripleQuoted(quote) }
        at += 1
        var out = String.UnicodeScalarView()
        while let scalar = peek {
            if scalar == "\\" {
                out += escape()
                continue
            }
            at += 1
            if quote.isClosed(by: scalar) {
                if isKey || closesText(before: at) { return String(out) }
                note("quotes inside a text were taken literally")
            }
            if scalar == "\n" { note("line breaks inside a text were taken literally") }
            out.append(scalar)
        }
        isCut = true
        return String(out)
    }

    /// Text between three quotes, as Python writes it, or a code fence; backslashes in it are literal.
    private mutating func tripleQuoted(_ quote: Unicode.Scalar) -> String {
        note("text between three quotes was taken literally")
        at += 3
        let start = at
        while at < text.count, !(text[at] == quote && scalar(at + 1) == quote && scalar(at + 2) == quote) { at += 1 }
        let end = at
        if at >= text.count { isCut = true }
        at = min(text.count, at + 3)
        return String(text[start..<end])
    }

    /// Whether a quote ends its text, by what follows it: a text that holds quotes itself is not ended by them.
    private func closesText(before start: Int) -> Bool {
        let next = Self.spaceEnd(in: text, from: start).end
        guard let scalar = scalar(next), !isFence(next) else { return true }
        let container = open[open.count - 1]
        switch scalar {
        case ",", ";":
            let after = Self.spaceEnd(in: text, from: next + 1).end
            guard let first = self.scalar(after) else { return true }
            if container == "}" { return first == "}" || first == "," || first == "[" || isKey(at: after, bare: true) }
            return first == container || first.isQuote || first == "{" || first == "[" || first == "-" || first.properties.isAlphabetic
                || ("0"..."9").contains(first)
        case "}", "]", ")":
            guard open.contains(scalar) else { return false }
            if open.count == 1 { return true }
            let after = Self.spaceEnd(in: text, from: next + 1).end
            guard let first = self.scalar(after) else { return true }
            return first == "," || first == ";" || open.contains(first) || isFence(after) || text[next..<after].contains("\n")
        default:
            // The comma is missing.
            let isNewLine = text[start..<next].contains("\n")
            if container == "}" { return isKey(at: next, bare: isNewLine) }
            return isNewLine && scalar.isQuote
        }
    }

    private mutating func escape() -> String.UnicodeScalarView {
        at += 1
        guard let scalar = peek else {
            isCut = true
            return String.UnicodeScalarView()
        }
        at += 1
        switch scalar {
        case "n": return "\n".unicodeScalars
        case "t": return "\t".unicodeScalars
        case "r": return "\r".unicodeScalars
        case "b": return "\u{8}".unicodeScalars
        case "f": return "\u{C}".unicodeScalars
        case "\"", "\\", "/": return String(Character(scalar)).unicodeScalars
        case "'", "`":
            note("backslashes before quotes were left out")
            return String(Character(scalar)).unicodeScalars
        case "u":
            if let unit = hexadecimal(4) { return unicode(unit) }
        case "x":
            if let unit = hexadecimal(2), let scalar = Unicode.Scalar(unit) { return String(Character(scalar)).unicodeScalars }
        default: break
        }
        note("backslashes that escape nothing were taken literally")
        return ("\\" + String(Character(scalar))).unicodeScalars
    }

    private mutating func unicode(_ unit: UInt32) -> String.UnicodeScalarView {
        var unit = unit
        if (0xD800..<0xDC00).contains(unit), peek == "\\", scalar(at + 1) == "u" {
            let back = at
            at += 2
            if let low = hexadecimal(4), (0xDC00..<0xE000).contains(low) {
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            } else {
                at = back
            }
        }
        return String(Character(Unicode.Scalar(unit) ?? "\u{FFFD}")).unicodeScalars
    }

    private mutating func hexadecimal(_ count: Int) -> UInt32? {
        guard at + count <= text.count else { return nil }
        let digits = String(text[at..<at + count])
        guard digits.utf8.count == count, digits.allSatisfy(\.isHexDigit), let unit = UInt32(digits, radix: 16) else { return nil }
        at += count
        return unit
    }
}

extension Unicode.Scalar {
    /// White space, line breaks, and marks that take no room.
    var isSpace: Bool { properties.isWhitespace || self == "\u{FEFF}" || self == "\u{200B}" }

    /// Whether it can open a text.
    var isQuote: Bool {
        switch self {
        case "\"", "'", "`", "\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}": true
        default: false
        }
    }

    /// Whether a scalar closes a text that this one opens.
    func isClosed(by scalar: Unicode.Scalar) -> Bool {
        switch self {
        case "\u{201C}", "\u{201D}", "\u{201E}": scalar == "\u{201C}" || scalar == "\u{201D}" || scalar == "\""
        case "\u{2018}", "\u{2019}": scalar == "\u{2018}" || scalar == "\u{2019}" || scalar == "'"
        default: scalar == self
        }
    }
}

extension String {
    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}
