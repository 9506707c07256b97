import Debugging
import Trace

/// The drawing around the boxes: frames of open bundles, and marks on the pane's border for everything that continues beyond it.
extension GraphPane {
    /// A frame around each open loop, each of its open turns and each open name scope, and around the inside of each open bundle where
    /// nothing else is in between.
    func drawFrames(into frame: inout Frame, _ view: LayoutRect, _ theme: Theme, _ glyphs: Glyphs) {
        for (fold, around) in zip(drawing.scene.openFolds, drawing.layout.frames) where around.intersects(view) {
            drawFrame(
                onScreen(around), [" \(fold.title) \(glyphs[.opened]) ", " \(fold.title) "], into: &frame, theme[.nodeBundle], glyphs)
        }
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
            let name = snapshot.record.name(output), base = String(name.prefix { $0 != ":" })
            drawFrame(
                onScreen(around),
                [" inside \(name) ", " \(name) ", " \(base) ", " \(base.truncatedInMiddle(to: 6, ellipsis: glyphs.ellipsis)) "],
                into: &frame, theme[.nodeBundle], glyphs)
        }
    }

    /// Draws between the edges, which go through the frame.
    ///
    /// - Parameter words: the titles to choose from, the best first.
    private func drawFrame(_ rect: Rect, _ words: [String], into frame: inout Frame, _ style: Style, _ glyphs: Glyphs) {
        let area = window.area
        func isFree(_ x: Int, _ y: Int) -> Bool { area.contains(Point(x: x, y: y)) && frame[Point(x: x, y: y)].glyph == .space }
        func put(_ sign: String, _ x: Int, _ y: Int) {
            if isFree(x, y) { frame.put(sign, at: Point(x: x, y: y), style: style) }
        }
        // The title is where no edge is, as far as there is room.
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
            let frame = vertex.frame, rows = isLine(vertex.id) ? frame.maxY - 1..<frame.maxY : frame.y..<frame.maxY
            if frame.x < view.x { left.formUnion(rows) }
            if frame.maxX > view.maxX { right.formUnion(rows) }
            let middle = LayoutPoint(x: frame.x + frame.width / 2, y: frame.y)
            if frame.y < view.y { drawMark(at: middle, .above, view, into: &canvas.frame, style, glyphs) }
            if frame.maxY > view.maxY, rows.lowerBound < view.maxY {
                drawMark(at: middle, .below, view, into: &canvas.frame, style, glyphs)
            }
        }
        var named: [Side: Set<Int>] = [:]
        for segment in drawing.layout.segments(in: view) {
            for side in sides(segment, view) {
                switch side {
                case .left: left.insert(segment.from.y)
                case .right: right.insert(segment.from.y)
                case .above, .below: drawMark(at: segment.from, side, view, into: &canvas.frame, style, glyphs)
                }
                // The branches of one edge lead to the same boxes.
                guard side.isVertical || sides(segment, view).count == 1,
                    !side.isVertical || !named[side, default: []].contains(segment.parent)
                else { continue }
                if drawTarget(of: segment, side, view, into: &canvas, context) { named[side, default: []].insert(segment.parent) }
            }
        }
        func put(_ rows: Set<Int>, _ sign: String, _ x: Int) {
            for row in rows where row >= view.y && row < view.maxY {
                canvas.frame.put(sign, at: Point(x: x, y: window.area.minY + row - view.y), style: style)
            }
        }
        put(left, glyphs.isASCII ? "<" : "‹", canvas.rect.minX - 1)
        put(right, glyphs.isASCII ? ">" : "›", canvas.rect.maxX)
    }

    /// Whether a node is drawn as one line, without a box.
    private func isLine(_ id: Int) -> Bool {
        guard let snapshot, id != GraphScene.verdict, drawing.scene.folds[NodeID(id)] == nil else { return false }
        return snapshot.record.isLiteral(NodeID(id), in: snapshot.state)
    }

    /// The side at which a line leaves the view.
    private enum Side {
        case left, right, above, below

        var isVertical: Bool { self == .above || self == .below }
    }

    private func sides(_ segment: Layout.Segment, _ view: LayoutRect) -> [Side] {
        var sides: [Side] = []
        if segment.isVertical {
            if segment.from.y < view.y, segment.to.y >= view.y { sides.append(.above) }
            if segment.to.y >= view.maxY, segment.from.y < view.maxY { sides.append(.below) }
        } else {
            if segment.from.x < view.x, segment.to.x >= view.x { sides.append(.left) }
            if segment.to.x >= view.maxX, segment.from.x < view.maxX { sides.append(.right) }
        }
        return sides
    }

    /// A mark on the border above or below, where that has nothing to say.
    private func drawMark(
        at place: LayoutPoint, _ side: Side, _ view: LayoutRect, into frame: inout Frame, _ style: Style, _ glyphs: Glyphs
    ) {
        let area = window.area, x = area.minX + place.x - view.x
        let point = Point(x: x, y: side == .above ? area.minY - 1 : area.maxY)
        guard place.x >= view.x, place.x < view.maxX, frame.bounds.contains(point),
            frame[point].glyph.base == glyphs.line([.left, .right]).value
        else { return }
        frame.put(String(side == .above ? glyphs.up : glyphs.down), at: point, style: style)
    }

    /// The boxes beyond a side that a line leads to, or comes from.
    private func ends(of segment: Layout.Segment, _ side: Side, _ view: LayoutRect) -> [Int] {
        guard let parent = drawing.layout.frame(of: segment.parent) else { return [] }
        func isBeyond(_ frame: LayoutRect) -> Bool {
            switch side {
            case .left: frame.maxX <= view.x
            case .right: frame.x >= view.maxX
            case .above: frame.maxY <= view.y
            case .below: frame.y >= view.maxY
            }
        }
        if isBeyond(parent) { return [segment.parent] }
        return drawing.layout.children(of: segment.parent).filter { drawing.layout.frame(of: $0).map(isBeyond) ?? false }
    }

    /// On a line that leaves the view, or beside it: the box that it leads to, where there is room for its name. True if it was written.
    private func drawTarget(
        of segment: Layout.Segment, _ side: Side, _ view: LayoutRect, into canvas: inout Canvas, _ context: ViewContext
    ) -> Bool {
        let ends = ends(of: segment, side, view), glyphs = context.look.glyphs
        guard let snapshot, let first = ends.first, first != GraphScene.verdict else { return false }
        let name = drawing.scene.titles[NodeID(first)] ?? snapshot.record.name(NodeID(first))
        let text = name.truncatedInMiddle(to: 16, ellipsis: glyphs.ellipsis) + (ends.count > 1 ? " +\(ends.count - 1)" : "")
        let area = window.area
        let place = side.isVertical ? beside(segment, side, text, view, canvas.frame) : on(segment, side, " \(text) ", view, canvas.frame)
        guard let place, place.x >= area.minX else { return false }
        canvas.frame.put(side.isVertical ? text : " \(text) ", at: place, style: context.look.theme[.textDim])
        return true
    }

    /// The place of a text on a line: two cells of the line stay on either side, and nothing of another one is hidden.
    private func on(_ segment: Layout.Segment, _ side: Side, _ text: String, _ view: LayoutRect, _ frame: Frame) -> Point? {
        let area = window.area, y = area.minY + segment.from.y - view.y, width = text.displayWidth
        let x = side == .right ? area.maxX - width - 1 : area.minX + 1
        let from = area.minX + max(segment.from.x, view.x) - view.x, to = area.minX + min(segment.to.x, view.maxX - 1) - view.x
        guard x >= from + 2, x + width <= to else { return nil }
        let lines = Set("─━┄┅-=.".unicodeScalars.map(\.value))
        return (x..<x + width).allSatisfy { lines.contains(frame[Point(x: $0, y: y)].glyph.base) } ? Point(x: x, y: y) : nil
    }

    /// The place of a text beside the end of a vertical line, where nothing else is.
    private func beside(_ segment: Layout.Segment, _ side: Side, _ text: String, _ view: LayoutRect, _ frame: Frame) -> Point? {
        let area = window.area, width = text.displayWidth, line = area.minX + segment.from.x - view.x
        let y = side == .above ? area.minY : area.maxY - 1
        return [line + 2, line - width - 1].first { x in
            guard x > area.minX, x + width < area.maxX else { return false }
            let place = LayoutRect(x: view.x + x - area.minX - 1, y: view.y + y - area.minY, width: width + 2, height: 1)
            return drawing.layout.vertices(in: place).isEmpty
                && (x - 1...x + width).allSatisfy { $0 == line || frame[Point(x: $0, y: y)].glyph == .space }
        }.map { Point(x: $0, y: y) }
    }
}
