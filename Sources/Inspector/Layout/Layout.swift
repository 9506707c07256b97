/// A drawing in character cells: boxes in layers from top to bottom, and for each parent one tree of edges.
package struct Layout: Equatable, Sendable {
    package struct Vertex: Equatable, Sendable {
        package var id: Int
        package var frame: LayoutRect
        package var rank: Int
    }

    /// A straight line of cells, both ends included, that belongs to one parent's edge tree; vertical ones go down, horizontal ones right.
    /// A tree begins in the cell of its parent's bottom border and ends in the cells of its children's top borders.
    package struct Segment: Hashable, Sendable {
        package var parent: Int
        package var from: LayoutPoint
        package var to: LayoutPoint

        package var isVertical: Bool { from.x == to.x }
    }

    /// A layer of boxes and the channel below it.
    struct Band: Equatable, Sendable {
        var y: Int
        var height: Int
        /// Places in `drawn`, from left to right.
        var vertices: Range<Int>
        /// Places in `verticals`, ordered by column, and in `horizontals`.
        var verticals: Range<Int>
        var horizontals: Range<Int>
    }

    struct Line: Equatable, Sendable {
        var parent: Int32
        var x: Int32
        var y: Int32
        /// The other end's column for a horizontal line, its row for a vertical one.
        var end: Int32
    }

    /// The boxes, by vertex in the order of creation.
    struct Boxes: Equatable, Sendable {
        var ids: [Int] = []
        var indexOfID: [Int: Int] = [:]
        var frames: [LayoutRect] = []
        var ranks: [Int] = []
        /// The distance from a box's left border to the column by which it was placed.
        var anchors: [Int] = []
        /// The column in which a vertex's trunk leaves it.
        var exits: [Int] = []
        /// The columns of each vertex's trunk in the layers below it.
        var trunks: [[Int32]] = []
    }

    package internal(set) var width = 0
    package internal(set) var height = 0
    /// Columns from which on more of them change nothing. In fewer of them roots stand in other layers; parts that no edge joins may stand
    /// elsewhere in any number of them.
    private var mostRoom = 0
    /// The frames around the graph's groups; empty for a group without vertices.
    package internal(set) var frames: [LayoutRect] = []
    /// Edges that are not drawn: they close a cycle, or are so long and so many that they would cover the drawing.
    package internal(set) var cut: [LayoutGraph.Edge] = []

    var boxes = Boxes()
    var children = Adjacency(count: 0, from: [], to: [])
    var parents = Adjacency(count: 0, from: [], to: [])
    /// The columns in which edges enter their children, by edge as numbered by `parents`.
    var entries: [Int] = []

    /// Vertices by layer from left to right, and each vertex's place there.
    var drawn: [Int] = []
    var placeInDrawn: [Int] = []
    var bands: [Band] = []
    /// The bands of each shelf; empty if all parts stand side by side.
    var shelves: [Range<Int>] = []
    var verticals: [Line] = []
    var horizontals: [Line] = []

    /// An empty drawing.
    package init() {}

    /// Draws the graph. Vertices in `previous` keep its order from left to right as far as possible.
    ///
    /// - Parameter room: the columns that there are to see it. Parts that no edge joins are put one below another where they would take more
    ///   side by side; a single part may be wider.
    package init(of graph: LayoutGraph, previous: Layout? = nil, room: Int? = nil) {
        var ranked = LayeredGraph(reading: graph)
        ranked.assignRanks(room: room)
        let least = ranked.leastWidth()
        // Without shelves other parts would stand beside a group.
        guard let room = room ?? (ranked.groups.isEmpty ? nil : Int.max / 4), least.isDivisible else {
            self.init(ranked, previous, shelves: nil)
            mostRoom = least.isDivisible ? Int.max : ranked.roomForRoots()
            return
        }
        // Boxes above one another take more columns than the widest layer does, so that what seems to fit may not.
        var attempts = [nil, room, room * 4 / 5][...]
        if least.columns > room || !ranked.groups.isEmpty { attempts.removeFirst() }
        // A part that is wider than the room stays so on any shelf, and large graphs take long.
        if least.ofPart > room { attempts = [room] }
        self.init(ranked, previous, shelves: attempts.removeFirst())
        while width > room, let next = attempts.popFirst() {
            let other = Layout(ranked, previous, shelves: next)
            if other.width < width { self = other }
        }
        mostRoom = Int.max
    }

    private init(_ ranked: LayeredGraph, _ previous: Layout?, shelves room: Int?) {
        var work = ranked
        if let room { work.assignShelves(room: room) }
        work.addDummies()
        work.chooseStraightLinks()
        let newItems = work.seedOrder(from: previous)
        work.reduceCrossings(newItems: newItems)
        work.mirrorByAge(isFresh: newItems == nil)
        work.assignColumns()
        work.alignShelves()
        work.makeRoomForFrames()
        work.assignPorts()
        work.assignTracks()
        work.assignLayerRows()
        self.init(drawing: work)
    }

    /// Whether something could stand elsewhere in a room of other columns.
    ///
    /// - Parameters:
    ///   - old: the columns that there were, nil if that was not known.
    func depends(on room: Int, insteadOf old: Int?) -> Bool { min(room, old ?? .max) < mostRoom }

    package var vertexCount: Int { boxes.ids.count }
    package var layerCount: Int { bands.count }
}
