import Trace

extension FoldedGraph {
    private typealias Item = LoopTree.Item

    // MARK: Units

    /// The nodes and the long loops among items, as far as they are shown. Short loops are shown as their nodes.
    func units(of items: ArraySlice<LoopTree.Item>) -> [LoopTree.Item] {
        var found: [Item] = []
        for item in items { addUnits(of: item, to: &found) }
        return found
    }

    private func addUnits(of item: LoopTree.Item, to found: inout [LoopTree.Item]) {
        guard item.first.index < count else { return }
        guard let number = item.loop else { return found.append(item) }
        let loop = tree.loops[number]
        // A turn is there when its last node is.
        let turns = loop.turns(before: count)
        let shown = tree.first(turns, of: item)
        var rest = loop.items[...]
        if turns >= Self.leastTurns, Int(shown.nodes) >= Self.leastNodes {
            found.append(shown)
            rest = loop.items[(turns * loop.period)...]
        }
        for part in rest { addUnits(of: part, to: &found) }
    }

    // MARK: Scopes

    /// The place of rows among headings.
    struct Nesting {
        var depth = 0
        /// The scope that all of the rows are in, as far as it was looked at.
        var scope = ScopeTable.none
        /// The scope of the innermost heading over them.
        var heading = ScopeTable.none

        func under(scope: Int32) -> Nesting { Nesting(depth: depth, scope: scope, heading: heading) }
        func below() -> Nesting { Nesting(depth: depth + 1, scope: scope, heading: heading) }
    }

    /// Adds the rows of units. Those of one name scope that follow each other are one row, or have one heading.
    mutating func add(_ units: ArraySlice<LoopTree.Item>, _ nesting: Nesting, _ record: GraphRecord, _ gap: inout Row?) {
        var place = units.startIndex
        while place < units.endIndex {
            guard let inner = tree.scopes.child(of: nesting.scope, toward: units[place].scope) else {
                add(units[place], nesting, record, &gap)
                place += 1
                continue
            }
            let group = group(around: place, in: units, of: inner, under: nesting.scope)
            add(group, of: inner, nesting, record, &gap)
            place = group.endIndex
        }
    }

    /// Adds the rows of all that follows each other in one scope.
    private mutating func add(_ units: ArraySlice<Item>, of scope: Int32, _ nesting: Nesting, _ record: GraphRecord, _ gap: inout Row?) {
        guard let id = id(of: units, scope), let last = units.last else {
            return add(units, nesting.under(scope: scope), record, &gap)
        }
        let nodes = Self.nodes(of: units), isLong = nodes >= Self.leastNodes
        // Without a node that may be hidden, there would be no row by which it is opened again.
        let canClose = units.contains { Self.isFolded($0, record) }
        if folds.opensAll || folds.opened.contains(id) || !canClose || (!isLong && !folds.closed.contains(id)) {
            let heading = Row(
                kind: .openScope(scope), first: id.first, last: last.last, nodes: nodes, depth: nesting.depth, id: id,
                scope: nesting.heading)
            addHeading(heading, record, &gap)
            return add(units, Nesting(depth: nesting.depth + 1, scope: scope, heading: scope), record, &gap)
        }
        var rest = units
        while let next = rest.first {
            let part = rest.prefix { Self.isFolded($0, record) }
            guard let last = part.last else {
                add(next, nesting, record, &gap)
                rest = rest.dropFirst()
                continue
            }
            let row = Row(
                kind: .scope(scope), first: next.first, last: last.last, nodes: Self.nodes(of: part), depth: nesting.depth, id: id,
                scope: nesting.heading)
            if isShown(row, &gap) { rows.append(row) }
            rest = rest.dropFirst(part.count)
        }
    }

    private static func nodes(of units: ArraySlice<Item>) -> Int { units.reduce(0) { $0 + Int($1.nodes) } }

    /// Whether a row may hide a unit. Parameters and exceptions have rows of their own, because users look for them.
    private static func isFolded(_ unit: Item, _ record: GraphRecord) -> Bool { unit.loop != nil || mayBeFolded(unit.first, record) }

    private static func mayBeFolded(_ id: NodeID, _ record: GraphRecord) -> Bool {
        record.kind(id) == .node || record.kind(id) == .message
    }

    /// The fold of the units of one scope; nil if they are so few that they have no heading.
    private func id(of units: ArraySlice<Item>, _ scope: Int32) -> GraphFolds.ID? {
        guard units.count >= Self.leastInScope else { return nil }
        return units.first.map { .init(first: $0.first, level: tree.scopes.level(scope), kind: .scope) }
    }

    /// The units before and after a place that are in a scope without a break.
    private func group(around place: Int, in units: ArraySlice<Item>, of scope: Int32, under outer: Int32) -> ArraySlice<Item> {
        func isIn(_ place: Int) -> Bool { tree.scopes.child(of: outer, toward: units[place].scope) == scope }
        var (first, end) = (place, place + 1)
        while first > units.startIndex, isIn(first - 1) { first -= 1 }
        while end < units.endIndex, isIn(end) { end += 1 }
        return units[first..<end]
    }

    /// The folds of the scopes around a unit, the outermost first.
    func scopes(around unit: LoopTree.Item, in units: ArraySlice<LoopTree.Item>, under scope: Int32) -> [GraphFolds.ID] {
        var found: [GraphFolds.ID] = []
        var (units, scope) = (units, scope)
        while let inner = tree.scopes.child(of: scope, toward: unit.scope) {
            units = group(around: units.startIndex + units.partition { $0.last >= unit.last }, in: units, of: inner, under: scope)
            scope = inner
            if let id = id(of: units, inner) { found.append(id) }
        }
        return found
    }

    // MARK: Loops

    private mutating func add(_ unit: LoopTree.Item, _ nesting: Nesting, _ record: GraphRecord, _ gap: inout Row?) {
        guard let number = unit.loop else { return addNode(unit.first, nesting, record, &gap) }
        let loop = tree.loops[number], turns = loop.turns(before: unit.last.index + 1)
        let id = GraphFolds.ID(first: unit.first, level: loop.level, kind: .loop)
        let isOpen = folds.opensAll || folds.opened.contains(id)
        let row = Row(
            kind: isOpen ? .openLoop(number: number, turns: turns) : .loop(number: number, turns: turns), first: unit.first,
            last: unit.last, nodes: Int(unit.nodes), depth: nesting.depth, id: id, scope: nesting.heading)
        guard isOpen else {
            if isShown(row, &gap) { rows.append(row) }
            return
        }
        addHeading(row, record, &gap)
        let below = nesting.under(scope: unit.scope).below()
        for turn in 0..<turns { add(turn, of: number, below, record, &gap) }
    }

    private mutating func add(_ turn: Int, of number: Int, _ nesting: Nesting, _ record: GraphRecord, _ gap: inout Row?) {
        let loop = tree.loops[number], parts = loop.turn(turn)
        guard let first = parts.first, let last = parts.last else { return }
        if folds.opensAll || (loop.period == 1 && first.loop == nil) {
            return add(units(of: parts)[...], nesting, record, &gap)
        }
        let id = GraphFolds.ID(first: first.first, level: loop.level, kind: .turn)
        let isOpen = folds.opened.contains(id)
        let row = Row(
            kind: isOpen ? .openTurn(loop: number, number: turn + 1) : .turn(loop: number, number: turn + 1), first: first.first,
            last: last.last, nodes: parts.reduce(0) { $0 + Int($1.nodes) }, depth: nesting.depth, id: id, scope: nesting.heading)
        guard isOpen else {
            if isShown(row, &gap) { rows.append(row) }
            return
        }
        addHeading(row, record, &gap)
        add(units(of: parts)[...], nesting.below(), record, &gap)
    }

    // MARK: Nodes

    mutating func addNode(_ id: NodeID, _ nesting: Nesting, _ record: GraphRecord, _ gap: inout Row?) {
        if folds.bundles.contains(id), let number = record.call(behind: id) {
            let call = record.bundles.calls[number]
            for index in call.start.index..<min(count, call.end.index) where record.enclosingCall(NodeID(index)) == number {
                addNode(NodeID(index), nesting.below(), record, &gap)
            }
        }
        let row = Row(kind: .node, first: id, last: id, nodes: 1, depth: nesting.depth, scope: nesting.heading)
        if isShown(row, &gap) { rows.append(row) }
    }

    private mutating func addHeading(_ row: Row, _ record: GraphRecord, _ gap: inout Row?) {
        guard only.map({ $0.count(from: row.first, through: row.last) > 0 }) ?? true else { return }
        close(&gap)
        var row = row
        row.first = start(of: row.first, record)
        rows.append(row)
    }

    /// The first node below a heading over a node: the inner graph of an open bundle is older than its output.
    package func start(of id: NodeID, _ record: GraphRecord) -> NodeID {
        guard folds.bundles.contains(id), let call = record.call(behind: id) else { return id }
        return min(id, record.bundles.calls[call].start)
    }

    /// A node that is in a closed row when what a heading is over is closed: the last one that may be hidden.
    package func folded(below heading: Row, _ record: GraphRecord) -> NodeID {
        let nodes = (heading.first.index...heading.last.index).reversed().lazy.map { NodeID($0) }
        return nodes.first { record.enclosingCall($0) == nil && Self.mayBeFolded($0, record) } ?? heading.last
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

    mutating func close(_ gap: inout Row?) {
        if let row = gap { rows.append(row) }
        gap = nil
    }
}
