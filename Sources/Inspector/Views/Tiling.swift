/// The division of the screen among the panes: a tree of splits, with one pane or several as tabs at each leaf.
indirect enum Tiling: Equatable, Sendable {
    enum Axis: Sendable { case columns, rows }

    /// The length of a part of a split.
    enum Length: Equatable, Sendable {
        /// A part of the whole, within bounds.
        case part(Double, from: Int = 0, to: Int = .max)
        /// The height that its pane wants, up to a number of rows inside the border.
        case wanted(most: Int)
        /// The rest, after the other parts.
        case rest
    }

    struct Part: Equatable, Sendable {
        var tiling: Tiling
        var length: Length
        /// The fewest cells that it gets, borders included.
        var least: Int
        /// Whether it takes some of its neighbour's rows on a low screen while it has the focus.
        var grows = false
    }

    case leaf([ViewID])
    case split(Axis, [Part])

    /// A border between two parts of a split, told by the way to the split from the root.
    struct Divider: Hashable, Sendable {
        var path: [Int]
        /// The part before it.
        var index: Int
    }

    /// Optimizers and node at the left; graph and source, which need width, at the right.
    static let wide = wide(Part(tiling: .leaf(["source"]), length: .part(0.56, to: 17), least: 5, grows: true), ["progress"])

    /// The same with the course of the values beside the source.
    static let widest = wide(
        Part(
            tiling: .split(
                .columns,
                [
                    Part(tiling: .leaf(["source"]), length: .rest, least: 15),
                    Part(tiling: .leaf(["progress"]), length: .part(0.43, to: 61), least: 15),
                ]), length: .part(0.56, to: 17), least: 5, grows: true), [])

    /// - Parameters:
    ///   - low: the tiles below the graph.
    ///   - tabs: those of the lower pane, besides those that it always has.
    private static func wide(_ low: Part, _ tabs: [ViewID]) -> Tiling {
        .split(
            .rows,
            [
                Part(
                    tiling: .split(
                        .columns,
                        [
                            Part(
                                tiling: .split(
                                    .rows,
                                    [
                                        Part(tiling: .leaf(["optimizers"]), length: .wanted(most: 10), least: 4),
                                        Part(tiling: .leaf(["node"]), length: .rest, least: 5),
                                    ]), length: .part(0.4, to: 61), least: 21),
                            Part(
                                tiling: .split(
                                    .rows,
                                    [
                                        Part(tiling: .leaf(["graph"]), length: .rest, least: 5, grows: true),
                                        low,
                                    ]), length: .rest, least: 30),
                        ]), length: .rest, least: 13),
                Part(
                    tiling: .leaf(["events", "problems", "model", "output"] + tabs + ["locals"]), length: .part(0.176, from: 5), least: 3,
                    grows: true),
            ])
    }

    /// The graph over the whole width, and the source as a tab of the lower pane.
    static let narrow = Tiling.split(
        .rows,
        [
            Part(tiling: .leaf(["graph"]), length: .part(0.45), least: 5, grows: true),
            Part(
                tiling: .split(
                    .columns,
                    [
                        Part(tiling: .leaf(["optimizers"]), length: .part(0.375), least: 21),
                        Part(tiling: .leaf(["node"]), length: .rest, least: 30),
                    ]), length: .rest, least: 5),
            Part(
                tiling: .leaf(["source", "events", "problems", "model", "output", "progress", "locals"]), length: .part(0.176, from: 4),
                least: 3,
                grows: true),
        ])

    /// One pane at a time, for small screens.
    static let single = Tiling.leaf([
        "source", "graph", "optimizers", "node", "events", "problems", "model", "output", "progress", "locals",
    ])

    /// The leaves, each a list of tabs, in their order on the screen.
    var leaves: [[ViewID]] {
        switch self {
        case .leaf(let tabs): [tabs]
        case .split(_, let parts): parts.flatMap(\.tiling.leaves)
        }
    }

}

/// The places of the panes. Neighbours share their border, so that their rectangles overlap by one row or column.
struct Tiles {
    struct Tile: Equatable, Sendable {
        var tabs: [ViewID]
        var shown: ViewID
        var rect: Rect
    }
    private(set) var tiles: [Tile] = []
    private(set) var dividers: [(divider: Tiling.Divider, axis: Tiling.Axis, rect: Rect, split: Rect)] = []
    private let arrangement: Arrangement
    private let wanted: (ViewID) -> Int?

    /// - Parameter wanted: the rows that a pane wants inside its border.
    init(_ tiling: Tiling, in body: Rect, _ arrangement: Arrangement, wanted: @escaping (ViewID) -> Int?) {
        self.arrangement = arrangement
        self.wanted = wanted
        place(tiling, in: body, path: [])
    }

    subscript(id: ViewID) -> Rect? { tiles.first { $0.shown == id }?.rect }

    private mutating func place(_ tiling: Tiling, in rect: Rect, path: [Int]) {
        switch tiling {
        case .leaf(let tabs): tiles.append(Tile(tabs: tabs, shown: arrangement.shown(of: tabs), rect: rect))
        case .split(let axis, let parts):
            let isColumns = axis == .columns
            let start = isColumns ? rect.minX : rect.minY, length = isColumns ? rect.width : rect.height
            let edges = edges(parts, from: start, length: length, path)
            for (index, part) in parts.enumerated() {
                let from = edges[index], size = edges[index + 1] - from + 1
                let place =
                    isColumns
                    ? Rect(x: from, y: rect.minY, width: size, height: rect.height)
                    : Rect(x: rect.minX, y: from, width: rect.width, height: size)
                self.place(part.tiling, in: place, path: path + [index])
                guard index > 0 else { continue }
                let border =
                    isColumns
                    ? Rect(x: from, y: rect.minY, width: 1, height: rect.height) : Rect(x: rect.minX, y: from, width: rect.width, height: 1)
                dividers.append((Tiling.Divider(path: path, index: index - 1), axis, border, rect))
            }
        }
    }

    /// The cells at which the parts begin and end: each shares its last with the first of the next.
    private func edges(_ parts: [Tiling.Part], from start: Int, length: Int, _ path: [Int]) -> [Int] {
        var sizes = parts.enumerated().map { index, part in size(part, parts, at: index, of: length) }
        let fixed = sizes.reduce(0) { $0 + ($1 ?? 0) }
        for index in sizes.indices where sizes[index] == nil { sizes[index] = length + parts.count - 1 - fixed }
        grow(&sizes, parts)
        var edges = [start], end = start
        for (index, size) in sizes.dropLast().enumerated() {
            end += max(parts[index].least, size ?? 0) - 1
            if let moved = arrangement.moved(Tiling.Divider(path: path, index: index)) {
                end = start + Int((moved * Double(length)).rounded())
            }
            // The parts behind need their room, and those before come first.
            let behind = parts[(index + 1)...].reduce(0) { $0 + $1.least - 1 }
            end = max(edges[index] + parts[index].least - 1, min(end, start + length - 1 - behind))
            edges.append(end)
        }
        return edges + [start + length - 1]
    }

    private func size(_ part: Tiling.Part, _ parts: [Tiling.Part], at index: Int, of length: Int) -> Int? {
        switch part.length {
        case .rest: return nil
        case .part(let share, let from, let to): return max(part.least, max(from, min(to, Int(share * Double(length)))))
        case .wanted(let most):
            let rows = part.tiling.leaves.first.flatMap { wanted(arrangement.shown(of: $0)) } ?? 2
            return max(part.least, 2 + min(max(rows, 2), most, length / 3))
        }
    }

    /// The part with the focus takes rows from the others, the largest first, at most half of each.
    private func grow(_ sizes: inout [Int?], _ parts: [Tiling.Part]) {
        guard let at = parts.firstIndex(where: { $0.grows && $0.tiling.leaves.contains { $0.contains(arrangement.focus) } }) else { return }
        let floors = zip(sizes, parts).map { size, part in max(part.least, ((size ?? 0) + 1) / 2) }
        for _ in 0..<arrangement.growth {
            let others = sizes.indices.filter { $0 != at && (sizes[$0] ?? 0) > floors[$0] }
            guard let giver = others.max(by: { (sizes[$0] ?? 0) < (sizes[$1] ?? 0) }) else { return }
            sizes[giver] = (sizes[giver] ?? 0) - 1
            sizes[at] = (sizes[at] ?? 0) + 1
        }
    }

    /// The position of a divider as a fraction of its split, when it is dragged to a point.
    func share(of divider: Tiling.Divider, at point: Point) -> Double? {
        guard let found = dividers.first(where: { $0.divider == divider }) else { return nil }
        let split = found.split
        return found.axis == .columns
            ? Double(point.x - split.minX) / Double(max(1, split.width)) : Double(point.y - split.minY) / Double(max(1, split.height))
    }
}

/// The visible panes, the one with the focus, and the borders that the user moved.
struct Arrangement: Sendable {
    /// The smallest screen on which several panes are seen, and the smallest on which one is.
    static let several = Size(width: 80, height: 24)
    static let smallest = Size(width: 40, height: 12)
    /// The smallest screen on which the course of the values has a pane of its own.
    static let withProgress = Size(width: 180, height: 50)

    /// The panes, the one with the focus first, then those that had it before.
    private(set) var recent: [ViewID]
    var isFull = false
    /// Borders that were dragged, as parts of their splits: the user's wish for each tiling, by its name, independent of the size.
    var moved: [String: [Tiling.Divider: Double]] = [:]
    private(set) var tiling = Tiling.wide
    private var name = Tiling.wide.name
    /// The number of rows that the pane with the focus gains: a low screen has few for each.
    private(set) var growth = 0

    init() {
        recent = Tiling.wide.leaves.flatMap { $0 }
        focus(on: "source")
    }

    var focus: ViewID { recent[0] }

    static func focusing(_ id: ViewID) -> ActionID { ActionID("focus.\(id.name)") }

    static let actions = [
        Action("screen.next-pane", ["Tab"], "", "go to the next pane"),
        Action("screen.previous-pane", ["S-Tab"], "", "go to the previous pane"),
        Action("screen.full", ["f"], "full", "make the pane the whole screen, and back"),
        Action("screen.leave", ["Esc"], "", "back to all panes, and to the first tab"),
    ]

    /// Does one of its actions; false where it means nothing now.
    mutating func perform(_ action: ActionID) -> Bool {
        switch action {
        case "screen.next-pane": move(1)
        case "screen.previous-pane": move(-1)
        case "screen.full": isFull.toggle()
        case "screen.leave":
            let tabs = tabs(beside: focus)
            if isFull { isFull = false } else if tabs.count < recent.count, focus != tabs[0] { focus(on: tabs[0]) } else { return false }
        default:
            guard let id = recent.first(where: { Self.focusing($0) == action }) else { return false }
            focus(on: id)
        }
        return true
    }

    /// Takes the tiling for a screen's size.
    mutating func fit(_ size: Size) {
        growth = size.height < 40 ? 4 : 0
        let isSmall = size.width < Self.several.width || size.height < Self.several.height
        let isWidest = size.width >= Self.withProgress.width && size.height >= Self.withProgress.height
        tiling = isSmall ? Tiling.single : isWidest ? .widest : size.width >= 112 ? .wide : .narrow
        name = tiling.name
    }

    /// The drawn panes: all, or the zoomed one.
    var drawn: Tiling { isFull ? .leaf(tabs(beside: focus)) : tiling }

    func tabs(beside id: ViewID) -> [ViewID] { tiling.leaves.first { $0.contains(id) } ?? [id] }

    func shown(of tabs: [ViewID]) -> ViewID { recent.first { tabs.contains($0) } ?? tabs[0] }

    mutating func focus(on id: ViewID) {
        guard let at = recent.firstIndex(of: id) else { return }
        recent.remove(at: at)
        recent.insert(id, at: 0)
    }

    /// Brings a tab to the front; the focus only follows it where it is on another tab of the same leaf.
    mutating func show(_ id: ViewID) {
        let now = focus
        focus(on: id)
        if !tabs(beside: id).contains(now) { focus(on: now) }
    }

    mutating func drag(_ divider: Tiling.Divider, to share: Double) { moved[name, default: [:]][divider] = share }

    /// The place that a border was dragged to in the shown tiling.
    func moved(_ divider: Tiling.Divider) -> Double? { moved[name]?[divider] }

    private mutating func move(_ step: Int) {
        let leaves = tiling.leaves
        let order = leaves.count > 1 ? leaves.map { shown(of: $0) } : leaves[0]
        guard let at = order.firstIndex(of: focus) else { return }
        focus(on: order[(at + step + order.count) % order.count])
    }
}
