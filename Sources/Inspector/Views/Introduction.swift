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
                (
                    "c",
                    "runs to the breakpoint: the graph shows how an output was computed from parameters (◆). Later, n runs a single line."
                )
            case .backward:
                (
                    "b",
                    "calls backward from the output: say in a few words what should change, then Enter. It goes up to the parameters (◆)."
                )
            case .conflict:
                ("b", "again, with another text: parameters then hold two texts that cannot be combined, and ✖ marks their optimizers.")
            case .lists:
                (
                    "3 j 4",
                    "go to the optimizers, to the next one, and to its parameter in conflict: its lists say which backward wrote what."
                )
            case .resolve:
                (
                    "z y b s",
                    "clear its feedback, call backward with one text of yours, and step: its values change. Later, u takes the last change back."
                )
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
