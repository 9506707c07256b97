import Trace

/// A graph as rows with lanes, of which only those are worked out that are looked at.
///
/// Lanes begin afresh in each block of rows, so any part of a graph of a million nodes is drawn at the cost of one block, and a row that is
/// added at the end changes the last block alone.
package struct LaneChart: Sendable {
    /// The number of rows of a block. An edge from one block into another is a name, not a lane.
    package static let blockLength = 1024
    private static let mostBlocks = 16

    /// A block, and what its rows read that is not in it.
    package struct Block: Sendable {
        package let first: Int
        package let lanes: LaneBlock
        /// By row: the nodes that it reads without a lane.
        package let others: [[NodeID]]
    }

    package private(set) var graph = FoldedGraph()
    private var blocks: [Int: Block] = [:]
    private var version = 0
    /// The backward calls from an output, by number.
    private var backwards: [NodeID: [Int]] = [:]
    private var backwardsRead = 0
    private var hidden = HiddenReads()
    /// The number of backward calls at the event shown.
    private var calls = 0

    package init() {}

    package var rows: [FoldedGraph.Row] { graph.rows }

    /// Shows an event; see `FoldedGraph.update`.
    package mutating func update(
        _ record: GraphRecord, _ state: GraphState, folds: GraphFolds, only: NodeMembers? = nil, isSameChoice: Bool = true, most: Int = .max
    ) {
        if record.nodeCount < graph.tree.nodesRead || record.backwards.count < backwardsRead { self = LaneChart() }
        let news = record.backwards[backwardsRead...], isFound = hidden.add(news)
        for backward in news { backwards[backward.output, default: []].append(backward.number) }
        backwardsRead = record.backwards.count
        // At another event other reads are known, although the rows may be the same.
        if isFound || hidden.count(calls: calls) != hidden.count(calls: state.backwardCount) { blocks = [:] }
        calls = state.backwardCount
        graph.update(record, state, folds: folds, only: only, isSameChoice: isSameChoice, most: most)
        guard graph.version != version else { return }
        version = graph.version
        let changed = graph.changedFrom / Self.blockLength
        blocks = blocks.filter { $0.key < changed }
    }

    /// The backward calls from a node up to an event, by number.
    package func backwards(from id: NodeID, in state: GraphState) -> [Int] {
        (backwards[id] ?? []).filter { $0 <= state.backwardCount }
    }

    /// The parameters that some nodes read through bundles without an edge.
    package func hiddenInputs(of nodes: NodeMembers) -> [NodeID] {
        hidden.parameters(from: NodeID(0), through: NodeID(Int(Int32.max)), calls: calls, where: nodes.contains)
    }

    /// The nodes that a row reads, also those through bundles whose inner graphs are not shown.
    private func reads(of row: Int, _ record: GraphRecord) -> [NodeID] {
        let seen = graph.reads(of: row, record), place = graph.rows[row]
        guard !place.isHeading, place.kind != .gap else { return seen }
        let parameters = hidden.parameters(from: place.first, through: place.last, calls: calls) { !graph.isOpen($0) }
        return seen + parameters.filter { $0 < place.first && !seen.contains($0) }
    }

    /// The block that a row is in.
    package mutating func block(of row: Int, _ record: GraphRecord) -> Block {
        let number = row / Self.blockLength
        if let known = blocks[number] { return known }
        if blocks.count >= Self.mostBlocks { blocks = [:] }
        let block = makeBlock(number, record)
        blocks[number] = block
        return block
    }

    private func makeBlock(_ number: Int, _ record: GraphRecord) -> Block {
        let first = number * Self.blockLength, end = min(first + Self.blockLength, graph.rows.count)
        var sources: [LaneBlock.Source] = []
        var nodes: [[NodeID: Int]] = []
        var outside: [[NodeID]] = []
        for row in first..<end {
            let read = reads(of: row, record)
            var reads: [Int] = [], names: [NodeID: Int] = [:], far: [NodeID] = []
            for node in read {
                guard let place = graph.row(of: node), place >= first, place < row, graph.rows[place].kind != .gap else {
                    far.append(node)
                    continue
                }
                if names[node] == nil { names[node] = place - first }
                if !reads.contains(place - first) { reads.append(place - first) }
            }
            sources.append(.init(reads: reads, isRoot: read.isEmpty && !graph.rows[row].isHeading))
            nodes.append(names)
            outside.append(far)
        }
        let lanes = LaneBlock(sources)
        let others = sources.indices.map { row in
            outside[row] + nodes[row].filter { lanes.rows[row].others.contains($0.value) }.map(\.key).sorted()
        }
        return Block(first: first, lanes: lanes, others: others.map { $0.sorted() })
    }
}

extension FoldedGraph {
    /// The nodes that a row reads from outside of it, each once.
    package func reads(of row: Int, _ record: GraphRecord) -> [NodeID] {
        let row = rows[row]
        var seen = Set<NodeID>(), found: [NodeID] = []
        func add(_ node: NodeID) { if node < row.first, seen.insert(node).inserted { found.append(node) } }
        func add(_ items: some Sequence<LoopTree.Item>) {
            for item in items {
                if let loop = item.loop {
                    for read in tree.loops[loop].reads { add(read.node) }
                } else {
                    record.forEachInput(item.first) { add($0) }
                }
            }
        }
        switch row.kind {
        case .node:
            record.forEachInput(row.first) { add($0) }
            if let original = record.original(row.first) { add(original) }
        // A node first read by a later turn is not read yet.
        case .loop(let number, _): for read in tree.loops[number].reads where read.by <= row.last { add(read.node) }
        case .turn(let loop, let number): add(tree.loops[loop].turn(number - 1))
        case .scope: forEachItem(from: row.first, through: row.last) { add(CollectionOfOne($0)) }
        case .openLoop, .openTurn, .openScope, .gap: break
        }
        return found
    }

    /// Visits the nodes and whole loops of the outer level from one node to another.
    private func forEachItem(from first: NodeID, through last: NodeID, _ visit: (LoopTree.Item) -> Void) {
        func walk(_ items: ArraySlice<LoopTree.Item>) {
            for item in items[(items.startIndex + items.partition { $0.last >= first })...] {
                if item.first > last { return }
                if item.first >= first, item.last <= last {
                    visit(item)
                } else if let loop = item.loop {
                    walk(tree.loops[loop].items[...])
                }
            }
        }
        walk(tree.items[...])
    }
}
