import Debugging
import Trace

/// Searches the view with the focus while it is typed: nodes by name, value, feedback and line of source, and lines of a text.
struct FindForm: View {
    static let card = ViewCard(
        id: "find", title: "Find", slot: .line, shared: [.forms],
        actions: [Action("find.stay", ["Enter"], "stay", "stay at the place found")],
        opener: Action("find.open", ["/"], "find", "find a text in the nodes, the source, or the list that has the focus", overBoxes: true),
        takesText: true)

    private var editor: LineEditor
    private(set) var hits: [Searchable.Hit] = []
    private(set) var at = 0
    private var searched = 0
    /// Whether another hit than the first one was chosen.
    private var hasTurned = false
    /// The place and the node to return to.
    private let origin: Int?
    private let selection: NodeID?
    private let view: ViewID

    static func opened(_ context: ViewContext) -> Opening {
        guard let searchable = context.overlays.searchable else { return .refused("there is nothing here to search") }
        return .view(FindForm(searchable, context))
    }

    private init(_ searchable: Searchable, _ context: ViewContext) {
        (origin, view, selection) = (searchable.origin, searchable.view, context.selection)
        editor = LineEditor(context.notebook.search)
        editor.selectAll()
    }

    private var hit: Searchable.Hit? { hits.indices.contains(at) ? hits[at] : nil }

    private func subject(_ context: ViewContext) -> Searchable? {
        context.overlays.searchable.flatMap { $0.view == view ? $0 : nil }
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard let searchable = subject(context) else { return .wish(.close) }
        switch input {
        case .action("form.close"):
            let node = selection.flatMap { $0 == context.selection ? nil : $0 }
            return .wishes((origin.map { [.find(view, $0)] } ?? []) + (node.map { [.select($0)] } ?? []) + [.close])
        case .action("find.stay"):
            // The last search is repeated.
            if hits.isEmpty, searched == 0 { goOn(searchable) }
            return .wishes([.note(.search(editor.text))] + found + [.close])
        case .action("edit.delete-left") where editor.text.isEmpty: return .wish(.close)
        case .action("edit.down"), .action("form.next"): turn(1, searchable)
        case .action("edit.up"), .action("form.previous"): turn(-1, searchable)
        case .wheel(let distance, _): turn(distance.signum(), searchable)
        default:
            let text = editor.text
            guard editor.handle(input) else { return .unused }
            guard editor.text != text else { return .used }
            (hits, at, searched, hasTurned) = ([], 0, 0, false)
            goOn(searchable)
        }
        return .wishes(found)
    }

    private var found: [Wish] { hit.map { [.find(view, $0.place)] } ?? [] }

    private mutating func turn(_ step: Int, _ searchable: Searchable) {
        if hits.isEmpty, searched == 0 { return goOn(searchable) }
        guard !hits.isEmpty else { return }
        at = (at + step + hits.count) % hits.count
        hasTurned = true
    }

    /// The number of places searched in one call.
    private static let slice = 300
    private static let most = 1000

    /// Whether there are places left to search.
    private func isSearching(_ searchable: Searchable) -> Bool {
        !editor.text.isEmpty && hits.count < Self.most && searched < searchable.count && (searched > 0 || !editor.isSelected)
    }

    func isSearching(_ context: ViewContext) -> Bool { subject(context).map { isSearching($0) } ?? false }

    mutating func search(_ context: ViewContext) -> [Wish] {
        guard let searchable = subject(context) else { return [] }
        let before = hit
        goOn(searchable)
        return hit == before ? [] : found
    }

    /// Goes on searching for a while.
    private mutating func goOn(_ searchable: Searchable) {
        let wanted = SearchText(editor.text), end = min(searchable.count, searched + Self.slice)
        guard !wanted.isEmpty else { return }
        while searched < end, hits.count < Self.most {
            if let hit = searchable.hit(searched, wanted) { hits.append(hit) }
            searched += 1
        }
        guard !hasTurned else { return }
        // The last search continues behind the place that it found.
        if editor.isSelected { return at = hits.firstIndex { $0.place > origin ?? -1 } ?? 0 }
        at = hits.firstIndex { $0.isName } ?? hits.firstIndex { $0.place >= searchable.start } ?? 0
    }

    func hints(_ context: ViewContext) -> [Hint] { [] }

    func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let searchable = subject(context) else { return }
        let row = canvas.rect, look = context.look
        let line = canvas.openLine(label: " find in \(searchable.what) ")
        let note = note(searchable, context), isIdle = editor.text.isEmpty || editor.isSelected && searched == 0
        let isMissing = !isIdle && hits.isEmpty && !isSearching(searchable)
        let style = look.theme.style(look.theme[isMissing ? .promptError : .textDim], on: look.theme[.prompt])
        // A column of the field is left for the cursor, and one beside it.
        let room = min(row.width * 3 / 5, line.width - 2)
        let shown = note.truncated(to: max(0, room), ellipsis: look.glyphs.ellipsis)
        canvas.frame.put(shown, at: Point(x: row.maxX - shown.displayWidth - 1, y: row.minY), style: style)
        let field = Rect(x: line.minX, y: row.minY, width: max(1, line.width - shown.displayWidth - 2), height: 1)
        canvas.frame.cursor = editor.draw(into: &canvas.frame, row: field, style: look.theme[.prompt])
    }

    /// The number of places found, the part of the shown one that has the text, and the keys.
    private func note(_ searchable: Searchable, _ context: ViewContext) -> String {
        let look = context.look
        if editor.text.isEmpty { return searchable.hint }
        let keys = context.text("{find.stay} stay  {form.close} back"), arrows = context.text("{edit.up}/{edit.down}")
        let next = "\(arrows == "Up/Down" && !look.glyphs.isASCII ? "↑↓" : arrows) next  \(keys)"
        if editor.isSelected, searched == 0 { return next }
        guard let hit else { return isSearching(searchable) ? context.text("searching   {form.close} back") : "found nowhere" }
        let place = [hit.field, hit.excerpt].filter { !$0.isEmpty }.joined(separator: " ")
        return "\(at + 1) of \(hits.count)\(isSearching(searchable) ? " so far" : "")  \(place.isEmpty ? "" : place + "  ") \(next)"
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
