extension LayeredGraph {
    /// Before: channels know how many rows they need. After: each layer has a first row and a height; boxes hang from its first row.
    mutating func assignLayerRows() {
        // The rows of frames are next to the layers of their groups, and no edge runs along them.
        var above = [Int](repeating: 0, count: layers.count + 1), below = above
        for span in groupSpans() {
            above[span.lowerBound] += VertexGroups.margin.rows
            below[span.upperBound] += VertexGroups.margin.rows
        }
        var y = above[0]
        for layer in layers.indices {
            let tallest = layers[layer].reduce(1) { isDummy($1) ? $0 : max($0, heights[$1]) }
            layerY.append(y)
            layerHeight.append(tallest)
            y += tallest + below[layer]
            channelY.append(y)
            if layer < channels.count { y += channels[layer].rows + above[layer + 1] }
        }
        height = y
    }
}

extension Layout {
    /// Before: every pass has run. After: the drawing, indexed for the screen.
    init(drawing work: LayeredGraph) {
        width = work.width
        height = work.height
        shelves = work.shelves
        cut = work.cut.map { LayoutGraph.Edge(parent: work.ids[$0.parent], child: work.ids[$0.child]) }
        boxes.ids = work.ids
        boxes.indexOfID = work.indexOfID
        boxes.ranks = Array(work.rank.prefix(work.vertexCount))
        boxes.exits = Array(work.exitColumn.prefix(work.vertexCount))
        boxes.frames = (0..<work.vertexCount).map {
            LayoutRect(x: work.left($0), y: work.layerY[work.rank[$0]], width: work.widths[$0], height: work.heights[$0])
        }
        frames = work.groups.frames(around: boxes.frames)
        boxes.anchors = Array(work.anchors.prefix(work.vertexCount))
        boxes.trunks = [[Int32]](repeating: [], count: work.vertexCount)
        for dummy in work.vertexCount..<work.itemCount { boxes.trunks[work.owner[dummy]].append(Int32(work.column[dummy])) }
        connect(work)
        placeInDrawn = [Int](repeating: 0, count: work.vertexCount)
        for layer in work.layers.indices { addBand(layer, of: work) }
    }

    private mutating func connect(_ work: LayeredGraph) {
        children = Adjacency(count: work.vertexCount, from: work.edges.map(\.parent), to: work.edges.map(\.child))
        parents = Adjacency(count: work.vertexCount, from: work.edges.map(\.child), to: work.edges.map(\.parent))
        // Links into vertices were made in the order of the edges.
        var links: [Int] = []
        links.reserveCapacity(work.edges.count)
        for link in work.linkLower.indices where !work.isDummy(work.linkLower[link]) { links.append(link) }
        entries = links.map { work.entryColumn[$0] }
    }

    private mutating func addBand(_ layer: Int, of work: LayeredGraph) {
        let start = (drawn.count, verticals.count, horizontals.count)
        for item in work.layers[layer] where !work.isDummy(item) {
            placeInDrawn[item] = drawn.count
            drawn.append(item)
        }
        let y = work.layerY[layer]
        let height = work.layerHeight[layer]
        if layer < work.channels.count {
            let channelY = work.channelY[layer]
            for piece in work.channels[layer].pieces {
                let top = work.isDummy(piece.item) ? y : y + work.heights[piece.item] - 1
                add(piece, owner: work.owner[piece.item], channelY: channelY, top: top, bottom: work.layerY[layer + 1])
            }
        }
        verticals[start.1...].sort { ($0.x, $0.y, $0.parent) < ($1.x, $1.y, $1.parent) }
        bands.append(
            Band(
                y: y, height: height, vertices: start.0..<drawn.count, verticals: start.1..<verticals.count,
                horizontals: start.2..<horizontals.count))
    }

    private mutating func add(_ piece: Channel.Wire, owner: Int, channelY: Int, top: Int, bottom: Int) {
        let parent = Int32(owner)
        func vertical(_ x: Int, _ y: Int, _ end: Int) -> Line { Line(parent: parent, x: Int32(x), y: Int32(y), end: Int32(end)) }
        if piece.isStraight {
            verticals.append(vertical(piece.from, top, bottom))
            return
        }
        let y = channelY + piece.row
        horizontals.append(Line(parent: parent, x: Int32(piece.first), y: Int32(y), end: Int32(piece.last)))
        verticals.append(vertical(piece.from, piece.startRow.map { channelY + $0 } ?? top, y))
        // The part after draws the line between the two.
        guard piece.endRow == nil else { return }
        for column in piece.to { verticals.append(vertical(column, y, bottom)) }
    }
}
