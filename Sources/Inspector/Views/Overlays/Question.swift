import Debugging

/// A question to be answered with a key.
struct Question: View {
    static let card = ViewCard(
        id: "question", title: "Questions", slot: .overlay,
        actions: [
            Action("question.yes", ["y"], "yes", "do it"), Action("question.save", ["s"], "save first", "save the session, then quit"),
            Action("question.no", ["n", "Esc", "C-c", "C-g", "q"], "no", "leave everything as it is"),
            Action("question.default", ["Enter"], "", "do it, where nothing is lost for good"),
        ], fitsAnywhere: true)

    let text: String
    private let wishes: [Wish]
    /// Whether the session can be saved first.
    private let canSave: Bool

    init(_ text: String, _ wishes: [Wish], canSave: Bool = false) {
        self.text = text
        self.wishes = wishes
        self.canSave = canSave
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("question.yes"): return .wishes([.close] + wishes)
        // An answer that loses something needs a letter, not the key that is pressed without reading.
        case .action("question.default"): return .wishes([.close] + (canSave ? [] : wishes))
        case .action("question.save") where canSave: return .wishes([.close, .act("quit.save")])
        case .action, .key: return .wish(.close)
        default: return .unused
        }
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [context.hint("question.yes")] + (canSave ? [context.hint("question.save")] : []) + [context.hint("question.no")]
    }

    func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let look = context.look, style = look.theme[.messageWarning]
        let size = context.size
        guard size.width >= Arrangement.smallest.width, size.height >= Arrangement.smallest.height else {
            let keys = hints(context).map { "\($0.keys.map(\.text).joined(separator: " ")) \($0.label)" }.joined(separator: "  ")
            for (row, line) in look.glyphs.plain(text + " " + keys).wrapped(to: max(1, size.width)).enumerated() where row < size.height {
                canvas.frame.put(line, at: Point(x: 0, y: row), style: style)
            }
            return
        }
        let place = canvas.rect, lines = text.wrapped(to: place.width - 6)
        let height = min(place.height, lines.count + 2)
        let rect = Rect(x: place.minX, y: place.maxY - height, width: place.width, height: height)
        let inner = canvas.openBox(rect, title: "", role: .messageWarning)
        for (row, line) in lines.enumerated() where row < inner.height {
            canvas.frame.put(look.glyphs.plain(line), at: inner.row(row).origin, style: style, clippedTo: inner)
        }
    }
}
