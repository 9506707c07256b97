import Debugging

/// All actions that work everywhere and all commands, found by typing; the chosen one is done here, or says why it cannot be.
struct CommandPalette: View {
    static let card = ViewCard(
        id: "palette", title: "Palette", slot: .overlay, shared: [.forms],
        actions: [Action("palette.do", ["Enter"], "do", "do the chosen action, or type the rest of the command")],
        opener: Action("palette.open", ["C-p"], "palette", "find an action or a command by its name, and do it"), takesText: true)

    private struct Row {
        var name: String
        var keys: String
        var summary: String
        var refusal: String?
        var wish: Wish
    }
    private var search = LineEditor()
    private var list = ListView()
    private var height = 1

    static func opened(_ context: ViewContext) -> Opening { .view(CommandPalette()) }

    /// The entries that fit the typed text: names that begin with it first.
    private func rows(_ context: ViewContext) -> [Row] {
        let words = search.text.lowercased().split(separator: " ")
        var rows: [Row] = context.keymap.entries.compactMap { entry in
            guard entry.scope == .everywhere, entry.name != Self.card.opener?.id.name else { return nil }
            return Row(
                name: entry.command ?? entry.name, keys: entry.keys.map(\.description).joined(separator: " "), summary: entry.summary,
                refusal: context.refusal(of: entry.action.id), wish: .act(entry.action.id))
        }
        let keyed = Set(rows.map(\.name))
        rows += CommandTable.all.filter { !keyed.contains($0.name) }.map { spec in
            Row(
                name: spec.name, keys: "", summary: spec.summary, refusal: context.refusal(of: spec.name),
                wish: spec.arguments.isEmpty ? .typed(spec.name) : .open(Prompt(spec.name + " ", context)))
        }
        let found = rows.filter { row in
            let text = "\(row.name) \(row.keys) \(row.summary)".lowercased()
            return words.allSatisfy { text.contains($0) }
        }
        guard let first = words.first else { return found }
        return found.filter { $0.name.hasPrefix(first) } + found.filter { !$0.name.hasPrefix(first) }
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        let rows = rows(context)
        switch input {
        case .action("form.close"): return .wish(.close)
        case .action("palette.do"): return run(rows, context)
        case .action("edit.up"): list.move(by: -1, count: rows.count)
        case .action("edit.down"): list.move(by: 1, count: rows.count)
        case .action("edit.page-up"): list.move(by: -max(1, height - 1), count: rows.count)
        case .action("edit.page-down"): list.move(by: max(1, height - 1), count: rows.count)
        case .click(let point, let clicks):
            guard point.y >= 2 else { return .used }
            _ = list.handle(.click(point.moved(y: -2), count: clicks), count: rows.count, page: height)
            if clicks == 2 { return run(rows, context) }
        case .wheel, .scroll: _ = list.handle(input, count: rows.count, page: height)
        default:
            guard search.handle(input) else { return .unused }
            list = ListView()
        }
        return .used
    }

    private func run(_ rows: [Row], _ context: ViewContext) -> Response {
        guard rows.indices.contains(list.selected) else { return .used }
        let row = rows[list.selected]
        if let refusal = row.refusal { return .wish(context.refusing(refusal)) }
        return .wishes([.close, row.wish])
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [
            Hint(key: "type", label: "search"), context.hint(["edit.up", "edit.down"], "choose"), context.hint("palette.do"),
            context.hint("form.close"),
        ]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rows = rows(context), look = context.look
        let inner = canvas.openBox(
            width: 100, rows: min(24, canvas.rect.height - 4), title: Self.card.title, atTop: true)
        let top = inner.row(0), x = canvas.frame.put("do ", at: top.origin, style: look.theme[.textDim])
        canvas.frame.cursor = search.draw(
            into: &canvas.frame, row: Rect(x: x, y: top.minY, width: max(1, top.maxX - x), height: 1), style: look.theme[.prompt])
        height = max(1, inner.height - 2)
        list.settle(count: rows.count, height: height)
        if rows.isEmpty { look.note("nothing contains “\(search.text)”", indent: 0, into: &canvas.frame, inner.row(2)) }
        let names = min(26, (rows.map(\.name.displayWidth).max() ?? 0) + 1), keys = min(12, (rows.map(\.keys.displayWidth).max() ?? 0) + 1)
        for row in 0..<height where list.offset + row < rows.count {
            let entry = rows[list.offset + row], isChosen = list.offset + row == list.selected
            var line = TextLine(entry.name.padded(to: names, ellipsis: look.glyphs.ellipsis) + " ", entry.refusal == nil ? .text : .textDim)
            line.add(entry.keys.padded(to: keys, ellipsis: look.glyphs.ellipsis) + " ", .helpKey)
            line.add(
                isChosen ? entry.refusal ?? entry.summary : entry.summary, isChosen && entry.refusal != nil ? .messageWarning : .textDim)
            canvas.put(line, in: inner.row(row + 2), isChosen: isChosen)
        }
        canvas.scrollBar(offset: list.offset, count: rows.count + 2)
    }
}
