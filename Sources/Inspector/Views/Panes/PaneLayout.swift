/// The panes, in the order of their numbers.
package enum Pane: Int, CaseIterable, Sendable {
    case source = 1, graph, optimizers, node, events

    var name: String {
        switch self {
        case .source: "Source"
        case .graph: "Graph"
        case .optimizers: "Optimizers"
        case .node: "Node"
        case .events: "Events"
        }
    }
}

/// Where the borders between panes are, as parts of what they divide.
struct Splits: Equatable, Sendable {
    /// The right edge of the left column, in parts of the width.
    var left: Double?
    /// The left edge of the right column.
    var right: Double?
    /// The upper edge of the events, in parts of the height.
    var bottom: Double?
    /// The upper edge of the optimizers, in parts of the height above the events.
    var optimizers: Double?
    /// The upper edge of the node below the graph, when both share a column.
    var node: Double?
}

/// Where the panes are. Neighbours share their border, so that their rectangles overlap by one row or column.
struct PaneLayout: Equatable, Sendable {
    enum Divider: Sendable { case left, right, bottom, optimizers, node }

    static let smallest = Size(width: 80, height: 24)

    var rects: [Pane: Rect] = [:]
    var dividers: [(kind: Divider, rect: Rect)] = []
    /// All panes together.
    var body = Rect(x: 0, y: 0, width: 0, height: 0)

    /// - Parameters:
    ///   - wide: which of graph and node is the larger where they share a column.
    init(body: Rect, splits: Splits, full: Pane?, larger: Pane, optimizerCount: Int) {
        self.body = body
        if let full {
            rects[full] = body
            return
        }
        let hasThreeColumns = body.width >= 112
        let bottomHeight = splits.bottom.map { body.maxY - Self.part($0, from: body.minY, length: body.height) }
        let events = Self.clamp(bottomHeight ?? max(body.height / 5, 5), 3, body.height - 12)
        let eventsTop = body.maxY - events
        // The rows above the events, with the border that both share.
        let upper = Rect(x: body.minX, y: body.minY, width: body.width, height: eventsTop - body.minY + 1)
        rects[.events] = Rect(x: body.minX, y: eventsTop, width: body.width, height: events)
        dividers.append((.bottom, Rect(x: body.minX, y: eventsTop, width: body.width, height: 1)))

        let leftShare = hasThreeColumns ? 0.32 : 0.44
        let leftEdge = Self.clamp(
            Self.part(splits.left ?? leftShare, from: body.minX, length: body.width), body.minX + 20,
            body.maxX - (hasThreeColumns ? 50 : 30))
        layoutLeft(upper, edge: leftEdge, splits, optimizerCount)
        dividers.append((.left, Rect(x: leftEdge, y: upper.minY, width: 1, height: upper.height)))
        let rest = Rect(x: leftEdge, y: upper.minY, width: body.maxX - leftEdge, height: upper.height)
        if hasThreeColumns {
            let width = min(56, body.width * 27 / 100)
            let share = splits.right.map { Self.part($0, from: body.minX, length: body.width) } ?? body.maxX - width
            let edge = Self.clamp(share, leftEdge + 20, body.maxX - 20)
            rects[.graph] = Rect(x: leftEdge, y: rest.minY, width: edge - leftEdge + 1, height: rest.height)
            rects[.node] = Rect(x: edge, y: rest.minY, width: body.maxX - edge, height: rest.height)
            dividers.append((.right, Rect(x: edge, y: rest.minY, width: 1, height: rest.height)))
        } else {
            let share = splits.node ?? (larger == .graph ? 0.6 : 0.36)
            let edge = Self.clamp(Self.part(share, from: rest.minY, length: rest.height), rest.minY + 4, rest.maxY - 5)
            rects[.graph] = Rect(x: leftEdge, y: rest.minY, width: rest.width, height: edge - rest.minY + 1)
            rects[.node] = Rect(x: leftEdge, y: edge, width: rest.width, height: rest.maxY - edge)
            dividers.append((.node, Rect(x: leftEdge, y: edge, width: rest.width, height: 1)))
        }
    }

    private mutating func layoutLeft(_ upper: Rect, edge: Int, _ splits: Splits, _ optimizerCount: Int) {
        let wanted = upper.maxY - 2 - min(max(optimizerCount, 2), upper.height / 3)
        let share = splits.optimizers.map { Self.part($0, from: upper.minY, length: upper.height) } ?? wanted
        let top = Self.clamp(share, upper.minY + 4, upper.maxY - 4)
        rects[.source] = Rect(x: upper.minX, y: upper.minY, width: edge - upper.minX + 1, height: top - upper.minY + 1)
        rects[.optimizers] = Rect(x: upper.minX, y: top, width: edge - upper.minX + 1, height: upper.maxY - top)
        dividers.append((.optimizers, Rect(x: upper.minX, y: top, width: edge - upper.minX + 1, height: 1)))
    }

    private static func part(_ share: Double, from start: Int, length: Int) -> Int { start + Int((share * Double(length)).rounded()) }

    private static func clamp(_ value: Int, _ low: Int, _ high: Int) -> Int { max(low, min(value, high)) }

    func pane(at point: Point) -> Pane? { Pane.allCases.first { rects[$0]?.contains(point) == true } }

    func divider(at point: Point) -> Divider? { dividers.first { $0.rect.contains(point) }?.kind }

    /// Moves a divider to a point.
    func moving(_ divider: Divider, to point: Point, _ splits: Splits) -> Splits {
        var splits = splits
        let width = Double(max(1, body.width)), height = Double(max(1, body.height))
        let upper = Double(max(1, (rects[.events]?.minY ?? body.maxY) - body.minY + 1))
        switch divider {
        case .left: splits.left = Double(point.x - body.minX) / width
        case .right: splits.right = Double(point.x - body.minX) / width
        case .bottom: splits.bottom = Double(point.y - body.minY) / height
        case .optimizers: splits.optimizers = Double(point.y - body.minY) / upper
        case .node: splits.node = Double(point.y - body.minY) / upper
        }
        return splits
    }

    static func == (a: PaneLayout, b: PaneLayout) -> Bool { a.rects == b.rects && a.body == b.body }
}
