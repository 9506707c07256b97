import Debugging
import Trace

/// The pane that draws the graph.
///
/// The drawing is laid out anew only when other nodes are to be drawn or a box has to grow; keys, the wheel and the mouse move a window
/// over it. Points are those of the screen, as in the rectangle that was last drawn into.
package struct GraphPane {
    /// The part to show when the view is next drawn, which is when its size is known.
    enum Destination {
        case show(Int)
        /// Everything of the chosen optimizer, and before all the selected node if it is part of that.
        case chosen
        case top
        case bottom
        /// The part that is in view already, aligned to whole boxes where possible.
        case here
        /// The nodes in conflict, apart from the rest if they are too far from one another to be seen together.
        case conflict

        /// Whether it is a row of the drawing, and not a box.
        var isFixed: Bool {
            switch self {
            case .top, .bottom: true
            case .show, .chosen, .here, .conflict: false
            }
        }
    }

    /// The part of the drawing that is seen.
    struct Window {
        /// The cell of the drawing in the upper left corner.
        var offset = LayoutPoint(x: 0, y: 0)
        /// The area of the screen in which the drawing was last shown.
        var area = Rect(x: 0, y: 0, width: 0, height: 0)
        var wish: Destination?
        /// Whether it goes where nodes are made.
        var follows = true
        /// The columns and rows of the pane, which may have a note above that area.
        var size = Size(width: 0, height: 0)
        /// The area in which the pane was drawn.
        var place = Point.zero
    }

    /// The node that is shown in the Node pane.
    package var selection: NodeID?
    /// The part of the graph that is shown, and its form.
    struct Scope {
        enum Form { case boxes, lanes }
        enum Only: Equatable {
            case leading(to: NodeID)
            case turn(around: NodeID)
            case conflict
        }
        /// The form that the user has chosen.
        var wanted: Form?
        var form = Form.boxes
        /// Whether the screen has no room for boxes.
        var isNarrow = false
        /// Whether only the members of the chosen subgraphs are drawn.
        var hidesRest = false
        var only: Only?
    }
    var scope = Scope()
    /// The number of nodes from which on, and the width below which, lanes are shown if the user has not chosen a form.
    static let mostBoxes = 60
    static let leastWidth = 100
    /// The width from which on the title says which part of the drawing is seen.
    static let leastTitle = 40
    var lanes = LaneView()

    /// Whether only the members of the chosen subgraphs are drawn.
    package var hidesRest: Bool {
        get { scope.hidesRest }
        set { scope.hidesRest = newValue }
    }
    /// The outputs of bundles whose inner graphs are shown.
    var opened: Set<NodeID> {
        get { lanes.folds.bundles }
        set { lanes.folds.bundles = newValue }
    }

    var snapshot: Snapshot?
    private(set) var marks = GraphMarks()
    /// The nodes that are new in this snapshot.
    private(set) var fresh = 0..<0
    private var index = GraphIndex()
    /// The node around which a part of a large graph is drawn.
    private var focus: NodeID?
    /// A node that is to be selected as soon as it is there.
    private var awaited: NodeID?

    var drawing = GraphDrawing()
    var window = Window()

    /// The state of the screen at the last update.
    struct Seen {
        var version = -1
        var shown: [OptimizerID] = []
        var sets = SubgraphSets.union
        /// The event of the conflict that the pause is about.
        var conflict: Int?
        var selections = 0
        var choices = 0
        /// The node that was selected here, until the screen knows of it.
        var announced: NodeID?
    }
    var seen = Seen()

    package init() {}

    /// Takes in a snapshot. When the workflow was started afresh, everything about its earlier graph is forgotten.
    ///
    /// - Parameters:
    ///   - optimizers: whose subgraphs are shown; the first is the chosen one.
    ///   - subject: the subject of the pause.
    ///   - node: the node to select and to move the view to.
    mutating func update(
        _ snapshot: Snapshot, optimizers: [OptimizerID], sets: SubgraphSets = .union, subject: StopSubject? = nil, derived: Derived,
        revealing node: NodeID? = nil
    ) {
        let isFirst = self.snapshot == nil
        let known = self.snapshot?.state.nodeCount ?? snapshot.state.nodeCount
        let isSame = self.snapshot.map { $0.version == snapshot.version && $0.state.events == snapshot.state.events } ?? false
        if !isSame { fresh = min(known, snapshot.state.nodeCount)..<snapshot.state.nodeCount }
        self.snapshot = snapshot
        if !index.extend(to: snapshot.record) { forget() }
        marks = GraphMarks(snapshot, optimizers, sets: sets, subject: subject, derived)
        let target = node ?? awaited
        if let target { select(target) }
        refresh()
        if let target { show(target) }
        if window.follows, !fresh.isEmpty || isFirst, let newest = drawing.scene.nodes.last { window.wish = .show(newest.index) }
    }

    /// Forgets everything about the nodes: the workflow was started afresh.
    private mutating func forget() {
        drawing = GraphDrawing()
        lanes = LaneView()
        (selection, focus, fresh, scope.only) = (nil, nil, 0..<0, nil)
        (window.offset, window.follows) = (LayoutPoint(x: 0, y: 0), true)
    }

    /// Selects a node and moves the view to it. Opens bundles and shows hidden nodes where necessary.
    package mutating func reveal(_ id: NodeID) {
        select(id)
        guard awaited == nil else { return }
        refresh()
        show(id)
    }

    /// Selects a node and opens the bundles around it; waits for a node that is not there yet.
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
            let call = snapshot.record.bundles.calls[number]
            if let output = call.output ?? snapshot.record.failure(of: number) { opened.insert(output) }
            next = call.enclosing
        }
    }

    /// The box that a node is in, by its number in the layout.
    func box(of id: NodeID?) -> Int? {
        guard let id else { return nil }
        if drawing.layout.contains(id.index) { return id.index }
        guard let row = lanes.chart.graph.row(of: id) else { return nil }
        let first = lanes.rows[row].first.index
        return drawing.layout.contains(first) ? first : nil
    }

    /// The node that is selected with a box: of a loop the last.
    func node(of box: Int) -> NodeID { drawing.scene.nodes(of: NodeID(box)).upperBound }

    /// Moves the view to the selected node once it is drawn, and has it drawn if it was left out.
    mutating func show(_ id: NodeID) {
        guard let snapshot, awaited == nil else { return }
        if let only = members, !only.contains(id) {
            (hidesRest, scope.only) = (false, nil)
            refresh()
        }
        guard scope.form == .boxes else { return lanes.showCursor() }
        if box(of: id) == nil {
            focus = snapshot.record.outermost(around: id)
            refresh()
        }
        if let box = box(of: id) { window.wish = .show(box) }
    }

    /// Moves the view to the subgraph of the chosen optimizer, or to its parameters where it has no feedback.
    package mutating func showChosen() {
        if !marks.chosen.isEmpty { window.wish = .chosen }
    }

    /// A description of the shown part, for the border of the pane.
    package func title(_ glyphs: Glyphs) -> String {
        var title = marks.title ?? snapshot.map { count($0.state.nodeCount, "node") } ?? ""
        switch scope.only {
        case .leading(let id): title += ", only what leads to \(snapshot.map { $0.record.name(id) } ?? "")"
        case .turn: title += ", only this turn"
        case .conflict: title += ", only the conflict"
        case nil: if hidesRest, marks.hasMembers { title += ", rest hidden" }
        }
        guard snapshot?.state.nodeCount ?? 0 > 0 else { return title }
        return scope.form == .lanes ? "lanes  " + title : title + pages(glyphs)
    }

    /// The visible part of a drawing that is larger than the pane: the page across and the page down.
    private func pages(_ glyphs: Glyphs) -> String {
        func page(_ offset: Int, _ length: Int, _ whole: Int, _ back: Unicode.Scalar, _ on: Unicode.Scalar) -> String {
            guard length > 0, whole > length else { return "" }
            let count = (whole + length - 1) / length, isLast = offset + length >= whole
            let number = isLast ? count : min(count, max(0, offset) / length + 1)
            // The sign points to where the drawing goes on.
            return "  \(number)/\(count) \(isLast ? back : on)"
        }
        guard window.area.width + 2 >= Self.leastTitle else { return "" }
        return page(window.offset.x, window.area.width, drawing.layout.width, glyphs.left, glyphs.right)
            + page(window.offset.y, window.area.height, drawing.layout.height, glyphs.up, glyphs.down)
    }

    /// The nodes to which the drawing is limited; nil for all.
    var members: NodeMembers? {
        guard let snapshot else { return nil }
        switch scope.only {
        case .leading(let id): return snapshot.record.ancestors(of: id)
        case .turn(let id):
            guard let turn = lanes.chart.graph.turn(around: id) else { return nil }
            let nodes = (turn.lowerBound.index...turn.upperBound.index).map { NodeID($0) }
            return NodeMembers(nodes + nodes.flatMap { snapshot.record.parents($0) }, in: snapshot.record)
        case .conflict: return marks.conflict?.members
        case nil: return hidesRest && marks.hasMembers ? marks.bright : nil
        }
    }

    /// Goes on reading a large graph; true if there is more to do.
    mutating func readOn() -> Bool {
        guard let snapshot else { return false }
        let isBehind = lanes.read(snapshot, only: members)
        if !isBehind { refresh() }
        return isBehind
    }

    /// The form that the user has chosen, or else lanes for a large graph or a narrow screen.
    var fittingForm: Scope.Form { scope.wanted ?? (lanes.rows.count >= Self.mostBoxes || scope.isNarrow ? .lanes : .boxes) }

    /// Makes the scene, and lays it out if it differs from the last one.
    mutating func refresh() {
        guard let snapshot else { return }
        lanes.update(snapshot, only: members)
        // The form is settled before anything is laid out: the boxes of a large graph take longer than the whole first screen may.
        scope.form = fittingForm
        guard scope.form == .boxes else { return }
        // The heading of an open loop has a row but no box, so that the next key is for the box of the selected node.
        lanes.showCursor()
        let builder = SceneBuilder(
            record: snapshot.record, state: snapshot.state, index: index, graph: lanes.chart.graph, opened: opened,
            members: members ?? marks.all, isLimited: members != nil, focus: focus, conflict: scope.only == .conflict ? marks.conflict : nil
        )
        let old = drawing.layout, before = box(of: selection)
        if drawing.take(builder.scene(), snapshot, marks, visited: marks.visited, room: window.area.width) {
            keepInPlace(from: old, before)
        }
    }

    /// The node in the middle of attention keeps its place in another layout.
    ///
    /// - Parameter selected: the box that was selected there.
    private mutating func keepInPlace(from old: Layout, _ selected: Int?) {
        let view = visible
        let rest = [selected].compactMap { $0 } + old.vertices(in: view).map(\.id)
        for id in rest {
            guard let before = old.frame(of: id), before.intersects(view) else { continue }
            guard let after = drawing.layout.frame(of: id) ?? box(of: NodeID(id)).flatMap({ drawing.layout.frame(of: $0) }) else {
                continue
            }
            window.offset = LayoutPoint(x: window.offset.x + after.x - before.x, y: window.offset.y + after.y - before.y)
            window.wish = window.wish ?? .here
            return
        }
    }

    /// The part of the drawing that is seen.
    var visible: LayoutRect {
        LayoutRect(x: window.offset.x, y: window.offset.y, width: window.area.width, height: window.area.height)
    }
}

extension GraphRecord {
    /// The exception node of a traceable call that failed.
    fileprivate func failure(of call: Int) -> NodeID? {
        let end = bundles.calls[call].end
        return end.index < nodeCount && kind(end) == .exception ? end : nil
    }

    /// The node of the outer level that represents a node of any level.
    fileprivate func outermost(around id: NodeID) -> NodeID {
        guard var number = enclosingCall(id) else { return id }
        while let next = bundles.calls[number].enclosing { number = next }
        return bundles.calls[number].output ?? bundles.calls[number].end
    }
}
