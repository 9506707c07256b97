/// Draws the outlines of rectangles that share their borders, with the junctions that result.
struct Borders {
    private var sides: [Point: Glyphs.Sides] = [:]

    mutating func add(_ rect: Rect) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let right = rect.maxX - 1, bottom = rect.maxY - 1
        for x in rect.minX...right {
            var line: Glyphs.Sides = []
            if x > rect.minX { line.insert(.left) }
            if x < right { line.insert(.right) }
            sides[Point(x: x, y: rect.minY), default: []].formUnion(line)
            sides[Point(x: x, y: bottom), default: []].formUnion(line)
        }
        for y in rect.minY...bottom {
            var line: Glyphs.Sides = []
            if y > rect.minY { line.insert(.up) }
            if y < bottom { line.insert(.down) }
            sides[Point(x: rect.minX, y: y), default: []].formUnion(line)
            sides[Point(x: right, y: y), default: []].formUnion(line)
        }
    }

    func draw(into frame: inout Frame, glyphs: Glyphs, style: Style) {
        for (point, sides) in sides { frame.put(glyphs.line(sides), at: point, style: style) }
    }

    /// Draws the part that is the outline of one rectangle in another style.
    func draw(_ rect: Rect, into frame: inout Frame, glyphs: Glyphs, style: Style) {
        for (point, sides) in sides where rect.contains(point) && !rect.inset().contains(point) {
            frame.put(glyphs.line(sides), at: point, style: style)
        }
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
            put(glyphs.heavy.vertical, at: Point(x: rect.maxX - 1, y: rect.minY + 1 + y), style: theme[.scrollThumb])
        }
    }
}
