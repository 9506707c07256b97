import Debugging
import Trace

/// The key that writes a note on the selected node.
struct NoteKeys: View {
    static let card = ViewCard(
        id: "notes", title: "Notes", slot: .background,
        actions: [Action("notes.write", ["N"], "note", "write a note on the selected node, or on the chosen event; no text deletes it")])

    static func refusal(of action: ActionID, _ context: ViewContext) -> String? {
        context.selected == nil ? "no node is selected" : nil
    }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard case .action("notes.write") = input else { return .unused }
        guard let (_, name) = context.selected else { return .wish(context.refusing("no node is selected")) }
        return .wish(.open(Self.prompt(.node(name), context)))
    }

    /// The line in which a note is written, with the note that is there.
    static func prompt(_ subject: UserNote.Subject, _ context: ViewContext) -> Prompt {
        let known = context.snapshot?.notes[subject] ?? ""
        // A text that is all of the rest of the line needs no quotes, unless it would be read otherwise with none.
        let text = known.contains { "\"@#-".contains($0) || $0.isNewline } ? CommandLine.quoted(known) : known
        return Prompt("note \(CommandLine.word(subject.word)) \(text)", context)
    }
}

/// All notes, to go to their nodes and events.
struct NoteList: View {
    static let card = ViewCard(
        id: "note-list", title: "Notes", slot: .overlay, shared: [.boxes, .moving],
        actions: [
            Action("note-list.go", ["Enter"], "go there", "go to the node or the event"),
            Action("note-list.edit", ["e", "N"], "change", "change the note"),
            Action("note-list.delete", ["d", "Delete"], "delete", "delete the note"),
        ], opener: Action("note-list.show", ["\""], "notes", "list the notes on nodes and events"))

    private var list = ListView()
    private var notes: [UserNote] = []

    static func opened(_ context: ViewContext) -> Opening {
        var view = NoteList()
        view.update(context)
        return view.notes.isEmpty ? .refused("there are no notes: {notes.write} writes one on the selected node") : .view(view)
    }

    mutating func update(_ context: ViewContext) { notes = context.snapshot?.notes.all ?? [] }

    private var chosen: UserNote? { notes.indices.contains(list.selected) ? notes[list.selected] : nil }

    mutating func handle(_ input: Input, _ context: ViewContext) -> Response {
        guard let note = chosen else { return .wish(.close) }
        switch input {
        case .action("box.close"): return .wish(.close)
        case .action("note-list.go"): return .wishes(go(to: note, context))
        case .action("note-list.edit"): return .wish(.open(NoteKeys.prompt(note.subject, context)))
        case .action("note-list.delete"): return .wish(.ask("note", .word(note.subject.word)))
        case .found(let place): list.selected = place
        default:
            guard list.handle(input, count: notes.count, page: notes.count) else { return .unused }
            if case .click(_, 2) = input { return .wishes(go(to: note, context)) }
        }
        return .used
    }

    private func go(to note: UserNote, _ context: ViewContext) -> [Wish] {
        switch note.subject {
        case .event(let number): return [.ask("goto", .number(number)), .close]
        case .node(let name):
            guard let snapshot = context.snapshot, let node = snapshot.record.node(named: name) else { return [] }
            // The node does not exist yet at the event shown.
            let moves = node.index < snapshot.state.nodeCount ? [] : [Wish.ask("goto", .number(snapshot.record.event(node) + 1))]
            return moves + [.select(node), .close]
        }
    }

    func selectedText(_ context: ViewContext) -> String? { chosen?.text }

    func searchable(_ context: ViewContext) -> Searchable? {
        let notes = notes
        return Searchable(
            view: id, what: "notes", hint: "a part of a note", count: notes.count, start: list.selected, origin: list.selected
        ) { place, text in
            text.isIn(notes[place].subject.text) || text.isIn(notes[place].text) ? Searchable.Hit(place: place) : nil
        }
    }

    func hints(_ context: ViewContext) -> [Hint] {
        [context.hint(["move.down", "move.up"], "choose")]
            + context.hints(["note-list.go", "note-list.edit", "note-list.delete", "box.close"])
    }

    mutating func draw(into canvas: inout Canvas, _ context: ViewContext) {
        let names = min(24, notes.map(\.subject.text.displayWidth).max() ?? 0), ellipsis = context.look.glyphs.ellipsis
        let lines = notes.map { note in
            TextLine(note.subject.text.padded(to: names + 2, ellipsis: ellipsis), .nodeName).adding(
                note.line, .text)
        }
        let inner = canvas.openBox(
            width: min(canvas.rect.width, max(44, (lines.map(\.width).max() ?? 0) + 6)), rows: lines.count, title: Self.card.title)
        canvas.list(&list, count: lines.count, in: inner) { lines[$0] }
    }
}
