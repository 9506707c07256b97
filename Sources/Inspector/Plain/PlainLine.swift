import Debugging

/// A line that is typed without a screen: the keys of the prompt with its history and its completion, and nothing that is drawn beside it.
package struct PlainLine {
    package enum Reading: Equatable {
        case typing
        /// The possible completions, to be listed.
        case choices([String])
        case given(String)
        /// The line is dropped, and another one begins.
        case dropped
        /// There are no more lines.
        case closed
    }
    private var editor: LineEditor
    private let keymap: Keymap
    /// Words that may begin a line beside the commands.
    private let words: [String]

    package init(history: [String], words: [String] = [], keymap: Keymap = .standard) {
        editor = LineEditor(history: history)
        self.words = words
        self.keymap = keymap
    }

    package var text: String { editor.text }

    package mutating func take(_ key: Key, _ snapshot: Snapshot?) -> Reading {
        if key == .named(.enter) { return .given(editor.text) }
        if key == .control("d"), editor.text.isEmpty { return .closed }
        guard let action = keymap.action(for: key, in: [.shared(.forms)]) else {
            _ = editor.handle(.key(key))
            return .typing
        }
        switch action {
        case "form.close": return .dropped
        case "form.next": return complete(snapshot)
        default:
            _ = editor.handle(.action(action))
            return .typing
        }
    }

    private mutating func complete(_ snapshot: Snapshot?) -> Reading {
        let before = editor.textBeforeCursor, completion = Completion(before, snapshot)
        let choices = completion.start == 0 ? completion.choices + words.filter { $0.hasPrefix(before) } : completion.choices
        if choices.count == 1 {
            editor.replace(completion.start..<editor.cursor, with: CommandLine.word(choices[0]) + " ")
            return .typing
        }
        if let common = Completion.commonStart(choices), common.count > editor.cursor - completion.start, !common.contains(" ") {
            editor.replace(completion.start..<editor.cursor, with: common)
            return .typing
        }
        return choices.isEmpty ? .typing : .choices(choices)
    }

    /// The possible completions of a whole line.
    package static func choices(_ line: String, words: [String], _ snapshot: Snapshot?) -> [String] {
        let completion = Completion(line, snapshot)
        return completion.start == 0 ? completion.choices + words.filter { $0.hasPrefix(line) } : completion.choices
    }

    /// The part of the text that fits into some columns, and how many of them lie behind the cursor.
    package func shown(width: Int) -> (text: String, behind: Int) {
        let width = max(2, width), before = editor.textBeforeCursor, after = String(editor.text.dropFirst(before.count))
        let start = before.truncatedAtStart(to: width - 1, ellipsis: "<").shown
        let end = after.prefix(fitting: max(0, width - start.displayWidth)).shown
        return (start + end, end.displayWidth)
    }
}
