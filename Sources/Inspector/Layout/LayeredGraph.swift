/// The working state of the passes. Items are numbers: first the vertices in the order of creation, then the dummy nodes.
struct LayeredGraph {
    // From the input: vertices with distinct ids, and the acyclic edges between them, each once.
    var ids: [Int] = []
    var heights: [Int] = []
    var pinned: [Bool] = []
    var indexOfID: [Int: Int] = [:]
    var edges: [(parent: Int, child: Int)] = []
    /// Edges that are not drawn: they close a cycle, or would need too many dummy nodes.
    var cut: [(parent: Int, child: Int)] = []
    /// Every parent before its children.
    var topological: [Int] = []
    var groups = VertexGroups()
    /// By vertex: the number of groups around it. Empty if there are none.
    var depths: [Int] = []
    /// By vertex: it is a root in one of several first layers. Empty if no part has several.
    var isInDividedTop: [Bool] = []

    // By item.
    var rank: [Int] = []
    /// The vertex whose trunk a dummy node belongs to; a vertex is its own.
    var owner: [Int] = []
    var widths: [Int] = []
    /// The next dummy node of the same trunk, or -1.
    var trunkNext: [Int] = []
    /// The distance from an item's left border to the column by which it is placed and from which its trunk leaves.
    var anchors: [Int] = []

    // Links: from an item to an item one layer below.
    var linkUpper: [Int] = []
    var linkLower: [Int] = []
    /// By link: it should be drawn as a straight line.
    var isStraight: [Bool] = []
    var down = Adjacency(count: 0, from: [], to: [])
    var up = Adjacency(count: 0, from: [], to: [])

    /// The items of each layer from left to right, and each item's place in its layer.
    var layers: [[Int]] = []
    var position: [Int] = []
    /// The column of an item's anchor.
    var column: [Int] = []
    /// The width of the whole drawing.
    var width = 0
    /// The layers of each shelf, if parts stand on more than one.
    var shelves: [Range<Int>] = []

    // Ports, tracks, rows.
    /// By item: the column in which its trunk leaves it. By link: the column in which it enters the lower item.
    var exitColumn: [Int] = []
    var entryColumn: [Int] = []
    /// The pieces of edge trees between layer i and layer i + 1, and the rows they need.
    var channels: [Channel] = []
    var layerY: [Int] = []
    var layerHeight: [Int] = []
    /// The first row of each channel.
    var channelY: [Int] = []
    var height = 0

    var vertexCount: Int { ids.count }
    var itemCount: Int { owner.count }

    func isDummy(_ item: Int) -> Bool { item >= ids.count }
    func left(_ item: Int) -> Int { column[item] - anchors[item] }

    /// The columns of a box's border where an edge may join: the corners are left free when the width allows it.
    func joinable(_ item: Int) -> ClosedRange<Int> {
        let first = left(item)
        let width = widths[item]
        return width >= 3 ? first + 1...first + width - 2 : first...first + width - 1
    }

    /// The least distance between the anchors of two neighbours in a layer: two columns between boxes, one beside a trunk.
    func separation(_ left: Int, _ right: Int) -> Int {
        var gap = isDummy(left) || isDummy(right) ? 1 : 2
        // The sides of frames are between the items inside and those outside.
        if !depths.isEmpty { gap += VertexGroups.margin.columns * abs(depths[owner[left]] - depths[owner[right]]) }
        return widths[left] - anchors[left] + gap + anchors[right]
    }

    mutating func place(_ items: [Int], inLayer layer: Int) {
        layers[layer] = items
        for (index, item) in items.enumerated() { position[item] = index }
    }
}

extension LayeredGraph {
    /// Before: nothing. After: vertices have distinct ids and sizes of at least 1; `edges` are distinct, known and acyclic; `topological`
    /// is set.
    init(reading graph: LayoutGraph) {
        for vertex in graph.vertices where indexOfID[vertex.id] == nil {
            indexOfID[vertex.id] = ids.count
            ids.append(vertex.id)
            widths.append(max(1, vertex.width))
            heights.append(max(1, vertex.height))
            pinned.append(vertex.pinnedTop)
        }
        owner = Array(0..<ids.count)
        groups = VertexGroups(graph.groups, ids: ids)
        var from: [Int] = []
        var to: [Int] = []
        for edge in graph.edges {
            guard let parent = indexOfID[edge.parent], let child = indexOfID[edge.child], parent != child else { continue }
            from.append(parent)
            to.append(child)
        }
        keepDistinct(Adjacency(count: ids.count, from: from, to: to))
        sortTopologically()
    }

    private mutating func keepDistinct(_ children: Adjacency) {
        var lastParent = [Int](repeating: -1, count: vertexCount)
        edges.reserveCapacity(children.targets.count)
        for parent in 0..<vertexCount {
            for child in children[parent] where lastParent[child] != parent {
                lastParent[child] = parent
                edges.append((parent, child))
            }
        }
    }

    private mutating func sortTopologically() {
        let children = Adjacency(count: vertexCount, from: edges.map(\.parent), to: edges.map(\.child))
        var waiting = [Int](repeating: 0, count: vertexCount)
        for edge in edges { waiting[edge.child] += 1 }
        var place = [Int](repeating: -1, count: vertexCount)
        var queue: [Int] = []
        queue.reserveCapacity(vertexCount)
        func enqueue(_ vertex: Int) {
            place[vertex] = queue.count
            queue.append(vertex)
        }
        for vertex in 0..<vertexCount where waiting[vertex] == 0 { enqueue(vertex) }
        var head = 0
        var oldest = 0
        while queue.count < vertexCount || head < queue.count {
            if head == queue.count {
                // Only cycles are left: the oldest vertex goes first, and its edges from later ones are cut.
                while place[oldest] >= 0 { oldest += 1 }
                enqueue(oldest)
            }
            let vertex = queue[head]
            head += 1
            for child in children[vertex] {
                waiting[child] -= 1
                if waiting[child] == 0 && place[child] < 0 { enqueue(child) }
            }
        }
        topological = queue
        cut = edges.filter { place[$0.parent] >= place[$0.child] }
        if !cut.isEmpty { edges.removeAll { place[$0.parent] >= place[$0.child] } }
    }
}
