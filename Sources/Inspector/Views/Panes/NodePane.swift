import Debugging
import Trace

/// All about the selected node: its data, its feedback lists, its relatives and its history.
struct NodePane: Sendable {
    private var lines: [NodeLine] = []
    private var made: (version: Int, node: NodeID?, width: Int)?
    private(set) var list = ListView()
    private(set) var node: NodeID?
    private var height = 1
    /// Whether the next drawing begins at the feedback, if not everything has room.
    private var startsAtFeedback = false

    /// What the chosen line leads to.
    var target: NodeLine.Target? { lines.indices.contains(list.selected) ? lines[list.selected].target : nil }

    /// The chosen entry of the feedback.
    var entry: Int? {
        if case .entry(let number)? = target { return number }
        return nil
    }

    mutating func show(_ id: NodeID?) {
        guard id != node else { return }
        node = id
        list = ListView()
        made = nil
    }

    mutating func forget() { made = nil }

    /// Chooses the first entry of the feedback, with as much as possible of what follows in sight.
    mutating func showFeedback() { startsAtFeedback = true }

    /// Moves to the next line that leads anywhere; where there is none in sight, the text scrolls.
    private mutating func move(_ step: Int) {
        var at = list.selected + step
        let limit = height
        while lines.indices.contains(at), abs(at - list.selected) < limit {
            if lines[at].target != nil {
                list.selected = at
                return
            }
            at += step
        }
        list.offset += step
        list.clamp(count: lines.count, height: height)
        list.selected = max(list.offset, min(list.selected, list.offset + height - 1))
    }

    mutating func handle(_ key: Key) -> Bool {
        switch key {
        case .named(.up), .character("k"): move(-1)
        case .named(.down), .character("j"): move(1)
        case .named(.pageUp): wheel(by: -(height - 1))
        case .named(.pageDown): wheel(by: height - 1)
        case .named(.home): list = ListView()
        case .named(.end): list.selected = max(0, lines.count - 1)
        default: return false
        }
        return true
    }

    mutating func wheel(by distance: Int) {
        list.offset += distance
        list.clamp(count: lines.count, height: height)
        list.selected = max(list.offset, min(list.selected, list.offset + height - 1))
    }

    mutating func click(at point: Point) {
        let row = list.offset + point.y
        if lines.indices.contains(row), lines[row].target != nil { list.selected = row }
    }

    mutating func draw(
        into frame: inout Frame, rect: Rect, isFocused: Bool, _ snapshot: Snapshot, _ subgraphs: inout SubgraphCache, _ look: Look
    ) -> (offset: Int, count: Int) {
        height = max(1, rect.height)
        guard let node, node.index < snapshot.state.nodeCount else {
            let text = snapshot.state.nodeCount == 0 ? "no nodes yet: n runs the first line" : "no node is selected"
            look.note(text, indent: 0, into: &frame, rect)
            lines = []
            return (0, 0)
        }
        if made == nil || made?.version != snapshot.version || made?.node != node || made?.width != rect.width {
            lines = NodeLines(node, snapshot, width: rect.width, look: look, subgraphs: &subgraphs).lines
            made = (snapshot.version, node, rect.width)
        }
        if startsAtFeedback, let first = lines.firstIndex(where: { if case .entry? = $0.target { true } else { false } }) {
            list.selected = first
            // The title of the section and the child are above the entry.
            list.offset = max(0, min(first - 2, lines.count - height))
        }
        startsAtFeedback = false
        list.settle(count: lines.count, height: rect.height)
        for row in 0..<rect.height where list.offset + row < lines.count {
            let index = list.offset + row
            let isChosen = isFocused && index == list.selected && lines[index].target != nil
            frame.put(
                lines[index].line, in: rect.row(row), theme: look.theme, glyphs: look.glyphs,
                ground: isChosen ? look.theme[.selection] : nil)
        }
        return (list.offset, lines.count)
    }
}
