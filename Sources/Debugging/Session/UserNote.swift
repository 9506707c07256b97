import Trace

/// A user's note on a node or an event, saved with its branch.
package struct UserNote: Sendable, Equatable {
    package enum Subject: Sendable, Hashable {
        /// A node by its name, which is the same in every run of a branch.
        case node(String)
        /// An event by its number, counted from 1.
        case event(Int)
    }
    package var subject: Subject
    package var text: String

    package init(_ subject: Subject, _ text: String) {
        self.subject = subject
        self.text = text
    }
}

/// The notes of a branch, at most one on each subject, in the order in which they were made.
package struct UserNotes: Sendable, Equatable {
    package private(set) var all: [UserNote] = []
    /// How often a note was made, changed or deleted.
    package private(set) var changes = 0
    /// So many notes are kept, each of so many bytes.
    package static let most = 1000
    package static let longest = 4096

    package init() {}

    package init(_ notes: [UserNote]) {
        for note in notes.prefix(Self.most) where !note.text.isEmpty && note.text.utf8.count <= Self.longest { set(note) }
        changes = 0
    }

    package subscript(subject: UserNote.Subject) -> String? { all.first { $0.subject == subject }?.text }

    /// Makes a note in place of the one that the subject has; an empty one deletes it.
    mutating func set(_ note: UserNote) {
        changes += 1
        if let place = all.firstIndex(where: { $0.subject == note.subject }) {
            if note.text.isEmpty { all.remove(at: place) } else { all[place] = note }
        } else if !note.text.isEmpty {
            all.append(note)
        }
    }

    /// Those that a branch has which begins after an event.
    func through(_ event: Int, _ record: GraphRecord) -> UserNotes {
        UserNotes(
            all.filter { note in
                switch note.subject {
                case .event(let number): number <= event
                case .node(let name): record.node(named: name).map { record.event($0) < event } ?? false
                }
            })
    }
}
