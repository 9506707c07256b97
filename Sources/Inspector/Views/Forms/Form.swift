import Debugging
import Trace

/// What came of a key in a form.
enum FormResult: Equatable, Sendable {
    case open
    case closed
    case done([Effect])
}

/// What lies over the panes and takes the keys; nothing most of the time.
enum Form: Sendable {
    case prompt(Prompt)
    case find(FindForm)
    case filter(LineEditor, before: String)
    case backward(BackwardForm)
    case value(ValueForm)
    case answer(AnswerForm)
    case ask(AskBox)
    case exchange(ExchangeBox)
    case ledger(LedgerBox)
    case confirm(Confirmation)
    case proposal(ProposalBox)
    case matrix(Matrix)
    case help(HelpBox)
}

extension Form {
    /// Whether another form is of the same kind, as one is before and after a key.
    func isSameKind(as other: Form?) -> Bool {
        switch (self, other) {
        case (.backward, .backward), (.value, .value), (.answer, .answer): true
        case (.backward, _), (.value, _), (.answer, _): false
        default: true
        }
    }
}

/// A question to be answered with y or n.
struct Confirmation: Equatable, Sendable {
    var question: String
    var effects: [Effect]
    /// Whether the session can be saved first.
    var canSave = false

    var hints: [Hint] {
        [Hint(key: "y", label: "yes")] + (canSave ? [Hint(key: "s", label: "save first")] : []) + [Hint(key: "n", label: "no")]
    }
}

/// A text over the lower panes, until a key puts it away.
struct Notice: Equatable, Sendable {
    var title: String
    var lines: [String]
    var isError: Bool
    var offset = 0
    /// The most lines of one that are shown.
    static let longest = 20_000
    private var wrapped: (width: Int, lines: [String])?

    init(title: String, lines: [String], isError: Bool) {
        self.title = title
        self.lines = lines
        self.isError = isError
    }

    /// The lines as they fit a width. They are wrapped once, for there may be many.
    mutating func lines(width: Int) -> [String] {
        if let wrapped, wrapped.width == width { return wrapped.lines }
        let lines = lines.flatMap { $0.expandingTabs().wrapped(to: width) }
        wrapped = (width, lines)
        return lines
    }

    static func == (a: Notice, b: Notice) -> Bool {
        a.title == b.title && a.lines == b.lines && a.isError == b.isError && a.offset == b.offset
    }
}

extension Look {
    /// A framed, empty part of the screen; gives what is inside the frame.
    func box(_ rect: Rect, title: String, into frame: inout Frame, role: Role = .paneBorderFocused) -> Rect {
        frame.fill(rect, style: theme.base)
        frame.box(
            rect, glyphs: glyphs.round, style: theme[role], title: title, titleStyle: theme[.paneTitleFocused], ellipsis: glyphs.ellipsis)
        return rect.inset(x: 2, y: 1)
    }

    /// The columns that hints take.
    func width(of hints: [Hint]) -> Int { hints.reduce(0) { $0 + $1.key.displayWidth + $1.label.displayWidth + 3 } }

    /// Keys with what they do. Where there is no room for all, the last ones stay and those before them go.
    func hints(_ hints: [Hint], keeping last: Int, into frame: inout Frame, row: Rect) {
        func width(_ hint: Hint) -> Int { self.width(of: [hint]) }
        let tail = hints.suffix(last)
        var free = row.width + 2 - tail.reduce(0) { $0 + width($1) }
        var shown: [Hint] = []
        for hint in hints.dropLast(last) {
            free -= width(hint)
            guard free >= 0 else { break }
            shown.append(hint)
        }
        var x = row.minX
        for hint in shown + tail where x + width(hint) - 2 <= row.maxX {
            x = frame.put(hint.key, at: Point(x: x, y: row.minY), style: theme[.footerKey], clippedTo: row)
            x = frame.put(" " + hint.label + "  ", at: Point(x: x, y: row.minY), style: theme[.footer], clippedTo: row)
        }
    }
}
