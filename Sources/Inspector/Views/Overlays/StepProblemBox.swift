import Debugging
import Trace

/// The problem that an optimizer would get in a step now: the question of one that asks a model, and the same words for a function.
struct StepProblemBox: View {
    static let card = ViewCard(
        id: "step-problem", title: "Problem of a step", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("step-problem.close", ["Enter", "V"], "", "close the problem"),
            Action("step-problem.propose", ["p"], "propose", "let the optimizer propose"),
        ], opener: Action(command: "prompt", "V"))

    private let optimizer: OptimizerID
    private let title: String
    private var text: ScrolledText?
    private var point = QuestionPoint(nil)

    static func opened(_ context: ViewContext) -> Opening {
        guard let (id, facts) = context.chosen else { return .refused("there is no optimizer yet: run on until one is made") }
        let title = "What \(context.look.letter(id)) \(facts.name) \(facts.kind.needsAnswer ? "would be asked" : "would get")"
        return .wishes([.open(StepProblemBox(optimizer: id, title: title)), .ask("prompt", .optimizer(id))])
    }

    private init(optimizer: OptimizerID, title: String) { (self.optimizer, self.title) = (optimizer, title) }

    func obstacle(to action: ActionID, _ context: ViewContext) -> String? {
        action == "step-problem.propose" ? context.refusal(ofKeyFor: "propose") : nil
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("step-problem.close"), .action("box.close"): return .wish(.close)
        case .action("step-problem.propose"): return .wishes([.close, .choose(optimizer), .act("command.propose")])
        case .reply(let reply, let request): return take(reply, request, context)
        default: return .used(text?.handle(input) ?? false)
        }
    }

    private mutating func take(_ reply: Reply, _ request: Request, _ context: ViewContext) -> Response {
        guard reply.invocation?.command == "prompt", !request.isTyped else { return .unused }
        switch reply.result {
        case .success(let outcome):
            let lines = outcome.lines(most: Notice.longest).flatMap(\.lines)
            // The fixed text of a question comes first and is known.
            text = ScrolledText(
                lines.map { TextLine($0, $0.hasPrefix("#") ? .textStrong : .text) },
                startingAt: lines.lastIndex(of: "### \(ChatMessage.Speaker.user.rawValue)") ?? 0)
            point = QuestionPoint(context.snapshot.flatMap { try? $0.state.problem(for: optimizer, in: $0.record) })
        case .failure(let report): text = ScrolledText(report.message.lines.map { TextLine($0, .messageError) })
        }
        return .used
    }

    func searchable(_ context: ViewContext) -> Searchable? { text?.searchable(in: id) }

    func hints(_ context: ViewContext) -> [Hint] {
        [context.hint(["move.down", "move.up"], "scroll"), context.hint("step-problem.propose"), context.hint("box.close")]
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let width = canvas.boxWidth(120)
        let head = point.lines(width: width - 4, most: canvas.rect.height / 4, context.look)
        let inner = canvas.openBox(width: width, rows: max(4, (text?.count(width: width - 4) ?? 4) + head.count + 1), title: title)
        guard text != nil else { return context.look.note("asking \(context.look.glyphs.ellipsis)", indent: 0, into: &canvas.frame, inner) }
        text?.draw(below: head, into: &canvas, inner)
    }
}
