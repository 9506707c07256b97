import Debugging
import Trace

/// The keys that change feedback and data by hand, and those that explain them.
struct FeedbackKeys: View {
    static let card = ViewCard(
        id: "feedback", title: "Feedback", slot: .background,
        actions: [
            Action(command: "backward", "b"), Action(command: "zero", "z"), Action(command: "set", "e"), Action(command: "undo", "u"),
            Action(command: "eval", "E"), Action(command: "why", "y"), Action(command: "locals", "L"),
            Action(
                "feedback.zero-node", ["Z"], "zero node",
                "clear the feedback of the selected node; the key of 'zero' clears that of the chosen optimizer"),
        ])

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("command.backward"): return context.doing("backward") { backward(context) }
        case .action("command.zero"):
            return context.doing("zero") {
                guard let (_, facts) = context.chosen else { return [.ask("zero")] }
                return zero(facts.distinctParameters, named: facts.name, context)
            }
        case .action("feedback.zero-node"):
            if let reason = context.refusal(of: "zero") { return .wish(context.refusing(reason)) }
            guard let (id, name) = context.selected else { return .wish(context.refusing("no node is selected")) }
            return .wishes(zero([id], named: name, context))
        case .action("command.set"): return context.doing("set") { editValue(context) }
        case .action("command.undo"): return context.doing("undo") { [.ask("undo")] }
        case .action("command.eval"): return context.doing("eval") { [.open(Prompt("eval ", context))] }
        case .action("command.why"):
            return context.doing("why") {
                guard let (_, name) = context.selected else { return [context.refusing("no node is selected")] }
                // What it says may be long, and is shown in full.
                return [.ask(Request(typed: "why \(CommandWords.word(name))"))]
            }
        case .action("command.locals"): return context.doing("locals") { [.open(locals(context))] }
        case .edited(let text, let purpose): return edited(text, purpose, context)
        default: return .unused
        }
    }

    // MARK: Backward

    /// From the output that the user has selected, from the newest one computed from the selected parameter, or else from the newest of all.
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
            return [context.refusing("there is no output that backward could start at: run on until one is computed")]
        }
        let draft = context.notebook.backward
        let form = BackwardForm(optimizer: optimizer, node: output, snapshot, text: draft, history: context.notebook.feedback)
        return [.open(form)] + (draft.isEmpty ? [] : [.say("your text is back")])
    }

    // MARK: Zero

    /// Clears the feedback of some nodes; asks first where no step has used it.
    private func zero(_ scope: [NodeID], named name: String, _ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot else { return [] }
        let request = Request("zero", [CommandWords.word(name)])
        let held = scope.flatMap { snapshot.state.feedback[$0]?.entries ?? [] }
        let unused = held.count - snapshot.consumed(held).count
        guard unused > 0 else { return [.ask(request)] }
        let calls = Set(held.map { snapshot.record.entries[Int($0)].backward }).sorted().map { "#\($0)" }.joined(separator: " ")
        let text = "\(request.line) clears \(count(unused, "entry", "entries")) of backward \(calls) that no step has used. Clear?"
        return [.open(Question(text, [.ask(request)]))]
    }

    // MARK: Data

    private func editValue(_ context: ViewContext) -> [Wish] {
        guard let snapshot = context.snapshot, let (id, name) = context.selected else { return [context.refusing("no node is selected")] }
        let value = snapshot.state.value(id, in: snapshot.record)
        if case .object = value { return [context.refusing("a \(value.typeName) cannot be typed")] }
        let text = value.text
        if text.contains(where: \.isNewline) || text.count > 200 {
            var isText = false
            if case .string = value { isText = true }
            return [.edit(text, .value(node: name, isText: isText))]
        }
        let draft = context.notebook.value(of: name)
        return [.open(ValueForm(id, name, value, draft: draft))] + (draft == nil ? [] : [.say("your text is back")])
    }

    /// Gives the text that came back from an editor to what it is for.
    private func edited(_ text: String?, _ purpose: EditPurpose, _ context: ViewContext) -> Response {
        guard let text = text?.trimmingLineEnds else { return .wish(.say("nothing was changed")) }
        let request: Request
        switch purpose {
        case .value(let node, let isText): request = ValueForm.request(node, text, isText: isText, purpose: purpose)
        case .prompt: request = Request("reword", [CommandWords.quoted(text)], purpose: purpose)
        case .revision(let node, let isText):
            request = Request("revise", [CommandWords.word(node), isText ? CommandWords.quoted(text) : text], purpose: purpose)
        case .answer: request = Request("answer", [CommandWords.quoted(text)], purpose: purpose)
        case .field: return .used
        }
        let sends: [Wish] = purpose == .answer ? [.turn(.send)] : []
        return .wishes([.note(.edited(text, purpose))] + sends + [.ask(request)])
    }

    private func locals(_ context: ViewContext) -> Notice {
        let variables = context.snapshot?.locals ?? [], width = variables.map(\.name.displayWidth).max() ?? 0
        let lines = variables.map { "\($0.name.padded(to: min(24, width)))  \($0.text)" }
        let empty = context.snapshot?.phase == .paused ? "there are no local variables here" : "the workflow is not held at a line"
        return Notice(title: "Locals", lines: lines.isEmpty ? [empty] : lines, isError: false)
    }
}

extension Snapshot {
    /// Those of some entries that a step has used.
    fileprivate func consumed(_ entries: [Int32]) -> Set<Int32> {
        let wanted = Set(entries)
        var used = Set<Int32>(), carried: [Int: Set<NodeID>] = [:]
        // From the last one back: what one used, those before it had perhaps consumed already.
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
