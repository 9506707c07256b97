import Debugging
import Trace

/// Draws rows with their lanes.
struct LanePainter {
    let rect: Rect
    let theme: Theme
    let glyphs: Glyphs
    let letters: OptimizerLetters
    let columns: LaneColumns
    let kinship: LaneKinship
    /// The nodes that the last backward visited: the edges to them are heavy.
    let visited: NodeMembers
    /// The members of the chosen subgraphs, if there are any.
    let members: NodeMembers?
    let ground: Style

    func drawHeading(into frame: inout Frame) {
        let row = rect.row(0), style = theme[.textDim]
        func put(_ text: String, _ column: Int?) {
            guard let column, column < row.width else { return }
            frame.put(text, at: Point(x: row.minX + column, y: row.minY), style: style, clippedTo: row)
        }
        if columns.name > columns.lanes + 5 { put("lanes", columns.lanes) }
        put("node", columns.name)
        put("value", columns.value.map { $0 + columns.valueWidth - 5 })
        put("line", columns.line.map { $0 + 2 })
        put("also reads", columns.others.map { $0 + 1 })
        put("seen by", columns.hasLetters ? columns.letters : nil)
        put("entries", columns.hasNotes ? columns.notes : nil)
    }

    /// - Parameters:
    ///   - y: the row of the view.
    ///   - number: the row of the graph.
    ///   - isSelected: whether the cursor is on it.
    func draw(
        _ number: Int, _ rows: [FoldedGraph.Row], _ line: LaneLine, _ block: LaneChart.Block, at y: Int, isSelected: Bool,
        into frame: inout Frame
    ) {
        let place = rect.row(y), row = rows[number]
        if isSelected {
            frame.fill(place, style: ground)
            put(glyphs.isASCII ? ">" : "▌", .textStrong, 0, place, isSelected, into: &frame)
        }
        drawLanes(number, rows, line, block, place, isSelected, into: &frame)
        let isMember = members.map { $0.count(from: row.first, through: row.last) > 0 }
        // The rest is dim: nodes outside the subgraphs, or, where no subgraph is shown, nodes unrelated to the selected one.
        let isDim = !isSelected && !(isMember ?? kinship.contains(row)) && row.kind != .gap
        func role(_ role: Role) -> Role { isDim ? .nodeDim : role }
        func end(of column: Int, before next: Int?...) -> Int { next.lazy.compactMap { $0 }.first { $0 > column } ?? rect.width }
        let ellipsis = glyphs.ellipsis
        let nameEnd = end(of: columns.name, before: columns.value, columns.line, columns.letters)
        let room = nameEnd - columns.name - 1
        // The number at the end of a node's name says most, and that at the beginning of a loop's.
        var name = line.name.truncatedInMiddle(to: room, ellipsis: ellipsis)
        if row.kind != .node {
            name = line.name.truncated(to: room, ellipsis: ellipsis)
            if name.hasSuffix(ellipsis + ellipsis) { name.removeLast(ellipsis.count) }
        }
        if isMember == true, !theme.tellsMembersByColor { put(glyphs[.memberOf], .text, columns.name - 1, place, isSelected, into: &frame) }
        put(name, role(line.nameRole), columns.name, place, isSelected, isBold: isMember == true, into: &frame)
        if let column = columns.value {
            let width = columns.valueWidth
            let value =
                row.kind == .node
                ? line.value.truncated(to: width, ellipsis: ellipsis) : line.value.truncatedAtStart(to: width, ellipsis: ellipsis)
            put(value.padded(to: width, alignment: .right), role(line.valueRole), column, place, isSelected, into: &frame)
        }
        if let column = columns.line { put(line.line.padded(to: 6, alignment: .right), .textDim, column, place, isSelected, into: &frame) }
        if let column = columns.others {
            put(
                line.others.truncated(to: columns.letters - column - 2, ellipsis: ellipsis), role(.text), column + 1, place, isSelected,
                into: &frame)
        }
        var x = columns.letters
        for (place, id) in line.letters.enumerated() where place < 4 {
            put(
                place == 3 && line.letters.count > 4 ? "+" : String(letters[id]), .optimizer(id.index), x, rect.row(y), isSelected,
                into: &frame)
            x += 2
        }
        let notes = Rect(x: place.minX + columns.notes, y: place.minY, width: max(0, place.width - columns.notes), height: 1)
        frame.put(line.notes, in: notes, theme: theme, glyphs: glyphs, ground: isSelected ? ground : nil)
    }

    private func put(
        _ text: String, _ role: Role, _ column: Int, _ row: Rect, _ isSelected: Bool, isBold: Bool = false, into frame: inout Frame
    ) {
        guard column < row.width else { return }
        var style = theme[role]
        if isBold { style = style.adding(.bold) }
        if isSelected { style = theme.style(style, on: ground).adding(ground.attributes) }
        frame.put(text, at: Point(x: row.minX + column, y: row.minY), style: style, clippedTo: row)
    }

    // MARK: Lanes

    private func drawLanes(
        _ number: Int, _ rows: [FoldedGraph.Row], _ line: LaneLine, _ block: LaneChart.Block, _ row: Rect, _ isSelected: Bool,
        into frame: inout Frame
    ) {
        let own = number - block.first
        func weight(_ parent: Int, _ child: Int) -> Weight { self.weight(rows[block.first + parent], rows[block.first + child]) }
        /// The weight of a lane where it passes: that of its heaviest edge to a row at or below.
        func weight(of parent: Int, from child: Int) -> Weight {
            block.lanes.readers[parent].lazy.filter { $0 >= child }.reduce(into: Weight()) { $0.formUnion(weight(parent, $1)) }
        }
        for (column, cell) in block.lanes.cells(own).enumerated() {
            let x = row.minX + columns.lanes + column
            guard column <= 2 * LaneBlock.most, x < row.maxX else { break }
            if cell.isMark {
                put(line.mark, line.markRole, columns.lanes + column, row, isSelected, into: &frame)
                continue
            }
            let vertical =
                cell.above >= 0 ? weight(of: cell.above, from: own) : cell.below >= 0 ? weight(of: cell.below, from: own + 1) : nil
            let crossing = cell.left + cell.right
            let horizontal = crossing.isEmpty ? nil : crossing.reduce(into: Weight()) { $0.formUnion(weight($1, own)) }
            let isVertical = vertical != nil && (!cell.joins || horizontal == nil)
            let weight = isVertical ? vertical ?? [] : (vertical ?? []).union(horizontal ?? [])
            let sides = Glyphs.Sides(rawValue: UInt8(cell.sides))
            var style = theme[weight.role]
            if weight.contains(.heavy), glyphs.isASCII { style = style.adding(.bold) }
            if isSelected { style = theme.style(style, on: ground) }
            frame.put(
                weight.contains(.heavy) ? glyphs.heavyLine(sides) : glyphs.line(sides), at: Point(x: x, y: row.minY), style: style,
                clippedTo: row)
        }
    }

    struct Weight: OptionSet {
        let rawValue: Int
        /// On a way to the selected node or from it.
        static let bright = Weight(rawValue: 1)
        /// Used by the last backward.
        static let heavy = Weight(rawValue: 2)

        var role: Role { contains(.bright) ? .edgeSelected : contains(.heavy) ? .edge : .edgeDim }
    }

    private func weight(_ parent: FoldedGraph.Row, _ child: FoldedGraph.Row) -> Weight {
        var weight = kinship.joins(parent, child) ? Weight.bright : []
        if !visited.isEmpty, visited.count(from: child.first, through: child.last) > 0 { weight.insert(.heavy) }
        return weight
    }
}
