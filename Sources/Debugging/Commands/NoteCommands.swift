import Trace

extension CommandTable {
    static let noteCommands: [CommandSpec] = [
        CommandSpec(
            "note", nil, [.word("NODE|EVENT"), .text.optional], group: .other,
            "writes a note on a node or an event, which is saved with the session",
            detail: "An event is named by its number. A new text takes the place of the note that is there, and no text deletes it.",
            action: .immediate { context, call in
                guard let word = call.words.first else { throw CommandError.usage(try CommandTable.command(named: call.command)) }
                let text = call.arguments.dropFirst().lazy.compactMap { if case .text(let text) = $0 { text } else { nil } }.first
                return try context.note(word, text ?? "")
            }),
        CommandSpec(
            "notes", nil, group: .other, folds: true, "lists the notes on nodes and events",
            action: .immediate { context, call in context.showNotes(context.fold) }),
    ]
}

extension CommandContext {
    func note(_ word: String, _ text: String) throws -> Outcome {
        let subject: UserNote.Subject
        if let number = Int(word) {
            guard (1...max(1, record.log.count)).contains(number), !record.log.isEmpty else {
                throw CommandError.noSuchEvent(number, last: record.log.count)
            }
            subject = .event(number)
        } else {
            subject = .node(record.name(try node(word)))
        }
        let notes = repetition.branches.now.notes, isNew = notes[subject] == nil
        guard text.utf8.count <= UserNotes.longest else { throw CommandError.longNote(most: UserNotes.longest) }
        guard !isNew || notes.all.count < UserNotes.most else { throw CommandError.manyNotes(most: UserNotes.most) }
        repetition.branches.note(UserNote(subject, text))
        let what = text.isEmpty ? isNew ? "there is no note" : "the note is deleted" : isNew ? "noted" : "the note is changed"
        return Outcome(text: "\(what): \(subject.text)", json: ["subject": .string(subject.text), "text": .string(text)])
    }

    func showNotes(_ fold: Fold) -> Outcome {
        let notes = repetition.branches.now.notes.all
        guard !notes.isEmpty else { return Outcome(text: "there are no notes", json: ["notes": []]) }
        let width = min(32, notes.map(\.subject.text.count).max() ?? 0)
        return Outcome(
            fold.rows(Rows(notes.count) { "\(notes[$0].subject.text.padded(to: width))  \(fold.line(notes[$0].text))" }, "notes"),
            JSONDocument([
                "notes": .items(
                    Rows(notes.count) { row in
                        switch notes[row].subject {
                        case .node(let name): ["node": .string(name), "text": .string(notes[row].text)]
                        case .event(let number): ["event": .int(number), "text": .string(notes[row].text)]
                        }
                    })
            ]))
    }
}

extension UserNote.Subject {
    /// The node's name, or the event with its number.
    package var text: String {
        switch self {
        case .node(let name): name
        case .event(let number): "event \(number)"
        }
    }
}
