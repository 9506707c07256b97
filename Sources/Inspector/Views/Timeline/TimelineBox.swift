import Debugging
import Trace

/// The run at a glance: nodes as they were made, the actions of each optimizer, and the branches where they fork. Each place in it is an event to go
/// to.
struct TimelineBox: View {
    static let card = ViewCard(
        id: "timeline", title: "Timeline", slot: .overlay, shared: [.boxes],
        actions: [
            Action("timeline.go", ["Enter"], "go", "look at the event, or go to the chosen branch"),
            Action("timeline.left", ["Left", "h"], "", "the column to the left"),
            Action("timeline.right", ["Right", "l"], "", "the column to the right"),
            Action("timeline.up", ["Up", "k"], "", "the branch above"), Action("timeline.down", ["Down", "j"], "", "the branch below"),
            Action("timeline.first", ["Home"], "", "the first event"), Action("timeline.last", ["End"], "", "the last event"),
            Action("timeline.earlier", ["{"], "", "the mark before"), Action("timeline.later", ["}"], "", "the mark after"),
            Action("timeline.in", ["+", "="], "zoom", "fewer events in a column"),
            Action("timeline.out", ["-"], "", "more events in a column"),
            Action("timeline.fork", ["F"], "fork", "run on from the event, as a new branch"),
            Action("timeline.note", ["N"], "note", "write a note on the event; no text deletes it"),
            Action("timeline.close", ["T"], "", "close the timeline"),
        ],
        opener: Action("timeline.open", ["T"], "timeline", "the whole run: events, optimizers and branches, and how to go to them"))

    /// An event that is more than one of many.
    private struct Moment: Equatable, Sendable {
        var event: Int
        var mark: Timeline.Mark
        var optimizer: OptimizerID?
    }
    private var points: [Moment] = []
    private var timeline = Timeline()
    private var taken = 0
    /// The event at the cursor, by number from 1.
    private var at: Int
    /// The place of the chosen branch; nil while events of the shown one are chosen.
    private var branch: Int?
    /// Each step of it halves the events that are shown.
    private var zoom = 0
    private var columns = 1
    private var strip = Rect(x: 0, y: 0, width: 0, height: 0)
    /// The row of the first branch, from the strip's.
    private var branchRow = 0
    private var optimizerOffset = 0

    static func opened(_ context: ViewContext) -> Opening {
        guard let snapshot = context.snapshot, snapshot.events > 0 else {
            return .refused("nothing has happened yet: {command.next} runs the first line")
        }
        return .view(TimelineBox(snapshot))
    }

    private init(_ snapshot: Snapshot) {
        at = max(1, snapshot.cursor ?? snapshot.events)
        take(snapshot)
    }

    mutating func update(_ context: ViewContext) { if let snapshot = context.snapshot { take(snapshot) } }

    private mutating func take(_ snapshot: Snapshot) {
        let log = snapshot.record.log, end = min(snapshot.events, log.count)
        if end < taken { (points, taken) = ([], 0) }
        timeline.extend(to: snapshot.record, events: snapshot.events)
        while taken < end {
            let event = log[taken].event, mark = Timeline.Mark(event)
            taken += 1
            if mark > .node { points.append(Moment(event: taken, mark: mark, optimizer: event.optimizer(in: snapshot.record))) }
        }
        at = max(1, min(at, end))
    }

    /// The events that are shown, with the one at the cursor among them.
    private var scale: TimelineScale {
        let width = max(min(taken, columns), taken >> zoom)
        let start = max(1, min(at - width / 2, taken + 1 - width))
        return TimelineScale(numbers: start..<start + width, columns: columns)
    }

    // MARK: Input

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard let snapshot = context.snapshot else { return .unused }
        switch input {
        case .action("box.close"), .action("timeline.close"): return .wish(.close)
        case .action("timeline.go"): return go(snapshot, context)
        case .action("timeline.left"): move(-1)
        case .action("timeline.right"): move(1)
        case .action("timeline.up"): choose(-1, snapshot)
        case .action("timeline.down"): choose(1, snapshot)
        case .action("timeline.first"): at = 1
        case .action("timeline.last"): at = max(1, taken)
        case .action("timeline.earlier"): if let mark = points.last(where: { $0.event < at }) { at = mark.event }
        case .action("timeline.later"): if let mark = points.first(where: { $0.event > at }) { at = mark.event }
        case .action("timeline.in"): if taken >> (zoom + 1) >= columns / 2 { zoom += 1 }
        case .action("timeline.out"): zoom = max(0, zoom - 1)
        case .action("timeline.fork"):
            return .wishes([.close, context.seeking(at), .ask("fork")])
        case .action("timeline.note"): return .wish(.open(NoteKeys.prompt(.event(at), context)))
        case .wheel(let distance, _): optimizerOffset = max(0, optimizerOffset + distance.signum())
        case .click(let point, let count): return click(point.x - strip.minX, point.y - strip.minY, count, snapshot, context)
        default: return .unused
        }
        return .used
    }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        switch action {
        case "timeline.fork": context.refusal(of: "fork")
        case "timeline.note": context.refusal(of: "note")
        default: nil
        }
    }

    private mutating func move(_ step: Int) {
        branch = nil
        let scale = scale
        guard let column = scale.column(of: at) else { return }
        let next = column + step
        guard next >= 0, next < scale.used else {
            at = max(1, min(taken, at + step * max(1, scale.numbers.count / columns)))
            return
        }
        let numbers = scale.numbers(in: next)
        at = timeline.best(of: numbers).map(\.event).flatMap { numbers.contains($0) ? $0 : nil } ?? numbers.lowerBound
    }

    private mutating func choose(_ step: Int, _ snapshot: Snapshot) {
        let count = snapshot.branches.count
        guard count > 1 else { return }
        let now = branch ?? snapshot.branches.firstIndex(where: \.isCurrent) ?? 0
        branch = max(0, min(count - 1, now + step))
    }

    private func go(_ snapshot: Snapshot, _ context: ViewContext) -> Response {
        if let branch, snapshot.branches.indices.contains(branch), !snapshot.branches[branch].isCurrent {
            return .wishes([.close, .ask("branch", .word(snapshot.branches[branch].name))])
        }
        return .wishes([.close, context.seeking(at)])
    }

    private mutating func click(_ column: Int, _ row: Int, _ count: Int, _ snapshot: Snapshot, _ context: ViewContext) -> Response {
        if row >= branchRow, snapshot.branches.indices.contains(row - branchRow) {
            branch = row - branchRow
            return count == 2 ? go(snapshot, context) : .used
        }
        guard row >= 0, column >= 0, column < scale.used else { return .used }
        branch = nil
        let numbers = scale.numbers(in: column)
        at = timeline.best(of: numbers).map(\.event).flatMap { numbers.contains($0) ? $0 : nil } ?? numbers.lowerBound
        return count == 2 ? go(snapshot, context) : .used
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [
            context.hint(["timeline.left", "timeline.right"], "move"), context.hint(["timeline.earlier", "timeline.later"], "marks"),
            context.hint("timeline.go"), context.hint(["timeline.in", "timeline.out"], "zoom"),
            context.hint(["timeline.up", "timeline.down"], "branch"), context.hint("timeline.fork"), context.hint("timeline.note"),
            context.hint("box.close"),
        ]
    }

    // MARK: Drawing

    private static let labels = 12, notes = 26

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        let look = context.look, width = canvas.rect.width, count = snapshot.state.optimizerCount
        let room = max(1, canvas.rect.height - 6 - snapshot.branches.count), shown = min(count, room)
        let inner = canvas.openBox(width: width, rows: 4 + shown + snapshot.branches.count, title: Self.card.title, atTop: true)
        let notes = inner.width >= 90 ? Self.notes : 0
        columns = max(1, inner.width - Self.labels - notes)
        strip = Rect(x: Self.labels, y: 0, width: columns, height: inner.height)
        optimizerOffset = max(0, min(optimizerOffset, count - shown))
        let scale = scale
        func row(_ place: Int, _ label: TextLine, _ note: String = "", _ body: (inout Frame, Rect) -> Void) {
            guard place < inner.height else { return }
            let row = inner.row(place)
            canvas.put(label, in: Rect(x: row.minX, y: row.minY, width: Self.labels - 1, height: 1))
            body(&canvas.frame, Rect(x: row.minX + Self.labels, y: row.minY, width: columns, height: 1))
            if notes > 0 {
                canvas.put(TextLine(note, .textDim), in: Rect(x: row.maxX - notes + 2, y: row.minY, width: notes - 2, height: 1))
            }
        }
        let many = scale.numbers.count > columns ? "\((scale.numbers.count + columns - 1) / columns) events a column" : ""
        row(0, TextLine("event", .textDim), many) { frame, strip in drawScale(scale, into: &frame, strip, look) }
        row(1, TextLine("all", .textDim)) { frame, strip in
            timeline.draw(scale, into: &frame, strip, snapshot, look, ground: look.theme.base)
        }
        row(2, TextLine("nodes", .textDim), made(snapshot)) { frame, strip in drawNodes(scale, into: &frame, strip, snapshot, look) }
        for place in 0..<shown {
            let id = OptimizerID(place + optimizerOffset), own = points.filter { $0.optimizer == id }
            var label = TextLine(look.letter(id) + " ", .optimizer(id.index))
            label.add(snapshot.record.optimizers[id.index].name)
            let steps = own.count { $0.mark == .step }, failed = own.count { $0.mark == .failure }
            row(3 + place, label, Trace.count(steps, "step") + (failed > 0 ? ", \(failed) failed" : "")) { frame, strip in
                drawMarks(own, scale, into: &frame, strip, look)
            }
        }
        branchRow = 3 + shown
        for (place, line) in snapshot.branches.enumerated() {
            let isChosen = place == branch
            let label = TextLine((isChosen ? String(look.glyphs.chosen) : " ") + line.name, line.isCurrent ? .textStrong : .text)
            row(branchRow + place, label, Trace.count(line.events, "event") + (line.isCurrent ? ", shown" : "")) { frame, strip in
                drawBranch(line, place, snapshot.branches, scale, into: &frame, strip, look)
            }
        }
        drawCursor(scale, into: &canvas, inner, rows: branchRow, look)
        let text = snapshot.record.log.count >= at ? snapshot.record.log[at - 1].event : nil
        if let event = text, branchRow + snapshot.branches.count < inner.height {
            var line = TextLine("\(at)  \(event.kind.rawValue)  ", .eventNumber)
            line.add(snapshot.record.text(of: event), .event)
            if let note = snapshot.notes[.event(at)] { line.add("  \(look.glyphs[.noted]) \(UserNote.line(note))", Sign.noted.role) }
            canvas.put(line, in: inner.row(branchRow + snapshot.branches.count))
        }
    }

    /// The number of nodes made by the event at the cursor and its neighbours in the column.
    private func made(_ snapshot: Snapshot) -> String {
        let numbers = scale.column(of: at).map { scale.numbers(in: $0) } ?? at..<at + 1
        let made = snapshot.record.nodes(before: numbers.upperBound - 1) - snapshot.record.nodes(before: numbers.lowerBound - 1)
        return made > 0 ? "+\(count(made, "node")) here" : ""
    }

    private func drawScale(_ scale: TimelineScale, into frame: inout Frame, _ strip: Rect, _ look: Look) {
        var column = 0
        while column < scale.used {
            let text = String(scale.numbers(in: column).lowerBound)
            frame.put(text, at: strip.origin.moved(x: column), style: look.theme[.textDim], clippedTo: strip)
            column += max(12, text.count + 2)
        }
    }

    private func drawNodes(_ scale: TimelineScale, into frame: inout Frame, _ strip: Rect, _ snapshot: Snapshot, _ look: Look) {
        let bars = look.glyphs.isASCII ? Array(".:-=+*#@") : Array("▁▂▃▄▅▆▇█")
        let record = snapshot.record
        let counts = (0..<scale.used).map { column in
            let numbers = scale.numbers(in: column)
            return record.nodes(before: numbers.upperBound - 1) - record.nodes(before: numbers.lowerBound - 1)
        }
        let most = max(1, counts.max() ?? 1)
        for (column, count) in counts.enumerated() where count > 0 {
            let bar = bars[max(0, count * bars.count / most - 1)]
            frame.put(String(bar), at: strip.origin.moved(x: column), style: look.theme[.edge], clippedTo: strip)
        }
    }

    private func drawMarks(_ own: [Moment], _ scale: TimelineScale, into frame: inout Frame, _ strip: Rect, _ look: Look) {
        var best: [Int: Moment] = [:]
        for point in own {
            guard let column = scale.column(of: point.event), best[column].map({ $0.mark < point.mark }) ?? true else { continue }
            best[column] = point
        }
        for (column, point) in best {
            let role = point.mark == .failure ? Sign.failureEvent.role : point.optimizer.map { .optimizer($0.index) } ?? .text
            frame.put(look.glyphs[point.mark.sign], at: strip.origin.moved(x: column), style: look.theme[role], clippedTo: strip)
        }
    }

    /// A line from where the branch forks to its end, with a tee for each that forks from it.
    private func drawBranch(
        _ line: BranchLine, _ place: Int, _ all: [BranchLine], _ scale: TimelineScale, into frame: inout Frame, _ strip: Rect, _ look: Look
    ) {
        let style = look.theme[line.isCurrent ? .textStrong : .textDim]
        func column(_ event: Int) -> Int {
            if event < scale.numbers.lowerBound { return 0 }
            return scale.column(of: event) ?? scale.used - 1
        }
        let start = line.event.map(column) ?? 0, end = max(start, column(max(1, line.events)))
        for x in start...end {
            var sides: Glyphs.Sides = [.left, .right]
            if x == start, line.parent != nil { sides = [.up, .right] }
            if all.contains(where: { $0.parent == line.name && $0.event.map(column) == x }) { sides.insert(.down) }
            frame.put(look.glyphs.line(sides), at: strip.origin.moved(x: x), style: style, clippedTo: strip)
        }
        frame.put(
            look.glyphs[line.isCurrent ? .paused : .clean], at: strip.origin.moved(x: min(end + 1, strip.width - 1)), style: style,
            clippedTo: strip)
    }

    private func drawCursor(_ scale: TimelineScale, into canvas: inout Canvas, _ inner: Rect, rows: Int, _ look: Look) {
        guard branch == nil, let column = scale.column(of: at) else { return }
        for row in 0..<min(rows, inner.height) {
            let point = Point(x: inner.minX + Self.labels + column, y: inner.row(row).minY)
            if canvas.frame[point].glyph == .space {
                canvas.frame.put(look.glyphs.heavy.vertical, at: point, style: look.theme[.textStrong])
            }
            canvas.frame.restyle(point) { look.theme.style($0, on: look.theme[.selection]).adding(.bold) }
        }
    }
}

extension GraphRecord {
    /// The number of nodes made in a number of events.
    fileprivate func nodes(before events: Int) -> Int {
        (0..<nodeCount).partition { event(NodeID($0)) >= events }
    }
}
