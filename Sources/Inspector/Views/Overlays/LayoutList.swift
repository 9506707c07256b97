/// The arrangements of panes that were saved by name: to take one, or to save that of the screen.
struct LayoutList: View {
    static let card = ViewCard(
        id: "layouts", title: "Layouts", slot: .overlay, shared: [.forms],
        actions: [
            Action("layouts.take", ["Enter"], "take", "take the arrangement; a new name saves the present one"),
            Action("layouts.save", ["C-s"], "save here", "save the present arrangement under this name"),
            Action("layouts.drop", ["C-x"], "forget", "forget the arrangement"),
        ], opener: Action("layouts.open", ["C-w"], "layouts", "save the arrangement of the panes by a name, or take one that was saved"),
        takesText: true)

    private var editor = LineEditor()
    private var list = ListView()
    private var height = 1

    static func opened(_ context: ViewContext) -> Opening { .view(LayoutList()) }

    private func names(_ context: ViewContext) -> [String] {
        context.layouts.keys.sorted().filter { editor.text.isEmpty || $0.lowercased().hasPrefix(editor.text.lowercased()) }
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        let names = names(context)
        let name: String? = names.indices.contains(list.selected) ? names[list.selected] : nil
        switch input {
        case .action("form.close"): return .wish(.close)
        case .action("layouts.take"):
            if let layout = name.flatMap({ context.layouts[$0] }) { return .wishes([.close, .arrange(.take(layout))]) }
            return save(editor.text)
        case .action("layouts.save"): return save(editor.text.isEmpty ? name ?? "" : editor.text)
        case .action("layouts.drop"): return name.map { .wish(.arrange(.forget($0))) } ?? .used
        case .action("edit.up"): list.move(by: -1, count: names.count)
        case .action("edit.down"): list.move(by: 1, count: names.count)
        case .click(let point, let clicks):
            guard point.y >= 2 else { return .used }
            _ = list.handle(.click(point.moved(y: -2), count: clicks), count: names.count, page: height)
            if clicks == 2 { return handle(.action("layouts.take"), context) }
        case .wheel, .scroll: _ = list.handle(input, count: names.count, page: height)
        default:
            guard editor.handle(input) else { return .unused }
            list = ListView()
        }
        return .used
    }

    private func save(_ name: String) -> Response {
        let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !name.isEmpty else { return .wish(.say("type a name to save the arrangement", .messageWarning)) }
        return .wishes([.close, .arrange(.save(name)), .say("the arrangement is saved as \(name)", .messageOk)])
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [Hint(key: "type", label: "a name"), context.hint(["edit.up", "edit.down"], "choose")]
            + context.hints(["layouts.take", "layouts.save", "layouts.drop", "form.close"])
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let names = names(context), look = context.look
        let inner = canvas.openBox(width: 60, rows: max(3, min(names.count, 12) + 2), title: Self.card.title)
        let top = inner.row(0), x = canvas.frame.put("name ", at: top.origin, style: look.theme[.textDim])
        canvas.frame.cursor = editor.draw(
            into: &canvas.frame, row: Rect(x: x, y: top.minY, width: max(1, top.maxX - x), height: 1), style: look.theme[.prompt])
        height = max(1, inner.height - 2)
        list.settle(count: names.count, height: height)
        if names.isEmpty {
            let note = context.layouts.isEmpty ? "nothing is saved yet" : "no arrangement has this name"
            look.note(note, indent: 0, into: &canvas.frame, inner.row(2))
        }
        for row in 0..<height where list.offset + row < names.count {
            let isChosen = list.offset + row == list.selected
            canvas.put(TextLine(names[list.offset + row]), in: inner.row(row + 2), isChosen: isChosen)
        }
        canvas.scrollBar(offset: list.offset, count: names.count + 2)
    }
}
