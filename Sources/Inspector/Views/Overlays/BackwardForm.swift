import Debugging
import Trace

/// Asks for the arguments of a backward by hand: the optimizer, the node, and the feedback.
struct BackwardForm: View {
    static let card = ViewCard(
        id: "backward", title: "Backward by hand", slot: .overlay, shared: [.forms],
        actions: [
            Action("backward.call", ["Enter"], "call backward", "call backward"),
            Action("backward.free", ["C-f"], "free", "free the graph behind the node, or retain it"),
        ], takesText: true)

    enum Field: Int, CaseIterable, Sendable { case optimizer, node, text }
    var optimizer: OptimizerID
    var node: LineEditor
    var text: LineEditor
    private var field = Field.text
    private var frees = false
    /// The areas of the fields, relative to the inside of the box.
    private var places: [(field: Field, rect: Rect)] = []
    /// Nodes to choose from, newest first.
    private let outputs: [String]
    /// The reason why backward cannot start at the typed node.
    private var obstacle: String?

    /// - Parameter text: the beginning of the feedback.
    init(optimizer: OptimizerID, node: NodeID, _ snapshot: Snapshot, text: String = "", history: [String]) {
        self.optimizer = optimizer
        outputs = snapshot.outputs.prefix(500).map { snapshot.record.name($0) }
        self.node = LineEditor(snapshot.record.name(node))
        self.text = LineEditor(text, history: history, holdsLines: true)
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard let snapshot = context.snapshot else { return .unused }
        switch input {
        case .action("form.close"): return .wish(.close)
        case .action("form.next"): move(1)
        case .action("form.previous"): move(-1)
        case .action("backward.free"): frees.toggle()
        case .action("backward.call"):
            obstacle = obstacle(snapshot)
            guard obstacle == nil, let id = snapshot.record.node(named: node.text) else {
                field = .node
                return .used
            }
            guard !text.text.isEmpty else {
                field = .text
                return .used
            }
            return .wishes([.note(.feedback(text.text)), .ask(request(id)), .close])
        case .click(let point, _):
            guard let hit = places.first(where: { $0.rect.contains(point) }) else { return .used }
            if field == hit.field, field == .optimizer { choose(1, snapshot) }
            if hit.field == .node { node.click(column: point.x - hit.rect.minX, width: hit.rect.width) }
            if hit.field == .text { text.click(column: point.x - hit.rect.minX, width: hit.rect.width) }
            field = hit.field
        case .news, .reply, .edited, .typed, .act, .asks: return .unused
        default:
            let isUsed = edit(input, snapshot)
            return Response(isUsed: isUsed, wishes: [.note(.backward(text.text))])
        }
        return .used
    }

    private func obstacle(_ snapshot: Snapshot) -> String? {
        guard let id = snapshot.record.node(named: node.text), id.index < snapshot.state.nodeCount else {
            return node.text.isEmpty ? "which node?" : "no node is named '\(node.text)'"
        }
        return snapshot.obstacle(toBackwardFrom: id)
    }

    private mutating func move(_ step: Int) {
        let count = Field.allCases.count
        field = Field(rawValue: (field.rawValue + step + count) % count) ?? .text
    }

    private mutating func edit(_ input: Input, _ snapshot: Snapshot) -> Bool {
        let step: Int
        switch input {
        case .action("edit.up"), .action("edit.left"): step = -1
        case .action("edit.down"), .action("edit.right"), .key(.named(.space)): step = 1
        default: step = 0
        }
        switch field {
        case .text: return text.handle(input)
        case .node:
            obstacle = nil
            guard case .action(let action) = input, action == "edit.up" || action == "edit.down" else { return node.handle(input) }
            guard !outputs.isEmpty else { return true }
            let at = outputs.firstIndex(of: node.text)
            node.text = outputs[at.map { ($0 + step + outputs.count) % outputs.count } ?? 0]
        case .optimizer: choose(step, snapshot)
        }
        return true
    }

    private mutating func choose(_ step: Int, _ snapshot: Snapshot) {
        let count = snapshot.state.optimizerCount
        if step != 0 { optimizer = OptimizerID((optimizer.index + step + count) % max(1, count)) }
    }

    private func request(_ node: NodeID) -> Request {
        let flags: [ArgumentValue] = frees ? [.flag("--free")] : []
        return Request(Invocation("backward", [.optimizer(optimizer), .node(node), .text(text.text)] + flags))
    }

    /// The nodes that a freeing backward would free.
    private func warning(_ snapshot: Snapshot) -> String? {
        guard frees else { return nil }
        guard let id = snapshot.record.node(named: node.text) else { return "the graph is freed: no other backward can go through it" }
        var seen: Set<NodeID> = [id], open = [id]
        while let next = open.popLast(), seen.count < 5000 {
            for parent in snapshot.record.parents(next) where snapshot.record.hasParents(parent) && seen.insert(parent).inserted {
                open.append(parent)
            }
        }
        return "frees \(count(seen.count, "node")) behind it: no other backward can go through \(seen.count == 1 ? "it" : "them")"
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [
            context.hint("backward.call"), context.hint("form.next"), context.hint("backward.free"),
            context.hint(["edit.up", "edit.down"], "choose, history"), context.hint("form.close"),
        ]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        let look = context.look, area = canvas.rect
        let warning = obstacle.map { context.text($0) } ?? warning(snapshot)
        // A problem is shown in full, in lines of its own.
        let below = obstacle.map { look.glyphs.plain(context.text($0)).wrapped(to: area.width - 4) } ?? []
        let height = 4 + below.count
        let inner = canvas.openBox(Rect(x: area.minX, y: area.maxY - height, width: area.width, height: height), title: Self.card.title)
        let top = inner.row(0)
        var x = top.minX
        places = []
        func noteField(_ field: Field, _ rect: Rect) { places.append((field, rect.offset(x: -inner.minX, y: -inner.minY))) }
        func label(_ text: String, _ field: Field) -> Style {
            self.field == field ? look.theme[.textStrong] : look.theme[.textDim]
        }
        x = canvas.frame.put("optimizer ", at: Point(x: x, y: top.minY), style: label("optimizer", .optimizer), clippedTo: top)
        let name = look.letter(optimizer) + " " + snapshot.record.optimizers[optimizer.index].name
        let ground = look.theme[.selection]
        var style = look.theme[Role.optimizer(optimizer.index)]
        if field == .optimizer { style = look.theme.style(style, on: ground) }
        x = canvas.frame.put(name, at: Point(x: x, y: top.minY), style: style, clippedTo: top) + 2
        noteField(.optimizer, Rect(x: top.minX, y: top.minY, width: x - top.minX - 1, height: 1))
        x = canvas.frame.put("node ", at: Point(x: x, y: top.minY), style: label("node", .node), clippedTo: top)
        let room = Rect(x: x, y: top.minY, width: max(1, min(32, max(18, node.text.displayWidth + 1), top.maxX - x)), height: 1)
        noteField(.node, room)
        let cursor = node.draw(into: &canvas.frame, row: room, style: field == .node ? look.theme[.prompt] : look.theme[.nodeName])
        if field == .node { canvas.frame.cursor = cursor }
        let note = obstacle == nil ? warning ?? "retains the graph" : ""
        let shown = note.truncated(to: max(0, top.maxX - room.maxX - 2), ellipsis: look.glyphs.ellipsis)
        canvas.frame.put(
            shown, at: Point(x: top.maxX - shown.displayWidth, y: top.minY), style: look.theme[warning == nil ? .textDim : .messageWarning])
        let line = inner.row(1)
        let after = canvas.frame.put("feedback ", at: line.origin, style: label("feedback", .text), clippedTo: line)
        let field = Rect(x: after, y: line.minY, width: line.maxX - after, height: 1)
        noteField(.text, field)
        let place = text.draw(into: &canvas.frame, row: field, style: self.field == .text ? look.theme[.prompt] : look.theme[.text])
        if self.field == .text { canvas.frame.cursor = place }
        for (row, text) in below.enumerated() {
            canvas.frame.put(text, at: inner.row(2 + row).origin, style: look.theme[.messageError], clippedTo: inner)
        }
    }
}

/// Asks for a node's new data, of a kind that fits one line.
struct ValueForm: View {
    static let card = ViewCard(
        id: "value", title: "New data", slot: .line, shared: [.forms],
        actions: [Action("value.set", ["Enter"], "set", "change the node's data")], takesText: true)

    let node: NodeID
    private let name: String
    private var editor: LineEditor
    private let isText: Bool
    private let initial: String
    private var width = 1
    private var start = 0

    /// - Parameters:
    ///   - written: the value as its program shows it.
    ///   - draft: the initial text of the line, in place of the present value.
    init(_ node: NodeID, _ name: String, _ value: Value, written: String, draft: String? = nil) {
        self.node = node
        self.name = name
        if case .string(let text) = value { (initial, isText) = (text, true) } else { (initial, isText) = (written, false) }
        editor = LineEditor(draft ?? initial, holdsLines: isText)
        if draft == nil { editor.selectAll() }
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("form.close"): return .wish(.close)
        case .action("value.set"):
            guard isText || !editor.text.isEmpty else { return .wish(.close) }
            return .wishes([.ask("set", .node(node), .value(Value(typed: editor.text, isText: isText))), .close])
        case .click(let point, _):
            editor.click(column: point.x - start, width: width)
            return .used
        default:
            guard editor.handle(input) else { return .unused }
            return .wish(.note(.value(node: name, editor.text == initial ? nil : editor.text)))
        }
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        let row = canvas.openLine(label: " set \(name) (\(snapshot.state.value(node, in: snapshot.record).typeName)) ")
        (start, width) = (row.minX - canvas.rect.minX, row.width)
        canvas.frame.cursor = editor.draw(into: &canvas.frame, row: row, style: canvas.theme[.prompt])
    }
}

extension Value {
    /// The value that a user typed: a literal, or else a text.
    init(typed text: String, isText: Bool) {
        if !isText, let value = try? Value(literal: text) { self = value } else { self = .string(text) }
    }
}
