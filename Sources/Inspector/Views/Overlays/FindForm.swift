import Debugging
import Trace

/// Finds nodes by a part of their names while it is typed.
struct FindForm: View {
    static let card = ViewCard(
        id: "find", title: "Find", slot: .line, shared: [.forms],
        actions: [Action("find.stay", ["Enter"], "stay", "stay at the node that was found")],
        opener: Action("find.open", ["/"], "find", "find a node by a part of its name"), takesText: true)

    private var editor = LineEditor()
    private(set) var matches: [NodeID] = []
    private(set) var at = 0
    private var searched = 0
    private var isDone = true
    /// The node that was selected before, for Esc.
    private let before: NodeID?

    static func opened(_ context: ViewContext) -> Opening { .view(FindForm(before: context.selection)) }

    private init(before: NodeID?) { self.before = before }

    private var match: NodeID? { matches.indices.contains(at) ? matches[at] : nil }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard let snapshot = context.snapshot else { return .wish(.close) }
        switch input {
        case .action("form.close"): return .wishes((before.map { [.select($0)] } ?? []) + [.close])
        case .action("find.stay"): return .wish(.close)
        case .action("edit.delete-left") where editor.text.isEmpty: return .wish(.close)
        case .action("edit.down"), .action("form.next"): turn(1)
        case .action("edit.up"), .action("form.previous"): turn(-1)
        case .wheel(let distance, _): turn(distance.signum())
        default:
            let text = editor.text
            guard editor.handle(input) else { return .unused }
            guard editor.text != text else { return .used }
            search(snapshot)
        }
        return .wishes(match.map { [.select($0)] } ?? [])
    }

    private mutating func turn(_ step: Int) { if !matches.isEmpty { at = (at + step + matches.count) % matches.count } }

    /// The number of nodes searched at a time.
    private static let slice = 2000
    private static let most = 1000

    /// Begins to search for what is typed.
    private mutating func search(_ snapshot: Snapshot) {
        matches = []
        at = 0
        searched = 0
        goOn(snapshot)
    }

    /// Whether there are nodes left to search.
    private func isSearching(_ snapshot: Snapshot) -> Bool {
        !editor.text.isEmpty && matches.count < Self.most && searched < snapshot.state.nodeCount
    }

    func isSearching(_ context: ViewContext) -> Bool { context.snapshot.map { isSearching($0) } ?? false }

    mutating func search(_ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot else { return [] }
        let before = match
        goOn(snapshot)
        return match.flatMap { $0 == before ? nil : [.select($0)] } ?? []
    }

    /// Goes on searching for a while.
    private mutating func goOn(_ snapshot: Snapshot) {
        guard isSearching(snapshot) else { return }
        let wanted = editor.text.lowercased(), end = min(snapshot.state.nodeCount, searched + Self.slice)
        while searched < end, matches.count < Self.most {
            let id = NodeID(searched)
            if snapshot.record.name(id).lowercased().contains(wanted) { matches.append(id) }
            searched += 1
        }
        isDone = !isSearching(snapshot)
    }

    func hints(_ context: ViewContext) -> [Hint] { [] }

    func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let row = canvas.rect, look = context.look
        let line = canvas.openLine(label: " find ")
        let keys = context.text("{find.stay} stay  {form.close} back"), arrows = context.text("{edit.up}/{edit.down}")
        let note =
            editor.text.isEmpty
            ? "a part of a node's name"
            : matches.isEmpty
                ? isDone ? "no node" : context.text("searching   {form.close} back")
                : "\(at + 1) of \(matches.count)\(isDone ? "" : " so far")   \(arrows == "Up/Down" && !look.glyphs.isASCII ? "↑↓" : arrows) next  \(keys)"
        let style = look.theme[!editor.text.isEmpty && matches.isEmpty && isDone ? .promptError : .textDim].on(look.theme[.prompt])
        let shown = note.truncated(to: max(0, row.width / 2), ellipsis: look.glyphs.ellipsis)
        canvas.frame.put(shown, at: Point(x: row.maxX - shown.displayWidth - 1, y: row.minY), style: style)
        let field = Rect(x: line.minX, y: row.minY, width: max(1, line.width - shown.displayWidth - 2), height: 1)
        canvas.frame.cursor = editor.draw(into: &canvas.frame, row: field, style: look.theme[.prompt])
    }
}

/// Filters the events by a text while it is typed.
struct FilterForm: View {
    static let card = ViewCard(
        id: "filter", title: "Filter", slot: .line, shared: [.forms],
        actions: [Action("filter.keep", ["Enter"], "keep", "keep the filter")], takesText: true)

    private let list: Filtered
    private var editor: LineEditor

    init(_ list: Filtered, _ text: String) { (self.list, editor) = (list, LineEditor(text)) }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("filter.keep"): return .wish(.close)
        case .action("form.close"): return .wishes([.note(.filter(list, "")), .close])
        default: return editor.handle(input) ? .wish(.note(.filter(list, editor.text))) : .unused
        }
    }

    func hints(_ context: ViewContext) -> [Hint] { [] }

    func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let line = canvas.openLine(label: " filter ")
        canvas.frame.cursor = editor.draw(into: &canvas.frame, row: line, style: canvas.theme[.prompt])
    }
}
