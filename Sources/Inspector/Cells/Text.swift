import Trace

/// Text measured and cut by the columns it takes on the screen.
extension String {
    /// The columns that the text takes in a frame.
    package var displayWidth: Int {
        if isPrintableASCII { return utf8.count }
        return Pieces(self).reduce(0) { $0 + $1.width }
    }

    var isPrintableASCII: Bool {
        utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    /// The beginning that fits, with `ellipsis` in place of the rest if there is one.
    package func truncated(to width: Int, ellipsis: String = "…") -> String {
        guard width > 0 else { return "" }
        if displayWidth <= width { return self }
        let room = width - ellipsis.displayWidth
        guard room >= 0 else { return prefix(fitting: width) }
        return prefix(fitting: room) + ellipsis
    }

    /// The end that fits, behind `ellipsis`: for paths, whose end says more.
    package func truncatedAtStart(to width: Int, ellipsis: String = "…") -> String {
        guard width > 0 else { return "" }
        let all = displayWidth
        if all <= width { return self }
        let room = width - ellipsis.displayWidth
        guard room >= 0 else { return prefix(fitting: width) }
        var left = all
        for piece in Pieces(self) {
            if left <= room { return ellipsis + self[piece.range.lowerBound...] }
            left -= piece.width
        }
        return ellipsis
    }

    /// The longest beginning that takes at most `width` columns.
    package func prefix(fitting width: Int) -> String {
        if isPrintableASCII { return String(prefix(max(0, width))) }
        var used = 0
        for piece in Pieces(self) {
            used += piece.width
            if used > width { return String(self[..<piece.range.lowerBound]) }
        }
        return self
    }

    /// The text, cut or filled up with spaces to exactly `width` columns.
    package func padded(to width: Int, alignment: TextAlignment = .left, ellipsis: String = "…") -> String {
        let text = truncated(to: width, ellipsis: ellipsis)
        let room = max(0, width - text.displayWidth)
        let before =
            switch alignment {
            case .left: 0
            case .center: room / 2
            case .right: room
            }
        return String(repeating: " ", count: before) + text + String(repeating: " ", count: room - before)
    }

    /// Tabs as spaces up to the next stop.
    package func expandingTabs(to stop: Int = 4) -> String {
        guard utf8.contains(9), stop > 0 else { return self }
        var result = ""
        var column = 0
        for piece in Pieces(self) {
            if self[piece.range] == "\t" {
                let count = stop - column % stop
                result += String(repeating: " ", count: count)
                column += count
            } else {
                result += self[piece.range]
                column += piece.width
            }
        }
        return result
    }

    /// The text in lines of at most `width` columns, broken at its own line ends, else between words, else where it must.
    package func wrapped(to width: Int) -> [String] {
        let width = max(1, width)
        return lines.flatMap { line in
            line.displayWidth <= width ? [line] : Self.wrap(line: line, to: width)
        }
    }

    private static func wrap(line: String, to width: Int) -> [String] {
        var result: [String] = []
        var start = line.startIndex
        var used = 0
        // The last place where a space ended, and the columns up to it.
        var gap: (end: String.Index, columns: Int)?
        for piece in Pieces(line) {
            let isSpace = piece.glyph == .space && piece.picture == nil
            if used + piece.width > width, piece.range.lowerBound > start {
                // A space that does not fit goes away with the line's end.
                if isSpace {
                    gap = (piece.range.upperBound, used + piece.width)
                    used += piece.width
                    continue
                }
                let cut = gap.map { $0.end } ?? piece.range.lowerBound
                let columns = gap.map { $0.columns } ?? used
                result.append(String(line[start..<cut]).trimmingTrailingSpaces())
                start = cut
                used -= columns
                gap = nil
            }
            used += piece.width
            if isSpace, piece.range.lowerBound > start { gap = (piece.range.upperBound, used) }
        }
        result.append(String(line[start...]).trimmingTrailingSpaces())
        return result
    }

    func trimmingTrailingSpaces() -> String {
        guard let last = lastIndex(where: { $0 != " " }) else { return "" }
        return String(self[...last])
    }
}

package enum TextAlignment: Sendable {
    case left, center, right
}
