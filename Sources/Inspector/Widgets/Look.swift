import Debugging
import Trace

/// Theme, glyphs and optimizer letters, shared by all views.
struct Look {
    var theme: Theme
    var glyphs: Glyphs
    var letters: OptimizerLetters
    /// The themes that there are, for choosing.
    var themes: [Theme] = []

    /// The letter of an optimizer.
    func letter(_ id: OptimizerID) -> String { String(letters[id]) }

    /// The asker of a question, with the letter of an optimizer before its name.
    func name(of asker: ModelQuestion.Asker, _ record: GraphRecord) -> String {
        switch asker {
        case .optimizer(let id):
            record.optimizers.indices.contains(id.index) ? "\(letter(id)) \(record.optimizers[id.index].name)" : letter(id)
        case .call(let name): name
        }
    }

    /// Quiet words in an empty pane.
    func note(_ text: String, indent: Int = 1, into frame: inout Frame, _ rect: Rect) {
        let lines = glyphs.plain(text).wrapped(to: max(1, rect.width - 2 * indent))
        for (row, line) in lines.enumerated() where row < rect.height {
            frame.put(line, at: Point(x: rect.minX + indent, y: rect.minY + row), style: theme[.textDim], clippedTo: rect)
        }
    }
}

extension Look {
    /// A framed, empty part of the screen; returns the inside of the frame.
    func box(_ rect: Rect, title: String, into frame: inout Frame, role: Role = .paneBorderFocused) -> Rect {
        frame.fill(rect, style: theme.base)
        // A role that is reversed without colours would make a bar of the frame.
        var line = theme[role]
        line.attributes.remove(.reverse)
        frame.box(
            rect, glyphs: glyphs.round, style: line, title: glyphs.plain(title), titleStyle: theme[.paneTitleFocused],
            ellipsis: glyphs.ellipsis)
        return rect.inset(x: 2, y: 1)
    }

    /// The columns that hints take.
    func width(of hints: [Hint]) -> Int { hints.reduce(0) { $0 + $1.width } }
}
