/// The ways a line leaves a cell; the caller picks the box-drawing character.
package struct EdgeDirections: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let up = EdgeDirections(rawValue: 1)
    package static let down = EdgeDirections(rawValue: 2)
    package static let left = EdgeDirections(rawValue: 4)
    package static let right = EdgeDirections(rawValue: 8)

    package static let vertical: EdgeDirections = [.up, .down]
    package static let horizontal: EdgeDirections = [.left, .right]

    /// The light box-drawing character, by raw value.
    package var glyph: Character { Self.glyphs[Int(rawValue & 15)] }

    private static let glyphs: [Character] = [" ", "╵", "╷", "│", "╴", "┘", "┐", "┤", "╶", "└", "┌", "├", "─", "┴", "┬", "┼"]
}

/// The edges in a viewport, cell by cell.
package struct EdgeRaster: Sendable {
    /// The content of one cell. Two trees share a cell where they cross, one straight down and one straight across, or where they run
    /// together into an entry of a child that is too narrow for all its parents.
    package struct EdgeCell: Equatable, Sendable {
        /// The parent whose tree is drawn here, and its lines.
        package var owner: Int
        package var directions: EdgeDirections
        /// The tree that passes below it.
        package var otherOwner: Int?
        package var otherDirections: EdgeDirections

        package var isCrossing: Bool { otherOwner != nil && !isJoined }

        /// Both trees run into the same entry.
        package var isJoined: Bool {
            otherOwner != nil && !directions.isDisjoint(with: .vertical) && !otherDirections.isDisjoint(with: .vertical)
        }

        /// The lines of a cell: both where trees join, only the upper one where they cross.
        package var shown: EdgeDirections { isJoined ? directions.union(otherDirections) : directions }
    }

    package let viewport: LayoutRect
    private var cells: [EdgeCell?]

    /// At a crossing of trees the vertical line is on top.
    package init(_ layout: Layout, viewport: LayoutRect) {
        self.viewport = LayoutRect(x: viewport.x, y: viewport.y, width: max(0, viewport.width), height: max(0, viewport.height))
        cells = [EdgeCell?](repeating: nil, count: self.viewport.width * self.viewport.height)
        for segment in layout.segments(in: self.viewport) { draw(segment) }
        for index in cells.indices { cells[index]?.arrange() }
    }

    /// The cell at a point of the layout, nil outside the viewport or where no edge is.
    package subscript(x: Int, y: Int) -> EdgeCell? {
        viewport.contains(LayoutPoint(x: x, y: y)) ? cells[(y - viewport.y) * viewport.width + x - viewport.x] : nil
    }

    private mutating func draw(_ segment: Layout.Segment) {
        if segment.isVertical {
            for y in max(segment.from.y, viewport.y)..<max(viewport.y, min(segment.to.y + 1, viewport.maxY))
            where segment.from.y < segment.to.y {
                var directions: EdgeDirections = []
                if y > segment.from.y { directions.insert(.up) }
                if y < segment.to.y { directions.insert(.down) }
                add(directions, of: segment.parent, x: segment.from.x, y: y)
            }
        } else {
            for x in max(segment.from.x, viewport.x)..<max(viewport.x, min(segment.to.x + 1, viewport.maxX)) {
                var directions: EdgeDirections = []
                if x > segment.from.x { directions.insert(.left) }
                if x < segment.to.x { directions.insert(.right) }
                add(directions, of: segment.parent, x: x, y: segment.from.y)
            }
        }
    }

    private mutating func add(_ directions: EdgeDirections, of parent: Int, x: Int, y: Int) {
        guard x >= viewport.x, x < viewport.maxX, y >= viewport.y, y < viewport.maxY else { return }
        let index = (y - viewport.y) * viewport.width + x - viewport.x
        guard var cell = cells[index] else {
            cells[index] = EdgeCell(owner: parent, directions: directions, otherOwner: nil, otherDirections: [])
            return
        }
        if cell.owner == parent {
            cell.directions.formUnion(directions)
        } else {
            if cell.otherOwner == nil { cell.otherOwner = parent }
            cell.otherDirections.formUnion(directions)
        }
        cells[index] = cell
    }
}

extension EdgeRaster.EdgeCell {
    fileprivate mutating func arrange() {
        guard let other = otherOwner, !otherDirections.isDisjoint(with: .vertical), directions.isDisjoint(with: .vertical) else { return }
        (owner, otherOwner) = (other, owner)
        (directions, otherDirections) = (otherDirections, directions)
    }
}
