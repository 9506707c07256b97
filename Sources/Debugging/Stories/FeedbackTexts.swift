import Trace

/// The different texts among some feedback entries, in the order in which they first came. Each has a letter, by which views and commands
/// name it: equal texts have the same.
package struct FeedbackTexts: Sendable {
    package struct Text: Sendable {
        package let letter: String
        package let value: Value
        /// Whether its entries are trace graphs. Only such texts have to agree.
        package let isGraph: Bool
        /// The entries that say it, as indices into the record, oldest first.
        package fileprivate(set) var entries: [Int32] = []
        /// The backward calls that brought it, each once.
        package fileprivate(set) var calls: [Int] = []
        fileprivate var known = Set<Int>()
    }
    private struct TextKey: Hashable {
        var value: Value
        var isGraph: Bool
    }
    package private(set) var all: [Text] = []
    private var places: [TextKey: Int] = [:]

    /// The texts on some nodes.
    package init(on nodes: [NodeID], _ state: GraphState, _ record: GraphRecord) {
        self.init(nodes.flatMap { state.feedback[$0]?.entries ?? [] }, record)
    }

    /// - Parameter entries: indices into the record.
    package init(_ entries: [Int32], _ record: GraphRecord) {
        // Entries of one call mostly come together, and say the same.
        var last: (call: Int, place: Int)?
        for index in entries.sorted() {
            let entry = record.entries[Int(index)], call = entry.backward
            let place: Int
            if entry.value == nil, let last, last.call == call { place = last.place } else { place = self.place(of: entry, record) }
            last = entry.value == nil ? (call, place) : nil
            all[place].entries.append(index)
            if all[place].known.insert(call).inserted { all[place].calls.append(call) }
        }
    }

    private mutating func place(of entry: FeedbackEntry, _ record: GraphRecord) -> Int {
        let key = Self.key(of: entry, record)
        if let known = places[key] { return known }
        places[key] = all.count
        all.append(Text(letter: Self.letter(all.count), value: record.feedback(of: entry), isGraph: key.isGraph))
        return all.count - 1
    }

    private static func key(of entry: FeedbackEntry, _ record: GraphRecord) -> TextKey {
        TextKey(value: plain(record.feedback(of: entry)), isGraph: record.isGraph(entry))
    }

    /// Numbers that are equal are the same text, whatever their type.
    private static func plain(_ value: Value) -> Value {
        switch value {
        case .int(let number): Int(exactly: Double(number)) == number ? .float(Double(number)) : value
        case .list(let items): .list(items.map(plain))
        default: value
        }
    }

    /// `a` to `z`, `aa`, `ab` and so on.
    package static func letter(_ place: Int) -> String {
        var left = place + 1, letters = ""
        while left > 0 {
            left -= 1
            letters = String(UnicodeScalar(UInt8(97 + left % 26))) + letters
            left /= 26
        }
        return letters
    }

    /// The place of an entry's text among all texts; nil if none of the entries has it.
    package func place(of entry: FeedbackEntry, in record: GraphRecord) -> Int? { places[Self.key(of: entry, record)] }

    package func place(of letter: String) -> Int? { all.firstIndex { $0.letter == letter } }

    /// The parts that have to agree.
    package var graphs: [Int] { all.indices.filter { all[$0].isGraph } }
    package var areInConflict: Bool { graphs.count > 1 }
    package var entryCount: Int { all.reduce(0) { $0 + $1.entries.count } }
}

extension FeedbackTexts.Text {
    /// The nodes that hold it, each once, in the order in which they got it.
    package func nodes(in record: GraphRecord) -> [NodeID] {
        var seen = Set<NodeID>()
        return entries.lazy.map { record.entries[Int($0)].node }.filter { seen.insert($0).inserted }
    }

    /// The first of its entries on a node; its first one at all without a node.
    package func entry(on node: NodeID? = nil, in record: GraphRecord) -> Int32? {
        guard let node else { return entries.first }
        return entries.first { record.entries[Int($0)].node == node }
    }
}
