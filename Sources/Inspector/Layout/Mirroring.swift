extension LayeredGraph {
    /// Upper bound of the vertices of a part that is mirrored when it grows. A larger one keeps its look.
    static let mostMirrored = 8

    /// Before: items have an order. After: parts in which boxes are mostly to the left of older ones are mirrored, which crosses no other
    /// lines than before. Of two boxes that may change places the older one is then on the left.
    ///
    /// - Parameter isFresh: whether the drawing was made without an earlier one.
    mutating func mirrorByAge(isFresh: Bool) {
        let parts = parts()
        var size = [Int](repeating: 0, count: parts.count), balance = size
        for vertex in 0..<vertexCount { size[parts.of[vertex]] += 1 }
        for items in layers {
            var left: [Int: Int] = [:]
            for item in items where !isDummy(item) {
                let part = parts.of[item]
                if let left = left[part] { balance[part] += left < item ? 1 : -1 }
                left[part] = item
            }
        }
        let isMirrored = balance.indices.map { balance[$0] < 0 && (isFresh || size[$0] <= Self.mostMirrored) }
        guard isMirrored.contains(true) else { return }
        let before = layers, crossings = crossingCount()
        for layer in layers.indices {
            var items = layers[layer]
            let places = Dictionary(grouping: items.indices) { parts.of[owner[items[$0]]] }
            for (part, places) in places where isMirrored[part] {
                for (place, other) in zip(places, places.reversed()) { items[place] = layers[layer][other] }
            }
            place(items, inLayer: layer)
        }
        // Between the boxes of other parts there may be other crossings.
        guard crossingCount() > crossings else { return }
        for layer in before.indices { place(before[layer], inLayer: layer) }
    }
}
