import Debugging
import Trace

/// A first walk through the program in five steps. The user's actions lead from step to step.
package struct Introduction: View {
    static let card = ViewCard(
        id: "introduction", title: "Introduction", slot: .bottom,
        actions: [
            Action("introduction.close", ["x"], "", "close the introduction"),
            Action("introduction.show", ["X"], "", "show the introduction"),
        ])

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

        /// The keys of the step, with their effects there.
        var parts: (keys: String, text: String) {
            switch self {
            case .run:
                (
                    "{command.continue}",
                    "runs to the breakpoint: the graph shows how an output was computed from parameters (◆). Later, {command.next} runs a single line."
                )
            case .backward:
                (
                    "{command.backward}",
                    "calls backward from the output: say in a few words what should change, then Enter. It goes up to the parameters (◆)."
                )
            case .conflict:
                (
                    "{command.backward}",
                    "again, with another text: parameters then hold two texts that cannot be combined, and ! marks their optimizers."
                )
            case .lists:
                (
                    "{focus.optimizers} j {focus.node}",
                    "go to the optimizers, to the next one, and to its parameter in conflict: its lists say which backward wrote what."
                )
            case .resolve:
                (
                    "{command.zero} {question.yes} {command.backward} {command.step}",
                    "clear its feedback, call backward with one text of yours, and step: its values change. Later, {command.undo} undoes the last change."
                )
            }
        }
    }
    private(set) var step: Step? = .run
    /// The steps of optimizers before the last part.
    private var stepsBefore = 0
    /// Whether it was closed.
    private(set) var isShown: Bool

    package init() { isShown = true }

    init(isShown: Bool) { self.isShown = isShown }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("introduction.close"):
            guard isShown else { return .used }
            isShown = false
            return .wish(.effect(.dismissIntroduction))
        case .action("introduction.show"):
            isShown = true
            if step == nil { step = .run }
            update(context)
            return .used
        default: return .unused
        }
    }

    /// Goes on as far as the state shows that the steps were done.
    mutating func update(_ context: ViewContext) {
        guard isShown, let snapshot = context.snapshot else { return }
        let state = snapshot.state, record = snapshot.record, selected = context.selection
        while let now = step {
            let isDone: Bool
            switch now {
            case .run:
                isDone = state.optimizerCount > 0 && (0..<state.nodeCount).reversed().prefix(64).contains { record.hasParents(NodeID($0)) }
            case .backward: isDone = state.backwardCount > 0
            case .conflict: isDone = (0..<state.optimizerCount).contains { context.conflict(OptimizerID($0)) != nil }
            case .lists: isDone = context.focus == "node" && selected.map { state.feedback.holds($0) } ?? false
            case .resolve: isDone = state.steps.reduce(0, +) > stepsBefore
            }
            guard isDone else { return }
            step = Step(rawValue: now.rawValue + 1)
            stepsBefore = state.steps.reduce(0, +)
        }
    }

    private static let height = 4

    /// A small screen has no room for it.
    func rows(_ context: ViewContext) -> Int? { isShown && context.size.height >= 22 ? Self.height : 0 }

    func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect, look = context.look
        let inner = look.box(rect, title: "Introduction", into: &canvas.frame, role: .paneBorder)
        var x = rect.minX + 18
        for (index, step) in Step.allCases.enumerated() {
            let isDone = self.step.map { index < $0.rawValue } ?? true, isNow = step == self.step
            let sign = isDone ? look.glyphs.ok : isNow ? look.glyphs.current : look.glyphs.stateOff
            let style = look.theme[isNow ? .introStrong : isDone ? .messageOk : .textDim]
            x = canvas.frame.put(" \(sign) \(step.title) ", at: Point(x: x, y: rect.minY), style: style, clippedTo: rect.inset(x: 1, y: 0))
        }
        let away = context.text(rect.width < 100 ? " {introduction.close} close " : " {introduction.close} closes it ")
        canvas.frame.put(away, at: Point(x: rect.maxX - away.count - 2, y: rect.minY), style: look.theme[.textDim], clippedTo: rect)
        canvas.add(Rect(x: rect.maxX - away.count - 2, y: rect.minY, width: away.count, height: 1), .action("introduction.close"))
        guard let step else {
            canvas.frame.put(
                context.text(
                    "That is all of it. {command.help} lists the keys, {legend.open} explains the signs, {prompt.open} takes commands, "
                        + "{command.undo} undoes, {command.back} and {command.forward} go back and forward."),
                at: inner.origin,
                style: look.theme[.intro], clippedTo: inner)
            return
        }
        let parts = step.parts
        let text = context.text(parts.text).replacing("◆", with: look.glyphs[.parameter]).replacing("✖", with: look.glyphs[.inConflict])
        let start = canvas.frame.put(context.text(parts.keys) + " ", at: inner.origin, style: look.theme[.introStrong], clippedTo: inner)
        let lines = text.wrapped(to: max(10, inner.maxX - start))
        for (row, line) in lines.enumerated() where row < inner.height {
            canvas.frame.put(line, at: Point(x: start, y: inner.minY + row), style: look.theme[.intro], clippedTo: inner)
        }
    }
}

extension Screen {
    /// Shows an introduction; nil for none.
    package mutating func introduce(_ introduction: Introduction?) { if let introduction { put(introduction) } }
}
