extension LayeredGraph {
    /// Before: links are set. After: every item stands in its layer; items of the previous drawing are in its order, new ones stand where
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
            return nil
        }
        var wanted = [Double?](repeating: nil, count: itemCount)
        var unknown: [Int] = []
        var isNew = [Bool](repeating: false, count: itemCount)
        for item in 0..<itemCount {
            let known = isDummy(item) ? previous.trunkColumn(of: ids[owner[item]], rank: rank[item]) : previous.anchorColumn(of: ids[item])
            wanted[item] = known.map(Double.init)
            guard known == nil else { continue }
            unknown.append(item)
            isNew[item] = true
        }
        guard unknown.count * 2 < itemCount else {
            numberPositions()
            return nil
        }
        estimateColumns(&wanted)
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

    private mutating func numberPositions() {
        for layer in layers.indices { place(layers[layer], inLayer: layer) }
    }

    /// New items get the mean column of the items above them, new roots that of the items below, others the right edge.
    private func estimateColumns(_ column: inout [Double?]) {
        let edge = (column.lazy.compactMap { $0 }.max() ?? 0) + 1
        for layer in layers {
            for item in layer where column[item] == nil {
                let above = up[item].compactMap { column[$0] }
                let near = above.isEmpty ? down[item].compactMap { column[$0] } : above
                column[item] = near.isEmpty ? edge : near.reduce(0, +) / Double(near.count)
            }
        }
    }
}
