import Debugging
import Trace

/// All about the selected node: its data, its feedback lists, its relatives and its history.
struct NodePane: View {
    static let card = ViewCard(
        id: "node", title: "Node", slot: .pane, number: "4", shared: [.moving],
        actions: [
            Action("node.go", ["Enter"], "go there", "select the node, or show the event"),
            Action("node.newest", ["Esc"], "", "show the subject of the pause, or select the newest node as nodes are made"),
        ],
        global: [Action("node.drop", ["d"], "drop", "drop the chosen entry of the feedback")])

    static func refusal(of action: ActionID, _ context: ViewContext) -> String? {
        action == "node.drop" ? context.refusal(of: "drop") : nil
    }

    private var lines: [NodeLine] = []
    private var made: (version: Int, node: NodeID?, width: Int, subject: StopSubject?)?
    /// The subject of the stop, if it is shown in place of the selected node.
    private var subject: StopSubject?
    private(set) var list = ListView()
    private(set) var node: NodeID?
    private var height = 1
    /// Whether the next drawing begins at the feedback, if not everything has room.
    private var startsAtFeedback = false
    private var choices = 0
    /// Whether the pane is to come into sight where one pane is shown at a time, as a pause speaks of something that went wrong.
    private var wantsSight = false
    /// Whether entries that say the same are listed one by one.
    private var opensEntries = false

    /// The target of the chosen line.
    var target: NodeLine.Target? { lines.indices.contains(list.selected) ? lines[list.selected].target : nil }

    /// The chosen entry of the feedback.
    var entry: Int? {
        if case .entry(_, let number)? = target { return number }
        return nil
    }

    func heading(_ context: ViewContext) -> TextLine {
        guard let subject, let snapshot = context.snapshot else { return TextLine() }
        return TextLine(SubjectLines.title(subject, snapshot))
    }

    private mutating func show(_ id: NodeID?) {
        guard id != node else { return }
        node = id
        opensEntries = false
        // The lines about a stop are the same whatever node is selected.
        guard subject == nil else { return }
        list = ListView()
        made = nil
    }

    mutating func restart() { self = NodePane() }

    mutating func update(_ context: ViewContext) {
        show(context.selection)
        let told = context.attention.showsSubject ? context.subject : nil
        if told != subject {
            if told.map({ !$0.isSame(as: subject) }) ?? true {
                list = ListView()
                wantsSight = context.snapshot?.cursor == nil && told.map { Self.brought.contains($0.kind) } ?? false
            }
            (subject, made) = (told, nil)
        }
        guard context.attention.choices != choices else { return }
        choices = context.attention.choices
        // The first entry of the feedback is chosen, with as much as possible of what follows in sight.
        if let id = context.attention.chosen, context.conflict(id) != nil { startsAtFeedback = true }
    }

    private static let brought: Set<StopSubject.Kind> = [.conflict, .error, .failure, .disconnected]

    func hints(_ context: ViewContext) -> [Hint] {
        [context.hint("node.go")]
            + context.hints((entry == nil ? [] : ["node.drop"]) + ["feedback.zero-node", "command.set", "command.watch"])
    }

    /// Moves to the next line that leads anywhere; where there is none in sight, the text scrolls.
    private mutating func move(_ step: Int) {
        var at = list.selected + step
        let limit = height
        while lines.indices.contains(at), abs(at - list.selected) < limit {
            if lines[at].target != nil {
                list.selected = at
                return
            }
            at += step
        }
        list.offset += step
        list.clamp(count: lines.count, height: height)
        list.selected = max(list.offset, min(list.selected, list.offset + height - 1))
    }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        guard action == "node.go" else { return nil }
        if lines.isEmpty {
            return context.snapshot?.state.nodeCount == 0 ? context.nothingYet("there are no nodes yet") : "no node is selected"
        }
        return target == nil ? "the line leads nowhere: choose one that names a node, an entry or an event" : nil
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .news where wantsSight:
            wantsSight = false
            return Response(isUsed: false, wishes: [.show(Self.card.id)])
        case .action("node.go") where target == .entries:
            opensEntries.toggle()
            made = nil
        case .action("node.go"): return .wishes(go(context))
        case .found(let line):
            list.selected = line
            list.offset = max(0, line - height / 3)
        case .action("node.drop"): return drop(context)
        case .action("node.newest"):
            return .wish(context.subject != nil && !context.attention.showsSubject ? .subject(true) : .follow)
        case .action("move.up"):
            move(-1)
            return .wishes(pointing)
        case .action("move.down"):
            move(1)
            return .wishes(pointing)
        case .action("move.page-up"): list.scroll(by: -(height - 1), count: lines.count, height: height)
        case .action("move.page-down"): list.scroll(by: height - 1, count: lines.count, height: height)
        case .action("move.first"): list = ListView()
        case .wheel(let distance, _): list.scroll(by: distance, count: lines.count, height: height)
        case .click(let point, let clicks):
            let row = list.offset + point.y
            guard lines.indices.contains(row), lines[row].target != nil else { return .used }
            list.selected = row
            return .wishes(clicks == 2 ? go(context) : pointing)
        default: return .used(list.handle(input, count: lines.count, page: height))
        }
        return .used
    }

    func selectedText(_ context: ViewContext) -> String? { context.selectedData }

    func searchable(_ context: ViewContext) -> Searchable? {
        let lines = lines.map(\.line)
        return .rows(of: Self.card.id, "the node", count: lines.count, at: list.selected) { lines[$0].text }
    }

    /// Among the lines about a stop, the node of the chosen one is selected: it is what the keys that act on a node are about.
    private var pointing: [Wish] {
        guard subject != nil else { return [] }
        switch target {
        case .node(let id), .entry(let id, _): return [.point(id)]
        default: return []
        }
    }

    private var pointed: NodeID? {
        if case .point(let id)? = pointing.first { return id }
        return nil
    }

    /// Goes to the target of the chosen line.
    private func go(_ context: ViewContext) -> [Wish] {
        switch target {
        case .node(let id): return [.select(id)]
        case .moment(let moment): return [.ask("goto", .number(moment))]
        case .entry(let node, let number):
            guard let snapshot = context.snapshot else { return [] }
            let entries = snapshot.state.entries(node, in: snapshot.record).flatMap(\.entries)
            guard entries.indices.contains(number - 1) else { return [] }
            return [.ask("goto", .number(Int(entries[number - 1].event) + 1))]
        case .entries, nil: return []
        }
    }

    private func drop(_ context: ViewContext) -> Response {
        if let reason = Self.refusal(of: "node.drop", context) { return .wish(context.refusing(reason)) }
        guard case .entry(let node, let number)? = target, let snapshot = context.snapshot, node.index < snapshot.state.nodeCount else {
            return .wish(context.refusing("no entry of the feedback is chosen: choose one in the Node pane ({focus.node})"))
        }
        return .wish(.ask("drop", .node(node), .number(number)))
    }

    /// The subject of the stop, or the selected node.
    private mutating func write(_ snapshot: Snapshot, width: Int, _ context: ViewContext) {
        if let subject, let card = SubjectLines(subject, snapshot, width: width, context) {
            lines = card.lines
            // The first thing that it leads to is chosen.
            if lines.indices.contains(list.selected), lines[list.selected].target == nil, list.offset == 0 {
                // The beginning of the card stays in view.
                list.selected = lines.prefix(height).firstIndex { $0.target != nil } ?? list.selected
            }
        } else if let node, node.index < snapshot.state.nodeCount {
            lines = NodeLines(node, snapshot, width: width, opensEntries: opensEntries, context).lines
        } else {
            lines = []
        }
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let rect = canvas.rect.inset(x: 1, y: 0), look = context.look
        height = max(1, rect.height)
        guard let snapshot = context.snapshot else { return }
        if made == nil || made?.version != snapshot.version || made?.node != node || made?.width != rect.width || made?.subject != subject {
            write(snapshot, width: rect.width, context)
            made = (snapshot.version, node, rect.width, subject)
        }
        guard !lines.isEmpty else {
            let isEmpty = snapshot.state.nodeCount == 0
            let text = isEmpty ? context.nothingYet("no nodes yet") : "no node is selected"
            return look.note(text, indent: 0, into: &canvas.frame, rect)
        }
        if startsAtFeedback, let first = lines.firstIndex(where: { if case .entry? = $0.target { true } else { false } }) {
            list.selected = first
            // The title of the section and the child are above the entry.
            list.offset = max(0, min(first - 2, lines.count - height))
        }
        startsAtFeedback = false
        list.settle(count: lines.count, height: rect.height)
        for row in 0..<rect.height where list.offset + row < lines.count {
            let index = list.offset + row
            let isChosen = index == list.selected && lines[index].target != nil && (canvas.isFocused || pointed != nil && pointed == node)
            canvas.put(lines[index].line, in: rect.row(row), isChosen: isChosen)
        }
        canvas.scrollBar(offset: list.offset, count: lines.count)
    }
}
