extension LayeredGraph {
    /// Before: items stand in an order. After: if that has more than one crossing an edge, so that no line can be followed in it, and another
    /// order has at most two thirds of them, that other one.
    ///
    /// Trunks move like everything else here, and so are no longer straight: that is worth it only where there is nothing to be followed.
    mutating func untangle() {
        let tangled = layers, before = crossingCount()
        guard before > edges.count else { return }
        orderByWalk()
        var best = layers, fewest = crossingCount(), idle = 0
        for round in 0..<12 where idle < 4 {
            sortLayers(downwards: round % 2 == 0, movingTrunks: true)
            exchangeNeighbours(in: Array(layers.indices), rounds: 2, movingTrunks: true)
            let count = crossingCount()
            idle = count * 200 < fewest * 199 ? 0 : idle + 1
            if count < fewest { (best, fewest) = (layers, count) }
        }
        let chosen = 3 * fewest <= 2 * before ? best : tangled
        for layer in chosen.indices { place(chosen[layer], inLayer: layer) }
    }

    /// The order of a walk along links from the first items: what hangs together comes to stand together.
    private mutating func orderByWalk() {
        var isFound = [Bool](repeating: false, count: itemCount)
        var found = [[Int]](repeating: [], count: layers.count)
        for first in layers.joined() where !isFound[first] {
            isFound[first] = true
            var open = [first]
            while let item = open.popLast() {
                found[rank[item]].append(item)
                for neighbours in [down, up] {
                    for next in neighbours[item].reversed() where !isFound[next] {
                        isFound[next] = true
                        open.append(next)
                    }
                }
            }
        }
        for layer in found.indices { place(found[layer], inLayer: layer) }
    }
}
