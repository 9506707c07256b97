import Debugging
import Trace

/// Two branches, steps or saved sessions side by side: where they part and why, and everything that differs.
struct CompareBox: View {
    static let card = ViewCard(
        id: "compare", title: "Compare", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("compare.go", ["Enter"], "go to it", "look at the event on the chosen side"),
            Action("compare.side", ["Tab"], "side", "choose the other side"),
            Action("compare.next", ["n"], "difference", "to the next difference"),
            Action("compare.previous", ["p"], "", "to the previous difference"),
            Action("compare.all", ["o"], "all", "show the equal rows too, or only those that differ"),
            Action("compare.later", ["Right", "l"], "others", "compare the next pair of sides"),
            Action("compare.earlier", ["Left", "h"], "", "compare the previous pair of sides"),
            Action("compare.close", ["="], "", "close the comparison"),
        ], opener: Action(command: "compare", "="))

    /// The pairs that can be compared here; the first one unless the user chooses another.
    private var pairs: [(left: String, right: String)]
    private var pair = 0
    private var comparison: Comparison?
    private var failure: String?
    private var isRight = false
    private var showsAll = false
    private var list = ListView()
    private var rows: [CompareRows.Row] = []
    private var width = 0
    private var height = 1
    /// The rows above the list.
    private var head = 0

    static func opened(_ context: ViewContext) -> Opening {
        if let reason = context.refusal(ofKeyFor: "compare") { return .refused(reason) }
        let box = CompareBox(pairs: context.snapshot?.comparable ?? [])
        return .wishes([.open(box)] + box.ask().wishes)
    }

    private init(pairs: [(left: String, right: String)]) { self.pairs = pairs }

    /// A comparison that was asked for at the prompt.
    init(_ comparison: Comparison) {
        pairs = []
        self.comparison = comparison
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("box.close"), .action("compare.close"): return .wish(.close)
        case .action("compare.go"): return .wishes(go(context))
        case .action("compare.side"): isRight.toggle()
        case .action("compare.next"): jump(1)
        case .action("compare.previous"): jump(-1)
        case .action("compare.all"):
            showsAll.toggle()
            width = 0
        case .action("compare.later"): return turn(1)
        case .action("compare.earlier"): return turn(-1)
        case .reply(let reply, let request): return take(reply, request)
        case .found(let place): list.selected = place
        case .click(let point, let count):
            guard point.y >= head else { return .used }
            if width > 0 { isRight = point.x > width / 2 }
            _ = list.handle(.click(point.moved(y: -head), count: count), count: rows.count, page: height)
            if count == 2 { return .wishes(go(context)) }
        default: return .used(list.handle(input, count: rows.count, page: height))
        }
        return .used
    }

    func searchable(_ context: ViewContext) -> Searchable? {
        let rows = rows
        return .rows(of: Self.card.id, "the comparison", count: rows.count, at: list.selected) { place in
            rows[place].left.text + "\n" + (rows[place].right?.text ?? "")
        }
    }

    /// The comparison is made on the session's thread: it may take a while, and keys are heard meanwhile.
    private func ask() -> Response {
        guard pairs.indices.contains(pair) else { return .used }
        return .wish(.ask("compare", .word(pairs[pair].left), .word(pairs[pair].right)))
    }

    private mutating func turn(_ step: Int) -> Response {
        guard pairs.count > 1 else { return .wish(.say("there is nothing else to compare")) }
        pair = (pair + step + pairs.count) % pairs.count
        (comparison, failure, list, width) = (nil, nil, ListView(), 0)
        return ask()
    }

    private mutating func take(_ reply: Reply, _ request: Request) -> Response {
        guard reply.invocation?.command == "compare", !request.isTyped else { return .unused }
        switch reply.result {
        case .success(let outcome): if case .comparison(let new)? = outcome.result { comparison = new }
        case .failure(let report): failure = report.message
        }
        width = 0
        return .used
    }

    private mutating func jump(_ step: Int) {
        let places = rows.indices.filter { rows[$0].difference != nil }
        let next = step > 0 ? places.first { $0 > list.selected } : places.last { $0 < list.selected }
        if let next { list.selected = next }
    }

    /// Looks at the event of the chosen row on the chosen side, in its branch.
    private func go(_ context: ViewContext) -> [Wish] {
        guard let comparison, rows.indices.contains(list.selected) else { return [] }
        let row = rows[list.selected]
        guard let event = isRight ? row.events.right : row.events.left else { return [.say("there is no event on this side of the row")] }
        let side = isRight ? comparison.right : comparison.left
        guard let branch = side.branch else {
            return [context.refusing("\(side.title) is in a file: 'tracescope \(side.title)' opens it")]
        }
        let isHere = branch == context.snapshot?.branch
        return (isHere ? [] : [.ask("branch", .word(branch))]) + [.close, .ask("goto", .number(event))]
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [
            context.hint(["compare.next", "compare.previous"], "difference"), context.hint("compare.side"), context.hint("compare.go"),
            context.hint("compare.all", showsAll ? "only what differs" : "all"),
        ] + (pairs.count > 1 ? [context.hint(["compare.earlier", "compare.later"], "others")] : []) + [context.hint("box.close")]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let look = context.look
        let sides = comparison.map { ($0.left.title, $0.right.title) } ?? (pairs.indices.contains(pair) ? pairs[pair] : ("", ""))
        let place = pairs.count > 1 ? "  \(pair + 1) of \(pairs.count)" : ""
        let title = "\(Self.card.title)  \(sides.0) ↔ \(sides.1)\(place)"
        let room = canvas.rect
        if let comparison, width != room.width - 4 {
            width = room.width - 4
            rows = CompareRows(comparison, width: width, look, showsAll: showsAll).rows
            if list.selected == 0 { list.selected = rows.firstIndex { $0.difference != nil } ?? 0 }
        }
        let top = comparison.map { heading($0, width: room.width - 4, look) } ?? []
        head = top.count + 1
        let inner = canvas.openBox(width: room.width, rows: max(4, head + rows.count), title: title)
        guard let comparison else {
            return look.note(failure ?? "comparing \(look.glyphs.ellipsis)", indent: 0, into: &canvas.frame, inner)
        }
        for (index, line) in top.enumerated() where index < inner.height { canvas.put(line, in: inner.row(index)) }
        if top.count < inner.height {
            let titles = CompareRows.Row(left: CompareRows.title(comparison.left), right: CompareRows.title(comparison.right))
            draw(titles, in: inner.row(top.count), isChosen: false, into: &canvas)
        }
        let body = Rect(x: inner.minX, y: inner.minY + head, width: inner.width, height: inner.height - head)
        height = max(1, body.height)
        list.settle(count: rows.count, height: height)
        for index in 0..<body.height where list.offset + index < rows.count {
            draw(rows[list.offset + index], in: body.row(index), isChosen: list.offset + index == list.selected, into: &canvas)
        }
        canvas.scrollBar(offset: list.offset, count: rows.count + head)
    }

    private func heading(_ comparison: Comparison, width: Int, _ look: Look) -> [TextLine] {
        guard let first = comparison.first else {
            return [TextLine(comparison.isEqual ? "nothing differs" : "the same events, and other values", .textStrong)]
        }
        let reason = "first difference: \(Comparison.place(first))\(comparison.reason ?? "")"
        return [TextLine(comparison.commonText, .textDim)] + reason.wrapped(to: width).prefix(4).map { TextLine($0, .textStrong) }
    }

    private func draw(_ row: CompareRows.Row, in place: Rect, isChosen: Bool, into canvas: inout Canvas) {
        let bar = String(canvas.glyphs.line([.up, .down]))
        guard let right = row.right else { return canvas.put(row.left, in: place, isChosen: isChosen) }
        let middle = place.minX + place.width / 2
        let halves = (
            Rect(x: place.minX, y: place.minY, width: middle - place.minX - 1, height: 1),
            Rect(x: middle + 2, y: place.minY, width: place.maxX - middle - 2, height: 1)
        )
        // Only the chosen side is marked, so that it is seen where Enter leads.
        canvas.put(row.left, in: halves.0, isChosen: isChosen && !isRight)
        canvas.put(right, in: halves.1, isChosen: isChosen && isRight)
        canvas.frame.put(bar, at: Point(x: middle, y: place.minY), style: canvas.theme[.paneBorder], clippedTo: place)
    }
}
