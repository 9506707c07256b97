import Debugging
import Trace

/// The costs of language models as a table: for each optimizer, its steps, and each node, and the rest of the budget.
struct LedgerBox: View {
    static let card = ViewCard(
        id: "ledger", title: "Ledger", slot: .overlay, shared: [.boxes, .moving],
        actions: [Action("ledger.close", ["Enter", "l"], "", "close the ledger")])

    private var text: ScrolledText

    private struct Column: Sendable {
        var title: String
        /// Nil leaves the cell empty.
        var cell: @Sendable (Ledger.Sums) -> String?
    }
    private static let columns = [
        Column(title: "asked") { $0.requests.grouped },
        Column(title: "prompt") { number($0.promptTokens) },
        Column(title: "answer") { number($0.completionTokens) },
        Column(title: "cost") { cost($0) },
        Column(title: "time") { $0.seconds > 0 ? "\(Value.text(of: ($0.seconds * 10).rounded() / 10)) s" : nil },
        Column(title: "retries") { number($0.retries) },
        Column(title: "replays") { number($0.replays) },
        Column(title: "by hand") { number($0.byHand) },
        Column(title: "failed") { number($0.failed) },
    ]

    init(_ snapshot: Snapshot, _ look: Look) {
        let record = snapshot.record
        let ledger = Ledger(of: record, upTo: snapshot.state.events)
        var rows: [(name: TextLine, sums: Ledger.Sums?)] = []
        for asker in ledger.askers {
            let role: Role = asker.asker.optimizer.map { .optimizer($0.index) } ?? .nodeMessage
            rows.append((TextLine(look.name(of: asker.asker, record), role), asker.sums))
            let steps = ledger.steps.filter { $0.asker == asker.asker }
            rows += steps.map { (TextLine("  step \($0.step ?? 0)", .text), $0.sums) }
            for part in ledger.nodes where part.asker == asker.asker {
                rows.append((TextLine("  " + (part.node.map { record.name($0) } ?? "without an answer"), .nodeMessage), part.sums))
            }
        }
        rows.append((TextLine("in all", .textStrong), ledger.total))
        let names = min(30, (rows.map(\.name.width).max() ?? 0) + 2)
        // A column that is empty in all rows is left out, but the cost is always shown.
        let columns = Self.columns.enumerated().filter { $0.offset < 5 || $0.element.cell(ledger.total) != nil }.map(\.element)
        let widths = columns.map { column in
            max(column.title.displayWidth, rows.compactMap { $0.sums.flatMap(column.cell)?.displayWidth }.max() ?? 0) + 2
        }
        var head = TextLine("".padded(to: names), .textDim)
        for (column, width) in zip(columns, widths) { head.add(column.title.padded(to: width, alignment: .right), .textDim) }
        var lines = [head]
        for (name, sums) in rows {
            var line = TextLine(name.text.padded(to: names, ellipsis: look.glyphs.ellipsis), name.spans.first?.role ?? .text)
            for (column, width) in zip(columns, widths) {
                line.add((sums.flatMap(column.cell) ?? "").padded(to: width, alignment: .right), .text)
            }
            lines.append(line)
        }
        if ledger.total.requests == 0 { lines = [TextLine("nothing was asked yet", .textDim)] }
        lines += Self.notes(ledger.total, snapshot.asking.models)
        text = ScrolledText(lines)
    }

    private static func notes(_ total: Ledger.Sums, _ models: ModelStatus) -> [TextLine] {
        var notes: [TextLine] = []
        if let budget = models.budget { notes.append(TextLine("budget: \(budget.text)", .textStrong)) }
        if total.unpriced > 0 {
            let what = total.unpriced == 1 ? "1 answer has" : "\(total.unpriced.grouped) answers have"
            let advice = "set prompt_price and completion_price in a table [models.NAME] of the configuration"
            notes.append(TextLine("?: \(what) no known price: \(advice)", .textDim))
        }
        if total.replays > 0 {
            notes.append(TextLine("replays count with their recorded tokens and cost; nothing was spent on them", .textDim))
        }
        if let file = models.recording { notes.append(TextLine("every exchange is recorded to \(file)", .textDim)) }
        return notes.isEmpty ? [] : [TextLine("")] + notes
    }

    private static func number(_ number: Int) -> String? { number > 0 ? number.grouped : nil }

    /// An answer without a price makes the sum one that is not known.
    private static func cost(_ sums: Ledger.Sums) -> String? {
        let live = sums.promptTokens + sums.completionTokens > 0
        if sums.unpriced > 0 { return sums.cost > 0 ? Dollars.text(sums.cost) + " + ?" : "?" }
        return live ? Dollars.text(sums.cost) : nil
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("ledger.close"), .action("box.close"): .wish(.close)
        default: .used(text.handle(input))
        }
    }

    func searchable(_ context: ViewContext) -> Searchable? { text.searchable(in: id) }

    func hints(_ context: ViewContext) -> [Hint] { context.scrolling }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let width = canvas.boxWidth(max(60, text.widest + 4))
        let inner = canvas.openBox(width: width, rows: max(2, text.count(width: width - 4)), title: Self.card.title)
        text.draw(into: &canvas, inner)
    }
}
