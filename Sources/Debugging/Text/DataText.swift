import Trace

extension GraphRecord {
    /// The type of a node's data as its program calls it. A value that was written later is called by our name.
    package func typeName(of id: NodeID, _ value: Value) -> String {
        guard let type = foreignType(id), value.typeName == firstValue(id).typeName else { return value.typeName }
        return type
    }

    /// A node's data as its program shows it, on one line and cut to a length.
    ///
    /// - Parameter exact: whether numbers have all their digits, and not as few as people write.
    package func short(_ id: NodeID, _ value: Value, _ length: Int, exact: Bool = false) -> String {
        if language == .python {
            if case .float = value, !exact { return value.brief(length) }
            return value.python(length, type: typeName(of: id, value))
        }
        return exact ? value.short(length) : value.brief(length)
    }

    /// A node's data as its program shows it, in full; a text stands as it is.
    package func text(_ id: NodeID, _ value: Value) -> String {
        if language == .python {
            switch value {
            case .string: break
            default: return value.python(Self.longest, type: typeName(of: id, value))
            }
        }
        return value.text
    }

    /// A length that no value reaches.
    private static var longest: Int { 1 << 40 }
}
