import OrderedCollections

/// The feedback that nodes hold: of most nodes nothing, and of most of the others one entry.
///
/// A word a node, so that giving and clearing feedback, which a backward does for every node, neither hashes nor allocates.
public struct HeldFeedback: Sendable {
    /// 0 for nothing, an entry's index and one for a single entry, less than 0 for a place in `lists`.
    private var slots = NodeNumbers()
    /// The entries of the nodes that hold several.
    private var lists: [Chunked<Int32>] = []
    /// Places in `lists` that are free again.
    private var unused: [Int32] = []
    /// How many nodes hold feedback.
    public private(set) var count = 0

    init() {}

    public var isEmpty: Bool { count == 0 }

    /// What a node holds; nil if that is nothing.
    public subscript(node: NodeID) -> FeedbackLists? {
        let slot = slots[node]
        if slot == 0 { return nil }
        return slot > 0 ? FeedbackLists(slot - 1) : FeedbackLists(lists[Int(-slot - 1)])
    }

    /// The nodes that hold feedback, in the order of their creation. In time linear in the size of the graph.
    public var keys: [NodeID] { slots.keys }

    @inline(__always)
    mutating func append(_ entry: Int32, to node: NodeID) {
        let slot = slots[node]
        if slot == 0 {
            slots[node] = entry + 1
            count += 1
        } else if slot > 0 {
            var list = Chunked<Int32>()
            list.append(slot - 1)
            list.append(entry)
            slots[node] = keep(list)
        } else {
            lists[Int(-slot - 1)].append(entry)
        }
    }

    @inline(__always)
    mutating func clear(_ node: NodeID) {
        let slot = slots[node]
        if slot == 0 { return }
        if slot < 0 { discard(slot) }
        slots[node] = 0
        count -= 1
    }

    mutating func remove(_ entry: Int32, from node: NodeID) {
        guard let held = self[node] else { return }
        clear(node)
        for left in held.entries where left != entry { append(left, to: node) }
    }

    /// Gives a list a place, as a slot says it.
    private mutating func keep(_ list: Chunked<Int32>) -> Int32 {
        if let place = unused.popLast() {
            lists[Int(place)] = list
            return -place - 1
        }
        lists.append(list)
        return -Int32(lists.count)
    }

    private mutating func discard(_ slot: Int32) {
        lists[Int(-slot - 1)] = Chunked()
        unused.append(-slot - 1)
    }
}

extension HeldFeedback: Equatable {
    /// Whether the same nodes hold the same entries.
    public static func == (a: HeldFeedback, b: HeldFeedback) -> Bool {
        a.count == b.count && a.keys.allSatisfy { a[$0] == b[$0] }
    }
}

/// The feedback of one node: its entries, as indices into the record, in the order in which they came. The list of each source is taken out
/// of them when it is asked for: a parameter may have a hundred thousand children with one entry each.
public struct FeedbackLists: Sendable, Equatable {
    /// One entry, unless there are several.
    private let single: Int32
    private let several: Chunked<Int32>

    fileprivate init(_ single: Int32) {
        self.single = single
        several = Chunked()
    }

    fileprivate init(_ several: Chunked<Int32>) {
        single = -1
        self.several = several
    }

    /// How many entries all lists hold together.
    public var count: Int { max(several.count, 1) }
    /// All entries, in the order in which they came.
    public var entries: [Int32] { several.isEmpty ? [single] : Array(several) }

    /// Calls a function with each entry, in order, without making an array.
    @inline(__always)
    func forEach(_ body: (Int32) -> Void) {
        if several.isEmpty { body(single) } else { for i in 0..<several.count { body(several[i]) } }
    }

    public static func == (a: FeedbackLists, b: FeedbackLists) -> Bool { a.single == b.single && a.several.elementsEqual(b.several) }

    /// The lists by source, in the order in which the sources came.
    public func lists(in record: GraphRecord) -> OrderedDictionary<FeedbackSource, [Int32]> {
        var lists: OrderedDictionary<FeedbackSource, [Int32]> = [:]
        for entry in entries { lists[record.entries[Int(entry)].source, default: []].append(entry) }
        return lists
    }

    /// The entries list by list, as they stand on the screen and are counted.
    public func inListOrder(in record: GraphRecord) -> [Int32] { lists(in: record).values.flatMap { $0 } }
}
