import Debugging
import Trace

extension GraphPane: View {
    static let card = ViewCard(
        id: "graph", title: "Graph", slot: .pane, number: "2",
        actions: [
            Action("graph.up", ["Up"], "move", "go along an edge to a node above, and from the first one to the part above"),
            Action("graph.down", ["Down"], "", "go along an edge to a node below, and from the last one to the part below"),
            Action("graph.left", ["Left"], "", "go to the node to the left"),
            Action("graph.right", ["Right"], "", "go to the node to the right"),
            Action("graph.open", ["Enter"], "open", "open or close a bundle, a loop, a turn of one, or a name scope"),
            Action("graph.close", ["Backspace"], "", "close the turn, the loop, the name scope or the bundle around the node"),
            Action("graph.form", ["v"], "lanes", "show the graph in lanes, or in boxes"),
            Action("graph.leading", ["l"], "what leads here", "show only the nodes that lead to this one, or everything"),
            Action("graph.turn", ["r"], "", "show only this turn of the loop, or everything"),
            Action("graph.hide-rest", ["h"], "hide rest", "hide the nodes outside of the minimal subgraph"),
            Action("graph.centre", ["."], "centre", "move the view so that the selected node is in its middle"),
            Action("graph.pan-left", ["S-Left", "M-h"], "", "move the view to the left"),
            Action("graph.pan-down", ["S-Down", "M-j"], "", "move the view down"),
            Action("graph.pan-up", ["S-Up", "M-k"], "", "move the view up"),
            Action("graph.pan-right", ["S-Right", "M-l"], "", "move the view to the right"),
            Action("graph.page-up", ["PageUp"], "", "a page up"), Action("graph.page-down", ["PageDown"], "", "a page down"),
            Action("graph.first", ["Home"], "", "to the roots"), Action("graph.last", ["End"], "", "to the newest nodes"),
            Action("graph.newest", ["Esc"], "", "select the newest node as nodes are made"),
        ])

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        guard action != "graph.newest" else { return nil }
        guard let snapshot, snapshot.state.nodeCount > 0 else { return context.nothingYet("there are no nodes yet") }
        switch action {
        case "graph.open":
            guard let selection else { return "no node is selected" }
            return lanes.canToggle(selection, snapshot.record)
                ? nil : "\(snapshot.record.name(selection)) has nothing inside: select a bundle, a loop, a turn of one, or a name scope"
        case "graph.leading": return selection == nil ? "no node is selected" : nil
        case "graph.turn":
            let isInTurn = selection.map { lanes.chart.graph.turn(around: $0) != nil } ?? false
            return isInTurn || scope.only != nil ? nil : "the node is not in a turn of a loop"
        case "graph.hide-rest": return context.chosen == nil ? "there is no optimizer yet: run on until one is made" : nil
        default: return nil
        }
    }

    mutating func restart() {
        let (hidesRest, wanted) = (hidesRest, scope.wanted)
        self = GraphPane()
        (self.hidesRest, scope.wanted) = (hidesRest, wanted)
    }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        scope.isNarrow = context.size.width < Self.leastWidth
        let attention = context.attention, shown = attention.shown
        // A node that was selected here is already in sight.
        let revealed = attention.selections != seen.selections && attention.selection != seen.announced ? attention.selection : nil
        if let revealed, attention.isByUser { lanes.open(around: revealed, snapshot.record) }
        let conflict = context.subject?.kind == .conflict ? context.subject?.event : nil
        if seen.version != snapshot.version || seen.shown != shown || seen.sets != attention.sets || seen.conflict != conflict {
            update(
                snapshot, optimizers: shown, sets: attention.sets, subject: context.subject, derived: context.derived, revealing: revealed)
        } else if let revealed {
            reveal(revealed)
        }
        selection = attention.selection
        settleForm(context)
        if attention.choices != seen.choices { showChosen() }
        if scope.only == .conflict, marks.conflict == nil || seen.conflict != conflict { showEverything() }
        if seen.conflict != conflict, marks.conflict != nil { window.wish = .conflict }
        seen = Seen(
            version: snapshot.version, shown: shown, sets: attention.sets, conflict: conflict, selections: attention.selections,
            choices: attention.choices)
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        let before = selection
        var isUsed = true
        switch input {
        case .action("graph.newest"): return .wish(.follow)
        case .action("graph.hide-rest") where !marks.hasMembers && scope.only != .conflict:
            // Nothing is hidden until a subgraph is shown.
            setHidesRest(true)
            return .wish(.showSubgraphs(true))
        case .action(let action): isUsed = perform(action)
        case .click(let point, let clicks): click(at: point.moved(x: window.place.x, y: window.place.y), clicks: clicks)
        case .wheel(let distance, let isHorizontal): wheel(by: distance.signum(), horizontal: isHorizontal)
        case .drag(let distance): drag(by: distance)
        case .found(let place): return .wish(.select(NodeID(place)))
        case .scroll(let row) where scope.form == .lanes: lanes.scroll(to: row)
        default: return .unused
        }
        guard let selection, selection != before else { return .used(isUsed) }
        seen.announced = selection
        return .wish(.select(selection))
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        window.place = canvas.rect.origin
        settleForm(context)
        if context.snapshot?.state.nodeCount == 0 {
            context.derived.declarations(of: context.snapshot?.code.sources ?? []).draw(into: &canvas, context)
        } else if scope.form == .lanes {
            drawLanes(into: &canvas, context)
        } else {
            draw(
                into: &canvas.frame, rect: canvas.rect, isFocused: canvas.isFocused, theme: context.look.theme, glyphs: context.look.glyphs)
            drawEnds(into: &canvas, context)
        }
    }

    func selectedText(_ context: ViewContext) -> String? { context.selectedData }

    func searchable(_ context: ViewContext) -> Searchable? { .nodes(of: Self.card.id, context) }

    func heading(_ context: ViewContext) -> TextLine { TextLine(title(context.look.glyphs)) }

    func hints(_ context: ViewContext) -> [Hint] {
        let arrows: [ActionID] = ["graph.up", "graph.down", "graph.left", "graph.right"]
        let keys = arrows.map { context.keymap.key($0) }
        let move = keys == ["Up", "Down", "Left", "Right"] ? Hint(key: "arrows", label: "move") : context.hint(arrows, "move")
        let form = context.hint("graph.form", scope.form == .lanes ? "boxes" : "lanes")
        let rest = scope.only == .conflict ? context.hint("graph.hide-rest", "all nodes") : context.hint("graph.hide-rest")
        return [move, context.hint("graph.open"), form, context.hint("graph.leading"), rest, context.hint("graph.centre")]
    }

    func isSearching(_ context: ViewContext) -> Bool { snapshot.map { lanes.chart.graph.isBehind($0.record, $0.state) } ?? false }

    mutating func search(_ context: ViewContext) -> [Wish] {
        _ = readOn()
        return []
    }

    /// Draws another form where the width of the screen or the size of the graph asks for it.
    private mutating func settleForm(_ context: ViewContext) {
        scope.isNarrow = context.size.width < Self.leastWidth
        guard fittingForm != scope.form else { return }
        refresh()
        if let selection { show(selection) }
    }
}
