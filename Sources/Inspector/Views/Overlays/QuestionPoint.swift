import Debugging
import Trace

/// The subject of a question, which stays in sight while the question scrolls: the feedback and the variables.
struct QuestionPoint: Sendable {
    private var feedback: [TextLine] = []
    private var variables: [TextLine] = []

    /// - Parameter problem: nil for a question that no optimizer asks.
    init(_ problem: Problem?) {
        guard let problem else { return }
        feedback = problem.lines(.feedback).flatMap(\.lines).map { TextLine($0.expandingTabs(), .feedback) }
        variables = problem.variables.map { variable in
            var line = TextLine(variable.name, .nodeParameter)
            line.add(" = \(variable.value.short(60))", .value)
            if let constraint = variable.constraint { line.add("  \(constraint)", .textDim) }
            return line
        }
    }

    /// As many of the lines as there is room for, some of both.
    func lines(width: Int, most: Int, _ look: Look) -> [TextLine] {
        guard !feedback.isEmpty || !variables.isEmpty else { return [] }
        let texts = feedback.flatMap { line in
            line.width > width ? line.text.wrapped(to: width).map { TextLine($0, .feedback) } : [line]
        }
        let all = [heading(.feedback)] + texts + [heading(.variables)] + variables
        if all.count <= most { return all }
        if texts.count + variables.count <= most { return texts + variables }
        // The last line tells how many are missing. Where there is hardly any room, the lines need no headings.
        let hasHeadings = most > 6, room = max(1, most - (hasHeadings ? 3 : 1))
        let ofVariables = min(variables.count, room / 3), ofFeedback = min(texts.count, room - ofVariables)
        let shown = (texts.prefix(ofFeedback), variables.prefix(room - ofFeedback))
        let left = texts.count + variables.count - shown.0.count - shown.1.count
        return (hasHeadings ? [heading(.feedback)] : []) + shown.0 + (hasHeadings && !shown.1.isEmpty ? [heading(.variables)] : [])
            + shown.1
            + [TextLine("\(look.glyphs.ellipsis) \(count(left, "more line")) below", .textDim)]
    }

    private func heading(_ section: ProblemSection) -> TextLine { TextLine(section.rawValue, .textStrong) }
}

extension ScrolledText {
    /// Draws the text in a box, below lines that stay in sight.
    mutating func draw(below head: [TextLine], into canvas: inout Canvas, _ inner: Rect) {
        guard !head.isEmpty else { return draw(into: &canvas, inner) }
        for (row, line) in head.enumerated() where row < inner.height { canvas.put(line, in: inner.row(row)) }
        let rule = inner.minY + head.count
        guard rule < inner.maxY - 1 else { return }
        let whole = inner.boxAround, box = Rect(x: whole.minX, y: rule, width: whole.width, height: whole.maxY - rule)
        canvas.divide(whole, at: rule, "")
        draw(into: &canvas, Rect(x: inner.minX, y: rule + 1, width: inner.width, height: inner.maxY - rule - 1), on: box)
    }
}
