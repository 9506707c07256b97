import Debugging

/// The difference of two texts, in rows of a width: removed and added lines, in which the differing parts stand out,
/// and a few of the lines around them.
struct TextDifference {
    private let width: Int
    private let look: Look

    private enum Side {
        case removed, added

        var mark: String { self == .removed ? "  - " : "  + " }
        var role: Role { self == .removed ? .diffRemoved : .diffAdded }
    }

    static func lines(from old: String, to new: String, width: Int, _ look: Look) -> [TextLine] {
        TextDifference(width: max(8, width - 4), look: look).lines(LineDifference.folded(LineDifference.between(old.lines, new.lines)))
    }

    private func lines(_ differences: [LineDifference]) -> [TextLine] {
        var out: [TextLine] = [], removed: [String] = [], added: [String] = []
        func flush() {
            // As many lines as before are the same lines, changed.
            let pairs = removed.count == added.count ? zip(removed, added).map { Self.changes($0, $1) } : []
            for (index, text) in removed.enumerated() { out += rows(text, .removed, pairs.isEmpty ? nil : pairs[index].old) }
            for (index, text) in added.enumerated() { out += rows(text, .added, pairs.isEmpty ? nil : pairs[index].new) }
            (removed, added) = ([], [])
        }
        for difference in differences {
            switch difference {
            case .removed(let text): removed.append(text)
            case .added(let text): added.append(text)
            case .same(let text):
                flush()
                out += text.expandingTabs().wrapped(to: width).map { TextLine("    " + $0, .textDim) }
            case .folded(let number):
                flush()
                out.append(TextLine("    \(look.glyphs.ellipsis) \(number) lines the same", .textDim))
            }
        }
        flush()
        return out
    }

    /// The words in which two lines differ, as places of characters.
    static func changes(_ old: String, _ new: String) -> (old: Range<Int>, new: Range<Int>) {
        let a = Array(old.expandingTabs()), b = Array(new.expandingTabs()), shorter = min(a.count, b.count)
        var start = 0, end = 0
        while start < shorter, a[start] == b[start] { start += 1 }
        while start > 0, start < max(a.count, b.count), !a[start - 1].isWhitespace { start -= 1 }
        while end < shorter - start, a[a.count - 1 - end] == b[b.count - 1 - end] { end += 1 }
        while end > 0, !a[a.count - end].isWhitespace { end -= 1 }
        return (start..<(a.count - end), start..<(b.count - end))
    }

    /// A changed line in rows. Where it is long, the rows that are the same in both are left out.
    ///
    /// - Parameter changed: the characters that differ; nil where the whole line does.
    private func rows(_ line: String, _ side: Side, _ changed: Range<Int>?) -> [TextLine] {
        let text = line.expandingTabs(), pieces = text.wrapped(to: width)
        guard let changed else { return pieces.map { TextLine(side.mark + $0, side.role) } }
        let characters = Array(text)
        var out: [TextLine] = [], at = 0, isFolded = false
        for piece in pieces {
            let row = Array(piece)
            // Spaces at the end of a row are not in it.
            while at + row.count < characters.count, !characters[at...].starts(with: row) { at += 1 }
            let range = at..<min(characters.count, at + row.count)
            at = range.upperBound
            let isNear = range.upperBound + width / 2 >= changed.lowerBound && range.lowerBound <= changed.upperBound + width / 2
            if pieces.count > 4, !isNear {
                if !isFolded { out.append(TextLine(side.mark + look.glyphs.ellipsis, .textDim)) }
                isFolded = true
                continue
            }
            isFolded = false
            let middle = changed.clamped(to: range)
            var shown = TextLine(side.mark + String(characters[range.lowerBound..<middle.lowerBound]), side.role)
            shown.add(String(characters[middle]), side.role, [.bold, .underline])
            shown.add(String(characters[middle.upperBound..<range.upperBound]), side.role)
            out.append(shown)
        }
        return out
    }
}
