import OrderedCollections

/// Members of a request's body that a user adds, such as `reasoning_effort`, `top_p`, `seed` or `chat_template_kwargs`.
public struct RequestFields: Sendable, Hashable {
    /// In the order of their names.
    public private(set) var members: [JSON.Member] = []

    public init() {}

    /// - Throws: the reason why they cannot be sent, in words.
    public init(_ fields: [(name: String, value: Value)]) throws(RequestFieldProblem) {
        for (name, value) in fields {
            // The question itself is recorded, shown and answered for, so it cannot be another in secret.
            if let instead = Self.reserved[name] { throw RequestFieldProblem(reason: "extra_body cannot set '\(name)': \(instead)") }
            guard !name.isEmpty else { throw RequestFieldProblem(reason: "extra_body has a field without a name") }
            members.append(JSON.Member(name, JSON(value).sorted))
        }
        members.sort { $0.key < $1.key }
    }

    private static let reserved = [
        "messages": "they are the question itself", "temperature": "set it with the option of that name",
        "max_tokens": "set it with the option of that name",
        "max_completion_tokens": "set max_tokens, which is sent under the name that the server wants",
        "model": "name the model with the option of that name",
        "prompt": "it is the question itself", "system": "it is part of the question",
        "n": "one answer is read; an OptoPrimeMulti asks for several",
    ]

    public var isEmpty: Bool { members.isEmpty }
    public func has(_ name: String) -> Bool { members.contains { $0.key == name } }

    /// These, and where they say nothing, others.
    public func over(_ others: RequestFields) -> RequestFields {
        var out = self
        out.members += others.members.filter { !has($0.key) }
        out.members.sort { $0.key < $1.key }
        return out
    }

    /// As an object on one line; empty without members.
    public var line: String { isEmpty ? "" : JSON.object(members).line }

    /// Reads the output of `line`; nil for any other text.
    public init?(line: String) {
        if line.isEmpty { return }
        let scalars = Array(line.unicodeScalars)
        guard let object = try? LenientJSON.object(in: scalars, from: 0), object.end == scalars.count, !object.isCut,
            let fields = try? RequestFields(object.value.map { (name: $0.key.value.text, value: $0.value) })
        else { return nil }
        self = fields
    }
}

/// The reason why fields of a request cannot be sent.
public struct RequestFieldProblem: Error, Hashable, Sendable {
    public var reason: String
}

extension JSON {
    /// The same with members in the order of their keys, and whole numbers as integers, so that equal documents are equal values.
    fileprivate var sorted: JSON {
        switch self {
        case .number(let number): Int(exactly: number).map(JSON.int) ?? self
        case .array(let items): .array(items.map(\.sorted))
        case .object(let members): .object(members.map { Member($0.key, $0.value.sorted) }.sorted { $0.key < $1.key })
        default: self
        }
    }
}
