import Debugging
import Trace

/// The event log, newest at the bottom. `Enter` goes to the event of a line.
struct EventsPane: View {
    static let card = ViewCard(
        id: "events", title: "Events", slot: .pane, number: "5", shared: [.moving],
        actions: [
            Action("events.look", ["Enter"], "look at", "show the state after the event, and the story of a conflict or a step"),
            Action("events.filter", ["&"], "filter", "show only events with a text"),
            Action("events.note", ["N"], "", "write a note on the event"),
            Action("events.clear", ["Esc"], "", "show all events again"),
        ])

    private var record = GraphRecord()
    /// The number of events, and the event up to which the shown state goes.
    private(set) var events = 0
    private var moment = 0
    private var newest = FollowingList()
    var list: ListView { newest.list }
    private(set) var filter = ""
    /// The events that the filter leaves, by number from 1; not kept without a filter.
    private var matches: [Int] = []
    private var scanned = 0
    /// The event that is to be chosen as soon as it was searched, unless the user chooses another one before.
    private var wanted: Int?
    private var height = 1
    private var notes = UserNotes()
    private var version: Int?
    /// The event that the stop is about, once it was brought into view.
    private var subject: Int?
    /// Whether the first row is the last message.
    private var hasMessage = false
    /// The number of events searched at a time.
    private static let slice = 1000

    var count: Int { filter.isEmpty ? events : matches.count }

    /// The number of the chosen event.
    var selected: Int? { number(at: list.selected) }

    private func number(at index: Int) -> Int? {
        guard index >= 0, index < count else { return nil }
        return filter.isEmpty ? index + 1 : matches[index]
    }

    mutating func update(_ context: ViewContext) {
        setFilter(context.notebook.filter(.events))
        guard let snapshot = context.snapshot, snapshot.version != version else { return }
        version = snapshot.version
        if snapshot.events < events {
            scanned = 0
            matches = []
        }
        record = snapshot.record
        notes = snapshot.notes
        events = snapshot.events
        let wasMoment = moment
        moment = snapshot.cursor ?? events
        scan()
        if snapshot.cursor != nil, moment != wasMoment {
            newest.follows = false
            choose(moment)
        } else if newest.follows || (snapshot.cursor == nil && wasMoment < moment) {
            newest.follows = true
            newest.list.selected = max(0, count - 1)
        }
        let wasSubject = subject
        subject = context.subject?.event
        if let subject, subject != wasSubject || newest.follows, snapshot.cursor == nil { choose(subject) }
        newest.list.settle(count: count, height: height)
    }

    /// The filter remains, and is held against the next log from its beginning.
    mutating func restart() {
        let filter = filter
        self = EventsPane()
        self.filter = filter
    }

    private func index(of number: Int) -> Int {
        guard !filter.isEmpty else { return max(0, number - 1) }
        return max(0, (matches.firstIndex { $0 > number } ?? matches.count) - 1)
    }

    /// Chooses an event, or the last before it that the filter leaves.
    private mutating func choose(_ number: Int) {
        newest.list.selected = index(of: number)
        wanted = isSearching ? number : nil
    }

    /// Whether there are events that the filter has not been held against.
    private var isSearching: Bool { !filter.isEmpty && scanned < events }

    func isSearching(_ context: ViewContext) -> Bool { isSearching }

    func heading(_ context: ViewContext) -> TextLine { TextLine(title) }

    /// The note on the filter in the pane's border.
    var title: String {
        guard !filter.isEmpty else { return "" }
        let state = isSearching ? ", \(100 * scanned / max(1, events))% searched" : ""
        return "filter: \(filter) (\(count)\(state))"
    }

    mutating func search(_ context: ViewContext) -> [Wish] {
        guard isSearching else { return [] }
        scan()
        if let wanted { choose(wanted) } else if newest.follows { newest.list.selected = max(0, count - 1) }
        newest.list.settle(count: count, height: height)
        return []
    }

    private mutating func setFilter(_ text: String) {
        guard text != filter else { return }
        let number = wanted ?? selected
        wanted = nil
        filter = text
        matches = []
        scanned = 0
        scan()
        if newest.follows { newest.list.selected = max(0, count - 1) } else { choose(number ?? 1) }
    }

    private mutating func scan() {
        guard !filter.isEmpty else { return }
        let wanted = filter.lowercased(), end = min(events, scanned + Self.slice)
        while scanned < end {
            let event = record.log[scanned].event
            scanned += 1
            let fits = event.kind.rawValue.hasPrefix(wanted) || record.text(of: event).lowercased().contains(wanted)
            if fits { matches.append(scanned) }
        }
    }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        switch action {
        case "events.filter": events == 0 ? context.nothingYet("nothing has happened yet") : nil
        case "events.look" where selected == nil:
            filter.isEmpty ? context.nothingYet("nothing has happened yet") : "no event contains “\(filter)”"
        default: nil
        }
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("events.look"): return .wishes(look(context))
        case .action("events.filter"): return .wish(.open(FilterForm(.events, filter)))
        case .action("events.note"): return selected.map { .wish(.open(NoteKeys.prompt(.event($0), context))) } ?? .used
        case .found(let place):
            newest.list.selected = place
            newest.follows = place >= count - 1
            return .used
        case .action("events.clear"): return filter.isEmpty ? .unused : .wish(.note(.filter(.events, "")))
        default: break
        }
        var input = input
        if hasMessage, case .click(let point, let times) = input {
            guard point.y > 0 else { return .used }
            input = .click(point.moved(y: -1), count: times)
        }
        guard newest.handle(input, count: count, page: height) else { return .unused }
        wanted = nil
        if case .click(_, 2) = input { return .wishes(look(context)) }
        return .used
    }

    func selectedText(_ context: ViewContext) -> String? {
        selected.map { "\($0)  \(record.text(of: record.log[$0 - 1].event))" }
    }

    func searchable(_ context: ViewContext) -> Searchable? {
        guard count > 0 else { return nil }
        let record = record, matches = matches, isFiltered = !filter.isEmpty
        return Searchable(
            view: Self.card.id, what: "events", hint: "a part of an event", count: count, start: list.selected, origin: list.selected
        ) { place, text in
            let number = isFiltered ? (matches.indices.contains(place) ? matches[place] : 0) : place + 1
            guard (1...record.log.count).contains(number) else { return nil }
            let event = record.log[number - 1].event
            return text.isIn(record.text(of: event)) || text.isIn(event.kind.rawValue) ? Searchable.Hit(place: place) : nil
        }
    }

    private func look(_ context: ViewContext) -> [Wish] {
        guard let selected else { return [] }
        return [.ask("goto", .number(selected))] + (context.story(ofEvent: selected).map { [.open($0)] } ?? [])
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        var rect = canvas.rect.inset(x: 1, y: 0)
        let look = context.look
        hasMessage = context.messages.newest != nil && rect.height > 2
        if let message = context.messages.newest, hasMessage {
            canvas.put(TextLine("\(look.glyphs.right) \(message.text)", message.role), in: rect.row(0))
            rect = Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: rect.height - 1)
        }
        height = rect.height
        newest.list.settle(count: count, height: height)
        if count == 0 {
            return look.note(
                filter.isEmpty
                    ? context.nothingYet("nothing has happened yet")
                    : isSearching ? context.text("searching for “\(filter)”: {events.clear} stops it") : "no event contains “\(filter)”",
                indent: 0, into: &canvas.frame, rect)
        }
        let digits = String(events).count
        for row in 0..<rect.height {
            guard let number = number(at: list.offset + row), number <= record.log.count else { break }
            let isHere = number == moment && moment < events,
                line = line(number, digits, isWide: rect.height >= 12 && rect.width >= 90, look)
            if list.offset + row == list.selected {
                canvas.put(line, in: rect.row(row), isChosen: true)
            } else {
                canvas.put(line, in: rect.row(row), ground: isHere ? look.theme[.selectionUnfocused] : nil)
            }
        }
        canvas.scrollBar(offset: list.offset, count: count)
    }

    /// - Parameter isWide: whether there is room for the place in the source too.
    private func line(_ number: Int, _ digits: Int, isWide: Bool, _ look: Look) -> TextLine {
        let event = record.log[number - 1].event
        let isPast = number <= moment
        var line = TextLine(String(number).padded(to: digits + 1, alignment: .right) + " ", .eventNumber)
        line.add(event.kind.rawValue.padded(to: 10), isPast ? Self.role(event.kind) : .nodeDim)
        let text = record.text(of: event)
        let body: Role =
            switch event.kind {
            case .error, .conflict: .eventError
            case .command: .eventCommand
            case .output: .eventOutput
            default: .event
            }
        if let id = event.optimizer(in: record), [.backward, .feedback, .step, .propose, .update].contains(event.kind) {
            line.add(look.letter(id) + " ", isPast ? Role.optimizer(id.index) : .nodeDim)
        } else {
            line.add("  ")
        }
        if isWide { line.add((record.site(ofEvent: number - 1).map { "line \($0.line)" } ?? "").padded(to: 11), .eventNumber) }
        if !notes.all.isEmpty, let note = notes[.event(number)] {
            line.add("\(look.glyphs[.noted]) \(UserNote.line(note).truncated(to: 60, ellipsis: look.glyphs.ellipsis))  ", Sign.noted.role)
        }
        line.add(text.expandingTabs(to: 8), isPast ? body : .nodeDim)
        return line
    }

    private static func role(_ kind: EventKind) -> Role {
        switch kind {
        case .error, .conflict: .eventError
        case .optimizer, .end: .event
        case .propose: .eventModel
        case .visit: .eventFeedback
        case .set: .eventUpdate
        case .restore: .eventCommand
        default: .closest(to: "event.\(kind.rawValue)")
        }
    }
}
