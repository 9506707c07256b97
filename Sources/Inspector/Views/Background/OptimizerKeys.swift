import Debugging
import Trace

/// The keys of proposals and steps, with the boxes that come of them.
struct OptimizerKeys: View {
    static let card = ViewCard(
        id: "optimizer", title: "Optimizer", slot: .background,
        actions: [
            Action(command: "propose", "p"), Action(command: "send", "S"), Action(command: "answer", "a"),
            Action(command: "update", "U"), Action(command: "discard", "D"), Action(command: "step", "s"),
        ])
    private(set) var flow = OptimizerFlow.idle

    mutating func restart() { flow = .idle }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("command.propose"): return context.doing("command.propose") { propose(applies: false, context) }
        case .action("command.step"): return context.doing("command.step") { propose(applies: true, context) }
        case .action("command.update"): return context.doing("command.update") { settle("update", context) }
        case .action("command.discard"): return context.doing("command.discard") { settle("discard", context) }
        case .action("command.answer"): return context.doing("command.answer") { open(asHand: true, context) }
        case .action("command.send"): return context.doing("command.send") { open(asHand: false, context) }
        case .action("proposal.again"): return .wishes(again(context))
        case .act(let act):
            // The question is still there below the form for an answer.
            if act == .close, case .answering = flow, context.overlays.count > 1 { return .used }
            return .wishes(turn(act, context))
        case .news: return Response(isUsed: false, wishes: turn(.look, context))
        case .reply(let reply, let request): return replied(reply, to: request, context)
        default: return .unused
        }
    }

    private mutating func turn(_ act: OptimizerFlow.Act, _ context: ViewContext) -> [Wish] {
        show(flow.turn(act, OptimizerFlow.Situation(context)), context)
    }

    private func show(_ next: OptimizerFlow.Next, _ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot else { return [] }
        switch next {
        case .nothing: return []
        case .question: return snapshot.asking.waiting.map { [.open(AskBox($0, snapshot.asking.models))] } ?? []
        case .answer(let values): return snapshot.asking.waiting.map { answer($0, values, context) } ?? []
        case .proposal(let id): return [.open(ProposalBox(id))]
        case .apply(let id): return [.ask("update", .optimizer(id))]
        }
    }

    /// The form for an answer by hand, with the text that was typed there before.
    private func answer(_ waiting: Session.Waiting, _ values: [NodeID: Value], _ context: ViewContext) -> [Wish] {
        let empty = AnswerForm(waiting, values: values)
        let restored = values.isEmpty ? context.notebook.restore(empty) : empty
        return [.open(restored)] + (restored == empty ? [] : [.say("your text is back")])
    }

    private mutating func open(asHand: Bool, _ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot, let waiting = snapshot.asking.waiting else { return [] }
        _ = flow.turn(.open, OptimizerFlow.Situation(context))
        return asHand ? answer(waiting, [:], context) : [.open(AskBox(waiting, snapshot.asking.models))]
    }

    private mutating func propose(applies: Bool, _ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot, let (id, facts) = context.chosen else { return [.ask(applies ? "step" : "propose")] }
        if let waiting = snapshot.asking.waiting, waiting.optimizer == id || waiting.byWorkflow { return turn(.open, context) }
        // A question that was asked before is shown first; there it can be asked again.
        let stands = facts.kind.needsAnswer && !applies && snapshot.state.proposals[id] != nil
        if let standing = snapshot.asking.reviewing ?? (stands ? id : nil), snapshot.cursor == nil {
            flow = .reviewing(standing)
            return [.open(ProposalBox(standing))]
        }
        guard facts.kind.needsAnswer || !applies else { return [.ask("step", .optimizer(id))] }
        return turn(.ask(OptimizerFlow.Goal(optimizer: id, applies: applies)), context) + [.ask("propose", .optimizer(id))]
    }

    /// Asks again for the shown proposal; the form begins with its values.
    private mutating func again(_ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot, case .reviewing(let id) = flow, let number = snapshot.state.proposals[id] else { return [] }
        let proposal = snapshot.record.proposals[number]
        let values = Dictionary(proposal.updates.map { ($0.parameter, $0.new) }, uniquingKeysWith: { $1 })
        let goal = OptimizerFlow.Goal(optimizer: proposal.optimizer, values: values)
        return turn(.ask(goal), context) + [.ask("propose", .optimizer(proposal.optimizer))]
    }

    /// Applies or drops the current proposal.
    private func settle(_ name: String, _ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot else { return [] }
        let chosen = context.chosen.flatMap { snapshot.state.proposals[$0.id] == nil ? nil : $0.id }
        guard let standing = chosen ?? snapshot.state.proposals.keys.sorted().first else { return [.ask(name)] }
        return [.ask(name, .optimizer(standing))]
    }

    private mutating func replied(_ reply: Reply, to request: Request, _ context: ViewContext) -> Response {
        guard let command = reply.command else { return .unused }
        let used = context.used(reply, request)
        if command == "revise", reply.outcome != nil, case .revising(let id) = flow {
            // The box below shows it.
            flow = .reviewing(id)
            return .wish(used)
        }
        guard ["propose", "answer", "send", "update", "discard"].contains(command) else { return .unused }
        guard let outcome = reply.outcome else { return Response(isUsed: false, wishes: turn(.failed, context)) }
        guard outcome.isProposed else {
            let isQuiet = request.isTyped || command == "propose"
            let isKnown = !["update", "discard"].contains(command)
            let settled = command == "propose" ? turn(.look, context) : turn(.settled, context)
            return Response(isUsed: isKnown, wishes: [used] + (isKnown && isQuiet ? [.say("")] : []) + settled)
        }
        // A proposal that was asked for at the prompt is looked at as one by key.
        if command == "propose", let id = reply.invocation?.optionalOptimizer {
            if case .asking = flow {} else { flow = .asking(OptimizerFlow.Goal(optimizer: id)) }
        }
        let first = outcome.lines(most: 1).first?.lines.first ?? ""
        return .wishes([used, .say(first, .messageOk)] + turn(.proposed, context))
    }
}

extension OptimizerFlow.Situation {
    init(_ context: ViewContext) {
        guard let snapshot = context.snapshot else { return }
        // Until it goes on, a workflow that has its answer still seems to wait for it.
        if let waiting = snapshot.asking.waiting, snapshot.phase != .running {
            question = OptimizerFlow.Situation.PendingQuestion(
                event: waiting.event, optimizer: waiting.optimizer, isOfWorkflow: waiting.byWorkflow,
                isForModel: waiting.canSend || waiting.failure != nil)
        }
        proposals = snapshot.state.proposals
        reviewing = snapshot.phase == .paused ? snapshot.asking.reviewing : nil
        isFree = !context.hasOverlay
        isInPast = snapshot.cursor != nil
        version = snapshot.version
    }
}
