/// A value of JSON as it came over a connection.
enum WireValue: Sendable, Equatable {
    struct Member: Sendable, Equatable {
        var key: String
        var value: WireValue
    }
    case null
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case array([WireValue])
    case object([Member])

    /// The member of an object; the first one, where a hostile peer sends several of one name.
    subscript(key: String) -> WireValue? {
        guard case .object(let members) = self else { return nil }
        for member in members where member.key == key { return member.value }
        return nil
    }
    var int: Int? { if case .int(let number) = self { number } else { nil } }
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var array: [WireValue]? { if case .array(let items) = self { items } else { nil } }
    /// A number of either kind.
    var double: Double? {
        switch self {
        case .int(let number): Double(number)
        case .float(let number): number
        default: nil
        }
    }
}

extension WireValue {
    /// The deepest nesting that is read.
    static let deepest = 64

    /// Reads one value; nothing but white space may follow.
    ///
    /// - Throws: `ProtocolFault.notJSON`.
    init(json bytes: [UInt8]) throws(ProtocolFault) {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<WireValue, ProtocolFault> in
            var reader = WireReader(buffer)
            return Result { () throws(ProtocolFault) in try reader.document() }
        }
        self = try result.get()
    }
}

/// Reads JSON from bytes, by descent with a bound on its depth: what it reads may be hostile. It is stricter than the reader of literals, and made
/// for many short documents.
private struct WireReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func document() throws(ProtocolFault) -> WireValue {
        let value = try value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw fault("something follows the value") }
        return value
    }

    private func fault(_ reason: String) -> ProtocolFault { .notJSON(reason, offset: at) }

    @inline(__always)
    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    @inline(__always)
    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0A || bytes[at] == 0x0D { at += 1 }
    }

    private mutating func value(depth: Int) throws(ProtocolFault) -> WireValue {
        guard depth <= WireValue.deepest else { throw fault("it is nested deeper than \(WireValue.deepest) levels") }
        skipSpace()
        guard let byte = peek else { throw fault("the value is missing") }
        switch byte {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("no value begins like this")
        }
    }

    private mutating func word(_ word: StaticString, _ value: WireValue) throws(ProtocolFault) -> WireValue {
        let length = word.utf8CodeUnitCount
        guard at + length <= bytes.count else { throw fault("a word is cut off") }
        for i in 0..<length where bytes[at + i] != word.utf8Start[i] { throw fault("no value begins like this") }
        at += length
        return value
    }

    private mutating func number() throws(ProtocolFault) -> WireValue {
        let start = at
        var isInteger = true, number = 0, overflows = false
        let isNegative = bytes[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        let first = at
        scan: while let byte = peek {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard isInteger else { break }
                let (product, over) = number.multipliedReportingOverflow(by: 10)
                let digit = Int(byte - UInt8(ascii: "0"))
                let (sum, more) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
                overflows = overflows || over || more
                number = sum
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"): isInteger = false
            default: break scan
            }
            at += 1
        }
        guard at > first else { throw fault("a number has no digits") }
        if isInteger, !overflows { return .int(number) }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        guard at - start < 400, let float = Double(text) else { throw fault("this is not a number") }
        return .float(float)
    }

    private mutating func array(_ depth: Int) throws(ProtocolFault) -> WireValue {
        at += 1
        var items: [WireValue] = []
        skipSpace()
        if peek == UInt8(ascii: "]") {
            at += 1
            return .array(items)
        }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            switch peek {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "]"):
                at += 1
                return .array(items)
            default: throw fault("a list goes on with a comma or ends with ]")
            }
        }
    }

    private mutating func object(_ depth: Int) throws(ProtocolFault) -> WireValue {
        at += 1
        var members: [WireValue.Member] = []
        skipSpace()
        if peek == UInt8(ascii: "}") {
            at += 1
            return .object(members)
        }
        members.reserveCapacity(12)
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw fault("a key is a text") }
            let key = try string()
            skipSpace()
            guard peek == UInt8(ascii: ":") else { throw fault("a colon follows a key") }
            at += 1
            members.append(WireValue.Member(key: key, value: try value(depth: depth + 1)))
            skipSpace()
            switch peek {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "}"):
                at += 1
                return .object(members)
            default: throw fault("an object goes on with a comma or ends with }")
            }
        }
    }

    private mutating func string() throws(ProtocolFault) -> String {
        at += 1
        let start = at
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                let text = String(decoding: bytes[start..<at], as: UTF8.self)
                at += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw fault("a text holds a control character")
            default: at += 1
            }
        }
        throw fault("a text does not end")
    }

    /// A text with escapes; the part before the first one was read already.
    private mutating func escapedString(from start: Int) throws(ProtocolFault) -> String {
        var text = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fault("a text holds a control character")
            default: text.append(byte)
            }
        }
        throw fault("a text does not end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(ProtocolFault) {
        guard let byte = peek else { throw fault("a text does not end") }
        at += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "u"):
            var code = UInt32(try unit())
            if (0xD800..<0xDC00).contains(code), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") {
                let before = at
                at += 2
                let low = UInt32(try unit())
                if (0xDC00..<0xE000).contains(low) { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) } else { at = before }
            }
            // Half of a pair is not a character.
            text += Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default: throw fault("no escape begins like this")
        }
    }

    private mutating func unit() throws(ProtocolFault) -> UInt16 {
        guard at + 4 <= bytes.count, let unit = UInt16(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16) else {
            throw fault("\\u has four hexadecimal digits behind it")
        }
        at += 4
        return unit
    }
}
