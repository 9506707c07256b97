import Debugging
import Trace

/// The second row: all events of the run over the whole width, and a mark at the event shown. A click goes there.
struct TimelineBar: View {
    static let card = ViewCard(id: "timeline-bar", title: "Timeline", slot: .top)

    private var timeline = Timeline()
    private var scale = TimelineScale(numbers: 1..<1, columns: 1)

    mutating func restart() { self = TimelineBar() }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        timeline.extend(to: snapshot.record, events: snapshot.events)
    }

    /// A small screen has no room for it.
    func rows(_ context: ViewContext) -> Int? { context.size.height >= Arrangement.several.height ? 1 : 0 }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .click(let point, _):
            let column = point.x - 1
            guard column >= 0, column < scale.used else { return .used }
            let numbers = scale.numbers(in: column)
            // If several events share a column, the event shown there is meant.
            return .wish(context.seeking(timeline.best(of: numbers).map(\.event) ?? numbers.lowerBound))
        case .wheel(let distance, _): return .wish(.act(distance < 0 ? "command.back" : "command.forward"))
        default: return .unused
        }
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        let row = canvas.rect, look = context.look, isPast = context.isInPast
        let ground: Role = isPast ? .headerPast : .header
        canvas.frame.fill(row, style: look.theme[ground])
        let key = context.keymap.key("timeline.open")
        let count = "  \((snapshot.cursor ?? snapshot.events).grouped)/\(snapshot.events.grouped)  \(key) "
        let end = Rect(x: row.maxX - count.displayWidth, y: row.minY, width: count.displayWidth, height: 1)
        canvas.frame.put(count, at: end.origin, style: look.theme[ground], clippedTo: row)
        canvas.add(end, .action("timeline.open"))
        scale = TimelineScale(numbers: 1..<snapshot.events + 1, columns: max(1, end.minX - row.minX - 1))
        let strip = Rect(x: row.minX + 1, y: row.minY, width: scale.columns, height: 1)
        timeline.draw(scale, into: &canvas.frame, strip, snapshot, look, ground: look.theme[ground])
        if let cursor = snapshot.cursor, let column = scale.column(of: max(1, cursor)) {
            canvas.frame.put(
                look.glyphs.heavy.vertical, at: strip.origin.moved(x: column), style: look.theme[ground].adding(.bold), clippedTo: strip)
        }
    }
}

extension Timeline {
    /// Draws a stretch of events: a sign for each column, and behind that of a step or a failure its optimizer's letter, where there is
    /// room.
    func draw(_ scale: TimelineScale, into frame: inout Frame, _ strip: Rect, _ snapshot: Snapshot, _ look: Look, ground: Style) {
        let record = snapshot.record, moment = snapshot.cursor ?? snapshot.events
        var column = 0
        // Columns that look alike are put together.
        var text = "", start = 0, shown = ground
        func flush() {
            if !text.isEmpty { frame.put(text, at: strip.origin.moved(x: start), style: shown, clippedTo: strip) }
            (text, start) = ("", column)
        }
        func put(_ sign: String, _ style: Style) {
            if style != shown {
                flush()
                shown = style
            }
            text += sign
            column += 1
        }
        defer { flush() }
        while column < scale.used {
            guard let best = best(of: scale.numbers(in: column)) else { return }
            let hasOwner = best.mark > .node && best.event <= record.log.count
            let optimizer = hasOwner ? record.log[best.event - 1].event.optimizer(in: record) : nil
            let isPast = best.event <= moment
            var role = best.mark == .failure ? Sign.failureEvent.role : optimizer.map { .optimizer($0.index) } ?? best.mark.sign.role
            if !isPast || best.mark <= .node { role = best.mark <= .node && isPast ? .edge : .edgeDim }
            // On the ground of the past, all is in its one colour.
            let style = snapshot.cursor == nil ? look.theme.style(look.theme[role], on: ground) : ground.adding(isPast ? .bold : [])
            put(look.glyphs[best.mark.sign], style)
            guard let optimizer, best.mark == .step || best.mark == .failure, column < scale.used,
                let next = self.best(of: scale.numbers(in: column)), next.mark <= .node
            else { continue }
            put(look.letter(optimizer), style)
        }
    }
}

extension ViewContext {
    /// Goes to an event; the last one is the present.
    func seeking(_ number: Int) -> Wish {
        .ask("goto", number >= (snapshot?.events ?? 0) ? .alternative("end") : .number(max(0, number)))
    }
}
