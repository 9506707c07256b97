/// Counts the crossings between two layers in O(E log V) with an accumulator tree.
/// Barth, Jünger, Mutzel, *Simple and efficient bilayer cross counting* (2002).
struct CrossingCounter {
    private var tree: [Int] = []

    /// `lowerPositions`: where the links end, sorted by where they start, then by where they end.
    mutating func count(_ lowerPositions: [Int], width: Int) -> Int {
        guard lowerPositions.count > 1 else { return 0 }
        var firstLeaf = 1
        while firstLeaf < width { firstLeaf *= 2 }
        tree.removeAll(keepingCapacity: true)
        tree.append(contentsOf: repeatElement(0, count: 2 * firstLeaf))
        return tree.withUnsafeMutableBufferPointer { tree in
            var crossings = 0
            for position in lowerPositions {
                var node = position + firstLeaf
                tree[node] += 1
                while node > 1 {
                    // Links counted in the right sibling start further left and end further right.
                    if node & 1 == 0 { crossings += tree[node + 1] }
                    node /= 2
                    tree[node] += 1
                }
            }
            return crossings
        }
    }
}

extension LayeredGraph {
    /// The crossings of links between each layer and the next.
    func crossingCount() -> Int {
        var counter = CrossingCounter()
        return layers.indices.dropLast().reduce(0) { $0 + crossings(below: $1, &counter) }
    }

    /// The cost of an order: a straight line should be crossed by taps only, never by another straight line.
    private func cost() -> (crossings: Int, total: Int) {
        var counter = CrossingCounter()
        let straight = layers.indices.dropLast().reduce(0) { $0 + crossings(below: $1, &counter, straightOnly: true) }
        let all = crossingCount()
        return (all, all + 15 * straight)
    }

    private func crossings(below layer: Int, _ counter: inout CrossingCounter, straightOnly: Bool = false) -> Int {
        var ends: [Int] = []
        for item in layers[layer] {
            let first = ends.count
            for slot in down.slots(item) where !straightOnly || isStraight[down.pairs[slot]] {
                ends.append(position[down.targets[slot]])
            }
            if ends.count - first > 1 { ends[first...].sort() }
        }
        return counter.count(ends, width: layers[layer + 1].count)
    }

    /// Before: items are in a seed order. After: an order with at most as many crossings.
    ///
    /// A fresh drawing is swept, with the trunks in their places if that is nearly as good, and untangled where no line can be followed;
    /// a drawing that grew keeps its order, and only new items look for a better place.
    mutating func reduceCrossings(newItems: [Int]?) {
        if let newItems {
            let touched = Set(newItems.map { rank[$0] }).sorted()
            exchangeNeighbours(in: touched, rounds: 8, only: Set(newItems))
        } else {
            let rounds = itemCount < 4_000 ? 8 : itemCount < 40_000 ? 4 : 2
            sweep(rounds: rounds, movingTrunks: false)
            sweep(rounds: rounds, movingTrunks: true)
            exchangeNeighbours(in: Array(layers.indices), rounds: itemCount < 10_000 ? 4 : 1)
            if itemCount < 40_000 { untangle() }
        }
    }

    private mutating func sweep(rounds: Int, movingTrunks: Bool) {
        let start = cost()
        // Straight trunks in a known order are worth many crossings with their taps.
        var bestTotal = movingTrunks ? (start.total + 1) / 2 : start.total
        var best = layers
        var idle = 0
        for round in 0..<rounds where start.total > 0 && idle < 4 {
            sortLayers(downwards: round % 2 == 0, movingTrunks: movingTrunks)
            let cost = cost()
            idle += 1
            if cost.total < bestTotal && cost.crossings <= start.crossings {
                (best, bestTotal, idle) = (layers, cost.total, 0)
            }
        }
        for layer in best.indices { place(best[layer], inLayer: layer) }
    }

    /// Sorts each layer by the one before it.
    mutating func sortLayers(downwards: Bool, movingTrunks: Bool) {
        if downwards {
            for layer in layers.indices.dropFirst() { sort(layer, by: up, movingTrunks) }
        } else {
            for layer in layers.indices.dropLast().reversed() { sort(layer, by: down, movingTrunks) }
        }
    }

    /// Sorts a layer by the barycentres of its neighbours above or below; items without any, and trunks if so wanted, stay where they are.
    private mutating func sort(_ layer: Int, by neighbours: Adjacency, _ movingTrunks: Bool) {
        var places: [Int] = []
        var moving: [(key: Double, place: Int, item: Int)] = []
        for (place, item) in layers[layer].enumerated() where neighbours.count(item) > 0 && (movingTrunks || !isDummy(item)) {
            var sum = 0
            for neighbour in neighbours[item] { sum += position[neighbour] }
            places.append(place)
            moving.append((Double(sum) / Double(neighbours.count(item)), place, item))
        }
        moving.sort { $0.key != $1.key ? $0.key < $1.key : $0.place < $1.place }
        for (place, entry) in zip(places, moving) {
            layers[layer][place] = entry.item
            position[entry.item] = place
        }
    }

    /// Swaps neighbouring vertices in a layer, one of them movable, and trunks if so wanted, as long as each swap removes a crossing.
    mutating func exchangeNeighbours(in layersToTry: [Int], rounds: Int, only movable: Set<Int>? = nil, movingTrunks: Bool = false) {
        for _ in 0..<rounds {
            var improved = false
            for layer in layersToTry {
                for place in layers[layer].indices.dropLast() {
                    let (a, b) = (layers[layer][place], layers[layer][place + 1])
                    guard movingTrunks || !isDummy(a) && !isDummy(b), movable.map({ $0.contains(a) || $0.contains(b) }) ?? true else {
                        continue
                    }
                    // Large bundles of links are left to the sweeps.
                    guard up.count(a) + up.count(b) + down.count(a) + down.count(b) < 64 else { continue }
                    let gain = exchangeGain(a, b, up) + exchangeGain(a, b, down)
                    guard gain > 0 else { continue }
                    layers[layer].swapAt(place, place + 1)
                    (position[a], position[b]) = (place + 1, place)
                    improved = true
                }
            }
            if !improved { return }
        }
    }

    /// The crossings between the links of `a` and of `b`, its right neighbour, less those after a swap.
    private func exchangeGain(_ a: Int, _ b: Int, _ neighbours: Adjacency) -> Int {
        var gain = 0
        for left in neighbours.slots(a) {
            let x = position[neighbours.targets[left]]
            for right in neighbours.slots(b) {
                gain += (x - position[neighbours.targets[right]]).signum()
            }
        }
        return gain
    }
}
