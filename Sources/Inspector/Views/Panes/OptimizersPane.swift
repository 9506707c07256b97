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
struct OptimizersPane: View {
    static let card = ViewCard(
        id: "optimizers", title: "Optimizers", slot: .pane, number: "3", shared: [.moving],
        actions: [
            Action("optimizers.matrix", ["Enter"], "matrix", "show the feedback lists, parameters by children"),
            Action("optimizers.overlay", ["Space"], "overlay", "lay the minimal subgraph over those of others"),
        ])

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
    private var height = 1
    /// The snapshot that the rows are of.
    private var version: Int?

    func rows(_ context: ViewContext) -> Int? { rows.count }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        if version != snapshot.version { read(snapshot, context) }
        version = snapshot.version
        if let chosen = context.attention.chosen { list.selected = chosen.index }
        list.settle(count: rows.count, height: height)
    }

    private mutating func read(_ snapshot: Snapshot, _ context: ViewContext) {
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
                if context.conflict(id) != nil { what = .conflict }
            }
            return Row(
                id: id, name: facts.name, kind: facts.kindName, parameters: facts.distinctParameters.count, entries: entries,
                steps: state.steps[index], state: what)
        }
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("optimizers.matrix"): return matrix(context)
        case .action("optimizers.overlay"):
            guard let chosen = context.attention.chosen else { return .used }
            list.move(by: 1, count: rows.count)
            return .wishes([.overlay(chosen)] + choice)
        case .wheel(let distance, _):
            list.move(by: distance.signum(), count: rows.count)
            return .wishes(choice)
        case .click(_, let clicks):
            _ = list.handle(input, count: rows.count, page: height)
            return clicks == 2 ? matrix(context) : .wishes(choice)
        default: return list.handle(input, count: rows.count, page: height) ? .wishes(choice) : .unused
        }
    }

    private var choice: [Wish] { rows.indices.contains(list.selected) ? [.choose(rows[list.selected].id)] : [] }

    private func matrix(_ context: ViewContext) -> Response {
        context.attention.chosen.map { .wish(.open(Matrix($0))) } ?? .used
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect, look = context.look
        height = rect.height
        list.settle(count: rows.count, height: height)
        guard !rows.isEmpty else { return look.note("none yet: they appear as the workflow makes them", into: &canvas.frame, rect) }
        let counts = rows.map { String($0.parameters).count }.max() ?? 1, entries = rows.map { String($0.entries).count }.max() ?? 1
        let widths = Widths(
            names: min(max(6, rect.width - 22 - counts - entries), rows.map(\.name.displayWidth).max() ?? 0),
            kinds: max(10, rows.map(\.kind.displayWidth).max() ?? 0), parameters: counts, entries: entries)
        for row in 0..<rect.height where list.offset + row < rows.count {
            let index = list.offset + row
            let ground = index == list.selected ? look.theme[canvas.isFocused ? .selection : .selectionUnfocused] : nil
            let isOverlaid = context.attention.overlaid.contains(rows[index].id)
            canvas.put(line(rows[index], isOverlaid, widths, rect.width, look), in: rect.row(row), ground: ground)
        }
        canvas.scrollBar(offset: list.offset, count: rows.count)
    }

    private struct Widths {
        var names: Int
        var kinds: Int
        var parameters: Int
        var entries: Int
    }

    private func line(_ row: Row, _ isOverlaid: Bool, _ widths: Widths, _ width: Int, _ look: Look) -> TextLine {
        let role = Role.optimizer(row.id.index)
        var line = TextLine(isOverlaid ? look.glyphs[.overlaid] : " ", role)
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
