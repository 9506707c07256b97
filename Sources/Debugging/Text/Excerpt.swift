import Trace

extension Value {
    /// The value on one line, cut to a number of characters like `short`. If it must be cut, the part in which it differs from another
    /// value is kept: otherwise a text that grows at its end would look the same before and after.
    package func short(_ limit: Int, against other: Value, _ spelling: ValueSpelling = .ours) -> String {
        let plain = short(limit, spelling)
        guard limit >= 8, plain.count == limit, plain.last == "…", self != other, let mine = excerptText(spelling),
            let theirs = other.excerptText(spelling)
        else {
            return plain
        }
        let difference = mine.firstDifference(from: theirs)
        let lead = limit / 4
        // A difference near the beginning is visible from there.
        let near = mine.index(mine.startIndex, offsetBy: max(0, limit - lead - 2), limitedBy: mine.endIndex) ?? mine.endIndex
        if difference <= near { return plain }
        let room = max(1, limit - 2)
        var start = mine.index(difference, offsetBy: -lead, limitedBy: mine.startIndex) ?? mine.startIndex
        // Near the end there is room for more lines before.
        if mine.index(start, offsetBy: room, limitedBy: mine.endIndex) == nil {
            start = mine.index(mine.endIndex, offsetBy: -room, limitedBy: mine.startIndex) ?? mine.startIndex
        }
        let end = mine.index(start, offsetBy: room, limitedBy: mine.endIndex) ?? mine.endIndex
        // Values other than text are compared as literals, which are escaped already.
        let quoted = isString ? Value.string(String(mine[start..<end])).literal(spelling) : "\"\(mine[start..<end])\""
        let window = quoted.dropFirst().dropLast()
        // Control characters take more room as they are written.
        let isCut = end < mine.endIndex || window.count > room
        return "…" + window.prefix(room) + (isCut ? "…" : isString ? String(quoted.suffix(1)) : "")
    }

    private var isString: Bool { if case .string = self { true } else { false } }

    /// The text that is compared; nil where it is too long to be made for one line.
    private func excerptText(_ spelling: ValueSpelling) -> String? {
        switch self {
        case .string(let text): text
        case .list, .dict: short(65_536).count < 65_536 ? literal(spelling) : nil
        case .none, .bool, .int, .float, .object: literal(spelling)
        }
    }
}

extension String {
    /// The text on one line, cut to a number of characters. If it must be cut, the part in which it differs from another text is kept.
    package func excerpt(_ limit: Int, against other: String = "") -> String {
        let literal = Value.string(self).short(limit + 2, against: .string(other))
        let inner = literal.first == "\"" ? literal.dropFirst() : literal[...]
        return String(inner.last == "\"" ? inner.dropLast() : inner).replacing("\\\"", with: "\"")
    }

    /// The first difference from another text: at a whole character, or at its end.
    fileprivate func firstDifference(from other: String) -> Index {
        var mine = utf8.makeIterator(), theirs = other.utf8.makeIterator()
        var same = 0
        while let byte = mine.next(), byte == theirs.next() { same += 1 }
        var index = utf8.index(utf8.startIndex, offsetBy: same)
        while index > startIndex, index < endIndex, index.samePosition(in: self) == nil { index = utf8.index(before: index) }
        return index
    }
}
