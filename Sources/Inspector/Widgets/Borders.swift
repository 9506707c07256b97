/// Draws the outlines of rectangles that share their borders, with the junctions that result.
struct Borders {
    private let bounds: Rect
    /// The lines in each cell, row by row.
    private var sides: [Glyphs.Sides]

    /// - Parameter bounds: the area of the rectangles.
    init(in bounds: Rect) {
        self.bounds = bounds
        sides = Array(repeating: [], count: max(0, bounds.width) * max(0, bounds.height))
    }

    mutating func add(_ rect: Rect) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let right = rect.maxX - 1, bottom = rect.maxY - 1
        for x in rect.minX...right {
            var line: Glyphs.Sides = []
            if x > rect.minX { line.insert(.left) }
            if x < right { line.insert(.right) }
            add(line, x, rect.minY)
            add(line, x, bottom)
        }
        for y in rect.minY...bottom {
            var line: Glyphs.Sides = []
            if y > rect.minY { line.insert(.up) }
            if y < bottom { line.insert(.down) }
            add(line, rect.minX, y)
            add(line, right, y)
        }
    }

    private mutating func add(_ line: Glyphs.Sides, _ x: Int, _ y: Int) {
        guard bounds.contains(Point(x: x, y: y)) else { return }
        sides[(y - bounds.minY) * bounds.width + x - bounds.minX].formUnion(line)
    }

    func draw(into frame: inout Frame, glyphs: Glyphs, style: Style) {
        for y in bounds.minY..<bounds.maxY { for x in bounds.minX..<bounds.maxX { put(x, y, into: &frame, glyphs, style) } }
    }

    /// Draws the part that is the outline of one rectangle in another style.
    func draw(_ rect: Rect, into frame: inout Frame, glyphs: Glyphs, style: Style) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        for x in rect.minX..<rect.maxX { for y in [rect.minY, rect.maxY - 1] { put(x, y, into: &frame, glyphs, style) } }
        for y in rect.minY + 1..<rect.maxY - 1 { for x in [rect.minX, rect.maxX - 1] { put(x, y, into: &frame, glyphs, style) } }
    }

    private func put(_ x: Int, _ y: Int, into frame: inout Frame, _ glyphs: Glyphs, _ style: Style) {
        let point = Point(x: x, y: y)
        guard bounds.contains(point) else { return }
        let line = sides[(y - bounds.minY) * bounds.width + x - bounds.minX]
        if !line.isEmpty { frame.put(glyphs.line(line), at: point, style: style) }
    }
}

extension Frame {
    /// The part of a long list that is seen, as a stretch of the pane's right border.
    mutating func scrollThumb(on rect: Rect, offset: Int, count: Int, theme: Theme, glyphs: Glyphs) {
        let height = rect.height - 2
        guard height > 1, count > height else { return }
        let length = max(1, height * height / count)
        let start = min(height - length, offset * (height - length + 1) / max(1, count - height))
        for y in start..<start + length {
            let place = Point(x: rect.maxX - 1, y: rect.minY + 1 + y)
            // Where the border of another pane begins it stays whole.
            let isJunction = self[place].text == String(glyphs.line([.up, .down, .right]))
            if !isJunction { put(glyphs.heavy.vertical, at: place, style: theme[.scrollThumb]) }
        }
    }
}
