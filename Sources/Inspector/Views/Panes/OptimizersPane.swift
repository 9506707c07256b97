import Debugging
import Trace

/// The next action of an optimizer, or the reason why it cannot act.
enum OptimizerState: Equatable, Sendable {
    case clean, hasFeedback, wouldFail, hasFailed, proposal, waiting

    var text: String {
        switch self {
        case .clean: "clean"
        case .hasFeedback: "ready"
        case .wouldFail: "would fail"
        case .hasFailed: "failed"
        case .proposal: "proposal"
        case .waiting: "waiting"
        }
    }

    /// The text where there is little room.
    var shortText: String { self == .wouldFail ? "fails" : text }

    var sign: Sign {
        switch self {
        case .clean: .clean
        case .hasFeedback: .hasFeedback
        case .wouldFail: .wouldFail
        case .hasFailed: .inConflict
        case .proposal: .proposal
        case .waiting: .waiting
        }
    }
}

/// The optimizers, a line each. Choosing one shows its minimal subgraph in the graph.
struct OptimizersPane: View {
    static let card = ViewCard(
        id: "optimizers", title: "Optimizers", slot: .pane, number: "3", shared: [.moving],
        actions: [
            Action(
                "optimizers.open", ["Enter"], "open",
                "explain its conflict, else tell the story of its last step, or show the matrix of all optimizers"),
            Action("optimizers.overlay", ["Space"], "mark", "mark it, to see the minimal subgraphs of all that are marked together"),
            Action(
                "optimizers.sets", ["i"], "sets",
                "show the nodes of all marked subgraphs, those that they have in common, or those of the first alone"),
        ])

    struct Row: Equatable, Sendable {
        var id: OptimizerID
        var name: String
        var kind: String
        var parameters: Int
        var entries: Int
        var steps: Int
        var state: OptimizerState
    }
    private(set) var rows: [Row] = []
    private(set) var list = ListView()
    private var height = 1
    /// The snapshot that the rows are of.
    private var version: Int?

    func rows(_ context: ViewContext) -> Int? { rows.count }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        rows.isEmpty ? "there is no optimizer yet: run on until one is made" : nil
    }

    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        if version != snapshot.version { read(snapshot, context) }
        version = snapshot.version
        if let chosen = context.attention.chosen { list.selected = chosen.index }
        list.settle(count: rows.count, height: height)
    }

    private mutating func read(_ snapshot: Snapshot, _ context: ViewContext) {
        let state = snapshot.state, record = snapshot.record, failed = Self.failed(snapshot)
        rows = (0..<state.optimizerCount).map { index in
            let id = OptimizerID(index), facts = record.optimizers[index]
            let entries = facts.distinctParameters.reduce(0) { $0 + state.feedback.count(of: $1) }
            var what = OptimizerState.clean
            if snapshot.cursor == nil, snapshot.phase != .running, snapshot.asking.waiting?.optimizer == id {
                what = .waiting
            } else if state.proposals[id] != nil {
                what = .proposal
            } else if entries > 0, context.conflict(id) != nil {
                what = failed[id] == .conflict ? .hasFailed : .wouldFail
            } else if failed[id] == .error {
                what = .hasFailed
            } else if entries > 0 {
                what = .hasFeedback
            }
            return Row(
                id: id, name: facts.name, kind: facts.kindName, parameters: facts.distinctParameters.count, entries: entries,
                steps: state.steps[index], state: what)
        }
    }

    /// The optimizers whose last attempt at a step has failed, and of which nothing has been heard since.
    private static func failed(_ snapshot: Snapshot) -> [OptimizerID: EventKind] {
        let record = snapshot.record, log = record.log, end = min(snapshot.state.events, log.count)
        var failed: [OptimizerID: EventKind] = [:], heard = Set<OptimizerID>()
        for number in (max(0, end - mostEvents)..<end).reversed() where heard.count < snapshot.state.optimizerCount {
            let event = log[number].event
            guard event.decides(in: record), let id = event.optimizer(in: record), heard.insert(id).inserted else { continue }
            if event.kind == .conflict || event.kind == .error { failed[id] = event.kind }
        }
        return failed
    }

    /// Events before the shown one that are looked at for failures.
    private static let mostEvents = 4_000

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("optimizers.open"): return open(context)
        case .found(let place):
            list.selected = place
            return .wishes(choice)
        case .action("optimizers.overlay"):
            guard let chosen = context.attention.chosen else { return .used }
            list.move(by: 1, count: rows.count)
            return .wishes([.overlay(chosen)] + choice)
        case .action("optimizers.sets"):
            guard context.attention.overlaid.count > 1 else {
                return .wish(context.refusing("mark two optimizers or more first: {optimizers.overlay} marks the chosen one"))
            }
            return .wish(.turnSets)
        case .wheel(let distance, _):
            list.move(by: distance.signum(), count: rows.count)
            return .wishes(choice)
        case .click(_, let clicks):
            _ = list.handle(input, count: rows.count, page: height)
            return clicks == 2 ? open(context) : .wishes(choice)
        default: return list.handle(input, count: rows.count, page: height) ? .wishes(choice) : .unused
        }
    }

    func searchable(_ context: ViewContext) -> Searchable? {
        guard !rows.isEmpty, let record = context.snapshot?.record else { return nil }
        let rows = rows
        return Searchable(
            view: Self.card.id, what: "optimizers", hint: "a part of a name, a kind, a state or a parameter", count: rows.count,
            start: list.selected, origin: list.selected
        ) { place, text in
            let row = rows[place], parameters = record.optimizers[row.id.index].distinctParameters
            if text.isIn(row.name) { return Searchable.Hit(place: place, field: "name", isName: true) }
            if text.isIn(row.kind) || text.isIn(row.state.text) { return Searchable.Hit(place: place) }
            return parameters.first { text.isIn(record.name($0)) }.map {
                Searchable.Hit(place: place, field: "parameter", excerpt: record.name($0))
            }
        }
    }

    private var choice: [Wish] { rows.indices.contains(list.selected) ? [.choose(rows[list.selected].id)] : [] }

    /// The state of the chosen optimizer: why it cannot step, or its last step.
    private func open(_ context: ViewContext) -> Response {
        guard let chosen = context.attention.chosen else { return .used }
        if context.conflict(chosen) != nil { return .wish(.open(ConflictBox(chosen, context))) }
        return .wish(.open(StoryBox(of: chosen, nil, context).map { $0 as any View } ?? Matrix(context)))
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect, look = context.look
        height = rect.height
        list.settle(count: rows.count, height: height)
        guard !rows.isEmpty else { return look.note("none yet: they appear as the workflow makes them", into: &canvas.frame, rect) }
        let columns = Columns(rows, width: rect.width - 2)
        for row in 0..<rect.height where list.offset + row < rows.count {
            let index = list.offset + row, place = Rect(x: rect.minX + 1, y: rect.row(row).minY, width: rect.width - 1, height: 1)
            let isOverlaid = context.attention.overlaid.contains(rows[index].id)
            if isOverlaid {
                canvas.frame.put(look.glyphs[.overlaid], at: rect.row(row).origin, style: look.theme[.optimizer(rows[index].id.index)])
            }
            canvas.put(line(rows[index], columns, context), in: place, isChosen: index == list.selected)
        }
        canvas.scrollBar(offset: list.offset, count: rows.count)
    }

    /// The columns that there is room for, with their widths.
    private struct Columns {
        var width: Int
        var names: Int
        var kinds = 0
        var parameters: Int
        var entries: Int
        var steps = 0
        var state: Int
        /// The space between columns.
        var gap = 2
        /// Whether entries and state are in words.
        var hasWords = true
        /// The width left for the names of the parameters.
        var rest = 0

        init(_ rows: [Row], width: Int) {
            func widest(_ text: (Row) -> String) -> Int { rows.map { text($0).displayWidth }.max() ?? 0 }
            self.width = width
            parameters = widest { String($0.parameters) } + 2
            entries = widest { count($0.entries, "entry", "entries") }
            state = max(7, widest { $0.state.text }) + 2
            let names = widest(\.name), steps = widest { count($0.steps, "step") }, kinds = widest(\.kind)
            self.names = names
            var used: Int { 2 + self.names + gap + parameters + gap + entries + 1 + state }
            if used > width { (hasWords, parameters, entries) = (false, parameters - 1, widest { String($0.entries) } + 2) }
            // Names come before the words of states, and before the space between the columns.
            if used > width { state = widest { $0.state.shortText } + 2 }
            if used > width { gap = 1 }
            self.names = max(4, min(names, self.names + width - used))
            if used + steps + 2 <= width { self.steps = steps }
            if used + self.steps + kinds + 4 <= width { self.kinds = kinds }
            rest = self.kinds > 0 ? max(0, width - used - self.steps - kinds - 8) : 0
        }
    }

    private func line(_ row: Row, _ columns: Columns, _ context: ViewContext) -> TextLine {
        let look = context.look, ellipsis = look.glyphs.ellipsis
        var line = TextLine(look.letter(row.id) + " ", Role.optimizer(row.id.index))
        line.add(row.name.padded(to: columns.names, ellipsis: ellipsis), .text)
        line.add(String(repeating: " ", count: columns.gap))
        if columns.kinds > 0 { line.add(row.kind.padded(to: columns.kinds) + "  ", .textDim) }
        line.add(
            "\(row.parameters)\(columns.hasWords ? " " : "")\(look.glyphs[.parameters])".padded(to: columns.parameters, alignment: .right)
                + String(repeating: " ", count: columns.gap), .textDim)
        let entries = columns.hasWords ? count(row.entries, "entry", "entries") : "\(look.glyphs[.entries])\(row.entries)"
        line.add(entries.padded(to: columns.entries), row.entries == 0 ? .textDim : .text)
        if columns.steps > 0 { line.add("  " + count(row.steps, "step").padded(to: columns.steps), .textDim) }
        if columns.rest > 20, let record = context.snapshot?.record {
            line.add(
                "  "
                    + record.list(record.optimizers[row.id.index].distinctParameters, most: 40).truncated(
                        to: columns.rest, ellipsis: ellipsis), .nodeParameter)
        }
        line.pad(to: columns.width - columns.state - 1)
        let hasRoom = row.state.text.displayWidth + 2 <= columns.state
        line.add(" \(look.glyphs[row.state.sign]) \(hasRoom ? row.state.text : row.state.shortText)", row.state.sign.role)
        return line
    }
}

extension TraceEvent {
    /// Whether the event says if an optimizer's attempt at a step has failed, or takes that back. A refused backward is none.
    fileprivate func decides(in record: GraphRecord) -> Bool {
        switch self {
        case .error(let index):
            switch record.reports.failures[index].error {
            case .freed, .propagator: false
            default: true
            }
        case .conflict, .propose, .step, .zero: true
        default: false
        }
    }
}
