import Debugging
import Trace

/// The completions of the last word of a line.
struct Completion {
    private(set) var start: Int
    private(set) var choices: [String] = []

    init(_ text: String, _ snapshot: Snapshot?) {
        let characters = Array(text)
        var isQuoted = false
        start = 0
        var words = 0, isInWord = false
        for (index, character) in characters.enumerated() {
            if character == "\"" { isQuoted.toggle() }
            if character == " ", !isQuoted {
                if isInWord { words += 1 }
                isInWord = false
                start = index + 1
            } else {
                isInWord = true
            }
        }
        let word = String(characters[start...]).filter { $0 != "\"" }
        let all: [String]
        if words == 0 {
            all = CommandTable.all.map(\.name)
        } else {
            let name = String(text.split(separator: " ").first ?? "")
            let spec = try? CommandTable.command(named: name)
            all = snapshot.flatMap { spec?.completions(at: words - 1, beginning: word, in: $0) } ?? []
        }
        let lower = word.lowercased()
        choices = Array(all.lazy.filter { $0.lowercased().hasPrefix(lower) }.prefix(200))
    }

    /// A line about a choice: the summary of a command, the data of a node, the kind of an optimizer.
    ///
    /// - Parameter line: the line that it completes.
    static func help(for choice: String, behind line: String, _ snapshot: Snapshot?) -> String {
        let isFirst = !line.trimmingPrefix(while: \.isWhitespace).contains(" "), isHelp = line.hasPrefix("help ") || line.hasPrefix("h ")
        if isFirst || isHelp { return (try? CommandTable.command(named: choice))?.summary ?? "" }
        guard let snapshot else { return "" }
        if let id = snapshot.record.node(named: choice) {
            return id.index < snapshot.state.nodeCount
                ? snapshot.record.short(id, snapshot.state.value(id, in: snapshot.record), 40) : ""
        }
        if let facts = snapshot.record.optimizers.first(where: { $0.name == choice }) {
            return "\(facts.kindName), \(count(facts.distinctParameters.count, "parameter"))"
        }
        return snapshot.branches.first { $0.name == choice }.map { "\(count($0.events, "event"))" } ?? ""
    }

    static func commonStart(_ words: [String]) -> String? {
        guard var common = words.first else { return nil }
        for word in words { common = String(zip(common, word).prefix { $0 == $1 }.map(\.0)) }
        return common
    }
}
