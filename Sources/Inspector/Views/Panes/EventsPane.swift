import Debugging
import Trace

/// The event log, newest at the bottom. Each line is a moment to go to.
struct EventsPane: Sendable {
    private var record = GraphRecord()
    /// How many events there are, and up to which the state that is looked at goes.
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
    /// How many events are searched at a time.
    private static let slice = 1000

    var count: Int { filter.isEmpty ? events : matches.count }

    /// The number of the chosen event.
    var selected: Int? { number(at: list.selected) }

    private func number(at index: Int) -> Int? {
        guard index >= 0, index < count else { return nil }
        return filter.isEmpty ? index + 1 : matches[index]
    }

    mutating func update(_ snapshot: Snapshot) {
        if snapshot.events < events {
            scanned = 0
            matches = []
        }
        record = snapshot.record
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
        newest.list.settle(count: count, height: height)
    }

    /// Forgets the log of another run. The filter remains, and is held against the next log from its beginning.
    mutating func forget() {
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
    var isSearching: Bool { !filter.isEmpty && scanned < events }

    /// What the pane's border says of the filter.
    var title: String {
        guard !filter.isEmpty else { return "" }
        let state = isSearching ? ", \(100 * scanned / max(1, events))% searched" : ""
        return "filter: \(filter) (\(count)\(state))"
    }

    /// Goes on searching for a while.
    mutating func search() {
        guard isSearching else { return }
        scan()
        if let wanted { choose(wanted) } else if newest.follows { newest.list.selected = max(0, count - 1) }
        newest.list.settle(count: count, height: height)
    }

    mutating func setFilter(_ text: String) {
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

    mutating func handle(_ key: Key) -> Bool {
        guard newest.handle(key, count: count, page: height) else { return false }
        wanted = nil
        return true
    }

    mutating func wheel(by distance: Int) {
        newest.move(by: distance, count: count)
        wanted = nil
    }

    mutating func click(at point: Point) {
        newest.click(row: point.y, count: count)
        wanted = nil
    }

    mutating func draw(into frame: inout Frame, rect: Rect, isFocused: Bool, _ look: Look) {
        height = rect.height
        newest.list.settle(count: count, height: height)
        if count == 0 {
            return look.note(
                filter.isEmpty
                    ? "nothing has happened yet: n runs the first line"
                    : isSearching ? "searching for “\(filter)”: Esc stops it" : "no event has “\(filter)” in it", indent: 0,
                into: &frame, rect)
        }
        let digits = String(events).count
        for row in 0..<rect.height {
            guard let number = number(at: list.offset + row), number <= record.log.count else { break }
            let isChosen = list.offset + row == list.selected
            let ground =
                isChosen && isFocused ? look.theme[.selection] : number == moment && moment < events ? look.theme[.selectionUnfocused] : nil
            frame.put(line(number, digits, look), in: rect.row(row), theme: look.theme, glyphs: look.glyphs, ground: ground)
        }
    }

    private func line(_ number: Int, _ digits: Int, _ look: Look) -> TextLine {
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
