import Debugging
import Trace

/// The lines of a step's story.
struct StoryParts {
    enum Part: Int, CaseIterable, Sendable {
        case entries = 1, subgraph, question, answer, changes, effect

        var title: String {
            switch self {
            case .entries: "Entries"
            case .subgraph: "Subgraph"
            case .question: "Question"
            case .answer: "Answer"
            case .changes: "Changes"
            case .effect: "Effect"
            }
        }
    }
    struct Line {
        enum Target {
            case node(NodeID)
            case moment(Int)
        }
        var part: Part
        var line: TextLine
        var target: Target?
    }
    let story: StepStory
    private let snapshot: Snapshot
    private let width: Int
    private let look: Look
    /// The values of nodes at that time.
    private let then: GraphState
    private let subgraph: Subgraph?
    private let question: String?
    private let effects: [StepStory.Consequence]
    /// A long text is cut here: the exchange in the Model pane has all of it.
    private static let mostLines = 400

    private var record: GraphRecord { snapshot.record }
    private var state: GraphState { snapshot.state }
    private var glyphs: Glyphs { look.glyphs }

    init(_ story: StepStory, _ snapshot: Snapshot, width: Int, _ look: Look) {
        (self.story, self.snapshot, self.width, self.look) = (story, snapshot, width, look)
        then = story.used
        subgraph = story.subgraph()
        // A graph that is too large to be read is not written out.
        question = subgraph.map { $0.nodes.count > 5000 } ?? false ? nil : story.question()
        effects = subgraph.map { story.effects($0) } ?? []
    }

    func title(_ place: Int, of count: Int) -> String {
        let facts = record.optimizers[story.proposal.optimizer.index]
        let which = count > 1 ? ", \(place) of \(count)" : ""
        return "Step \(story.proposal.step) of \(look.letter(story.proposal.optimizer)) \(facts.name)  \(facts.kindName)\(which)  "
            + "\(story.fateText)  events \(story.events.lowerBound)–\(story.events.upperBound)"
    }

    func lines(_ opened: Set<Part>) -> [Line] {
        Part.allCases.flatMap { part -> [Line] in
            let isOpen = opened.contains(part)
            var head = TextLine("\(part.rawValue) \(part.title.padded(to: 10))", .textStrong)
            head = head.adding(summary(part)).truncated(to: width - 3, ellipsis: glyphs.ellipsis)
            head.pad(to: width - 2)
            head.add(" " + glyphs[isOpen ? .opened : .closed], .textDim)
            return [Line(part: part, line: head)] + (isOpen ? details(part) : [])
        }
    }

    // MARK: One row for each part

    private func summary(_ part: Part) -> TextLine {
        switch part {
        case .entries: return entriesSummary
        case .subgraph:
            guard let subgraph else { return TextLine("its feedback cannot be combined", .feedbackConflict) }
            let outputs = subgraph.outputs.prefix(2).map {
                "\(record.name($0)) = \(record.short($0, then.value($0, in: record), 16, exact: false))"
            }
            let text = "\(count(subgraph.nodes.count, "node")), \(subgraph.variables.count) \(glyphs[.parameter])"
            return TextLine(text).adding(outputs.isEmpty ? "" : "   out \(outputs.joined(separator: ", "))", .textDim)
        case .question: return TextLine(tokens(\.promptTokens)).adding(first(question) ?? "nothing was asked", .textDim)
        case .answer:
            let facts =
                story.exchanges.last.flatMap { try? record.models.exchanges[$0].result.get() }.map { ExchangeBox.facts($0) + "  " } ?? ""
            return TextLine(facts).adding(first(story.answerText(in: record)) ?? "", .textDim)
        case .changes:
            let changed = story.proposal.updates.count(where: \.isChange)
            let all = record.optimizers[story.proposal.optimizer.index].distinctParameters.count
            let rejected = story.proposal.rejected.isEmpty ? "" : ", \(story.proposal.rejected.count) rejected"
            return TextLine("\(changed) of \(all) \(glyphs[.parameter])").adding(rejected, .messageError)
        case .effect: return effectSummary
        }
    }

    private var entriesSummary: TextLine {
        let texts = story.texts.all
        guard let first = texts.first else { return TextLine("no feedback was used", .textDim) }
        let call = record.backwards[first.calls[0] - 1]
        return TextLine("\(story.texts.entryCount.grouped) used, \(count(texts.count, "text"))   ").adding(look.call(call.number, record))
            .adding(call.site.map { " line \($0.line)" } ?? "", .textDim).adding("  " + look.quoted(first.value), .feedback)
    }

    private var effectSummary: TextLine {
        guard story.fate.applied != nil else { return TextLine(story.fateText, .textDim) }
        guard let output = effects.first(where: { $0.isOutput && !$0.after.isEmpty }) else {
            return TextLine("no output has been computed since", .textDim)
        }
        let others = effects.filter { !$0.isOutput && $0.changed > 0 }.count
        return change(output, room: 30).adding(others > 0 ? "   and \(count(others, "other place"))" : "", .textDim)
    }

    private func tokens(_ count: (ModelAnswer) -> Int) -> String {
        let sum = story.exchanges.reduce(0) { sum, index in
            if case .success(let answer) = record.models.exchanges[index].result { return sum + count(answer) }
            return sum
        }
        return sum > 0 ? "\(sum.grouped) tokens  " : ""
    }

    private func first(_ text: String?) -> String? {
        text.map { $0.lines.lazy.filter { !$0.isEmpty }.prefix(4).joined(separator: " ") }
    }

    // MARK: Contents of a part

    private func details(_ part: Part) -> [Line] {
        switch part {
        case .entries: return entries
        case .subgraph: return graph
        case .question: return text(question ?? "", part)
        case .answer: return text(story.answerText(in: record), part)
        case .changes: return changes
        case .effect: return effects.flatMap { effect in places(effect) }
        }
    }

    private func text(_ text: String, _ part: Part) -> [Line] {
        let all = text.lines.lazy.flatMap { line in line.expandingTabs().wrapped(to: width - 4).map { (line, $0) } }.prefix(
            Self.mostLines + 1)
        let shown = all.prefix(Self.mostLines).map { whole, row in
            Line(part: part, line: TextLine("    " + row, whole.hasPrefix("#") ? .textStrong : .text))
        }
        return shown + (all.count > Self.mostLines ? [Line(part: part, line: TextLine("    \(glyphs.ellipsis)", .textDim))] : [])
    }

    private var entries: [Line] {
        story.texts.all.prefix(Self.mostLines).flatMap { text -> [Line] in
            var head = TextLine("  \(text.letter)  ", story.texts.areInConflict ? .feedbackConflict : .feedbackEqual)
            if text.entries.count > 1 { head.add("\(text.entries.count.grouped)×  ", .text) }
            for number in text.calls.prefix(4) { head = head.adding(look.call(number, record)).adding(" ") }
            if text.calls.count > 4 { head.add("and \(text.calls.count - 4) more", .textDim) }
            head.add(" on \(record.list(text.nodes(in: record)))", .textDim)
            let call = record.backwards[text.calls[0] - 1], target = Line.Target.moment(call.event + 1)
            let rows = look.quoted(text.value, most: 2000).wrapped(to: max(8, width - 6)).prefix(20)
            return [Line(part: .entries, line: head, target: target)]
                + rows.map { Line(part: .entries, line: TextLine("     " + $0, .feedback), target: target) }
        }
    }

    /// The nodes by level, those of one line and name together.
    private var graph: [Line] {
        guard let subgraph else { return [] }
        let outputs = Set(subgraph.outputs)
        var groups: [(first: NodeID, count: Int)] = [], places: [String: Int] = [:]
        for node in subgraph.nodes {
            let key =
                "\(record.baseName(node)) \(record.site(node)?.line ?? 0) \(outputs.contains(node)) \(record.isTrainable(node) ? node.index : -1)"
            if let place = places[key] {
                groups[place].count += 1
            } else {
                places[key] = groups.count
                groups.append((node, 1))
            }
        }
        let rows = groups.prefix(Self.mostLines).map { node, number -> Line in
            let name = (number > 1 ? "\(record.baseName(node)) ×\(number)" : record.name(node)).padded(to: 22, ellipsis: glyphs.ellipsis)
            let line = TextLine("    ").adding(look.mark(node, isOutput: outputs.contains(node), record))
                .adding(" " + name + " ", record.isTrainable(node) ? .nodeParameter : .text)
                .adding(record.short(node, then.value(node, in: record), 24, exact: false).padded(to: 26), .value)
                .adding(record.site(node).map { "line \($0.line)" } ?? "", .textDim)
            return Line(part: .subgraph, line: line, target: .node(node))
        }
        return rows + (groups.count > rows.count ? [Line(part: .subgraph, line: TextLine("    \(glyphs.ellipsis)", .textDim))] : [])
    }

    private var changes: [Line] {
        var lines: [Line] = []
        for update in story.proposal.updates {
            let name = TextLine("  \(glyphs[.parameter]) ", Sign.parameter.role).adding(record.name(update.parameter), .nodeParameter)
            let target = Line.Target.node(update.parameter)
            guard update.isChange else {
                lines.append(
                    Line(
                        part: .changes, line: name.adding("  \(record.short(update.parameter, update.old, 40)), nothing changed", .textDim),
                        target: target))
                continue
            }
            let old = record.text(update.parameter, update.old), new = record.text(update.parameter, update.new)
            let isLong = old.contains(where: \.isNewline) || new.contains(where: \.isNewline) || max(old.count, new.count) > 24
            guard isLong else {
                let (before, after) = record.pair(update.parameter, update.old, update.new, 40)
                let line = name.adding("  \(before) ", .diffRemoved).adding("→ ", .textDim).adding(after, .diffAdded)
                lines.append(Line(part: .changes, line: line, target: target))
                continue
            }
            lines.append(Line(part: .changes, line: name, target: target))
            let difference = TextDifference.lines(from: old, to: new, width: width - 2, look)
            lines += difference.prefix(Self.mostLines).map { Line(part: .changes, line: TextLine("  ").adding($0), target: target) }
        }
        for rejected in story.proposal.rejected {
            let text = "  \(glyphs.exception) \(rejected.parameter): \(record.short(rejected.value, 40)) rejected, \(rejected.reason)"
            lines += text.wrapped(to: width).map { Line(part: .changes, line: TextLine($0, .messageError)) }
        }
        if !story.proposal.unreached.isEmpty {
            let text = "  without feedback, and so unchanged: \(record.list(story.proposal.unreached, most: 8))"
            lines += text.wrapped(to: width).map { Line(part: .changes, line: TextLine($0, .textDim)) }
        }
        return lines
    }

    /// The values that one line computed before and after the step.
    private func places(_ effect: StepStory.Consequence) -> [Line] {
        let place = effect.name + (effect.before.count > 1 ? " ×\(effect.before.count)" : "")
        let head = TextLine("    ").adding(look.mark(effect.before[0], isOutput: effect.isOutput, record))
            .adding(" " + place.padded(to: 22, ellipsis: glyphs.ellipsis) + " ", effect.isOutput ? .textStrong : .text)
            .adding((effect.site.map { "line \($0.line)" } ?? "").padded(to: 10), .textDim)
        let target = (effect.after.first ?? effect.before.first).map { Line.Target.node($0) }
        return [Line(part: .effect, line: head.adding(change(effect, room: max(10, (width - 48) / 2))), target: target)]
    }

    private func change(_ effect: StepStory.Consequence, room: Int) -> TextLine {
        guard let before = effect.before.first, let after = effect.after.first else { return TextLine("not computed since", .textDim) }
        if effect.before.count > 1 {
            let pair = zip(effect.before, effect.after).first { state.value($0, in: record) != state.value($1, in: record) }
            let example =
                pair.map { before, after in
                    let texts = [before, after].map { record.short($0, state.value($0, in: record), room, exact: false) }
                    return "  \(texts[0]) → \(texts[1])"
                } ?? ""
            return TextLine("\(effect.changed) of \(effect.after.count) changed").adding(example, .textDim)
        }
        let old = state.value(before, in: record), new = state.value(after, in: record)
        if old == new { return TextLine("\(record.short(before, old, room)) as before", .textDim) }
        let texts = record.pair(after, old, new, room)
        return TextLine(texts.0, .diffRemoved).adding(" → ", .textDim).adding(texts.1, .diffAdded)
    }
}
