import Debugging
import Trace

/// The problems that the event log shows, the gravest first.
struct ProblemsPane: View {
    static let card = ViewCard(
        id: "problems", title: "Problems", slot: .pane, number: "6", shared: [.moving],
        actions: [Action("problems.look", ["Enter"], "look at", "read the problem in full, and show its event and its node")])

    private(set) var findings: [Finding] = []
    /// Whether there may be more of them.
    private(set) var isSearching = false
    private(set) var list = ListView()
    /// The number of problems that there is room for, and the rows of each: with much room, the advice is below it.
    private var height = 1, rows = 1
    private var version: Int?

    var count: Int { findings.count }
    /// The problems that are mistakes.
    var mistakes: Int { findings.count { $0.severity > .note } }
    var hasErrors: Bool { findings.contains { $0.severity == .error } }
    var selected: Finding? { findings.indices.contains(list.selected) ? findings[list.selected] : nil }

    mutating func restart() { self = ProblemsPane() }

    func badge(_ context: ViewContext) -> TextLine? {
        mistakes > 0 ? TextLine("\(mistakes) ", hasErrors ? .messageError : .messageWarning) : nil
    }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot, snapshot.version != version else { return }
        version = snapshot.version
        findings = snapshot.problems.findings.sorted { ($0.severity, -$0.event) > ($1.severity, -$1.event) }
        isSearching = snapshot.problems.seeksMore
        list.settle(count: count, height: height)
    }

    /// The note on the search in the pane's border.
    func heading(_ context: ViewContext) -> TextLine { TextLine(isSearching && count > 0 ? "looking for more" : "") }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? { selected == nil ? "there is no problem to look at" : nil }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        if case .action("problems.look") = input { return .wishes(open(context)) }
        if case .found(let place) = input { list.selected = place }
        var input = input
        if case .click(let point, let times) = input { input = .click(Point(x: point.x, y: point.y / rows), count: times) }
        guard list.handle(input, count: count, page: height) else { return .unused }
        if case .click(_, 2) = input { return .wishes(open(context)) }
        return .used
    }

    func selectedText(_ context: ViewContext) -> String? { notice?.lines.joined(separator: "\n") }

    func searchable(_ context: ViewContext) -> Searchable? {
        guard !findings.isEmpty, let record = context.snapshot?.record else { return nil }
        let findings = findings
        return Searchable(
            view: Self.card.id, what: "problems", hint: "a part of a problem", count: findings.count, start: list.selected,
            origin: list.selected
        ) { place, text in
            let finding = findings[place], nodes = finding.nodes.filter { $0.index < record.nodeCount }.map { record.name($0) }
            let all = [finding.code.rawValue, finding.message, finding.fix, finding.place ?? ""] + nodes
            return all.contains { text.isIn($0) } ? Searchable.Hit(place: place) : nil
        }
    }

    /// Shows the chosen problem in full, with the moment and the node that it speaks of.
    private func open(_ context: ViewContext) -> [Wish] {
        guard let finding = selected, let notice, let snapshot = context.snapshot else { return [] }
        let node = finding.nodes.first.flatMap { $0.index < snapshot.record.nodeCount ? $0 : nil }
        if finding.code == .conflict, let optimizer = finding.optimizers.first, snapshot.record.optimizers.indices.contains(optimizer.index)
        {
            return (node.map { [.select($0)] } ?? []) + [
                .ask("goto", .number(finding.event)), .open(ConflictBox(optimizer, context, at: finding.event)),
            ]
        }
        return [.open(notice)] + (node.map { [.select($0)] } ?? []) + [.ask("goto", .number(finding.event))]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect.inset(x: 1, y: 0), look = context.look
        rows = rect.height >= 12 && rect.width >= 60 ? 2 : 1
        height = max(1, rect.height / rows)
        list.settle(count: count, height: height)
        guard count > 0 else {
            let note = isSearching ? "looking for problems \(look.glyphs.ellipsis)" : "no problems so far"
            return look.note(note, indent: 0, into: &canvas.frame, rect)
        }
        for place in 0..<height where list.offset + place < count {
            let finding = findings[list.offset + place], isChosen = list.offset + place == list.selected
            canvas.put(line(finding, look), in: rect.row(place * rows), isChosen: isChosen)
            if rows > 1 { canvas.put(advice(finding, context), in: rect.row(place * rows + 1), isChosen: isChosen) }
        }
        canvas.scrollBar(offset: list.offset, count: count)
    }

    private func line(_ finding: Finding, _ look: Look) -> TextLine {
        let sign: Sign =
            switch finding.severity {
            case .error: .error
            case .warning: .warning
            case .note: .note
            }
        let role = sign.role
        var line = TextLine(look.glyphs[sign] + " ", role)
        line.add((finding.isByHand ? "by hand" : finding.site.map { "line \($0.line)" } ?? "").padded(to: 10), .eventNumber)
        line.add(finding.code.rawValue.padded(to: 24), role)
        line.add(finding.message + (finding.times > 1 ? "  ×\(finding.times)" : ""), .event)
        return line
    }

    /// The advice on a problem and its nodes, in a second row.
    private func advice(_ finding: Finding, _ context: ViewContext) -> TextLine {
        var line = TextLine("".padded(to: 12), .textDim)
        line.add(finding.fix, .text)
        guard let record = context.snapshot?.record else { return line }
        for id in finding.optimizers.prefix(6) where id.index < record.optimizers.count {
            line.add("  \(context.look.letter(id)) \(record.optimizers[id.index].name)", .optimizer(id.index))
        }
        let nodes = finding.nodes.filter { $0.index < record.nodeCount }
        if !nodes.isEmpty { line.add("  " + record.list(nodes), .nodeParameter) }
        return line
    }

    /// The chosen problem in full, for a box.
    var notice: Notice? {
        selected.map { finding in
            let place = finding.place.map { "\($0)  " } ?? ""
            var lines = ["\(place)\(finding.message)", "", "What to do: \(finding.fix)."]
            if let stack = finding.stackText { lines += ["", "In: \(stack)"] }
            if finding.isByHand { lines += ["", "A command by hand did this, and 'undo' takes it back with it."] }
            return Notice(
                title: "\(finding.severity.rawValue): \(finding.code.rawValue)",
                lines: lines, isError: finding.severity == .error)
        }
    }
}
