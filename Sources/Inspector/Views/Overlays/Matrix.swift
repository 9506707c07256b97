import Debugging
import Trace

/// All parameters by all optimizers: who attends to what, what feedback is there and who wrote it. The content of the chosen cell is below.
struct Matrix: View {
    static let card = ViewCard(
        id: "matrix", title: "Matrix", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action(
                "matrix.open", ["Enter"], "entries",
                "go to the entries of the cell; of an entry, show its event; of many with one text, unfold them"),
            Action("matrix.order", ["o"], "order", "order by conflicts, by sharing, by unused feedback, or by age"),
            Action("matrix.left", ["Left", "h"], "", "the optimizer to the left"),
            Action("matrix.right", ["Right", "l"], "", "the optimizer to the right"),
            Action("matrix.drop", ["d"], "drop", "drop the chosen entry"),
            Action("matrix.node", ["Space"], "select", "select the parameter, and choose the optimizer"),
            Action("matrix.explain", ["!"], "conflict", "explain the conflict of the optimizer"),
        ],
        opener: Action("matrix.show", ["M"], "matrix", "show all parameters by optimizers: who attends to what, and who wrote the feedback")
    )

    private var matrix: AttentionMatrix?
    private var version: Int?
    private var order = AttentionMatrix.Order.conflict
    private var rows = ListView()
    private var column: Int
    private var entries = ListView()
    private var looksAtEntries = false
    /// Whether many entries of one text have a line for each backward call.
    private var opensTexts = false
    /// The letter of the text whose first entry is to be chosen.
    private var wanted: String?
    private var widths: MatrixWidths?
    private var groups: (node: NodeID, lines: [MatrixLines.Entry])?
    private var layout = Drawn()

    /// The places of the parts, as they were drawn.
    private struct Drawn {
        var height = 1
        var first = 0
        var starts: [(column: Int, x: Int)] = []
        var entriesAt = 0
        var entryHeight = 1
    }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        let isEmpty = row.map { context.snapshot?.state.feedback.holds($0) != true } ?? true
        switch action {
        case "matrix.open": return isEmpty ? "there is no feedback on it" : nil
        case "matrix.drop": return context.refusal(of: "drop") ?? (isEmpty ? "there is no feedback on it" : nil)
        case "matrix.explain":
            return optimizer.flatMap { context.conflict($0) } == nil ? "its feedback can be combined: there is no conflict" : nil
        default: return nil
        }
    }

    static func opened(_ context: ViewContext) -> Opening {
        guard let snapshot = context.snapshot, (0..<snapshot.state.nodeCount).contains(where: { snapshot.record.isTrainable(NodeID($0)) })
        else { return .refused("there is no trainable node yet") }
        return .view(Matrix(context))
    }

    init(_ context: ViewContext) {
        column = context.attention.chosen?.index ?? 0
        update(context)
        rows.selected = firstRow(context.selection) ?? 0
    }

    /// The row that is chosen at first: that of the selected parameter, or the first on which the chosen optimizer has feedback.
    private func firstRow(_ selection: NodeID?) -> Int? {
        guard let matrix else { return nil }
        if let row = selection.flatMap({ matrix.rows.firstIndex(of: $0) }) { return row }
        return optimizer.flatMap { optimizer in matrix.rows.firstIndex { matrix.cell($0, optimizer).map { $0.count > 0 } ?? false } }
    }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot, snapshot.version != version else { return }
        version = snapshot.version
        let chosen = row
        var new = AttentionMatrix(snapshot.state, snapshot.record, findings: snapshot.problems.findings) { context.conflict($0) != nil }
        new.sort(by: order)
        matrix = new
        keep(chosen)
    }

    private var row: NodeID? { matrix.flatMap { $0.rows.indices.contains(rows.selected) ? $0.rows[rows.selected] : nil } }
    private var optimizer: OptimizerID? { matrix.flatMap { $0.optimizers.indices.contains(column) ? $0.optimizers[column] : nil } }

    private mutating func keep(_ node: NodeID?) {
        (groups, opensTexts, widths) = (nil, false, nil)
        if let node, let place = matrix?.rows.firstIndex(of: node) { rows.selected = place }
    }

    // MARK: Input

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard let matrix else { return .wish(.close) }
        switch input {
        case .action("box.close"):
            guard looksAtEntries else { return .wish(.close) }
            // The opened texts are folded first.
            if opensTexts { (opensTexts, groups, entries) = (false, nil, ListView()) } else { looksAtEntries = false }
        case .action("matrix.open"): return open(context)
        case .action("matrix.order"):
            let all = AttentionMatrix.Order.allCases, chosen = row
            order = all[((all.firstIndex(of: order) ?? 0) + 1) % all.count]
            self.matrix?.sort(by: order)
            keep(chosen)
        case .action("matrix.left"): move(to: column - 1)
        case .action("matrix.right"): move(to: column + 1)
        case .wheel(let distance, true): move(to: column + distance.signum())
        case .action("matrix.drop"): return drop(context)
        case .action("matrix.node"): return .wishes((row.map { [.select($0)] } ?? []) + (optimizer.map { [.choose($0)] } ?? []) + [.close])
        case .action("matrix.explain"):
            return optimizer.map { .wish(.open(ConflictBox($0, context))) } ?? .used
        case .found(let place): (rows.selected, entries, looksAtEntries) = (place, ListView(), false)
        case .click(let point, let clicks): return click(point, clicks, context)
        default:
            if looksAtEntries { return .used(entries.handle(input, count: groups?.lines.count ?? 0, page: layout.entryHeight)) }
            let before = rows.selected
            guard rows.handle(input, count: matrix.rows.count, page: layout.height) else { return .unused }
            if rows.selected != before { (entries, opensTexts) = (ListView(), false) }
        }
        return .used
    }

    func searchable(_ context: ViewContext) -> Searchable? {
        guard let record = context.snapshot?.record, let nodes = matrix?.rows else { return nil }
        return .rows(of: Self.card.id, "parameters", count: nodes.count, at: rows.selected) { record.name(nodes[$0]) }
    }

    private mutating func move(to place: Int) {
        column = max(0, min((matrix?.optimizers.count ?? 1) - 1, place))
        looksAtEntries = false
    }

    private mutating func open(_ context: ViewContext) -> Response {
        guard let lines = groups?.lines, !lines.isEmpty else { return .wish(.say("there is no feedback on it")) }
        guard looksAtEntries else {
            looksAtEntries = true
            return .used
        }
        let entry = lines[min(entries.selected, lines.count - 1)]
        if entry.calls > 1 {
            (opensTexts, groups) = (true, nil)
            wanted = entry.letter
            return .used
        }
        return .wishes([.ask("goto", .number(entry.event)), .close])
    }

    private func drop(_ context: ViewContext) -> Response {
        guard let row, let lines = groups?.lines, !lines.isEmpty else { return .used }
        let entry = lines[min(entries.selected, lines.count - 1)]
        return .wish(.ask("drop", .node(row), .number(entry.number)))
    }

    private mutating func click(_ point: Point, _ clicks: Int, _ context: ViewContext) -> Response {
        if point.y > layout.entriesAt {
            looksAtEntries = true
            _ = entries.handle(
                .click(Point(x: point.x, y: point.y - layout.entriesAt - 1), count: clicks), count: groups?.lines.count ?? 0,
                page: layout.entryHeight)
            return clicks == 2 ? open(context) : .used
        }
        looksAtEntries = false
        if let hit = layout.starts.last(where: { $0.x <= point.x }) { column = hit.column }
        guard point.y > 0, point.y <= layout.height else { return .used }
        _ = rows.handle(.click(Point(x: point.x, y: point.y - 1), count: clicks), count: matrix?.rows.count ?? 0, page: layout.height)
        return clicks == 2 ? open(context) : .used
    }

    func hints(_ context: ViewContext) -> [Hint] {
        if looksAtEntries {
            return [context.hint("matrix.open", "look at it"), context.hint("matrix.drop"), context.hint("box.close", "back")]
        }
        let arrows = context.hint(["move.down", "move.up", "matrix.left", "matrix.right"], "move")
        return [
            arrows, context.hint("matrix.open"), context.hint("matrix.node"), context.hint("matrix.order", "by \(order.rawValue)"),
            context.hint("matrix.explain"), context.hint("matrix.drop"), context.hint("box.close"),
        ]
    }

    // MARK: Drawing

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot, let matrix else { return }
        let widths = widths ?? MatrixWidths(matrix, snapshot.record, context.look)
        self.widths = widths
        let writer = MatrixLines(matrix: matrix, snapshot: snapshot, look: context.look, widths: widths)
        if groups?.node != row { groups = row.map { ($0, entries(on: $0, writer)) } }
        if let letter = wanted, let place = groups?.lines.firstIndex(where: { $0.letter == letter }) { entries.selected = place }
        wanted = nil
        column = max(0, min(column, matrix.optimizers.count - 1))
        let lines = groups?.lines ?? [], room = canvas.rect.height - 2
        let below = max(1, min(lines.count, max(3, room / 3)))
        let wanted = matrix.rows.count + 3 + below
        let width = canvas.boxWidth(max(96, writer.width))
        let title = "Parameters × optimizers  \(matrix.rows.count.grouped) × \(matrix.optimizers.count), \(order.words)"
        let inner = canvas.openBox(width: width, rows: wanted, title: title), box = inner.boxAround
        layout.height = max(1, inner.height - 3 - below)
        rows.settle(count: matrix.rows.count, height: layout.height)
        let columns = writer.columns(width: inner.width, from: layout.first, around: column)
        layout.first = columns.all.first?.column ?? 0
        layout.starts = columns.all.map { ($0.column, $0.x) }
        canvas.put(writer.head(columns), in: inner.row(0))
        for row in 0..<layout.height where rows.offset + row < matrix.rows.count {
            let isChosen = rows.offset + row == rows.selected, rect = inner.row(row + 1)
            let line = writer.row(matrix.rows[rows.offset + row], columns)
            guard isChosen else {
                canvas.put(line, in: rect)
                continue
            }
            canvas.isFocused = !looksAtEntries
            canvas.put(line, in: rect, isChosen: true)
            canvas.isFocused = true
            guard let cell = columns.all.first(where: { $0.column == column }) else { continue }
            // The cell has one look as a whole: its parts have colours of their own.
            var style = canvas.theme[.selection]
            style.attributes.formSymmetricDifference(.reverse)
            canvas.frame.restyle(Rect(x: rect.minX + cell.x, y: rect.minY, width: cell.width - 1, height: 1)) { _ in style }
        }
        canvas.put(writer.foot(columns), in: inner.row(layout.height + 1))
        canvas.scrollBar(
            offset: rows.offset, count: matrix.rows.count,
            on: Rect(x: box.minX, y: box.minY + 1, width: box.width, height: layout.height + 2))
        layout.entriesAt = layout.height + 2
        layout.entryHeight = max(1, inner.height - layout.entriesAt - 1)
        canvas.divide(box, at: inner.minY + layout.entriesAt, writer.entriesTitle(row, optimizer))
        let area = Rect(x: inner.minX, y: inner.minY + layout.entriesAt + 1, width: inner.width, height: layout.entryHeight)
        drawEntries(lines, writer, area, &canvas)
    }

    private func entries(on node: NodeID, _ writer: MatrixLines) -> [MatrixLines.Entry] {
        let all = writer.entries(on: node)
        return opensTexts || all.count <= MatrixLines.mostLines ? all : writer.texts(of: all)
    }

    private mutating func drawEntries(_ lines: [MatrixLines.Entry], _ writer: MatrixLines, _ area: Rect, _ canvas: inout Canvas) {
        guard !lines.isEmpty else { return canvas.put(writer.empty(row), in: area.row(0)) }
        entries.settle(count: lines.count, height: area.height)
        for place in 0..<area.height where entries.offset + place < lines.count {
            let index = entries.offset + place
            let isChosen = looksAtEntries && index == entries.selected
            canvas.put(writer.line(lines[index], width: area.width), in: area.row(place), isChosen: isChosen)
        }
    }
}

extension AttentionMatrix.Order {
    fileprivate var words: String {
        switch self {
        case .conflict: "conflicts first"
        case .shared: "shared first"
        case .unread: "unused first"
        case .made: "as made"
        }
    }
}
