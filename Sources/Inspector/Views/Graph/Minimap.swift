/// The whole drawing in a corner of the pane, with the part of it that is seen.
struct Minimap {
    /// Where it is on the screen.
    var rect: Rect
    /// The size of the drawing.
    var whole: Size

    private static let largest = Size(width: 12, height: 6)
    private static let leastPane = Size(width: 30, height: 12)

    private init(rect: Rect, whole: Size) {
        self.rect = rect
        self.whole = whole
    }

    /// nil when everything can be seen, or when there is no corner that it may take.
    ///
    /// - Parameter cost: how much a rectangle would hide; the corner where that is least is taken, nil rules it out.
    init?(whole: Size, area: Rect, cost: (Rect) -> Int?) {
        guard whole.width > area.width || whole.height > area.height else { return nil }
        guard area.width >= Self.leastPane.width, area.height >= Self.leastPane.height else { return nil }
        let width = min(Self.largest.width, max(3, whole.width / 8), area.width / 6)
        let height = min(Self.largest.height, max(2, whole.height / 5), area.height / 4)
        let (right, bottom) = (area.maxX - width, area.maxY - height)
        let corners = [(right, bottom), (right, area.minY), (area.minX, bottom), (area.minX, area.minY)]
        let costs = corners.map { Rect(x: $0.0, y: $0.1, width: width, height: height) }.compactMap { rect in
            cost(rect).map { (rect: rect, cost: $0) }
        }
        // Of equals the first is given.
        guard let free = costs.min(by: { $0.cost < $1.cost })?.rect else { return nil }
        rect = free
        self.whole = whole
    }

    /// The cell of the minimap for a point of the drawing, from its upper left corner.
    private func cell(_ x: Int, _ y: Int) -> Point {
        Point(
            x: min(rect.width - 1, max(0, x * rect.width / max(1, whole.width))),
            y: min(rect.height - 1, max(0, y * rect.height / max(1, whole.height))))
    }

    /// The point of the drawing for a point of the screen in the minimap.
    func target(of point: Point) -> LayoutPoint {
        LayoutPoint(
            x: (2 * (point.x - rect.minX) + 1) * whole.width / (2 * rect.width),
            y: (2 * (point.y - rect.minY) + 1) * whole.height / (2 * rect.height))
    }

    func draw(into frame: inout Frame, _ layout: Layout, view: LayoutRect, selected: LayoutRect?, theme: Theme, glyphs: Glyphs) {
        let quarters = filledQuarters(of: layout)
        let first = cell(view.x, view.y), last = cell(view.maxX - 1, view.maxY - 1)
        let marked = selected.map { cell($0.x + $0.width / 2, $0.y + $0.height / 2) }
        for y in 0..<rect.height {
            for x in 0..<rect.width {
                let isSeen = first.x...last.x ~= x && first.y...last.y ~= y
                let filled = quarters[y * rect.width + x]
                var style = theme[isSeen ? .minimapView : .minimap]
                if marked == Point(x: x, y: y) { style = theme[.nodeSelected] }
                var glyph: Unicode.Scalar = glyphs.isASCII && isSeen ? glyphs.minimapView : " "
                if filled != 0 { glyph = glyphs.isASCII ? glyphs.minimapNode : Self.quarters[filled] }
                frame.put(glyph, at: rect.origin.moved(x: x, y: y), style: style)
            }
        }
    }

    /// Blocks by the quarters that they fill: 1 upper left, 2 upper right, 4 lower left, 8 lower right.
    private static let quarters: [Unicode.Scalar] = [
        " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
    ]

    /// For each cell the quarters that have a part of a box in them.
    private func filledQuarters(of layout: Layout) -> [Int] {
        var cells = [Int](repeating: 0, count: rect.width * rect.height)
        let fine = Minimap(rect: Rect(x: 0, y: 0, width: rect.width * 2, height: rect.height * 2), whole: whole)
        for frame in layout.frames {
            let middle = frame.y + frame.height / 2
            let first = fine.cell(frame.x, middle), last = fine.cell(frame.maxX - 1, middle)
            for x in first.x...max(first.x, last.x) {
                cells[first.y / 2 * rect.width + x / 2] |= 1 << (first.y % 2 * 2 + x % 2)
            }
        }
        return cells
    }
}
