import Debugging
import Trace

/// What an optimizer is about to do, or why it cannot.
enum OptimizerState: Equatable, Sendable {
    case clean, hasFeedback, conflict, proposal, waiting

    var text: String {
        switch self {
        case .clean: "clean"
        case .hasFeedback: "feedback"
        case .conflict: "conflict"
        case .proposal: "proposal"
        case .waiting: "waiting"
        }
    }

    var sign: Sign {
        switch self {
        case .clean: .clean
        case .hasFeedback: .hasFeedback
        case .conflict: .inConflict
        case .proposal: .proposal
        case .waiting: .waiting
        }
    }
}

/// The optimizers, a line each. Choosing one shows its minimal subgraph in the graph.
struct OptimizersPane: Sendable {
    struct Row: Equatable, Sendable {
        var id: OptimizerID
        var name: String
        var kind: String
        var parameters: Int
        var entries: Int
        var steps: Int
        var state: OptimizerState
    }
    private(set) var rows: [Row] = []
    private(set) var list = ListView()
    /// Those that are laid over the chosen one.
    private(set) var overlaid: Set<OptimizerID> = []
    /// Whether the graph shows minimal subgraphs at all.
    var shows = true
    private var height = 1

    var chosen: OptimizerID? { rows.indices.contains(list.selected) ? rows[list.selected].id : nil }

    /// The optimizers whose minimal subgraphs the graph shows, the chosen one first.
    var shown: [OptimizerID] {
        guard shows, let chosen else { return [] }
        return [chosen] + overlaid.filter { $0 != chosen }.sorted()
    }

    mutating func update(_ snapshot: Snapshot, subgraphs: inout SubgraphCache) {
        let state = snapshot.state, record = snapshot.record
        rows = (0..<state.optimizerCount).map { index in
            let id = OptimizerID(index), facts = record.optimizers[index]
            let entries = facts.distinctParameters.reduce(0) { $0 + state.feedback.count(of: $1) }
            var what = OptimizerState.clean
            if snapshot.cursor == nil, snapshot.phase != .running, snapshot.waiting?.optimizer == id {
                what = .waiting
            } else if state.proposals[id] != nil {
                what = .proposal
            } else if entries > 0 {
                what = .hasFeedback
                if subgraphs.conflict(id, snapshot) != nil { what = .conflict }
            }
            return Row(
                id: id, name: facts.name, kind: facts.kindName, parameters: facts.distinctParameters.count, entries: entries,
                steps: state.steps[index], state: what)
        }
        overlaid = overlaid.filter { $0.index < rows.count }
        list.settle(count: rows.count, height: height)
    }

    mutating func choose(_ id: OptimizerID) { if id.index < rows.count { list.selected = id.index } }

    mutating func handle(_ key: Key) -> Bool {
        switch key {
        case .named(.space):
            guard let chosen else { return true }
            overlaid.formSymmetricDifference([chosen])
            list.move(by: 1, count: rows.count)
            shows = true
        default: return list.handle(key, count: rows.count, page: height)
        }
        return true
    }

    mutating func click(at point: Point) { if list.offset + point.y < rows.count { list.selected = list.offset + point.y } }

    mutating func wheel(by distance: Int) { list.move(by: distance.signum(), count: rows.count) }

    mutating func draw(into frame: inout Frame, rect: Rect, isFocused: Bool, _ look: Look) {
        height = rect.height
        list.settle(count: rows.count, height: height)
        guard !rows.isEmpty else { return look.note("none yet: they appear as the workflow makes them", into: &frame, rect) }
        let counts = rows.map { String($0.parameters).count }.max() ?? 1, entries = rows.map { String($0.entries).count }.max() ?? 1
        let widths = Widths(
            names: min(max(6, rect.width - 22 - counts - entries), rows.map(\.name.displayWidth).max() ?? 0),
            kinds: max(10, rows.map(\.kind.displayWidth).max() ?? 0), parameters: counts, entries: entries)
        for row in 0..<rect.height where list.offset + row < rows.count {
            let index = list.offset + row
            let ground = index == list.selected ? look.theme[isFocused ? .selection : .selectionUnfocused] : nil
            frame.put(
                line(rows[index], widths, rect.width, look), in: rect.row(row), theme: look.theme, glyphs: look.glyphs, ground: ground)
        }
    }

    private struct Widths {
        var names: Int
        var kinds: Int
        var parameters: Int
        var entries: Int
    }

    private func line(_ row: Row, _ widths: Widths, _ width: Int, _ look: Look) -> TextLine {
        let role = Role.optimizer(row.id.index)
        var line = TextLine(overlaid.contains(row.id) ? look.glyphs[.overlaid] : " ", role)
        line.add(look.letter(row.id) + " ", role)
        line.add(row.name.padded(to: widths.names, ellipsis: look.glyphs.ellipsis) + " ", .text)
        let isWide = width >= widths.names + widths.kinds + 31
        if isWide { line.add(row.kind.padded(to: widths.kinds + 1), .textDim) }
        line.add(String(row.parameters).padded(to: widths.parameters, alignment: .right), .textDim)
        line.add(isWide ? (row.parameters == 1 ? " param   " : " params  ") : look.glyphs[.parameters] + " ", .textDim)
        line.add(look.glyphs[.entries] + " " + String(row.entries).padded(to: widths.entries), row.entries == 0 ? .textDim : .text)
        if width >= widths.names + widths.kinds + 43 { line.add("  " + count(row.steps, "step"), .textDim) }
        line.pad(to: width - 12)
        line.add(" \(look.glyphs[row.state.sign]) \(row.state.text)", row.state.sign.role)
        return line
    }
}
