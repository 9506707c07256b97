import Debugging
import Trace

/// What ending the program would lose.
extension Screen {
    /// What ending the program would lose, in words; empty if nothing.
    var losses: [String] {
        let texts = drafts.names
        return unsaved + (texts.isEmpty ? [] : ["what was typed for \(texts.joined(separator: ", "))"])
    }

    /// What of the session is in no file, in words.
    package var unsaved: [String] {
        // A file that is written as the session goes on has everything.
        guard let snapshot, snapshot.keeping == nil || snapshot.keeping?.problem != nil else { return [] }
        var losses: [String] = []
        let known = Dictionary(saved.map { ($0.name, $0.events) }, uniquingKeysWith: max)
        let new = snapshot.branches.filter { known[$0.name] == nil }.map(\.name)
        if !new.isEmpty { losses.append(new.count == 1 ? "the branch \(new[0])" : "the branches \(new.joined(separator: ", "))") }
        let changes = snapshot.changesByHand(after: known[snapshot.branch] ?? 0)
        if let last = changes.last {
            let which = changes.count > 1 ? "the last: \(last.truncated(to: 60))" : last.truncated(to: 60)
            losses.append("\(count(changes.count, "change")) by hand (\(which))")
        }
        guard known[snapshot.branch] != snapshot.events else { return losses }
        if let waiting = snapshot.waiting { losses.append("the question of \(snapshot.record.name(of: waiting.question.asker))") }
        if let id = snapshot.reviewing { losses.append("the proposal of \(snapshot.record.optimizers[id.index].name)") }
        return losses
    }

    /// Ends the program, or asks first where something would be lost.
    mutating func quit() -> [Effect] {
        let losses = losses
        guard isRunning || !losses.isEmpty else { return [.quit] }
        var parts: [String] = []
        if isRunning { parts.append("The workflow is running.") }
        if !losses.isEmpty { parts.append("This would be lost: \(losses.joined(separator: "; ")).") }
        form = .confirm(Confirmation(question: parts.joined(separator: " ") + " Quit?", effects: [.quit], canSave: !losses.isEmpty))
        return []
    }

    /// Asks for the file's name; once it is written, the program ends.
    mutating func saveAndQuit() -> [Effect] {
        quitsWhenSaved = true
        let name = fileName.split(separator: "/").last.map(String.init) ?? "session"
        let stem = name.split(separator: ".", omittingEmptySubsequences: false).dropLast().joined(separator: ".")
        _ = openPrompt("save \(CommandWords.word((stem.isEmpty ? name : stem) + ".tracescope"))")
        // A running workflow takes no command.
        return isRunning ? [.interrupt] : []
    }
}

extension Snapshot {
    /// The commands after an event that changed something, without those that were undone.
    fileprivate func changesByHand(after start: Int) -> [String] {
        var changes: [String] = [], at = start
        while at < min(events, record.log.count) {
            defer { at += 1 }
            guard case .command(let index) = record.log[at].event, at + 1 < record.log.count,
                let word = try? CommandLine(record.texts[index]).words.first, let spec = try? CommandTable.command(named: word.text),
                spec.changes
            else { continue }
            // One that failed left nothing.
            if case .command = record.log[at + 1].event { continue }
            if spec.name == "undo" { _ = changes.popLast() } else { changes.append(record.texts[index]) }
        }
        return changes
    }
}
