import Trace

extension CommandTable {
    static let laneCommands: [CommandSpec] = [
        CommandSpec(
            "lanes", nil, [.node.optional], group: .show, folds: true,
            "draws the graph with a row for each node and its edges as lanes, loops and name scopes folded; or only what leads to a node",
            action: .immediate { context, call in
                context.showLanes(to: call.optionalNode, context.fold)
            })
    ]
}

extension CommandContext {
    /// The graph in lanes.
    ///
    /// - Parameter target: the node to which everything shown leads; nil for the whole graph.
    func showLanes(to target: NodeID?, _ fold: Fold) -> Outcome {
        let record = record, state = state
        guard state.nodeCount > 0 else { return Outcome(text: "there are no nodes yet", json: ["rows": []]) }
        var folds = GraphFolds()
        folds.opensAll = fold.all
        var chart = LaneChart()
        chart.update(record, state, folds: folds, only: target.map { record.ancestors(of: $0) })
        let blocks = stride(from: 0, to: chart.rows.count, by: LaneChart.blockLength).map { chart.block(of: $0, record) }
        let table = LaneTable(record: record, state: state, chart: chart, blocks: blocks)
        let count = state.nodeCount, rows = chart.rows.count
        return Outcome(
            fold.rows(
                Rows(rows) { table.line($0) }, "rows", last: 5, summary: "\(count.grouped) nodes in \(rows.grouped) rows"),
            JSONDocument(["nodes": .value(.int(count)), "rows": .items(Rows(rows) { table.json($0) })]))
    }
}

/// The rows of a chart, for text and JSON.
private struct LaneTable: Sendable {
    let record: GraphRecord
    let state: GraphState
    let chart: LaneChart
    let blocks: [LaneChart.Block]
    /// The number of columns for titles with their indentation.
    private let width: Int

    private static let leastWidth = 20
    private static let mostWidth = 44
    /// The number of rows that are asked for the width of their titles.
    private static let mostMeasured = 2_000

    init(record: GraphRecord, state: GraphState, chart: LaneChart, blocks: [LaneChart.Block]) {
        (self.record, self.state, self.chart, self.blocks) = (record, state, chart, blocks)
        let widths = chart.rows.indices.prefix(Self.mostMeasured).map { Self.title($0, chart, record).count }
        width = min(Self.mostWidth, widths.reduce(Self.leastWidth, max))
    }

    private static func title(_ number: Int, _ chart: LaneChart, _ record: GraphRecord) -> String {
        String(repeating: "  ", count: chart.rows[number].depth) + chart.graph.title(of: number, record)
    }

    private func block(of row: Int) -> (block: LaneChart.Block, row: Int) {
        let block = blocks[row / LaneChart.blockLength]
        return (block, row - block.first)
    }

    func line(_ number: Int) -> String {
        let row = chart.rows[number], (block, place) = block(of: number)
        let lanes = block.lanes.text(place, mark: mark(row))
        var line = lanes + Self.title(number, chart, record).padded(to: width)
        let value = chart.graph.values(of: number, record, state) { record.short($0, $1, 24, exact: true) }
        line += " " + value.padded(to: 14)
        let also = block.others[place]
        if !also.isEmpty { line += "  also reads " + record.list(also, most: 3) }
        if let notes = notes(row) { line += "  " + notes }
        while line.last == " " { line.removeLast() }
        return line
    }

    private func mark(_ row: FoldedGraph.Row) -> Character {
        switch row.kind {
        case .node where record.isTrainable(row.first): "◆"
        case .node where record.kind(row.first) == .exception: "✖"
        case .node where !chart.backwards(from: row.first, in: state).isEmpty: "◎"
        case .node where !record.hasParents(row.first): "·"
        case .node: "●"
        case .loop, .turn, .scope: "▸"
        case .openLoop, .openTurn, .openScope: "▾"
        case .gap: "⋮"
        }
    }

    private func notes(_ row: FoldedGraph.Row) -> String? {
        guard row.kind == .node else { return row.nodes > 1 && !row.isHeading ? "\(row.nodes.grouped) nodes" : nil }
        let entries = state.feedback.count(of: row.first)
        var parts: [String] = []
        if entries > 0 { parts.append(Trace.count(entries, "entry", "entries")) }
        let outputs = chart.backwards(from: row.first, in: state)
        if !outputs.isEmpty { parts.append("output of " + outputs.prefix(3).map { "backward ▲\($0)" }.joined(separator: ", ")) }
        return parts.isEmpty ? nil : parts.joined(separator: "  ")
    }

    func json(_ number: Int) -> JSON {
        let row = chart.rows[number], (block, place) = block(of: number)
        let lanes = block.lanes.rows[place]
        var kind = "node", turns: Int?, turn: Int?
        switch row.kind {
        case .node: break
        case .loop(_, let count): (kind, turns) = ("loop", count)
        case .openLoop(_, let count): (kind, turns) = ("open-loop", count)
        case .turn(_, let number): (kind, turn) = ("turn", number)
        case .openTurn(_, let number): (kind, turn) = ("open-turn", number)
        case .scope: kind = "scope"
        case .openScope: kind = "open-scope"
        case .gap: kind = "gap"
        }
        return [
            "kind": .string(kind), "title": .string(chart.graph.title(of: number, record)), "first": .string(record.name(row.first)),
            "last": .string(record.name(row.last)), "nodes": .int(row.nodes), "turns": JSON(turns), "turn": JSON(turn),
            "depth": .int(row.depth), "lane": lanes.lane < LaneBlock.most ? .int(lanes.lane) : .null,
            "reads": JSON(lanes.reads.map { record.name(chart.rows[block.first + $0].first) }),
            "also_reads": JSON(block.others[place].map { record.name($0) }),
            "value": row.kind == .node ? JSON(state.value(row.first, in: record)) : .null,
            "line": JSON(record.site(row.first)?.line), "entries": .int(row.kind == .node ? state.feedback.count(of: row.first) : 0),
        ]
    }
}
