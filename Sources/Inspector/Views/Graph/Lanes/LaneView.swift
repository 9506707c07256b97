import Debugging
import Trace

/// The graph as rows with lanes: its visible part, its open folds, and drawings of both until they change.
struct LaneView {
    var folds = GraphFolds()
    private(set) var chart = LaneChart()
    /// The first row that is seen, and how many are.
    private(set) var offset = 0
    private(set) var height = 1
    /// The heading that the cursor is on; otherwise it is on the row of the selected node.
    private var heading: Heading?
    private struct Heading {
        let id: GraphFolds.ID
        /// The first node below it.
        let first: NodeID
    }
    /// Whether the row of the cursor is to be brought into view.
    private var showsCursor = true
    /// The rows that were drawn since the event shown changed, and whether there was hardly room for their feedback.
    private var lines: [Int: LaneLine] = [:]
    private var linesAreShort = false
    private var kin = Kin()

    /// The ancestors and descendants of the selected node among the visible rows.
    private struct Kin {
        var node: NodeID?
        var span = NodeID(0)...NodeID(0)
        var above = NodeMembers()
        var below = NodeMembers()
    }

    var rows: [FoldedGraph.Row] { chart.rows }

    /// The number of nodes read for the first picture, and for each later one and while the screen is idle.
    private static let batch = 12_000
    private static let slice = 3_000

    /// Takes in a snapshot.
    mutating func update(_ snapshot: Snapshot, only: NodeMembers?) {
        lines = [:]
        kin = Kin()
        chart.update(
            snapshot.record, snapshot.state, folds: folds, only: only, isSameChoice: only == nil,
            most: chart.graph.isEmpty ? Self.batch : Self.slice)
    }

    /// Goes on reading a large graph; true if there is more to do.
    mutating func read(_ snapshot: Snapshot, only: NodeMembers?) -> Bool {
        guard chart.graph.isBehind(snapshot.record, snapshot.state) else { return false }
        lines = [:]
        chart.update(snapshot.record, snapshot.state, folds: folds, only: only, isSameChoice: only == nil, most: Self.slice)
        return chart.graph.isBehind(snapshot.record, snapshot.state)
    }

    /// Opens the loops and scopes around a node.
    mutating func open(around id: NodeID, _ record: GraphRecord) { folds.open(chart.graph.folds(around: id, record)) }

    /// Brings some nodes into view, and before all the selected one if it is one of them.
    mutating func show(_ nodes: NodeMembers, _ selection: NodeID?) {
        let isIn = selection.map(nodes.contains) ?? false
        guard !isIn else { return showCursor() }
        let places = nodes.suffix(1_000).compactMap { chart.graph.row(of: $0) }
        guard let first = places.first, let last = places.last else { return }
        showsCursor = false
        if last >= offset + height { offset = last - height + 1 }
        if first < offset { offset = first }
    }

    mutating func showCursor() { (showsCursor, heading) = (true, nil) }

    /// The row of the cursor.
    func cursor(_ selection: NodeID?) -> Int? {
        if let heading, selection != nil, let row = row(of: heading) { return row }
        return selection.flatMap { chart.graph.row(of: $0) }
    }

    private func row(of heading: Heading) -> Int? {
        var row = rows.partition { $0.isHeading ? $0.first >= heading.first : $0.last >= heading.first }
        while row < rows.count, rows[row].first <= heading.first {
            if rows[row].isHeading, rows[row].id == heading.id { return row }
            row += 1
        }
        return nil
    }

    // MARK: Keys and the mouse

    /// Moves the cursor; nil if the action means nothing here. Returns the node that is selected then.
    mutating func perform(_ action: ActionID, _ selection: NodeID?, _ snapshot: Snapshot) -> NodeID? {
        let row = cursor(selection) ?? min(rows.count - 1, offset + height - 1)
        switch action {
        case "graph.up": return go(to: row - 1)
        case "graph.down": return go(to: row + 1)
        case "graph.page-up": return go(to: row - max(1, height - 1))
        case "graph.page-down": return go(to: row + max(1, height - 1))
        case "graph.first": return go(to: 0)
        case "graph.last": return go(to: rows.count - 1)
        case "graph.left":
            let inputs = rows.indices.contains(row) ? chart.graph.reads(of: row, snapshot.record) : []
            guard let input = inputs.compactMap({ chart.graph.row(of: $0) }).max() else { return nil }
            return go(to: input)
        case "graph.right":
            guard rows.indices.contains(row) else { return nil }
            let children = snapshot.record.children(rows[row].last).prefix { $0.index < snapshot.state.nodeCount }
            guard let reader = children.compactMap({ chart.graph.row(of: $0) }).first(where: { $0 > row }) else { return nil }
            return go(to: reader)
        case "graph.pan-up": scroll(by: -4)
        case "graph.pan-down": scroll(by: 4)
        default: return nil
        }
        return selection
    }

    private mutating func go(to row: Int) -> NodeID? {
        guard !rows.isEmpty else { return nil }
        let target = rows[max(0, min(rows.count - 1, row))]
        heading = target.isHeading ? target.id.map { Heading(id: $0, first: target.first) } : nil
        showsCursor = true
        return target.last
    }

    mutating func scroll(by distance: Int) { scroll(to: offset + distance) }

    mutating func scroll(to row: Int) {
        offset = max(0, min(row, rows.count - height))
        showsCursor = false
    }

    /// The row at a line of the view, and the node that is selected by it.
    mutating func click(line: Int) -> NodeID? { rows.indices.contains(offset + line) ? go(to: offset + line) : nil }

    /// Whether the row that the cursor is on is a loop, a turn, a scope or a bundle.
    func canToggle(_ selection: NodeID?, _ record: GraphRecord) -> Bool {
        guard let row = cursor(selection) else { return false }
        if rows[row].id != nil { return true }
        return if case .node = rows[row].kind { record.call(behind: rows[row].first) != nil } else { false }
    }

    /// Opens or closes the loop, turn, scope or bundle of the row that the cursor is on. Returns the node that is selected then; nil if the row
    /// is none.
    mutating func toggle(_ selection: NodeID?, _ record: GraphRecord) -> NodeID? {
        guard canToggle(selection, record), let place = cursor(selection) else { return nil }
        let row = rows[place]
        showsCursor = true
        guard let id = row.id else {
            if folds.bundles.remove(row.first) == nil { folds.bundles.insert(row.first) }
            return selection
        }
        guard row.isHeading else {
            folds.open([id])
            heading = Heading(id: id, first: chart.graph.start(of: id.first, record))
            return selection
        }
        return close(row, id, record)
    }

    private mutating func close(_ row: FoldedGraph.Row, _ id: GraphFolds.ID, _ record: GraphRecord) -> NodeID {
        folds.close(id)
        showCursor()
        return chart.graph.folded(below: row, record)
    }

    /// Closes the innermost open row around the cursor. Returns the node that is selected then.
    mutating func close(_ selection: NodeID?, _ record: GraphRecord) -> NodeID? {
        guard let row = cursor(selection) else { return nil }
        var place = row
        while place >= 0, !(rows[place].isHeading && rows[place].last >= rows[row].last && rows[place].first <= rows[row].first) {
            place -= 1
        }
        let call = record.enclosingCall(rows[row].last)
        if let output = call.flatMap({ record.bundles.calls[$0].output }), folds.bundles.remove(output) != nil {
            showCursor()
            return output
        }
        guard place >= 0, let id = rows[place].id else { return nil }
        return close(rows[place], id, record)
    }

    /// Closes what a heading is over. Returns the node that is selected then.
    mutating func close(_ heading: FoldedGraph.Row, _ record: GraphRecord) -> NodeID? {
        heading.id.map { close(heading, $0, record) }
    }

    // MARK: Drawing

    /// Chooses the rows that are seen.
    mutating func settle(height: Int, selection: NodeID?) -> Range<Int> {
        self.height = max(1, height)
        if showsCursor, let row = cursor(selection) {
            if row < offset { offset = row }
            if row >= offset + self.height { offset = row - self.height + 1 }
        }
        offset = max(0, min(offset, rows.count - self.height))
        return offset..<min(rows.count, offset + self.height)
    }

    /// The text beside the lanes of a row.
    mutating func line(_ row: Int, isShort: Bool, _ make: (inout LaneChart) -> LaneLine) -> LaneLine {
        if isShort != linesAreShort { (lines, linesAreShort) = ([:], isShort) }
        if let known = lines[row] { return known }
        let line = make(&chart)
        lines[row] = line
        return line
    }

    mutating func block(of row: Int, _ record: GraphRecord) -> LaneChart.Block { chart.block(of: row, record) }

    /// The relation of the visible rows to the selected node.
    mutating func kinship(_ seen: Range<Int>, _ selection: NodeID?, _ snapshot: Snapshot) -> LaneKinship {
        guard let selection, selection.index < snapshot.state.nodeCount, let first = seen.first, let last = seen.last else {
            return LaneKinship(above: NodeMembers(), below: NodeMembers())
        }
        let span = rows[first].first...max(rows[first].first, rows[last].last)
        if kin.node != selection || span.lowerBound < kin.span.lowerBound || span.upperBound > kin.span.upperBound {
            let own = snapshot.record.ancestors(of: selection, notBefore: span.lowerBound)
            let hidden = chart.hiddenInputs(of: own)
            let above = hidden.isEmpty ? own : NodeMembers.union([own, NodeMembers(hidden, in: snapshot.record)]).all
            kin = Kin(
                node: selection, span: span, above: above,
                below: snapshot.record.descendants(of: selection, through: span.upperBound))
        }
        return LaneKinship(above: kin.above, below: kin.below)
    }
}

/// The rows that lead to the selected node or follow from it.
struct LaneKinship {
    let above: NodeMembers
    let below: NodeMembers

    func isAbove(_ row: FoldedGraph.Row) -> Bool { above.count(from: row.first, through: row.last) > 0 }
    func isBelow(_ row: FoldedGraph.Row) -> Bool { below.count(from: row.first, through: row.last) > 0 }
    func contains(_ row: FoldedGraph.Row) -> Bool { isAbove(row) || isBelow(row) }

    /// Whether an edge is on a way to the selected node or from it.
    func joins(_ parent: FoldedGraph.Row, _ child: FoldedGraph.Row) -> Bool {
        (isAbove(parent) && isAbove(child)) || (isBelow(parent) && isBelow(child))
    }
}
