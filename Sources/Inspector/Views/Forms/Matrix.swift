import Debugging
import Trace

/// The feedback lists of an optimizer's parameters: a row for each parameter, a column for each child, in each cell the length of the list
/// and the optimizers whose backward wrote it.
struct Matrix: Equatable, Sendable {
    let optimizer: OptimizerID
    private var row = 0
    private var column = 0

    init(_ optimizer: OptimizerID) { self.optimizer = optimizer }

    mutating func handle(_ key: Key) -> FormResult {
        switch key {
        case .named(.escape), .named(.enter), .character("q"): return .closed
        case .named(.up), .character("k"): row -= 1
        case .named(.down), .character("j"): row += 1
        case .named(.left), .character("h"): column -= 1
        case .named(.right), .character("l"): column += 1
        default: break
        }
        return .open
    }

    mutating func scroll(_ distance: Int) { row += distance }

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

    mutating func draw(into frame: inout Frame, area: Rect, _ snapshot: Snapshot, _ look: Look) {
        guard optimizer.index < snapshot.state.optimizerCount else { return }
        let record = snapshot.record, parameters = record.optimizers[optimizer.index].distinctParameters
        let table = table(parameters, snapshot, look)
        let names = min(28, (parameters.map { record.name($0).displayWidth }.max() ?? 0) + 4)
        let widths = table.columns.map { source in
            max(6, record.name(of: source).displayWidth, table.cells.values.compactMap { $0[source]?.width }.max() ?? 0) + 2
        }
        let wanted = max(48, names + widths.reduce(0, +) + 4)
        let rows = min(area.height, max(4, parameters.count + 3)), width = min(area.width - 4, wanted)
        let rect = Rect(x: area.midX - width / 2, y: area.minY + (area.height - rows) / 2, width: width, height: rows)
        let title = "\(look.letter(optimizer)) \(record.optimizers[optimizer.index].name): parameters × children"
        let inner = look.box(rect, title: look.glyphs.isASCII ? title.replacing("×", with: "x") : title, into: &frame)
        guard !table.columns.isEmpty else { return look.note("no parameter holds feedback", into: &frame, inner) }
        let shownRows = max(1, inner.height - 1)
        row = max(0, min(row, parameters.count - shownRows))
        column = max(0, min(column, table.columns.count - 1))
        var head = TextLine()
        head.pad(to: names)
        for (source, width) in zip(table.columns, widths).dropFirst(column) {
            head.add(record.name(of: source).padded(to: width), .textDim)
        }
        frame.put(head, in: inner.row(0), theme: look.theme, glyphs: look.glyphs)
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
            frame.put(line, in: inner.row(index + 1), theme: look.theme, glyphs: look.glyphs)
        }
    }
}
