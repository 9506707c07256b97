import Debugging
import Trace

/// The feedback lists of an optimizer's parameters: a row for each parameter, a column for each child, in each cell the length of the list
/// and the optimizers whose backward wrote it.
struct Matrix: View {
    static let card = ViewCard(
        id: "matrix", title: "Matrix", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("matrix.close", ["Enter"], "", "close the matrix"), Action("matrix.left", ["Left", "h"], "", "the column to the left"),
            Action("matrix.right", ["Right", "l"], "", "the column to the right"),
        ])

    let optimizer: OptimizerID
    private var row = 0
    private var column = 0
    private var height = 1

    init(_ optimizer: OptimizerID) { self.optimizer = optimizer }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("matrix.close"), .action("box.close"): return .wish(.close)
        case .action("move.up"): row -= 1
        case .action("move.down"): row += 1
        case .action("move.page-up"): row -= max(1, height - 1)
        case .action("move.page-down"): row += max(1, height - 1)
        case .action("move.first"): row = 0
        case .action("move.last"): row = 1 << 30
        case .action("matrix.left"): column -= 1
        case .action("matrix.right"): column += 1
        case .wheel(let distance, let isHorizontal): if isHorizontal { column += distance.signum() } else { row += distance.signum() }
        case .scroll(let top): row = top
        default: return .unused
        }
        return .used
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [context.hint(["move.down", "move.up", "matrix.left", "matrix.right"], "scroll"), context.hint("box.close")]
    }

    private struct Table {
        var columns: [FeedbackSource] = []
        var cells: [NodeID: [FeedbackSource: TextLine]] = [:]
        var conflicts: Set<NodeID> = []
    }

    private func table(_ parameters: [NodeID], _ snapshot: Snapshot, _ look: Look) -> Table {
        var table = Table()
        for parameter in parameters {
            var texts = Set<Value>()
            for (source, entries) in snapshot.state.entries(parameter, in: snapshot.record) {
                if !table.columns.contains(source), table.columns.count < 200 { table.columns.append(source) }
                var writers: [OptimizerID?] = []
                for entry in entries {
                    let call = snapshot.record.backwards[entry.backward - 1]
                    if snapshot.record.isGraph(entry) { texts.insert(snapshot.record.feedback(of: entry)) }
                    if !writers.contains(call.optimizer) { writers.append(call.optimizer) }
                }
                var line = TextLine(String(entries.count), .text)
                for writer in writers {
                    line.add(
                        " " + (writer.map { look.letter($0) } ?? String(look.glyphs.none)),
                        writer.map { Role.optimizer($0.index) } ?? .textDim)
                }
                table.cells[parameter, default: [:]][source] = line
            }
            if texts.count > 1 { table.conflicts.insert(parameter) }
        }
        return table
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot, optimizer.index < snapshot.state.optimizerCount else { return }
        let look = context.look
        let record = snapshot.record, parameters = record.optimizers[optimizer.index].distinctParameters
        let table = table(parameters, snapshot, look)
        let names = min(28, (parameters.map { record.name($0).displayWidth }.max() ?? 0) + 4)
        let widths = table.columns.map { source in
            max(6, record.name(of: source).displayWidth, table.cells.values.compactMap { $0[source]?.width }.max() ?? 0) + 2
        }
        let wanted = max(48, names + widths.reduce(0, +) + 4)
        let title = "\(look.letter(optimizer)) \(record.optimizers[optimizer.index].name): parameters × children"
        let inner = canvas.openBox(width: min(canvas.rect.width - 4, wanted), rows: max(2, parameters.count + 1), title: title)
        guard !table.columns.isEmpty else { return look.note("no parameter holds feedback", into: &canvas.frame, inner) }
        let shownRows = max(1, inner.height - 1)
        height = shownRows
        row = max(0, min(row, parameters.count - shownRows))
        column = max(0, min(column, table.columns.count - 1))
        var head = TextLine()
        head.pad(to: names)
        for (source, width) in zip(table.columns, widths).dropFirst(column) {
            head.add(record.name(of: source).padded(to: width), .textDim)
        }
        canvas.put(head, in: inner.row(0))
        for index in 0..<shownRows where row + index < parameters.count {
            let parameter = parameters[row + index]
            let conflicts = table.conflicts.contains(parameter)
            var line = TextLine(conflicts ? "\(look.glyphs.exception) " : "  ", .feedbackConflict)
            line.add(record.name(parameter).truncated(to: names - 3, ellipsis: look.glyphs.ellipsis), .nodeParameter)
            line.pad(to: names)
            for (source, width) in zip(table.columns, widths).dropFirst(column) {
                let end = line.width + width
                if let cell = table.cells[parameter]?[source] {
                    line.spans += cell.spans
                } else {
                    line.add(String(look.glyphs.none), .nodeDim)
                }
                line.pad(to: end)
            }
            canvas.put(line, in: inner.row(index + 1))
        }
        canvas.scrollBar(offset: row, count: parameters.count + 1)
    }
}
