import OrderedCollections
import Trace

/// The fault in a file that should hold a graph.
package struct GraphFileError: Error, Sendable, Equatable {
    /// The place: `nodes[3].inputs[0].node`, or `3:14` for a line and a column.
    package var place: String
    package var reason: String
}

/// A value in a document, with the way to it, which errors name.
struct FileField {
    private let content: Value?
    private let path: String

    /// - Throws: `GraphFileError`, with the line and the column, when the text is not JSON.
    init(document text: String) throws(GraphFileError) {
        do {
            content = try Value(literal: text)
        } catch {
            let before = Array(text.utf8.prefix(error.offset))
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
            throw GraphFileError(place: "\(line):\(column)", reason: "this is not JSON: \(error.reason)")
        }
        path = ""
    }

    private init(_ content: Value?, _ path: String) {
        self.content = content
        self.path = path
    }

    /// A member of an object; a missing one is an error when it is read.
    subscript(key: String) -> FileField {
        let inner: Value? = if case .dict(let dict)? = content { dict[.string(key)] } else { nil }
        return FileField(inner, path.isEmpty ? key : "\(path).\(key)")
    }

    /// An item of an array, or of an object by the place of its key.
    func item(_ place: Int) -> FileField {
        let inner: Value? = if case .list(let list)? = content, list.indices.contains(place) { list[place] } else { nil }
        return FileField(inner, "\(path)[\(place)]")
    }

    /// The members of an object, in order; nil for anything else.
    var members: [(key: String, field: FileField)]? {
        guard case .dict(let dict)? = content else { return nil }
        return dict.elements.map { ($0.key.value.text, self[$0.key.value.text]) }
    }

    /// Nil where there is nothing, or null.
    var optional: FileField? { content == nil || content == Value.none ? nil : self }

    func error(_ reason: String) -> GraphFileError { GraphFileError(place: path.isEmpty ? "the document" : path, reason: reason) }

    private func wrong(_ wanted: String) -> GraphFileError {
        error(content.map { "this must be \(wanted), and is \($0.short(40))" } ?? "it is missing, and must be \(wanted)")
    }

    func string() throws(GraphFileError) -> String {
        guard case .string(let text)? = content else { throw wrong("a string") }
        return text
    }

    func int() throws(GraphFileError) -> Int {
        guard case .int(let number)? = content, Int(Int32.min)...Int(Int32.max) ~= number else { throw wrong("a whole number") }
        return number
    }

    func bool() throws(GraphFileError) -> Bool {
        guard case .bool(let flag)? = content else { throw wrong("true or false") }
        return flag
    }

    func items() throws(GraphFileError) -> [FileField] {
        guard case .list(let list)? = content else { throw wrong("an array") }
        return list.enumerated().map { FileField($1, "\(path)[\($0)]") }
    }

    func strings() throws(GraphFileError) -> [String] {
        var out: [String] = []
        for item in try optional?.items() ?? [] { out.append(try item.string()) }
        return out
    }

    /// A node's data, as `Value.tagged` writes it.
    func value() throws(GraphFileError) -> Value {
        guard let content else { throw wrong("a value") }
        guard let plain = content.untagged else { throw wrong("a value ($float, $dict and $object have forms of their own)") }
        return plain
    }

    /// A node's data as plain JSON; none where there is nothing.
    var plainValue: Value { content ?? .none }
}

/// Places by name, for names that must be distinct.
struct NameTable {
    private let what: String
    private var places: [String: Int] = [:]

    init(_ what: String) { self.what = what }

    mutating func add(_ name: String, at field: FileField) throws(GraphFileError) {
        guard places[name] == nil else { throw field.error("two are named '\(name)'") }
        places[name] = places.count
    }

    func place(_ field: FileField) throws(GraphFileError) -> Int {
        let name = try field.string()
        guard let place = places[name] else { throw field.error("no \(what) is named '\(name)'") }
        return place
    }

    func optionalPlace(_ field: FileField) throws(GraphFileError) -> Int? {
        guard let field = field.optional else { return nil }
        return try place(field)
    }

    func places(_ field: FileField) throws(GraphFileError) -> [Int] {
        var out: [Int] = []
        for item in try field.optional?.items() ?? [] { out.append(try place(item)) }
        return out
    }
}
