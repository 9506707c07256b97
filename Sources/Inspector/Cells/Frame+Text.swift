extension Frame {
    /// One row as text, with the spaces at its end.
    package func text(row: Int) -> String {
        guard row >= 0, row < size.height else { return "" }
        var scalars = String.UnicodeScalarView()
        for cell in cells[row * size.width..<(row + 1) * size.width] {
            let (first, second) = cell.glyph.marks
            for value in [cell.glyph.base, first, second] where value != 0 {
                if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
            }
        }
        return String(scalars)
    }

    /// The frame as lines of text, without the spaces at their ends: what tests compare.
    package func text() -> String {
        (0..<size.height).map { text(row: $0).trimmingTrailingSpaces() }.joined(separator: "\n")
    }
}
