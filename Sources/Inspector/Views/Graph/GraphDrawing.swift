import Debugging
import Trace

/// What is drawn of a graph and where: the scene, its layout, and what is remembered of both until they change.
struct GraphDrawing {
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

    private(set) var scene = GraphScene()
    private(set) var layout = Layout()
    private(set) var emphasis = Emphasis()
    private var sizes: [Size] = []
    private var trees = EdgeTrees()
    /// What stands in the boxes that were drawn since the moment changed.
    private var boxes: [Int: NodeBox] = [:]

    /// Takes a scene, and lays it out if it differs from the one before or a box has to grow. Returns whether it was laid out.
    mutating func take(_ next: GraphScene, _ snapshot: Snapshot, _ marks: GraphMarks) -> Bool {
        boxes = [:]
        let grown = measure(next.nodes, snapshot)
        let isNew = next.nodes != scene.nodes || next.edges != scene.edges || grown != sizes
        scene = next
        if isNew {
            sizes = grown
            lay(snapshot.record)
        }
        classify(marks)
        return isNew
    }

    /// The sizes of boxes. A box never shrinks, and so what stands around it stays where it is.
    private func measure(_ nodes: [NodeID], _ snapshot: Snapshot) -> [Size] {
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

    private mutating func lay(_ record: GraphRecord) {
        var graph = LayoutGraph(edges: scene.edges)
        graph.vertices = zip(scene.nodes, sizes).map { node, size in
            LayoutGraph.Vertex(id: node.index, width: size.width, height: size.height, pinnedTop: record.isTrainable(node))
        }
        layout = Layout(of: graph, previous: layout.vertexCount == 0 ? nil : layout)
        trees = EdgeTrees(layout)
        emphasis.selected = nil
    }

    /// Tells which trees, and which parts of trees, are of members or faint.
    private mutating func classify(_ marks: GraphMarks) {
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
            let own = marks.membership(parent)
            guard own != 0 else { continue }
            let common = children.filter { marks.membership($0) & own != 0 }
            if common.count == children.count {
                emphasis.memberTrees.insert(parent)
            } else if !common.isEmpty {
                emphasis.memberSegments += trees.paths(from: parent, to: common, in: layout)
            }
        }
    }

    /// The lines of a node: all to its children, and those that lead to it from its parents.
    mutating func segments(of selection: NodeID?) -> [Layout.Segment] {
        guard let selection, layout.contains(selection.index) else { return [] }
        if let known = emphasis.selected, known.node == selection.index { return known.segments }
        var segments = trees[selection.index]
        for parent in layout.parents(of: selection.index) {
            segments += trees.paths(from: parent, to: [selection.index], in: layout)
        }
        emphasis.selected = (selection.index, segments)
        return segments
    }

    /// What stands in a node's box.
    mutating func box(_ id: NodeID, _ snapshot: Snapshot, glyphs: Glyphs, opened: Bool) -> NodeBox {
        if let known = boxes[id.index], known.isASCII == glyphs.isASCII { return known }
        var box = NodeBox(id, snapshot, glyphs: glyphs, opened: opened)
        box.addNotes(id, snapshot, glyphs: glyphs)
        boxes[id.index] = box
        return box
    }
}
