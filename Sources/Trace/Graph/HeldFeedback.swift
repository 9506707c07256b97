import OrderedCollections

/// The feedback that nodes hold: of most nodes nothing, and of most of the others one entry.
///
/// A word a node, so that giving and clearing feedback, which a backward does for every node, neither hashes nor allocates.
public struct HeldFeedback: Sendable {
    /// 0 for nothing, an entry's index and one for a single entry, less than 0 for several: the place of the last one's cell, and one.
    private var slots = NodeNumbers()
    /// The entries of the nodes that hold several: a ring for each node.
    private var cells = Chunked<Link>()
    /// The first of the free cells, each of which has the next one; −1 is none.
    private var unused: Int32 = -1
    /// Number of nodes that hold feedback.
    public private(set) var count = 0
    /// Number of changes inside of a list; all others append to one or remove a whole one.
    private var removals: Int32 = 0

    /// The end of a node's list at some event.
    struct ListEnd: Sendable {
        /// Entries have unique numbers, so the first one distinguishes a list from later ones.
        fileprivate var first: Int32
        /// The last one's cell; −1 where there was one alone.
        fileprivate var cell: Int32
        fileprivate var removals: Int32
    }

    private struct Link: Sendable {
        var entry: Int32
        /// The next entry's cell; behind the last one comes the first.
        var next: Int32
        /// Position among the node's entries, counted from 1. That of the last entry is their number.
        var number: Int32
    }

    init() {}

    public var isEmpty: Bool { count == 0 }

    /// Whether a node holds anything.
    @inline(__always)
    public func holds(_ node: NodeID) -> Bool { slots[node] != 0 }

    /// The feedback of a node; nil if there is none.
    public subscript(node: NodeID) -> FeedbackLists? {
        guard holds(node) else { return nil }
        var entries: [Int32] = []
        forEachEntry(of: node) { entries.append($0) }
        return FeedbackLists(entries: entries)
    }

    /// Number of entries of a node.
    public func count(of node: NodeID) -> Int {
        let slot = slots[node]
        return slot < 0 ? Int(cells[Int(-slot - 1)].number) : slot == 0 ? 0 : 1
    }

    /// Calls a function with each entry of a node, in the order in which they came, without making an array.
    @inline(__always)
    func forEachEntry(of node: NodeID, _ body: (Int32) -> Void) {
        let slot = slots[node]
        if slot > 0 { body(slot - 1) }
        guard slot < 0 else { return }
        let last = -slot - 1
        var place = last
        repeat {
            place = cells[Int(place)].next
            body(cells[Int(place)].entry)
        } while place != last
    }

    /// The nodes that hold feedback, in the order of their creation. In time linear in the size of the graph.
    public var keys: [NodeID] { slots.keys }

    /// The current end of a node's list; nil if it holds nothing.
    func end(of node: NodeID) -> ListEnd? {
        let slot = slots[node]
        if slot == 0 { return nil }
        if slot > 0 { return ListEnd(first: slot - 1, cell: -1, removals: removals) }
        let last = -slot - 1
        return ListEnd(first: cells[Int(cells[Int(last)].next)].entry, cell: last, removals: removals)
    }

    /// The entries that were added to a node's list since an earlier end, in time linear in their number; nil if it is another list now.
    func entries(of node: NodeID, since end: ListEnd) -> [Int32]? {
        let slot = slots[node]
        guard slot != 0, end.removals == removals else { return nil }
        if slot > 0 { return slot - 1 == end.first && end.cell < 0 ? [] : nil }
        let last = -slot - 1, first = cells[Int(last)].next
        guard cells[Int(first)].entry == end.first else { return nil }
        var entries: [Int32] = [], place = end.cell < 0 ? first : end.cell
        while place != last {
            place = cells[Int(place)].next
            entries.append(cells[Int(place)].entry)
        }
        return entries
    }

    @inline(__always)
    mutating func append(_ entry: Int32, to node: NodeID) {
        let slot = slots[node]
        if slot == 0 {
            slots[node] = entry + 1
            count += 1
        } else if slot > 0 {
            let first = keep(slot - 1, before: 0, number: 1)
            cells[Int(first)].next = first
            slots[node] = -follow(first, with: entry) - 1
        } else {
            slots[node] = -follow(-slot - 1, with: entry) - 1
        }
    }

    @inline(__always)
    mutating func clear(_ node: NodeID) {
        let slot = slots[node]
        if slot == 0 { return }
        if slot < 0 {
            // The whole ring is free, from its first cell to its last.
            let last = Int(-slot - 1), first = cells[last].next
            cells[last].next = unused
            unused = first
        }
        slots[node] = 0
        count -= 1
    }

    /// Removes some of a node's entries.
    mutating func remove(_ lost: some Collection<Int32>, from node: NodeID) {
        guard let held = self[node] else { return }
        let lost = Set(lost)
        removals += 1
        clear(node)
        for left in held.entries where !lost.contains(left) { append(left, to: node) }
    }

    /// Puts removed entries back among a node's others. The numbers of entries grow in the order in which they came.
    mutating func insert(_ entries: some Collection<Int32>, into node: NodeID) {
        let all = Set(self[node]?.entries ?? []).union(entries).sorted()
        removals += 1
        clear(node)
        for entry in all { append(entry, to: node) }
    }

    /// Adds an entry after the last one of a ring.
    ///
    /// - Returns: the place of its cell.
    @inline(__always)
    private mutating func follow(_ last: Int32, with entry: Int32) -> Int32 {
        let behind = cells[Int(last)], place = keep(entry, before: behind.next, number: behind.number + 1)
        cells[Int(last)].next = place
        return place
    }

    /// Gives an entry a cell.
    @inline(__always)
    private mutating func keep(_ entry: Int32, before next: Int32, number: Int32) -> Int32 {
        let cell = Link(entry: entry, next: next, number: number), place = unused
        if place < 0 {
            cells.append(cell)
            return Int32(cells.count - 1)
        }
        unused = cells[Int(place)].next
        cells[Int(place)] = cell
        return place
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
    /// All entries, in the order in which they came.
    public let entries: [Int32]

    init(entries: [Int32]) { self.entries = entries }

    /// Number of entries in all lists together.
    public var count: Int { entries.count }

    /// The lists by source, in the order in which the sources came.
    public func lists(in record: GraphRecord) -> OrderedDictionary<FeedbackSource, [Int32]> {
        var lists: OrderedDictionary<FeedbackSource, [Int32]> = [:]
        for entry in entries { lists[record.entries[Int(entry)].source, default: []].append(entry) }
        return lists
    }

    /// The entries list by list, in one array, and where each list is in it.
    package func arranged(in record: GraphRecord) -> (entries: [FeedbackEntry], lists: [Range<Int>]) {
        let all = entries.map { record.entries[Int($0)] }
        // One backward gives a node one entry for each child, in the order of the visits.
        var isEachAlone = true, last = Int.max
        for entry in all where isEachAlone {
            guard case .child(let child) = entry.source, child.index < last else {
                isEachAlone = false
                break
            }
            last = child.index
        }
        if isEachAlone { return (all, all.indices.map { $0..<$0 + 1 }) }
        var places: [FeedbackSource: Int] = [:], sizes: [Int] = []
        let list = all.map { entry in
            if let known = places[entry.source] {
                sizes[known] += 1
                return known
            }
            places[entry.source] = sizes.count
            sizes.append(1)
            return sizes.count - 1
        }
        var starts = [0]
        for size in sizes { starts.append(starts[starts.count - 1] + size) }
        var next = starts, order = [Int](repeating: 0, count: all.count)
        for (index, list) in list.enumerated() {
            order[next[list]] = index
            next[list] += 1
        }
        return (order.map { all[$0] }, sizes.indices.map { starts[$0]..<starts[$0 + 1] })
    }

    /// The entries list by list, in the order in which they are shown and counted.
    public func inListOrder(in record: GraphRecord) -> [Int32] { lists(in: record).values.flatMap { $0 } }
}
