import Debugging
import Trace

extension Screen {
    /// What a key of the command table does here, as lines of the command language.
    mutating func perform(_ spec: CommandSpec) -> [Effect] {
        guard let snapshot else { return [] }
        if let reason = refusal(ofKeyFor: spec, snapshot) { return refuse(reason) }
        switch spec.name {
        case "next", "in", "out", "continue", "undo", "restart": return pending < 8 ? send(spec.name) : []
        case "back", "forward": return send(spec.name)
        case "until":
            guard let site = source.cursorSite else { return [] }
            return send("until \(CommandWords.word("\(site.file):\(site.line)"))")
        case "break": return toggleBreakpoint()
        case "why":
            let effects = withSelection { "why \(CommandWords.word($0))" }
            // Its answer may be long, as if it had been typed.
            if case .command(let line)? = effects.first { typed.append(line) }
            return effects
        case "watch": return withSelection { "watch \(CommandWords.word($0))" }
        case "eval": return openPrompt("eval ")
        case "goto": return isInPast ? send("goto end") : openPrompt("goto ")
        case "locals":
            showLocals(snapshot)
            return []
        case "backward", "zero", "propose", "step", "update", "discard", "answer", "send", "set": return performByHand(spec.name, snapshot)
        case "subgraph":
            optimizers.shows.toggle()
            showSubgraphs()
            return []
        case "print": return []
        case "help":
            form = .help(HelpBox())
            return []
        case "quit": return quit()
        default: return send(spec.name)
        }
    }

    private mutating func performByHand(_ name: String, _ snapshot: Snapshot) -> [Effect] {
        if name == "set" { return editValue(snapshot) }
        guard let chosen = optimizers.chosen else { return send(name) }
        let optimizer = CommandWords.word(snapshot.record.optimizers[chosen.index].name)
        switch name {
        case "backward":
            return openBackward(chosen, snapshot)
        case "zero": return zero(snapshot.record.optimizers[chosen.index].distinctParameters, named: optimizer, snapshot)
        case "propose", "step": return propose(chosen, optimizer, updates: name == "step", snapshot)
        case "update", "discard":
            let standing = snapshot.state.proposals[chosen] != nil ? chosen : snapshot.state.proposals.keys.sorted().first
            guard let standing else { return send(name) }
            return send("\(name) \(CommandWords.word(snapshot.record.optimizers[standing.index].name))")
        case "answer":
            if let waiting = snapshot.waiting { openAnswer(waiting) }
            return []
        case "send":
            if let waiting = snapshot.waiting { form = .ask(AskBox(waiting, snapshot.models)) }
            return []
        default: return []
        }
    }

    /// Opens the form of a backward by hand: from the output that the user has selected, from the newest one computed from the selected
    /// parameter, or else from the newest of all.
    private mutating func openBackward(_ optimizer: OptimizerID, _ snapshot: Snapshot) -> [Effect] {
        let output: NodeID
        if let selection, selection.index < snapshot.state.nodeCount, !followsNewest {
            if snapshot.record.hasParents(selection) {
                if let obstacle = snapshot.obstacle(toBackwardFrom: selection) { return refuse(obstacle) }
                output = selection
            } else if let newest = snapshot.newestOutput(computedFrom: selection) {
                output = newest
            } else if let obstacle = snapshot.obstacle(toBackwardFrom: selection) {
                return refuse(obstacle)
            } else {
                return []
            }
        } else if let newest = snapshot.newestOutput {
            output = newest
        } else {
            return refuse("there is no output that backward could start at: run on until one is computed")
        }
        form = .backward(BackwardForm(optimizer: optimizer, node: output, snapshot, text: drafts.backward, history: texts))
        if !drafts.backward.isEmpty { message = ("your text is back", .message) }
        return []
    }

    private mutating func propose(_ id: OptimizerID, _ name: String, updates: Bool, _ snapshot: Snapshot) -> [Effect] {
        if let waiting = snapshot.waiting, waiting.optimizer == id || waiting.byWorkflow {
            open(waiting, snapshot)
            return []
        }
        // What was asked for once is looked at first; there it can be asked for again.
        let needsAnswer = snapshot.record.optimizers[id.index].kind.needsAnswer
        let stands = needsAnswer && !updates && snapshot.state.proposals[id] != nil
        if let standing = snapshot.reviewing ?? (stands ? id : nil), snapshot.cursor == nil {
            form = .proposal(ProposalBox(standing))
            return []
        }
        if !needsAnswer {
            reviews = updates ? nil : id
            return send(updates ? "step \(name)" : "propose \(name)")
        }
        afterAnswer = updates ? .update : .review
        reviews = id
        answeredLater = nil
        return send("propose \(name)")
    }

    private mutating func toggleBreakpoint() -> [Effect] {
        guard let site = source.cursorSite, let snapshot else { return [] }
        if let known = snapshot.breakpoints.at(site).first ?? snapshot.breakpoints.moved(from: site) {
            return send("delete \(known.number)")
        }
        return send("break \(CommandWords.word("\(site.file):\(site.line)"))")
    }

    private mutating func withSelection(_ line: (String) -> String) -> [Effect] {
        guard let snapshot, let selection, selection.index < snapshot.state.nodeCount else {
            return refuse("no node is selected")
        }
        return send(line(snapshot.record.name(selection)))
    }

    private mutating func editValue(_ snapshot: Snapshot) -> [Effect] {
        guard let id = selection, id.index < snapshot.state.nodeCount else {
            return refuse("no node is selected")
        }
        let value = snapshot.state.value(id, in: snapshot.record)
        if case .object = value {
            return refuse("a \(value.typeName) cannot be typed")
        }
        let text = value.text, name = snapshot.record.name(id)
        if text.contains(where: \.isNewline) || text.count > 200 {
            var isText = false
            if case .string = value { isText = true }
            return edit(text, for: .value(node: name, isText: isText))
        }
        form = .value(ValueForm(id, value, draft: drafts.value(of: name)))
        if drafts.value(of: name) != nil { message = ("your text is back", .message) }
        return []
    }

    mutating func drop() -> [Effect] {
        if let spec = try? CommandTable.command(named: "drop"), let reason = refusal(of: spec) { return refuse(reason) }
        guard let entry = node.entry else { return refuse("no entry of the feedback is chosen") }
        return withSelection { "drop \(CommandWords.word($0)) \(entry)" }
    }

    // MARK: Zero

    /// Clears the feedback of the selected node.
    private mutating func zeroNode() -> [Effect] {
        guard let snapshot, let spec = try? CommandTable.command(named: "zero") else { return [] }
        if let reason = refusal(of: spec) { return refuse(reason) }
        guard let selection, selection.index < snapshot.state.nodeCount else { return refuse("no node is selected") }
        return zero([selection], named: CommandWords.word(snapshot.record.name(selection)), snapshot)
    }

    /// Clears the feedback of some nodes; asks first where no step has used it.
    private mutating func zero(_ scope: [NodeID], named target: String, _ snapshot: Snapshot) -> [Effect] {
        let held = scope.flatMap { snapshot.state.feedback[$0]?.entries ?? [] }
        let unused = held.count - consumed(held, snapshot).count
        guard unused > 0 else { return send("zero \(target)") }
        let calls = Set(held.map { snapshot.record.entries[Int($0)].backward }).sorted().map { "#\($0)" }.joined(separator: " ")
        form = .confirm(
            Confirmation(
                question: "zero \(target) clears \(count(unused, "entry", "entries")) of backward \(calls) that no step has used. Clear?",
                effects: [.command("zero \(target)")]))
        return []
    }

    /// Those of some entries that a step has used.
    private func consumed(_ entries: [Int32], _ snapshot: Snapshot) -> Set<Int32> {
        let wanted = Set(entries)
        var used = Set<Int32>(), carried: [Int: Set<NodeID>] = [:]
        // From the last one back: what one used, those before it had perhaps consumed already.
        for index in snapshot.record.proposals.indices.reversed() {
            let proposal = snapshot.record.proposals[index], passed = carried.removeValue(forKey: index) ?? []
            let isApplied = proposal.event < snapshot.state.events && wasApplied(proposal, snapshot)
            guard isApplied || !passed.isEmpty else { continue }
            used.formUnion(
                proposal.consumed.filter { entry in
                    wanted.contains(entry) && (isApplied || passed.contains(snapshot.record.entries[Int(entry)].node))
                })
            let earlier = isApplied ? Set(proposal.carried) : passed.intersection(proposal.carried)
            if let previous = proposal.previous { carried[previous, default: []].formUnion(earlier) }
        }
        return used
    }

    private func wasApplied(_ proposal: Proposal, _ snapshot: Snapshot) -> Bool {
        var at = proposal.event + 1
        while at + 1 < snapshot.state.events {
            if snapshot.record.log[at].event == .settle(proposal.optimizer) {
                if case .step(proposal.optimizer, _) = snapshot.record.log[at + 1].event { return true }
                return false
            }
            at += 1
        }
        return false
    }

    // MARK: Time

    /// The moment after the next event before or after the one that is looked at that changes feedback or parameters as a whole.
    mutating func jump(_ step: Int) -> [Effect] {
        guard let snapshot else { return [] }
        let kinds: Set<EventKind> = [.backward, .step, .zero, .conflict, .error, .set, .restore]
        var at = (snapshot.cursor ?? snapshot.events) + step
        while at > 0, at <= snapshot.events {
            if kinds.contains(snapshot.record.log[at - 1].event.kind) { return send("goto \(at)") }
            at += step
        }
        if step > 0, isInPast { return send("goto end") }
        message = (step < 0 ? "there is nothing before" : "this is the present", .message)
        return []
    }

    // MARK: View

    mutating func openPrompt(_ text: String = "") -> [Effect] {
        form = .prompt(Prompt(text, history: commands))
        return []
    }

    private mutating func showLocals(_ snapshot: Snapshot) {
        let width = snapshot.locals.map(\.name.displayWidth).max() ?? 0
        let lines = snapshot.locals.map { "\($0.name.padded(to: min(24, width)))  \($0.text)" }
        let empty = snapshot.phase == .paused ? "there are no local variables here" : "the workflow is not held at a line"
        notice = Notice(title: "Locals", lines: lines.isEmpty ? [empty] : lines, isError: false)
    }

    mutating func perform(_ action: ViewAction) -> [Effect] {
        switch action {
        case .focus(let pane):
            if pane == .events { lower = .events }
            focus(on: pane)
        case .problems:
            lower = .problems
            focus(on: .events)
        case .model:
            lower = .model
            focus(on: .events)
        case .nextPane: focus(on: next(1))
        case .previousPane: focus(on: next(-1))
        case .full: isFull.toggle()
        case .find:
            if focus == .events, lower == .events {
                form = .filter(LineEditor(events.filter), before: events.filter)
            } else {
                form = .find(FindForm(before: selection))
            }
        case .prompt: return openPrompt()
        case .help: form = .help(HelpBox())
        case .legend: form = .help(HelpBox(showsOnlySigns: true))
        case .zeroNode: return zeroNode()
        case .earlier: return jump(-1)
        case .later: return jump(1)
        case .subgraph:
            optimizers.shows.toggle()
            showSubgraphs()
        case .showIntroduction:
            introduction = introduction ?? Introduction()
            introduction?.show()
            updateIntroduction()
        case .dismissIntroduction:
            guard introduction?.isShown == true else { return [] }
            introduction?.dismiss()
            return [.dismissIntroduction]
        case .interrupt: return isRunning || isAsking ? [.interrupt] : []
        case .suspend: return [.suspend]
        case .repaint: return [.repaint]
        case .own: break
        }
        return []
    }

    mutating func focus(on pane: Pane) {
        focus = pane
        if pane == .graph || pane == .node { larger = pane }
        updateIntroduction()
    }

    private func next(_ step: Int) -> Pane {
        // In the order in which they stand on the screen.
        let order: [Pane] = [.source, .graph, .node, .events, .optimizers]
        let at = order.firstIndex(of: focus) ?? 0
        return order[(at + step + order.count) % order.count]
    }
}
