import Debugging

/// Lines of the help: keys, commands and signs.
struct HelpEntry: Equatable, Sendable {
    var section: String
    var keys: String
    /// The command with its arguments.
    var usage: String
    var summary: String
    var sign: Sign?
    /// The reason why it cannot be done now.
    var refusal: String?

    /// Everything there is, from the table of keys, that of commands and that of signs.
    static func all(_ context: ViewContext) -> [HelpEntry] {
        let keymap = context.keymap
        let keyed = Dictionary(keymap.entries.compactMap { entry in entry.command.map { ($0, entry.keys) } }, uniquingKeysWith: { $0 + $1 })
        let commands = CommandSpec.Group.allCases.flatMap { group in
            CommandTable.all.filter { $0.group == group }.map { spec in
                HelpEntry(
                    section: group.rawValue, keys: names(keyed[spec.name] ?? []), usage: spec.usage, summary: spec.summary,
                    refusal: context.refusal(of: spec.name))
            }
        }
        let keys = keymap.entries.filter { $0.command == nil }.map {
            HelpEntry(
                section: $0.section, keys: names($0.keys), usage: "", summary: $0.summary,
                refusal: context.snapshot == nil ? nil : context.refusal(of: $0.action.id))
        }
        return commands + keys + signs(keymap)
    }

    private static func names(_ keys: [Key]) -> String { keys.map(\.description).joined(separator: " ") }

    /// The legend.
    static func signs(_ keymap: Keymap) -> [HelpEntry] {
        Sign.allCases.map { HelpEntry(section: $0.place, keys: "", usage: "", summary: keymap.text($0.meaning), sign: $0) }
    }

    func fits(_ words: [Substring]) -> Bool {
        let text = "\(section) \(keys) \(usage) \(summary)".lowercased()
        return words.allSatisfy { text.contains($0) }
    }
}

/// The keys, the commands and the signs, searched by typing.
struct HelpBox: View {
    static let card = ViewCard(
        id: "help", title: "Keys, commands and signs", slot: .overlay, shared: [.forms],
        actions: [Action("help.close", ["Enter"], "", "close the help")], opener: Action(command: "help", "?"), takesText: true)

    private var list = HelpList()

    static func opened(_ context: ViewContext) -> Opening { .view(HelpBox()) }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        list.respond(to: input, closing: "help.close", opener: "command.help", context)
    }

    func hints(_ context: ViewContext) -> [Hint] { HelpList.hints(context) }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        list.draw(into: &canvas, HelpEntry.all(context), title: Self.card.title)
    }
}

/// The meanings of the signs on the screen.
struct Legend: View {
    static let card = ViewCard(
        id: "legend", title: "Signs", slot: .overlay, shared: [.forms],
        actions: [Action("legend.close", ["Enter"], "", "close the legend")],
        opener: Action("legend.open", [";"], "signs", "show the legend: what the signs on the screen mean"), takesText: true)

    private var list = HelpList()

    static func opened(_ context: ViewContext) -> Opening { .view(Legend()) }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        list.respond(to: input, closing: "legend.close", opener: "legend.open", context)
    }

    func hints(_ context: ViewContext) -> [Hint] { HelpList.hints(context) }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        list.draw(into: &canvas, HelpEntry.signs(context.keymap), title: Self.card.title)
    }
}

/// Entries of the help under a line that searches them.
struct HelpList {
    private var search = LineEditor()
    private var offset = 0
    private var height = 1
    private var rows = 0

    /// Closes the box or handles an input of the list.
    ///
    /// - Parameters:
    ///   - close: the box's own action that closes it.
    ///   - opener: the action whose keys open the box, and close it before anything is typed.
    mutating func respond(to input: Input, closing close: ActionID, opener: ActionID, _ context: ViewContext) -> Response {
        switch input {
        case .action(close), .action("form.close"): return .wish(.close)
        case .key(let key) where search.text.isEmpty && (context.keymap.key(opener) == key.description || key == .character("q")):
            return .wish(.close)
        default: return .used(handle(input))
        }
    }

    private mutating func handle(_ input: Input) -> Bool {
        switch input {
        case .action("edit.up"): scroll(-1)
        case .action("edit.down"): scroll(1)
        case .action("edit.page-up"): scroll(-height)
        case .action("edit.page-down"): scroll(height)
        case .action("edit.start"): offset = 0
        case .action("edit.end"): offset = max(0, rows - height)
        case .wheel(let distance, _): scroll(distance)
        case .scroll(let top): offset = top
        default:
            guard search.handle(input) else { return false }
            offset = 0
        }
        return true
    }

    private mutating func scroll(_ distance: Int) { offset = max(0, min(rows - height, offset + distance)) }

    static func hints(_ context: ViewContext) -> [Hint] {
        [Hint(key: "type", label: "search"), context.hint(["edit.up", "edit.down"], "scroll"), context.hint("form.close")]
    }

    mutating func draw(into canvas: inout Canvas, _ entries: [HelpEntry], title: String) {
        let area = canvas.rect, width = canvas.boxWidth(120)
        let rect = Rect(x: area.midX - width / 2, y: area.minY, width: width, height: area.height)
        let inner = canvas.openBox(rect, title: title), top = inner.row(0)
        let x = canvas.frame.put("search ", at: top.origin, style: canvas.theme[.textDim])
        canvas.frame.cursor = search.draw(
            into: &canvas.frame, row: Rect(x: x, y: top.minY, width: max(1, top.maxX - x), height: 1), style: canvas.theme[.prompt])
        let words = search.text.lowercased().split(separator: " ")
        let lines = lines(entries.filter { $0.fits(words) }, width: inner.width, canvas.look)
        rows = lines.count
        height = max(1, inner.height - 2)
        scroll(0)
        for row in 0..<height where offset + row < lines.count { canvas.put(lines[offset + row], in: inner.row(row + 2)) }
        canvas.scrollBar(offset: offset, count: lines.count + 2)
    }

    private func lines(_ found: [HelpEntry], width: Int, _ look: Look) -> [TextLine] {
        guard !found.isEmpty else { return [TextLine("nothing contains “\(search.text)”", .textDim)] }
        let names = width >= 110 ? 42 : width >= 90 ? 32 : 22
        var lines: [TextLine] = [], section = ""
        for entry in found {
            if entry.section != section {
                if !section.isEmpty { lines.append(TextLine()) }
                lines.append(TextLine(entry.section, .textStrong))
                section = entry.section
            }
            // Keys of the view have no name beside them.
            let isKey = entry.usage.isEmpty
            var line: TextLine
            if let sign = entry.sign {
                line = TextLine("  " + sign.example(look.glyphs).padded(to: 6), sign.role)
            } else {
                line = TextLine(
                    "  " + (isKey ? entry.keys.padded(to: 20, ellipsis: look.glyphs.ellipsis) : entry.keys.padded(to: 6)),
                    entry.refusal == nil ? .helpKey : .textDim)
            }
            let room = isKey ? 0 : min(names, max(8, width / 3))
            if room > 0 {
                line.add(" " + entry.usage.padded(to: room, ellipsis: look.glyphs.ellipsis) + " ", entry.refusal == nil ? .text : .textDim)
            }
            let indent = line.width
            // The same reason often holds for many, so that it is told of those that were searched for.
            let reason = entry.refusal.map { search.text.isEmpty ? " (not now)" : " (not now: \($0))" } ?? ""
            let summary = entry.summary + reason
            for (index, part) in summary.wrapped(to: max(12, width - indent)).enumerated() {
                if index > 0 {
                    lines.append(line)
                    line = TextLine(String(repeating: " ", count: indent))
                }
                line.add(part, .textDim)
            }
            lines.append(line)
        }
        return lines
    }
}
