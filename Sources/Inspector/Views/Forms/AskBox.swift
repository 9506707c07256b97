import Debugging
import Trace

/// A question to a language model before it is sent: all that will be said, what it takes, and what can be done with it.
struct AskBox: Sendable {
    let asker: ModelQuestion.Asker
    let event: Int
    private let byWorkflow: Bool
    private let wording: String
    private let facts: String
    private let failure: String?
    let hasBudget: Bool
    /// Whether sending it may bring an answer.
    let canSend: Bool
    private var text: ScrolledText

    init(_ waiting: Session.Waiting, _ models: ModelStatus) {
        asker = waiting.question.asker
        event = waiting.event
        byWorkflow = waiting.byWorkflow
        wording = waiting.question.wording
        facts = Self.facts(waiting.question, models)
        failure = waiting.failure?.message
        hasBudget = models.budget != nil
        canSend = waiting.canSend
        // What the optimizer always says comes first and is known: the problem is what one wants to read.
        let lines = Self.lines(waiting.question)
        text = ScrolledText(lines, startingAt: lines.lastIndex { $0.spans.first?.role == .promptLabel } ?? 0)
    }

    private static func facts(_ question: ModelQuestion, _ models: ModelStatus) -> String {
        var facts = ["about \(question.estimatedTokens.grouped) tokens"]
        if let cost = models.facts?.cost(promptTokens: question.estimatedTokens, completionTokens: 0) {
            facts.append("\(Dollars.text(cost)) before the answer")
        }
        if let length = models.facts?.contextLength { facts.append("of \(length.grouped) that the model takes") }
        if question.parts.count > 1 { facts.append(count(question.parts.count, "request", "requests") + " at once") }
        if question.round > 1 { facts.append("round \(question.round)") }
        if let budget = models.budget { facts.append("\(budget.leftText) of the budget") }
        return facts.joined(separator: ", ")
    }

    private static func lines(_ question: ModelQuestion) -> [TextLine] {
        var lines: [TextLine] = []
        for (number, part) in question.parts.enumerated() {
            if number > 0, part.request.messages == question.parts[0].request.messages { continue }
            if question.parts.count > 1 { lines.append(TextLine("\(part.purpose)", .nodeParameter)) }
            for message in part.request.messages {
                lines.append(TextLine("\(message.role.rawValue)", .promptLabel))
                lines += message.content.lines.map { TextLine($0, $0.hasPrefix("#") ? .textStrong : .text) }
                lines.append(TextLine(""))
            }
        }
        return lines
    }

    /// Whether the question, or what came of it, has changed since.
    func isOutdated(_ waiting: Session.Waiting) -> Bool {
        waiting.question.wording != wording || waiting.failure?.message != failure || waiting.canSend != canSend
    }

    mutating func handle(_ key: Key) -> FormResult {
        switch key {
        case .named(.escape), .character("q"), .control("c"): return .closed
        case .named(.enter) where canSend, .character("S") where canSend: return .done([.command("send")])
        case .character("e"), .control("o"): return .done([.edit(text: wording, purpose: .prompt)])
        case .control("r"), .character("D"): return .done([.command("discard")])
        default:
            _ = text.handle(key)
            return .open
        }
    }

    mutating func scroll(_ distance: Int) { text.scroll(distance) }

    var hints: [Hint] {
        (canSend ? [Hint(key: "Enter", label: "send")] : [])
            + [Hint(key: "e", label: "edit"), Hint(key: "a", label: "answer by hand")]
            + (hasBudget ? [Hint(key: "b", label: "budget")] : [])
            + [Hint(key: "D", label: "refuse"), Hint(key: "j/k", label: "scroll"), Hint(key: "Esc", label: "later")]
    }

    mutating func draw(into frame: inout Frame, area: Rect, _ snapshot: Snapshot, _ look: Look) {
        let width = min(108, area.width - 2)
        let head = (failure?.wrapped(to: width - 4) ?? []).map { TextLine($0, .messageError) } + [TextLine(facts, .textDim)]
        let rows = min(area.height, max(6, text.count(width: width - 4) + head.count + 3))
        let rect = Rect(x: area.midX - width / 2, y: area.minY + max(0, area.height - rows) / 2, width: width, height: rows)
        let model = snapshot.models.facts?.name ?? "a model"
        let title = "\(look.name(of: asker, snapshot.record)) asks \(model)\(byWorkflow ? "; the workflow waits" : "")"
        let inner = look.box(rect, title: title, into: &frame)
        for (row, line) in head.enumerated() where row < inner.height {
            frame.put(line, in: inner.row(row), theme: look.theme, glyphs: look.glyphs)
        }
        let rule = inner.minY + head.count
        guard rule < inner.maxY - 1 else { return }
        frame.horizontalLine(
            from: Point(x: rect.minX + 1, y: rule), length: rect.width - 2, glyph: look.glyphs.square.horizontal,
            style: look.theme[.paneBorder])
        let below = Rect(x: inner.minX, y: rule + 1, width: inner.width, height: inner.maxY - rule - 1)
        text.draw(into: &frame, inner: below, box: Rect(x: rect.minX, y: rule, width: rect.width, height: rect.maxY - rule), look)
    }
}
