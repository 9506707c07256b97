import Debugging
import Trace

/// Writes the subject of a pause into the Node pane: the event, its nodes, and the keys that lead on.
struct SubjectLines {
    private let subject: StopSubject
    private let snapshot: Snapshot
    private let width: Int
    private let context: ViewContext
    private(set) var lines: [NodeLine] = []

    private var look: Look { context.look }
    private var record: GraphRecord { snapshot.record }
    private var state: GraphState { snapshot.state }
    /// Longer lists are cut.
    private static let most = 30

    /// Nil where the node itself says everything, as for a watch or a breakpoint.
    init?(_ subject: StopSubject, _ snapshot: Snapshot, width: Int, _ context: ViewContext) {
        self.subject = subject
        self.snapshot = snapshot
        self.width = max(12, width)
        self.context = context
        switch subject.kind {
        case .conflict: conflict()
        case .question: question()
        case .proposal: proposal()
        case .failure, .disconnected: failure()
        case .ended: ended()
        case .error: failure()
        case .watch, .breakpoint: return nil
        }
        keys()
    }

    /// The title in the border of the pane.
    static func title(_ subject: StopSubject, _ snapshot: Snapshot) -> String {
        let name = subject.optimizer.flatMap {
            $0.index < snapshot.record.optimizers.count ? snapshot.record.optimizers[$0.index].name : nil
        }
        return switch subject.kind {
        case .conflict: "Conflict" + (name.map { " of \($0)" } ?? "")
        case .question: "Question" + (name.map { " of \($0)" } ?? "")
        case .proposal: "Proposal" + (name.map { " of \($0)" } ?? "")
        case .failure: "Failed"
        case .disconnected: "Disconnected"
        case .ended: "Ended"
        case .error: "Error" + (name.map { " of \($0)" } ?? "")
        case .watch, .breakpoint: ""
        }
    }

    // MARK: Writing

    private mutating func add(_ line: TextLine = TextLine(), _ target: NodeLine.Target? = nil) {
        lines.append(NodeLine(line: line, target: target))
    }

    private mutating func add(_ text: String, _ role: Role = .text, indent: Int = 0, most: Int = .max, _ target: NodeLine.Target? = nil) {
        let all = text.lines.flatMap { $0.expandingTabs().wrapped(to: max(4, width - indent)) }
        for line in all.prefix(most) { add(TextLine(String(repeating: " ", count: indent) + line, role), target) }
        if all.count > most { add(TextLine(String(repeating: " ", count: indent) + look.glyphs.ellipsis, .textDim), target) }
    }

    /// A parameter with its value, its version and those that attend to it.
    private func parameter(_ id: NodeID, letter: String, _ value: String) -> TextLine {
        var line = TextLine(letter.isEmpty ? "" : letter + " ", .textStrong)
        let letters = state.optimizers(attendingTo: id, in: record)
        let end = "  v\(state.versionCount(id, in: record))" + (letters.isEmpty ? "" : "  ")
        let room = width - line.width - record.name(id).displayWidth - 3 - end.displayWidth - 2 * min(6, letters.count)
        line.add(record.name(id), record.isTrainable(id) ? .nodeParameter : .text)
        if record.isTrainable(id) { line.add(" " + look.glyphs[.parameter], Sign.parameter.role) }
        let text = value.truncated(to: max(6, room), ellipsis: look.glyphs.ellipsis)
        line.pad(to: width - text.displayWidth - end.displayWidth - 2 * min(6, letters.count))
        line.add(text, .value)
        line.add(end, .textDim)
        for id in letters.prefix(6) { line.add(look.letter(id) + " ", .optimizer(id.index)) }
        return line
    }

    /// The keys that work, two in a row.
    private mutating func keys() {
        let hints = context.subjectHints
        guard !hints.isEmpty else { return }
        add()
        let half = max(14, width / 2)
        var line = TextLine()
        for (place, hint) in hints.enumerated() {
            if place % 2 == 1 { line.pad(to: half) }
            line.add(hint.keys.map(\.text).joined(separator: " "), .helpKey)
            line.add(" " + hint.label, .textDim)
            if place % 2 == 1 || place == hints.count - 1 {
                add(line)
                line = TextLine()
            }
        }
    }
}

// MARK: What went wrong

extension SubjectLines {
    /// The texts that exclude one another, each with its node, its writer, and its place.
    private mutating func conflict() {
        guard let event = subject.event, event <= record.log.count, case .conflict(let index) = record.log[event - 1].event,
            case .conflict(let conflict) = record.reports.failures[index].error
        else { return add(subject.text, .feedbackConflict) }
        var texts: [Value] = []
        for side in conflict.sides where !texts.contains(side.feedback) { texts.append(side.feedback) }
        // The letters are those of the graph and of the commands, as long as the conflict is there.
        let known = subject.optimizer.flatMap { context.derived.subgraphs.conflictStory($0, snapshot) }?.texts.all.filter(\.isGraph) ?? []
        func letter(_ place: Int) -> String {
            known.first { $0.value == texts[place] }?.letter ?? (place < 26 ? FeedbackTexts.letter(place) : String(look.glyphs.none))
        }
        if !known.isEmpty {
            texts.sort { one, other in known.firstIndex { $0.value == one } ?? .max < known.firstIndex { $0.value == other } ?? .max }
        }
        add("\(count(texts.count, "text")) cannot be combined", .feedbackConflict)
        for (place, text) in texts.prefix(Self.most).enumerated() {
            add()
            let sides = conflict.sides.filter { $0.feedback == text }
            var shown = Set<NodeID>()
            for side in sides.prefix(4) where shown.insert(side.node).inserted {
                let entry = number(of: side).map { NodeLine.Target.entry(side.node, $0) } ?? .node(side.node)
                let letter = shown.count == 1 ? letter(place) : " "
                add(parameter(side.node, letter: letter, record.short(side.node, state.value(side.node, in: record), 24)), entry)
                add(writer(side), entry)
            }
            if sides.count > 4 { add("and \(sides.count - 4) more of the same", .textDim, indent: 2) }
            let quoted = look.glyphs.quotes.open + String(text.text.prefix(400)) + look.glyphs.quotes.close
            add(quoted, .feedback, indent: 2, most: 4)
        }
        if texts.count > Self.most { add("and \(count(texts.count - Self.most, "more text"))", .textDim) }
        why(event)
        others()
    }

    private func writer(_ side: AggregationConflict.Side) -> TextLine {
        var line = TextLine("  \(look.glyphs[.backwardEvent])\(side.backward)", .textDim)
        guard record.backwards.indices.contains(side.backward - 1) else { return line }
        let call = record.backwards[side.backward - 1]
        if let id = call.optimizer {
            line.add(" by ", .textDim)
            line.add("\(look.letter(id)) \(record.optimizers[id.index].name)", .optimizer(id.index))
        }
        if let site = call.site { line.add(", line \(site.line)", .textDim) }
        if case .child(let child) = side.source {
            line.add(", from \(record.name(child))", .textDim)
        } else {
            line.add(", from user", .textDim)
        }
        return line
    }

    /// The place of a side's entry among those of its node, counted from 1; nil if it is there no more.
    private func number(of side: AggregationConflict.Side) -> Int? {
        let entries = state.entries(side.node, in: record).flatMap { list in list.entries.map { (list.source, $0) } }
        return entries.firstIndex { $0.0 == side.source && $0.1.backward == side.backward }.map { $0 + 1 }
    }

    /// The cause, and what to do, as far as the search for problems has come.
    private mutating func why(_ event: Int) {
        let found = snapshot.problems.findings.filter { $0.event == event }
        guard let finding = found.first(where: { $0.code == .conflict }) ?? found.last else { return }
        add()
        add("What to do: \(finding.fix)", .text)
    }

    /// The optimizers that the same is in the way of.
    private mutating func others() {
        let others = (0..<state.optimizerCount).prefix(64).map { OptimizerID($0) }
            .filter { $0 != subject.optimizer && context.conflict($0) != nil }
        guard !others.isEmpty else { return }
        add()
        var line = TextLine("Also in the way of", .text)
        for id in others.prefix(8) {
            line.add("  ")
            line.add("\(look.letter(id)) \(record.optimizers[id.index].name)", .optimizer(id.index))
        }
        add(line)
    }

    private mutating func failure() {
        add(subject.text, .messageError)
        if let stack = snapshot.failure?.stack, !stack.isEmpty, snapshot.cursor == nil {
            add()
            for frame in stack.prefix(8) { add("in \(frame.function), \(frame.site.file):\(frame.site.line)", .textDim) }
        }
        // Of several problems at one event, the worst one stopped the workflow.
        if let event = subject.event,
            let finding = snapshot.problems.findings.filter({ $0.event == event }).max(by: { $0.severity < $1.severity })
        {
            add()
            add("What to do: \(finding.fix)", .text)
        }
        if subject.kind == .failure, snapshot.cursor == nil { return summary() }
        guard subject.kind == .error, let event = subject.event, event <= record.log.count else { return }
        let nodes = record.log[event - 1].event.nodes(in: record).filter { $0.index < state.nodeCount }
        if !nodes.isEmpty { add() }
        for id in nodes.prefix(Self.most) {
            add(parameter(id, letter: "", record.short(id, state.value(id, in: record), 24)), .node(id))
        }
    }
}

// MARK: Questions and proposals

extension SubjectLines {
    private mutating func question() {
        guard let waiting = snapshot.asking.waiting, snapshot.cursor == nil else {
            if let event = subject.event, event <= record.log.count { add(record.text(of: record.log[event - 1].event)) }
            return
        }
        add(look.name(of: waiting.question.asker, record) + " waits for an answer", .messageWarning)
        if let failure = waiting.failure { add(failure.message, .messageError) }
        guard let problem = waiting.problem else { return add(waiting.question.wording, .text, most: 12) }
        let feedback = problem.lines(.feedback).joined(separator: "\n")
        if !feedback.isEmpty {
            add()
            add(feedback, .feedback, most: 8)
        }
        for variable in problem.variables.prefix(Self.most) {
            add()
            add(parameter(variable.node, letter: "", record.short(variable.node, variable.value, 24)), .node(variable.node))
        }
    }

    private mutating func proposal() {
        guard let event = subject.event, event <= record.log.count, case .propose(let index) = record.log[event - 1].event else { return }
        let proposal = record.proposals[index]
        add("\(count(proposal.updates.count, "parameter")) would change", .text)
        for update in proposal.updates.prefix(Self.most) {
            add()
            add(TextLine(record.name(update.parameter), .nodeParameter), .node(update.parameter))
            change(of: update.parameter, from: update.old, to: update.new)
        }
        for rejected in proposal.rejected.prefix(4) { add("\(rejected.parameter): \(rejected.reason)", .messageError) }
    }

    private mutating func change(of node: NodeID, from old: Value, to new: Value) {
        let (before, after) = record.pair(node, old, new, width / 2 - 4), target = NodeLine.Target.node(node)
        var line = TextLine("  " + before, .diffRemoved)
        line.add(" \(look.glyphs.right) ", .textDim)
        line.add(after, .diffAdded)
        if line.width <= width { return add(line, target) }
        add(TextLine("  " + record.short(node, old, width - 2), .diffRemoved), target)
        add(TextLine("  " + record.short(node, new, width - 2, against: old, exact: true), .diffAdded), target)
    }
}

// MARK: The end

extension SubjectLines {
    private mutating func ended() {
        add("\(context.fileName) has ended after \(count(snapshot.events, "event"))", .textStrong)
        summary()
    }

    /// The results of the run: parameters, steps, problems and cost.
    private mutating func summary() {
        let optimizers = (0..<state.optimizerCount).map { OptimizerID($0) }
        let parameters = Set(optimizers.prefix(200).flatMap { record.optimizers[$0.index].distinctParameters }).filter {
            $0.index < state.nodeCount
        }
        if !parameters.isEmpty {
            add()
            add(TextLine("Parameters", .textStrong).adding("  first \(look.glyphs.right) last", .textDim))
        }
        for id in parameters.sorted().prefix(Self.most) {
            let first = record.firstValue(id), last = state.value(id, in: record)
            let (before, after) = record.pair(id, first, last, max(8, width / 2 - 8))
            let text = first == last ? after + "  same" : "\(before) \(look.glyphs.right) \(after)"
            var line = parameter(id, letter: "", text)
            if line.width > width { line = TextLine(record.name(id), .nodeParameter) }
            add(line, .node(id))
            if line.spans.count == 1 { add(TextLine("  " + text, .value), .node(id)) }
        }
        if parameters.count > Self.most { add("and \(count(parameters.count - Self.most, "more parameter"))", .textDim) }
        let stepping = optimizers.filter { state.steps[$0.index] > 0 }
        add()
        let steps = stepping.reduce(0) { $0 + state.steps[$1.index] }
        var line = TextLine(steps == 0 ? "no steps" : count(steps, "step"), .textStrong)
        for id in stepping.prefix(8) { line.add("  \(look.letter(id)) \(state.steps[id.index])", .optimizer(id.index)) }
        let calls = "   \(count(state.backwardCount, "backward", "backwards"))"
        if line.width + calls.count <= width { line.add(calls, .textDim) }
        add(line)
        problems()
        let total = Ledger(of: record, upTo: state.events).total
        if total.requests > 0 { add("Models: \(total.text)", .text) }
    }

    /// The number of problems of each kind.
    private mutating func problems() {
        var kinds: [Finding.Code] = []
        for finding in snapshot.problems.findings where finding.severity > .note && !kinds.contains(finding.code) {
            kinds.append(finding.code)
        }
        let blocked = (0..<state.optimizerCount).prefix(64).map { OptimizerID($0) }.filter { context.conflict($0) != nil }
        for id in blocked.prefix(8) {
            add(
                TextLine("\(look.glyphs[.wouldFail]) ", Sign.wouldFail.role)
                    .adding("\(look.letter(id)) \(record.optimizers[id.index].name)", .optimizer(id.index)).adding(" could not step", .text)
            )
        }
        guard !kinds.isEmpty else {
            if blocked.isEmpty { add(snapshot.problems.seeksMore ? "looking for problems" : "no problems", .textDim) }
            return
        }
        add(TextLine("Problems", .textStrong).adding("  \(context.keymap.key(Arrangement.focusing("problems"))) lists them", .textDim))
        for code in kinds.sorted(by: { $0.severity > $1.severity }) {
            let found = snapshot.problems.findings.filter { $0.code == code }, times = found.reduce(0) { $0 + $1.times }
            let sign: Sign = code.severity == .error ? .error : .warning
            let again = times > found.count ? "  \(count(times, "time")) in all" : ""
            add(
                TextLine("  \(look.glyphs[sign]) ", sign.role).adding("\(found.count.grouped) \(code.rawValue)", .text)
                    .adding(again, .textDim))
        }
    }
}
