import Debugging
import Trace

/// A text over the lower panes, until a key closes it.
struct Notice: View {
    static let card = ViewCard(
        id: "notice", title: "Messages", slot: .notice, shared: [.moving],
        actions: [
            Action(
                "notice.close", ["Esc", "Enter", "q"], "close",
                "close the message; any other key closes it too, and then does its own action"),
            Action("notice.copy", ["Y"], "copy", "copy the message"),
        ])

    let title: String
    let lines: [String]
    let isError: Bool
    private var text: ScrolledText
    /// The most lines of one that are shown.
    static let longest = 20_000

    init(title: String, lines: [String], isError: Bool) {
        self.title = title
        self.lines = lines
        self.isError = isError
        text = ScrolledText(lines.map { TextLine($0) })
    }

    func selectedText(_ context: ViewContext) -> String? { lines.joined(separator: "\n") }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("notice.copy"): return .wish(.capture(.selection))
        case .action("notice.close"), .click: return .wish(.close)
        case .key: return Response(isUsed: false, wishes: [.close])
        default: return .used(text.handle(input))
        }
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let place = canvas.rect
        let height = min(text.count(width: place.width - 4), max(3, (place.height + 2) / 2))
        let rect = Rect(x: place.minX, y: place.maxY - height - 2, width: place.width, height: height + 2)
        let inner = canvas.openBox(rect, title: title, role: isError ? .messageError : .paneBorderFocused)
        text.draw(into: &canvas, inner, isPlain: true)
    }
}

extension Screen {
    /// The session has ended for good, because the workflow could not be loaded again.
    package mutating func lost(_ report: ErrorReport) {
        perform(views.overlays.ids.map { .dismiss($0) })
        tell(context.text("\(report.code): {command.quit} quits"), [report.message], isError: true)
    }

    /// Shows a message that the user has to read.
    package mutating func tell(_ title: String, _ lines: [String], isError: Bool = false) {
        perform([.open(Notice(title: title, lines: lines, isError: isError))])
    }

    package mutating func show(done: String) { perform([.say(done, .messageOk)]) }

    package mutating func show(error: String) { perform(context.telling(ErrorReport(code: "error", message: error))) }

    /// Takes the text of an editor that failed: it is used for nothing, and the next editor for the same purpose begins with it.
    ///
    /// - Parameter text: nil if it is as it was.
    package mutating func refusedEdit(_ text: String?, for purpose: EditPurpose, _ reason: String) {
        if let text { perform([.note(.edited(text.trimmingLineEnds, purpose))]) }
        show(error: "\(reason); \(text == nil ? "nothing was changed" : "your text is kept: edit again to go on with it")")
    }
}
