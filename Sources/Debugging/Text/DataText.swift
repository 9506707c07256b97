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
        written(exact ? value.short(length) : value.brief(length), value, typeName(of: id, value))
    }

    /// A node's data as its program shows it.
    package func text(_ id: NodeID, _ value: Value) -> String { written(value.text, value, typeName(of: id, value)) }

    /// A list that is a tuple in the program stands in parentheses.
    private func written(_ text: String, _ value: Value, _ type: String) -> String {
        guard type == "tuple", case .list(let items) = value, text.first == "[" else { return text }
        let inner = text.dropFirst()
        return "(" + (inner.last == "]" ? inner.dropLast() + (items.count == 1 ? ",)" : ")") : inner)
    }
}
