import Debugging
import Trace

/// A backward call replayed visit by visit, below the graph in which each is seen: played, paused and stepped.
struct PropagationBox: View {
    static let card = ViewCard(
        id: "propagation", title: "Propagation", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("propagation.play", ["Space"], "play", "play the visits one after the other, or pause"),
            Action("propagation.next", ["Right", "n", "l"], "visit", "the next visit"),
            Action("propagation.previous", ["Left", "p", "h"], "", "the visit before"),
            Action("propagation.later", ["Tab"], "call", "the next backward call"),
            Action("propagation.earlier", ["S-Tab"], "", "the previous backward call"),
            Action("propagation.stay", ["Enter"], "stay", "close it, and stay at the event of this visit"),
            Action("propagation.close", ["P"], "", "close it, and go back to where you were"),
        ], opener: Action(command: "propagation", "P"))

    private var visits: Visits
    /// The number of visits made; 0 is the beginning, where the output has the feedback.
    private var at: Int
    private var isPlaying = false
    /// The event that was shown before; nil is the present.
    private let before: Int?
    private var text = ScrolledText([])
    private var drawnAt: Int?
    private var width = 0

    static func opened(_ context: ViewContext) -> Opening {
        if let reason = context.refusal(ofKeyFor: "propagation") { return .refused(reason) }
        guard let snapshot = context.snapshot, let number = snapshot.record.lastBackward(at: snapshot.state.events) else {
            return .refused("no backward was called yet")
        }
        let visits = Visits(number, in: snapshot.record)
        // Inside of a call that is looked at, the replay begins there.
        let at = snapshot.cursor.map { visits.count(at: $0) } ?? 0
        let box = PropagationBox(visits: visits, at: at == visits.all.count ? 0 : at, before: snapshot.cursor)
        return .wishes([.open(box)] + box.look)
    }

    private init(visits: Visits, at: Int, before: Int?) {
        (self.visits, self.at, self.before) = (visits, at, before)
    }

    private var visit: Visits.Visit? { at > 0 ? visits.all[at - 1] : nil }

    /// Goes to the event of the visit, and selects its node.
    private var look: [Wish] { [.ask("goto", .number(visit?.event ?? visits.start)), .select(visit?.node ?? visits.call.output)] }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("box.close"), .action("propagation.close"):
            return .wishes([.close, before.map { .ask("goto", .number($0)) } ?? .ask("goto", .alternative("end"))])
        case .action("propagation.stay"): return .wish(.close)
        case .action("propagation.play"):
            isPlaying.toggle()
            if isPlaying, at == visits.all.count { return go(to: 0, plays: true) }
        // The present has a subject of its own, whose node is selected as it comes up.
        case .news where context.selection != (visit?.node ?? visits.call.output):
            return Response(isUsed: false, wishes: [.select(visit?.node ?? visits.call.output)])
        case .tick: return isPlaying ? go(to: at + 1, plays: at + 1 < visits.all.count) : .unused
        case .action("propagation.next"): return go(to: at + 1)
        case .action("propagation.previous"): return go(to: at - 1)
        case .action("move.first"): return go(to: 0)
        case .action("move.last"): return go(to: visits.all.count)
        case .action("propagation.later"): return turn(1, context)
        case .action("propagation.earlier"): return turn(-1, context)
        case .wheel(let distance, let isHorizontal) where isHorizontal: return go(to: at + distance.signum())
        default: return .used(text.handle(input))
        }
        return .used
    }

    private mutating func go(to place: Int, plays: Bool = false) -> Response {
        let next = max(0, min(visits.all.count, place))
        isPlaying = plays
        guard next != at else { return .used }
        at = next
        return .wishes(look)
    }

    private mutating func turn(_ step: Int, _ context: ViewContext) -> Response {
        let number = visits.call.number + step
        guard let record = context.snapshot?.record, (1...max(1, record.backwards.count)).contains(number) else {
            return .wish(.say(step > 0 ? "this is the last backward call" : "this is the first backward call"))
        }
        (visits, at, isPlaying, drawnAt) = (Visits(number, in: record), 0, false, nil)
        return .wishes(look)
    }

    func isPlaying(_ context: ViewContext) -> Bool { isPlaying }

    func hints(_ context: ViewContext) -> [Hint] {
        [
            context.hint("propagation.play", isPlaying ? "pause" : "play"),
            context.hint(["propagation.previous", "propagation.next"], "visit"),
            context.hint(["propagation.earlier", "propagation.later"], "call"), context.hint("propagation.stay"),
            context.hint("box.close", "back"),
        ]
    }

    private static let rows = 7

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let record = context.snapshot?.record else { return }
        let place = canvas.rect, height = min(place.height, Self.rows + 2)
        let rect = Rect(x: place.minX, y: place.maxY - height, width: place.width, height: height)
        let call = visits.call, look = context.look
        let who = call.optimizer.map { "\(look.letter($0)) \(record.optimizers[$0.index].name)  " } ?? ""
        let state = isPlaying ? "playing  " : ""
        let title = "\(Self.card.title)  ▲\(call.number)  \(who)\(state)visit \(at) of \(visits.all.count)"
        if drawnAt != at || width != rect.width {
            (drawnAt, width) = (at, rect.width)
            text = ScrolledText(lines(record, look))
        }
        let inner = canvas.openBox(rect, title: title)
        let bar = Rect(x: inner.minX, y: inner.minY, width: inner.width, height: 1)
        canvas.put(progress(width: inner.width, look), in: bar)
        text.draw(into: &canvas, Rect(x: inner.minX, y: inner.minY + 1, width: inner.width, height: inner.height - 1))
    }

    private func progress(width: Int, _ look: Look) -> TextLine {
        let count = max(1, visits.all.count), done = width * at / count
        let sign = look.glyphs.isASCII ? ("#", "-") : ("━", "─")
        return TextLine(String(repeating: sign.0, count: done), .edgeSelected)
            .adding(String(repeating: sign.1, count: max(0, width - done)), .edgeDim)
    }

    private func lines(_ record: GraphRecord, _ look: Look) -> [TextLine] {
        guard let visit else {
            return [
                TextLine(
                    "\(record.name(visits.call.output)) gets the feedback \(Value.string(visits.call.feedback.text).short(400))", .text),
                TextLine(visits.all.isEmpty ? "it has no inputs, and keeps it" : "it is visited first", .textDim),
            ]
        }
        var lines = [TextLine(record.words(of: visit, visits.call), .text)]
        for index in visit.held {
            let entry = record.entries[Int(index)]
            lines.append(
                TextLine(
                    "\(look.glyphs.left) \(record.name(of: entry.source))  \(Value.string(record.feedback(of: entry).text).short(200))",
                    .feedback))
        }
        for index in visit.given {
            let entry = record.entries[Int(index)], isTrainable = record.isTrainable(entry.node)
            let sign = isTrainable ? look.glyphs[.parameter] : String(look.glyphs.right)
            lines.append(
                TextLine(
                    "\(sign) \(record.name(entry.node))  \(Value.string(record.feedback(of: entry).text).short(200))",
                    isTrainable ? .nodeParameter : .node))
        }
        return lines
    }
}
