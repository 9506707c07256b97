import Trace

extension GraphRecord {
    /// The type of a node's data as its program calls it. A value that was written later is called by our name.
    package func typeName(of id: NodeID, _ value: Value) -> String {
        guard let type = foreignType(id), value.typeName == firstValue(id).typeName else { return value.typeName }
        return type
    }

    /// The spelling of values in the workflow's language.
    package var spelling: ValueSpelling { origins.language == .python ? .python() : .ours }

    /// The spelling of a node's data, which may have a type of its own.
    package func spelling(_ id: NodeID, _ value: Value) -> ValueSpelling {
        origins.language == .python ? .python(type: typeName(of: id, value)) : .ours
    }

    /// A node's data as its program shows it, on one line and cut to a length.
    ///
    /// - Parameter exact: whether numbers have all their digits, instead of as few as people write.
    package func short(_ id: NodeID, _ value: Value, _ length: Int, exact: Bool = false) -> String {
        let spelling = spelling(id, value)
        return exact ? value.short(length, spelling) : value.brief(length, spelling)
    }

    /// A node's data beside another value. If it must be cut, the part in which it differs is kept.
    package func short(_ id: NodeID, _ value: Value, _ length: Int, against other: Value, exact: Bool = false) -> String {
        if exact { return value.short(length, against: other, spelling(id, value)) }
        return pair(id, value, other, length).0
    }

    /// A value that belongs to no node, such as one that was refused.
    package func short(_ value: Value, _ length: Int) -> String { value.short(length, spelling) }

    /// Two values of a node beside each other.
    package func pair(_ id: NodeID, _ old: Value, _ new: Value, _ length: Int) -> (String, String) {
        Value.brief(old, new, length) { spelling(id, $0) }
    }

    /// The change of a node's data; nil where there is none.
    package func change(_ id: NodeID, from old: Value, to new: Value, _ length: Int) -> String? {
        if old == new { return nil }
        let (before, after) = pair(id, old, new, length)
        return "\(before) → \(after)"
    }

    /// A node's data as its program shows it, in full; a text is not quoted.
    package func text(_ id: NodeID, _ value: Value) -> String {
        if case .string(let text) = value { return text }
        return value.literal(spelling(id, value))
    }
}
