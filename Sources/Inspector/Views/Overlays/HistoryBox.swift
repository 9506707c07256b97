import Debugging
import Trace

/// The values of a node with who wrote them, and for each line of one of them the version, step and feedback that brought it in.
struct HistoryBox: View {
    static let card = ViewCard(
        id: "history", title: "History", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("history.open", ["Enter"], "open", "show the event of the version; of a line, the story of its step"),
            Action("history.side", ["Tab"], "lines", "go to the lines, or back to the versions"),
            Action("history.lines", ["Right", "l"], "", "go to the lines"),
            Action("history.versions", ["Left", "h"], "", "go to the versions"),
            Action("history.earlier", ["["], "", "the version before"), Action("history.later", ["]"], "", "the version after"),
            Action("history.mark", ["Space"], "mark", "mark the version, to compare another with it"),
            Action("history.compare", ["="], "compare", "show how the version differs from the marked one, or from the one before"),
            Action("history.edit", ["e"], "edit", "change the data, beginning with this version"),
            Action("history.fork", ["F"], "fork", "run on from the event of the version, as a new branch"),
        ], opener: Action("history.show", ["H"], "history", "show the history of the selected node, and where each of its lines comes from")
    )

    private let node: NodeID
    private var blame: Blame
    private var made: Int?
    private var versions = ListView()
    private var lines = ListView()
    private var looksAtLines = false
    private var compares = false
    /// The place of a version that others are compared with.
    private var marked: Int?
    /// The lines about the chosen version.
    private var shown: (place: Int, lines: [Blame.Line])?
    private var heights = (versions: 1, lines: 1)
    /// The first rows of the lines, as they were drawn.
    private var border = 0
    private static let slice = 4000

    static func opened(_ context: ViewContext) -> Opening {
        guard let (id, _) = context.selected else { return .refused("no node is selected") }
        return .view(HistoryBox(id, context))
    }

    init(_ node: NodeID, _ context: ViewContext) {
        self.node = node
        if let snapshot = context.snapshot {
            blame = Blame(node, snapshot.state, snapshot.record)
            made = snapshot.version
        } else {
            blame = Blame(node, GraphState(), GraphRecord())
        }
        blame.compare(most: 10 * Self.slice)
    }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot, snapshot.version != made, node.index < snapshot.state.nodeCount else { return }
        made = snapshot.version
        let new = Blame(node, snapshot.state, snapshot.record)
        guard new.versions.map(\.event) != blame.versions.map(\.event) else { return }
        blame = new
        blame.compare(most: 10 * Self.slice)
        shown = nil
        marked = nil
    }

    func isSearching(_ context: ViewContext) -> Bool { !blame.isComplete }

    mutating func search(_ context: ViewContext) -> [Wish] {
        blame.compare(most: Self.slice)
        shown = nil
        return []
    }

    private var count: Int { blame.versions.count }
    /// The newest version comes first.
    private var place: Int { max(0, count - 1 - versions.selected) }

    // MARK: Input

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("box.close"): return .wish(.close)
        case .action("history.open"): return looksAtLines && !compares ? .wishes(story(context)) : moment(context)
        case .action("history.side"): looksAtLines.toggle()
        case .action("history.lines"): looksAtLines = true
        case .action("history.versions"): looksAtLines = false
        case .action("history.earlier"): versions.move(by: 1, count: count)
        case .action("history.later"): versions.move(by: -1, count: count)
        case .action("history.mark"): marked = marked == place ? nil : place
        case .action("history.compare"): compares.toggle()
        case .action("history.edit"): return .wishes(edit(context))
        case .action("history.fork"): return fork(context)
        case .found(let place): (lines.selected, looksAtLines, compares) = (place, true, false)
        case .click(let point, let clicks): return click(point, clicks, context)
        default:
            guard looksAtLines else { return .used(versions.handle(input, count: count, page: heights.versions)) }
            return .used(lines.handle(input, count: max(1, shown?.lines.count ?? 1), page: heights.lines))
        }
        return .used
    }

    private mutating func click(_ point: Point, _ clicks: Int, _ context: ViewContext) -> Response {
        looksAtLines = point.x >= border
        let input = Input.click(Point(x: point.x, y: point.y - 1), count: clicks)
        if looksAtLines {
            _ = lines.handle(.click(point, count: clicks), count: shown?.lines.count ?? 0, page: heights.lines)
        } else if point.y > 0 {
            _ = versions.handle(input, count: count, page: heights.versions)
        }
        return clicks == 2 ? handle(.action("history.open"), context) : .used
    }

    /// The lines of the chosen version.
    func searchable(_ context: ViewContext) -> Searchable? {
        let lines = shown?.lines ?? []
        return .rows(of: Self.card.id, "the lines", count: lines.count, at: self.lines.selected) { lines[$0].text }
    }

    private func moment(_ context: ViewContext) -> Response { .wishes([.ask("goto", .number(blame.versions[place].event)), .close]) }

    /// The story of the step that brought the chosen line in.
    private func story(_ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot, let origin = origin, let box = box(of: origin, snapshot, context) else {
            return [context.refusing("no step wrote this line: it is of the first value, or was written by the workflow or by hand")]
        }
        return [.open(box)]
    }

    private var origin: Blame.Version? {
        guard let shown, shown.lines.indices.contains(lines.selected) else { return nil }
        return blame.versions[shown.lines[lines.selected].origin]
    }

    private func box(of version: Blame.Version, _ snapshot: Snapshot, _ context: ViewContext) -> StoryBox? {
        let index = snapshot.record.proposal(writing: version.value, to: node, by: version.writer, event: version.event - 1)
        return index.flatMap { StoryBox(of: snapshot.record.proposals[$0].optimizer, $0, context) }
    }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        switch action {
        case "history.edit":
            if let reason = context.refusal(of: "set") { return reason }
            guard blame.versions.indices.contains(place), case .object = blame.versions[place].value else { return nil }
            return "\(Words.withArticle(blame.versions[place].value.typeName)) cannot be typed"
        case "history.fork": return context.refusal(of: "fork")
        default: return nil
        }
    }

    private func edit(_ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot else { return [] }
        let value = blame.versions[place].value, name = snapshot.record.name(node), text = snapshot.record.text(node, value)
        var isText = false
        if case .string = value { isText = true }
        if text.contains(where: \.isNewline) || text.count > 200 {
            return [.edit(text, .value(node: name, isText: isText)), .close]
        }
        let start = "set \(CommandLine.word(name)) "
        return [.close, .open(Prompt(start + (isText ? CommandLine.quoted(text) : text), selectingAfter: isText ? nil : start, context))]
    }

    private func fork(_ context: ViewContext) -> Response {
        return .wishes([.ask("goto", .number(blame.versions[place].event)), .ask("fork"), .close])
    }

    func hints(_ context: ViewContext) -> [Hint] {
        let opens = looksAtLines && !compares ? "story" : "look at it"
        return [
            context.hint("history.open", opens), context.hint("history.side", looksAtLines ? "versions" : "lines"),
            context.hint("history.mark"), context.hint("history.compare", compares ? "lines" : "compare"), context.hint("history.edit"),
            context.hint("history.fork"), context.hint("box.close"),
        ]
    }

    // MARK: Drawing

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot, node.index < snapshot.record.nodeCount else { return }
        versions.selected = max(0, min(versions.selected, count - 1))
        if shown?.place != place { shown = (place, blame.lines(of: place)) }
        let writer = HistoryLines(node: node, blame: blame, snapshot: snapshot, look: context.look)
        let width = canvas.boxWidth(150)
        // Without room for both, one of them is shown at a time.
        let isNarrow = width < 60, showsLines = looksAtLines || compares
        let left = isNarrow ? 0 : min(64, max(30, width * 2 / 5))
        let line = shown.flatMap { $0.lines.indices.contains(lines.selected) ? $0.lines[lines.selected] : nil }
        let whole = line.map { writer.whole($0, width: width - left - 4) } ?? []
        let details = whole + (origin.map { writer.details($0, lines.selected, width: width - left - 4) } ?? [])
        let rows = max(10, max(count + 1, (shown?.lines.count ?? 0) + details.count + 1))
        let inner = canvas.openBox(width: width, rows: rows, title: writer.title(place))
        let box = inner.boxAround, x = box.minX + left
        border = isNarrow ? showsLines ? 0 : inner.width : x - inner.minX
        let side = Rect(
            x: inner.minX, y: inner.minY, width: isNarrow ? inner.width : x - inner.minX - 1, height: inner.height)
        let right = Rect(x: x + 2, y: inner.minY, width: inner.maxX - x - 2, height: inner.height)
        if !isNarrow { drawBar(&canvas, box, x) }
        if !isNarrow || !showsLines { drawVersions(writer, &canvas, side) }
        if isNarrow, !showsLines { return }
        if compares { return drawDifference(writer, &canvas, right) }
        let below = min(details.count + 1, right.height / 2)
        let top = Rect(x: right.minX, y: right.minY, width: right.width, height: right.height - below)
        heights.lines = top.height
        let all = shown?.lines ?? []
        Self.draw(&lines, all.count, top, isFocused: looksAtLines, &canvas) { writer.line(all, $0, width: top.width) }
        canvas.scrollBar(offset: lines.offset, count: all.count, on: Rect(x: x, y: box.minY, width: box.maxX - x, height: top.height + 2))
        guard below > 1 else { return }
        canvas.divide(
            Rect(x: x, y: box.minY, width: box.maxX - x, height: box.height), at: top.maxY, writer.detailsTitle(origin, lines.selected))
        for (row, line) in details.enumerated() where top.maxY + 1 + row < inner.maxY {
            canvas.put(line, in: Rect(x: right.minX, y: top.maxY + 1 + row, width: right.width, height: 1))
        }
    }

    private func drawBar(_ canvas: inout Canvas, _ box: Rect, _ x: Int) {
        let style = canvas.theme[.paneBorderFocused], glyphs = canvas.glyphs
        canvas.frame.verticalLine(
            from: Point(x: x, y: box.minY + 1), length: box.height - 2, glyph: glyphs.line([.up, .down]), style: style)
        canvas.frame.put(glyphs.line([.left, .right, .up]), at: Point(x: x, y: box.maxY - 1), style: style)
    }

    private mutating func drawVersions(_ writer: HistoryLines, _ canvas: inout Canvas, _ side: Rect) {
        canvas.put(writer.head(width: side.width), in: side.row(0))
        let area = Rect(x: side.minX, y: side.minY + 1, width: side.width, height: max(1, side.height - 1))
        heights.versions = area.height
        let newest = count - 1, marked = marked
        Self.draw(&versions, count, area, isFocused: !looksAtLines, &canvas) { writer.version(newest - $0, marked, width: area.width) }
    }

    private static func draw(
        _ list: inout ListView, _ count: Int, _ rect: Rect, isFocused: Bool, _ canvas: inout Canvas, _ line: (Int) -> TextLine
    ) {
        list.settle(count: count, height: rect.height)
        let wasFocused = canvas.isFocused
        canvas.isFocused = isFocused
        for row in 0..<max(0, rect.height) where list.offset + row < count {
            canvas.put(line(list.offset + row), in: rect.row(row), isChosen: list.offset + row == list.selected)
        }
        canvas.isFocused = wasFocused
    }

    private mutating func drawDifference(_ writer: HistoryLines, _ canvas: inout Canvas, _ rect: Rect) {
        let other = marked ?? max(0, place - 1)
        let all = writer.difference(from: min(other, place), to: max(other, place), width: rect.width)
        heights.lines = rect.height
        lines.clamp(count: all.count, height: rect.height)
        for row in 0..<rect.height where lines.offset + row < all.count { canvas.put(all[lines.offset + row], in: rect.row(row)) }
        lines.selected = lines.offset
    }
}
