import Debugging
import Trace

/// The pane that draws the graph.
///
/// The drawing is laid out anew only when other nodes are to be drawn or a box has to grow; keys, the wheel and the mouse move a window
/// over it. Points are those of the screen, as in the rectangle that was last drawn into.
package struct GraphPane {
    /// An optimizer whose subgraph is shown.
    struct Chosen {
        var id: OptimizerID
        var name: String
        var kind: String
        var members: NodeMembers
        var conflicts: Bool
    }

    /// Where the view should go when it is next drawn, which is when its size is known.
    enum Wish {
        case show(Int)
        /// Everything of the chosen optimizer, and before all the selected node if it is part of that.
        case chosen
        case top
        case bottom
    }

    /// Lines that look otherwise than most.
    struct Emphasis {
        /// Parents whose whole trees are faint, and whose whole trees are of members.
        fileprivate(set) var faintTrees: Set<Int> = []
        fileprivate(set) var memberTrees: Set<Int> = []
        /// The parts of other trees that are.
        fileprivate(set) var faintSegments: [Layout.Segment] = []
        fileprivate(set) var memberSegments: [Layout.Segment] = []
        /// The lines of the selected node.
        fileprivate var selected: (node: Int, segments: [Layout.Segment])?
    }

    /// The part of the drawing that is seen.
    struct Window {
        /// The cell of the drawing in the upper left corner.
        var offset = LayoutPoint(x: 0, y: 0)
        /// Where the drawing was last shown on the screen.
        var area = Rect(x: 0, y: 0, width: 0, height: 0)
        var wish: Wish?
        /// Whether it goes where nodes are made.
        var follows = true
        /// Where the pane was drawn.
        var place = Point.zero
    }

    /// The node that is shown in the Node pane.
    package var selection: NodeID?
    /// Whether only the members of the chosen subgraphs are drawn.
    package var hidesRest = false

    var snapshot: Snapshot?
    var letters = OptimizerLetters(names: [])
    var chosen: [Chosen] = []
    private var members = Members()
    var opened: Set<NodeID> = []
    /// The nodes that are new in this snapshot.
    var fresh = 0..<0

    /// What stands in the boxes that were drawn since the moment changed.
    var boxes: [Int: NodeBox] = [:]
    private var index = GraphIndex()
    private var focus: NodeID?
    private(set) var scene = GraphScene()
    private var sizes: [Size] = []
    private(set) var layout = Layout()
    private var trees = EdgeTrees()
    private(set) var emphasis = Emphasis()
    private var awaited: NodeID?

    var window = Window()
    var minimap: Minimap?

    /// What of the screen was taken in last.
    struct Seen {
        var version = -1
        var shown: [OptimizerID] = []
        var selections = 0
        var choices = 0
        /// The node that was selected here, until the screen knows of it.
        var announced: NodeID?
    }
    var seen = Seen()

    package init() {}

    /// Takes a moment to draw. When the workflow was started afresh, everything that was known of its graph is forgotten.
    ///
    /// - Parameters:
    ///   - optimizers: whose subgraphs are shown; the first is the chosen one.
    ///   - node: the node to select and to move the view to.
    package mutating func update(
        _ snapshot: Snapshot, optimizers: [OptimizerID], subgraphs: inout SubgraphCache, revealing node: NodeID? = nil
    ) {
        let isFirst = self.snapshot == nil
        let known = self.snapshot?.state.nodeCount ?? snapshot.state.nodeCount
        let isSame = self.snapshot.map { $0.version == snapshot.version && $0.state.events == snapshot.state.events } ?? false
        if !isSame { fresh = min(known, snapshot.state.nodeCount)..<snapshot.state.nodeCount }
        self.snapshot = snapshot
        if !index.extend(to: snapshot.record) { forget() }
        letters = OptimizerLetters(snapshot.record, snapshot.state.optimizerCount)
        chosen = optimizers.filter { $0.index < snapshot.state.optimizerCount }.prefix(64).map { id in
            let facts = snapshot.record.optimizers[id.index]
            let members = subgraphs.members(id, snapshot), conflicts = subgraphs.conflict(id, snapshot) != nil
            return Chosen(id: id, name: facts.name, kind: facts.kindName, members: members, conflicts: conflicts)
        }
        members = Members(chosen.map(\.members))
        let target = node ?? awaited
        if let target { select(target) }
        refresh()
        if let target { show(target) }
        if window.follows, !fresh.isEmpty || isFirst, let newest = scene.nodes.last { window.wish = .show(newest.index) }
    }

    /// The workflow was started afresh: no node is what it was.
    private mutating func forget() {
        (scene, sizes, layout, trees) = (GraphScene(), [], Layout(), EdgeTrees())
        (selection, focus, opened, fresh) = (nil, nil, [], 0..<0)
        (window.offset, window.follows) = (LayoutPoint(x: 0, y: 0), true)
    }

    /// Selects a node and moves the view to it, opening the bundles and showing what is hidden if it must.
    package mutating func reveal(_ id: NodeID) {
        select(id)
        guard awaited == nil else { return }
        refresh()
        show(id)
    }

    /// Selects a node and opens the bundles that it is in; one that is not there yet is waited for.
    private mutating func select(_ id: NodeID) {
        guard let snapshot, id.index < snapshot.state.nodeCount else {
            awaited = id
            return
        }
        awaited = nil
        selection = id
        window.follows = false
        var next = snapshot.record.enclosingCall(id)
        while let number = next {
            let call = snapshot.record.calls[number]
            if let output = call.output ?? snapshot.record.failure(of: number) { opened.insert(output) }
            next = call.enclosing
        }
    }

    /// Moves the view to the selected node once it is drawn, and has it drawn if it was left out.
    private mutating func show(_ id: NodeID) {
        guard let snapshot, awaited == nil else { return }
        if !layout.contains(id.index), hidesRest {
            hidesRest = false
            refresh()
        }
        if !layout.contains(id.index) {
            focus = snapshot.record.outermost(around: id)
            refresh()
        }
        window.wish = .show(id.index)
    }

    /// Moves the view to the subgraph of the chosen optimizer, or to its parameters where it has no feedback.
    package mutating func showChosen() {
        if !chosen.isEmpty { window.wish = .chosen }
    }

    /// What is shown, for the border of the pane.
    package var title: String {
        let rest = hidesRest && hasMembers ? ", rest hidden" : ""
        guard let first = chosen.first else { return snapshot.map { Self.count($0.state.nodeCount, "node") } ?? "" }
        if chosen.count == 1 {
            let size = first.members.isEmpty ? "no feedback" : Self.count(first.members.count, "node")
            return "\(first.name) (\(first.kind)) \(first.conflicts ? "conflict, " : "")\(size)\(rest)"
        }
        let names = chosen.map { String(letters[$0.id]) }.joined(separator: "+")
        let conflicts = chosen.filter(\.conflicts).map { String(letters[$0.id]) }
        let warning = conflicts.isEmpty ? "" : ", conflict in \(conflicts.joined(separator: ", "))"
        return "\(names) union \(Self.grouped(members.all.count)), common \(Self.grouped(members.common.count))\(warning)\(rest)"
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")" }

    static func grouped(_ number: Int) -> String {
        let digits = String(number)
        return String(
            digits.enumerated().flatMap { place, digit in
                place > 0 && (digits.count - place) % 3 == 0 ? [",", digit] : [digit]
            })
    }

    /// Whether something is told apart from the rest at all.
    var hasMembers: Bool { !members.all.isEmpty }

    /// The places in `chosen` of the subgraphs that a node is in, one bit each.
    func membership(_ id: Int) -> UInt64 { members[id] }
}

/// The members of some subgraphs.
private struct Members {
    private var subgraphs: [NodeMembers] = []
    /// Those of one subgraph at least.
    private(set) var all = NodeMembers()
    /// Those of every one of the subgraphs.
    private(set) var common = NodeMembers()

    init() {}

    init(_ subgraphs: [NodeMembers]) {
        self.subgraphs = subgraphs
        (all, common) = NodeMembers.union(subgraphs)
    }

    /// The places of the subgraphs that a node is in, one bit each.
    subscript(index: Int) -> UInt64 {
        var mask: UInt64 = 0
        for (place, members) in subgraphs.enumerated() where members.contains(NodeID(index)) { mask |= 1 << UInt64(place) }
        return mask
    }
}

extension GraphPane {
    /// Works out what is drawn, and lays it out if that differs from what was.
    mutating func refresh() {
        guard let snapshot else { return }
        boxes = [:]
        let builder = SceneBuilder(
            record: snapshot.record, state: snapshot.state, index: index, opened: opened, members: members.all,
            hidesRest: hidesRest && hasMembers, focus: focus)
        let next = builder.scene()
        let grown = measure(next.nodes)
        let isNew = next.nodes != scene.nodes || next.edges != scene.edges || grown != sizes
        scene = next
        if isNew {
            sizes = grown
            lay()
        }
        classify()
    }

    /// The sizes of boxes. A box never shrinks, and so what stands around it stays where it is.
    private func measure(_ nodes: [NodeID]) -> [Size] {
        guard let snapshot else { return [] }
        var known: [NodeID: Size] = [:]
        for (node, size) in zip(scene.nodes, sizes) { known[node] = size }
        return nodes.map { node in
            // What was made by an operator changes neither its value nor its marks.
            let isFixed = snapshot.record.kind(node) == .message || snapshot.record.kind(node) == .exception
            if isFixed, let size = known[node] { return size }
            let size = NodeBox(node, snapshot, glyphs: .unicode, opened: false).size
            guard let old = known[node], old.height == size.height else { return size }
            return Size(width: max(old.width, size.width), height: size.height)
        }
    }

    private mutating func lay() {
        guard let snapshot else { return }
        var graph = LayoutGraph(edges: scene.edges)
        graph.vertices = zip(scene.nodes, sizes).map { node, size in
            LayoutGraph.Vertex(
                id: node.index, width: size.width, height: size.height, pinnedTop: snapshot.record.isTrainable(node))
        }
        let old = layout
        layout = Layout(of: graph, previous: old.vertexCount == 0 ? nil : old)
        trees = EdgeTrees(layout)
        emphasis.selected = nil
        // What the eye rests on stays where it is.
        let view = visible(of: old)
        let rest = [selection.map(\.index)].compactMap { $0 } + old.vertices(in: view).map(\.id)
        for id in rest {
            guard let before = old.frame(of: id), before.intersects(view), let after = layout.frame(of: id) else { continue }
            window.offset = LayoutPoint(x: window.offset.x + after.x - before.x, y: window.offset.y + after.y - before.y)
            return
        }
    }

    /// Tells which trees, and which parts of trees, are of members or faint.
    private mutating func classify() {
        (emphasis.memberTrees, emphasis.memberSegments, emphasis.faintTrees, emphasis.faintSegments) = ([], [], [], [])
        for parent in scene.nodes.lazy.map(\.index) {
            let children = layout.children(of: parent)
            guard !children.isEmpty else { continue }
            let faint = scene.faint.isEmpty ? [] : children.filter { scene.faint.contains(.init(parent: parent, child: $0)) }
            if faint.count == children.count {
                emphasis.faintTrees.insert(parent)
            } else if !faint.isEmpty {
                emphasis.faintSegments += faint.flatMap { layout.entries(of: $0) }.filter { $0.parent == parent }.flatMap { entry in
                    trees[parent].filter { $0.to == entry.point }
                }
            }
            let own = members[parent]
            guard own != 0 else { continue }
            let common = children.filter { members[$0] & own != 0 }
            if common.count == children.count {
                emphasis.memberTrees.insert(parent)
            } else if !common.isEmpty {
                emphasis.memberSegments += trees.paths(from: parent, to: common, in: layout)
            }
        }
    }

    /// The lines of the selected node: all to its children, and those that lead to it from its parents.
    mutating func selectedSegments() -> [Layout.Segment] {
        guard let selection, layout.contains(selection.index) else { return [] }
        if let known = emphasis.selected, known.node == selection.index { return known.segments }
        var segments = trees[selection.index]
        for parent in layout.parents(of: selection.index) {
            segments += trees.paths(from: parent, to: [selection.index], in: layout)
        }
        emphasis.selected = (selection.index, segments)
        return segments
    }

    func visible(of layout: Layout) -> LayoutRect {
        LayoutRect(x: window.offset.x, y: window.offset.y, width: window.area.width, height: window.area.height)
    }
}

extension GraphRecord {
    /// The exception node of a traceable call that failed.
    fileprivate func failure(of call: Int) -> NodeID? {
        let end = calls[call].end
        return end.index < nodeCount && kind(end) == .exception ? end : nil
    }

    /// The node of the outer level that stands for a node of any.
    fileprivate func outermost(around id: NodeID) -> NodeID {
        guard var number = enclosingCall(id) else { return id }
        while let next = calls[number].enclosing { number = next }
        return calls[number].output ?? calls[number].end
    }
}
