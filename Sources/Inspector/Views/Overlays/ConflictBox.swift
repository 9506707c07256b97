import Debugging
import Trace

/// A conflict explained: the ways of two texts, side by side, down to their common node, and the result of each way out.
struct ConflictBox: View {
    static let card = ViewCard(
        id: "conflict", title: "Conflict", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("conflict.do", ["Enter"], "do it", "do the action of the chosen line"),
            Action("conflict.zero", ["z"], "", "choose to clear the feedback; once more does it"),
            Action("conflict.drop", ["d"], "", "choose to leave one of the two texts out; once more the other"),
            Action("conflict.keep", ["s"], "", "choose to keep one text alone; once more the next"),
            Action("conflict.each", ["m"], "", "choose to step once on each text; once more does it"),
            Action("conflict.fork", ["F"], "", "choose to show the event before the second text; once more does it"),
            Action("conflict.previous", ["Left", "h"], "", "the parameter before"),
            Action("conflict.next", ["Right", "l"], "parameter", "the next parameter"),
            Action("conflict.texts", ["Tab"], "texts", "set another text beside the first"),
            Action("conflict.open", ["o"], "unfold", "show the whole ways, or fold them"),
        ], opener: Action("conflict.show", ["!"], "conflict", "explain the conflict of the chosen optimizer"))

    let optimizer: OptimizerID
    private var story: ConflictStory?
    private var version: Int?
    /// The event whose conflict is explained, until it is shown.
    private var awaited: Int?
    private var parameters: [NodeID] = []
    private var at = 0
    /// The number of times that the text on the right was changed for the next one.
    private var turns = 0
    private var isOpen = false
    private var list = ListView()
    private var scroll = ListView()
    private var page: Page?

    /// The lines about two texts on a parameter.
    private struct Page {
        var left: Int
        var right: Int
        var pair: WayPair
        var entries: [FeedbackEntry]
        var exits: [ConflictStory.Resolution]
        var costs: [ConflictStory.Cost]
        var previews: [Int: ConflictStory.Preview] = [:]
    }

    static func opened(_ context: ViewContext) -> Opening {
        guard let snapshot = context.snapshot, let (id, facts) = context.chosen else { return .refused("there is no optimizer yet") }
        if context.conflict(id) != nil { return .view(ConflictBox(id, context)) }
        let others = (0..<snapshot.state.optimizerCount).lazy.map { OptimizerID($0) }
        if let other = others.first(where: { context.conflict($0) != nil }) { return .view(ConflictBox(other, context)) }
        return .refused("the feedback of \(facts.name) can be combined, and so can that of all others: there is no conflict")
    }

    /// - Parameter moment: the moment that is about to be looked at, whose conflict is meant; the present one without it.
    init(_ optimizer: OptimizerID, _ context: ViewContext, at moment: Int? = nil) {
        self.optimizer = optimizer
        awaited = moment
        update(context)
        if let selection = context.selection, let place = parameters.firstIndex(of: selection) {
            at = place
            turn()
        }
    }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot, snapshot.version != version else { return }
        if let awaited, awaited != snapshot.cursor ?? snapshot.events { return }
        awaited = nil
        version = snapshot.version
        story = ConflictStory(of: optimizer, snapshot.state, snapshot.record)
        parameters = story?.order ?? []
        at = min(at, max(0, parameters.count - 1))
        turn()
    }

    /// Computes the shown lines.
    private mutating func turn() {
        page = nil
        guard let story, parameters.indices.contains(at) else { return }
        let parameter = parameters[at], first = story.pair(on: parameter), graphs = story.texts.graphs
        let others = graphs.filter { $0 != first.left }, start = others.firstIndex(of: first.right) ?? 0
        let right = others[(start + turns) % others.count]
        let sides = [first.left, right].compactMap { story.side($0, on: parameter) }
        guard sides.count == 2 else { return }
        let exits = story.resolutions(first.left, right)
        page = Page(
            left: first.left, right: right, pair: WayPair(sides[0].way, sides[1].way, isOpen: isOpen), entries: sides.map(\.entry),
            exits: exits, costs: exits.map { story.cost(of: $0) })
        list.selected = min(list.selected, exits.count - 1)
    }

    // MARK: Input

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        if case .news = input { return story == nil && awaited == nil ? Response(isUsed: false, wishes: [.close]) : .unused }
        if case .action("box.close") = input { return .wish(.close) }
        guard let page else { return .unused }
        switch input {
        case .action("conflict.do"): return .wishes(act(context))
        case .action("conflict.zero"): return choose(context) { $0 == .zero }
        case .action("conflict.drop"): return choose(context, cycles: true) { if case .drop = $0 { true } else { false } }
        case .action("conflict.keep"): return choose(context, cycles: true) { if case .keep = $0 { true } else { false } }
        case .action("conflict.each"): return choose(context) { $0 == .each }
        case .action("conflict.fork"): return choose(context) { if case .fork = $0 { true } else { false } }
        case .action("conflict.previous"): move(to: at - 1)
        case .action("conflict.next"): move(to: at + 1)
        case .action("conflict.texts"):
            turns += 1
            turn()
        case .action("conflict.open"):
            isOpen.toggle()
            scroll = ListView()
            turn()
        case .action("move.page-up"): scroll.offset -= 8
        case .action("move.page-down"): scroll.offset += 8
        case .wheel(let distance, _): scroll.offset += distance
        case .click(let point, let clicks):
            guard let row = exitRow, point.y >= row, list.offset + point.y - row < page.exits.count else { return .used }
            list.selected = list.offset + point.y - row
            if clicks == 2 { return .wishes(act(context)) }
        default: return .used(list.handle(input, count: page.exits.count, page: 4))
        }
        return .used
    }

    /// The row at which the ways out begin, as it was drawn.
    private var exitRow: Int?

    private mutating func move(to place: Int) {
        at = max(0, min(parameters.count - 1, place))
        turns = 0
        turn()
    }

    /// Chooses the next line of a kind; where it is chosen already and the only one, does it.
    private mutating func choose(_ context: ViewContext, cycles: Bool = false, _ isMeant: (ConflictStory.Resolution) -> Bool) -> Response {
        guard let page else { return .used }
        let places = page.exits.indices.filter { isMeant(page.exits[$0]) }
        guard let first = places.first else { return .used }
        if cycles {
            list.selected = places.first { $0 > list.selected } ?? first
            return .used
        }
        if list.selected == first { return .wishes(act(context)) }
        list.selected = first
        return .used
    }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        guard action == "conflict.do", let page else { return nil }
        return switch page.exits[list.selected] {
        case .zero: context.refusal(of: "zero")
        case .drop, .keep, .each: context.refusal(of: "resolve")
        case .fork: context.refusal(of: "fork")
        }
    }

    private func act(_ context: ViewContext) -> [Wish] {
        if let reason = obstacle(to: "conflict.do", context) { return [context.refusing(reason)] }
        guard let story, let page else { return [] }
        func resolve(_ how: String, _ place: Int) -> [Wish] {
            [.ask("resolve", .optimizer(optimizer), .word(how), .word(story.texts.all[place].letter)), .choose(optimizer), .close]
        }
        switch page.exits[list.selected] {
        case .zero: return [.ask("zero", .optimizer(optimizer)), .choose(optimizer), .close]
        case .drop(let place): return resolve("drop", place)
        case .keep(let place): return resolve("keep", place)
        case .each: return [.ask("resolve", .optimizer(optimizer), .word("each")), .choose(optimizer), .close]
        case .fork(let place):
            return [.ask("goto", .number(story.moment(before: place))), .close]
        }
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [
            context.hint(["move.down", "move.up"], "choose"), context.hint("conflict.do"), context.hint("conflict.next"),
            context.hint("conflict.texts"), context.hint("conflict.open", isOpen ? "fold" : "unfold"), context.hint("box.close"),
        ]
    }

    // MARK: Drawing

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot, let story, let page, parameters.indices.contains(at) else { return }
        let look = context.look, record = snapshot.record, name = record.optimizers[optimizer.index].name
        let writer = ConflictLines(story: story, parameter: parameters[at], snapshot: snapshot, look: look)
        let width = canvas.boxWidth(150)
        let rows = writer.rows(page.left, page.right, page.pair, page.entries, width: width - 4)
        let exits = min(page.exits.count, max(3, canvas.rect.height / 3))
        let height = min(canvas.rect.height, rows.count + exits + 5)
        let place = parameters.count > 1 ? ", \(at + 1) of \(parameters.count) parameters" : ""
        let title = "Conflict  \(look.letter(optimizer)) \(name) cannot step: \(record.name(parameters[at]))\(place)"
        let box = Rect(
            x: canvas.rect.minX + (canvas.rect.width - width) / 2, y: canvas.rect.minY + (canvas.rect.height - height) / 2, width: width,
            height: height)
        let inner = canvas.openBox(box, title: title, role: .paneBorderFocused)
        let ways = max(0, inner.height - exits - 3)
        scroll.clamp(count: rows.count, height: ways)
        for row in 0..<min(ways, rows.count - scroll.offset) {
            rows[scroll.offset + row].draw(in: inner.row(row), into: &canvas)
        }
        canvas.scrollBar(offset: scroll.offset, count: rows.count, on: Rect(x: box.minX, y: box.minY, width: box.width, height: ways + 2))
        canvas.divide(box, at: inner.minY + ways, "What each way out leaves")
        exitRow = ways + 1
        let area = Rect(x: inner.minX, y: inner.minY + ways + 1, width: inner.width, height: exits)
        let keys = context.keymap
        let around = Rect(x: box.minX, y: area.minY - 1, width: box.width, height: area.height + 2)
        canvas.list(&list, count: page.exits.count, in: area, on: around) { row in
            writer.exit(page.exits[row], page.costs[row], width: area.width, keys)
        }
        let preview = self.preview(story, page)
        canvas.divide(box, at: area.maxY, writer.previewTitle(page.exits[list.selected], keys))
        let lines = writer.preview(page.exits[list.selected], page.costs[list.selected], preview, width: inner.width, context)
        for (row, line) in lines.enumerated() where area.maxY + 1 + row < inner.maxY {
            canvas.put(line, in: Rect(x: inner.minX, y: area.maxY + 1 + row, width: inner.width, height: 1))
        }
    }

    /// The question after the chosen way out, computed once for each.
    private mutating func preview(_ story: ConflictStory, _ page: Page) -> ConflictStory.Preview {
        if let known = page.previews[list.selected] { return known }
        let preview = story.preview(after: page.exits[list.selected])
        self.page?.previews[list.selected] = preview
        return preview
    }
}
