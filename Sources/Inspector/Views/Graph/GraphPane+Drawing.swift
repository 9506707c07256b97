import Debugging
import Trace

extension GraphPane {
    /// Draws into the inside of the pane's border.
    package mutating func draw(into frame: inout Frame, rect: Rect, isFocused: Bool, theme: Theme, glyphs: Glyphs) {
        let rect = rect.intersection(frame.bounds)
        if rect.size != window.size { window.wish = window.wish ?? .here }
        window.size = rect.size
        window.area = rect
        guard !rect.isEmpty else { return }
        frame.fill(rect, style: theme.base)
        if drawing.needsOtherShelves(rect.width) { refresh() }
        guard let snapshot, drawing.layout.vertexCount > 0 else { return drawNothing(into: &frame, rect, theme) }
        if let conflict = marks.conflict, rect.height >= Self.leastForTexts {
            let line = conflict.line(width: rect.width - 2, snapshot.record, marks.letters, glyphs)
            let row = Rect(x: rect.minX + 1, y: rect.minY, width: rect.width - 2, height: 1)
            frame.put(line, in: row, theme: theme, glyphs: glyphs)
            leaveOutFirstRow()
        }
        if drawing.scene.folded > 0 {
            drawNote(into: &frame, window.area.row(0), theme, glyphs)
            leaveOutFirstRow()
        }
        guard !window.area.isEmpty else { return }
        fulfilWish()
        clampOffset()
        let view = visible
        drawEdges(into: &frame, view, theme, glyphs)
        drawFrames(into: &frame, view, theme, glyphs)
        for vertex in drawing.layout.vertices(in: view) {
            if vertex.id == GraphScene.verdict {
                drawVerdict(onScreen(vertex.frame), into: &frame, theme, glyphs)
                continue
            }
            drawBox(
                vertex, drawing.box(NodeID(vertex.id), snapshot, glyphs: glyphs, opened: opened.contains(NodeID(vertex.id))), into: &frame,
                isFocused: isFocused, theme, glyphs)
        }
    }

    /// The least number of rows at which one of them is for the texts in conflict.
    private static let leastForTexts = 5

    private mutating func leaveOutFirstRow() {
        let area = window.area
        window.area = Rect(x: area.minX, y: area.minY + 1, width: area.width, height: area.height - 1)
    }

    /// The name of the optimizer that cannot step, where the edges from the texts meet.
    private func drawVerdict(_ rect: Rect, into frame: inout Frame, _ theme: Theme, _ glyphs: Glyphs) {
        guard let snapshot, let line = marks.conflict?.verdict(snapshot.record, marks.letters, glyphs) else { return }
        var x = rect.minX
        for span in line.spans { x = frame.put(span.text, at: Point(x: x, y: rect.minY), style: theme[span.role], clippedTo: window.area) }
    }

    private func drawNothing(into frame: inout Frame, _ rect: Rect, _ theme: Theme) {
        let lines = ["No nodes yet."]
        let top = rect.minY + max(0, (rect.height - lines.count) / 2)
        for (row, line) in lines.enumerated() {
            let x = rect.minX + max(0, (rect.width - line.displayWidth) / 2)
            frame.put(line, at: Point(x: x, y: top + row), style: theme[.textDim], clippedTo: rect)
        }
    }

    private func drawNote(into frame: inout Frame, _ rect: Rect, _ theme: Theme, _ glyphs: Glyphs) {
        let what = hidesRest && marks.hasMembers ? "older members" : "older nodes left out: search, or show a subgraph alone"
        let note = "\(glyphs.ellipsis) \(drawing.scene.folded.grouped) \(what)"
        frame.put(note.truncated(to: rect.width, ellipsis: glyphs.ellipsis), at: rect.origin, style: theme[.textDim], clippedTo: rect)
    }

    func onScreen(_ frame: LayoutRect) -> Rect {
        Rect(
            x: window.area.minX + frame.x - window.offset.x, y: window.area.minY + frame.y - window.offset.y, width: frame.width,
            height: frame.height)
    }

    // MARK: Edges

    private mutating func drawEdges(into frame: inout Frame, _ view: LayoutRect, _ theme: Theme, _ glyphs: Glyphs) {
        let strong = drawing.segments(of: box(of: selection)), emphasis = drawing.emphasis
        let pen = EdgePen(raster: EdgeRaster(drawing.layout, viewport: view), view: view, origin: window.area.origin, glyphs: glyphs)
        // Boxes unrelated to the selected one are drawn faintly.
        let dims = marks.hasMembers || !strong.isEmpty
        let (plain, dim) = (theme[.edge], theme[.edgeDim])
        for y in view.y..<view.maxY {
            for x in view.x..<view.maxX {
                guard let cell = pen.raster[x, y] else { continue }
                let isFaint = emphasis.faintTrees.contains(cell.owner)
                let isDim = dims ? !emphasis.memberTrees.contains(cell.owner) : isFaint
                pen.draw(cell, x, y, into: &frame, isDim ? dim : plain, dashed: isFaint)
            }
        }
        pen.draw(emphasis.memberSegments, into: &frame, plain, dashed: emphasis.faintTrees)
        for segment in emphasis.faintSegments { pen.draw(segment, into: &frame, dim, dashed: true) }
        pen.draw(emphasis.visitedSegments, into: &frame, plain, dashed: emphasis.faintTrees, isHeavy: true)
        pen.draw(strong, into: &frame, theme[.edgeSelected], dashed: emphasis.faintTrees, heavy: Set(emphasis.visitedSegments))
    }

    // MARK: Boxes

    private func drawBox(
        _ vertex: Layout.Vertex, _ box: NodeBox, into frame: inout Frame, isFocused: Bool, _ theme: Theme, _ glyphs: Glyphs
    ) {
        let id = NodeID(vertex.id)
        var box = box
        if let mark = marks.conflict?.mark(id, glyphs) { box.notes = [NodeBox.Mark(text: mark, role: .feedbackConflict)] }
        let chosen = marks.chosen, membership = drawing.membership(id, marks)
        let joined = chosen.indices.filter { membership >> $0 & 1 == 1 }.map { chosen[$0].id }
        let isDim = marks.hasMembers && !marks.isBright(membership) && selection != id
        // Freed nodes are dim, unless the chosen subgraph needs them.
        let isFaded = box.isFreed && !marks.hasMembers && box.borderRole != .nodeException
        var border = theme[isDim ? .nodeDim : isFaded ? .nodeFreed : box.borderRole]
        if chosen.count > 1, !isDim { border = joined.count == 1 ? theme[.optimizer(joined[0].index)] : theme[.textStrong] }
        let selected = isFocused ? theme[.nodeSelected] : theme[.nodeSelected].on(theme[.selectionUnfocused])
        let painter = BoxPainter(
            box: box, rect: onScreen(vertex.frame), clip: window.area, letters: marks.letters,
            joined: chosen.count > 1 || marks.hasMembers && !theme.tellsMembersByColor ? joined : [], border: border, isDim: isDim,
            selected: self.box(of: selection) == id.index ? selected : nil, chosenRoot: selection, isFresh: fresh.contains(id.index),
            theme: theme, glyphs: glyphs)
        let exit = drawing.layout.exit(of: vertex.id).map { window.area.minX + $0.x - window.offset.x }
        if box.isCompact { painter.drawLine(into: &frame) } else { painter.draw(into: &frame, exit: exit) }
    }
}

/// Draws edges of a raster onto a screen.
private struct EdgePen {
    let raster: EdgeRaster
    let view: LayoutRect
    let origin: Point
    let glyphs: Glyphs

    func draw(
        _ cell: EdgeRaster.EdgeCell, _ x: Int, _ y: Int, into frame: inout Frame, _ style: Style, dashed: Bool, isHeavy: Bool = false
    ) {
        let sides = Glyphs.Sides(rawValue: cell.shown.rawValue)
        var glyph = isHeavy ? glyphs.heavyLine(sides) : glyphs.line(sides)
        if dashed {
            if cell.shown == .vertical { glyph = glyphs.isASCII ? ":" : isHeavy ? "┇" : "┆" }
            if cell.shown == .horizontal { glyph = glyphs.isASCII ? "." : isHeavy ? "┅" : "┄" }
        }
        frame.put(glyph, at: Point(x: origin.x + x - view.x, y: origin.y + y - view.y), style: style)
    }

    /// - Parameters:
    ///   - isHeavy: whether all of them are drawn heavy.
    ///   - heavy: those that are.
    func draw(
        _ segments: [Layout.Segment], into frame: inout Frame, _ style: Style, dashed: Set<Int>, isHeavy: Bool = false,
        heavy: Set<Layout.Segment> = []
    ) {
        for segment in segments {
            draw(segment, into: &frame, style, dashed: dashed.contains(segment.parent), isHeavy: isHeavy || heavy.contains(segment))
        }
    }

    /// At a crossing the vertical line stays whole.
    func draw(_ segment: Layout.Segment, into frame: inout Frame, _ style: Style, dashed: Bool, isHeavy: Bool = false) {
        let (left, right) = (max(segment.from.x, view.x), min(segment.to.x, view.maxX - 1))
        let (top, bottom) = (max(segment.from.y, view.y), min(segment.to.y, view.maxY - 1))
        guard left <= right, top <= bottom else { return }
        for y in top...bottom {
            for x in left...right {
                guard let cell = raster[x, y], cell.owner == segment.parent else { continue }
                draw(cell, x, y, into: &frame, style, dashed: dashed, isHeavy: isHeavy)
            }
        }
    }
}

/// Draws one node.
private struct BoxPainter {
    let box: NodeBox
    let rect: Rect
    let clip: Rect
    let letters: OptimizerLetters
    /// The subgraphs that the node is in, where colours do not say it.
    let joined: [OptimizerID]
    let border: Style
    let isDim: Bool
    /// The look of the selected node, nil for others.
    let selected: Style?
    /// The node whose name is lit where a box reads it without an edge.
    let chosenRoot: NodeID?
    let isFresh: Bool
    let theme: Theme
    let glyphs: Glyphs

    private func style(_ role: Role) -> Style { look(isDim ? theme[.nodeDim] : theme[role]) }

    private func look(_ style: Style) -> Style {
        if let selected { return theme.style(style, on: selected).adding(selected.attributes) }
        return isFresh ? style.adding(.bold) : style
    }

    func drawLine(into frame: inout Frame) {
        let row = rect.maxY - 1
        frame.fill(rect.row(rect.height - 1).intersection(clip), style: look(theme.base))
        let sign = frame.put(glyphs[.root] + " ", at: Point(x: rect.minX + 1, y: row), style: style(.nodeName), clippedTo: clip)
        let x = frame.put(box.name, at: Point(x: sign, y: row), style: style(.textDim), clippedTo: clip)
        frame.put(box.value, at: Point(x: x + 1, y: row), style: style(box.valueRole), clippedTo: clip)
        let width = box.notes.reduce(0) { $0 + $1.text.displayWidth }
        var end = rect.maxX - width
        for note in box.notes { end = frame.put(note.text, at: Point(x: end, y: row), style: style(note.role), clippedTo: clip) }
    }

    func draw(into frame: inout Frame, exit: Int?) {
        let line = selected ?? look(border)
        frame.fill(rect.intersection(clip), style: selected ?? theme.base)
        frame.box(rect, glyphs: selected != nil ? glyphs.heavy : glyphs.round, style: line, clippedTo: clip)
        drawTitle(into: &frame)
        drawChips(into: &frame)
        drawValue(into: &frame)
        if let exit {
            let sign = selected != nil && !glyphs.isASCII ? "┯" : glyphs.line([.left, .right, .down])
            frame.put(sign, at: Point(x: exit, y: rect.maxY - 1), style: line, clippedTo: clip)
        }
        drawNotes(into: &frame, exit: exit)
    }

    private func drawTitle(into frame: inout Frame) {
        let room = rect.width - 4 - box.marksWidth
        guard room > 0 else { return }
        let name = box.name.truncatedInMiddle(to: room, ellipsis: glyphs.ellipsis)
        var x = frame.put(
            " \(name) ", at: rect.origin.moved(x: 1), style: style(box.nameRole).adding(joined.isEmpty ? [] : .bold), clippedTo: clip)
        for mark in box.marks {
            // A failure is seen wherever it is.
            let isFailure = mark.role == .nodeException
            let look = isFailure ? look(theme[mark.role]) : style(mark.role)
            x = frame.put(mark.text + " ", at: Point(x: x, y: rect.minY), style: look, clippedTo: clip)
        }
    }

    /// The roots that the box reads without an edge, as many as there is room for.
    private func drawChips(into frame: inout Frame) {
        let row = rect.minY + 1, (shown, left) = box.shownChips(in: rect.width - 4)
        var x = rect.minX + 2
        for chip in shown {
            let isLit = chip.root == chosenRoot
            let look = isLit ? theme[.edgeSelected].adding(.bold) : style(chip.role)
            x = frame.put(chip.text, at: Point(x: x, y: row), style: look, clippedTo: clip) + 1
        }
        if left > 0 { frame.put("+\(left)", at: Point(x: x, y: row), style: style(.textDim), clippedTo: clip) }
    }

    private func drawValue(into frame: inout Frame) {
        let (shown, isCut) = box.shownLetters
        let count = shown.count + (isCut ? 1 : 0)
        let room = rect.width - 4 - (count == 0 ? 0 : 2 * count)
        let row = rect.maxY - 2
        let value = box.value.truncated(to: room, ellipsis: glyphs.ellipsis)
        frame.put(value, at: Point(x: rect.minX + 2, y: row), style: style(box.valueRole), clippedTo: clip)
        var x = rect.maxX - 1 - 2 * count
        for id in shown {
            let role = Role.optimizer(id.index)
            frame.put(String(letters[id]), at: Point(x: x, y: row), style: style(role), clippedTo: clip)
            x += 2
        }
        if isCut { frame.put("+", at: Point(x: x, y: row), style: style(.textDim), clippedTo: clip) }
    }

    /// In the lower border: on its right what feedback did, on its left the subgraphs that the node is in, and neither over the edge.
    private func drawNotes(into frame: inout Frame, exit: Int?) {
        let inside = rect.minX + 1..<rect.maxX - 1
        let row = rect.maxY - 1
        func isFree(_ range: Range<Int>) -> Bool {
            range.lowerBound >= inside.lowerBound && range.upperBound <= inside.upperBound && !(exit.map(range.contains) ?? false)
        }
        var end = inside.upperBound
        if !box.notes.isEmpty {
            let width = box.notes.reduce(1) { $0 + $1.text.displayWidth + 1 }
            let places = [end - width, inside.lowerBound].map { $0..<$0 + width }
            if let place = places.first(where: isFree) {
                var x = frame.put(" ", at: Point(x: place.lowerBound, y: row), style: look(theme.base), clippedTo: clip)
                for note in box.notes {
                    x = frame.put(note.text + " ", at: Point(x: x, y: row), style: style(note.role), clippedTo: clip)
                }
                end = place.lowerBound
            }
        }
        if box.isMissed, let x = [end - 2, end - 1].first(where: { isFree($0..<$0 + 1) }) {
            frame.put(glyphs[.freed], at: Point(x: x, y: row), style: style(Sign.freed.role), clippedTo: clip)
            end = x
        }
        // The sets that the node is in, told by their sign from the letters of those that attend to it.
        guard !joined.isEmpty else { return }
        let starts = [inside.lowerBound, (exit ?? inside.lowerBound) + 1], wide = 3 + 2 * joined.count
        if let start = starts.first(where: { isFree($0..<$0 + wide) && $0 + wide <= end }) {
            var x = frame.put(" \(glyphs[.memberOf]) ", at: Point(x: start, y: row), style: style(.text), clippedTo: clip)
            for id in joined {
                x = frame.put("\(letters[id]) ", at: Point(x: x, y: row), style: style(Role.optimizer(id.index)), clippedTo: clip)
            }
            return
        }
        guard let start = starts.first(where: { isFree($0..<$0 + 2) && $0 + 2 <= end }) else { return }
        frame.put(glyphs[.memberOf], at: Point(x: start, y: row), style: style(.text), clippedTo: clip)
        for (place, id) in joined.enumerated() where isFree(start + 1 + place..<start + 2 + place) && start + 1 + place < end {
            frame.put(
                String(letters[id]), at: Point(x: start + 1 + place, y: row), style: style(Role.optimizer(id.index)), clippedTo: clip)
        }
    }
}
