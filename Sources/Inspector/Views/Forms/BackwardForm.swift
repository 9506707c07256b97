import Debugging
import Trace

/// Asks for what a backward by hand needs: the optimizer, the node, and what to say of it.
struct BackwardForm: Equatable, Sendable {
    enum Field: Int, CaseIterable, Sendable { case optimizer, node, text }
    var optimizer: OptimizerID
    var node: LineEditor
    var text: LineEditor
    var field = Field.text
    var frees = false
    /// Nodes to choose from: those that something was computed into, newest first.
    private var outputs: [String]

    init(optimizer: OptimizerID, node: NodeID?, _ snapshot: Snapshot, history: [String]) {
        self.optimizer = optimizer
        let record = snapshot.record
        outputs = (0..<snapshot.state.nodeCount).reversed().lazy.map(NodeID.init)
            .filter { record.hasParents($0) && record.enclosingCall($0) == nil }.prefix(500).map { record.name($0) }
        self.node = LineEditor(node.map { record.name($0) } ?? outputs.first ?? "")
        text = LineEditor(history: history)
    }

    mutating func handle(_ key: Key, _ snapshot: Snapshot) -> FormResult {
        switch key {
        case .named(.escape), .control("c"), .control("g"): return .closed
        case .named(.tab): move(1)
        case .named(.tab, shift: true): move(-1)
        case .control("f"): frees.toggle()
        case .named(.enter):
            if node.text.isEmpty { field = .node } else if text.text.isEmpty { field = .text } else { return .done([command(snapshot)]) }
        default: edit(key, snapshot)
        }
        return .open
    }

    private mutating func move(_ step: Int) {
        let count = Field.allCases.count
        field = Field(rawValue: (field.rawValue + step + count) % count) ?? .text
    }

    private mutating func edit(_ key: Key, _ snapshot: Snapshot) {
        let step =
            key == .named(.up) || key == .named(.left) ? -1 : key == .named(.down) || key == .named(.right) || key == .named(.space) ? 1 : 0
        switch field {
        case .text: _ = text.handle(key)
        case .node:
            if key == .named(.up) || key == .named(.down) {
                guard !outputs.isEmpty else { return }
                let at = outputs.firstIndex(of: node.text)
                node.text = outputs[at.map { ($0 + step + outputs.count) % outputs.count } ?? 0]
            } else {
                _ = node.handle(key)
            }
        case .optimizer:
            let count = snapshot.state.optimizerCount
            if step != 0 { optimizer = OptimizerID((optimizer.index + step + count) % max(1, count)) }
        }
    }

    private func command(_ snapshot: Snapshot) -> Effect {
        let name = snapshot.record.optimizers[optimizer.index].name
        let words = ["backward", CommandWords.word(name), CommandWords.word(node.text), CommandWords.quoted(text.text)]
        return .command((words + (frees ? ["--free"] : [])).joined(separator: " "))
    }

    /// What a backward that frees would take away.
    private func warning(_ snapshot: Snapshot) -> String? {
        guard frees else { return nil }
        guard let id = snapshot.record.node(named: node.text) else { return "the graph is freed: no other backward can go through it" }
        var seen: Set<NodeID> = [id], open = [id]
        while let next = open.popLast(), seen.count < 5000 {
            for parent in snapshot.record.parents(next) where snapshot.record.hasParents(parent) && seen.insert(parent).inserted {
                open.append(parent)
            }
        }
        return "frees \(count(seen.count, "node")) behind it: no other backward can go through them"
    }

    static let hints = [
        Hint(key: "Enter", label: "call backward"), Hint(key: "Tab", label: "field"), Hint(key: "C-f", label: "free"),
        Hint(key: "Up/Down", label: "choose, history"), Hint(key: "Esc", label: "close"),
    ]

    func draw(into frame: inout Frame, bottom: Rect, _ snapshot: Snapshot, _ look: Look) {
        let warning = warning(snapshot)
        let rect = Rect(x: bottom.minX, y: bottom.minY - 4, width: bottom.width, height: 4)
        let inner = look.box(rect, title: "Backward by hand", into: &frame)
        let top = inner.row(0)
        var x = top.minX
        func label(_ text: String, _ field: Field) -> Style {
            self.field == field ? look.theme[.textStrong] : look.theme[.textDim]
        }
        x = frame.put("optimizer ", at: Point(x: x, y: top.minY), style: label("optimizer", .optimizer), clippedTo: top)
        let name = look.letter(optimizer) + " " + snapshot.record.optimizers[optimizer.index].name
        let ground = look.theme[.selection]
        var style = look.theme[Role.optimizer(optimizer.index)]
        if field == .optimizer { style = style.on(ground) }
        x = frame.put(name, at: Point(x: x, y: top.minY), style: style, clippedTo: top) + 2
        x = frame.put("node ", at: Point(x: x, y: top.minY), style: label("node", .node), clippedTo: top)
        let room = Rect(x: x, y: top.minY, width: max(1, min(32, max(18, node.text.displayWidth + 1), top.maxX - x)), height: 1)
        let cursor = node.draw(into: &frame, row: room, style: field == .node ? look.theme[.prompt] : look.theme[.nodeName])
        if field == .node { frame.cursor = cursor }
        let note = warning ?? "retains the graph"
        let shown = note.truncated(to: max(0, top.maxX - room.maxX - 2), ellipsis: look.glyphs.ellipsis)
        frame.put(
            shown, at: Point(x: top.maxX - shown.displayWidth, y: top.minY), style: look.theme[warning == nil ? .textDim : .messageWarning])
        let line = inner.row(1)
        let after = frame.put("feedback ", at: line.origin, style: label("feedback", .text), clippedTo: line)
        let field = Rect(x: after, y: line.minY, width: line.maxX - after, height: 1)
        let place = text.draw(into: &frame, row: field, style: self.field == .text ? look.theme[.prompt] : look.theme[.text])
        if self.field == .text { frame.cursor = place }
    }
}

/// Asks for a node's new data, of a kind that fits one line.
struct ValueForm: Equatable, Sendable {
    var node: NodeID
    var editor: LineEditor
    var isText: Bool

    init(_ node: NodeID, _ value: Value) {
        self.node = node
        if case .string(let text) = value {
            isText = true
            editor = LineEditor(text)
        } else {
            isText = false
            editor = LineEditor(value.literal)
        }
    }

    mutating func handle(_ key: Key, _ snapshot: Snapshot) -> FormResult {
        switch key {
        case .named(.escape), .control("c"), .control("g"): return .closed
        case .named(.enter):
            guard isText || !editor.text.isEmpty else { return .closed }
            return .done([Self.command(snapshot.record.name(node), editor.text, isText: isText)])
        default: _ = editor.handle(key)
        }
        return .open
    }

    static func command(_ node: String, _ text: String, isText: Bool) -> Effect {
        .command("set \(CommandWords.word(node)) \(isText ? Value.string(text).literal : text)")
    }

    func draw(into frame: inout Frame, row: Rect, _ snapshot: Snapshot, _ look: Look) {
        frame.fill(row, style: look.theme[.prompt])
        let label = " set \(snapshot.record.name(node)) (\(snapshot.state.value(node, in: snapshot.record).typeName)) "
        let x = frame.put(label, at: row.origin, style: look.theme[.promptLabel])
        frame.cursor = editor.draw(
            into: &frame, row: Rect(x: x, y: row.minY, width: max(1, row.maxX - x - 1), height: 1), style: look.theme[.prompt])
    }
}
