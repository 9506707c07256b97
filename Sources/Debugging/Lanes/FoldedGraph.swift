import Trace

/// The opened loops and the omitted nodes of a graph on the screen.
package struct GraphFolds: Equatable, Sendable {
    /// A loop or one of its turns, by the first of its nodes.
    package struct ID: Hashable, Sendable {
        package let first: NodeID
        /// The number of levels of loops in it.
        package let level: Int
        package let isTurn: Bool
    }

    /// The loops and turns that were opened, and the loops that were closed although they are short.
    package var opened: Set<ID> = []
    /// The outputs of bundles whose inner graphs are shown.
    package var bundles: Set<NodeID> = []
    /// Whether every loop is shown turn by turn and node by node.
    package var opensLoops = false

    package init() {}
}

/// A graph as a list of rows by age, which is a topological order: nodes, loops, and turns of loops.
///
/// Its beginning stays as it is when nodes are added or when time is moved, so the cost of either depends on its change.
package struct FoldedGraph: Sendable {
    package struct Row: Equatable, Sendable {
        package enum Kind: Equatable, Sendable {
            case node
            /// A closed loop, with its number of turns.
            case loop(number: Int, turns: Int)
            /// A closed turn, counted from 1.
            case turn(loop: Int, number: Int)
            /// The heading over an opened row.
            case openLoop(number: Int, turns: Int)
            case openTurn(loop: Int, number: Int)
            /// Nodes that are left out.
            case gap
        }
        package var kind: Kind
        /// The nodes from one to another; a heading represents none.
        package var first: NodeID
        package var last: NodeID
        package var nodes: Int
        package var depth: Int
        package var id: GraphFolds.ID?

        package var isHeading: Bool {
            switch kind {
            case .openLoop, .openTurn: true
            default: false
            }
        }
        package func contains(_ node: NodeID) -> Bool { !isHeading && first <= node && node <= last }
    }

    /// A loop with fewer turns, or with fewer nodes in all, is shown open.
    static let leastTurns = 4
    static let leastNodes = 10

    package private(set) var tree = LoopTree()
    package private(set) var rows: [Row] = []
    /// The first row of each item of the tree that has rows.
    private var starts: [Int32] = []
    private var folds = GraphFolds()
    private var only: NodeMembers?
    private var count = 0
    /// The first row of the calls that are going on, which have no output yet by which they could be opened.
    private var running: Int?
    /// Grows with every change of the rows; the rows before `changedFrom` are as they were at the change before.
    package private(set) var version = 0
    package private(set) var changedFrom = 0

    package init() {}

    /// Whether nothing was read yet.
    package var isEmpty: Bool { tree.nodesRead == 0 }

    /// Whether nodes of the record are still to be read.
    package func isBehind(_ record: GraphRecord) -> Bool { tree.nodesRead < record.nodeCount }

    /// Shows an event.
    ///
    /// - Parameters:
    ///   - only: the nodes to show; nil for all.
    ///   - isSameChoice: whether `only` is as it was the last time.
    ///   - most: upper bound of the number of nodes read.
    package mutating func update(
        _ record: GraphRecord, _ state: GraphState, folds: GraphFolds, only: NodeMembers? = nil, isSameChoice: Bool = true,
        most: Int = .max
    ) {
        if record.nodeCount < tree.nodesRead { self = FoldedGraph() }
        let before = tree.nodesRead
        tree.extend(to: record, most: most)
        // Room for the rows of all nodes, also of those that were just read, and for some headings: a list that grows at the end of a million
        // rows is copied as a whole.
        let left = record.nodeCount - before
        if left > LoopTree.large, rows.capacity < rows.count + left {
            rows.reserveCapacity((rows.count + left) * 9 / 8)
            starts.reserveCapacity((starts.count + left) * 9 / 8)
        }
        var place = min(tree.takeChanges(), starts.count)
        let shown = min(state.nodeCount, tree.nodesRead)
        if shown != count { place = min(place, item(endingAfter: NodeID(min(shown, count)))) }
        if folds != self.folds { place = min(place, firstChange(to: folds)) }
        let calls = runningCalls(record, shown)
        let hadRunning = running != nil
        if let running { rows.removeLast(rows.count - running) }
        running = nil
        let isSameChoice = isSameChoice && (only == nil) == (self.only == nil)
        (self.folds, self.only, count) = (folds, only, shown)
        guard place < tree.items.count || place < starts.count || !isSameChoice || hadRunning || !calls.isEmpty else { return }
        // Omitted rows are counted from the beginning.
        if only != nil || !isSameChoice { place = 0 }
        let from = place < starts.count ? Int(starts[place]) : rows.count
        rows.removeLast(rows.count - from)
        starts.removeLast(starts.count - min(place, starts.count))
        var gap: Row?
        while place < tree.items.count, tree.items[place].first.index < count {
            starts.append(Int32(rows.count))
            add(tree.items[place], depth: 0, record, &gap)
            place += 1
        }
        close(&gap)
        addRunning(calls, record, &gap)
        version += 1
        changedFrom = from
    }

    /// The calls of bundles that are unfinished after a number of nodes, the outermost first.
    private func runningCalls(_ record: GraphRecord, _ count: Int) -> [Int] {
        guard count > 0 else { return [] }
        var calls: [Int] = [], next = record.enclosingCall(NodeID(count - 1))
        while let number = next {
            let call = record.bundles.calls[number]
            if call.end == call.start || call.end.index >= count { calls.append(number) }
            next = call.enclosing
        }
        return calls.reversed()
    }

    /// The number of shown nodes of unfinished calls.
    private static let mostRunning = 2_000

    private mutating func addRunning(_ calls: [Int], _ record: GraphRecord, _ gap: inout Row?) {
        guard let outermost = calls.first else { return }
        let first = max(record.bundles.calls[outermost].start.index, count - Self.mostRunning)
        guard first < count, rows.last.map({ $0.last.index < first }) ?? true else { return }
        running = rows.count
        for index in first..<count {
            guard let call = record.enclosingCall(NodeID(index)), let depth = calls.firstIndex(of: call) else { continue }
            addNode(NodeID(index), depth: depth + 1, record, &gap)
        }
        close(&gap)
        if running == rows.count { running = nil }
    }

    /// The item of the tree that a node is in, or the next.
    private func item(endingAfter id: NodeID) -> Int { tree.items.partition { $0.last >= id } }

    private func firstChange(to folds: GraphFolds) -> Int {
        if folds.opensLoops != self.folds.opensLoops { return 0 }
        let changed =
            folds.opened.symmetricDifference(self.folds.opened).map(\.first) + folds.bundles.symmetricDifference(self.folds.bundles)
        return changed.min().map { item(endingAfter: $0) } ?? Int.max
    }

    // MARK: Rows

    private mutating func add(_ item: LoopTree.Item, depth: Int, _ record: GraphRecord, _ gap: inout Row?) {
        guard item.first.index < count else { return }
        guard let number = item.loop else { return addNode(item.first, depth: depth, record, &gap) }
        let loop = tree.loops[number]
        // A turn is there when its last node is.
        let turns =
            item.last.index < count ? loop.turns : (0..<loop.turns).partition { loop.turn($0).last.map { $0.last.index >= count } ?? true }
        let nodes = turns == loop.turns ? Int(item.nodes) : loop.items[..<(turns * loop.period)].reduce(0) { $0 + Int($1.nodes) }
        let id = GraphFolds.ID(first: item.first, level: loop.level, isTurn: false)
        let isLong = turns >= Self.leastTurns && nodes >= Self.leastNodes
        guard isLong else {
            for part in loop.items { add(part, depth: depth, record, &gap) }
            return
        }
        if !folds.opensLoops, !folds.opened.contains(id) {
            let last = loop.items[turns * loop.period - 1].last
            let row = Row(kind: .loop(number: number, turns: turns), first: item.first, last: last, nodes: nodes, depth: depth, id: id)
            if isShown(row, &gap) { rows.append(row) }
        } else {
            addHeading(
                Row(
                    kind: .openLoop(number: number, turns: turns), first: item.first, last: loop.items[turns * loop.period - 1].last,
                    nodes: nodes, depth: depth, id: id), &gap)
            for turn in 0..<turns { add(turn, of: number, depth: depth + 1, record, &gap) }
        }
        for part in loop.items[(turns * loop.period)...] { add(part, depth: depth, record, &gap) }
    }

    private mutating func add(_ turn: Int, of number: Int, depth: Int, _ record: GraphRecord, _ gap: inout Row?) {
        let loop = tree.loops[number], parts = loop.turn(turn)
        guard let first = parts.first, let last = parts.last else { return }
        if folds.opensLoops || (loop.period == 1 && first.loop == nil) {
            for part in parts { add(part, depth: depth, record, &gap) }
            return
        }
        let id = GraphFolds.ID(first: first.first, level: loop.level, isTurn: true)
        let isOpen = folds.opened.contains(id)
        let row = Row(
            kind: isOpen ? .openTurn(loop: number, number: turn + 1) : .turn(loop: number, number: turn + 1), first: first.first,
            last: last.last, nodes: parts.reduce(0) { $0 + Int($1.nodes) }, depth: depth, id: id)
        guard isOpen else {
            if isShown(row, &gap) { rows.append(row) }
            return
        }
        addHeading(row, &gap)
        for part in parts { add(part, depth: depth + 1, record, &gap) }
    }

    private mutating func addNode(_ id: NodeID, depth: Int, _ record: GraphRecord, _ gap: inout Row?) {
        if folds.bundles.contains(id), let number = record.call(behind: id) {
            let call = record.bundles.calls[number]
            for index in call.start.index..<min(count, call.end.index) where record.enclosingCall(NodeID(index)) == number {
                addNode(NodeID(index), depth: depth + 1, record, &gap)
            }
        }
        let row = Row(kind: .node, first: id, last: id, nodes: 1, depth: depth)
        if isShown(row, &gap) { rows.append(row) }
    }

    private mutating func addHeading(_ row: Row, _ gap: inout Row?) {
        guard only.map({ $0.count(from: row.first, through: row.last) > 0 }) ?? true else { return }
        close(&gap)
        rows.append(row)
    }

    /// Whether a row is to be shown; rows that are left out are counted.
    private mutating func isShown(_ row: Row, _ gap: inout Row?) -> Bool {
        guard let only, only.count(from: row.first, through: row.last) == 0 else {
            close(&gap)
            return true
        }
        if gap == nil { gap = Row(kind: .gap, first: row.first, last: row.last, nodes: 0, depth: 0) }
        gap?.last = row.last
        gap?.nodes += row.nodes
        return false
    }

    private mutating func close(_ gap: inout Row?) {
        if let row = gap { rows.append(row) }
        gap = nil
    }

    // MARK: Finding

    /// Whether the inner graph of a bundle is shown.
    package func isOpen(_ output: NodeID) -> Bool { folds.bundles.contains(output) }

    /// The row that a node is in.
    package func row(of id: NodeID) -> Int? {
        var place = rows.partition { $0.isHeading ? $0.first > id : $0.last >= id }
        while place < rows.count, rows[place].isHeading { place += 1 }
        guard place < rows.count, rows[place].contains(id) else { return nil }
        return place
    }

    /// The loops and turns around a node, which must be open for it to be seen.
    package func folds(around id: NodeID) -> [GraphFolds.ID] {
        var out: [GraphFolds.ID] = []
        var items = tree.items[...]
        while true {
            let place = items.partition { $0.last >= id }
            guard place < items.count, let number = items[items.startIndex + place].loop else { return out }
            let loop = tree.loops[number]
            out.append(.init(first: loop.items[0].first, level: loop.level, isTurn: false))
            let turn = (0..<loop.turns).partition { loop.items[($0 + 1) * loop.period - 1].last >= id }
            guard turn < loop.turns else { return out }
            items = loop.turn(turn)
            out.append(.init(first: items[items.startIndex].first, level: loop.level, isTurn: true))
        }
    }

    /// The nodes of the innermost turn that a node is in, from the first to the last.
    package func turn(around id: NodeID) -> ClosedRange<NodeID>? {
        var found: ClosedRange<NodeID>?
        var items = tree.items[...]
        while true {
            let place = items.partition { $0.last >= id }
            guard place < items.count, items[items.startIndex + place].first <= id, let number = items[items.startIndex + place].loop else {
                return found
            }
            let loop = tree.loops[number]
            let turn = (0..<loop.turns).partition { loop.items[($0 + 1) * loop.period - 1].last >= id }
            guard turn < loop.turns else { return found }
            items = loop.turn(turn)
            found = items[items.startIndex].first...items[items.endIndex - 1].last
        }
    }
}

extension GraphRecord {
    /// The call of a traceable bundle that ended with this node: its output, or the exception that it failed with.
    package func call(behind id: NodeID) -> Int? {
        if let call = innerCall(id) { return call }
        guard kind(id) == .exception, id.index > 0 else { return nil }
        var next = enclosingCall(NodeID(id.index - 1))
        while let call = next, bundles.calls[call].end != id { next = bundles.calls[call].enclosing }
        return next
    }
}
