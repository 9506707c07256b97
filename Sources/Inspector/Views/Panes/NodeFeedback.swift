import Debugging
import Trace

/// The feedback on a node: the entries list by list, or text by text if there are many, and the result of their aggregation.
extension NodeLines {
    /// More entries than these are shown text by text.
    private static let mostSingle = 12
    /// So many of the last backward calls are looked at for the reason why a node holds no feedback.
    private static let mostCalls = 500

    mutating func feedback() {
        let total = state.feedback.count(of: id)
        guard total > 0 else { return nothing() }
        let lists = state.entries(id, in: record), texts = FeedbackTexts(on: [id], state, record)
        let children = lists.count > 1 ? ", \(lists.count.grouped) children" : ""
        let kinds = texts.all.count > 1 ? ", \(texts.all.count.grouped) texts" : ""
        section("Feedback", count(total, "entry", "entries") + children + kinds)
        if total > Self.mostSingle, texts.all.count < total, !opensEntries {
            groups(lists, texts)
        } else {
            entries(lists, texts, of: total)
        }
        add()
        outcome(texts)
    }

    // MARK: List by list

    private mutating func entries(_ lists: [(source: FeedbackSource, entries: [FeedbackEntry])], _ texts: FeedbackTexts, of total: Int) {
        if opensEntries, total > Self.mostSingle { add(TextLine("  \(glyphs[.opened]) text by text", .textDim), .entries) }
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
                add(TextLine("  user", .feedbackUser).adding("  who called backward on it", .textDim))
            }
            for entry in entries.prefix(Self.most) {
                number += 1
                self.entry(entry, number, texts, of: total)
            }
            number += max(0, entries.count - Self.most)
            if entries.count > Self.most { add(TextLine("    \(glyphs.ellipsis) and \(entries.count - Self.most) more", .textDim)) }
        }
    }

    /// - Parameter total: how many entries there are. The size of each graph is only told of a few: it takes a walk over the graph.
    private mutating func entry(_ entry: FeedbackEntry, _ number: Int, _ texts: FeedbackTexts, of total: Int) {
        // A letter tells different texts apart, and blames none of them.
        let letter = total == 1 ? " " : texts.place(of: entry, in: record).map { texts.all[$0].letter } ?? " "
        var line = TextLine("  \(letter) ", .textStrong).adding(look.call(entry.backward, record, named: true))
        if record.isGraph(entry), total <= Self.most { line.add(" · " + count(record.graph(of: entry).nodes.count, "node"), .textDim) }
        add(line, .entry(id, number))
        quote(record.feedback(of: entry))
    }

    private mutating func quote(_ text: Value) {
        let quoted = glyphs.quotes.open + String(text.text.prefix(600)) + glyphs.quotes.close
        for part in quoted.wrapped(to: max(4, width - 6)).prefix(6) { add(TextLine("      " + part, .feedback)) }
    }

    // MARK: Text by text

    private mutating func groups(_ lists: [(source: FeedbackSource, entries: [FeedbackEntry])], _ texts: FeedbackTexts) {
        struct Group {
            var number = 0
            var sources: [FeedbackSource] = []
        }
        var groups = [Group](repeating: Group(), count: texts.all.count), number = 0
        for (source, entries) in lists {
            for entry in entries {
                number += 1
                guard let place = texts.place(of: entry, in: record) else { continue }
                if groups[place].number == 0 { groups[place].number = number }
                if groups[place].sources.last != source { groups[place].sources.append(source) }
            }
        }
        for (text, group) in zip(texts.all, groups).prefix(Self.most) {
            var line = TextLine("  \(text.letter) ", .textStrong).adding("\(text.entries.count.grouped)× ")
            for call in text.calls.prefix(2) { line = line.adding(look.call(call, record)).adding(" ") }
            if text.calls.count > 2 { line.add("+\((text.calls.count - 2).grouped) ", .textDim) }
            add(line.adding(sources(group.sources), .textDim).truncated(to: width, ellipsis: glyphs.ellipsis), .entry(id, group.number))
            quote(text.value)
        }
        if texts.all.count > Self.most {
            add(TextLine("  \(glyphs.ellipsis) and \(count(texts.all.count - Self.most, "more text"))", .textDim))
        }
        add(TextLine("  \(glyphs[.closed]) every entry", .textDim), .entries)
    }

    private func sources(_ sources: [FeedbackSource]) -> String {
        func name(_ source: FeedbackSource) -> String { if case .child(let child) = source { record.name(child) } else { "user" } }
        guard let first = sources.first, let last = sources.last else { return "" }
        return "from " + (sources.count == 1 ? name(first) : "\(name(first)) \(glyphs.ellipsis) \(name(last))")
    }

    // MARK: Results

    /// The result of the aggregation, or the reason why it fails.
    private mutating func outcome(_ texts: FeedbackTexts) {
        guard !state.optimizers(attendingTo: id, in: record).isEmpty else {
            return wrapped("no optimizer attends to it, so nothing is aggregated here", .textDim)
        }
        do {
            let aggregate = try state.aggregate([id], in: record)
            let text = aggregate.feedback.map { Value.string($0.text).short(28) } ?? ""
            wrapped("\(glyphs.ok) aggregates to \(text) over \(count(aggregate.graph(in: record).nodes.count, "node"))", .feedbackEqual)
        } catch {
            wrapped("\(glyphs.exception) cannot be combined: \(count(texts.graphs.count, "different text"))", .feedbackConflict)
            var keys = TextLine("  " + context.keymap.key("feedback.zero-node"), .helpKey)
            keys.add(" zero  ", .textDim)
            keys.add(context.keymap.key("node.drop"), .helpKey)
            keys.add(" drop the entry  ", .textDim)
            keys.add(context.keymap.key("conflict.show"), .helpKey)
            keys.add(" explain", .textDim)
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
        } else if !record.dropped(from: [id], at: state.events).isEmpty {
            text = "none: it was dropped by hand"
        } else if let call = calls.last(where: { record.visited(id, by: $0) }) {
            text = "passed on to its inputs by backward ▲\(call.number)"
        } else if record.zeroes.suffix(Self.mostCalls).contains(where: { $0.cleared.contains(id) }) {
            text = "none: it was cleared by zero"
        } else if all.count > calls.count {
            text = "no feedback from the last \(calls.count.grouped) backward calls: 'why' looks at all of them"
        } else if let call = calls.last {
            text = "no feedback: \(record.name(call.output)), the output of backward ▲\(call.number), does not depend on it"
        } else {
            return
        }
        wrapped(text, .textDim, indent: 2)
    }
}
