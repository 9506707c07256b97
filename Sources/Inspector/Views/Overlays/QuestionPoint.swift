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
