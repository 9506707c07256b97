import Debugging
import Trace

/// The screen without a terminal that shows it: each view as text.
extension Screen {
    /// The views that can be shown as text.
    package static var viewNames: [String] {
        ViewList.cards.filter { $0.slot == .pane || $0.slot == .top || $0.opener != nil && $0.slot == .overlay }.map(\.id.name) + ["screen"]
    }

    /// Brings a view to the front, and returns the effects to be done first; nil where there is no view of that name.
    package mutating func bring(_ name: String) -> [Effect]? {
        guard let card = ViewList.cards.first(where: { $0.id.name == name }), Self.viewNames.contains(name) else {
            return name == "screen" ? [] : nil
        }
        if card.slot == .pane { return perform([.focus(card.id)]) }
        return card.opener.map { perform([.act($0.id)]) } ?? []
    }

    /// Selects a node and brings the Node pane to the front.
    package mutating func look(at node: NodeID) { perform([.select(node), .focus("node")]) }

    /// A view as text: as it is drawn when it has all of a size.
    package mutating func text(of name: String, size: Size) -> String {
        if name == "screen" { return draw(size: size).text() }
        guard let id = ViewList.cards.first(where: { $0.id.name == name })?.id else { return "" }
        return drawn(id, size)
    }

    /// The view in front: the topmost box, or the pane with the focus.
    package mutating func textInFront(size: Size) -> String { drawn(views.top?.id ?? context.focus, size) }

    private mutating func drawn(_ id: ViewID, _ size: Size) -> String {
        // The views learn the size as on a terminal.
        _ = draw(size: size)
        guard var view = views[id] else { return context.message?.text ?? "" }
        var canvas = Canvas(size: size, look: context.look)
        let isBar = [.top, .bottom, .line].contains(type(of: view).card.slot)
        canvas.begin(id, in: isBar ? canvas.frame.bounds.row(0) : canvas.frame.bounds, isFocused: true)
        // Twice: some views know only by drawing what fits.
        view.draw(into: &canvas, context)
        view.draw(into: &canvas, context)
        let lines = canvas.frame.text().split(separator: "\n", omittingEmptySubsequences: false)
        let first = lines.firstIndex { !$0.isEmpty } ?? 0, last = lines.lastIndex { !$0.isEmpty } ?? -1
        guard last >= first else { return "" }
        // An empty part of a screen is read out line by line, and says nothing.
        let shown = (first...last).filter { $0 == first || !lines[$0].isEmpty || !lines[$0 - 1].isEmpty }
        return shown.map { String(lines[$0]) }.joined(separator: "\n")
    }

    /// The text of the footer.
    package var messageText: String? { context.message.flatMap { $0.text.isEmpty ? nil : $0.text } }

    /// Puts everything away that lies over the panes.
    package mutating func closeOverlays() { perform(views.overlays.ids.map { .dismiss($0) }) }

    /// The unsaved parts of the session and of typed texts, in words.
    package var losses: [String] { context.losses }

    /// The introduction in commands in place of keys; nil where it is not shown.
    package var introductionText: String? {
        guard let introduction = views["introduction"] as? Introduction, introduction.isShown, let snapshot else { return nil }
        return introduction.plainText(snapshot, context)
    }
}

extension Introduction {
    /// The step in words for whoever types commands.
    func plainText(_ snapshot: Snapshot, _ context: ViewContext) -> String {
        let record = snapshot.record
        let first = snapshot.state.optimizerCount > 0 ? OptimizerID(0) : nil
        let who = (context.attention.chosen ?? first).map { CommandLine.word(record.optimizers[$0.index].name) } ?? "OPTIMIZER"
        let output = snapshot.newestOutput.map { record.name($0) } ?? "NODE"
        let conflict = (0..<snapshot.state.optimizerCount).lazy.map(OptimizerID.init).compactMap { id in
            context.conflict(id).map { (CommandLine.word(record.optimizers[id.index].name), $0) }
        }.last
        guard let step else {
            return
                "That is all of it. 'help' lists the commands, 'view' the views, 'undo' undoes, 'back' and 'forward' go back and forward."
        }
        let number = "Introduction \(step.rawValue + 1) of \(Step.allCases.count), \(step.title): "
        switch step {
        case .run:
            return number + "'continue' runs to the breakpoint; 'view graph' then shows how an output was computed from parameters. "
                + "Later, 'next' runs a single line."
        case .backward:
            return number + "'backward \(who) \(output) larger' calls backward from the output: say in a few words what should change. "
                + "It goes up to the parameters."
        case .conflict:
            return number
                + "'backward \(who) \(output) smaller', again with another text: parameters then hold two texts that cannot be combined."
        case .lists:
            let node = conflict?.1.sides.first.map { record.name($0.node) } ?? "NODE"
            return number + "'view node \(node)' shows a parameter in conflict: its lists say which backward wrote what."
        case .resolve:
            let name = conflict?.0 ?? who
            return number
                + "'zero \(name)' clears its feedback, 'backward \(name) \(output) larger' gives it one text, and 'step \(name)' steps: "
                + "its values change. Later, 'undo' takes the last change back."
        }
    }
}
