extension LayeredGraph {
    /// Before: vertices have ranks. After: every edge is a path of links between adjacent layers, and a parent has at most one dummy node a
    /// layer, shared by all its children below; links, `up` and `down` are set.
    mutating func addDummies() {
        cutCostlyEdges()
        let children = Adjacency(count: vertexCount, from: edges.map(\.parent), to: edges.map(\.child))
        trunkNext = [Int](repeating: -1, count: vertexCount)
        for parent in 0..<vertexCount {
            let top = rank[parent]
            let lowest = children[parent].reduce(top) { max($0, rank[$1]) }
            let firstDummy = itemCount
            var above = parent
            for layer in stride(from: top + 1, to: lowest, by: 1) {
                let dummy = itemCount
                rank.append(layer)
                owner.append(parent)
                widths.append(1)
                trunkNext.append(-1)
                trunkNext[above] = dummy
                link(above, dummy)
                above = dummy
            }
            for child in children[parent] {
                let span = rank[child] - top
                link(span == 1 ? parent : firstDummy + span - 2, child)
            }
        }
        down = Adjacency(count: itemCount, from: linkUpper, to: linkLower)
        up = Adjacency(count: itemCount, from: linkLower, to: linkUpper)
    }

    private mutating func link(_ upper: Int, _ lower: Int) {
        linkUpper.append(upper)
        linkLower.append(lower)
    }

    /// Keeps the number of dummy nodes linear in the graph: the trunks that are longest for each child they serve lose their far children.
    private mutating func cutCostlyEdges() {
        var budget = 16 * (vertexCount + edges.count) + 20_000
        var length = [Int](repeating: 0, count: vertexCount)
        var uses = length
        for edge in edges {
            length[edge.parent] = max(length[edge.parent], rank[edge.child] - rank[edge.parent] - 1)
            uses[edge.parent] += 1
        }
        guard length.reduce(0, +) > budget else { return }
        let far = 8
        let cheapFirst = (0..<vertexCount).filter { length[$0] >= far }
            .sorted { (length[$0] * uses[$1], $0) < (length[$1] * uses[$0], $1) }
        var isCut = [Bool](repeating: false, count: vertexCount)
        budget -= far * vertexCount
        for vertex in cheapFirst {
            budget -= length[vertex]
            isCut[vertex] = budget < 0
        }
        let rank = rank
        func isCostly(_ edge: (parent: Int, child: Int)) -> Bool { isCut[edge.parent] && rank[edge.child] - rank[edge.parent] > far }
        cut += edges.filter(isCostly)
        edges.removeAll(where: isCostly)
    }

    /// Before: links are set. After: it is decided which of them should be straight lines, and by which column each item is placed.
    ///
    /// A trunk is straight. A vertex is below the results it is made of; if it is made of roots only, below those; otherwise below the
    /// end of a trunk. A vertex with a long trunk is placed by its left side, so that the trunks of many lie close together.
    mutating func chooseStraightLinks() {
        isStraight = [Bool](repeating: false, count: linkUpper.count)
        for item in 0..<vertexCount {
            var best = 1
            for slot in up.slots(item) { best = max(best, closeness(up.pairs[slot])) }
            for slot in up.slots(item) { isStraight[up.pairs[slot]] = closeness(up.pairs[slot]) == best }
        }
        for dummy in vertexCount..<itemCount {
            guard let slot = up.slots(dummy).first else { continue }
            let above = up.targets[slot]
            let givesWay = !isDummy(above) && down.slots(above).contains { isStraight[down.pairs[$0]] }
            isStraight[up.pairs[slot]] = !givesWay
        }
        anchors = [Int](repeating: 0, count: itemCount)
        for item in 0..<vertexCount {
            let middle = widths[item] / 2
            anchors[item] = hasLongTrunk(item) ? min(1, middle) : middle
        }
    }

    private func closeness(_ link: Int) -> Int {
        let above = linkUpper[link]
        if isDummy(above) { return trunkNext[above] < 0 ? 1 : 0 }
        if up.count(above) > 0 { return 3 }
        return trunkNext[above] < 0 ? 2 : 0
    }

    private func hasLongTrunk(_ vertex: Int) -> Bool {
        var item = vertex
        for _ in 0..<3 {
            item = trunkNext[item]
            if item < 0 { return false }
        }
        return true
    }
}
