import Debugging
import Trace

/// One line about a node, with its target.
struct NodeLine: Equatable, Sendable {
    enum Target: Equatable, Sendable {
        case node(NodeID)
        /// An entry of a node's feedback, counted from 1 over all lists.
        case entry(NodeID, Int)
        /// An event, by its number.
        case moment(Int)
        /// The entries of one text, which open in its place.
        case entries
    }
    var line: TextLine
    var target: Target?
}

/// Writes everything about a node at an event, in lines of a width.
struct NodeLines {
    let snapshot: Snapshot
    let id: NodeID
    let width: Int
    let context: ViewContext
    /// Whether entries that say the same are listed one by one.
    let opensEntries: Bool
    private(set) var lines: [NodeLine] = []

    var look: Look { context.look }
    var record: GraphRecord { snapshot.record }
    var state: GraphState { snapshot.state }
    var glyphs: Glyphs { look.glyphs }
    /// Lists longer than this are cut: a parameter may be used a hundred thousand times.
    static let most = 40

    init(_ id: NodeID, _ snapshot: Snapshot, width: Int, opensEntries: Bool = false, _ context: ViewContext) {
        self.snapshot = snapshot
        self.id = id
        self.width = max(8, width)
        self.context = context
        self.opensEntries = opensEntries
        head()
        value()
        about()
        feedback()
        relatives()
        history()
    }

    mutating func add(_ line: TextLine = TextLine(), _ target: NodeLine.Target? = nil) {
        lines.append(NodeLine(line: line, target: target))
    }

    mutating func section(_ title: String, _ rest: String = "") {
        add()
        var line = TextLine(title, .textStrong)
        if !rest.isEmpty { line.add("  " + rest, .textDim) }
        add(line)
    }

    mutating func wrapped(_ text: String, _ role: Role, indent: Int = 0, most: Int = .max, _ target: NodeLine.Target? = nil) {
        let all = text.wrapped(to: width - indent)
        for line in all.prefix(most) { add(TextLine(String(repeating: " ", count: indent) + line, role), target) }
        if all.count > most { add(TextLine(String(repeating: " ", count: indent) + glyphs.ellipsis, .textDim), target) }
    }

    private mutating func head() {
        let kind = record.kind(id)
        var line = TextLine(
            record.name(id), kind == .parameter ? .nodeParameter : kind == .exception ? .nodeException : .textStrong)
        if kind == .parameter { line.add(" \(glyphs[.parameter])", Sign.parameter.role) }
        if kind == .exception { line.add(" \(glyphs[.exception])", Sign.exception.role) }
        let attending = state.optimizers(attendingTo: id, in: record)
        if attending.count > 1 { line.add(" \(glyphs[.shared])\(attending.count)", .textDim) }
        for optimizer in attending { line.add(" " + look.letter(optimizer), Role.optimizer(optimizer.index)) }
        add(line)
        var facts = [kind.name, record.typeName(of: id, state.value(id, in: record))]
        let versions = state.versionCount(id, in: record)
        if versions > 1 { facts.append("v\(versions)") }
        if let site = record.site(id) { facts.append("line \(site.line)") }
        add(TextLine(facts.joined(separator: " · "), .textDim))
        if let number = state.freedBy(id) { add(TextLine("\(glyphs[.freed]) freed by backward ▲\(number)", .nodeFreed)) }
        if let note = snapshot.notes[.node(record.name(id))] {
            for (row, line) in note.wrapped(to: width - 2).prefix(12).enumerated() {
                add(TextLine(row == 0 ? glyphs[.noted] + " " : "  ", Sign.noted.role).adding(line, .text))
            }
        }
        if kind == .parameter, attending.isEmpty { wrapped("\(glyphs.warning) no optimizer attends to it", .messageWarning) }
    }

    /// Descriptions that nobody wrote: the engine's and those of `opto`. They would push the feedback out of a small pane.
    private static let saysNothing: Set<String> = [
        "A value.", "A parameter.", "This is a node in a computational graph.", "This is a ParameterNode in a computational graph.",
    ]

    private mutating func about() {
        let description = record.description(id)
        let text = description.drop { $0 != "]" }.dropFirst().drop { $0 == " " }
        if text.contains(where: \.isLetter), !Self.saysNothing.contains(String(text)) { wrapped(String(text), .textDim, most: 3) }
        if let constraint = record.constraint(id) { wrapped("constraint: \(constraint)", .text) }
    }

    private mutating func value() {
        add()
        let value = state.value(id, in: record)
        if record.bundle(id)?.code == id {
            for line in SourceWords.highlight(value.text.lines, record.origins.language).prefix(400) { add(line) }
        } else {
            let full = record.text(id, value)
            let text = String(full.prefix(8000))
            wrapped(text, Self.role(value))
            if text.count < full.count {
                add(TextLine("\(glyphs.ellipsis) longer: \(context.keymap.key("command.set")) opens it in an editor", .textDim))
            }
        }
        if let report = record.report(id) {
            section(record.kind(id) == .exception ? "Error" : "Note")
            wrapped(report, record.kind(id) == .exception ? .nodeException : .messageWarning)
        }
    }

    static func role(_ value: Value) -> Role {
        switch value {
        case .none: .valueNone
        case .bool: .valueBool
        case .int, .float: .valueNumber
        case .string: .valueString
        case .list, .dict, .object: .value
        }
    }

    private mutating func relatives() {
        let inputs = record.inputs(id)
        if !inputs.isEmpty {
            section("Inputs", record.operatorName(id))
            let names = min(14, inputs.prefix(Self.most).map(\.name.displayWidth).max() ?? 0)
            for input in inputs.prefix(Self.most) {
                let line = TextLine("  " + input.name.padded(to: names, ellipsis: glyphs.ellipsis) + " ", .textDim)
                add(
                    line.adding(record.name(input.node), nameRole(input.node)).adding("  " + short(input.node), .textDim), .node(input.node)
                )
            }
            more(inputs.count)
        }
        let children = record.children(id).filter { $0.index < state.nodeCount }
        guard !children.isEmpty else { return }
        section("Children", children.count > 1 ? String(children.count) : "")
        for child in children.prefix(Self.most) {
            add(TextLine("  " + record.name(child), nameRole(child)).adding("  " + short(child), .textDim), .node(child))
        }
        more(children.count)
    }

    private func short(_ id: NodeID) -> String { record.short(id, state.value(id, in: record), 24) }

    func nameRole(_ id: NodeID) -> Role {
        switch record.kind(id) {
        case .parameter: .nodeParameter
        case .exception: .nodeException
        case .node, .message: .text
        }
    }

    private mutating func more(_ count: Int) {
        if count > Self.most { add(TextLine("  \(glyphs.ellipsis) and \(count - Self.most) more", .textDim)) }
    }

    private mutating func history() {
        let written = state.history(id, in: record)
        guard !written.isEmpty else { return }
        section("History", count(written.count + 1, "value"))
        let first = record.firstValue(id), shown = written.reversed().prefix(Self.most), digits = String(written.count + 1).count
        let writers = shown.map { record.name(of: $0.writer) }
        let beside = width - digits - 8 - (writers.map(\.displayWidth).max() ?? 0)
        let widest = ([first] + shown.map(\.value)).map { record.short(id, $0, max(8, beside) + 1).displayWidth }.max() ?? 0
        // If there is no room for the values beside their writers, they are below.
        let isBelow = widest > beside, room = isBelow ? max(8, width - 6) : widest
        for (version, writer) in zip(shown, writers) {
            var line = TextLine("  v" + String(version.number).padded(to: digits) + " ", .textDim)
            if case .optimizer(let optimizer, _) = version.writer {
                line.add(look.letter(optimizer) + " ", Role.optimizer(optimizer.index))
            } else {
                line.add("  ")
            }
            // Shown where it differs from the value before it.
            let previous = version.previousValue(in: record)
            let text = version.value == previous ? "nothing changed" : record.short(id, version.value, room, against: previous)
            let role = version.value == previous ? .textDim : Self.role(version.value), moment = NodeLine.Target.moment(version.event + 1)
            if isBelow {
                add(line.adding(writer, .textDim), moment)
                add(TextLine("      " + text, role), moment)
            } else {
                add(line.adding(text.padded(to: room), role).adding("  " + writer, .textDim), moment)
            }
        }
        let line = TextLine("  v" + "1".padded(to: digits) + "   ", .textDim), moment = NodeLine.Target.moment(record.event(id) + 1)
        let text = record.short(id, first, room, against: written[0].value)
        if isBelow {
            add(line, moment)
            add(TextLine("      " + text, Self.role(first)), moment)
        } else {
            add(line.adding(text, Self.role(first)), moment)
        }
    }
}
