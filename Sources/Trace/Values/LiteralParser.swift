import OrderedCollections

/// The reason why a text is not a literal, and the place.
public struct LiteralError: Error, Hashable, Sendable {
    public var reason: String
    /// The offset in UTF-8 bytes.
    public var offset: Int
}

extension Value {
    /// Reads a literal: JSON, and the forms that Lua and Python programmers write (`True`, `nil`, `None`, single quotes, tuples, which
    /// are lists here, trailing commas, bare keys, `=` after a key). Nothing but white space may follow.
    public init(literal text: String) throws(LiteralError) {
        var parser = LiteralParser(Array(text.utf8))
        self = try parser.document()
    }
}

/// A parser by descent with a bound on its depth: what it reads may come from a language model.
struct LiteralParser {
    private let bytes: [UInt8]
    private var at = 0
    private static let maximumDepth = 200

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(LiteralError) -> Value {
        let value = try self.value(depth: 0)
        skipSpace()
        if at < bytes.count { throw fail("something follows the value") }
        return value
    }

    /// The first value that starts at an offset, and where it ends. For finding a JSON object amid other text.
    static func prefix(of bytes: [UInt8], from start: Int) throws(LiteralError) -> (value: Value, end: Int) {
        var parser = LiteralParser(bytes)
        parser.at = start
        let value = try parser.value(depth: 0)
        return (value, parser.at)
    }

    private func fail(_ reason: String) -> LiteralError { LiteralError(reason: reason, offset: at) }
    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let b = peek, b == 0x20 || (0x09...0x0D).contains(b) { at += 1 }
    }

    private mutating func value(depth: Int) throws(LiteralError) -> Value {
        if depth > Self.maximumDepth { throw fail("nested deeper than \(Self.maximumDepth) levels") }
        skipSpace()
        guard let b = peek else { throw fail("the value is missing") }
        switch b {
        case UInt8(ascii: "["): return .list(try items(until: UInt8(ascii: "]"), depth: depth).all)
        case UInt8(ascii: "("):
            let (all, isOne) = try items(until: UInt8(ascii: ")"), depth: depth)
            return isOne ? all[0] : .list(all)
        case UInt8(ascii: "{"): return try dict(depth: depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: return try word()
        }
    }

    /// The values in brackets, and whether they are a single one without a comma.
    private mutating func items(until end: UInt8, depth: Int) throws(LiteralError) -> (all: [Value], isOne: Bool) {
        at += 1
        var items: [Value] = [], commas = 0
        while true {
            skipSpace()
            if peek == end {
                at += 1
                return (items, items.count == 1 && commas == 0)
            }
            items.append(try value(depth: depth + 1))
            if try separator(before: end) { commas += 1 }
        }
    }

    /// Skips the separator of two items. Returns whether there was one.
    @discardableResult private mutating func separator(before end: UInt8) throws(LiteralError) -> Bool {
        skipSpace()
        if peek == UInt8(ascii: ",") || peek == UInt8(ascii: ";") {
            at += 1
            return true
        } else if peek == nil {
            throw fail("'\(Character(Unicode.Scalar(end)))' is missing")
        } else if peek != end {
            throw fail("',' or '\(Character(Unicode.Scalar(end)))' is missing")
        }
        return false
    }

    private mutating func dict(depth: Int) throws(LiteralError) -> Value {
        at += 1
        var dict: OrderedDictionary<Value.Key, Value> = [:]
        while true {
            skipSpace()
            if peek == UInt8(ascii: "}") {
                at += 1
                return .dict(dict)
            }
            let key = try self.key()
            skipSpace()
            guard peek == UInt8(ascii: ":") || peek == UInt8(ascii: "=") else { throw fail("':' is missing after a key") }
            at += 1
            dict[key] = try value(depth: depth + 1)
            try separator(before: UInt8(ascii: "}"))
        }
    }

    private mutating func key() throws(LiteralError) -> Value.Key {
        guard let b = peek else { throw fail("a key is missing") }
        if b == UInt8(ascii: "\"") || b == UInt8(ascii: "'") { return .string(try string()) }
        if b == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(b) {
            guard case .int(let i) = try number() else { throw fail("a key must be a string or a whole number") }
            return .int(i)
        }
        let name = identifier()
        if name.isEmpty { throw fail("a key must be a string or a whole number") }
        return .string(name)
    }

    private mutating func identifier() -> String {
        let start = at
        while let b = peek, b == UInt8(ascii: "_") || isLetter(b) || (at > start && isDigit(b)) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private func isLetter(_ b: UInt8) -> Bool { (0x41...0x5A).contains(b) || (0x61...0x7A).contains(b) || b >= 0x80 }
    private func isDigit(_ b: UInt8) -> Bool { (0x30...0x39).contains(b) }

    private mutating func word() throws(LiteralError) -> Value {
        let start = at
        switch identifier() {
        case "true", "True": return .bool(true)
        case "false", "False": return .bool(false)
        case "null", "None", "nil", "none": return .none
        case "nan", "NaN": return .float(.nan)
        case "inf", "Infinity": return .float(.infinity)
        case let other:
            at = start
            throw fail(other.isEmpty ? "this is not a value" : "'\(other)' is not a value: put text in quotes")
        }
    }

    private mutating func number() throws(LiteralError) -> Value {
        let start = at
        while let b = peek, isDigit(b) || isLetter(b) || b == 0x2B || b == 0x2D || b == 0x2E || b == 0x5F {
            // A sign belongs to a number only at its start or after its exponent.
            if (b == 0x2B || b == 0x2D) && at > start && bytes[at - 1] | 0x20 != 0x65 { break }
            at += 1
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if let i = Int(text) { return .int(i) }
        let lower = text.lowercased()
        if lower.hasPrefix("0x"), let i = Int(lower.dropFirst(2), radix: 16) { return .int(i) }
        if lower == "-inf" || lower == "-infinity" { return .float(-.infinity) }
        if let d = Double(text), !lower.hasPrefix("0x") { return .float(d) }
        at = start
        throw fail("'\(text)' is not a number")
    }

    private mutating func string() throws(LiteralError) -> String {
        let quote = bytes[at]
        at += 1
        var out: [UInt8] = []
        while let b = peek {
            at += 1
            if b == quote { return String(decoding: out, as: UTF8.self) }
            if b != UInt8(ascii: "\\") {
                out.append(b)
                continue
            }
            guard let escape = peek else { break }
            at += 1
            switch escape {
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "u"): out += try unicodeEscape()
            default: out.append(escape)
            }
        }
        throw fail("the closing quote is missing")
    }

    private mutating func unicodeEscape() throws(LiteralError) -> [UInt8] {
        var unit = try hexadecimal4()
        if (0xD800..<0xDC00).contains(unit), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") {
            let back = at
            at += 2
            let low = try hexadecimal4()
            if (0xDC00..<0xE000).contains(low) { unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00) } else { at = back }
        }
        return Array(String(Unicode.Scalar(unit).map(Character.init) ?? "\u{FFFD}").utf8)
    }

    private mutating func hexadecimal4() throws(LiteralError) -> UInt32 {
        guard at + 4 <= bytes.count, let unit = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16) else {
            throw fail("\\u is followed by four hexadecimal digits")
        }
        at += 4
        return unit
    }
}
