import Debugging
import Trace

/// The output of the workflow, newest line at the bottom. Each line leads to its event; many lines from one call site are folded.
struct OutputPane: View {
    static let card = ViewCard(
        id: "output", title: "Output", slot: .pane, number: "8", shared: [.moving],
        actions: [
            Action("output.look", ["Enter"], "look at", "show the state after the line was printed, or unfold lines"),
            Action("output.read", ["Space"], "read", "read a long line in full"),
            Action("output.fold", ["z"], "fold", "fold the lines from one place, or unfold them"),
            Action("output.stream", ["e"], "stream", "show only standard error, only standard output, or both"),
            Action("output.filter", ["&"], "filter", "show only lines with a text"),
            Action("output.clear", ["Esc"], "", "show all lines again"),
        ])

    /// Neighbouring lines of one stream that were printed at one place.
    private struct Repeat {
        var first: Int
        var count: Int
        var site: Site?
        var stream: OutputChannel
    }

    private enum Row: Equatable {
        case line(Int)
        /// Lines that are folded, by their run.
        case folded(run: Int)
    }

    private var record = GraphRecord()
    private var moment = 0
    private var events = 0
    private var scanned = 0
    /// The numbers of the events that are lines, without those that are filtered out.
    private var lines: [Int] = []
    private var errors = 0
    private var runs: [Repeat] = []
    private var rows: [Row] = []
    private var opened: Set<Int> = []
    private var filter = ""
    private var stream: OutputChannel?
    private var newest = FollowingList()
    private var height = 1
    private var version: Int?
    /// The number of events read in one call.
    private static let slice = 20_000
    /// Longer runs are folded, and so many of their first lines are shown.
    private static let longest = 20, shown = 3

    mutating func restart() {
        var fresh = OutputPane()
        (fresh.filter, fresh.stream) = (filter, stream)
        self = fresh
    }

    mutating func update(_ context: ViewContext) {
        let filter = context.notebook.filter(.output)
        if filter != self.filter {
            self.filter = filter
            collectAnew()
        }
        guard let snapshot = context.snapshot, snapshot.version != version else { return }
        version = snapshot.version
        record = snapshot.record
        if snapshot.events < events { collectAnew() }
        events = snapshot.events
        moment = snapshot.cursor ?? events
        collect()
    }

    private mutating func collectAnew() {
        (scanned, errors) = (0, 0)
        (lines, runs, rows, opened) = ([], [], [], [])
        collect()
    }

    func isSearching(_ context: ViewContext) -> Bool { scanned < min(events, record.log.count) }

    mutating func search(_ context: ViewContext) -> [Wish] {
        collect()
        return []
    }

    private mutating func collect() {
        let wanted = SearchText(filter), end = min(events, record.log.count, scanned + Self.slice)
        while scanned < end {
            let event = record.log[scanned].event
            scanned += 1
            guard case .output(let index, let to) = event else { continue }
            if to == .errors { errors += 1 }
            guard stream == nil || stream == to else { continue }
            guard wanted.isEmpty || wanted.isIn(record.reports.texts[index]) else { continue }
            append(scanned, to)
        }
        if newest.follows { newest.list.selected = max(0, rows.count - 1) }
        newest.list.settle(count: rows.count, height: height)
    }

    /// Adds a line to the run that it goes on, or begins another.
    private mutating func append(_ number: Int, _ to: OutputChannel) {
        let site = record.site(ofEvent: number - 1)
        lines.append(number)
        if let last = runs.last, last.site == site, last.stream == to, site != nil, filter.isEmpty {
            runs[runs.count - 1].count += 1
            let run = runs.count - 1
            guard runs[run].count > Self.longest, !opened.contains(runs[run].first) else { return rows.append(.line(lines.count - 1)) }
            if runs[run].count == Self.longest + 1 {
                rows.removeLast(Self.longest - Self.shown)
                rows.append(.folded(run: run))
            }
        } else {
            runs.append(Repeat(first: lines.count - 1, count: 1, site: site, stream: to))
            rows.append(.line(lines.count - 1))
        }
    }

    /// Makes the rows again after something was folded or unfolded, with a line chosen.
    private mutating func arrange(choosing line: Int) {
        rows = []
        for (number, run) in runs.enumerated() {
            if run.count > Self.longest, !opened.contains(run.first) {
                rows += (run.first..<run.first + Self.shown).map { .line($0) } + [.folded(run: number)]
            } else {
                rows += (run.first..<run.first + run.count).map { .line($0) }
            }
        }
        newest.list.selected = rows.lastIndex { first(of: $0) <= line } ?? 0
        newest.list.settle(count: rows.count, height: height)
    }

    /// The first line of a row.
    private func first(of row: Row) -> Int {
        switch row {
        case .line(let line): line
        case .folded(let run): runs[run].first + Self.shown
        }
    }

    private var chosen: Row? { rows.indices.contains(newest.list.selected) ? rows[newest.list.selected] : nil }

    // MARK: Keys

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("output.look"): return look()
        case .action("output.read"): return .wishes(read)
        case .action("output.fold"):
            fold()
            return .used
        case .action("output.stream"):
            stream = stream == nil ? .errors : stream == .errors ? .out : nil
            collectAnew()
            return .used
        case .action("output.filter"): return .wish(.open(FilterForm(.output, filter)))
        case .found(let line):
            show(line)
            return .used
        case .action("output.clear"): return filter.isEmpty ? .unused : .wish(.note(.filter(.output, "")))
        default: break
        }
        guard newest.handle(input, count: rows.count, page: height) else { return .unused }
        if case .click(_, 2) = input { return look() }
        return .used
    }

    func searchable(_ context: ViewContext) -> Searchable? {
        guard !lines.isEmpty else { return nil }
        let record = record, lines = lines, start = chosen.map { first(of: $0) } ?? 0
        return Searchable(
            view: Self.card.id, what: "the output", hint: "a part of a line", count: lines.count, start: start, origin: start
        ) { line, text in
            guard case .output(let index, _) = record.log[lines[line] - 1].event else { return nil }
            return text.isIn(record.reports.texts[index]) ? Searchable.Hit(place: line) : nil
        }
    }

    /// Chooses a line, and unfolds those around it if it is folded.
    private mutating func show(_ line: Int) {
        guard lines.indices.contains(line), let run = runs.last(where: { $0.first <= line }) else { return }
        if run.count > Self.longest, line >= run.first + Self.shown { opened.insert(run.first) }
        arrange(choosing: line)
        newest.follows = newest.list.selected >= rows.count - 1
    }

    private mutating func look() -> Response {
        switch chosen {
        case .line(let line): return .wish(.ask("goto", .number(lines[line])))
        case .folded:
            fold()
            return .used
        case nil: return .used
        }
    }

    private var read: [Wish] {
        guard case .line(let line) = chosen, let (text, stream) = printed(line) else { return [] }
        let place = record.site(ofEvent: lines[line] - 1).map { "\($0.file):\($0.line), " } ?? ""
        return [.open(Notice(title: "\(place)\(stream.name)", lines: [text], isError: stream == .errors))]
    }

    private mutating func fold() {
        guard let chosen else { return }
        let line = first(of: chosen)
        guard let run = runs.last(where: { $0.first <= line }), run.count > Self.longest else { return }
        opened.formSymmetricDifference([run.first])
        arrange(choosing: line)
    }

    private func printed(_ line: Int) -> (text: String, stream: OutputChannel)? {
        guard case .output(let index, let stream) = record.log[lines[line] - 1].event else { return nil }
        return (record.reports.texts[index], stream)
    }

    // MARK: Drawing

    func heading(_ context: ViewContext) -> TextLine {
        var parts = stream.map { ["\($0.name) only"] } ?? []
        if !filter.isEmpty { parts.append("filter: \(filter) (\(lines.count))") }
        return TextLine(parts.joined(separator: ", "))
    }

    func badge(_ context: ViewContext) -> TextLine? { errors > 0 ? TextLine("\(errors) ", .messageWarning) : nil }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect.inset(x: 1, y: 0), look = context.look
        height = rect.height
        newest.list.settle(count: rows.count, height: height)
        if rows.isEmpty {
            let note =
                isSearching(context)
                ? "reading the log \(look.glyphs.ellipsis)"
                : filter.isEmpty && stream == nil ? "nothing has been printed yet" : "no line of the output is like that"
            return look.note(note, indent: 0, into: &canvas.frame, rect)
        }
        let digits = String(lines.last ?? 0).count, list = newest.list
        for row in 0..<rect.height where list.offset + row < rows.count {
            canvas.put(text(rows[list.offset + row], digits, look), in: rect.row(row), isChosen: list.offset + row == list.selected)
        }
        canvas.scrollBar(offset: list.offset, count: rows.count)
    }

    private func text(_ row: Row, _ digits: Int, _ look: Look) -> TextLine {
        switch row {
        case .folded(let run):
            let count = runs[run].count - Self.shown, place = runs[run].site.map { " from line \($0.line)" } ?? ""
            return TextLine(String(repeating: " ", count: digits + 2), .eventNumber)
                .adding("\(look.glyphs.ellipsis) \(count.grouped) more lines\(place)", .textDim)
        case .line(let line):
            guard let (text, stream) = printed(line) else { return TextLine() }
            let number = lines[line], isPast = number <= moment
            var out = TextLine(String(number).padded(to: digits + 1, alignment: .right) + " ", .eventNumber)
            out.add(stream == .errors ? "err " : "    ", isPast ? .eventError : .nodeDim)
            out.add(text.expandingTabs(to: 8), isPast ? stream == .errors ? .eventError : .eventOutput : .nodeDim)
            return out
        }
    }
}
