/// A line of the command language, taken apart.
package struct CommandLine: Sendable, Equatable {
    package struct Word: Sendable, Equatable {
        package var text: String
        /// The start of the word in the line, in characters.
        package var start: Int
    }
    package var words: [Word]
    /// Whether long output is shown whole.
    package private(set) var wantsAll = false
    private let characters: [Character]

    /// Words are split at spaces; double quotes keep them together, with `\"` and `\\` inside.
    package init(_ line: String) throws(CommandError) {
        characters = Array(line)
        words = []
        var at = 0
        while at < characters.count {
            if characters[at].isWhitespace {
                at += 1
                continue
            }
            let start = at
            var text = ""
            while at < characters.count, !characters[at].isWhitespace {
                guard characters[at] == "\"" else {
                    text.append(characters[at])
                    at += 1
                    continue
                }
                at += 1
                while at < characters.count, characters[at] != "\"" {
                    if characters[at] == "\\", at + 1 < characters.count, characters[at + 1] == "\"" || characters[at + 1] == "\\" {
                        at += 1
                    }
                    text.append(characters[at])
                    at += 1
                }
                guard at < characters.count else { throw .unclosedQuote }
                at += 1
            }
            words.append(Word(text: text, start: start))
        }
    }

    /// Whether the line is empty or a comment.
    package static func isBlank(_ line: String) -> Bool {
        guard let first = line.first(where: { !$0.isWhitespace }) else { return true }
        return first == "#"
    }

    /// A word as it is written in a line: in quotes, if it would be split without them.
    package static func word(_ text: String) -> String {
        let isPlain = !text.isEmpty && !text.contains { $0.isWhitespace || $0 == "\"" || $0 == "#" }
        return isPlain ? text : quoted(text)
    }

    /// A word in quotes.
    package static func quoted(_ word: String) -> String {
        "\"" + word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// The line without the flag `--all`, which is noted. In quotes it is a word like any other.
    func takingAll() -> CommandLine {
        var line = self
        line.words = words.indices.filter { words[$0].text != "--all" || isQuoted($0) }.map { words[$0] }
        line.wantsAll = line.words.count < words.count
        return line
    }

    /// Whether a word begins with a quote.
    package func isQuoted(_ word: Int) -> Bool { characters[words[word].start] == "\"" }

    /// The line from a word on, as it was written; one quoted word is given without its quotes.
    package func rest(from word: Int) -> String {
        guard word < words.count else { return "" }
        if word == words.count - 1, isQuoted(word) { return words[word].text }
        var text = String(characters[words[word].start...])
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// The line from a word on exactly as written, for text with quotes of its own, such as JSON and code.
    package func raw(from word: Int) -> String {
        guard word < words.count else { return "" }
        var text = String(characters[words[word].start...])
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
