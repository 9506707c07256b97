/// A set of nodes, a bit each, for walks over a graph.
///
/// A parent has a lower number than its children, so a walk does not need a list of open nodes: it goes through the bits in one direction
/// while it sets bits further on, and reaches those later.
struct NodeSet: Sendable {
    static var bits: Int { UInt.bitWidth }
    /// The number of the first word, counted from that of node 0.
    private var firstWord: Int
    private var words: [UInt]

    /// The set that takes no node.
    static var none: NodeSet { NodeSet() }

    private init() { (firstWord, words) = (0, []) }

    /// An empty set that takes the nodes of a range.
    init(from lowest: NodeID, through highest: NodeID) {
        firstWord = lowest.index / Self.bits
        words = Array(repeating: 0, count: highest.index / Self.bits - firstWord + 1)
    }

    @inline(__always)
    func contains(_ id: NodeID) -> Bool {
        let word = id.index / Self.bits - firstWord
        return words.indices.contains(word) && words[word] & Self.bit(id) != 0
    }

    /// Adds a node of the range that the set takes.
    @inline(__always)
    mutating func insert(_ id: NodeID) { words[id.index / Self.bits - firstWord] |= Self.bit(id) }

    /// Adds a node if it is of the range that the set takes; false if it is not.
    @inline(__always)
    mutating func insertIfTaken(_ id: NodeID) -> Bool {
        let word = id.index / Self.bits - firstWord
        guard UInt(bitPattern: word) < UInt(bitPattern: words.count) else { return false }
        words[word] |= Self.bit(id)
        return true
    }

    /// Takes out a node of the range that the set takes.
    @inline(__always)
    mutating func remove(_ id: NodeID) { words[id.index / Self.bits - firstWord] &= ~Self.bit(id) }

    /// Number of nodes in it.
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// The number of nodes in a range that it has.
    func count(from first: NodeID, through last: NodeID) -> Int {
        let start = max(0, first.index - firstWord * Self.bits), end = min(span, last.index + 1 - firstWord * Self.bits)
        guard start < end else { return 0 }
        var count = 0
        for place in start / Self.bits...(end - 1) / Self.bits {
            var word = words[place]
            if place == start / Self.bits { word &= UInt.max << (start % Self.bits) }
            if place == (end - 1) / Self.bits { word &= UInt.max >> (Self.bits - 1 - (end - 1) % Self.bits) }
            count += word.nonzeroBitCount
        }
        return count
    }

    /// Adds the nodes of another set. Both begin at the first node.
    mutating func formUnion(_ other: NodeSet) {
        for (place, word) in other.words.enumerated() { if place < words.count { words[place] |= word } else { words.append(word) } }
    }

    /// Takes out the nodes that are not in another set. Both begin at the first node.
    mutating func formIntersection(_ other: NodeSet) {
        for place in words.indices { words[place] &= place < other.words.count ? other.words[place] : 0 }
    }

    /// The same nodes, without the room before one of them.
    func trimmed(from first: NodeID) -> NodeSet {
        var set = self
        set.words = Array(words[(first.index / Self.bits - firstWord)...])
        set.firstWord = first.index / Self.bits
        return set
    }

    /// The same range of nodes, and none of them.
    var emptied: NodeSet {
        var set = self
        set.words = Array(repeating: 0, count: words.count)
        return set
    }

    /// Calls a function with each node, from the first created on.
    @inline(__always)
    func forEach(_ body: (NodeID) -> Void) {
        for (place, word) in words.enumerated() {
            var left = word
            while left != 0 {
                body(NodeID((firstWord + place) * Self.bits + left.trailingZeroBitCount))
                left &= left - 1
            }
        }
    }

    /// Number of nodes that it covers, from the first to the last.
    var span: Int { words.count * Self.bits }

    /// The given number of the last created nodes, by age.
    func last(_ count: Int) -> [NodeID] {
        var found: [NodeID] = []
        for (place, word) in words.enumerated().reversed() {
            var left = word
            while left != 0, found.count < count {
                let bit = Self.bits - 1 - left.leadingZeroBitCount
                left &= ~(1 << UInt(bit))
                found.append(NodeID((firstWord + place) * Self.bits + bit))
            }
            if found.count == count { break }
        }
        return found.reversed()
    }

    /// The number after the last node that it takes.
    var end: Int { (firstWord + words.count) * Self.bits }

    /// Calls a function with each node that was created after one, from the first created on.
    @inline(__always)
    func forEach(after id: NodeID, _ body: (NodeID) -> Void) {
        let place = id.index / Self.bits - firstWord
        for word in max(place, 0)..<max(place, words.count) {
            var left = words[word]
            // The smart shift gives 0 when it shifts by all the bits of a word.
            if word == place { left &= UInt.max << (id.index % Self.bits + 1) }
            while left != 0 {
                body(NodeID((firstWord + word) * Self.bits + left.trailingZeroBitCount))
                left &= left - 1
            }
        }
    }

    /// Calls a function with each node, from the first created on, also those that it adds further on, until it says to stop.
    ///
    /// - Returns: the node at which it said so.
    @inline(__always)
    mutating func ascend(_ body: (NodeID, inout NodeSet) -> Bool) -> NodeID? {
        for word in words.indices {
            var done: UInt = 0
            while true {
                let left = words[word] & ~done
                if left == 0 { break }
                let bit = left.trailingZeroBitCount
                done |= 1 << UInt(bit)
                let id = NodeID((firstWord + word) * Self.bits + bit)
                if !body(id, &self) { return id }
            }
        }
        return nil
    }

    /// Calls a function with each node, from the last created back, also those that it adds further on.
    @inline(__always)
    mutating func descend(_ body: (NodeID, inout NodeSet) -> Void) {
        for word in words.indices.reversed() {
            var done: UInt = 0
            while true {
                let left = words[word] & ~done
                if left == 0 { break }
                let bit = Self.bits - 1 - left.leadingZeroBitCount
                done |= 1 << UInt(bit)
                body(NodeID((firstWord + word) * Self.bits + bit), &self)
            }
        }
    }

    private static func bit(_ id: NodeID) -> UInt { 1 << UInt(id.index % bits) }
}
