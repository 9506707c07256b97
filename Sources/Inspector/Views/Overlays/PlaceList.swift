import Debugging
import Trace

/// The earlier places, to choose one.
struct PlaceList: View {
    static let card = ViewCard(
        id: "place-list", title: "Places", slot: .overlay, shared: [.boxes, .moving],
        actions: [Action("place-list.go", ["Enter"], "go there", "go to the place")],
        opener: Action("place-list.open", ["'"], "places", "list the nodes and events that you looked at, to go back to one"))

    private var list = ListView()

    static func opened(_ context: ViewContext) -> Opening {
        guard !context.attention.places.list.isEmpty else { return .refused("nothing was looked at yet") }
        var view = PlaceList()
        view.list.selected = context.attention.places.at
        return .view(view)
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        let count = context.attention.places.list.count
        switch input {
        case .action("box.close"): return .wish(.close)
        case .action("place-list.go"): return .wishes([.close, .place(list.selected)])
        default:
            guard list.handle(input, count: count, page: count) else { return .unused }
            if case .click(_, 2) = input { return .wishes([.close, .place(list.selected)]) }
            return .used
        }
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [context.hint(["move.down", "move.up"], "choose"), context.hint("place-list.go"), context.hint("box.close")]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        let lines = context.attention.places.list.map { line($0, snapshot, context) }
        let inner = canvas.openBox(
            width: max(44, (lines.map(\.width).max() ?? 0) + 8), rows: lines.count, title: Self.card.title)
        list.settle(count: lines.count, height: inner.height)
        for row in 0..<inner.height where list.offset + row < lines.count {
            let index = list.offset + row
            var line = TextLine(index == context.attention.places.at ? "\(context.look.glyphs[.current]) " : "  ", .textStrong)
            line.spans += lines[index].spans
            canvas.put(line, in: inner.row(row), isChosen: index == list.selected)
        }
        canvas.scrollBar(offset: list.offset, count: lines.count)
    }

    private func line(_ place: Places.Place, _ snapshot: Snapshot, _ context: ViewContext) -> TextLine {
        var line = TextLine((place.moment.map { "event \($0)" } ?? "the present").padded(to: 13), .eventNumber)
        if let node = place.node {
            let isThere = node.index < snapshot.record.nodeCount
            line.add(isThere ? snapshot.record.name(node) : "a node of another run", isThere ? .nodeName : .textDim)
        } else {
            line.add("the newest node", .textDim)
        }
        return line
    }
}
