/// Groups of vertices that stand in layers of their own, so that a frame can be drawn around each without anything else in it.
///
/// Groups are ranges of vertices by age. Older vertices are above a group, younger ones below, and a part of the graph with a group has a
/// shelf of its own. The rows and columns of the frames are left free by the other passes.
struct VertexGroups {
    /// A group may be inside of those before it.
    private(set) var members: [Range<Int>] = []
    /// For each group of the graph its place in `members`; nil for one without vertices.
    private var places: [Int?] = []

    /// Columns and rows from the boxes of a group to its frame, that of the frame included.
    static let margin = (columns: 2, rows: 1)

    init() {}

    /// - Parameter ids: those of the vertices, by age. Groups of vertices whose ids do not ascend are left out.
    init(_ groups: [LayoutGraph.Group], ids: [Int]) {
        guard !groups.isEmpty, zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }) else { return }
        let ranges = groups.map { group in
            (ids.firstIndex { $0 >= group.first } ?? ids.count)..<(ids.firstIndex { $0 > group.last } ?? ids.count)
        }
        let order = groups.indices.filter { !ranges[$0].isEmpty }
            .sorted { (ranges[$0].lowerBound, -ranges[$0].count, $0) < (ranges[$1].lowerBound, -ranges[$1].count, $1) }
        members = order.map { ranges[$0] }
        places = groups.indices.map { order.firstIndex(of: $0) }
    }

    var isEmpty: Bool { members.isEmpty }

    /// The number of groups around a vertex.
    func depth(of vertex: Int) -> Int { members.reduce(0) { $0 + ($1.contains(vertex) ? 1 : 0) } }

    /// The largest number of groups inside one another.
    var depth: Int { members.reduce(0) { max($0, depth(of: $1.lowerBound)) } }

    /// The frames of the graph's groups, empty for a group without vertices.
    func frames(around boxes: [LayoutRect]) -> [LayoutRect] {
        var frames = [LayoutRect](repeating: LayoutRect(x: 0, y: 0, width: 0, height: 0), count: members.count)
        for place in members.indices.reversed() {
            let range = members[place]
            let inner = members.indices.filter { $0 > place && range.contains(members[$0].lowerBound) }.map { frames[$0] }
            let inside = range.map { boxes[$0] } + inner
            let left = inside.map(\.x).min() ?? 0, right = inside.map(\.maxX).max() ?? 0
            let top = inside.map(\.y).min() ?? 0, bottom = inside.map(\.maxY).max() ?? 0
            let (columns, rows) = Self.margin
            frames[place] = LayoutRect(
                x: left - columns, y: top - rows, width: right - left + 2 * columns, height: bottom - top + 2 * rows)
        }
        return places.map { $0.map { frames[$0] } ?? LayoutRect(x: 0, y: 0, width: 0, height: 0) }
    }
}

extension LayeredGraph {
    /// Before: vertices have ranks. After: those of a group have layers in which nothing else is.
    ///
    /// A group whose vertices no edge joins has rows of them, by age, that are at most `room` columns wide.
    mutating func separateGroups(parents: Adjacency, room: Int?) {
        // Age is the order of everything here, so an edge from a younger vertex has no place.
        guard !groups.isEmpty, edges.allSatisfy({ $0.parent < $0.child }) else { return groups = VertexGroups() }
        let part = parts().of
        var highest = [Int](repeating: -1, count: (part.max() ?? -1) + 1), floor = highest.map { _ in 0 }
        var open: [Range<Int>] = [], next = 0, line = (layer: 0, columns: 0)
        for vertex in 0..<vertexCount {
            let own = part[vertex]
            while let last = open.last, last.upperBound <= vertex {
                open.removeLast()
                floor[part[last.lowerBound]] = highest[part[last.lowerBound]] + 1
                line = (floor[own], 0)
            }
            while next < groups.members.count, groups.members[next].lowerBound == vertex {
                open.append(groups.members[next])
                floor[own] = highest[own] + 1
                line = (floor[own], 0)
                next += 1
            }
            rank[vertex] = parents[vertex].reduce(floor[own]) { max($0, rank[$1] + 1) }
            if let group = open.last, !parents[vertex].contains(where: group.contains) {
                let room = room.map { $0 - 2 * VertexGroups.margin.columns * open.count } ?? Int.max
                if line.columns > 0, line.columns + widths[vertex] > room { line = (line.layer + 1, 0) }
                line.columns += widths[vertex] + 2
                rank[vertex] = max(rank[vertex], line.layer)
            }
            highest[own] = max(highest[own], rank[vertex])
        }
        depths = (0..<vertexCount).map(groups.depth)
    }

    /// The lowest layer at or above one in which a vertex may be, for the groups that it is in or not in.
    func layer(for vertex: Int, from wanted: Int, _ spans: [ClosedRange<Int>]) -> Int {
        var layer = wanted
        for place in groups.members.indices.reversed() {
            if groups.members[place].contains(vertex) {
                layer = min(layer, spans[place].upperBound)
            } else if spans[place].contains(layer) {
                layer = spans[place].lowerBound - 1
            }
        }
        return layer
    }

    /// The layers of each group.
    func groupSpans() -> [ClosedRange<Int>] {
        groups.members.map { range in
            let ranks = range.map { rank[$0] }
            return (ranks.min() ?? 0)...(ranks.max() ?? 0)
        }
    }

    /// Before: items have columns. After: there are free columns for frames on both sides.
    mutating func makeRoomForFrames() {
        let margin = groups.depth * VertexGroups.margin.columns
        guard margin > 0 else { return }
        for item in 0..<itemCount { column[item] += margin }
        width += 2 * margin
    }
}
