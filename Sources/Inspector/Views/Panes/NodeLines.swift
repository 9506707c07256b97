import Debugging
import Trace

/// One line about a node, and what it leads to.
struct NodeLine: Equatable, Sendable {
    enum Target: Equatable, Sendable {
        case node(NodeID)
        /// An entry of a node's feedback, counted from 1 over all lists.
        case entry(NodeID, Int)
        /// A moment, by the number of events before and with it.
        case moment(Int)
    }
    var line: TextLine
    var target: Target?
}

/// Writes all that is known of a node at a moment, in lines of a width.
struct NodeLines {
    let snapshot: Snapshot
    let id: NodeID
    let width: Int
    private let context: ViewContext
    private(set) var lines: [NodeLine] = []

    private var look: Look { context.look }
    private var record: GraphRecord { snapshot.record }
    private var state: GraphState { snapshot.state }
    private var glyphs: Glyphs { look.glyphs }
    /// Lists longer than this are cut: a parameter may be used a hundred thousand times.
    private static let most = 40
    /// The number of the last backward calls that are searched for the reason why a node holds no feedback.
    private static let mostCalls = 500

    init(_ id: NodeID, _ snapshot: Snapshot, width: Int, _ context: ViewContext) {
        self.snapshot = snapshot
        self.id = id
        self.width = max(8, width)
        self.context = context
        head()
        value()
        about()
        feedback()
        relatives()
        history()
    }

    private mutating func add(_ line: TextLine = TextLine(), _ target: NodeLine.Target? = nil) {
        lines.append(NodeLine(line: line, target: target))
    }

    private mutating func section(_ title: String, _ rest: String = "") {
        add()
        var line = TextLine(title, .textStrong)
        if !rest.isEmpty { line.add("  " + rest, .textDim) }
        add(line)
    }

    private mutating func wrapped(_ text: String, _ role: Role, indent: Int = 0, most: Int = .max, _ target: NodeLine.Target? = nil) {
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
        if let number = state.freedBy(id) { add(TextLine("\(glyphs[.freed]) freed by backward #\(number)", .nodeFreed)) }
        if kind == .parameter, attending.isEmpty { wrapped("\(glyphs.warning) no optimizer attends to it", .messageWarning) }
    }

    private mutating func about() {
        let description = record.description(id)
        let text = description.drop { $0 != "]" }.dropFirst().drop { $0 == " " }
        if !text.isEmpty, text != "A value.", text != "A parameter." { wrapped(String(text), .textDim, most: 3) }
        if let constraint = record.constraint(id) { wrapped("constraint: \(constraint)", .text) }
    }

    private mutating func value() {
        add()
        let value = state.value(id, in: record)
        if record.bundle(id)?.code == id {
            for line in SourceWords.highlight(value.text.lines, record.language).prefix(400) { add(line) }
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

    private func nameRole(_ id: NodeID) -> Role {
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
        let widest = ([first] + shown.map(\.value)).map { $0.brief(max(8, beside) + 1).displayWidth }.max() ?? 0
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
            let text = version.value == previous ? "nothing changed" : version.value.brief(room, against: previous)
            let role = version.value == previous ? .textDim : Self.role(version.value), moment = NodeLine.Target.moment(version.event + 1)
            if isBelow {
                add(line.adding(writer, .textDim), moment)
                add(TextLine("      " + text, role), moment)
            } else {
                add(line.adding(text.padded(to: room), role).adding("  " + writer, .textDim), moment)
            }
        }
        let line = TextLine("  v" + "1".padded(to: digits) + "   ", .textDim), moment = NodeLine.Target.moment(record.event(id) + 1)
        let text = first.brief(room, against: written[0].value)
        if isBelow {
            add(line, moment)
            add(TextLine("      " + text, Self.role(first)), moment)
        } else {
            add(line.adding(text, Self.role(first)), moment)
        }
    }
}

// MARK: Feedback

extension NodeLines {
    private mutating func feedback() {
        let lists = state.entries(id, in: record)
        let total = lists.reduce(0) { $0 + $1.entries.count }
        guard total > 0 else { return nothing() }
        section("Feedback", count(total, "entry", "entries") + (lists.count > 1 ? ", \(lists.count) children" : ""))
        let entries = lists.flatMap(\.entries)
        let graphs = entries.filter { record.isGraph($0) }
        // Feedback that no optimizer combines does no harm.
        let isAttended = !state.optimizers(attendingTo: id, in: record).isEmpty
        let texts = isAttended ? Set(graphs.map { record.feedback(of: $0) }) : [], first = graphs.first.map { record.feedback(of: $0) }
        var number = 0
        for (index, (source, entries)) in lists.enumerated() {
            if number >= Self.most {
                let rest = "\(count(total - number, "entry", "entries")) more, from \(count(lists.count - index, "child", "children"))"
                add(TextLine("  \(glyphs.ellipsis) and \(rest)", .textDim))
                break
            }
            if case .child(let child) = source {
                add(TextLine("  " + record.name(child), nameRole(child)), .node(child))
            } else {
                add(TextLine("  from the caller of backward", .feedbackUser))
            }
            for entry in entries.prefix(Self.most) {
                number += 1
                self.entry(entry, number, among: texts.count, first: first, of: total)
            }
            number += max(0, entries.count - Self.most)
            if entries.count > Self.most { add(TextLine("    \(glyphs.ellipsis) and \(entries.count - Self.most) more", .textDim)) }
        }
        add()
        outcome(texts.count)
    }

    /// - Parameter total: the number of entries. The size of each graph is given only for a few entries, since it takes a walk over the
    ///   graph.
    private mutating func entry(_ entry: FeedbackEntry, _ number: Int, among texts: Int, first: Value?, of total: Int) {
        let alone = total == 1
        let call = record.backwards[entry.backward - 1]
        let text = record.feedback(of: entry)
        let differs = texts > 1 && record.isGraph(entry) && text != first
        let role: Role = differs ? .feedbackConflict : alone ? .feedback : .feedbackEqual
        var line = TextLine("  ")
        line.add(alone ? " " : glyphs[differs ? .different : .equal], role)
        line.add(" #\(entry.backward) ", .textDim)
        if let optimizer = call.optimizer {
            line.add("\(look.letter(optimizer)) \(record.optimizers[optimizer.index].name)", Role.optimizer(optimizer.index))
        } else {
            line.add("no optimizer", .textDim)
        }
        if record.isGraph(entry), total <= Self.most { line.add(" · " + count(record.graph(of: entry).nodes.count, "node"), .textDim) }
        add(line, .entry(id, number))
        let quoted = glyphs.quotes.open + String(text.text.prefix(600)) + glyphs.quotes.close
        for part in quoted.wrapped(to: max(4, width - 6)).prefix(6) { add(TextLine("      " + part, role)) }
    }

    /// The result of aggregation, or the reason why there is none.
    private mutating func outcome(_ texts: Int) {
        guard !state.optimizers(attendingTo: id, in: record).isEmpty else {
            return wrapped("no optimizer attends to it, so nothing is aggregated here", .textDim)
        }
        do {
            let aggregate = try state.aggregate([id], in: record)
            let text = aggregate.feedback.map { Value.string($0.text).short(28) } ?? ""
            wrapped("\(glyphs.ok) aggregates to \(text) over \(count(aggregate.graph(in: record).nodes.count, "node"))", .feedbackEqual)
        } catch {
            wrapped("\(glyphs.exception) cannot be combined: \(texts) different texts", .feedbackConflict)
            var keys = TextLine("  " + context.keymap.key("feedback.zero-node"), .helpKey)
            keys.add(" zero  ", .textDim)
            keys.add(context.keymap.key("node.drop"), .helpKey)
            keys.add(" drop the entry", .textDim)
            add(keys)
            return
        }
        for optimizer in state.optimizers(attendingTo: id, in: record) {
            guard let conflict = context.conflict(optimizer) else { continue }
            let others = Set(conflict.sides.map(\.node)).subtracting([id]).sorted()
            wrapped(
                "\(glyphs.exception) \(record.optimizers[optimizer.index].name) cannot step: it conflicts with the feedback on "
                    + record.list(others, most: 3), .feedbackConflict)
        }
    }

    /// The reason why there is no feedback.
    private mutating func nothing() {
        let all = record.backwards.prefix(state.backwardCount), calls = all.suffix(Self.mostCalls)
        guard record.isTrainable(id) || !calls.isEmpty else { return }
        section("Feedback")
        let text: String
        if calls.isEmpty {
            let canCall = !context.isRunning && context.refusal(ofKeyFor: "backward") == nil
            text = canCall ? context.text("no feedback yet: {command.backward} calls backward") : "no feedback yet"
        } else if let call = calls.last(where: { record.visited(id, by: $0) }) {
            text = "passed on to its inputs by backward #\(call.number)"
        } else if record.zeroes.suffix(Self.mostCalls).contains(where: { $0.cleared.contains(id) }) {
            text = "none: it was cleared by zero"
        } else if all.count > calls.count {
            text = "no feedback from the last \(calls.count.grouped) backward calls: 'why' looks at all of them"
        } else if let call = calls.last {
            text = "no feedback: \(record.name(call.output)), the output of backward #\(call.number), does not depend on it"
        } else {
            return
        }
        wrapped(text, .textDim, indent: 2)
    }
}
