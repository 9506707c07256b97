import Trace

/// A user's note on a node or an event, saved with its branch.
package struct UserNote: Sendable, Equatable {
    package enum Subject: Sendable, Hashable {
        /// A node by its name, which is the same in every run of a branch.
        case node(String)
        /// An event by its number, counted from 1.
        case event(Int)

        /// The subject in the command 'note'.
        package var word: String {
            switch self {
            case .node(let name): name
            case .event(let number): String(number)
            }
        }
    }
    package var subject: Subject
    package var text: String

    package init(_ subject: Subject, _ text: String) {
        self.subject = subject
        self.text = text
    }

    /// The text for one row of a list.
    package var line: String { Self.line(text) }

    package static func line(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
}

/// The notes of a branch, at most one on each subject, in the order in which they were made.
package struct UserNotes: Sendable, Equatable {
    package private(set) var all: [UserNote] = []
    /// The number of changes: notes made, changed or deleted.
    package private(set) var changes = 0
    /// Upper bounds of the number of notes, and of the bytes of one.
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

    /// The notes of a branch that begins after an event.
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
