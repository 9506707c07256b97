extension Frame {
    /// One row as text, with the spaces at its end.
    package func text(row: Int) -> String {
        guard row >= 0, row < size.height else { return "" }
        return cells[row * size.width..<(row + 1) * size.width].map(\.text).joined()
    }

    /// The frame as lines of text, without the spaces at their ends: what tests compare.
    package func text() -> String {
        (0..<size.height).map { text(row: $0).trimmingTrailingSpaces() }.joined(separator: "\n")
    }
}

extension Cell {
    /// The character with its marks; nothing for the right half of a wide one.
    var text: String {
        var scalars = String.UnicodeScalarView()
        let (first, second) = glyph.marks
        for value in [glyph.base, first, second] where value != 0 {
            if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}
