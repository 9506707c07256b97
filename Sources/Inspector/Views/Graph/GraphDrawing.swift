import Debugging
import Trace

/// The drawing of a graph: the scene, its layout, and the caches of both until they change.
struct GraphDrawing {
    /// Lines that look otherwise than most.
    struct Emphasis {
        /// Parents whose whole trees are faint, and whose whole trees are of members.
        fileprivate(set) var faintTrees: Set<Int> = []
        fileprivate(set) var memberTrees: Set<Int> = []
        /// The parts of other trees that are.
        fileprivate(set) var faintSegments: [Layout.Segment] = []
        fileprivate(set) var memberSegments: [Layout.Segment] = []
        /// The lines over which the last backward went.
        fileprivate(set) var visitedSegments: [Layout.Segment] = []
        /// The lines of the selected box.
        fileprivate var selected: (box: Int, segments: [Layout.Segment])?
    }

    private(set) var scene = GraphScene()
    private(set) var layout = Layout()
    private(set) var emphasis = Emphasis()
    private var sizes: [Size] = []
    /// The columns that there were when it was laid out.
    private var room = 0
    private var history = LayoutHistory()
    private var trees = EdgeTrees()
    /// The contents of the boxes that were drawn since the event changed.
    private var boxes: [Int: NodeBox] = [:]

    /// Takes a scene, and lays it out if it differs from the one before or a box has another size. Returns whether it was laid out.
    ///
    /// - Parameters:
    ///   - visited: the nodes that the last backward visited.
    ///   - room: the columns in which it is seen, 0 if that is not known yet.
    mutating func take(_ next: GraphScene, _ snapshot: Snapshot, _ marks: GraphMarks, visited: NodeMembers, room: Int) -> Bool {
        boxes = [:]
        let grown = next.nodes.map { id in
            var box = NodeBox(id, next, snapshot, glyphs: .unicode, opened: false)
            // It has no border for the number of its entries.
            if box.isCompact { box.addNotes(next.nodes(of: id), snapshot, glyphs: .unicode) }
            return box.size
        }
        let isNew =
            next.nodes != scene.nodes || next.edges != scene.edges || next.openFolds != scene.openFolds
            || next.conflicting != scene.conflicting || grown != sizes
            || needsOtherShelves(room)
        scene = next
        if isNew {
            (sizes, self.room) = (grown, room)
            lay(snapshot.record, verdictWidth: marks.conflict?.verdict(snapshot.record, marks.letters, .unicode).width ?? 0)
        }
        emphasis.selected = nil
        classify(marks, visited)
        return isNew
    }

    /// Whether the parts of the drawing would stand elsewhere if it were seen in so many columns.
    func needsOtherShelves(_ room: Int) -> Bool {
        guard room != self.room, room > 0 else { return false }
        let old = self.room > 0 ? self.room : nil
        return layout.depends(on: room, insteadOf: old) || history.depends(on: room, insteadOf: old)
    }

    private mutating func lay(_ record: GraphRecord, verdictWidth: Int) {
        var graph = LayoutGraph(edges: scene.edges)
        graph.vertices = zip(scene.nodes, sizes).map { node, size in
            LayoutGraph.Vertex(id: node.index, width: size.width, height: size.height, pinnedTop: record.isTrainable(node))
        }
        if !scene.conflicting.isEmpty {
            graph.vertices.append(.init(id: GraphScene.verdict, width: verdictWidth, height: 1))
            graph.edges += scene.conflicting.map { .init(parent: $0.index, child: GraphScene.verdict) }
        }
        graph.groups = scene.openFolds.map { .init(first: $0.row.first.index, last: $0.row.last.index) }
        layout = history.layout(of: graph, room: room > 0 ? room : nil)
        trees = EdgeTrees(layout)
    }

    /// Tells which trees, and which parts of trees, are of members, faint, or visited.
    private mutating func classify(_ marks: GraphMarks, _ visited: NodeMembers) {
        emphasis = Emphasis()
        for id in scene.nodes {
            let parent = id.index, children = layout.children(of: parent)
            guard !children.isEmpty else { continue }
            let faint = scene.faint.isEmpty ? [] : children.filter { scene.faint.contains(.init(parent: parent, child: $0)) }
            if faint.count == children.count {
                emphasis.faintTrees.insert(parent)
            } else if !faint.isEmpty {
                emphasis.faintSegments += faint.flatMap { layout.entries(of: $0) }.filter { $0.parent == parent }.flatMap { entry in
                    trees[parent].filter { $0.to == entry.point }
                }
            }
            if !visited.isEmpty {
                let used = children.filter { contains(visited, NodeID($0)) }
                if !used.isEmpty { emphasis.visitedSegments += trees.paths(from: parent, to: used, in: layout) }
            }
            let own = membership(id, marks)
            guard marks.isBright(own) else { continue }
            let common = children.filter { child in
                let mask = membership(NodeID(child), marks)
                return marks.isBright(mask) && mask & own != 0
            }
            if common.count == children.count {
                emphasis.memberTrees.insert(parent)
            } else if !common.isEmpty {
                emphasis.memberSegments += trees.paths(from: parent, to: common, in: layout)
            }
        }
    }

    private func contains(_ nodes: NodeMembers, _ box: NodeID) -> Bool {
        guard scene.folds[box] != nil else { return nodes.contains(box) }
        let range = scene.nodes(of: box)
        return nodes.count(from: range.lowerBound, through: range.upperBound) > 0
    }

    /// The places of the chosen subgraphs that a box is in, one bit each. The inside of an open bundle belongs to the subgraphs of its output.
    func membership(_ box: NodeID, _ marks: GraphMarks) -> UInt64 {
        var mask: UInt64 = 0
        for (place, subgraph) in marks.chosen.enumerated() where contains(subgraph.members, box) { mask |= 1 << UInt64(place) }
        return mask == 0 ? scene.outputs[box].map { membership($0, marks) } ?? 0 : mask
    }

    /// The boxes that lead to a box, and those that follow from it; both with itself.
    func kin(of box: Int) -> (above: Set<Int>, below: Set<Int>) {
        func reached(_ next: (Int) -> [Int]) -> Set<Int> {
            var found: Set<Int> = [box], open = [box]
            while let id = open.popLast() { for other in next(id) where found.insert(other).inserted { open.append(other) } }
            return found
        }
        return (
            reached { layout.parents(of: $0) + (scene.chips[NodeID($0)] ?? []).map(\.index) },
            reached { id in layout.children(of: id) + readers(of: NodeID(id)).map(\.index) }
        )
    }

    /// The boxes that name a root in place of an edge.
    func readers(of root: NodeID) -> [NodeID] { scene.chips.filter { $0.value.contains(root) }.map(\.key).sorted() }

    /// The lines over which a box is reached from what leads to it, and from it what follows.
    mutating func segments(of box: Int?) -> [Layout.Segment] {
        guard let box, layout.contains(box) else { return [] }
        if let known = emphasis.selected, known.box == box { return known.segments }
        let kin = kin(of: box)
        var segments: [Layout.Segment] = []
        for id in kin.above.union(kin.below).sorted() {
            let children = layout.children(of: id)
            let next = children.filter {
                (kin.above.contains(id) && kin.above.contains($0)) || (kin.below.contains(id) && kin.below.contains($0))
            }
            if next.count == children.count {
                segments += trees[id]
            } else if !next.isEmpty {
                segments += trees.paths(from: id, to: next, in: layout)
            }
        }
        emphasis.selected = (box, segments)
        return segments
    }

    /// The content of a box.
    mutating func box(_ id: NodeID, _ snapshot: Snapshot, glyphs: Glyphs, opened: Bool) -> NodeBox {
        if let known = boxes[id.index], known.isASCII == glyphs.isASCII { return known }
        var box = NodeBox(id, scene, snapshot, glyphs: glyphs, opened: opened)
        box.addNotes(scene.nodes(of: id), snapshot, glyphs: glyphs)
        boxes[id.index] = box
        return box
    }
}

/// Lays graphs out so that a graph has one drawing, however it was reached, and so that one that has grown looks much as it did.
///
/// A drawing is made after that of the graph's first vertices, and that after the drawing of still fewer, each with about a third less.
struct LayoutHistory {
    private static let first = 16
    private var steps: [(graph: LayoutGraph, layout: Layout)] = []
    private var room: Int?

    /// Whether another width could change a drawing that the last one was made after.
    func depends(on room: Int, insteadOf old: Int?) -> Bool { steps.contains { $0.layout.depends(on: room, insteadOf: old) } }

    mutating func layout(of graph: LayoutGraph, room: Int?) -> Layout {
        if room != self.room { steps = [] }
        self.room = room
        var previous: Layout?
        var count = Self.first, place = 0
        while count < graph.vertices.count {
            let part = graph.first(count)
            if place < steps.count, steps[place].graph == part {
                previous = steps[place].layout
            } else {
                steps.removeLast(max(0, steps.count - place))
                let layout = Layout(of: part, previous: previous, room: room)
                steps.append((part, layout))
                previous = layout
            }
            place += 1
            count += count * 2 / 5
        }
        steps.removeLast(max(0, steps.count - place))
        return Layout(of: graph, previous: previous, room: room)
    }
}

extension LayoutGraph {
    /// The first vertices, and the edges between them.
    fileprivate func first(_ count: Int) -> LayoutGraph {
        let kept = Array(vertices.prefix(count)), ids = Set(kept.map(\.id))
        return LayoutGraph(
            vertices: kept, edges: edges.filter { ids.contains($0.parent) && ids.contains($0.child) }, groups: groups)
    }
}
