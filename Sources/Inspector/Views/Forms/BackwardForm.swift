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
    /// Nodes to choose from, newest first.
    private let outputs: [String]
    /// Why backward cannot start at the node that was typed.
    private var obstacle: String?

    /// - Parameter text: what the feedback begins with.
    init(optimizer: OptimizerID, node: NodeID, _ snapshot: Snapshot, text: String = "", history: [String]) {
        self.optimizer = optimizer
        outputs = snapshot.outputs.prefix(500).map { snapshot.record.name($0) }
        self.node = LineEditor(snapshot.record.name(node))
        self.text = LineEditor(text, history: history, holdsLines: true)
    }

    mutating func handle(_ key: Key, _ snapshot: Snapshot) -> FormResult {
        switch key {
        case .named(.escape), .control("c"), .control("g"): return .closed
        case .named(.tab): move(1)
        case .named(.tab, shift: true): move(-1)
        case .control("f"): frees.toggle()
        case .named(.enter):
            obstacle = obstacle(snapshot)
            if obstacle != nil { field = .node } else if text.text.isEmpty { field = .text } else { return .done([command(snapshot)]) }
        default: edit(key, snapshot)
        }
        return .open
    }

    private func obstacle(_ snapshot: Snapshot) -> String? {
        guard let id = snapshot.record.node(named: node.text), id.index < snapshot.state.nodeCount else {
            return node.text.isEmpty ? "which node?" : "there is no node '\(node.text)'"
        }
        return snapshot.obstacle(toBackwardFrom: id)
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
            obstacle = nil
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
        let warning = obstacle ?? warning(snapshot)
        // What is wrong is read in full, in lines of its own.
        let below = obstacle.map { look.glyphs.plain($0).wrapped(to: bottom.width - 4) } ?? []
        let rect = Rect(x: bottom.minX, y: bottom.minY - 4 - below.count, width: bottom.width, height: 4 + below.count)
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
        let note = obstacle == nil ? warning ?? "retains the graph" : ""
        let shown = note.truncated(to: max(0, top.maxX - room.maxX - 2), ellipsis: look.glyphs.ellipsis)
        frame.put(
            shown, at: Point(x: top.maxX - shown.displayWidth, y: top.minY), style: look.theme[warning == nil ? .textDim : .messageWarning])
        let line = inner.row(1)
        let after = frame.put("feedback ", at: line.origin, style: label("feedback", .text), clippedTo: line)
        let field = Rect(x: after, y: line.minY, width: line.maxX - after, height: 1)
        let place = text.draw(into: &frame, row: field, style: self.field == .text ? look.theme[.prompt] : look.theme[.text])
        if self.field == .text { frame.cursor = place }
        for (row, text) in below.enumerated() {
            frame.put(text, at: inner.row(2 + row).origin, style: look.theme[.messageError], clippedTo: inner)
        }
    }
}

/// Asks for a node's new data, of a kind that fits one line.
struct ValueForm: Equatable, Sendable {
    var node: NodeID
    var editor: LineEditor
    var isText: Bool
    private let initial: String

    /// - Parameter draft: what the line begins with, in place of the present value.
    init(_ node: NodeID, _ value: Value, draft: String? = nil) {
        self.node = node
        if case .string(let text) = value { (initial, isText) = (text, true) } else { (initial, isText) = (value.literal, false) }
        editor = LineEditor(draft ?? initial, holdsLines: isText)
    }

    var isChanged: Bool { editor.text != initial }

    mutating func handle(_ key: Key, _ snapshot: Snapshot) -> FormResult {
        switch key {
        case .named(.escape), .control("c"), .control("g"): return .closed
        case .named(.enter):
            guard isText || !editor.text.isEmpty else { return .closed }
            return .done([.command(Self.command(snapshot.record.name(node), editor.text, isText: isText))])
        default: _ = editor.handle(key)
        }
        return .open
    }

    static func command(_ node: String, _ text: String, isText: Bool) -> String {
        "set \(CommandWords.word(node)) \(isText ? Value.string(text).literal : text)"
    }

    func draw(into frame: inout Frame, row: Rect, _ snapshot: Snapshot, _ look: Look) {
        frame.fill(row, style: look.theme[.prompt])
        let label = " set \(snapshot.record.name(node)) (\(snapshot.state.value(node, in: snapshot.record).typeName)) "
        let x = frame.put(label, at: row.origin, style: look.theme[.promptLabel])
        frame.cursor = editor.draw(
            into: &frame, row: Rect(x: x, y: row.minY, width: max(1, row.maxX - x - 1), height: 1), style: look.theme[.prompt])
    }
}
