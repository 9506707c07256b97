import Debugging
import Trace

/// The course of the values: the versions of the selected node, and the numbers that change from step to step.
struct ProgressPane: View {
    static let card = ViewCard(
        id: "progress", title: "Progress", slot: .pane, number: "9", shared: [.moving],
        actions: [Action("progress.open", ["Enter"], "open", "show the event of the version; of a series, the trends")])

    private enum Target: Equatable {
        case moment(Int)
        case series(String)
    }
    private var lines: [(line: TextLine, target: Target?)] = []
    private var list = ListView()
    private var height = 1
    /// The version, node and width that the lines were made for.
    private var made: (version: Int, node: NodeID?, width: Int)?
    private var trends: (version: Int, value: Trends)?
    /// Whether it is on the screen: only then it is worked out.
    private var isSeen = false
    private var version: Int?
    /// Upper bound of the versions that are listed, newest first.
    private static let mostVersions = 12

    mutating func restart() { self = ProgressPane() }

    mutating func update(_ context: ViewContext) {
        version = context.snapshot?.version
        isSeen = false
    }

    func heading(_ context: ViewContext) -> TextLine { TextLine(context.selected?.name ?? "") }

    // MARK: Behind the keys

    func isSearching(_ context: ViewContext) -> Bool { isSeen && !context.isRunning && trends?.version != version }

    /// The numbers of a long run take more time than a key may.
    mutating func search(_ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot else { return [] }
        trends = (snapshot.version, Trends([(branch: snapshot.branch, record: snapshot.record, events: snapshot.state.events)]))
        (version, made) = (snapshot.version, nil)
        return []
    }

    // MARK: Input

    private var target: Target? { lines.indices.contains(list.selected) ? lines[list.selected].target : nil }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        if case .action("progress.open") = input { return open(context) }
        if case .found(let line) = input {
            list.selected = line
            return .used
        }
        guard list.handle(input, count: lines.count, page: height) else { return .unused }
        if case .click(_, 2) = input { return open(context) }
        return .used
    }

    private func open(_ context: ViewContext) -> Response {
        switch target {
        case .moment(let event): .wish(.ask("goto", .number(event)))
        case .series(let name): .wishes([.open(TrendsBox(at: name)), .ask("trends")])
        case nil: .used
        }
    }

    func hints(_ context: ViewContext) -> [Hint] { context.hints(["progress.open", "history.show", "command.trends"]) }

    func searchable(_ context: ViewContext) -> Searchable? {
        let lines = lines.map(\.line)
        return .rows(of: Self.card.id, "the progress", count: lines.count, at: list.selected) { lines[$0].text }
    }

    func selectedText(_ context: ViewContext) -> String? { lines.indices.contains(list.selected) ? lines[list.selected].line.text : nil }

    // MARK: Drawing

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        isSeen = true
        let rect = canvas.rect.inset(x: 1, y: 0)
        height = max(1, rect.height)
        guard let snapshot = context.snapshot else { return }
        let node = context.selected?.id
        if made == nil || made?.version != snapshot.version || made?.node != node || made?.width != rect.width {
            lines = versions(of: node, snapshot, width: rect.width, context) + series(width: rect.width, context)
            made = (snapshot.version, node, rect.width)
        }
        guard !lines.isEmpty else {
            return context.look.note(context.nothingYet("no value has changed yet"), indent: 0, into: &canvas.frame, rect)
        }
        list.settle(count: lines.count, height: height)
        for row in 0..<rect.height where list.offset + row < lines.count {
            let isChosen = canvas.isFocused && list.offset + row == list.selected
            canvas.put(lines[list.offset + row].line, in: rect.row(row), isChosen: isChosen)
        }
        canvas.scrollBar(offset: list.offset, count: lines.count)
    }

    private func versions(
        of node: NodeID?, _ snapshot: Snapshot, width: Int, _ context: ViewContext
    ) -> [(line: TextLine, target: Target?)] {
        guard let node, node.index < snapshot.state.nodeCount else { return [] }
        let blame = Blame(node, snapshot.state, snapshot.record)
        guard blame.versions.count > 1 else { return [] }
        let writer = HistoryLines(node: node, blame: blame, snapshot: snapshot, look: context.look)
        var lines: [(line: TextLine, target: Target?)] = [(writer.head(width: width), nil)]
        for place in blame.versions.indices.reversed().prefix(Self.mostVersions) {
            lines.append((writer.version(place, nil, width: width), .moment(blame.versions[place].event)))
        }
        let more = blame.versions.count - Self.mostVersions
        if more > 0 { lines.append((TextLine(context.text("  and \(more.grouped) more: {history.show}"), .textDim), nil)) }
        return lines + [(TextLine(), nil)]
    }

    private func series(width: Int, _ context: ViewContext) -> [(line: TextLine, target: Target?)] {
        guard let trends = trends?.value, !trends.series.isEmpty else { return [] }
        let names = min(width / 3, trends.series.map(\.name.displayWidth).max() ?? 0), glyphs = context.look.glyphs
        return [(TextLine("Trends", .textStrong).adding(context.text("  by step, {command.trends} has curves"), .textDim), nil)]
            + trends.series.flatMap { series in
                series.lines.map { line in
                    let course = glyphs.isASCII ? "" : line.sparkline(width: max(4, width - names - 24)) + "  "
                    return (
                        TextLine("  " + series.name.padded(to: names + 2, ellipsis: glyphs.ellipsis), .text).adding(course, .edge)
                            .adding("\(line.first.brief) → \(line.last.brief)", .valueNumber), .series(series.name)
                    )
                }
            }
    }
}
