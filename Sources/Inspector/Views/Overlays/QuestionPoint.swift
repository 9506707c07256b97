import Debugging
import Trace

/// The subject of a question, which stays in sight while the question scrolls: the feedback and the variables.
struct QuestionPoint: Sendable {
    private var lines: [TextLine] = []

    /// - Parameter problem: nil for a question that no optimizer asks.
    init(_ problem: Problem?) {
        guard let problem else { return }
        lines.append(TextLine(ProblemSection.feedback.rawValue, .textStrong))
        lines += problem.lines(.feedback).flatMap(\.lines).map { TextLine($0.expandingTabs(), .feedback) }
        lines.append(TextLine(ProblemSection.variables.rawValue, .textStrong))
        for variable in problem.variables {
            var line = TextLine(variable.name, .nodeParameter)
            line.add(" = \(variable.value.short(60))", .value)
            if let constraint = variable.constraint { line.add("  \(constraint)", .textDim) }
            lines.append(line)
        }
    }

    /// As many of the lines as there is room for.
    func lines(width: Int, most: Int, _ look: Look) -> [TextLine] {
        let wrapped = lines.flatMap { line -> [TextLine] in
            guard line.width > width, line.spans.count == 1 else { return [line] }
            return line.text.wrapped(to: width).map { TextLine($0, line.spans[0].role) }
        }
        guard wrapped.count > most else { return wrapped }
        // Where there is room for next to nothing, the feedback has no heading.
        let shown = most < 4 ? wrapped.dropFirst() : wrapped[...], left = shown.count - max(0, most - 1)
        return shown.prefix(max(0, most - 1)) + [TextLine("\(look.glyphs.ellipsis) \(count(left, "more line")) below", .textDim)]
    }
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
