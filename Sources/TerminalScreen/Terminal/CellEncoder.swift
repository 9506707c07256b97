import CNcurses
import Inspector

/// Turns cells into those of the C side, in the colours that the terminal has.
struct CellEncoder {
    let depth: ColorDepth
    /// A screen has a few dozen styles, and reducing a colour is a search.
    private var known: [Style: (foreground: Int32, background: Int32, attributes: UInt32)] = [:]

    init(depth: ColorDepth) { self.depth = depth }

    mutating func encode(_ frame: Frame, row: Int, columns: Range<Int>) -> [nt_cell] {
        var last: (style: Style, cell: nt_cell)?
        let start = row * frame.size.width
        return columns.map { column in
            let cell = frame.cells[start + column]
            var result: nt_cell
            if let last, last.style == cell.style {
                result = last.cell
            } else {
                let look = look(of: cell.style)
                result = nt_cell(
                    scalar: 0, marks: (0, 0), foreground: look.foreground, background: look.background, attributes: look.attributes)
                last = (cell.style, result)
            }
            result.scalar = cell.glyph.base
            result.marks = cell.glyph.marks
            return result
        }
    }

    private mutating func look(of style: Style) -> (foreground: Int32, background: Int32, attributes: UInt32) {
        if let look = known[style] { return look }
        let reduced = style.reduced(to: depth)
        // The bits of Attributes are those of NT_BOLD and the others.
        let look = (number(reduced.foreground), number(reduced.background), UInt32(reduced.attributes.rawValue))
        known[style] = look
        return look
    }

    private func number(_ color: Color) -> Int32 {
        switch color {
        // With 24-bit colours, only the first eight numbers are the palette's.
        case .palette(let number) where depth == .rgb && number >= 8: Int32(NT_RGB) | Int32(color.rgb ?? 0)
        case .standard: -1
        case .palette(let number): Int32(number)
        case .rgb(let value): Int32(NT_RGB) | Int32(value)
        }
    }
}
