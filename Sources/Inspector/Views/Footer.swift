import Debugging
import Trace

/// The last row: the keys that work now, which answer to the mouse too, and the message of what was done last.
struct Footer: View {
    static let card = ViewCard(id: "footer", title: "Footer", slot: .bottom)

    func rows(_ context: ViewContext) -> Int? { 1 }

    func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let row = canvas.rect, look = context.look
        canvas.frame.fill(row, style: look.theme[.footer])
        let hints = hints(context)
        var room = Rect(x: row.minX + 1, y: row.minY, width: row.width - 2, height: 1)
        if let message = context.message, !message.text.isEmpty {
            // Over a form the keys come first, but not before what went wrong.
            let free =
                context.hasOverlay && message.role != .messageError ? max(20, row.width - look.width(of: hints) - 4) : context.messageWidth
            let text = look.glyphs.plain(message.text).truncated(to: min(context.messageWidth, free), ellipsis: look.glyphs.ellipsis)
            let x = row.maxX - text.displayWidth - 1
            canvas.frame.put(text, at: Point(x: x, y: row.minY), style: look.theme[message.role].on(look.theme[.footer]))
            room = Rect(x: room.minX, y: room.minY, width: max(0, x - room.minX - 2), height: 1)
        }
        draw(hints, keeping: context.hasOverlay ? 1 : 2, room, into: &canvas)
    }

    /// Where there is no room for all, the last ones stay and those before them go.
    private func draw(_ hints: [Hint], keeping last: Int, _ row: Rect, into canvas: inout Canvas) {
        let tail = hints.suffix(last)
        var free = row.width + 2 - tail.reduce(0) { $0 + $1.width }
        var shown: [Hint] = []
        // What cannot be done now is only shown where there is room for it too.
        let isTight = hints.reduce(0) { $0 + $1.width } > row.width + 2
        for hint in hints.dropLast(last) where !isTight || !hint.isOff {
            free -= hint.width
            guard free >= 0 else { break }
            shown.append(hint)
        }
        let dim = canvas.theme[.textDim].on(canvas.theme[.footer])
        var x = row.minX
        for hint in shown + tail where x + hint.width - 2 <= row.maxX {
            let key = hint.isOff ? dim : canvas.theme[.footerKey], plain = hint.isOff ? dim : canvas.theme[.footer]
            for (place, part) in hint.keys.enumerated() {
                let start = x
                x = canvas.frame.put(
                    part.text + (place < hint.keys.count - 1 ? " " : ""), at: Point(x: x, y: row.minY), style: key, clippedTo: row)
                if let action = part.action { canvas.add(Rect(x: start, y: row.minY, width: x - start, height: 1), .action(action)) }
            }
            let start = x
            x = canvas.frame.put(" " + hint.label + "  ", at: Point(x: x, y: row.minY), style: plain, clippedTo: row)
            if hint.keys.count == 1, let action = hint.keys[0].action {
                canvas.add(Rect(x: start, y: row.minY, width: x - start - 2, height: 1), .action(action))
            }
        }
    }

    /// The keys that work now.
    private func keys(_ context: ViewContext) -> [Hint] {
        guard let snapshot = context.snapshot else { return [context.hint("command.quit")] }
        let own = context.overlays.hints
        if context.hasOverlay { return own }
        let always: [ActionID] = ["find.open", "prompt.open", "command.help", "command.quit"]
        let time = context.hint(["command.back", "command.forward"], "time")
        if context.isInPast {
            return [
                context.hint("command.back"), context.hint("command.forward"), context.hint(["time.earlier", "time.later"], "far"),
                context.hint("command.goto", "end"),
            ] + own + context.hints(always)
        }
        if context.isAsking { return [context.hint("shell.cancel"), context.hint("command.help")] }
        if snapshot.phase == .running { return [context.hint("shell.interrupt"), context.hint("command.help")] }
        let last = [time] + context.hints(always)
        if snapshot.reviewing != nil {
            return [context.hint("command.propose", "look at it")] + context.hints(["command.update", "command.discard"]) + own + last
        }
        var first: [ActionID] = ["command.next", "command.continue"]
        if snapshot.phase != .paused { first = ["command.restart"] }
        if let waiting = snapshot.waiting { first = waiting.canSend ? ["command.send", "command.answer"] : ["command.answer"] }
        return context.hints(first) + own + context.hints(["command.backward", "command.zero", "command.step", "command.propose"])
            + last
    }

    func hints(_ context: ViewContext) -> [Hint] {
        let keys = keys(context).filter { !$0.keys.isEmpty }
        guard !context.hasOverlay else { return context.overlays.noticeHints + keys }
        // A key that the pane has for itself does not do what it does elsewhere.
        let reached = keys.filter { hint in
            guard let part = hint.keys.first, let action = part.action, let key = Key(part.text) else { return true }
            return context.keymap.action(for: key, in: [.view(context.focus)]).map { $0 == action } ?? true
        }
        return context.overlays.noticeHints + reached
    }
}
