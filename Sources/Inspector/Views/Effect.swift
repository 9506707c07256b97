import Debugging
import Trace

/// An effect outside of the screen that it asks for.
package enum Effect: Equatable, Sendable {
    /// A command for the session. Its result comes back through `Screen.replied`.
    case command(Request)
    /// Hold the running workflow.
    case interrupt
    /// Give up the running workflow, which was interrupted and does not come to a line.
    case giveUp
    case quit
    /// Show the session of another program, by its place in the list.
    case show(program: Int)
    case suspend
    /// Write the arrangements of panes, by their names.
    case layouts([String: SavedLayout])
    /// Put a text into the clipboard.
    case copy(String)
    case repaint
    /// Let the user change a text in an editor; the result comes back through `Screen.edited`.
    case edit(text: String, purpose: EditPurpose)
    /// Write a text to a file.
    case write(text: String, path: String)
    /// Do not show the introduction again.
    case dismissIntroduction
    /// Write a setting of the configuration file, by the tables on the way to it and its key; nil takes it out.
    case setting([String], SettingValue?)
}

/// A value that the screen writes to the configuration file.
package enum SettingValue: Equatable, Sendable {
    case text(String)
    case list([String])
}

/// The purpose of a text in an editor.
package enum EditPurpose: Hashable, Sendable {
    /// The new data of a node, by name.
    case value(node: String, isText: Bool)
    /// The answer to an optimizer's problem.
    case answer
    /// The messages of a question before it is sent.
    case prompt
    /// A parameter's value in the current proposal.
    case revision(node: String, isText: Bool)
    /// One variable of the answer form.
    case field(name: String, isCode: Bool)

    /// The end of a temporary file's name, by which editors choose how to colour it.
    ///
    /// - Parameter language: the language of the workflow, and of the code that is data.
    package func fileExtension(_ language: CodeLanguage) -> String {
        let code = String(language.suffix.dropFirst())
        return switch self {
        case .value(let node, let isText), .revision(let node, let isText):
            isText ? node.hasPrefix("__code") ? code : "txt" : "json"
        case .prompt: "md"
        case .answer: "json"
        case .field(_, let isCode): isCode ? code : "txt"
        }
    }
}
