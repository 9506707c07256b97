import Trace

/// The letter by which each optimizer is called on the screen: the first of its name, or else the next free one.
///
/// Letters are given in the order of creation, so a new optimizer never changes the letter of an old one.
package struct OptimizerLetters: Sendable, Equatable {
    private var letters: [Character] = []

    /// The letters of the first `count` optimizers of a record.
    package init(_ record: GraphRecord, _ count: Int) {
        self.init(names: record.optimizers.prefix(count).map(\.name))
    }

    init(names: [String]) {
        var taken = Set<Character>()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        for name in names {
            let own = name.unicodeScalars.first { $0.isASCII && $0.properties.isAlphabetic }.map { Character(String($0).uppercased()) }
            var letter = own ?? "A"
            if taken.contains(letter) {
                let start = alphabet.firstIndex(of: letter) ?? 0
                letter = (0..<alphabet.count).lazy.map { alphabet[(start + $0) % alphabet.count] }.first { !taken.contains($0) } ?? "?"
            }
            taken.insert(letter)
            letters.append(letter)
        }
    }

    package subscript(id: OptimizerID) -> Character { letters.indices.contains(id.index) ? letters[id.index] : "?" }
}
