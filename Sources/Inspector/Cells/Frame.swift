/// A whole screen as a grid of cells: a plain value, which knows no terminal.
///
/// Drawing outside of it is cut off. A wide character takes two cells; where only one half of it would be left, a space is.
package struct Frame: Equatable, Sendable {
    package let size: Size
    /// Row by row.
    package private(set) var cells: [Cell]
    /// The place of the terminal's cursor; nil hides it.
    package var cursor: Point?

    package init(size: Size, style: Style = Style()) {
        self.size = size
        cells = Array(repeating: Cell(style: style), count: size.width * size.height)
    }

    package var bounds: Rect { Rect(origin: .zero, size: size) }

    /// The cell at a point; a space if it is outside.
    package subscript(point: Point) -> Cell {
        bounds.contains(point) ? cells[point.y * size.width + point.x] : Cell()
    }

    /// Changes the style of a cell, and leaves its content.
    mutating func restyle(_ point: Point, _ change: (Style) -> Style) {
        guard bounds.contains(point) else { return }
        cells[point.y * size.width + point.x].style = change(self[point].style)
    }

    /// Writes one line of text. Returns the column behind its last one, whether or not that is on the screen.
    @discardableResult
    package mutating func put(_ text: String, at point: Point, style: Style, clippedTo clip: Rect? = nil) -> Int {
        let clip = clip.map(bounds.intersection) ?? bounds
        let visible = point.y >= clip.minY && point.y < clip.maxY && !clip.isEmpty
        guard visible else { return point.x + text.displayWidth }
        var text = text
        let end = text.withUTF8 { putASCII($0, at: point, style: style, clip: clip) }
        if let end { return end }
        var x = point.x
        for piece in Pieces(text) {
            if let picture = piece.picture {
                for byte in picture.utf8 {
                    set(Glyph(scalar: UInt32(byte)), width: 1, x: x, y: point.y, style: style, clip: clip)
                    x += 1
                }
            } else {
                set(piece.glyph, width: piece.width, x: x, y: point.y, style: style, clip: clip)
                x += piece.width
            }
        }
        return x
    }

    /// The fast path, which nearly all text takes. Nil if it has anything but printable ASCII.
    private mutating func putASCII(_ bytes: UnsafeBufferPointer<UInt8>, at point: Point, style: Style, clip: Rect) -> Int? {
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
        let from = max(point.x, clip.minX)
        let to = min(point.x + bytes.count, clip.maxX)
        guard from < to else { return point.x + bytes.count }
        mendEdges(from: from, to: to, y: point.y)
        let row = point.y * size.width
        for x in from..<to {
            cells[row + x] = Cell(glyph: Glyph(scalar: UInt32(bytes[x - point.x])), style: style)
        }
        return point.x + bytes.count
    }

    /// Makes spaces of the halves of wide characters that overwriting `from..<to` would leave behind.
    private mutating func mendEdges(from: Int, to: Int, y: Int) {
        let row = y * size.width
        if from > 0, cells[row + from].isContinuation { cells[row + from - 1].glyph = .space }
        if to < size.width, cells[row + to].isContinuation { cells[row + to].glyph = .space }
    }

    private mutating func set(_ glyph: Glyph, width: Int, x: Int, y: Int, style: Style, clip: Rect) {
        let from = max(x, clip.minX)
        let to = min(x + width, clip.maxX)
        guard from < to else { return }
        mendEdges(from: from, to: to, y: y)
        let row = y * size.width
        if to - from == width {
            cells[row + from] = Cell(glyph: glyph, style: style)
            if width == 2 { cells[row + from + 1] = Cell(glyph: .continuation, style: style) }
        } else {
            cells[row + from] = Cell(style: style)
        }
    }

    /// Fills a rectangle with one character of one column.
    package mutating func fill(_ rect: Rect, with character: Unicode.Scalar = " ", style: Style) {
        let rect = rect.intersection(bounds)
        guard !rect.isEmpty else { return }
        let glyph = Width.of(character) == .columns(1) ? Glyph(character) : .space
        for y in rect.minY..<rect.maxY {
            mendEdges(from: rect.minX, to: rect.maxX, y: y)
            let row = y * size.width
            for index in row + rect.minX..<row + rect.maxX { cells[index] = Cell(glyph: glyph, style: style) }
        }
    }

    /// Changes the styles in a rectangle and leaves its characters.
    package mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
        let rect = rect.intersection(bounds)
        guard !rect.isEmpty else { return }
        for y in rect.minY..<rect.maxY {
            let row = y * size.width
            for index in row + rect.minX..<row + rect.maxX { cells[index].style = change(cells[index].style) }
        }
    }

    /// Copies a frame into this one, for contents that are drawn larger than they are shown.
    package mutating func draw(_ other: Frame, from source: Point = .zero, into target: Rect) {
        let shown = target.intersection(bounds)
        guard !shown.isEmpty else { return }
        for y in shown.minY..<shown.maxY {
            mendEdges(from: shown.minX, to: shown.maxX, y: y)
            for x in shown.minX..<shown.maxX {
                let from = Point(x: source.x + x - target.minX, y: source.y + y - target.minY)
                guard other.bounds.contains(from) else { continue }
                var cell = other[from]
                let halved = x == shown.minX && cell.isContinuation || x == shown.maxX - 1 && other[from.moved(x: 1)].isContinuation
                if halved { cell.glyph = .space }
                cells[y * size.width + x] = cell
            }
        }
    }
}
