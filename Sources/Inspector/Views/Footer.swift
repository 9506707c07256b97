import Debugging
import Trace

/// The last row: the keys that work now, which answer to the mouse too. First those of the pause's subject, then those of
/// the pane with the focus, those that run the workflow, and the way to all others.
struct Footer: View {
    static let card = ViewCard(id: "footer", title: "Footer", slot: .bottom)

    func rows(_ context: ViewContext) -> Int? { 1 }

    func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let row = canvas.rect
        canvas.frame.fill(row, style: context.look.theme[.footer])
        let room = Rect(x: row.minX + 1, y: row.minY, width: row.width - 2, height: 1)
        let groups = fitting(groups(context).map { $0.map { $0.shown(in: context.look.glyphs) } }, room.width)
        let last = groups.count - 1
        var x = room.minX
        for (place, group) in groups.enumerated() {
            if place > 0, !context.hasOverlay {
                // The keys that lead to all others are at the right end.
                if place == last { x = max(x, room.maxX - context.look.width(of: group)) }
                let separator = context.look.glyphs.isASCII ? "| " : "│ "
                x = canvas.frame.put(separator, at: Point(x: x, y: row.minY), style: canvas.theme[.footer], clippedTo: room)
            }
            for hint in group { x = draw(hint, at: x, room, into: &canvas) }
        }
    }

    private func draw(_ hint: Hint, at start: Int, _ row: Rect, into canvas: inout Canvas) -> Int {
        let dim = canvas.theme.style(canvas.theme[.textDim], on: canvas.theme[.footer])
        let key = hint.isOff ? dim : canvas.theme[.footerKey], plain = hint.isOff ? dim : canvas.theme[.footer]
        var x = start
        for (place, part) in hint.keys.enumerated() {
            let start = x
            x = canvas.frame.put(
                part.text + (place < hint.keys.count - 1 ? " " : ""), at: Point(x: x, y: row.minY), style: key, clippedTo: row)
            if let action = part.action { canvas.add(Rect(x: start, y: row.minY, width: x - start, height: 1), .action(action)) }
        }
        let label = x
        x = canvas.frame.put(" " + hint.label + "  ", at: Point(x: x, y: row.minY), style: plain, clippedTo: row)
        if hint.keys.count == 1, let action = hint.keys[0].action, x > label {
            canvas.add(Rect(x: label, y: row.minY, width: max(1, x - label - 2), height: 1), .action(action))
        }
        return x
    }

    /// The hints that there is room for. In each group the last are left out first; a few keys of the pane stay as long as any that run the
    /// workflow, as the focus says what is about to be done.
    private func fitting(_ groups: [[Hint]], _ width: Int) -> [[Hint]] {
        var groups = groups.map { $0.filter { !$0.keys.isEmpty } }.filter { !$0.isEmpty }
        func needed() -> Int {
            groups.reduce(-2) { $0 + $1.reduce(0) { $0 + $1.width } } + 2 * max(0, groups.count(where: { !$0.isEmpty }) - 1)
        }
        // Actions that cannot be done now are shown only if there is room for them too.
        if needed() > width { groups = groups.map { $0.filter { !$0.isOff } }.filter { !$0.isEmpty } }
        // The first group is the subject of the pause, and the last the way to all keys.
        for (place, least) in [(1, 4), (2, 4), (1, 3), (2, 2), (1, 1), (2, 0), (1, 0), (0, 1)] {
            while needed() > width, groups.count > 1, place < groups.count - 1, groups[place].count > least { groups[place].removeLast() }
        }
        return groups.filter { !$0.isEmpty }
    }

    // MARK: Which

    /// The keys that work now, in groups.
    func groups(_ context: ViewContext) -> [[Hint]] {
        var groups = all(context)
        // A key that the pane or a message has for itself does something else here.
        let first = (context.hasOverlay ? [] : [context.focus]) + (context.overlays.noticeHints.isEmpty ? [] : [Notice.card.id])
        groups = groups.map { group in
            group.filter { hint in
                guard let part = hint.keys.first, let action = part.action, let key = Key(part.text) else { return true }
                return first.allSatisfy { context.keymap.action(for: key, in: [.view($0)]).map { $0 == action } ?? true }
            }
        }
        return context.overlays.noticeHints.isEmpty ? groups : [context.overlays.noticeHints + (groups.first ?? [])] + groups.dropFirst()
    }

    private func all(_ context: ViewContext) -> [[Hint]] {
        guard let snapshot = context.snapshot else { return [[context.hint("command.quit")]] }
        let own = context.overlays.hints
        // The way out of a box stays.
        if context.hasOverlay { return [own.dropLast(), own.suffix(1)].map(Array.init) }
        let always = [context.hint("palette.open", "all commands"), context.hint("command.help", "keys")]
        if context.isInPast {
            let time = [
                context.hint("command.forward"), context.hint(["time.earlier", "time.later"], "marks"), context.hint("command.goto", "end"),
                context.hint("command.fork"),
            ]
            return [time, own, [context.hint("command.back")], always]
        }
        if context.isAsking { return [[context.hint("shell.cancel")], [context.hint("command.help", "keys")]] }
        if snapshot.phase == .running { return [[context.hint("shell.interrupt")], [context.hint("command.help", "keys")]] }
        return [context.subjectHints, own, runs(snapshot, context) + [context.hint("command.quit")], always]
    }

    private func runs(_ snapshot: Snapshot, _ context: ViewContext) -> [Hint] {
        let time = context.hint(["command.back", "command.forward"], "time")
        let own = context.subject?.actions ?? []
        func without(_ actions: [ActionID]) -> [Hint] { context.hints(actions.filter { !own.contains($0) }) }
        if snapshot.phase != .paused { return without(["command.restart", "command.backward", "command.step"]) + [time] }
        if snapshot.asking.waiting != nil || snapshot.asking.reviewing != nil { return [time] }
        let hands: [ActionID] =
            snapshot.state.optimizerCount == 0
            ? [] : ["command.backward", "command.zero", "command.step", "command.propose"]
        return without(["command.next", "command.continue"] + hands) + [time]
    }
}

extension Hint {
    private static let arrows = ["Up": "↑", "Down": "↓", "Left": "←", "Right": "→"]

    /// The hint with arrows for the keys that have one on them.
    fileprivate func shown(in glyphs: Glyphs) -> Hint {
        guard !glyphs.isASCII else { return self }
        var hint = self
        for place in keys.indices { hint.keys[place].text = Self.arrows[keys[place].text] ?? keys[place].text }
        return hint
    }
}

extension ViewContext {
    /// The keys of the pause's subject, without those that cannot work now.
    var subjectHints: [Hint] {
        guard let subject else { return [] }
        return subject.actions.compactMap { action in
            guard let entry = keymap[action], !entry.keys.isEmpty, refusal(of: action) == nil else { return nil }
            // A command that is under way lets its key work, but what stays on the screen speaks of what is there.
            if action == "command.undo", snapshot?.abilities.undoable == nil { return nil }
            return hint(action, label(of: action, subject))
        }
    }

    private func label(of action: ActionID, _ subject: StopSubject) -> String? {
        switch (action, subject.kind) {
        // The key acts on the chosen optimizer, which need not be the one that the stop is about.
        case ("command.zero", .conflict): (attention.chosen ?? subject.optimizer).map { "clear all of \(look.letter($0))" }
        case ("command.propose", .proposal): "look at it"
        case ("conflict.show", .conflict): "both paths"
        default: nil
        }
    }
}
