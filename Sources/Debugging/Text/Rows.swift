import Trace

/// Rows that are made when they are asked for.
struct Rows<Row>: Sendable {
    let count: Int
    private let make: @Sendable (Int) -> Row

    init(_ count: Int, _ make: @escaping @Sendable (Int) -> Row) {
        self.count = count
        self.make = make
    }

    subscript(index: Int) -> Row { make(index) }
}

/// A part of a text.
enum TextPart: Sendable {
    case text(String)
    case rows(Rows<String>)
}

/// A JSON object in which some members are long: their items are made as they are written.
struct JSONDocument: Sendable {
    enum Content: Sendable {
        case value(JSON)
        case items(Rows<JSON>)
        case members(Rows<JSON.Member>)
    }
    /// Bytes of text that are gathered before they are written.
    static let pieceSize = 1 << 16
    private let members: [(key: String, content: Content)]
    /// The value, if it is not an object.
    private let whole: JSON?

    init(_ json: JSON) {
        if case .object(let members) = json {
            self.members = members.map { ($0.key, .value($0.value)) }
            whole = nil
        } else {
            members = []
            whole = json
        }
    }

    init(_ members: KeyValuePairs<String, Content>) {
        self.members = members.map { ($0.key, $0.value) }
        whole = nil
    }

    var json: JSON {
        whole
            ?? .object(
                members.map { key, content in
                    switch content {
                    case .value(let value): JSON.Member(key, value)
                    case .items(let rows): JSON.Member(key, .array((0..<rows.count).map { rows[$0] }))
                    case .members(let rows): JSON.Member(key, .object((0..<rows.count).map { rows[$0] }))
                    }
                })
    }

    func write<E: Error>(_ write: (String) throws(E) -> Void) throws(E) {
        var piece = ""
        func flush(_ piece: inout String) throws(E) {
            guard piece.utf8.count > Self.pieceSize else { return }
            try write(piece)
            piece = ""
        }
        func list(_ count: Int, _ open: String, _ close: String, _ item: (Int) throws(E) -> Void) throws(E) {
            piece += open
            for index in 0..<count {
                if index > 0 { piece += "," }
                try item(index)
                try flush(&piece)
            }
            piece += close
        }
        func member(_ member: JSON.Member) throws(E) {
            piece += JSON.string(member.key).line + ":"
            try member.value.write(to: &piece, after: flush)
        }
        if let whole {
            try whole.write(to: &piece, after: flush)
        } else {
            try list(members.count, "{", "}") { (index) throws(E) in
                piece += JSON.string(members[index].key).line + ":"
                switch members[index].content {
                case .value(let value): try value.write(to: &piece, after: flush)
                case .items(let rows): try list(rows.count, "[", "]") { (row) throws(E) in try rows[row].write(to: &piece, after: flush) }
                case .members(let rows): try list(rows.count, "{", "}") { (row) throws(E) in try member(rows[row]) }
                }
            }
        }
        try write(piece)
    }
}
