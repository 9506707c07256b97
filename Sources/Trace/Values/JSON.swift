/// A JSON document to be written. Keys keep their order, so that output is the same in every run.
public indirect enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    /// A key and its value.
    public struct Member: Sendable, Hashable {
        public var key: String
        public var value: JSON
        public init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// A string, or null.
    public init(_ text: String?) { self = text.map(JSON.string) ?? .null }
    /// An integer, or null.
    public init(_ number: Int?) { self = number.map(JSON.int) ?? .null }
    /// An array of strings.
    public init(_ texts: [String]) { self = .array(texts.map(JSON.string)) }

    /// The value of a node. Values that JSON cannot express (objects, numbers that are not finite) are written as their text.
    public init(_ value: Trace.Value) {
        switch value {
        case .none: self = .null
        case .bool(let b): self = .bool(b)
        case .int(let i): self = .int(i)
        case .float(let d): self = d.isFinite ? .number(d) : .string(Trace.Value.text(of: d))
        case .string(let s): self = .string(s)
        case .list(let l): self = .array(l.map { JSON($0) })
        case .dict(let d): self = .object(d.elements.map { Member($0.key.value.text, JSON($0.value)) })
        case .object(let o): self = .string("<\(o.text)>")
        }
    }

    /// The member of an object.
    public subscript(key: String) -> JSON? {
        if case .object(let members) = self { return members.first { $0.key == key }?.value }
        return nil
    }

    /// The items of an array.
    public var items: [JSON]? {
        if case .array(let items) = self { return items }
        return nil
    }

    /// The text of a string.
    public var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// The document on one line.
    public var line: String {
        var out = ""
        write(to: &out) { _ in }
        return out
    }

    /// Appends the document to a text.
    ///
    /// - Parameter after: is called behind each item and member, and may take out what is there so far.
    package func write<E: Error>(to out: inout String, after: (inout String) throws(E) -> Void) throws(E) {
        switch self {
        case .null: out += "null"
        case .bool(let b): out += b ? "true" : "false"
        case .int(let i): out += String(i)
        case .number(let d): out += d.isFinite ? d.description : "null"
        case .string(let s): out.append(quoting: s[...])
        case .array(let items):
            out += "["
            for (i, item) in items.enumerated() {
                if i > 0 { out += "," }
                try item.write(to: &out, after: after)
                try after(&out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            for (i, member) in members.enumerated() {
                if i > 0 { out += "," }
                out.append(quoting: member.key[...])
                out += ":"
                try member.value.write(to: &out, after: after)
                try after(&out)
            }
            out += "}"
        }
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral
{
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0.0, $0.1) }) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
}
