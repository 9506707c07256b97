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
    case confirm(Confirmation)
    case proposal(ProposalBox)
    case matrix(Matrix)
    case help(HelpBox)
}

/// A question to be answered with y or n.
struct Confirmation: Equatable, Sendable {
    var question: String
    var effects: [Effect]
}

/// A text over the lower panes, until a key puts it away.
struct Notice: Equatable, Sendable {
    var title: String
    var lines: [String]
    var isError: Bool
    var offset = 0
}

extension Look {
    /// A framed, empty part of the screen; gives what is inside the frame.
    func box(_ rect: Rect, title: String, into frame: inout Frame, role: Role = .paneBorderFocused) -> Rect {
        frame.fill(rect, style: theme.base)
        frame.box(
            rect, glyphs: glyphs.round, style: theme[role], title: title, titleStyle: theme[.paneTitleFocused], ellipsis: glyphs.ellipsis)
        return rect.inset(x: 2, y: 1)
    }

    /// Keys with what they do, as far as there is room.
    func hints(_ hints: [Hint], into frame: inout Frame, row: Rect, key: Role = .footerKey, label: Role = .footer) {
        var x = row.minX
        for hint in hints {
            let width = hint.key.displayWidth + 1 + hint.label.displayWidth
            guard x + width <= row.maxX else { break }
            x = frame.put(hint.key, at: Point(x: x, y: row.minY), style: theme[key], clippedTo: row)
            x = frame.put(" " + hint.label + "  ", at: Point(x: x, y: row.minY), style: theme[label], clippedTo: row)
        }
    }
}
