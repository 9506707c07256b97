import Trace

/// The nodes of the outer level in the order of creation, with what repeats folded into loops.
///
/// A loop is a sequence that repeats, turn after turn, in the same form: made at the same places in the source, by the same operations,
/// of as many inputs, with the same edges inside a turn and to the turns before, in name scopes that differ in numbers alone. Other names play
/// no part. An inner loop may take another number of turns each time.
///
/// It grows with the record, so that a step costs its additions. Parameters and exceptions are in no loop, because users look for them.
package struct LoopTree: Sendable {
    /// A node, or a loop in its place.
    package struct Item: Sendable {
        package fileprivate(set) var first: NodeID
        package fileprivate(set) var last: NodeID
        /// The number of nodes of the outer level that it represents.
        package fileprivate(set) var nodes: Int32
        /// The place of the loop in `loops`; −1 for a node.
        fileprivate var loopNumber: Int32 = -1
        /// The innermost name scope that all of it is in, by its number in `scopes`.
        package fileprivate(set) var scope: Int32
        /// The number of items right before it that are in one stretch of its outermost scope with it.
        package fileprivate(set) var run: Int32 = 0
        /// A number shared by all repetitions of one shape; 0 for a shape that repeats nothing.
        fileprivate let token: UInt64
        /// The last place before it with the same token, or −1.
        fileprivate var previous: Int32 = -1

        package var loop: Int? { loopNumber < 0 ? nil : Int(loopNumber) }
    }

    package struct Loop: Sendable {
        /// The items of all turns, one turn after the other.
        package fileprivate(set) var items: [Item]
        /// The items of one turn.
        package let period: Int
        /// The depth of the loops in it; 1 is the innermost.
        package let level: Int
        /// The sources of a turn's inputs, one after the other.
        fileprivate var pattern: [Origin]
        /// The first nodes from before the loop that it reads, and the node that reads each first.
        package fileprivate(set) var reads: [(node: NodeID, by: NodeID)] = []

        package var turns: Int { items.count / period }
        package func turn(_ number: Int) -> ArraySlice<Item> { items[number * period..<(number + 1) * period] }
        /// The number of turns that end before an index of a node.
        func turns(before index: Int) -> Int { (0..<turns).partition { items[($0 + 1) * period - 1].last.index >= index } }
    }

    /// Upper bound of the number of items in a turn.
    static let longestTurn = 512
    /// Upper bound of the number of items in a stretch of one scope: a row for one is made afresh when another item is added to it.
    static let longestStretch = 2_048
    /// The number of nodes from before a loop that are noted for it.
    static let mostReads = 24

    package private(set) var items: [Item] = []
    package private(set) var loops: [Loop] = []
    package private(set) var scopes = ScopeTable()
    private var newest: [UInt64: Int32] = [:]
    /// The places of the loops in `items`.
    private var loopPlaces: [Int] = []
    /// The number of nodes of the record that were read.
    package private(set) var nodesRead = 0
    /// The folds at the end of the rows read so far, which another turn of an inner loop may undo.
    private var provisional: [Change] = []
    /// The items before this place are as they were when `takeChanges` was called.
    private var unchanged = 0

    private enum Change {
        case added(place: Int, before: Item, reads: Int, pattern: [Origin])
        case made
    }

    /// The place at which an input of a turn was made.
    fileprivate indirect enum Origin: Hashable, Sendable {
        /// In the same turn, by the place there.
        case own(Int)
        /// The number of turns before.
        case back(Int, Int)
        case outside
        /// The reads of an inner loop from outside its turn, together.
        case others(Set<Origin>)

        var place: Int { if case .own(let place) = self { place } else { -1 } }
    }

    package init() {}

    /// Least number of unread nodes for which room is reserved at once.
    static let large = 1 << 16

    /// Reads the nodes of a record before an index.
    package mutating func extend(to record: GraphRecord, through end: Int) {
        guard nodesRead < end else { return }
        takeBack(record)
        // A list that grows to a million items is copied as a whole at times, which takes longer than a frame.
        let behind = record.nodeCount - nodesRead
        if behind > Self.large {
            items.reserveCapacity(items.count + behind)
            // No more than once, as the room that is left for them need not grow smaller with what is left to read.
            if loops.isEmpty {
                loops.reserveCapacity(behind / 2)
                loopPlaces.reserveCapacity(behind / 2)
            }
        }
        for index in nodesRead..<end where record.enclosingCall(NodeID(index)) == nil { push(NodeID(index), record) }
        nodesRead = end
        while let change = fold(record) { provisional.append(change) }
    }

    /// The place in `items` from which on something has changed since the last call.
    package mutating func takeChanges() -> Int {
        defer { unchanged = items.count }
        return unchanged
    }

    /// A loop with its first turns alone.
    func first(_ turns: Int, of item: Item) -> Item {
        guard let number = item.loop, turns < loops[number].turns, turns > 0 else { return item }
        var shown = item
        let items = loops[number].items[..<(turns * loops[number].period)]
        shown.nodes = items.reduce(0) { $0 + $1.nodes }
        shown.last = items[items.endIndex - 1].last
        shown.scope = scopes.common(items.dropFirst(), items[0].scope)
        return shown
    }

    // MARK: The list

    private mutating func push(_ id: NodeID, _ record: GraphRecord) {
        let scope = scopes.scope(of: id, record), token = token(id, scope, record)
        // A row that ends in a loop is compared after the last turn of the loop.
        if let last = items.last, let loop = last.loop, loops[loop].items[0].token != token {
            while fold(record) != nil {}
        }
        append(Item(first: id, last: id, nodes: 1, scope: scope, token: token), record)
        _ = fold(record)
    }

    private mutating func append(_ item: Item, _ record: GraphRecord) {
        var item = item
        (item.previous, item.run) = (-1, 0)
        if let before = items.last, before.run + 1 < Self.longestStretch {
            let scope = scopes.outermost(of: before.last, record)
            if scope != ScopeTable.none, scopes.outermost(of: item.first, record) == scope { item.run = before.run + 1 }
        }
        if item.token != 0 {
            item.previous = newest[item.token] ?? -1
            newest[item.token] = Int32(items.count)
        }
        if item.loop != nil { loopPlaces.append(items.count) }
        items.append(item)
    }

    private mutating func pop(_ count: Int) -> [Item] {
        let taken = Array(items.suffix(count))
        for item in taken.reversed() {
            if item.token != 0 { newest[item.token] = item.previous < 0 ? nil : item.previous }
            if item.loop != nil { loopPlaces.removeLast() }
        }
        items.removeLast(count)
        unchanged = min(unchanged, items.count)
        return taken
    }

    // MARK: Folding

    /// Folds the end of the list if it repeats the items before it.
    private mutating func fold(_ record: GraphRecord) -> Change? {
        guard let last = items.last, last.token != 0 else { return nil }
        let length = items.count
        // An iteration over the list would keep it alive while it changes, and so copy the whole of it.
        let loopCount = loopPlaces.count
        for back in 1...8 where back <= loopCount {
            let place = loopPlaces[loopCount - back], count = length - 1 - place
            if count > Self.longestTurn { break }
            if count > 0, let change = addTurn(to: place, of: count, record) { return change }
            // The rows before the turn were folded, so the places have changed.
            if items.count != length { break }
        }
        var place = Int(items[items.count - 1].previous)
        for _ in 0..<4 where place >= 0 {
            let period = items.count - 1 - place
            guard period <= Self.longestTurn, 2 * period <= items.count else { return nil }
            if let change = makeLoop(of: period, record) { return change }
            place = Int(items[place].previous)
        }
        return nil
    }

    private mutating func addTurn(to place: Int, of count: Int, _ record: GraphRecord) -> Change? {
        guard let number = items[place].loop, loops[number].period == count else { return nil }
        guard isTurn(after: place, of: number) else { return nil }
        let before = loops[number].pattern, origins = origins(items[(place + 1)...], after: loops[number].items[...], record)
        guard let pattern = Self.continued(before, by: origins, loops[number].turns) else {
            // The loop before it has had its last turn.
            let turn = pop(count)
            while fold(record) != nil {}
            for item in turn { append(item, record) }
            return nil
        }
        let change = Change.added(place: place, before: items[place], reads: loops[number].reads.count, pattern: before)
        let turn = pop(count)
        unchanged = min(unchanged, place)
        items[place].nodes += turn.reduce(0) { $0 + $1.nodes }
        items[place].last = turn[count - 1].last
        items[place].scope = scopes.common(turn[...], items[place].scope)
        let behind = record.nodeCount - turn[count - 1].last.index
        if behind > Self.large, loops[number].items.count >= Self.large / 4, loops[number].items.capacity < behind {
            loops[number].items.reserveCapacity(loops[number].items.count + behind)
        }
        loops[number].items += turn
        loops[number].pattern = pattern
        note(turn[...], in: number, record)
        return change
    }

    private mutating func makeLoop(of period: Int, _ record: GraphRecord) -> Change? {
        guard let (before, pattern) = patterns(of: period, record) else { return nil }
        let both = pop(2 * period)
        let level = both.reduce(0) { max($0, $1.loop.map { loops[$0].level } ?? 0) } + 1
        loops.append(Loop(items: both, period: period, level: level, pattern: pattern))
        note(both[...], in: loops.count - 1, record)
        var token: UInt64 = 0x6C6F_6F70
        for item in both.prefix(period) { token = Self.mix(token, item.token) }
        for origin in before {
            if case .own(let place) = origin { token = Self.mix(token, UInt64(place + 1)) } else { token = Self.mix(token, 0) }
        }
        append(
            Item(
                first: both[0].first, last: both[2 * period - 1].last, nodes: both.reduce(0) { $0 + $1.nodes },
                loopNumber: Int32(loops.count - 1), scope: scopes.common(both[1...], both[0].scope), token: token | 1), record)
        return .made
    }

    // A slice that is alive while its list changes causes a copy of the whole list, so comparisons have functions of their own.

    /// Whether the items after a loop look like its last turn.
    private func isTurn(after place: Int, of number: Int) -> Bool {
        let next = items[(place + 1)...], last = loops[number].items.suffix(next.count)
        return repeats(next, last) && isAsLong(next, last)
    }

    /// The patterns of the last two turns of a number of items; nil if the second does not repeat the first.
    private func patterns(of period: Int, _ record: GraphRecord) -> (first: [Origin], second: [Origin])? {
        let start = items.count - 2 * period, first = items[start..<start + period], second = items[(start + period)...]
        guard repeats(second, first), isAsLong(second, first) else { return nil }
        let before = origins(first, after: [], record)
        return Self.continued(before, by: origins(second, after: first, record), 1).map { (before, $0) }
    }

    /// The pattern of a loop with another turn; nil if the edges of that turn differ.
    ///
    /// - Parameter turns: the number of turns before it. Only a turn that far from the first may be the first to read it.
    private static func continued(_ pattern: [Origin], by next: [Origin], _ turns: Int) -> [Origin]? {
        guard pattern.count == next.count else { return nil }
        for (old, new) in zip(pattern, next) where old != new {
            if turns == 1, case .others = old, case .others = new { continue }
            guard old == .outside, case .back(let distance, _) = new, distance == turns else { return nil }
        }
        return next
    }

    /// Whether loops that follow each other with nothing between them have the same number of turns.
    private func isAsLong(_ new: ArraySlice<Item>, _ old: ArraySlice<Item>) -> Bool {
        guard new.count == 1, let a = new.last?.loop, let b = old.last?.loop else { return true }
        return loops[a].turns == loops[b].turns
    }

    private func repeats(_ new: ArraySlice<Item>, _ old: ArraySlice<Item>) -> Bool {
        zip(new.reversed(), old.reversed()).allSatisfy { $0.token == $1.token && $0.token != 0 }
    }

    /// Undoes folds that only the end of the record justified.
    private mutating func takeBack(_ record: GraphRecord) {
        for change in provisional.reversed() {
            switch change {
            case .added(let place, let before, let reads, let pattern):
                guard let number = before.loop else { continue }
                let period = loops[number].period
                let turn = Array(loops[number].items.suffix(period))
                loops[number].items.removeLast(period)
                loops[number].pattern = pattern
                loops[number].reads.removeLast(loops[number].reads.count - reads)
                items[place] = before
                unchanged = min(unchanged, place)
                for item in turn { append(item, record) }
            case .made:
                _ = pop(1)
                for item in loops.removeLast().items { append(item, record) }
            }
        }
        provisional = []
    }

    /// Notes the nodes before the loop that a turn reads.
    private mutating func note(_ turn: ArraySlice<Item>, in number: Int, _ record: GraphRecord) {
        let start = loops[number].items[0].first
        func add(_ node: NodeID, _ reader: NodeID, to reads: inout [(node: NodeID, by: NodeID)]) {
            guard node < start, reads.count < Self.mostReads, !reads.contains(where: { $0.node == node }) else { return }
            reads.append((node, reader))
        }
        var reads = loops[number].reads
        for item in turn where reads.count < Self.mostReads {
            if let inner = item.loop {
                for read in loops[inner].reads { add(read.node, read.by, to: &reads) }
            } else {
                record.forEachInput(item.first) { add($0, item.first, to: &reads) }
            }
        }
        loops[number].reads = reads
    }

    // MARK: Equality

    /// The places at which the inputs of a turn were made. Those of an inner loop count once each, since it may take more turns or fewer.
    private func origins(_ turn: ArraySlice<Item>, after turns: ArraySlice<Item>, _ record: GraphRecord) -> [Origin] {
        var found: [Origin] = []
        let start = turn[turn.startIndex].first
        func origin(_ id: NodeID) -> Origin {
            if id >= start { return .own(turn.partition { $0.first > id } - 1) }
            guard let first = turns.first?.first, id >= first else { return .outside }
            let place = turns.partition { $0.first > id } - 1
            return .back((turns.count - place / turn.count * turn.count) / turn.count, place % turn.count)
        }
        for item in turn {
            guard let inner = item.loop else {
                record.forEachInput(item.first) { found.append(origin($0)) }
                continue
            }
            let origins = Set(loops[inner].reads.map { origin($0.node) })
            let own = origins.filter { $0.place >= 0 }
            found += own.sorted { $0.place < $1.place } + [.others(origins.subtracting(own))]
        }
        return found
    }

    private func token(_ id: NodeID, _ scope: Int32, _ record: GraphRecord) -> UInt64 {
        let shape = record.shape(id)
        guard shape.canRepeat else { return 0 }
        let token = Self.mix(Self.mix(UInt64(shape.place), UInt64(shape.operation)), UInt64(shape.inputCount))
        return (scope == ScopeTable.none ? token : Self.mix(token, scopes.shape(scope))) | 1
    }

    private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var x = (a &* 0x9E37_79B9_7F4A_7C15) ^ (b &+ 0x7F4A_7C15_9E37_79B9 &+ (a << 6) &+ (a >> 2))
        x ^= x >> 29
        x = x &* 0xBF58_476D_1CE4_E5B9
        return x ^ (x >> 32)
    }
}
