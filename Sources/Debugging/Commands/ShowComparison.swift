import Trace

extension Comparison {
    /// The comparison as text and as JSON.
    func outcome(_ fold: Fold) -> Outcome {
        var parts: [TextPart] = [.text(heading)]
        if !isEqual {
            parts += section("differences  \(differenceCount.grouped)", differences.map(text), fold, "differences")
            let changed = parameters.filter { !$0.isSame }
            parts += section(
                "parameters  \(Self.differing(changed.count, of: parameters.count))", changed.map { text($0, noted: true) }, fold,
                "parameters")
            parts += section(
                "questions and answers  \(Self.differing(exchanges.count))", exchanges.flatMap { text($0, fold) }, fold, "lines")
            parts += section("outputs  \(Self.differing(outputs.count))", outputs.map { text($0, noted: false) }, fold, "outputs")
        }
        parts.append(.text(totals))
        return Outcome(parts, JSONDocument(json)).meaning(.comparison(self))
    }

    /// - Parameter all: whether nothing is left out of long lists.
    package func outcome(showingAll all: Bool) -> Outcome { outcome(Fold(command: "compare", all: all)) }

    /// A clause about how many differ: "1 differs", "2 of 3 differ", "all 3 are the same".
    package static func differing(_ number: Int, of all: Int? = nil) -> String {
        if number == 0, let all { return all == 1 ? "the only one is the same" : "all \(all.grouped) are the same" }
        return number.grouped + (all.map { " of \($0.grouped)" } ?? "") + (number == 1 ? " differs" : " differ")
    }

    private var heading: String {
        let sides = "\(left.title) (\(left.standing)) ↔ \(right.title) (\(right.standing))"
        guard let first else {
            return "\(sides)\n" + (isEqual ? "no difference" : "the same events, and other values")
        }
        return [sides, commonText, "first difference: \(Self.place(first))\(reason ?? "")"].joined(separator: "\n")
    }

    /// The length of the common part.
    package var commonText: String {
        guard let last = lastCommon else { return "different from the first event on" }
        return "the same up to event \(last.event)\(last.site.map { ", line \($0.line)" } ?? ""): \(last.text.excerpt(100))"
    }

    /// The places of the two sides of a difference.
    package static func place(_ difference: Difference) -> String {
        let numbers = [difference.left?.event, difference.right?.event].compactMap(\.self)
        let lines = [difference.left?.site?.line, difference.right?.site?.line].compactMap(\.self)
        let events = Set(numbers).count == 1 ? "event \(numbers[0])" : "events \(numbers.map(String.init).joined(separator: " and "))"
        if lines.isEmpty { return "\(events): " }
        return Set(lines).count == 1
            ? "\(events), line \(lines[0]): " : "\(events), lines \(lines.map(String.init).joined(separator: " and ")): "
    }

    private func section(_ title: String, _ lines: [String], _ fold: Fold, _ noun: String) -> [TextPart] {
        lines.isEmpty ? [] : [.text("\n\(title)")] + fold.rows(lines, noun)
    }

    private func text(_ difference: Difference) -> String {
        let more = difference.more > 0 ? "  and \(count(difference.more, "more node"))" : ""
        return "  \(difference.kind.rawValue): \(difference.what)\(more)\n    \(text(difference.left))\n    \(text(difference.right))"
    }

    private func text(_ mention: Mention?) -> String {
        mention.map { "\($0.event)  \($0.text.excerpt(200))" } ?? "–"
    }

    private func text(_ row: Row, noted: Bool) -> String {
        func cell(_ cell: Row.Content?, against other: Row.Content?) -> String {
            guard let cell else { return "–" }
            return cell.value.short(100, against: other?.value ?? .none, cell.spelling) + (noted ? " (\(cell.note))" : "")
        }
        let change = row.change.map { "  \($0)" } ?? ""
        return "  \(row.name)  \(cell(row.left, against: row.right)) ↔ \(cell(row.right, against: row.left))\(change)"
    }

    private func text(_ exchange: QuestionPair, _ fold: Fold) -> [String] {
        guard let one = exchange.left, let other = exchange.right else {
            return ["  \(exchange.name)  only in \(exchange.left == nil ? right.title : left.title)"]
        }
        var lines = ["  \(exchange.name)"]
        for (name, mine, theirs) in [("question", one.question, other.question), ("answer", one.answer, other.answer)] {
            guard mine != theirs else {
                lines.append("    \(name): the same")
                continue
            }
            lines.append("    \(name):")
            lines += LineDifference.folded(LineDifference.between(mine.lines, theirs.lines)).map { "      " + fold.line($0.text) }
        }
        return lines
    }

    /// The totals of both sides, one number after the other; equal ones once.
    package var totals: String {
        func pair(_ name: String, _ mine: String, _ theirs: String) -> String {
            "\(name) \(mine == theirs ? mine : "\(mine) ↔ \(theirs)")"
        }
        let (a, b) = (left.totals, right.totals)
        return [
            pair("events", a.events.grouped, b.events.grouped), pair("steps", a.steps.grouped, b.steps.grouped),
            pair("backward calls", a.backwards.grouped, b.backwards.grouped), pair("outputs", a.outputs.grouped, b.outputs.grouped),
            pair("tokens", a.tokens.grouped, b.tokens.grouped), pair("cost", Dollars.text(a.cost), Dollars.text(b.cost)),
        ].joined(separator: "  ")
    }
}

extension Comparison.Row {
    /// The relative change of a number on the right side, in percent.
    package var change: String? {
        guard let mine = left?.value.number, let theirs = right?.value.number, mine != 0, mine != theirs, mine.isFinite, theirs.isFinite
        else { return nil }
        let percent = (theirs - mine) / abs(mine) * 100
        guard abs(percent) < 1_000_000 else { return nil }
        let shown = abs(percent) >= 10 ? percent.rounded() : (percent * 10).rounded() / 10
        let text = shown == shown.rounded() ? String(Int(shown)) : Value.text(of: shown)
        return "\(shown > 0 ? "+" : "")\(text) %"
    }
}

extension LineDifference {
    /// The line with its sign.
    var text: String {
        switch self {
        case .same(let line): "  \(line)"
        case .removed(let line): "- \(line)"
        case .added(let line): "+ \(line)"
        case .folded(let number): "… \(count(number, "line")) the same"
        }
    }
}

// MARK: JSON

extension Comparison {
    private var json: JSON {
        [
            "equal": .bool(isEqual), "left": left.json, "right": right.json, "common": .int(common), "last_common": Self.json(lastCommon),
            "reason": JSON(reason), "difference_count": .int(differenceCount), "differences": .array(differences.map(Self.json)),
            "parameters": .array(parameters.map(\.json)), "exchanges": .array(exchanges.map(\.json)),
            "outputs": .array(outputs.map(\.json)),
        ]
    }

    private static func json(_ mention: Mention?) -> JSON {
        guard let mention else { return .null }
        return [
            "event": .int(mention.event), "file": JSON(mention.site?.file), "line": JSON(mention.site?.line), "text": .string(mention.text),
        ]
    }

    private static func json(_ difference: Difference) -> JSON {
        [
            "kind": .string(difference.kind.rawValue), "what": .string(difference.what), "left": json(difference.left),
            "right": json(difference.right), "more_nodes": .int(difference.more),
        ]
    }
}

extension Comparison.Side {
    fileprivate var json: JSON {
        [
            "title": .string(title), "branch": JSON(branch), "standing": .string(standing), "events": .int(totals.events),
            "steps": .int(totals.steps), "backwards": .int(totals.backwards), "outputs": .int(totals.outputs),
            "tokens": .int(totals.tokens),
            "cost": .number(totals.cost),
        ]
    }
}

extension Comparison.Row {
    fileprivate var json: JSON {
        func json(_ cell: Content?) -> JSON { cell.map { ["value": JSON($0.value), "note": .string($0.note)] } ?? .null }
        return ["name": .string(name), "same": .bool(isSame), "left": json(left), "right": json(right)]
    }
}

extension Comparison.QuestionPair {
    fileprivate var json: JSON {
        func json(_ texts: Texts?) -> JSON { texts.map { ["question": .string($0.question), "answer": .string($0.answer)] } ?? .null }
        return ["name": .string(name), "left": json(left), "right": json(right)]
    }
}
