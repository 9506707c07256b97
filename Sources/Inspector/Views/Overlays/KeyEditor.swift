/// The keys of all actions, found by typing. An action is given another key by pressing it; what that takes from others is said first, and
/// the change applies at once and is written to the configuration.
struct KeyEditor: View {
    static let card = ViewCard(
        id: "keys", title: "Keys", slot: .overlay, shared: [.forms],
        actions: [
            Action("keys.set", ["Enter"], "other key", "give the action another key: the next one that you press"),
            Action("keys.add", ["M-Enter"], "one more", "give the action one more key"),
            Action("keys.clear", ["C-x"], "none", "remove the action's keys"),
            Action("keys.reset", ["C-r"], "as at first", "give the action its default keys"),
        ], opener: Action("keys.open", ["C-k"], "keys", "change the keys, and see which action has which"), takesText: true)

    /// The question about the chosen action.
    private enum Stage {
        case choosing
        /// The next key that is pressed is the action's.
        case waiting(adds: Bool)
        /// Whether to take these keys in spite of the warning.
        case asking([Key], notes: [String])
    }
    private var stage = Stage.choosing
    private var search = LineEditor()
    private var list = ListView()
    private var height = 1
    private var notice: String?

    static func opened(_ context: ViewContext) -> Opening { .view(KeyEditor()) }

    var takesEveryKey: Bool { if case .choosing = stage { false } else { true } }

    private func entries(_ context: ViewContext) -> [Keymap.Entry] {
        let words = search.text.lowercased().split(separator: " ")
        let found = context.keymap.entries.filter { entry in
            let text = "\(entry.section) \(entry.name) \(Self.text(entry.keys)) \(entry.summary)".lowercased()
            return words.allSatisfy { text.contains($0) }
        }
        // Entries with this name come before those that only mention it.
        let isNamed = { (entry: Keymap.Entry) in words.allSatisfy { entry.name.lowercased().contains($0) } }
        return found.filter(isNamed) + found.filter { !isNamed($0) }
    }

    private static func text(_ keys: [Key]) -> String { keys.map(\.description).joined(separator: " ") }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        let entries = entries(context)
        let chosen = entries.indices.contains(list.selected) ? entries[list.selected] : nil
        switch (stage, input) {
        case (.waiting(let adds), .key(let key)):
            guard key != .named(.escape), let chosen else { return back() }
            return propose(adds ? chosen.keys.filter { $0 != key } + [key] : [key], new: key, for: chosen, context)
        case (.asking(let keys, _), .key(let key)):
            guard key == .named(.enter) || key == .character("y"), let chosen else { return back() }
            return take(keys, for: chosen, context)
        case (_, .click(let point, let clicks)):
            guard point.y >= 2, point.y < 2 + height else { return .used }
            _ = back()
            _ = list.handle(.click(point.moved(y: -2), count: clicks), count: entries.count, page: height)
            if clicks == 2 { stage = .waiting(adds: false) }
        case (_, .wheel), (_, .scroll): _ = list.handle(input, count: entries.count, page: height)
        case (_, .action("form.close")): return .wish(.close)
        case (_, .action("keys.set")): if chosen != nil { begin(.waiting(adds: false)) }
        case (_, .action("keys.add")): if chosen != nil { begin(.waiting(adds: true)) }
        case (_, .action("keys.clear")): return chosen.map { take([], for: $0, context) } ?? .used
        case (_, .action("keys.reset")): return chosen.map { take(nil, for: $0, context) } ?? .used
        case (_, .action("edit.up")): list.move(by: -1, count: entries.count)
        case (_, .action("edit.down")): list.move(by: 1, count: entries.count)
        case (_, .action("edit.page-up")): list.move(by: -max(1, height - 1), count: entries.count)
        case (_, .action("edit.page-down")): list.move(by: max(1, height - 1), count: entries.count)
        default:
            guard search.handle(input) else { return .unused }
            list = ListView()
        }
        return .used
    }

    private mutating func begin(_ next: Stage) {
        notice = nil
        stage = next
    }

    private mutating func back() -> Response {
        begin(.choosing)
        return .used
    }

    /// Takes keys if nothing speaks against them, else says what does.
    private mutating func propose(_ keys: [Key], new key: Key, for entry: Keymap.Entry, _ context: ViewContext) -> Response {
        let notes = context.keymap.conflicts(of: key, for: entry)
        guard notes.isEmpty else {
            begin(.asking(keys, notes: notes))
            return .used
        }
        return take(keys, for: entry, context)
    }

    private mutating func take(_ keys: [Key]?, for entry: Keymap.Entry, _ context: ViewContext) -> Response {
        begin(.choosing)
        do {
            let next = try context.keymap.giving(keys, to: entry.action.id)
            return .wishes([.keymap(next)] + next.settings(since: context.keymap).map { .effect($0) })
        } catch {
            notice = "\(error)"
            return .used
        }
    }

    func hints(_ context: ViewContext) -> [Hint] {
        switch stage {
        case .choosing:
            [Hint(key: "type", label: "search"), context.hint(["edit.up", "edit.down"], "choose")]
                + context.hints(["keys.set", "keys.add", "keys.clear", "keys.reset", "form.close"])
        case .waiting: [Hint(key: "Esc", label: "leave it")]
        case .asking: [Hint(key: "Enter", label: "take it"), Hint(key: "Esc", label: "leave it")]
        }
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let entries = entries(context), look = context.look
        let inner = canvas.openBox(
            width: 110, rows: canvas.rect.height - 2, title: Self.card.title, atTop: true)
        let top = inner.row(0), x = canvas.frame.put("action or key ", at: top.origin, style: look.theme[.textDim])
        let cursor = search.draw(
            into: &canvas.frame, row: Rect(x: x, y: top.minY, width: max(1, top.maxX - x), height: 1), style: look.theme[.prompt])
        if case .choosing = stage { canvas.frame.cursor = cursor }
        // On a small screen the question stays, and the first notes go.
        let below = Array(lines(entries, width: inner.width, context).suffix(max(1, inner.height - 4)))
        height = max(1, inner.height - 2 - below.count)
        list.settle(count: entries.count, height: height)
        if entries.isEmpty { look.note("nothing contains “\(search.text)”", indent: 0, into: &canvas.frame, inner.row(2)) }
        let keys = min(16, (entries.map { Self.text($0.keys).displayWidth }.max() ?? 0) + 1)
        let names = min(max(12, inner.width / 4), (entries.map(\.name.displayWidth).max() ?? 0) + 1)
        for row in 0..<height where list.offset + row < entries.count {
            let entry = entries[list.offset + row], isChosen = list.offset + row == list.selected
            let isChanged = context.keymap.changes[entry.name] != nil
            var line = TextLine(Self.text(entry.keys).padded(to: keys, ellipsis: look.glyphs.ellipsis) + " ", .helpKey)
            line.add(entry.name.padded(to: names, ellipsis: look.glyphs.ellipsis), isChanged ? .textStrong : .text)
            line.add((isChanged ? "* " : "  ") + entry.summary, .textDim)
            canvas.put(line, in: inner.row(row + 2), isChosen: isChosen)
        }
        for (row, line) in below.enumerated() { canvas.put(line, in: inner.row(inner.height - below.count + row)) }
        canvas.scrollBar(offset: list.offset, count: entries.count + 2 + below.count)
    }

    /// The question or message below the list.
    private func lines(_ entries: [Keymap.Entry], width: Int, _ context: ViewContext) -> [TextLine] {
        let name = entries.indices.contains(list.selected) ? entries[list.selected].name : ""
        var texts: [(String, Role)] = []
        switch stage {
        case .choosing: texts = notice.map { [($0, .messageError)] } ?? []
        case .waiting(let adds):
            texts = [("Press the \(adds ? "key that \(name) is to have too" : "new key of \(name)"). Esc leaves it as it is.", .textStrong)]
        case .asking(let keys, let notes):
            texts = notes.map { ($0, .messageWarning) } + [("Give \(keys.last?.description ?? "") to \(name)?", .textStrong)]
        }
        guard !texts.isEmpty else { return [] }
        return [TextLine()] + texts.flatMap { text, role in context.look.glyphs.plain(text).wrapped(to: width).map { TextLine($0, role) } }
    }
}

extension Keymap {
    /// A sentence about the actions that lose a key when another action gets it.
    func conflicts(of key: Key, for entry: Entry) -> [String] {
        var notes: [String] = []
        for other in entries where other.name != entry.name && other.keys.contains(key) {
            switch (entry.scope, other.scope) {
            case (let mine, let theirs) where mine == theirs && !other.action.isUrgent:
                notes.append("\(key) is the key of \(other.name) (\(other.summary)), which loses it.")
            case (_, .everywhere) where other.action.isUrgent:
                notes.append("\(other.name) takes \(key) first, as long as it can use it.")
            case (.everywhere, .view): notes.append("In \(other.section), \(key) stays the key of \(other.name).")
            case (.view, .everywhere): notes.append("In \(entry.section), \(key) no longer reaches \(other.name).")
            default: break
            }
        }
        // A few are as good as all.
        let most = 4
        return notes.count > most ? notes.prefix(most - 1) + ["And so on in \(notes.count - most + 1) other places."] : notes
    }

    /// The settings that differ from those of other keys.
    func settings(since old: Keymap) -> [Effect] {
        Set(changes.keys).union(old.changes.keys).sorted().filter { changes[$0] != old.changes[$0] }.map { name in
            let keys = changes[name]
            return .setting(["keys", name], keys.map { $0.count == 1 ? .text($0[0]) : $0.isEmpty ? .text("") : .list($0) })
        }
    }
}
