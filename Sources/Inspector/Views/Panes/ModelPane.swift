import Debugging
import Trace

/// The exchanges with language models, newest at the bottom, and the answer that streams in.
struct ModelPane: View {
    static let card = ViewCard(
        id: "model", title: "Model", slot: .pane, number: "7", shared: [.moving],
        actions: [
            Action("model.read", ["Enter"], "read", "read the exchange in full"),
            Action("model.ledger", ["l"], "ledger", "show requests, tokens and cost for each optimizer, step and node"),
        ])

    private var record = GraphRecord()
    private(set) var exchanges: [ExchangeFacts] = []
    private var status = ModelStatus()
    private var activity: ModelActivity?
    private var version: Int?
    private var newest = FollowingList()
    var list: ListView { newest.list }
    private var height = 1
    private var summary = ""
    /// The spending so far, and the rest of the budget.
    var title: String { [status.budget?.leftText, summary].compactMap { $0?.isEmpty == false ? $0 : nil }.joined(separator: "  ") }

    /// The exchanges, and the running one.
    var count: Int { exchanges.count + (activity == nil ? 0 : 1) }

    /// The chosen exchange, with its number.
    var selected: (number: Int, exchange: ExchangeFacts)? {
        exchanges.indices.contains(list.selected) ? (list.selected + 1, exchanges[list.selected]) : nil
    }

    mutating func restart() { self = ModelPane() }

    func heading(_ context: ViewContext) -> TextLine { TextLine(title) }

    mutating func update(_ context: ViewContext) {
        activity = context.activity
        guard let snapshot = context.snapshot, snapshot.version != version else { return }
        version = snapshot.version
        record = snapshot.record
        status = snapshot.asking.models
        let shown = snapshot.record.models.exchanges.prefix { $0.event <= snapshot.state.events }
        if shown.count != exchanges.count || shown.last?.event != exchanges.last?.event {
            exchanges = Array(shown)
            let total = Ledger(of: record, upTo: snapshot.state.events).total
            summary = total.requests == 0 ? "" : total.text
        }
        if newest.follows { newest.list.selected = max(0, count - 1) }
        newest.list.settle(count: count, height: height)
    }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        exchanges.isEmpty ? "nothing was asked yet" : action == "model.read" && selected == nil ? "the answer is not there yet" : nil
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        // A recording answers at once, and there is nothing to wait for.
        case .asks: return status.isRecording ? .unused : .wish(.show("model"))
        case .found(let place):
            newest.follows = false
            newest.list.selected = place
            return .used
        case .action("model.read"): return .wishes(read(context))
        case .action("model.ledger"): return .wishes(context.snapshot.map { [.open(LedgerBox($0, context.look))] } ?? [])
        default: break
        }
        guard newest.handle(input, count: count, page: height) else { return .unused }
        if case .click(_, 2) = input { return .wishes(read(context)) }
        return .used
    }

    func searchable(_ context: ViewContext) -> Searchable? {
        guard !exchanges.isEmpty else { return nil }
        let exchanges = exchanges
        return Searchable(
            view: Self.card.id, what: "exchanges", hint: "a part of a question or an answer", count: exchanges.count, start: list.selected,
            origin: list.selected
        ) { place, text in
            let exchange = exchanges[place]
            if exchange.request.messages.contains(where: { text.isIn($0.content) }) {
                return Searchable.Hit(place: place, field: "question")
            }
            guard case .success(let answer) = exchange.result, text.isIn(answer.text) else { return nil }
            return Searchable.Hit(place: place, field: "answer")
        }
    }

    private func read(_ context: ViewContext) -> [Wish] {
        selected.map { [.open(ExchangeBox($0.number, $0.exchange, record, context.look))] } ?? []
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect.inset(x: 1, y: 0), look = context.look
        activity = context.activity
        height = rect.height
        if newest.follows { newest.list.selected = max(0, count - 1) }
        newest.list.settle(count: count, height: height)
        guard count > 0 else { return look.note(emptyNote, indent: 0, into: &canvas.frame, rect) }
        let isWide = rect.width >= 90
        let left = isWide ? Rect(x: rect.minX, y: rect.minY, width: rect.width * 11 / 20, height: rect.height) : rect
        for row in 0..<left.height where list.offset + row < count {
            let index = list.offset + row
            let line = exchanges.indices.contains(index) ? line(index, look) : activity.map { self.line($0, now: context.clock.now, look) }
            if let line { canvas.put(line, in: left.row(row), isChosen: index == list.selected) }
        }
        canvas.scrollBar(offset: list.offset, count: count)
        guard isWide else { return }
        canvas.frame.verticalLine(
            from: Point(x: left.maxX, y: rect.minY), length: rect.height, glyph: look.glyphs.square.vertical,
            style: look.theme[.paneBorder],
            clippedTo: rect)
        drawAnswer(
            into: &canvas.frame, Rect(x: left.maxX + 2, y: rect.minY, width: rect.maxX - left.maxX - 2, height: rect.height), look)
    }

    private var emptyNote: String {
        guard let facts = status.facts else {
            return "nothing was asked yet, and no model is set (--model): questions are answered by hand"
        }
        let how =
            switch status.live {
            case .never: "it may not be asked (--live never), and questions are answered by hand"
            case .ask: "each question waits for a yes"
            case .always: "questions are sent at once"
            }
        let left = status.budget.map { "; of the budget: \($0.text)" } ?? ""
        return "nothing was asked yet. The model is \(facts.name): \(how)\(left)"
    }

    private func line(_ index: Int, _ look: Look) -> TextLine {
        let exchange = exchanges[index]
        var line = TextLine(String(index + 1).padded(to: 3, alignment: .right) + " ", .eventNumber)
        let call = exchange.asker.optimizer == nil ? record.node(of: exchange) : nil
        line.add((call.map { record.name($0) } ?? look.name(of: exchange.asker, record)).padded(to: 14), role(exchange.asker))
        line.add((exchange.step > 0 ? "step \(exchange.step) " : "") + exchange.purpose + "  ", .text)
        switch exchange.result {
        case .success(let answer): line.add(ExchangeBox.facts(answer), .textDim)
        case .failure(let error): line.add("\(look.glyphs.exception) \(error.message)", .messageError)
        }
        return line
    }

    private func line(_ activity: ModelActivity, now: ContinuousClock.Instant, _ look: Look) -> TextLine {
        var line = TextLine("    ", .eventNumber)
        line.add(look.name(of: activity.asker, record).padded(to: 14), role(activity.asker))
        line.add(activity.what + "  ", .text)
        line.add(activity.text(now: now), .headerStateRunning)
        if let retry = activity.parts.compactMap(\.retry).last { line.add("  again: \(retry)", .messageWarning) }
        return line
    }

    private func role(_ asker: ModelQuestion.Asker) -> Role { asker.optimizer.map { .optimizer($0.index) } ?? .nodeMessage }

    /// The answer of the chosen exchange from its beginning, or the end of a streaming one.
    private func drawAnswer(into frame: inout Frame, _ rect: Rect, _ look: Look) {
        guard rect.width > 10 else { return }
        var lines: [String]
        var role = Role.text
        if let (_, exchange) = selected {
            switch exchange.result {
            case .success(let answer): lines = answer.text.lines
            case .failure(let error):
                lines = [error.message]
                role = .messageError
            }
            lines = lines.prefix(rect.height).flatMap { $0.expandingTabs().wrapped(to: rect.width) }
        } else if let activity {
            lines = activity.parts.flatMap { $0.text.lines.suffix(rect.height) }.flatMap { $0.expandingTabs().wrapped(to: rect.width) }
                .suffix(rect.height)
        } else {
            return
        }
        for (row, text) in lines.prefix(rect.height).enumerated() {
            frame.put(look.glyphs.plain(text), at: rect.row(row).origin, style: look.theme[role], clippedTo: rect)
        }
    }
}

extension ModelActivity {
    /// The items that are asked for, and their number so far.
    var what: String {
        if parts.count == 1 { return parts[0].purpose }
        let finished = parts.count(where: \.isFinished)
        return finished == 0 ? "\(parts.count) requests" : "\(finished) of \(parts.count) done"
    }

    /// The duration and the cost so far.
    func text(now: ContinuousClock.Instant) -> String {
        let elapsed = max(.zero, now - started).components
        var text = "\(elapsed.seconds).\(elapsed.attoseconds / 100_000_000_000_000_000) s"
        text += "  \(promptTokens.grouped)+\(completionTokens.grouped) tokens"
        if let cost, cost > 0 { text += "  \(Dollars.text(cost))" }
        return text
    }
}
