extension LayeredGraph {
    /// Before: links are set. After: every item is in its layer; items of the previous drawing are in its order, new ones are where
    /// their parents are. Without a previous drawing: trunks on the left, those that begin
    /// higher first, so that all can be straight; then the vertices in the order of creation.
    ///
    /// Returns the items that are new, or nil when so few are known that the previous order is of no use.
    mutating func seedOrder(from previous: Layout?) -> [Int]? {
        layers = [[Int]](repeating: [], count: (rank.max() ?? -1) + 1)
        position = [Int](repeating: 0, count: itemCount)
        column = position
        for item in trunksFirst() { layers[rank[item]].append(item) }
        guard let previous, previous.vertexCount > 0 else {
            numberPositions()
            spreadTrunks()
            return nil
        }
        var wanted = [Double?](repeating: nil, count: itemCount)
        var unknown: [Int] = []
        var isNew = [Bool](repeating: false, count: itemCount)
        for item in 0..<itemCount {
            wanted[item] = knownColumn(of: item, in: previous)
            guard wanted[item] == nil else { continue }
            unknown.append(item)
            isNew[item] = true
        }
        guard unknown.count * 2 < itemCount else {
            numberPositions()
            spreadTrunks()
            return nil
        }
        placeNewTrunks(&wanted)
        placeNewVertices(&wanted, previous)
        for layer in layers.indices {
            // A known item goes before a new one in the same column; sorting by place last keeps the order of creation.
            let sorted = layers[layer].enumerated().sorted { a, b in
                let (x, y) = (wanted[a.element] ?? 0, wanted[b.element] ?? 0)
                if x != y { return x < y }
                let (p, q) = (isNew[a.element], isNew[b.element])
                return p == q ? a.offset < b.offset : !p
            }
            layers[layer] = sorted.map(\.element)
        }
        numberPositions()
        return unknown
    }

    /// All items by the rank and age of their owners.
    private func trunksFirst() -> [Int] {
        var byRank = [[Int]](repeating: [], count: layers.count)
        for vertex in 0..<vertexCount { byRank[rank[vertex]].append(vertex) }
        var items: [Int] = []
        items.reserveCapacity(itemCount)
        for vertex in byRank.joined() {
            var item = vertex
            while item >= 0 {
                items.append(item)
                item = trunkNext[item]
            }
        }
        return items
    }

    /// Trunks from the first layers of a divided part are evenly between the roots that they pass, so that the layers stand below one another.
    private mutating func spreadTrunks() {
        guard !isInDividedTop.isEmpty else { return }
        for layer in layers.indices.dropFirst() {
            let boxes = layers[layer].filter { !isDummy($0) }
            guard !boxes.isEmpty, boxes.allSatisfy({ isInDividedTop[$0] }) else { continue }
            let trunks = layers[layer].filter(isDummy).sorted { position[up[$0].first ?? $0] < position[up[$1].first ?? $1] }
            var items: [Int] = [], next = 0
            for (place, box) in boxes.enumerated() {
                while next < trunks.count, next * boxes.count <= place * trunks.count {
                    items.append(trunks[next])
                    next += 1
                }
                items.append(box)
            }
            place(items + trunks[next...], inLayer: layer)
        }
    }

    private mutating func numberPositions() {
        for layer in layers.indices { place(layers[layer], inLayer: layer) }
    }

    /// A vertex that changed its layer is among others than before, so it counts as new; so does a constant at its first use.
    private func knownColumn(of item: Int, in previous: Layout) -> Double? {
        let id = ids[owner[item]]
        if isDummy(item) { return previous.trunkColumn(of: id, rank: rank[item]).map(Double.init) }
        if !pinned[item], up.count(item) == 0, down.count(item) > 0, previous.isUnused(id) { return nil }
        return previous.rank(of: id) == rank[item] ? previous.anchorColumn(of: id).map(Double.init) : nil
    }

    /// A trunk goes on where it was; a new one runs to the left of all boxes that it passes.
    private func placeNewTrunks(_ wanted: inout [Double?]) {
        var leftmost = [Double](repeating: .infinity, count: layers.count)
        for vertex in 0..<vertexCount {
            if let column = wanted[vertex] { leftmost[rank[vertex]] = min(leftmost[rank[vertex]], column) }
        }
        for vertex in 0..<vertexCount {
            var last: Double?
            var item = trunkNext[vertex]
            while item >= 0 {
                if let column = wanted[item] {
                    last = column
                } else {
                    if last == nil { last = leftOfTrunk(from: item, leftmost) }
                    wanted[item] = last
                }
                item = trunkNext[item]
            }
        }
    }

    private func leftOfTrunk(from first: Int, _ leftmost: [Double]) -> Double {
        var column = Double.infinity
        var item = first
        while item >= 0 {
            column = min(column, leftmost[rank[item]])
            item = trunkNext[item]
        }
        return column.isFinite ? column - 0.5 : 0
    }

    /// New vertices go below the parents that they should be below, new roots above their children.
    private func placeNewVertices(_ wanted: inout [Double?], _ previous: Layout) {
        let edge = (wanted.lazy.compactMap { $0 }.max() ?? 0) + 1
        func mean(_ items: [Int]) -> Double? {
            let columns = items.compactMap { wanted[$0] }
            return columns.isEmpty ? nil : columns.reduce(0, +) / Double(columns.count)
        }
        for layer in layers {
            for item in layer where wanted[item] == nil {
                wanted[item] = mean(up.slots(item).filter { isStraight[up.pairs[$0]] }.map { up.targets[$0] })
            }
        }
        for item in 0..<vertexCount where wanted[item] == nil {
            let below = trunkNext[item] >= 0 ? wanted[trunkNext[item]] : mean(Array(down[item]))
            // A constant is to the right of the results that it is used with.
            wanted[item] =
                below.map { trunkNext[item] >= 0 ? $0 : $0 + 0.5 } ?? previous.anchorColumn(of: ids[item]).map(Double.init) ?? edge
        }
    }
}
