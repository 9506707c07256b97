import Trace

/// The rows that were opened and closed in a graph on the screen.
package struct GraphFolds: Equatable, Sendable {
    /// A loop, one of its turns, or nodes of one name scope, by the first of its nodes.
    package struct ID: Hashable, Sendable {
        package enum Kind: Hashable, Sendable { case loop, turn, scope }
        package let first: NodeID
        /// Of a loop or turn, the number of levels of loops in it; of a scope, the number of names in its path.
        package let level: Int
        package let kind: Kind
    }

    /// The rows that the user opened.
    package private(set) var opened: Set<ID> = []
    /// The rows that the user closed. Only short scopes need it, because they are open at first.
    package private(set) var closed: Set<ID> = []
    /// The outputs of bundles whose inner graphs are shown.
    package var bundles: Set<NodeID> = []
    /// Whether every loop and scope is open, down to the single nodes.
    package var opensAll = false

    package init() {}

    package mutating func open(_ ids: some Sequence<ID>) {
        opened.formUnion(ids)
        closed.subtract(ids)
    }

    package mutating func close(_ id: ID) {
        opened.remove(id)
        closed.insert(id)
    }
}

/// A graph as a list of rows by age, which is a topological order: nodes, loops, turns of loops, and name scopes.
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
            /// Nodes of one name scope that were made one after the other, by the scope's number.
            case scope(Int32)
            /// The heading over an opened row.
            case openLoop(number: Int, turns: Int)
            case openTurn(loop: Int, number: Int)
            case openScope(Int32)
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
        /// The scope of the innermost heading over it, whose names its title leaves out.
        package var scope = ScopeTable.none

        package var isHeading: Bool {
            switch kind {
            case .openLoop, .openTurn, .openScope: true
            default: false
            }
        }
        package func contains(_ node: NodeID) -> Bool { !isHeading && first <= node && node <= last }
    }

    /// A loop with fewer turns, or with fewer nodes in all, is shown open.
    static let leastTurns = 4
    static let leastNodes = 10
    /// Fewer nodes of a name scope have no heading. A scope with fewer than `leastNodes` is open until the user closes it.
    static let leastInScope = 3

    package private(set) var tree = LoopTree()
    package internal(set) var rows: [Row] = []
    /// The first row of each item of the tree that has rows.
    private var starts: [Int32] = []
    private(set) var folds = GraphFolds()
    private(set) var only: NodeMembers?
    /// The number of nodes shown.
    private(set) var count = 0
    /// The first row of the calls that are going on, which have no output yet by which they could be opened.
    private var running: Int?
    /// Grows with every change of the rows; the rows before `changedFrom` are as they were at the change before.
    package private(set) var version = 0
    package private(set) var changedFrom = 0

    /// The number of nodes up to which the past is read afresh.
    private let mostExact: Int

    package init() { self.init(mostExact: 5_000) }
    init(mostExact: Int) { self.mostExact = mostExact }

    /// Whether nothing was read yet.
    package var isEmpty: Bool { tree.nodesRead == 0 }

    /// Whether nodes of the record are still to be read.
    package func isBehind(_ record: GraphRecord, _ state: GraphState) -> Bool { tree.nodesRead < end(record, state) }

    /// The number of nodes to read. In a graph of no more than `mostExact` nodes the past has the loops that it had then; a larger graph also
    /// shows loops there that only later nodes reveal.
    private func end(_ record: GraphRecord, _ state: GraphState) -> Int {
        record.nodeCount > mostExact ? record.nodeCount : min(record.nodeCount, state.nodeCount)
    }

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
        if record.nodeCount < tree.nodesRead { self = FoldedGraph(mostExact: mostExact) }
        let end = end(record, state)
        if end < tree.nodesRead { tree = LoopTree() }
        let before = tree.nodesRead
        // A small graph is read at once, as the past is read afresh.
        tree.extend(to: record, through: record.nodeCount <= mostExact ? end : min(end, before + min(most, record.nodeCount)))
        // Room for the rows of all nodes, also of those that were just read, and for some headings: a list that grows at the end of a million
        // rows is copied as a whole.
        let left = end - before
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
        // The nodes of a scope are one row, or have one heading.
        place = stretch(around: place, record).lowerBound
        // Omitted rows are counted from the beginning.
        if only != nil || !isSameChoice { place = 0 }
        let from = place < starts.count ? Int(starts[place]) : rows.count
        rows.removeLast(rows.count - from)
        starts.removeLast(starts.count - min(place, starts.count))
        var gap: Row?
        while place < tree.items.count, tree.items[place].first.index < count {
            let end = stretch(around: place, record).upperBound
            starts.append(contentsOf: repeatElement(Int32(rows.count), count: end - place))
            if end == place + 1, tree.items[place].loop == nil {
                addNode(tree.items[place].first, Nesting(), record, &gap)
            } else {
                add(units(of: tree.items[place..<end])[...], Nesting(), record, &gap)
            }
            place = end
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
            addNode(NodeID(index), Nesting(depth: depth + 1), record, &gap)
        }
        close(&gap)
        if running == rows.count { running = nil }
    }

    /// The item of the tree that a node is in, or the next.
    private func item(endingAfter id: NodeID) -> Int { tree.items.partition { $0.last >= id } }

    private func firstChange(to folds: GraphFolds) -> Int {
        if folds.opensAll != self.folds.opensAll { return 0 }
        let changed =
            folds.opened.symmetricDifference(self.folds.opened).union(folds.closed.symmetricDifference(self.folds.closed)).map(\.first)
            + folds.bundles.symmetricDifference(self.folds.bundles)
        return changed.min().map { item(endingAfter: $0) } ?? Int.max
    }

    /// The items of the outer level around a place that may have a row together: a stretch of one scope, to which the next item may still come.
    private func stretch(around place: Int, _ record: GraphRecord) -> Range<Int> {
        let items = tree.items
        func isOne(_ place: Int) -> Bool {
            if place < items.count { return items[place].run > 0 }
            let last = items[items.count - 1]
            return last.run + 1 < LoopTree.longestStretch && tree.scopes.outermost(of: last.last, record) != ScopeTable.none
        }
        guard !items.isEmpty else { return place..<place }
        var (first, end) = (min(place, items.count), min(place + 1, items.count))
        while first > 0, isOne(first) { first -= 1 }
        while end < items.count, isOne(end) { end += 1 }
        return first..<max(first, end)
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

    /// The loops, turns and scopes around a node, which must be open for it to be seen.
    package func folds(around id: NodeID, _ record: GraphRecord) -> [GraphFolds.ID] {
        let stretch = stretch(around: item(endingAfter: id), record)
        var found: [GraphFolds.ID] = []
        var units = units(of: tree.items[stretch])[...], scope = ScopeTable.none
        while let unit = units.first(where: { $0.last >= id }) {
            found += scopes(around: unit, in: units, under: scope)
            guard let number = unit.loop else { return found }
            let loop = tree.loops[number]
            found.append(.init(first: unit.first, level: loop.level, kind: .loop))
            let turn = loop.turns(before: id.index)
            guard turn < loop.turns else { return found }
            let items = loop.turn(turn)
            found.append(.init(first: items[items.startIndex].first, level: loop.level, kind: .turn))
            (units, scope) = (self.units(of: items)[...], unit.scope)
        }
        return found
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
            let turn = loop.turns(before: id.index)
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
