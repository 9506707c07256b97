import Debugging

/// A command that the screen gives to the session. Its reply comes back by its number.
package struct Request: Equatable, Sendable {
    /// Given by the screen as it leaves.
    package internal(set) var number = 0
    /// The command's full name; empty where a typed line names none.
    var name: String
    package let line: String
    /// Whether the user typed it: then what comes of it is shown in full.
    var isTyped = false
    /// The text that came from an editor.
    var purpose: EditPurpose?

    /// - Parameter words: as they stand in the line, in quotes where they must be.
    init(_ name: String, _ words: [String] = [], purpose: EditPurpose? = nil) {
        self.name = name
        line = ([name] + words).joined(separator: " ")
        self.purpose = purpose
    }

    /// A line as it was typed.
    init(typed line: String) {
        self.line = line
        name = (try? CommandLine(line))?.words.first.flatMap { try? CommandTable.command(named: $0.text) }?.name ?? ""
        isTyped = true
    }

    /// The words after the name.
    var arguments: [String] { ((try? CommandLine(line))?.words ?? []).dropFirst().map(\.text) }
}

/// Words of the command language.
enum CommandWords {
    static func word(_ text: String) -> String { CommandLine.word(text) }

    static func quoted(_ text: String) -> String { CommandLine.quoted(text) }
}
