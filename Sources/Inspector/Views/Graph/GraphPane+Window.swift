import Debugging
import Trace

/// The part of the drawing that is seen.
extension GraphPane {
    /// Moves the view. It goes on to where boxes are whole if it moves by `isByBoxes`, and exactly so far otherwise, as the mouse does.
    mutating func move(x: Int, y: Int, isByBoxes: Bool = false) {
        window.follows = false
        window.wish = nil
        window.offset = LayoutPoint(x: window.offset.x + x, y: window.offset.y + y)
        clampOffset()
        guard isByBoxes else { return }
        let (across, down) = (Self.mostCut.width, Self.mostCut.height)
        alignToBoxes(
            x: x == 0 ? 0...0 : x > 0 ? 0...across : -across...0, y: y == 0 ? 0...0 : y > 0 ? 0...down : -down...0, keeping: [])
    }

    /// Moves the view to its middle: all of the drawing if that fits, else the selected box.
    mutating func centre() {
        window.follows = false
        window.wish = nil
        guard let frame = box(of: selection).flatMap({ drawing.layout.frame(of: $0) }) else { return }
        window.offset = LayoutPoint(
            x: frame.x + (frame.width - window.area.width) / 2, y: frame.y + (frame.height - window.area.height) / 2)
        clampOffset()
    }

    /// Moves the view only as far as it takes to see what should be seen.
    mutating func fulfilWish() {
        guard let wish = window.wish else { return }
        window.wish = nil
        var seen: [Int] = []
        switch wish {
        case .show(let id): seen = [id]
        case .chosen:
            guard let snapshot, let first = marks.chosen.first else { return }
            let nodes =
                first.members.isEmpty
                ? snapshot.record.optimizers[first.id.index].distinctParameters : drawing.scene.nodes.filter { first.members.contains($0) }
            show(nodes.map(\.index))
            seen = selection.map { nodes.contains($0) ? [$0.index] : [] } ?? []
        case .top: window.offset.y = 0
        case .bottom: window.offset.y = drawing.layout.height - window.area.height
        case .conflict:
            guard let conflict = marks.conflict else { return }
            let isSmall = conflict.members.count <= GraphConflict.mostMembers
            if scope.only == nil, isSmall, !fits(conflict.nodes) {
                scope.only = .conflict
                refresh()
            }
            show(conflict.nodes.compactMap { box(of: $0) })
            seen = selection.map { conflict.nodes.contains($0) ? [$0.index] : [] } ?? []
        case .here: break
        }
        show(seen)
        clampOffset()
        let (across, down) = (Self.mostCut.width, Self.mostCut.height)
        let isFixed = wish.isFixed
        alignToBoxes(x: -across...across, y: isFixed ? 0...0 : -down...down, keeping: seen)
    }

    /// Whether the boxes of some nodes can be seen together.
    private func fits(_ nodes: [NodeID]) -> Bool {
        let frames = nodes.compactMap { box(of: $0).flatMap { drawing.layout.frame(of: $0) } }
        guard let left = frames.map(\.x).min(), let right = frames.map(\.maxX).max(), let top = frames.map(\.y).min(),
            let bottom = frames.map(\.maxY).max()
        else { return false }
        return right - left <= window.area.width && bottom - top <= window.area.height
    }

    /// Columns and rows by which the view moves at most so that boxes are whole: nearly the largest box.
    private static let mostCut = Size(width: NodeBox.maxChips, height: 4)

    /// Moves the view so that as few boxes as possible are cut at its sides, and as little as possible.
    ///
    /// - Parameters:
    ///   - x: columns by which it may move.
    ///   - y: rows.
    ///   - keeping: boxes that have to stay in view.
    private mutating func alignToBoxes(x: ClosedRange<Int>, y: ClosedRange<Int>, keeping: [Int]) {
        let layout = drawing.layout, area = window.area, offset = window.offset
        guard area.width > 0, area.height > 0 else { return }
        let around = LayoutRect(
            x: offset.x + x.lowerBound, y: offset.y + y.lowerBound, width: area.width + x.count, height: area.height + y.count)
        let boxes = layout.vertices(in: around).map(\.frame), kept = keeping.compactMap { layout.frame(of: $0) }
        func best(
            _ distances: ClosedRange<Int>, _ start: Int, _ length: Int, _ whole: Int, _ span: (LayoutRect) -> Range<Int>,
            _ isSeen: (LayoutRect) -> Bool
        ) -> Int {
            guard whole > length else { return start }
            func cost(_ distance: Int) -> (Int, Int)? {
                let from = start + distance, to = from + length
                guard from >= 0, to <= whole || distance == 0 else { return nil }
                for range in kept.map(span) where range.count <= length && (range.lowerBound < from || range.upperBound > to) { return nil }
                // A box without its beginning says less than one without its end.
                let cut = boxes.lazy.filter(isSeen).map(span).reduce(0) { sum, range in
                    sum + (range.lowerBound < from && range.upperBound > from ? 3 : 0)
                        + (range.lowerBound < to && range.upperBound > to ? 1 : 0)
                }
                return (cut, abs(distance))
            }
            return distances.compactMap { distance in cost(distance).map { ($0, distance) } }.min { $0.0 < $1.0 }.map { start + $0.1 }
                ?? start
        }
        window.offset.y = best(y, offset.y, area.height, layout.height, { $0.y..<$0.maxY }) {
            $0.x < offset.x + area.width && $0.maxX > offset.x
        }
        let top = window.offset.y
        window.offset.x = best(x, offset.x, area.width, layout.width, { $0.x..<$0.maxX }) { $0.y < top + area.height && $0.maxY > top }
    }

    /// Moves the view as far as it takes to see some nodes; where they have no room, their upper left corner.
    mutating func show(_ ids: [Int]) {
        let frames = ids.compactMap { drawing.layout.frame(of: $0) }
        guard let left = frames.map(\.x).min(), let right = frames.map(\.maxX).max(), let top = frames.map(\.y).min(),
            let bottom = frames.map(\.maxY).max()
        else { return }
        window.offset.x = Self.shifted(window.offset.x, length: window.area.width, toShow: left..<right, margin: 2)
        window.offset.y = Self.shifted(window.offset.y, length: window.area.height, toShow: top..<bottom, margin: 1)
    }

    private static func shifted(_ start: Int, length: Int, toShow range: Range<Int>, margin: Int) -> Int {
        if range.lowerBound >= start, range.upperBound <= start + length { return start }
        let room = range.count + 2 * margin <= length ? margin : 0
        if range.lowerBound < start || range.count > length { return range.lowerBound - room }
        return range.upperBound + room - length
    }

    /// A drawing smaller than the pane is in its middle; a larger one fills it.
    mutating func clampOffset() {
        let spare = LayoutPoint(x: drawing.layout.width - window.area.width, y: drawing.layout.height - window.area.height)
        window.offset.x = spare.x <= 0 ? -(-spare.x / 2) : min(max(0, window.offset.x), spare.x)
        window.offset.y = spare.y <= 0 ? -(-spare.y / 2) : min(max(0, window.offset.y), spare.y)
    }
}
