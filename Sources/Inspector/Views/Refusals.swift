import Debugging
import Trace

/// Reasons why something cannot work at the moment: they are shown before anything is typed for it.
extension ViewContext {
    /// The reason why a command cannot work here, whatever its arguments; nil if it may.
    func refusal(of name: String) -> String? {
        guard let spec = try? CommandTable.command(named: name) else { return nil }
        guard let snapshot else { return "the workflow is still loading" }
        switch snapshot.refusal(of: spec) {
        case .inThePast(_, _, let forks)?:
            return text("this is the past: {command.goto} goes back to the present\(forks ? ", {command.fork} runs on from here" : "")")
        case let error?: return error.report(in: snapshot.record).message
        case nil: return nil
        }
    }

    /// The reason why the key of a command cannot work now, if its subject is missing. Nil if it can.
    func refusal(ofKeyFor name: String) -> String? {
        guard let snapshot else { return "the workflow is still loading" }
        if let reason = refusal(of: name) { return reason }
        switch name {
        case "backward", "zero", "propose", "step":
            if snapshot.state.optimizerCount == 0 { return "there is no optimizer yet: run on until one is made" }
            guard name == "propose" || name == "step", snapshot.asking.waiting == nil, snapshot.asking.reviewing == nil,
                let (id, facts) = chosen
            else { return nil }
            if snapshot.state.proposals[id] == nil, conflict(id) != nil {
                return text("the feedback of \(facts.name) cannot be combined: {conflict.show} shows the ways out")
            }
            return nil
        case "set", "watch", "why": return selected == nil ? "no node is selected" : nil
        case "break", "until":
            return snapshot.abilities.absence(of: .stepping)?.report(in: snapshot.record).message
                ?? (snapshot.code.sources.isEmpty ? "there is no source here" : nil)
        case "update" where snapshot.state.proposals.isEmpty,
            "discard" where snapshot.state.proposals.isEmpty && snapshot.asking.waiting == nil:
            return text("there is no proposal: {command.propose} makes one")
        case "answer": return snapshot.asking.waiting == nil ? text("nothing waits for an answer: {command.propose} proposes") : nil
        case "send":
            guard let waiting = snapshot.asking.waiting else { return text("nothing waits to be sent: {command.propose} proposes") }
            return waiting.canSend ? nil : text(Self.whyNotSent(waiting, snapshot.asking.models))
        // A command that is under way may leave something to undo.
        case "undo" where snapshot.abilities.undoable == nil && requests.isEmpty:
            let branching = snapshot.abilities.canFork ? ", and {command.fork} runs on from there" : ""
            return text("there is nothing to undo: {command.back} looks at an earlier event\(branching)")
        case "goto", "back", "fork":
            return snapshot.events == 0 && requests.isEmpty ? text("nothing has happened yet: {command.next} runs the first line") : nil
        case "propagation":
            return snapshot.state.backwardCount == 0 ? text("no backward was called yet: {command.backward} calls one") : nil
        case "compare":
            guard snapshot.comparable.isEmpty else { return nil }
            let branching = snapshot.abilities.canFork ? "{command.fork} makes a second branch, " : ""
            return text(
                "there is nothing to compare yet: \(branching)the second step of an optimizer can be compared with its first, and "
                    + "':compare FILE' takes a saved session")
        case "forward": return !isInPast && requests.isEmpty ? "this is the present: nothing has happened after it" : nil
        default: return nil
        }
    }

    /// The reason why an action cannot be done now; nil if it can.
    func refusal(of action: ActionID) -> String? {
        if let command = keymap[action]?.command { return refusal(ofKeyFor: command) }
        return ViewList.owner(of: action)?.refusal(of: action, self)
    }

    private static func whyNotSent(_ waiting: Session.Waiting, _ models: ModelStatus) -> String {
        guard models.facts != nil else { return "there is no model to ask: {command.answer} answers by hand" }
        if models.live == .never, waiting.failure == nil {
            return "no model may be asked (--live never): {command.answer} answers by hand"
        }
        return "the recording has no answer to this question: {command.answer} answers by hand"
    }
}

extension Snapshot {
    /// The reason why backward cannot start at a node; nil if it can.
    func obstacle(toBackwardFrom id: NodeID) -> String? {
        let name = record.name(id)
        guard record.hasParents(id) else {
            let what = record.kind(id) == .parameter ? "is a parameter" : "was not computed from anything"
            return
                "backward starts at an output, and \(name) \(what): select an output ({graph.newest} in the graph selects the newest node)"
        }
        guard let freed = state.firstFreed(behind: id, in: record), let call = state.freedBy(freed) else { return nil }
        let what = freed == id ? name : "\(record.name(freed)), which \(name) was computed from,"
        let branching = ", or go back before that call ({command.back}) and run on from there ({command.fork})"
        return "\(what) was freed by backward ▲\(call), so no other backward can go through it: run on to a new output"
            + (abilities.canFork ? branching : "")
    }

    /// The newest node outside of bundles that was computed from a node and that backward can start at.
    func newestOutput(computedFrom id: NodeID) -> NodeID? {
        var seen: Set<NodeID> = [id], open = [id]
        // Enough for any look by eye, and little where a parameter is used a hundred thousand times.
        while let next = open.popLast(), seen.count < 20_000 {
            for child in record.children(next).reversed().prefix(2000) where child.index < state.nodeCount && seen.insert(child).inserted {
                open.append(child)
            }
        }
        let blocked = state.blocked(in: record)
        func isFree(_ node: NodeID) -> Bool { blocked.isEmpty || !blocked[node.index] }
        return seen.filter { $0 != id && record.hasParents($0) && record.enclosingCall($0) == nil && isFree($0) }.max()
    }

    /// The newest node outside of bundles that backward can start at.
    var newestOutput: NodeID? {
        let blocked = state.blocked(in: record)
        return outputs.first { blocked.isEmpty || !blocked[$0.index] }
    }

    /// The reason why there is no output for backward.
    var lackOfOutput: String {
        let hasOutput = (0..<state.nodeCount).reversed().lazy.map { NodeID($0) }
            .contains { record.hasParents($0) && record.enclosingCall($0) == nil }
        return "backward needs an output"
            + (hasOutput ? ", and all were freed by earlier backwards: run on to a new one" : ": run on until one is computed")
    }

    /// Nodes that something was computed into, outside of bundles and not freed, newest first.
    var outputs: some Sequence<NodeID> {
        (0..<state.nodeCount).reversed().lazy.map { NodeID($0) }
            .filter { self.record.hasParents($0) && self.record.enclosingCall($0) == nil && self.state.freedBy($0) == nil }
    }
}
