import Debugging
import Trace

/// Keys in the boxes that are about questions to models, and about what they propose.
extension Screen {
    mutating func handleAsk(_ key: Key, _ box: inout AskBox, _ snapshot: Snapshot) -> [Effect] {
        let isByHand = key == .character("a") || key == .named(.enter) && !box.canSend
        if isByHand, let waiting = snapshot.waiting {
            openAnswer(waiting)
            return []
        }
        // The box comes back when the command is given, for the question still waits.
        if key == .character("b"), box.hasBudget { return openPrompt("budget ") }
        let result = box.handle(key)
        form = .ask(box)
        if result == .closed { answeredLater = box.event }
        // It stays behind the editor: what comes of that may be nothing.
        if case .done(let effects) = result, case .edit(let text, let purpose)? = effects.first { return edit(text, for: purpose) }
        if case .done([.command("send")]) = result { reviews = snapshot.waiting?.byWorkflow == true ? nil : box.asker.optimizer }
        return finish(result)
    }

    mutating func handleProposal(_ key: Key, _ box: inout ProposalBox, _ snapshot: Snapshot) -> [Effect] {
        let result = box.handle(key, snapshot)
        form = .proposal(box)
        switch result {
        case .revise(let node, let value, let isLong):
            var isText = false
            if case .string = value { isText = true }
            if isLong { return edit(value.text, for: .revision(node: node, isText: isText)) }
            let word = CommandWords.word(node)
            revising = box.optimizer
            return openPrompt("revise \(word) \(isText ? CommandWords.quoted(value.text) : value.literal)")
        case .again(let name):
            // Asking again shows the form; it begins with what was proposed.
            if let index = snapshot.state.proposals[box.optimizer] {
                for update in snapshot.record.proposals[index].updates { answerValues[update.parameter] = update.new }
            }
            answeredLater = nil
            afterAnswer = .review
            form = nil
            return send("propose \(name)")
        case .stays(let command): return send(command)
        case .plain(let plain):
            if plain == .closed, snapshot.reviewing == box.optimizer { reviewedLater = snapshot.state.proposals[box.optimizer] }
            return finish(plain)
        }
    }
}
