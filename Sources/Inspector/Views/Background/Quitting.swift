import Debugging
import Trace

/// Ends the program, and asks first where something would be lost.
struct Quitting: View {
    static let card = ViewCard(
        id: "quit", title: "Screen", slot: .background, actions: [Action(command: "quit", "q")], fitsAnywhere: true)
    /// Whether the program ends as soon as the session is saved.
    private var endsWhenSaved = false

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        switch input {
        case .action("command.quit"): return quit(context)
        case .action("quit.save"): return save(context)
        case .typed(let line):
            guard let words = try? CommandLine(line).words, words.count == 1,
                (try? CommandTable.command(named: words[0].text))?.name == "quit"
            else { return .unused }
            return quit(context)
        case .reply(let reply, _) where reply.command == "save" && reply.outcome != nil:
            let wishes: [Wish] = [.note(.saved(context.snapshot?.branches ?? []))] + (endsWhenSaved ? [.effect(.quit)] : [])
            return Response(isUsed: endsWhenSaved, wishes: wishes)
        case .reply(let reply, _) where reply.outcome != nil: return .unused
        case .reply, .news:
            // If it was not saved, or the form was closed, quitting starts over.
            if case .news = input, context.hasOverlay || !context.requests.isEmpty { return .unused }
            endsWhenSaved = false
            return .unused
        default: return .unused
        }
    }

    private mutating func quit(_ context: ViewContext) -> Response {
        let losses = context.losses
        guard context.isRunning || !losses.isEmpty else { return .wish(.effect(.quit)) }
        var parts: [String] = []
        if context.isRunning { parts.append("The workflow is running.") }
        if !losses.isEmpty { parts.append("This would be lost: \(losses.joined(separator: "; ")).") }
        // Of several programs each is saved by itself.
        let canSave = !losses.isEmpty && context.programs.unsaved.isEmpty
        return .wish(.open(Question(parts.joined(separator: " ") + " Quit?", [.effect(.quit)], canSave: canSave)))
    }

    /// Asks for the file's name; once it is written, the program ends.
    private mutating func save(_ context: ViewContext) -> Response {
        endsWhenSaved = true
        let name = context.fileName.split(separator: "/").last.map(String.init) ?? "session"
        let stem = name.split(separator: ".", omittingEmptySubsequences: false).dropLast().joined(separator: ".")
        let prompt = Prompt("save \(CommandLine.word((stem.isEmpty ? name : stem) + ".tracescope"))", context)
        // A running workflow takes no command.
        return .wishes([.open(prompt)] + (context.isRunning ? [.effect(.interrupt)] : []))
    }
}

extension ViewContext {
    /// The losses if the program ended now, in words; empty if there are none.
    var losses: [String] {
        let texts = notebook.drafts
        return unsaved + programs.unsaved + (texts.isEmpty ? [] : ["what was typed for \(texts.joined(separator: ", "))"])
    }

    /// The parts of the session that are in no file, in words.
    var unsaved: [String] {
        // A file that is written as the session goes on has everything.
        guard let snapshot, snapshot.keeping == nil || snapshot.keeping?.problem != nil else { return [] }
        var losses: [String] = []
        let known = Dictionary(notebook.saved.map { ($0.name, $0.events) }, uniquingKeysWith: max)
        let new = snapshot.branches.filter { known[$0.name] == nil }.map(\.name)
        if !new.isEmpty { losses.append(new.count == 1 ? "the branch \(new[0])" : "the branches \(new.joined(separator: ", "))") }
        let start = known[snapshot.branch] ?? 0
        let changes = snapshot.record.changesByHand(in: start..<max(start, snapshot.events))
        if let last = changes.last {
            let which = changes.count > 1 ? "the last: \(last.truncated(to: 60))" : last.truncated(to: 60)
            losses.append("\(count(changes.count, "change")) by hand (\(which))")
        }
        guard known[snapshot.branch] != snapshot.events else { return losses }
        if let waiting = snapshot.asking.waiting { losses.append("the question of \(snapshot.record.name(of: waiting.question.asker))") }
        if let id = snapshot.asking.reviewing { losses.append("the proposal of \(snapshot.record.optimizers[id.index].name)") }
        return losses
    }
}
