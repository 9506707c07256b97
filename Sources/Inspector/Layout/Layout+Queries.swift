extension Layout {
    package enum Direction: CaseIterable, Sendable { case up, down, left, right }

    package func contains(_ id: Int) -> Bool { boxes.indexOfID[id] != nil }

    package func frame(of id: Int) -> LayoutRect? { boxes.indexOfID[id].map { boxes.frames[$0] } }

    /// The layer of a vertex, from 0.
    package func rank(of id: Int) -> Int? { boxes.indexOfID[id].map { boxes.ranks[$0] } }

    /// Every vertex in the order of creation.
    package var vertices: [Vertex] { boxes.ids.indices.map(vertex) }

    /// The ids in a layer from left to right.
    package func vertices(inLayer layer: Int) -> [Int] {
        bands.indices.contains(layer) ? drawn[bands[layer].vertices].map { boxes.ids[$0] } : []
    }

    /// The vertices whose boxes can be seen in a viewport, by layer, then from left to right.
    package func vertices(in rect: LayoutRect) -> [Vertex] {
        var seen: [Vertex] = []
        for band in visibleBands(rect) {
            let first = firstPlace(in: band.vertices) { boxes.frames[drawn[$0]].maxX > rect.x }
            for place in first..<band.vertices.upperBound {
                let frame = boxes.frames[drawn[place]]
                if frame.x >= rect.maxX { break }
                if frame.intersects(rect) { seen.append(vertex(drawn[place])) }
            }
        }
        return seen
    }

    /// The lines that can be seen in a viewport, not clipped.
    package func segments(in rect: LayoutRect) -> [Segment] {
        var seen: [Segment] = []
        for band in visibleBands(rect) {
            for line in horizontals[band.horizontals] {
                let y = Int(line.y)
                guard y >= rect.y, y < rect.maxY, Int(line.end) >= rect.x, Int(line.x) < rect.maxX else { continue }
                seen.append(horizontal(line))
            }
            let first = firstPlace(in: band.verticals) { Int(verticals[$0].x) >= rect.x }
            for line in verticals[first..<band.verticals.upperBound] {
                if Int(line.x) >= rect.maxX { break }
                if Int(line.y) < rect.maxY, Int(line.end) >= rect.y { seen.append(vertical(line)) }
            }
        }
        return seen
    }

    /// The edge tree of one parent, from top to bottom.
    package func segments(of parent: Int) -> [Segment] {
        guard let index = boxes.indexOfID[parent] else { return [] }
        var tree: [Segment] = []
        for band in bands[boxes.ranks[index]..<min(bands.count, boxes.ranks[index] + 1 + boxes.trunks[index].count)] {
            tree += horizontals[band.horizontals].filter { Int($0.parent) == index }.map(horizontal)
            tree += verticals[band.verticals].filter { Int($0.parent) == index }.map(vertical)
        }
        return tree
    }

    package func parents(of id: Int) -> [Int] { boxes.indexOfID[id].map { parents[$0].map { boxes.ids[$0] } } ?? [] }

    package func children(of id: Int) -> [Int] { boxes.indexOfID[id].map { children[$0].map { boxes.ids[$0] } } ?? [] }

    /// The cell of the bottom border which a vertex's edges leave, when any does.
    package func exit(of id: Int) -> LayoutPoint? {
        guard let index = boxes.indexOfID[id], children.count(index) > 0 else { return nil }
        return LayoutPoint(x: boxes.exits[index], y: boxes.frames[index].maxY - 1)
    }

    /// The cells of the top border which edges enter, and whose edges they are.
    package func entries(of id: Int) -> [(parent: Int, point: LayoutPoint)] {
        guard let index = boxes.indexOfID[id] else { return [] }
        return parents.slots(index).map {
            (boxes.ids[parents.targets[$0]], LayoutPoint(x: entries[parents.pairs[$0]], y: boxes.frames[index].y))
        }
    }

    package func vertex(at point: LayoutPoint) -> Int? {
        vertices(in: LayoutRect(x: point.x, y: point.y, width: 1, height: 1)).first?.id
    }

    /// The target of an arrow key: up and down the parent or child whose middle is nearest, sideways the next vertex in the layer.
    package func neighbour(of id: Int, _ direction: Direction) -> Int? {
        guard let index = boxes.indexOfID[id] else { return nil }
        switch direction {
        case .up: return nearest(to: index, in: parents[index])
        case .down: return nearest(to: index, in: children[index])
        case .left, .right:
            let place = placeInDrawn[index] + (direction == .left ? -1 : 1)
            return bands[boxes.ranks[index]].vertices.contains(place) ? boxes.ids[drawn[place]] : nil
        }
    }

    /// The vertex of the shelf above or below that is nearest, for where no edge goes on; nil if there is no such shelf.
    package func neighbour(of id: Int, onShelf direction: Direction) -> Int? {
        guard let index = boxes.indexOfID[id], let place = shelves.firstIndex(where: { $0.contains(boxes.ranks[index]) }) else {
            return nil
        }
        guard direction == .up || direction == .down, case let other = place + (direction == .up ? -1 : 1), shelves.indices.contains(other)
        else { return nil }
        let layers = direction == .up ? Array(shelves[other].reversed()) : Array(shelves[other])
        guard let layer = layers.first(where: { !bands[$0].vertices.isEmpty }) else { return nil }
        return nearest(to: index, in: drawn[bands[layer].vertices])
    }

    /// The nearest layer first, then the nearest middle, then the oldest.
    private func nearest(to index: Int, in candidates: ArraySlice<Int>) -> Int? {
        func distance(_ other: Int) -> (Int, Int, Int) {
            let offset = (2 * boxes.frames[other].x + boxes.frames[other].width) - (2 * boxes.frames[index].x + boxes.frames[index].width)
            return (abs(offset), abs(boxes.ranks[other] - boxes.ranks[index]), other)
        }
        return candidates.min { distance($0) < distance($1) }.map { boxes.ids[$0] }
    }

    func isUnused(_ id: Int) -> Bool { boxes.indexOfID[id].map { children.count($0) == 0 } ?? false }

    /// The column by which a vertex was placed.
    func anchorColumn(of id: Int) -> Int? { boxes.indexOfID[id].map { boxes.frames[$0].x + boxes.anchors[$0] } }

    /// The column of a vertex's trunk where it passes a layer.
    func trunkColumn(of id: Int, rank: Int) -> Int? {
        guard let index = boxes.indexOfID[id] else { return nil }
        let place = rank - boxes.ranks[index] - 1
        return boxes.trunks[index].indices.contains(place) ? Int(boxes.trunks[index][place]) : nil
    }

    private func vertex(_ index: Int) -> Vertex { Vertex(id: boxes.ids[index], frame: boxes.frames[index], rank: boxes.ranks[index]) }

    private func horizontal(_ line: Line) -> Segment {
        Segment(
            parent: boxes.ids[Int(line.parent)], from: LayoutPoint(x: Int(line.x), y: Int(line.y)),
            to: LayoutPoint(x: Int(line.end), y: Int(line.y)))
    }

    private func vertical(_ line: Line) -> Segment {
        Segment(
            parent: boxes.ids[Int(line.parent)], from: LayoutPoint(x: Int(line.x), y: Int(line.y)),
            to: LayoutPoint(x: Int(line.x), y: Int(line.end)))
    }

    /// The bands that share a row with the viewport; a band's lines reach into the first row of the next one.
    private func visibleBands(_ rect: LayoutRect) -> ArraySlice<Band> {
        let first = firstPlace(in: bands.indices) { $0 + 1 == bands.count || bands[$0 + 1].y >= rect.y }
        let end = firstPlace(in: bands.indices) { bands[$0].y >= rect.maxY }
        return first < end ? bands[first..<end] : []
    }

    /// The first place where the condition holds; it must hold from there on.
    private func firstPlace(in places: Range<Int>, where condition: (Int) -> Bool) -> Int {
        var (low, high) = (places.lowerBound, places.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if condition(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
