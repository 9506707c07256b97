import Trace

/// Says in one sentence why two runs part.
struct PartingWords {
    private let left: ComparedRun
    private let right: ComparedRun
    private let contents: EventContents

    init(_ left: ComparedRun, _ right: ComparedRun, _ contents: EventContents) {
        (self.left, self.right, self.contents) = (left, right, contents)
    }

    func sentence(_ difference: Comparison.Difference) -> String {
        switch (difference.left, difference.right) {
        case (let mine?, let theirs?):
            (difference.isSameEvent ? both(mine.event - 1, theirs.event - 1) : other(mine, theirs)) + cause(mine, theirs)
        case (let mine?, nil): alone(mine, left, right) + byHand(mine.event, left)
        case (nil, let theirs?): alone(theirs, right, left) + byHand(theirs.event, right)
        case (nil, nil): ""
        }
    }

    private func alone(_ mention: Comparison.Mention, _ run: ComparedRun, _ other: ComparedRun) -> String {
        let place = mention.site.map { " at line \($0.line)" } ?? ""
        let kind = run.record.log[mention.event - 1].event.kind.rawValue
        return "\(run.title) has the \(kind) '\(mention.text.excerpt(80))'\(place), and \(other.title) does not"
    }

    private func byHand(_ event: Int, _ run: ComparedRun) -> String {
        run.isByHand(event - 1) ? ": it was done by hand" : ""
    }

    // MARK: Both have something there

    private func both(_ a: Int, _ b: Int) -> String {
        let mine = left.record, theirs = right.record
        switch (mine.log[a].event, theirs.log[b].event) {
        case (.node(let x), .node(let y)): return node(x, y)
        case (.optimizer(let x), .optimizer(let y)):
            let (one, other) = (mine.optimizers[x.index], theirs.optimizers[y.index])
            return one.kindName != other.kindName
                ? "\(one.name) is of kind \(one.kindName) in \(left.title) and \(other.kindName) in \(right.title)"
                : "\(one.name) attends to \(mine.list(one.distinctParameters)) in \(left.title) and "
                    + "\(theirs.list(other.distinctParameters)) in \(right.title)"
        case (.backward(let x), .backward(let y)): return backward(mine.backwards[x - 1], theirs.backwards[y - 1])
        case (.zero(let x), .zero(let y)):
            return
                "one zero clears \(cleared(mine.zeroes[x], mine)) in \(left.title) and \(cleared(theirs.zeroes[y], theirs)) in \(right.title)"
        case (.propose(let x), .propose(let y)):
            let who = mine.optimizers[mine.proposals[x].optimizer.index].name
            return "\(who) proposes \(changes(mine.proposals[x], mine)) in \(left.title) and "
                + "\(changes(theirs.proposals[y], theirs)) in \(right.title)"
        case (.update(let x), .update(let y)), (.set(let x), .set(let y)):
            let (one, other) = (mine.versions[Int(x)], theirs.versions[Int(y)])
            return
                "\(mine.name(of: one.writer)) sets \(mine.name(one.node)) to \(mine.short(one.node, one.value, 40, against: other.value, exact: true)) in \(left.title) "
                + "and to \(theirs.short(other.node, other.value, 40, against: one.value, exact: true)) in \(right.title)"
        case (.exchange(let x), .exchange(let y)): return exchange(mine.models.exchanges[x], theirs.models.exchanges[y])
        case (.score(let x), .score(let y)):
            return "the score \(mine.reports.scores[x].name) is \(Value.text(of: mine.reports.scores[x].value)) in \(left.title) and "
                + "\(Value.text(of: theirs.reports.scores[y].value)) in \(right.title)"
        case (.output(let x, _), .output(let y, _)):
            let (one, other) = (Value.string(mine.reports.texts[x]), Value.string(theirs.reports.texts[y]))
            return "\(left.title) prints \(one.short(50, against: other)) and \(right.title) prints \(other.short(50, against: one))"
        default: return other(left.mention(a), right.mention(b))
        }
    }

    private func other(_ mine: Comparison.Mention, _ theirs: Comparison.Mention) -> String {
        "\(left.title) goes on with '\(mine.text.excerpt(80))', and \(right.title) with '\(theirs.text.excerpt(80))'"
    }

    private func node(_ x: NodeID, _ y: NodeID) -> String {
        let mine = left.record, theirs = right.record, name = mine.name(x)
        let inputs = mine.inputs(x).map(\.node), others = theirs.inputs(y).map(\.node)
        if inputs.count != others.count || zip(inputs, others).contains(where: { !contents.isSame($0, $1) }) {
            return "\(name) is computed from \(mine.list(inputs)) in \(left.title) and from \(theirs.list(others)) in \(right.title)"
        }
        let (one, other) = (mine.firstValue(x), theirs.firstValue(y))
        let values =
            "\(mine.short(x, one, 40, against: other, exact: true)) in \(left.title) and "
            + "\(theirs.short(y, other, 40, against: one, exact: true)) in \(right.title)"
        if inputs.isEmpty { return "\(name) is made with the value \(values)" }
        for (input, other) in zip(inputs, others) {
            let before = (left.value(input, before: mine.event(x)), right.value(other, before: theirs.event(y)))
            guard before.0 != before.1 else { continue }
            return
                "\(name) is \(values), because \(mine.name(input)) is \(mine.short(input, before.0, 40, against: before.1, exact: true)) and "
                + theirs.short(other, before.1, 40, against: before.0, exact: true)
        }
        return "\(name) is \(values), although its inputs have the same values"
    }

    private func backward(_ mine: BackwardFacts, _ theirs: BackwardFacts) -> String {
        let who = mine.optimizer.map { "\(left.record.optimizers[$0.index].name)'s backward ▲\(mine.number)" } ?? "backward ▲\(mine.number)"
        if !contents.isSame(mine.output, theirs.output) {
            return
                "\(who) starts at \(left.record.name(mine.output)) in \(left.title) and at \(right.record.name(theirs.output)) in \(right.title)"
        }
        if mine.feedback != theirs.feedback {
            let texts = (Value.string(mine.feedback.text), Value.string(theirs.feedback.text))
            return
                "\(who) says \(texts.0.short(60, against: texts.1)) in \(left.title) and \(texts.1.short(60, against: texts.0)) in \(right.title)"
        }
        let run = mine.retains ? left : right
        return "\(who) retains the graph only in \(run.title)"
    }

    private func exchange(_ mine: ExchangeFacts, _ theirs: ExchangeFacts) -> String {
        let who = left.record.name(of: mine.asker)
        guard mine.request.messages == theirs.request.messages else {
            let pair = Self.firstLine(mine.questionText, theirs.questionText)
            return "\(who) asks another question (\(mine.purpose)): line \(pair.number) is \(pair.mine) in \(left.title) and "
                + "\(pair.theirs) in \(right.title)"
        }
        guard mine.request.model == theirs.request.model else {
            return "\(who) asks \(mine.request.model ?? "the session's model") in \(left.title) and "
                + "\(theirs.request.model ?? "the session's model") in \(right.title)"
        }
        let pair = Self.firstLine(mine.answerText, theirs.answerText)
        return "\(who) gets another answer to the same question: line \(pair.number) is \(pair.mine) in \(left.title) and "
            + "\(pair.theirs) in \(right.title)"
    }

    private static func firstLine(_ mine: String, _ theirs: String) -> (number: Int, mine: String, theirs: String) {
        let a = mine.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let b = theirs.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let at = zip(a, b).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(a.count, b.count)
        let (one, other) = (at < a.count ? Value.string(a[at]) : nil, at < b.count ? Value.string(b[at]) : nil)
        return (
            at + 1, one.map { $0.short(60, against: other ?? .none) } ?? "missing",
            other.map { $0.short(60, against: one ?? .none) } ?? "missing"
        )
    }

    private func cleared(_ zero: ZeroFacts, _ record: GraphRecord) -> String {
        zero.cleared.isEmpty ? "nothing" : "\(count(zero.entries.count, "entry", "entries")) on \(record.list(zero.cleared))"
    }

    private func changes(_ proposal: Proposal, _ record: GraphRecord) -> String {
        proposal.updates.isEmpty
            ? "nothing"
            : Words.row(proposal.updates, most: 2) {
                "\(record.name($0.parameter)) = \(record.short($0.parameter, $0.new, 24, exact: true))"
            }
    }

    // MARK: Causes

    private func cause(_ mine: Comparison.Mention, _ theirs: Comparison.Mention) -> String {
        switch (left.isByHand(mine.event - 1), right.isByHand(theirs.event - 1)) {
        case (true, false): return ": in \(left.title) it was done by hand"
        case (false, true): return ": in \(right.title) it was done by hand"
        default: break
        }
        if let one = left.line(at: mine.site), let other = right.line(at: theirs.site), one != other,
            left.sources.first?.language == right.sources.first?.language
        {
            return ": the lines that did it differ, `\(Self.cut(one))` and `\(Self.cut(other))`"
        }
        guard let one = left.surroundings, let other = right.surroundings else { return "" }
        if one.seed != other.seed { return ": they were run with other random numbers, --seed \(one.seed) and \(other.seed)" }
        if one.arguments != other.arguments { return ": they were run with other arguments" }
        return ""
    }

    private static func cut(_ line: String) -> String { line.count > 60 ? line.prefix(59) + "…" : line }
}
