extension LayeredGraph {
    /// Before: items have an order. After: another order, if the first has more than one crossing for each edge, so that no line can be
    /// followed, and the other has at most two thirds of these crossings.
    ///
    /// Trunks move like all other items and are no longer straight. This pays off only in a drawing whose lines cannot be followed anyway.
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

    /// The order of a walk along links from the first items, which places connected items next to each other.
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
