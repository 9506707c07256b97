import Debugging
import Trace

extension GraphPane: View {
    static let card = ViewCard(
        id: "graph", title: "Graph", slot: .pane, number: "2",
        actions: [
            Action("graph.up", ["Up"], "move", "go along an edge to a node above"),
            Action("graph.down", ["Down"], "", "go along an edge to a node below"),
            Action("graph.left", ["Left"], "", "go to the node to the left"),
            Action("graph.right", ["Right"], "", "go to the node to the right"),
            Action("graph.open", ["Enter"], "open", "open or close a bundle"),
            Action("graph.hide-rest", ["h"], "hide rest", "hide what is not in the minimal subgraph"),
            Action("graph.pan-left", ["H", "S-Left"], "", "move the view to the left"),
            Action("graph.pan-down", ["J", "S-Down"], "", "move the view down"),
            Action("graph.pan-up", ["K", "S-Up"], "", "move the view up"),
            Action("graph.pan-right", ["L", "S-Right"], "", "move the view to the right"),
            Action("graph.page-up", ["PageUp"], "", "a page up"), Action("graph.page-down", ["PageDown"], "", "a page down"),
            Action("graph.first", ["Home"], "", "to the roots"), Action("graph.last", ["End"], "", "to the newest nodes"),
            Action("graph.newest", ["Esc"], "", "select the newest node, and those that are made after it"),
        ])

    mutating func restart() {
        let hidesRest = hidesRest
        self = GraphPane()
        self.hidesRest = hidesRest
    }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        let attention = context.attention, shown = attention.shown
        // What was selected here is where the eye is.
        let revealed = attention.selections != seen.selections && attention.selection != seen.announced ? attention.selection : nil
        if seen.version != snapshot.version || seen.shown != shown {
            update(snapshot, optimizers: shown, subgraphs: &context.derived.subgraphs, revealing: revealed)
        } else if let revealed {
            reveal(revealed)
        }
        selection = attention.selection
        if attention.choices != seen.choices { showChosen() }
        seen = Seen(version: snapshot.version, shown: shown, selections: attention.selections, choices: attention.choices)
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        let before = selection
        var isUsed = true
        switch input {
        case .action("graph.newest"): return .wish(.follow)
        case .action(let action): isUsed = perform(action)
        case .click(let point, let clicks): click(at: point.moved(x: window.place.x, y: window.place.y), clicks: clicks)
        case .wheel(let distance, let isHorizontal): wheel(by: distance.signum(), horizontal: isHorizontal)
        case .drag(let distance): drag(by: distance)
        default: return .unused
        }
        guard let selection, selection != before else { return .used(isUsed) }
        seen.announced = selection
        return .wish(.select(selection))
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        window.place = canvas.rect.origin
        if context.snapshot?.state.nodeCount == 0 {
            let note = context.text("no nodes yet: {command.next} runs a line, {command.continue} runs on")
            context.look.note(note, into: &canvas.frame, canvas.rect)
        } else {
            draw(
                into: &canvas.frame, rect: canvas.rect, isFocused: canvas.isFocused, theme: context.look.theme, glyphs: context.look.glyphs)
        }
    }

    func selectedText(_ context: ViewContext) -> String? { context.selectedData }

    func heading(_ context: ViewContext) -> TextLine { TextLine(title) }

    func hints(_ context: ViewContext) -> [Hint] {
        let arrows: [ActionID] = ["graph.up", "graph.down", "graph.left", "graph.right"]
        let keys = arrows.map { context.keymap.key($0) }
        let move = keys == ["Up", "Down", "Left", "Right"] ? Hint(key: "arrows", label: "move") : context.hint(arrows, "move")
        return [move, context.hint("graph.open"), context.hint("graph.hide-rest")]
    }
}
