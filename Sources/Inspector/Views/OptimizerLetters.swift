import Trace

/// One letter for each optimizer, by which boxes and lists name it.
package struct OptimizerLetters: Sendable {
    private var letters: [Character] = []

    package init() {}

    package init(_ record: GraphRecord) { update(record) }

    /// Gives letters to new optimizers; those of the others stay.
    package mutating func update(_ record: GraphRecord) {
        if letters.count > record.optimizers.count { letters = [] }
        while letters.count < record.optimizers.count { letters.append(choose(for: record.optimizers[letters.count].name)) }
    }

    /// The first letter of the name, then the others, that is not taken; then any.
    private func choose(for name: String) -> Character {
        let own = name.filter { $0.isLetter && $0.isASCII }.uppercased()
        let all = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz"
        return (own + all).first { !letters.contains($0) } ?? "?"
    }

    package subscript(id: OptimizerID) -> String { id.index < letters.count ? String(letters[id.index]) : "?" }
}
