import Debugging
import Trace

/// The keys that change feedback and data by hand, and those that explain them.
struct FeedbackKeys: View {
    static let card = ViewCard(
        id: "feedback", title: "Feedback", slot: .background,
        actions: [
            Action(command: "backward", "b"), Action(command: "zero", "z"), Action(command: "set", "e"), Action(command: "undo", "u"),
            Action(command: "eval", "E"), Action(command: "why", "y"),
            Action(
                "feedback.zero-node", ["Z"], "zero node",
                "clear the feedback of the selected node; the key of 'zero' clears that of the chosen optimizer"),
        ])

    static func refusal(of action: ActionID, _ context: ViewContext) -> String? {
        action == "feedback.zero-node" ? context.refusal(of: "zero") ?? (context.selected == nil ? "no node is selected" : nil) : nil
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("command.backward"): return context.doing("command.backward") { backward(context) }
        case .action("command.zero"):
            return context.doing("command.zero") {
                guard let (id, facts) = context.chosen else { return [.ask("zero")] }
                return zero(facts.distinctParameters, .optimizer(id), context)
            }
        case .action("feedback.zero-node"):
            return context.doing("feedback.zero-node") { context.selected.map { zero([$0.id], .node($0.id), context) } ?? [] }
        case .action("command.set"): return context.doing("command.set") { editValue(context) }
        case .action("command.undo"): return context.doing("command.undo") { [.ask("undo")] }
        case .action("command.eval"): return context.doing("command.eval") { [.open(Prompt("eval ", context))] }
        case .action("command.why"):
            return context.doing("command.why") {
                // Its message may be long.
                context.selected.map { [.ask(Request(Invocation("why", .node($0.id)), isShownInFull: true))] } ?? []
            }
        case .edited(let text, let purpose): return edited(text, purpose, context)
        default: return .unused
        }
    }

    // MARK: Backward

    /// From the output that the user has selected, from the newest one computed from the selected parameter, or else from the newest of
    /// all.
    private func backward(_ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot, let (optimizer, _) = context.chosen else { return [.ask("backward")] }
        let output: NodeID
        if let (selection, _) = context.selected, context.attention.isByUser {
            if snapshot.record.hasParents(selection) {
                if let obstacle = snapshot.obstacle(toBackwardFrom: selection) { return [context.refusing(obstacle)] }
                output = selection
            } else if let newest = snapshot.newestOutput(computedFrom: selection) {
                output = newest
            } else {
                return snapshot.obstacle(toBackwardFrom: selection).map { [context.refusing($0)] } ?? []
            }
        } else if let newest = snapshot.newestOutput {
            output = newest
        } else {
            return [context.refusing(snapshot.lackOfOutput)]
        }
        let draft = context.notebook.backward
        let form = BackwardForm(optimizer: optimizer, node: output, snapshot, text: draft, history: context.notebook.feedback)
        return [.open(form)] + (draft.isEmpty ? [] : [.say("your text is back")])
    }

    // MARK: Zero

    /// Clears the feedback of some nodes; asks first where no step has used it.
    private func zero(_ scope: [NodeID], _ argument: ArgumentValue, _ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot else { return [] }
        let call = Invocation("zero", argument)
        let held = scope.flatMap { snapshot.state.feedback[$0]?.entries ?? [] }
        let unused = held.count - snapshot.consumed(held).count
        guard unused > 0 else { return [.ask(Request(call))] }
        let calls = Set(held.map { snapshot.record.entries[Int($0)].backward }).sorted().map { "▲\($0)" }.joined(separator: " ")
        let text =
            "\(call.text(in: snapshot.record)) clears \(count(unused, "entry", "entries")) of backward \(calls) that no step has used. Clear?"
        return [.open(Question(text, [.ask(Request(call))]))]
    }

    // MARK: Data

    private func editValue(_ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot, let (id, name) = context.selected else { return [context.refusing("no node is selected")] }
        let value = snapshot.state.value(id, in: snapshot.record)
        if case .object = value { return [context.refusing("\(Words.withArticle(value.typeName)) cannot be typed")] }
        let text = snapshot.record.text(id, value)
        if text.contains(where: \.isNewline) || text.count > 200 {
            var isText = false
            if case .string = value { isText = true }
            return [.edit(text, .value(node: name, isText: isText))]
        }
        let draft = context.notebook.value(of: name)
        return [.open(ValueForm(id, name, value, written: text, draft: draft))] + (draft == nil ? [] : [.say("your text is back")])
    }

    /// Uses the text of an editor for its purpose.
    private func edited(_ text: String?, _ purpose: EditPurpose, _ context: ViewContext) -> Response {
        guard let text = text?.trimmingLineEnds else { return .wish(.say("nothing was changed")) }
        let call: Invocation
        switch purpose {
        case .value(let name, let isText), .revision(let name, let isText):
            guard let snapshot = context.snapshot, let node = snapshot.record.node(named: name) else { return .used }
            let command = if case .value = purpose { "set" } else { "revise" }
            call = Invocation(command, .node(node), .value(Value(typed: text, isText: isText)))
        case .prompt: call = Invocation("reword", .text(text))
        case .answer: call = Invocation("answer", .text(text))
        case .field: return .used
        }
        let sends: [Wish] = purpose == .answer ? [.turn(.send)] : []
        return .wishes([.note(.edited(text, purpose))] + sends + [.ask(Request(call, purpose: purpose))])
    }
}

extension Snapshot {
    /// The entries, of some, that a step has used.
    fileprivate func consumed(_ entries: [Int32]) -> Set<Int32> {
        let wanted = Set(entries)
        var used = Set<Int32>(), carried: [Int: Set<NodeID>] = [:]
        // From the last one back: an earlier proposal may have consumed the same entries already.
        for index in record.proposals.indices.reversed() {
            let proposal = record.proposals[index], passed = carried.removeValue(forKey: index) ?? []
            let isApplied = proposal.event < state.events && wasApplied(proposal)
            guard isApplied || !passed.isEmpty else { continue }
            used.formUnion(
                proposal.consumed.filter { entry in
                    wanted.contains(entry) && (isApplied || passed.contains(record.entries[Int(entry)].node))
                })
            let earlier = isApplied ? Set(proposal.carried) : passed.intersection(proposal.carried)
            if let previous = proposal.previous { carried[previous, default: []].formUnion(earlier) }
        }
        return used
    }

    private func wasApplied(_ proposal: Proposal) -> Bool {
        var at = proposal.event + 1
        while at + 1 < state.events {
            if record.log[at].event == .settle(proposal.optimizer) {
                if case .step(proposal.optimizer, _) = record.log[at + 1].event { return true }
                return false
            }
            at += 1
        }
        return false
    }
}

extension String {
    /// The text without line ends at its end, which editors add.
    var trimmingLineEnds: String { String(self[..<(lastIndex { !$0.isNewline }.map(index(after:)) ?? startIndex)]) }
}
