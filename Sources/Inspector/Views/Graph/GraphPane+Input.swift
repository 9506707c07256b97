import Debugging
import Trace

extension GraphPane {
    /// Columns and rows by which the view is moved with keys and with the wheel.
    private static let step = Size(width: 8, height: 4)
    private static let notch = 3

    /// Does an action of the pane; false if it means nothing here.
    package mutating func perform(_ action: ActionID) -> Bool {
        guard let snapshot, snapshot.state.nodeCount > 0 else { return false }
        switch action {
        case "graph.form":
            scope.wanted = scope.form == .lanes ? .boxes : .lanes
            return true
        case "graph.leading": return show(only: selection.map { .leading(to: $0) })
        case "graph.turn":
            guard let selection, lanes.chart.graph.turn(around: selection) != nil || scope.only != nil else { return false }
            return show(only: .turn(around: selection))
        case "graph.hide-rest":
            if scope.only == .conflict { showEverything() } else { setHidesRest(!hidesRest) }
            return true
        case "graph.close":
            guard let node = lanes.close(selection, snapshot.record) else { return false }
            refresh()
            selection = node
            return true
        default: break
        }
        guard scope.form == .boxes else { return performInLanes(action, snapshot) }
        guard drawing.layout.vertexCount > 0 else { return false }
        switch action {
        case "graph.up": go(.up)
        case "graph.down": go(.down)
        case "graph.left": go(.left)
        case "graph.right": go(.right)
        case "graph.pan-left": move(x: -Self.step.width, y: 0, isByBoxes: true)
        case "graph.pan-right": move(x: Self.step.width, y: 0, isByBoxes: true)
        case "graph.pan-up": move(x: 0, y: -Self.step.height, isByBoxes: true)
        case "graph.pan-down": move(x: 0, y: Self.step.height, isByBoxes: true)
        case "graph.centre": centre()
        case "graph.open": return toggleBundle()
        case "graph.first":
            window.follows = false
            window.wish = .top
        case "graph.last":
            // The newest nodes are there, so the view goes on with them.
            window.follows = true
            window.wish = .bottom
        case "graph.page-up": move(x: 0, y: -max(1, window.area.height - 3), isByBoxes: true)
        case "graph.page-down": move(x: 0, y: max(1, window.area.height - 3), isByBoxes: true)
        default: return false
        }
        return true
    }

    private mutating func go(_ direction: Layout.Direction) {
        window.follows = false
        lanes.showCursor()
        guard let current = box(of: selection) else { return selectInView() }
        let layout = drawing.layout
        guard
            let next = layout.neighbour(of: current, direction).flatMap({ $0 == GraphScene.verdict ? nil : $0 }) ?? named(
                by: current, direction)
                ?? layout.neighbour(of: current, onShelf: direction)
        else {
            window.wish = .show(current)
            return
        }
        selection = node(of: next)
        window.wish = .show(next)
    }

    /// The target where there is no edge: the root that a box names, or the first box that names a root.
    private func named(by box: Int, _ direction: Layout.Direction) -> Int? {
        switch direction {
        case .up: drawing.scene.chips[NodeID(box)]?.first?.index
        case .down: drawing.readers(of: NodeID(box)).first?.index
        case .left, .right: nil
        }
    }

    /// The newest node in the view, else the newest of all.
    private mutating func selectInView() {
        let seen = drawing.layout.vertices(in: visible).map(\.id).filter { $0 != GraphScene.verdict }.max()
        guard let id = seen ?? drawing.scene.nodes.last?.index else { return }
        selection = node(of: id)
        window.wish = .show(id)
    }

    /// Opens or closes the inner graph of the selected node's bundle.
    private mutating func toggleBundle() -> Bool {
        guard let snapshot, let chosen = selection, box(of: chosen) != nil, let node = lanes.toggle(chosen, snapshot.record) else {
            return false
        }
        selection = node
        refresh()
        if let box = box(of: node) { window.wish = .show(box) }
        return true
    }

    /// Shows only a part of the graph, or everything if that part is shown already.
    private mutating func show(only part: Scope.Only?) -> Bool {
        scope.only = scope.only == nil ? part : nil
        refresh()
        if let selection { show(selection) }
        return true
    }

    private mutating func performInLanes(_ action: ActionID, _ snapshot: Snapshot) -> Bool {
        window.follows = action == "graph.last"
        if action == "graph.open" {
            guard let node = lanes.toggle(selection, snapshot.record) else { return false }
            selection = node
            refresh()
            return true
        }
        guard let node = lanes.perform(action, selection, snapshot) else { return false }
        selection = node
        return true
    }

    mutating func showEverything() {
        scope.only = nil
        refresh()
        if let selection { show(selection) }
    }

    mutating func setHidesRest(_ hides: Bool) {
        hidesRest = hides
        scope.only = nil
        refresh()
        if let selection { show(selection) }
    }

    // MARK: The mouse

    package mutating func click(at point: Point, clicks: Int) {
        guard window.area.contains(point) else { return }
        if scope.form == .lanes {
            window.follows = false
            if let node = lanes.click(line: point.y - window.area.minY) { selection = node }
            if clicks == 2, let snapshot, let node = lanes.toggle(selection, snapshot.record) {
                selection = node
                refresh()
            }
            return
        }
        let place = LayoutPoint(x: window.offset.x + point.x - window.area.minX, y: window.offset.y + point.y - window.area.minY)
        guard let id = drawing.layout.vertex(at: place), id != GraphScene.verdict else {
            if clicks == 2 { closeFold(titledAt: place) }
            return
        }
        window.follows = false
        lanes.showCursor()
        selection = root(at: place, in: id) ?? node(of: id)
        if clicks == 2 { _ = toggleBundle() }
    }

    /// Closes the innermost loop, turn or scope whose frame has its upper side at a point.
    private mutating func closeFold(titledAt point: LayoutPoint) {
        let titled = zip(drawing.scene.openFolds, drawing.layout.frames).filter { _, frame in
            frame.y == point.y && frame.x <= point.x && point.x < frame.maxX
        }
        guard let row = titled.last?.0.row, let snapshot, let node = lanes.close(row, snapshot.record) else { return }
        selection = node
        window.follows = false
        refresh()
    }

    /// The root whose name is at a point of a box.
    private func root(at point: LayoutPoint, in box: Int) -> NodeID? {
        guard let snapshot, let frame = drawing.layout.frame(of: box), point.y == frame.y + 1 else { return nil }
        let content = NodeBox(NodeID(box), drawing.scene, snapshot, glyphs: .unicode, opened: false)
        var x = frame.x + 2
        for chip in content.shownChips(in: frame.width - 4).shown {
            if x..<x + chip.text.displayWidth ~= point.x { return chip.root }
            x += chip.text.displayWidth + 1
        }
        return nil
    }

    /// Positive is down or right.
    package mutating func wheel(by notches: Int, horizontal: Bool) {
        let distance = notches * Self.notch
        if scope.form == .lanes {
            window.follows = false
            if !horizontal { lanes.scroll(by: distance) }
            return
        }
        move(x: horizontal ? 2 * distance : 0, y: horizontal ? 0 : distance)
    }

    /// The drawing goes with the mouse.
    package mutating func drag(by distance: Point) {
        if scope.form == .lanes { lanes.scroll(by: -distance.y) } else { move(x: -distance.x, y: -distance.y) }
    }
}
