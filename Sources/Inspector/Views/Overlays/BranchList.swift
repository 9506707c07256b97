import Debugging
import Trace

/// The branches, to go to one, or to see what differs in it.
struct BranchList: View {
    static let card = ViewCard(
        id: "branch-list", title: "Branches", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("branch-list.go", ["Enter"], "go there", "go to the branch, which is shown as it was left"),
            Action("branch-list.compare", ["="], "compare", "compare the branch with the one that is shown"),
            Action("branch-list.timeline", ["T"], "timeline", "show where the branches fork"),
            Action("branch-list.close", ["G"], "", "close the list"),
        ], opener: Action(command: "branches", "G"))

    private var list = ListView()

    static func opened(_ context: ViewContext) -> Opening {
        guard let branches = context.snapshot?.branches, !branches.isEmpty else { return .refused("there are no branches yet") }
        var view = BranchList()
        view.list.selected = branches.firstIndex(where: \.isCurrent) ?? 0
        return .view(view)
    }

    private func chosen(_ context: ViewContext) -> BranchLine? {
        guard let branches = context.snapshot?.branches, branches.indices.contains(list.selected) else { return nil }
        return branches[list.selected]
    }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        guard chosen(context)?.isCurrent == true else { return nil }
        switch action {
        case "branch-list.go": return context.text("this branch is shown: {command.fork} makes another one at the event shown")
        case "branch-list.compare": return "this is the branch that is shown: choose another one to compare it with"
        default: return nil
        }
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        let count = context.snapshot?.branches.count ?? 0
        switch input {
        case .action("box.close"), .action("branch-list.close"): return .wish(.close)
        case .action("branch-list.go"): return .wishes(go(context))
        case .action("branch-list.compare"):
            if let reason = obstacle(to: "branch-list.compare", context) { return .wish(context.refusing(reason)) }
            guard let branch = chosen(context), let now = context.snapshot?.branch else { return .used }
            return .wishes([.close, .ask("compare", .word(now), .word(branch.name))])
        case .action("branch-list.timeline"): return .wishes([.close, .act("timeline.open")])
        default:
            guard list.handle(input, count: count, page: count) else { return .unused }
            if case .click(_, 2) = input { return .wishes(go(context)) }
            return .used
        }
    }

    private func go(_ context: ViewContext) -> [Wish] {
        guard let branch = chosen(context), !branch.isCurrent else { return [.close] }
        return [.close, .ask("branch", .word(branch.name))]
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [context.hint(["move.down", "move.up"], "choose")]
            + context.hints(["branch-list.go", "branch-list.compare", "branch-list.timeline", "box.close"])
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let branches = context.snapshot?.branches else { return }
        let names = branches.reduce(0) { max($0, $1.name.displayWidth) }, most = max(8, canvas.rect.width / 3)
        let lines = branches.map { line($0, names: min(names, most), context.look) }
        let inner = canvas.openBox(
            width: max(44, (lines.map(\.width).max() ?? 0) + 8), rows: lines.count, title: Self.card.title)
        list.settle(count: lines.count, height: inner.height)
        for row in 0..<inner.height where list.offset + row < lines.count {
            canvas.put(lines[list.offset + row], in: inner.row(row), isChosen: list.offset + row == list.selected)
        }
        canvas.scrollBar(offset: list.offset, count: lines.count)
    }

    private func line(_ branch: BranchLine, names: Int, _ look: Look) -> TextLine {
        var line = TextLine(branch.isCurrent ? "\(look.glyphs[.current]) " : "  ", .textStrong)
        line.add(branch.name.padded(to: names, ellipsis: look.glyphs.ellipsis) + "  ", branch.isCurrent ? .textStrong : .text)
        line.add(count(branch.events, "event").padded(to: 18), .eventNumber)
        if let parent = branch.parent { line.add("from \(parent) at event \(branch.event ?? 0)", .textDim) }
        return line
    }
}
