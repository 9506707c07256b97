import Debugging
import Trace

/// What could stand in place of the last word of a line.
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
            all = snapshot.map { Self.arguments(of: name, at: words - 1, word, $0) } ?? []
        }
        let lower = word.lowercased()
        choices = Array(all.lazy.filter { $0.lowercased().hasPrefix(lower) }.prefix(200))
    }

    private static func arguments(of name: String, at index: Int, _ word: String, _ snapshot: Snapshot) -> [String] {
        guard let spec = try? CommandTable.command(named: name), !spec.kinds.isEmpty else { return [] }
        let optimizers = snapshot.record.optimizers.prefix(snapshot.state.optimizerCount).map(\.name)
        func nodes() -> [String] {
            snapshot.record.nodes(beginning: word, before: snapshot.state.nodeCount, most: 200).map { snapshot.record.name($0) }
        }
        switch (spec.name, index) {
        case ("zero", 0): return ["all"] + optimizers + nodes()
        case ("break", 0): return EventKind.allCases.map(\.rawValue) + ["op"]
        case ("break", 1): return optimizers + nodes()
        case ("goto", 0): return ["end"]
        case ("delete", 0): return ["all"] + snapshot.breakpoints.all.map { String($0.number) }
        default: break
        }
        switch spec.kinds[min(index, spec.kinds.count - 1)] {
        case .node: return nodes()
        case .optimizer: return optimizers
        case .eventKind: return EventKind.allCases.map(\.rawValue)
        case .format: return GraphFormat.allCases.map(\.rawValue)
        case .command: return CommandTable.all.map(\.name)
        default: return []
        }
    }

    static func commonStart(_ words: [String]) -> String? {
        guard var common = words.first else { return nil }
        for word in words { common = String(zip(common, word).prefix { $0 == $1 }.map(\.0)) }
        return common
    }
}
