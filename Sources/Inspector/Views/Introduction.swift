import Debugging
import Trace

/// A first walk through the program in five steps, which go on by what the user does.
package struct Introduction: Equatable, Sendable {
    enum Step: Int, CaseIterable, Sendable {
        case run, backward, conflict, lists, resolve

        var title: String {
            switch self {
            case .run: "run"
            case .backward: "backward"
            case .conflict: "conflict"
            case .lists: "lists"
            case .resolve: "resolve"
            }
        }

        /// The keys that the step is about, and what they do there.
        var parts: (keys: String, text: String) {
            switch self {
            case .run:
                ("n", "runs one line, and the graph grows. c runs on to the breakpoint, where an output has been computed from parameters.")
            case .backward:
                ("b", "calls backward from the selected output: say what should change. The feedback goes up to the parameters (◆).")
            case .conflict:
                ("b", "again, with another text: now a parameter holds two texts that cannot be combined, and ✖ marks its optimizer.")
            case .lists:
                ("4", "goes to the node. Select a parameter in the graph (2): its lists say which backward wrote what, child by child.")
            case .resolve:
                ("z", "clears the feedback of the chosen optimizer. Esc selects the output again: call backward once more, and s steps.")
            }
        }
    }
    private(set) var step: Step? = .run
    /// The steps of optimizers before the last part.
    private var stepsBefore = 0
    /// Whether it was put away.
    private(set) var isDismissed = false

    package init() {}

    package var isShown: Bool { !isDismissed }

    mutating func dismiss() { isDismissed = true }

    mutating func show() {
        isDismissed = false
        if step == nil { step = .run }
    }

    /// Goes on as far as the state shows that the steps were done.
    mutating func update(_ snapshot: Snapshot, hasConflict: Bool, selected: NodeID?, focus: Pane) {
        let state = snapshot.state, record = snapshot.record
        while let now = step {
            let isDone: Bool
            switch now {
            case .run:
                isDone = state.optimizerCount > 0 && (0..<state.nodeCount).reversed().prefix(64).contains { record.hasParents(NodeID($0)) }
            case .backward: isDone = state.backwardCount > 0
            case .conflict: isDone = hasConflict
            case .lists: isDone = focus == .node && selected.map { state.feedback.holds($0) } ?? false
            case .resolve: isDone = state.steps.reduce(0, +) > stepsBefore
            }
            guard isDone else { return }
            step = Step(rawValue: now.rawValue + 1)
            stepsBefore = state.steps.reduce(0, +)
        }
    }

    static let height = 4

    func draw(into frame: inout Frame, rect: Rect, _ look: Look) {
        let inner = look.box(rect, title: "Introduction", into: &frame, role: .paneBorder)
        var x = rect.minX + 18
        for (index, step) in Step.allCases.enumerated() {
            let isDone = self.step.map { index < $0.rawValue } ?? true, isNow = step == self.step
            let sign = isDone ? look.glyphs.ok : isNow ? look.glyphs.current : look.glyphs.stateOff
            let style = look.theme[isNow ? .introStrong : isDone ? .messageOk : .textDim]
            x = frame.put(" \(sign) \(step.title) ", at: Point(x: x, y: rect.minY), style: style, clippedTo: rect.inset(x: 1, y: 0))
        }
        let away = frame.size.width < 100 ? " x close " : " x puts it away "
        frame.put(away, at: Point(x: rect.maxX - away.count - 2, y: rect.minY), style: look.theme[.textDim], clippedTo: rect)
        guard let step else {
            frame.put(
                "That is all of it. ? lists the keys, ; explains the signs, : takes commands, u undoes, [ and ] go back and forward.",
                at: inner.origin,
                style: look.theme[.intro], clippedTo: inner)
            return
        }
        let parts = step.parts
        let text = parts.text.replacing("◆", with: look.glyphs[.parameter]).replacing("✖", with: look.glyphs[.inConflict])
        let start = frame.put(parts.keys + " ", at: inner.origin, style: look.theme[.introStrong], clippedTo: inner)
        let lines = text.wrapped(to: max(10, inner.maxX - start))
        for (row, line) in lines.enumerated() where row < inner.height {
            frame.put(line, at: Point(x: start, y: inner.minY + row), style: look.theme[.intro], clippedTo: inner)
        }
    }
}
