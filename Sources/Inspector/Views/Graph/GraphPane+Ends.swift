import Debugging
import Trace

/// The drawing around the boxes: frames of open bundles, and marks on the pane's border for everything that continues beyond it.
extension GraphPane {
    /// A frame around what is inside of each open bundle, where nothing else is in between.
    func drawFrames(into frame: inout Frame, _ view: LayoutRect, _ theme: Theme, _ glyphs: Glyphs) {
        guard !drawing.scene.outputs.isEmpty, let snapshot else { return }
        for (output, nodes) in Dictionary(grouping: drawing.scene.outputs.keys, by: { drawing.scene.outputs[$0] ?? $0 }) {
            let inner = Set(nodes.map(\.index)), frames = nodes.compactMap { drawing.layout.frame(of: $0.index) }
            guard let left = frames.map(\.x).min(), let right = frames.map(\.maxX).max(), let top = frames.map(\.y).min(),
                let bottom = frames.map(\.maxY).max()
            else { continue }
            let around = LayoutRect(x: left - 2, y: top - 1, width: right - left + 4, height: bottom - top + 2)
            guard around.intersects(view) else { continue }
            // Those of a bundle in the bundle are in it too.
            func isInside(_ id: Int) -> Bool {
                if inner.contains(id) { return true }
                return drawing.scene.outputs[NodeID(id)].map { isInside($0.index) } ?? false
            }
            guard drawing.layout.vertices(in: around).allSatisfy({ isInside($0.id) }) else { continue }
            drawFrame(onScreen(around), snapshot.record.name(output), into: &frame, theme[.nodeBundle], glyphs)
        }
    }

    /// Draws between the edges, which go through the frame.
    private func drawFrame(_ rect: Rect, _ name: String, into frame: inout Frame, _ style: Style, _ glyphs: Glyphs) {
        let area = window.area
        func isFree(_ x: Int, _ y: Int) -> Bool { area.contains(Point(x: x, y: y)) && frame[Point(x: x, y: y)].glyph == .space }
        func put(_ sign: String, _ x: Int, _ y: Int) {
            if isFree(x, y) { frame.put(sign, at: Point(x: x, y: y), style: style) }
        }
        // The name stands where no edge is, as much of it as there is room for.
        let base = String(name.prefix { $0 != ":" })
        let words = [" inside \(name) ", " \(name) ", " \(base) ", " \(base.truncatedInMiddle(to: 6, ellipsis: glyphs.ellipsis)) "]
        var place: (word: String, x: Int)?
        for word in words where place == nil {
            let starts = rect.minX + 1..<max(rect.minX + 1, rect.maxX - word.displayWidth)
            for x in starts where (x..<x + word.displayWidth).allSatisfy({ isFree($0, rect.minY) }) {
                place = (word, x)
                break
            }
        }
        if let (word, x) = place { frame.put(word, at: Point(x: x, y: rect.minY), style: style) }
        let titled = place.map { $0.x..<$0.x + $0.word.displayWidth } ?? 0..<0
        for x in rect.minX + 1..<rect.maxX - 1 {
            if !titled.contains(x) { put(glyphs.isASCII ? "." : "┄", x, rect.minY) }
            put(glyphs.isASCII ? "." : "┄", x, rect.maxY - 1)
        }
        for y in rect.minY + 1..<rect.maxY - 1 {
            put(glyphs.isASCII ? ":" : "┆", rect.minX, y)
            put(glyphs.isASCII ? ":" : "┆", rect.maxX - 1, y)
        }
        let corners = glyphs.isASCII ? ["+", "+", "+", "+"] : ["╭", "╮", "╰", "╯"]
        put(corners[0], rect.minX, rect.minY)
        put(corners[1], rect.maxX - 1, rect.minY)
        put(corners[2], rect.minX, rect.maxY - 1)
        put(corners[3], rect.maxX - 1, rect.maxY - 1)
    }

    /// Marks on the border the rows at which boxes or edges go on beyond it, and says where these edges lead.
    func drawEnds(into canvas: inout Canvas, _ context: ViewContext) {
        let view = visible, style = context.look.theme[.textStrong], glyphs = context.look.glyphs
        var left = Set<Int>(), right = Set<Int>()
        for vertex in drawing.layout.vertices(in: view) {
            if vertex.frame.x < view.x { left.insert(vertex.frame.y + 1) }
            if vertex.frame.maxX > view.maxX { right.insert(vertex.frame.y + 1) }
        }
        for segment in drawing.layout.segments(in: view) where !segment.isVertical {
            if segment.from.x < view.x, segment.to.x >= view.x { left.insert(segment.from.y) }
            if segment.to.x >= view.maxX, segment.from.x < view.maxX { right.insert(segment.from.y) }
            drawTarget(of: segment, view, into: &canvas, context)
        }
        func put(_ rows: Set<Int>, _ sign: String, _ x: Int) {
            for row in rows where row >= view.y && row < view.maxY {
                canvas.frame.put(sign, at: Point(x: x, y: window.area.minY + row - view.y), style: style)
            }
        }
        put(left, glyphs.isASCII ? "<" : "‹", canvas.rect.minX - 1)
        put(right, glyphs.isASCII ? ">" : "›", canvas.rect.maxX)
    }

    /// On a line that leaves the view: the box that it leads to, or comes from, where there is room for its name.
    private func drawTarget(of segment: Layout.Segment, _ view: LayoutRect, into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot else { return }
        let leavesRight = segment.to.x >= view.maxX, leavesLeft = segment.from.x < view.x
        guard leavesRight != leavesLeft, let parent = drawing.layout.frame(of: segment.parent) else { return }
        func isBeyond(_ frame: LayoutRect) -> Bool { leavesRight ? frame.x >= view.maxX : frame.maxX <= view.x }
        let children = drawing.layout.children(of: segment.parent).filter { drawing.layout.frame(of: $0).map(isBeyond) ?? false }
        let ends = isBeyond(parent) ? [segment.parent] : children
        guard let first = ends.first else { return }
        let name = drawing.scene.titles[NodeID(first)] ?? snapshot.record.name(NodeID(first))
        let text =
            " " + name.truncatedInMiddle(to: 16, ellipsis: context.look.glyphs.ellipsis) + (ends.count > 1 ? " +\(ends.count - 1)" : "")
            + " "
        let y = window.area.minY + segment.from.y - view.y, width = text.displayWidth
        // Two cells of the line stay on either side, and nothing of another one is hidden.
        let x = leavesRight ? window.area.maxX - width - 1 : window.area.minX + 1
        let from = window.area.minX + max(segment.from.x, view.x) - view.x,
            to = window.area.minX + min(segment.to.x, view.maxX - 1) - view.x
        guard x >= from + 2, x + width <= to else { return }
        let lines = Set("─━┄┅-=.".unicodeScalars.map(\.value))
        let isFree = (x..<x + width).allSatisfy { lines.contains(canvas.frame[Point(x: $0, y: y)].glyph.base) }
        guard isFree else { return }
        canvas.frame.put(text, at: Point(x: x, y: y), style: context.look.theme[.textDim])
    }
}
