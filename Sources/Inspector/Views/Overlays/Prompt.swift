import Debugging
import Trace

/// The line where commands are typed, with completion.
struct Prompt: View {
    static let card = ViewCard(
        id: "prompt", title: "Prompt", slot: .line, shared: [.forms],
        actions: [Action("prompt.give", ["Enter"], "give the command", "give the command")],
        opener: Action("prompt.open", [":"], "command", "type a command", overBoxes: true), takesText: true)

    private var editor: LineEditor
    /// The completions of the word that is typed; the chosen one is in the line.
    private(set) var choices: [String] = []
    private(set) var chosen: Int?
    private var start = 0
    private let initial: String
    /// The area in which the choices were drawn.
    private var list = Rect(x: 0, y: 0, width: 0, height: 0)
    private var first = 0

    /// - Parameter end: the part of the text after it is selected, so that what is typed takes its place.
    init(_ text: String = "", selectingAfter end: String? = nil, _ context: ViewContext) {
        editor = LineEditor(text, history: context.notebook.commands)
        initial = text
        if let end { editor.select(after: end.count) }
    }

    static func opened(_ context: ViewContext) -> Opening { .view(Prompt("", context)) }

    /// Whether more was typed than it began with.
    private var isChanged: Bool { editor.text != initial && !CommandLine.isBlank(editor.text) }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("form.close"): return .wishes((isChanged ? [.note(.command(editor.text))] : []) + [.close])
        case .action("edit.delete-left") where editor.text.isEmpty: return .wish(.close)
        case .action("prompt.give"):
            let line = editor.text
            return .wishes(CommandLine.isBlank(line) ? [.close] : [.note(.command(line)), .typed(line), .close])
        case .action("form.next"): complete(1, context.snapshot)
        case .action("form.previous"): complete(-1, context.snapshot)
        case .wheel(let distance, _): if choices.count > 1 { complete(distance.signum(), context.snapshot) }
        case .click(let point, _): click(point)
        default:
            let text = editor.text
            guard editor.handle(input) else { return .unused }
            // Beside a line that comes from the history there is nothing to complete.
            let isTyped = editor.text != text && input.isTyping
            seek(isTyped ? context.snapshot : nil, shows: isTyped)
        }
        return .used
    }

    private mutating func click(_ point: Point) {
        guard point.y < 0 || point.y < list.height, !choices.isEmpty, choices.indices.contains(first + point.y) else { return }
        chosen = first + point.y
        editor.replace(start..<editor.cursor, with: CommandLine.word(choices[first + point.y]))
    }

    private mutating func complete(_ step: Int, _ snapshot: Snapshot?) {
        if choices.count > 1 {
            if chosen == nil, step > 0, extend() { return }
            let next = chosen.map { ($0 + step + choices.count) % choices.count } ?? (step > 0 ? 0 : choices.count - 1)
            chosen = next
            editor.replace(start..<editor.cursor, with: CommandLine.word(choices[next]))
            return
        }
        seek(snapshot, shows: true)
        if choices.count == 1 {
            editor.replace(start..<editor.cursor, with: CommandLine.word(choices[0]) + " ")
            seek(snapshot, shows: true)
        } else {
            _ = extend()
        }
    }

    /// Looks for completions of the word before the cursor.
    ///
    /// - Parameter shows: whether something is to be shown at all.
    private mutating func seek(_ snapshot: Snapshot?, shows: Bool) {
        let completion = Completion(editor.textBeforeCursor, snapshot)
        start = completion.start
        choices = shows ? completion.choices : []
        // A complete word needs no list.
        if choices == [String(Array(editor.textBeforeCursor)[start...])] { choices = [] }
        chosen = nil
    }

    /// Types the common beginning of all choices, if it is longer than the typed text.
    private mutating func extend() -> Bool {
        guard let common = Completion.commonStart(choices), common.count > editor.cursor - start, !common.contains(" ") else {
            return false
        }
        editor.replace(start..<editor.cursor, with: common)
        return true
    }

    func hints(_ context: ViewContext) -> [Hint] { [] }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let row = canvas.rect, look = context.look
        canvas.frame.fill(row, style: look.theme[.prompt])
        canvas.frame.put(":", at: row.origin.moved(x: 1), style: look.theme[.promptLabel])
        let line = Rect(x: row.minX + 2, y: row.minY, width: row.width - 3, height: 1)
        canvas.frame.cursor = editor.draw(into: &canvas.frame, row: line, style: look.theme[.prompt])
        drawUsage(into: &canvas.frame, line, context)
        guard !choices.isEmpty else { return }
        let height = min(10, choices.count, row.minY)
        first = max(0, min((chosen ?? 0) - height / 2, choices.count - height))
        let names = (choices.map(\.displayWidth).max() ?? 0) + 2
        let helps = choices[first..<first + height].map { Completion.help(for: $0, behind: editor.text, context.snapshot) }
        let width = min(row.width - 4, names + (helps.map(\.displayWidth).max() ?? 0) + 1)
        let x = max(0, min(line.minX + start, row.maxX - width - 1))
        list = Rect(x: x, y: row.minY - height, width: width, height: height)
        canvas.add(list, .content)
        for index in 0..<height {
            let style = look.theme[first + index == chosen ? .completionSelected : .completion]
            canvas.frame.fill(list.row(index), style: style)
            let place = list.row(index).origin
            canvas.frame.put(
                choices[first + index].truncated(to: width - 2, ellipsis: look.glyphs.ellipsis), at: place.moved(x: 1), style: style,
                clippedTo: list)
            let help = look.glyphs.plain(helps[index]).truncated(to: max(0, width - names - 1), ellipsis: look.glyphs.ellipsis)
            canvas.frame.put(help, at: place.moved(x: names), style: look.theme.style(look.theme[.textDim], on: style), clippedTo: list)
        }
    }

    /// The usage of the command, or the reason why it cannot work, behind the typed text.
    private func drawUsage(into frame: inout Frame, _ row: Rect, _ context: ViewContext) {
        guard let name = editor.text.split(separator: " ").first, let spec = try? CommandTable.command(named: String(name)) else { return }
        let refused = context.refusal(of: spec.name), text = refused ?? spec.usage + "  " + spec.summary
        let free = row.width - editor.text.displayWidth - 3
        guard free > 16 else { return }
        let shown = text.truncated(to: free, ellipsis: context.look.glyphs.ellipsis)
        frame.put(
            shown, at: Point(x: row.maxX - shown.displayWidth, y: row.minY),
            style: context.look.theme.style(context.look.theme[refused == nil ? .textDim : .promptError], on: context.look.theme[.prompt]))
    }
}
