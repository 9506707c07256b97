import Debugging
import Trace

/// A stand-in for the drawing of the graph: the nodes in the order of their creation.
package struct GraphPane: Sendable {
    package var selection: NodeID?
    package var hidesRest = false
    private var snapshot: Snapshot?
    private var list = ListView()
    private var height = 1

    package init() {}

    package mutating func update(_ snapshot: Snapshot, optimizers: [OptimizerID], subgraphs: SubgraphCache) { self.snapshot = snapshot }

    package mutating func draw(into frame: inout Frame, rect: Rect, isFocused: Bool, theme: Theme, glyphs: Glyphs) {
        guard let snapshot else { return }
        height = rect.height
        list.selected = selection?.index ?? 0
        list.settle(count: snapshot.state.nodeCount, height: rect.height)
        for row in 0..<rect.height where list.offset + row < snapshot.state.nodeCount {
            let id = NodeID(list.offset + row)
            let line = TextLine(snapshot.record.name(id), snapshot.record.isTrainable(id) ? .nodeParameter : .nodeName)
            frame.put(
                line.adding("  " + snapshot.state.value(id, in: snapshot.record).short(20), .textDim), in: rect.row(row), theme: theme,
                glyphs: glyphs, ground: id == selection ? theme[isFocused ? .selection : .selectionUnfocused] : nil)
        }
    }

    package mutating func handle(_ key: Key) -> Bool {
        guard let snapshot, list.handle(key, count: snapshot.state.nodeCount, page: height) else { return false }
        selection = snapshot.state.nodeCount > 0 ? NodeID(list.selected) : nil
        return true
    }

    package mutating func click(at point: Point, clicks: Int) {}
    package mutating func wheel(by: Int, horizontal: Bool) {}
    package mutating func drag(by: Point) {}
    package mutating func reveal(_ id: NodeID) { selection = id }
    package var title: String { "Graph" }
}
