/// The tokens of Lua source. Malformed source has tokens too: an unclosed one reaches as far as Lua itself would read it.
package struct LuaTokens {
    package enum Kind: Sendable {
        /// A name or a keyword.
        case word
        case number
        /// Short or long, with its quotes or brackets.
        case string
        case comment
        /// One byte of punctuation: `==` is two of them.
        case sign
    }
    package struct Token: Sendable {
        package var kind: Kind
        package var text: String
        /// In bytes of the source.
        package var range: Range<Int>
        /// The line on which the token begins. The first one is 1.
        package var line: Int
    }
    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    /// All tokens in order, with the comments.
    package private(set) var all: [Token] = []

    package init(_ source: String) {
        bytes = Array(source.utf8)
        while at < bytes.count {
            if bytes[at] <= 0x20 {
                if bytes[at] == 0x0A { line += 1 }
                at += 1
            } else {
                add()
            }
        }
    }

    /// The tokens without the comments.
    package static func code(of source: String) -> [Token] { LuaTokens(source).all.filter { $0.kind != .comment } }

    private mutating func add() {
        let start = at, kind = skip()
        let range = start..<at
        all.append(Token(kind: kind, text: String(decoding: bytes[range], as: UTF8.self), range: range, line: line))
        line += bytes[range].count { $0 == 0x0A }
    }

    /// Goes past the token that begins here.
    private mutating func skip() -> Kind {
        let byte = bytes[at]
        if byte == 0x2D, peek(1) == 0x2D {
            at += 2
            if let level = longBracket() { skipLong(level) } else { skip { $0 != 0x0A } }
            return .comment
        }
        if let level = longBracket() {
            skipLong(level)
            return .string
        }
        if byte == 0x22 || byte == 0x27 {
            skipString(byte)
            return .string
        }
        if Self.isDigit(byte) || byte == 0x2E && peek(1).map(Self.isDigit) == true {
            skipNumber()
            return .number
        }
        if Self.isWord(byte) {
            skip(Self.isWord)
            return .word
        }
        at += 1
        return .sign
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == 0x5F || isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
    }

    private func peek(_ distance: Int) -> UInt8? { at + distance < bytes.count ? bytes[at + distance] : nil }

    private mutating func skip(_ belongs: (UInt8) -> Bool) {
        while at < bytes.count, belongs(bytes[at]) { at += 1 }
    }

    /// Goes past digits, letters and dots, and past the sign behind the letter of an exponent.
    private mutating func skipNumber() {
        let isHexadecimal = bytes[at] == 0x30 && peek(1).map { $0 | 0x20 } == UInt8(ascii: "x")
        let exponent = UInt8(ascii: isHexadecimal ? "p" : "e")
        while at < bytes.count, Self.isWord(bytes[at]) || bytes[at] == 0x2E {
            let isExponent = bytes[at] | 0x20 == exponent
            at += 1
            if isExponent, peek(0) == 0x2B || peek(0) == 0x2D { at += 1 }
        }
    }

    /// The number of `=` in a long bracket that opens here.
    private func longBracket() -> Int? {
        guard peek(0) == 0x5B else { return nil }
        var i = at + 1
        while i < bytes.count, bytes[i] == 0x3D { i += 1 }
        return i < bytes.count && bytes[i] == 0x5B ? i - at - 1 : nil
    }

    private mutating func skipLong(_ level: Int) {
        at += level + 2
        while at < bytes.count {
            if bytes[at] == 0x5D {
                var i = at + 1
                while i < bytes.count, bytes[i] == 0x3D { i += 1 }
                if i < bytes.count, bytes[i] == 0x5D, i - at - 1 == level {
                    at = i + 1
                    return
                }
            }
            at += 1
        }
    }

    private mutating func skipString(_ quote: UInt8) {
        at += 1
        while let byte = peek(0), byte != quote, byte != 0x0A {
            at += 1
            if byte == 0x5C { skipEscape() }
        }
        if peek(0) == quote { at += 1 }
    }

    /// Goes past an escape: a line break, or with `\z` all white space that follows.
    private mutating func skipEscape() {
        guard let escaped = peek(0) else { return }
        at += 1
        if escaped == 0x0D, peek(0) == 0x0A { at += 1 }
        if escaped == UInt8(ascii: "z") { skip { $0 == 0x20 || (0x09...0x0D).contains($0) } }
    }
}
