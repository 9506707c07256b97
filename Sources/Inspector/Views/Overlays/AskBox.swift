import Debugging
import Trace

/// A question to a language model before it is sent: its full text, its cost, and its keys.
struct AskBox: View {
    static let card = ViewCard(
        id: "ask", title: "Question to a model", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("ask.send", ["Enter"], "send", "send the question; where it cannot be sent, answer it by hand"),
            Action("ask.only-send", ["S"], "", "send the question"),
            Action("ask.edit", ["e"], "edit", "change the question in an editor"),
            Action("ask.by-hand", ["a"], "answer by hand", "answer the question by hand"),
            Action("ask.budget", ["b"], "budget", "change the budget"),
            Action("ask.refuse", ["D"], "discard", "discard the question: it gets no answer"),
        ])

    let asker: ModelQuestion.Asker
    private let event: Int
    private let byWorkflow: Bool
    private let wording: String
    private var facts: String
    private var failure: String?
    private let hasBudget: Bool
    /// Whether sending it may bring an answer.
    private var canSend: Bool
    private var text: ScrolledText
    private let point: QuestionPoint

    init(_ waiting: Session.Waiting, _ models: ModelStatus) {
        asker = waiting.question.asker
        event = waiting.event
        byWorkflow = waiting.byWorkflow
        wording = waiting.question.wording
        facts = Self.facts(waiting.question, models)
        failure = waiting.failure?.message
        hasBudget = models.budget != nil
        canSend = waiting.canSend
        point = QuestionPoint(waiting.problem)
        // The optimizer's fixed text comes first and is known; the reader wants the problem.
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

    /// Takes in the changes of the question, and its result.
    mutating func update(_ context: ViewContext) {
        guard let snapshot = context.snapshot, let waiting = snapshot.asking.waiting, waiting.event == event else { return }
        guard waiting.question.wording == wording else { return self = AskBox(waiting, snapshot.asking.models) }
        facts = Self.facts(waiting.question, snapshot.asking.models)
        failure = waiting.failure?.message
        canSend = waiting.canSend
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .news:
            let waiting = context.isRunning ? nil : context.snapshot?.asking.waiting
            return waiting?.event == event ? .unused : .wish(.close)
        case .action("box.close"): return .wishes([.turn(.close), .close])
        case .action("ask.send") where canSend, .action("ask.only-send") where canSend:
            return .wishes([.turn(.send), .ask("send"), .close])
        // It stays behind the editor, whose text may turn out to be unchanged.
        case .action("ask.edit"): return .wish(.edit(wording, .prompt))
        case .action("ask.by-hand"), .action("ask.send"): return .wish(.act("command.answer"))
        case .action("ask.budget"): return hasBudget ? .wish(.open(Prompt("budget ", context))) : .used
        case .action("ask.refuse"): return .wishes([.turn(.send), .ask("discard"), .close])
        default: return .used(text.handle(input))
        }
    }

    func searchable(_ context: ViewContext) -> Searchable? { text.searchable(in: id) }

    func hints(_ context: ViewContext) -> [Hint] {
        (canSend ? [context.hint("ask.send")] : []) + [context.hint("ask.edit"), context.hint("ask.by-hand")]
            + (hasBudget ? [context.hint("ask.budget")] : [])
            + [context.hint("ask.refuse"), context.hint(["move.down", "move.up"], "scroll"), context.hint("box.close")]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        let look = context.look, width = canvas.boxWidth(108)
        let head =
            (failure?.wrapped(to: width - 4) ?? []).map { TextLine($0, .messageError) } + [TextLine(facts, .textDim)]
            + point.lines(width: width - 4, most: canvas.rect.height / 4, look)
        let model = snapshot.asking.models.facts?.name ?? "a model"
        let title = "\(look.name(of: asker, snapshot.record)) asks \(model)\(byWorkflow ? "; the workflow waits" : "")"
        let inner = canvas.openBox(width: width, rows: max(4, text.count(width: width - 4) + head.count + 1), title: title)
        text.draw(below: head, into: &canvas, inner)
    }
}
