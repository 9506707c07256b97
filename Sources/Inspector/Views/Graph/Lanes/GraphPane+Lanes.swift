import Debugging
import Trace

extension GraphPane {
    /// Draws the graph in lanes.
    mutating func drawLanes(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot else { return }
        let rect = canvas.rect, look = context.look
        // The first row has the columns' titles.
        let area = Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: rect.height - 1)
        window.area = area
        guard !area.isEmpty else { return }
        if case .chosen = window.wish, let first = marks.chosen.first {
            let parameters = NodeMembers(snapshot.record.optimizers[first.id.index].distinctParameters, in: snapshot.record)
            _ = lanes.settle(height: area.height, selection: nil)
            lanes.show(first.members.isEmpty ? parameters : first.members, selection)
        }
        if case .conflict = window.wish, let conflict = marks.conflict {
            _ = lanes.settle(height: area.height, selection: nil)
            lanes.show(NodeMembers(conflict.nodes, in: snapshot.record), nil)
        }
        window.wish = nil
        if window.follows { lanes.showCursor() }
        let seen = lanes.settle(height: area.height, selection: selection)
        let record = snapshot.record
        var width = 0
        for row in Set(seen.map { $0 / LaneChart.blockLength }) {
            width = max(width, lanes.block(of: row * LaneChart.blockLength, record).lanes.width)
        }
        let maker = LaneLineMaker(
            snapshot: snapshot, letters: marks.letters, glyphs: look.glyphs, conflict: marks.conflict,
            isShort: LaneColumns.isShort(rect.width))
        let lines = seen.map { number in lanes.line(number, isShort: maker.isShort) { maker.line(number, &$0) } }
        let columns = LaneColumns(width: rect.width, lanes: width, rect.width > LaneColumns.wide ? .init() : .init(lines))
        let painter = LanePainter(
            rect: rect, theme: look.theme, glyphs: look.glyphs, letters: marks.letters, columns: columns,
            kinship: lanes.kinship(seen, selection, snapshot),
            visited: marks.visited, members: marks.hasMembers ? marks.bright : nil,
            ground: look.theme[canvas.isFocused ? .selection : .selectionUnfocused])
        painter.drawHeading(into: &canvas.frame)
        let cursor = lanes.cursor(selection)
        for (y, number) in seen.enumerated() {
            painter.draw(
                number, lanes.rows, lines[y], lanes.block(of: number, record), at: y + 1, isSelected: number == cursor, into: &canvas.frame)
        }
        canvas.scrollBar(offset: lanes.offset, count: lanes.rows.count)
    }
}
