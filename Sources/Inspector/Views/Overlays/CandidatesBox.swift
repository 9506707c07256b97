import Debugging
import Trace

/// All values that were proposed for a parameter, of several optimizers, answers and steps; below is the difference between the chosen one
/// and the present value. One key takes it.
struct CandidatesBox: View {
    static let card = ViewCard(
        id: "candidates", title: "Candidates", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action(
                "candidates.take", ["Enter"], "take", "apply the value's proposal, or set the value if the proposal is no longer current"),
            Action("candidates.story", ["W"], "story", "tell the story of the step that it was proposed for"),
        ], opener: Action("candidates.show", ["C"], "candidates", "show all proposed values of the selected parameter"))

    private let node: NodeID
    private var candidates: CandidateList?
    private var version: Int?
    private var list = ListView()
    private var scroll = ListView()
    private var height = 1

    static func opened(_ context: ViewContext) -> Opening {
        guard let snapshot = context.snapshot, let node = subject(context) else {
            return .refused("no parameter is selected: select one in the graph")
        }
        let box = CandidatesBox(node, context)
        if box.candidates?.items.isEmpty ?? true {
            return .refused("nothing was proposed for \(snapshot.record.name(node)) yet: {command.propose} proposes, {command.step} steps")
        }
        return .view(box)
    }

    /// The selected parameter; else the first with a proposal of the chosen optimizer.
    private static func subject(_ context: ViewContext) -> NodeID? {
        guard let snapshot = context.snapshot else { return nil }
        if let (id, _) = context.selected, snapshot.record.isTrainable(id) { return id }
        guard let (id, facts) = context.chosen else { return nil }
        let proposal = snapshot.state.lastProposals[id].map { snapshot.record.proposals[$0] }
        return proposal?.updates.first?.parameter ?? facts.distinctParameters.first
    }

    init(_ node: NodeID, _ context: ViewContext) {
        self.node = node
        update(context)
    }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot, snapshot.version != version, node.index < snapshot.state.nodeCount else { return }
        version = snapshot.version
        candidates = CandidateList(of: node, snapshot.state, snapshot.record)
    }

    private var items: [CandidateList.Item] { candidates?.items ?? [] }
    private var chosen: CandidateList.Item? { items.indices.contains(list.selected) ? items[list.selected] : nil }

    // MARK: Input

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("box.close"): return .wish(.close)
        case .action("candidates.take"): return .wishes(take(context))
        case .action("candidates.story"):
            return chosen.flatMap { StoryBox(of: $0.optimizer, $0.proposal, context) }.map { .wish(.open($0)) } ?? .used
        case .click(let point, let clicks):
            guard point.y > 0, point.y <= height else { return .used }
            _ = list.handle(.click(Point(x: point.x, y: point.y - 1), count: clicks), count: items.count, page: height)
            if clicks == 2 { return .wishes(take(context)) }
        default:
            guard list.handle(input, count: items.count, page: height) else { return .unused }
            scroll = ListView()
        }
        return .used
    }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        guard action == "candidates.take", let item = chosen, let record = context.snapshot?.record else { return nil }
        if let reason = context.refusal(of: "set") { return reason }
        if let failure = item.failure { return "it cannot be used: \(failure)" }
        guard let value = item.value else { return "this answer leaves \(record.name(node)) as it is" }
        if !item.stands, case .object = value { return "\(Words.withArticle(value.typeName)) cannot be set by hand" }
        return nil
    }

    private func take(_ context: ViewContext) -> [Wish] {
        if let reason = obstacle(to: "candidates.take", context) { return [context.refusing(reason)] }
        guard let item = chosen, let value = item.value else { return [] }
        if item.stands {
            let choice: [Wish] = item.isChosen ? [] : item.candidate.map { [.ask("choose", .number($0), .optimizer(item.optimizer))] } ?? []
            return choice + [.ask("update", .optimizer(item.optimizer)), .close]
        }
        return [.ask("set", .node(node), .value(value)), .close]
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [
            context.hint(["move.down", "move.up"], "choose"), context.hint("candidates.take", chosen?.stands ?? true ? "take" : "set"),
            context.hint("candidates.story"), context.hint("box.close"),
        ]
    }

    // MARK: Drawing

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot, let candidates else { return }
        let look = context.look, width = canvas.boxWidth(140)
        let difference = lines(candidates, snapshot.record, width: width - 4, look)
        let shown = min(items.count, max(4, (canvas.rect.height - 6) / 2))
        let inner = canvas.openBox(
            width: width, rows: shown + 2 + max(3, difference.count),
            title: "Candidates for \(snapshot.record.name(node))  now \(snapshot.record.short(node, candidates.now, 40))")
        let box = inner.boxAround
        height = min(shown, max(1, inner.height - 3))
        canvas.put(head(candidates, look, width: inner.width), in: inner.row(0))
        let area = Rect(x: inner.minX, y: inner.minY + 1, width: inner.width, height: height)
        let all = items
        canvas.list(&list, count: all.count, in: area, on: Rect(x: box.minX, y: box.minY + 1, width: box.width, height: height + 2)) {
            Self.line(all[$0], candidates, snapshot.record, width: area.width, look)
        }
        canvas.divide(box, at: area.maxY, "What it changes")
        for (row, line) in difference.enumerated() where area.maxY + 1 + row < inner.maxY {
            canvas.put(line, in: Rect(x: inner.minX, y: area.maxY + 1 + row, width: inner.width, height: 1))
        }
    }

    /// The columns of the names, of the steps and answers, and of what came of a proposal. Where there is no room for all, the numbers go.
    private static func columns(width: Int) -> (name: Int, step: Int, answer: Int, word: Int) {
        width < 60 ? (9, 0, 0, 10) : (14, 6, 8, 17)
    }

    private func head(_ candidates: CandidateList, _ look: Look, width: Int) -> TextLine {
        let columns = Self.columns(width: width), ellipsis = look.glyphs.ellipsis
        let score = candidates.scoreName.map { $0.padded(to: 9, ellipsis: ellipsis) } ?? ""
        let titles = [
            ("  by", columns.name + 4), ("step", columns.step), ("answer", columns.answer),
            (columns.word < 16 ? "now" : "what came of it", columns.word),
        ]
        return TextLine(
            titles.filter { $0.1 > 0 }.map { $0.0.padded(to: $0.1, ellipsis: ellipsis) }.joined() + score + "value", .textDim)
    }

    private static func line(
        _ item: CandidateList.Item, _ candidates: CandidateList, _ record: GraphRecord, width: Int, _ look: Look
    ) -> TextLine {
        let now = candidates.now
        var line = TextLine(item.stands ? (item.isChosen ? look.glyphs.ok : look.glyphs.stateOff).description + " " : "  ", .messageOk)
        line.add(look.letter(item.optimizer) + " ", .optimizer(item.optimizer.index))
        let columns = Self.columns(width: width), ellipsis = look.glyphs.ellipsis
        line.add(record.optimizers[item.optimizer.index].name.padded(to: columns.name, ellipsis: ellipsis))
        if columns.step > 0 {
            line.add(String(item.step).padded(to: columns.step), .text)
            line.add((item.candidate.map(String.init) ?? "").padded(to: columns.answer), .text)
        }
        let role: Role = item.failure == nil ? item.stands ? .messageOk : .textDim : .messageError
        line.add(item.word.padded(to: columns.word, ellipsis: ellipsis), role)
        if candidates.scoreName != nil { line.add((item.score?.brief ?? "").padded(to: 9), .valueNumber) }
        let room = max(8, width - line.width)
        if let failure = item.failure { return line.adding(failure, .messageError) }
        guard let value = item.value else { return line.adding("as it is", .textDim) }
        let node = candidates.node
        return value == now
            ? line.adding(record.short(node, value, room), .textDim)
            : line.adding(record.short(node, value, room, against: now), .diffAdded)
    }

    private func lines(_ candidates: CandidateList, _ record: GraphRecord, width: Int, _ look: Look) -> [TextLine] {
        guard let item = chosen else { return [] }
        let reason = item.reason.isEmpty ? [] : item.reason.wrapped(to: width).map { TextLine($0, .textDim) }
        guard item.failure == nil, let value = item.value else { return reason }
        if value == candidates.now { return [TextLine("nothing: it is the present value", .textDim)] + reason }
        let texts = (record.text(node, candidates.now), record.text(node, value))
        return Array(TextDifference.lines(from: texts.0, to: texts.1, width: width, look).prefix(400)) + reason
    }
}
