import Debugging
import Trace

/// The problems that the event log shows, the gravest first. The chosen one is shown in full, with its advice.
struct ProblemsPane: View {
    static let card = ViewCard(
        id: "problems", title: "Problems", slot: .pane, number: "6", shared: [.moving],
        actions: [
            Action("problems.look", ["Enter"], "look at", "show the event and the node of the problem, and explain a conflict"),
            Action("problems.read", ["Space"], "read", "read the problem in full, with the calls that led to it"),
        ])

    private(set) var findings: [Finding] = []
    /// Whether there may be more of them.
    private(set) var isSearching = false
    private(set) var list = ListView()
    /// The rows of the pane, and those of a problem that is not chosen: with much room, the advice is below it.
    private var height = 1, rows = 1
    /// The problem on each visible row.
    private var visible: [Int] = []
    private var version: Int?

    var count: Int { findings.count }
    /// The problems that are mistakes.
    var mistakes: Int { findings.count { $0.severity > .note } }
    var hasErrors: Bool { findings.contains { $0.severity == .error } }
    var selected: Finding? { findings.indices.contains(list.selected) ? findings[list.selected] : nil }

    mutating func restart() { self = ProblemsPane() }

    func badge(_ context: ViewContext) -> TextLine? {
        mistakes > 0 ? TextLine("\(mistakes)", hasErrors ? .messageError : .messageWarning).adding(" ") : nil
    }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot, snapshot.version != version else { return }
        version = snapshot.version
        findings = snapshot.problems.findings.sorted { ($0.severity, -$0.event) > ($1.severity, -$1.event) }
        isSearching = snapshot.problems.seeksMore
        list.selected = max(0, min(list.selected, count - 1))
    }

    /// The note on the search in the pane's border.
    func heading(_ context: ViewContext) -> TextLine { TextLine(isSearching && count > 0 ? "looking for more" : "") }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? { selected == nil ? "there is no problem to look at" : nil }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("problems.look"): return .wishes(look(context))
        case .action("problems.read"): return .wishes(notice.map { [.open($0)] } ?? [])
        case .found(let place): list.selected = place
        case .click(let point, let times):
            guard visible.indices.contains(point.y) else { return .used }
            list.selected = visible[point.y]
            if times == 2 { return .wishes(look(context)) }
        case .scroll(let top): list.offset = top / rows
        default: return .used(list.handle(input, count: count, page: max(1, height / rows)))
        }
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

    /// Shows the event and the node of the chosen problem.
    private func look(_ context: ViewContext) -> [Wish] {
        guard let finding = selected, let snapshot = context.snapshot else { return [] }
        let node = finding.nodes.first.flatMap { $0.index < snapshot.record.nodeCount ? $0 : nil }
        let there: [Wish] = (node.map { [.select($0)] } ?? []) + [.ask("goto", .number(finding.event))]
        guard finding.code == .conflict, let optimizer = finding.optimizers.first,
            snapshot.record.optimizers.indices.contains(optimizer.index)
        else { return there }
        return there + [.open(ConflictBox(optimizer, context, at: finding.event))]
    }

    // MARK: Drawing

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect.inset(x: 1, y: 0), look = context.look
        rows = rect.height >= 12 ? 2 : 1
        height = max(1, rect.height)
        visible = []
        guard count > 0 else {
            let note = isSearching ? "looking for problems \(look.glyphs.ellipsis)" : "no problems so far"
            return look.note(note, indent: 0, into: &canvas.frame, rect)
        }
        list.selected = max(0, min(list.selected, count - 1))
        let codes = findings.reduce(0) { max($0, $1.code.rawValue.count) } + 2
        let detail = detail(width: rect.width, context)
        settle(chosenRows: min(height, 1 + detail.count))
        var index = list.offset
        while visible.count < height, index < count {
            let isChosen = index == list.selected
            // Problems after the event shown are dim, as events are.
            let isAhead = findings[index].event > context.snapshot?.cursor ?? .max
            var lines = [line(findings[index], codes, look, hasMessage: !isChosen)]
            if isAhead { lines = lines.map { TextLine($0.text, .textDim) } }
            if isChosen { lines += detail } else if rows > 1 { lines.append(advice(findings[index], codes, look)) }
            for line in lines where visible.count < height {
                canvas.put(line, in: rect.row(visible.count), isChosen: isChosen)
                visible.append(index)
            }
            index += 1
        }
        canvas.scrollBar(offset: list.offset * rows, count: (count - 1) * rows + 1 + detail.count)
    }

    /// Brings the chosen problem into sight as a whole, and leaves no row empty that another one could have.
    private mutating func settle(chosenRows: Int) {
        func taken(_ from: Int, _ through: Int) -> Int {
            from > through ? 0 : (through - from) * rows + (from...through ~= list.selected ? chosenRows : rows)
        }
        list.offset = max(0, min(list.offset, list.selected))
        while list.offset < list.selected, taken(list.offset, list.selected) > height { list.offset += 1 }
        while list.offset > 0, taken(list.offset - 1, count - 1) <= height { list.offset -= 1 }
    }

    private func line(_ finding: Finding, _ codes: Int, _ look: Look, hasMessage: Bool) -> TextLine {
        let sign: Sign =
            switch finding.severity {
            case .error: .error
            case .warning: .warning
            case .note: .note
            }
        let role = sign.role
        var line = TextLine(look.glyphs[sign] + " ", role)
        line.add((finding.isByHand ? "by hand" : finding.site.map { "line \($0.line)" } ?? "").padded(to: 10), .eventNumber)
        line.add(finding.code.rawValue.padded(to: codes), role)
        if hasMessage { line.add(finding.message, .event) }
        if finding.times > 1 { line.add((hasMessage ? "  " : "") + "×\(finding.times)", .event) }
        return line
    }

    /// The advice on a problem that is not chosen, in a second row.
    private func advice(_ finding: Finding, _ codes: Int, _ look: Look) -> TextLine {
        TextLine("".padded(to: 12 + codes), .textDim).adding("\(look.glyphs.right) \(finding.fix)", .text)
    }

    /// The chosen problem below its first row: the message, the advice, and what it is about.
    private func detail(width: Int, _ context: ViewContext) -> [TextLine] {
        guard let finding = selected, let record = context.snapshot?.record else { return [] }
        let look = context.look, room = max(8, width - 4)
        var lines = finding.message.wrapped(to: room).map { TextLine("  " + $0, .event) }
        for (place, part) in "\(finding.fix)".wrapped(to: room).enumerated() {
            lines.append(TextLine(place == 0 ? "\(look.glyphs.right) " : "  ", .helpKey).adding(part, .textStrong))
        }
        var about = TextLine("  ")
        for id in finding.optimizers.prefix(6) where id.index < record.optimizers.count {
            about.add("\(look.letter(id)) \(record.optimizers[id.index].name)  ", .optimizer(id.index))
        }
        let nodes = finding.nodes.filter { $0.index < record.nodeCount }
        if !nodes.isEmpty { about.add(record.list(nodes) + "  ", .nodeParameter) }
        if finding.isByHand { about.add(context.text("{command.undo} takes it back with the command that did it"), .textDim) }
        if rows > 1 || finding.isByHand, about.width > 2 { lines.append(about) }
        return lines
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
