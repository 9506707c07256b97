/// The characters that a box is made of.
package struct BoxGlyphs: Sendable, Equatable {
    package var horizontal: Unicode.Scalar
    package var vertical: Unicode.Scalar
    package var topLeft: Unicode.Scalar
    package var topRight: Unicode.Scalar
    package var bottomLeft: Unicode.Scalar
    package var bottomRight: Unicode.Scalar

    package static let square = BoxGlyphs(horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘")
    package static let round = BoxGlyphs(horizontal: "─", vertical: "│", topLeft: "╭", topRight: "╮", bottomLeft: "╰", bottomRight: "╯")
    package static let heavy = BoxGlyphs(horizontal: "━", vertical: "┃", topLeft: "┏", topRight: "┓", bottomLeft: "┗", bottomRight: "┛")
    package static let ascii = BoxGlyphs(horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+")
}

extension Frame {
    package mutating func horizontalLine(
        from point: Point, length: Int, glyph: Unicode.Scalar = "─", style: Style, clippedTo clip: Rect? = nil
    ) {
        let rect = Rect(x: point.x, y: point.y, width: length, height: 1)
        fill(clip.map(rect.intersection) ?? rect, with: glyph, style: style)
    }

    package mutating func verticalLine(
        from point: Point, length: Int, glyph: Unicode.Scalar = "│", style: Style, clippedTo clip: Rect? = nil
    ) {
        let rect = Rect(x: point.x, y: point.y, width: 1, height: length)
        fill(clip.map(rect.intersection) ?? rect, with: glyph, style: style)
    }

    /// One character of one column.
    package mutating func put(_ character: Unicode.Scalar, at point: Point, style: Style, clippedTo clip: Rect? = nil) {
        horizontalLine(from: point, length: 1, glyph: character, style: style, clippedTo: clip)
    }

    /// The outline of a rectangle, with a title in its upper edge. The inside is left as it is.
    package mutating func box(
        _ rect: Rect, glyphs: BoxGlyphs = .square, style: Style, title: String = "", titleStyle: Style? = nil, ellipsis: String = "…",
        clippedTo clip: Rect? = nil
    ) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let right = rect.maxX - 1
        let bottom = rect.maxY - 1
        for y in [rect.minY, bottom] {
            horizontalLine(
                from: Point(x: rect.minX, y: y), length: rect.width, glyph: glyphs.horizontal, style: style, clippedTo: clip)
        }
        for x in [rect.minX, right] {
            verticalLine(
                from: Point(x: x, y: rect.minY + 1), length: rect.height - 2, glyph: glyphs.vertical, style: style, clippedTo: clip)
        }
        put(glyphs.topLeft, at: rect.origin, style: style, clippedTo: clip)
        put(glyphs.topRight, at: Point(x: right, y: rect.minY), style: style, clippedTo: clip)
        put(glyphs.bottomLeft, at: Point(x: rect.minX, y: bottom), style: style, clippedTo: clip)
        put(glyphs.bottomRight, at: Point(x: right, y: bottom), style: style, clippedTo: clip)
        // A space at either side of the title, and a bit of the line at either end.
        guard !title.isEmpty, rect.width >= 7 else { return }
        let shown = title.truncated(to: rect.width - 6, ellipsis: ellipsis)
        put(" \(shown) ", at: rect.origin.moved(x: 2), style: titleStyle ?? style, clippedTo: clip)
    }
}
