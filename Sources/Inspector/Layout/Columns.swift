/// Horizontal coordinates: items that should be in one column are joined into blocks, and the blocks are placed side by side, four times
/// over (from above or below, from the left or right); an item is between the middle two of its four columns.
/// Brandes, Köpf, *Fast and simple horizontal coordinate assignment* (2001); blocks are placed by longest paths instead of by classes.
extension LayeredGraph {
    /// Before: items are ordered in their layers. After: each has a column, the least is 0, and neighbours in a layer keep their
    /// separation.
    mutating func assignColumns() {
        guard itemCount > 0 else { return }
        let aligner = BlockAligner(graph: self)
        var candidates: [[Int]] = []
        for fromAbove in [true, false] {
            for fromLeft in [true, false] { candidates.append(aligner.columns(fromAbove: fromAbove, fromLeft: fromLeft)) }
        }
        let extents = candidates.map(extent)
        let narrowest = extents.indices.min { extents[$0].count < extents[$1].count } ?? 0
        let reference = extents[narrowest]
        let shifts = extents.enumerated().map { index, extent in
            index % 2 == 0 ? reference.lowerBound - extent.lowerBound : reference.upperBound - extent.upperBound
        }
        for item in 0..<itemCount {
            var columns = (candidates[0][item] + shifts[0], candidates[1][item] + shifts[1])
            var others = (candidates[2][item] + shifts[2], candidates[3][item] + shifts[3])
            if columns.0 > columns.1 { swap(&columns.0, &columns.1) }
            if others.0 > others.1 { swap(&others.0, &others.1) }
            let middle = max(columns.0, others.0) + min(columns.1, others.1)
            column[item] = middle >> 1
        }
        drawTogether()
        let all = extent(column)
        for item in 0..<itemCount { column[item] -= all.lowerBound }
        width = all.count
    }

    /// Moves items that no straight line holds (constants, mostly) as near to their neighbours as the free space in the layer allows.
    private mutating func drawTogether() {
        for _ in 0..<2 {
            for items in layers {
                for reversed in [false, true] {
                    for index in items.indices {
                        let place = reversed ? items.count - 1 - index : index
                        let item = items[place]
                        guard !isDummy(item), let target = looseTarget(item) else { continue }
                        let low = place > 0 ? column[items[place - 1]] + separation(items[place - 1], item) : target
                        let high = place + 1 < items.count ? column[items[place + 1]] - separation(item, items[place + 1]) : target
                        if low <= high { column[item] = min(max(target, low), high) }
                    }
                }
            }
        }
    }

    /// The mean column of an item's neighbours, nil when one of them is straight above or below it.
    private func looseTarget(_ item: Int) -> Int? {
        var sum = 0
        for neighbours in [up, down] {
            for neighbour in neighbours[item] {
                if column[neighbour] == column[item] { return nil }
                sum += column[neighbour]
            }
        }
        let count = up.count(item) + down.count(item)
        return count == 0 ? nil : sum / count
    }

    /// The columns which the boxes take when their anchors are placed so.
    private func extent(_ columns: [Int]) -> Range<Int> {
        var (first, end) = (Int.max, Int.min)
        for item in 0..<itemCount {
            let left = columns[item] - anchors[item]
            first = min(first, left)
            end = max(end, left + widths[item])
        }
        return first..<end
    }
}

struct BlockAligner {
    let graph: LayeredGraph
    /// By link: it may not be straight, because of its kind or because it crosses a link between two dummy nodes.
    private let bent: [Bool]

    init(graph: LayeredGraph) {
        self.graph = graph
        bent = Self.findBent(graph)
    }

    /// The anchors of all items, each block as far to the left (right) as it can be, then drawn towards its neighbours.
    func columns(fromAbove: Bool, fromLeft: Bool) -> [Int] {
        let root = blocks(fromAbove: fromAbove, fromLeft: fromLeft)
        return placed(root, fromLeft: fromLeft)
    }

    private static func findBent(_ graph: LayeredGraph) -> [Bool] {
        var bent = graph.isStraight.map { !$0 }
        for layer in graph.layers.dropFirst() {
            // Between two neighbouring straight links the other links must stay between their upper ends.
            var pending: [Int] = []
            var leftLimit = -1
            func close(_ rightLimit: Int) {
                for slot in pending {
                    let place = graph.position[graph.up.targets[slot]]
                    if place < leftLimit || place > rightLimit { bent[graph.up.pairs[slot]] = true }
                }
                pending.removeAll(keepingCapacity: true)
                leftLimit = max(leftLimit, rightLimit)
            }
            for item in layer {
                for slot in graph.up.slots(item) {
                    pending.append(slot)
                }
                if graph.isDummy(item), let upper = graph.up[item].first, graph.isDummy(upper) {
                    pending.removeLast()
                    close(graph.position[upper])
                }
            }
            close(Int.max)
        }
        return bent
    }

    /// For each item the first of its block.
    private func blocks(fromAbove: Bool, fromLeft: Bool) -> [Int] {
        var root = Array(0..<graph.itemCount)
        var taken = [Bool](repeating: false, count: graph.itemCount)
        let neighbours = fromAbove ? graph.up : graph.down
        let layerOrder = fromAbove ? Array(graph.layers.indices) : graph.layers.indices.reversed()
        var sorted: [(place: Int, slot: Int)] = []
        for layer in layerOrder {
            let items = graph.layers[layer]
            var limit = -1
            for index in items.indices {
                let item = fromLeft ? items[index] : items[items.count - 1 - index]
                let slots = neighbours.slots(item)
                if slots.isEmpty { continue }
                sorted.removeAll(keepingCapacity: true)
                for slot in slots {
                    let neighbour = neighbours.targets[slot]
                    let place = graph.position[neighbour]
                    let mirrored = fromLeft ? place : graph.layers[graph.rank[neighbour]].count - 1 - place
                    if !bent[neighbours.pairs[slot]] { sorted.append((mirrored, slot)) }
                }
                if sorted.isEmpty { continue }
                if sorted.count > 1 { sorted.sort { $0.place < $1.place } }
                for choice in (sorted.count - 1) / 2...sorted.count / 2 {
                    let neighbour = neighbours.targets[sorted[choice].slot]
                    guard sorted[choice].place > limit, !taken[neighbour] else { continue }
                    taken[neighbour] = true
                    root[item] = root[neighbour]
                    limit = sorted[choice].place
                    break
                }
            }
        }
        return root
    }

    /// Places the blocks by longest paths through the order in the layers, then draws each towards the block that follows it.
    private func placed(_ root: [Int], fromLeft: Bool) -> [Int] {
        var from: [Int] = []
        var to: [Int] = []
        var gaps: [Int] = []
        for items in graph.layers {
            for index in items.indices.dropLast() {
                let (left, right) = (items[index], items[index + 1])
                from.append(fromLeft ? root[left] : root[right])
                to.append(fromLeft ? root[right] : root[left])
                gaps.append(graph.separation(left, right))
            }
        }
        let following = Adjacency(count: graph.itemCount, from: from, to: to)
        var waiting = [Int](repeating: 0, count: graph.itemCount)
        for block in to { waiting[block] += 1 }
        var queue = (0..<graph.itemCount).filter { root[$0] == $0 && waiting[$0] == 0 }
        var column = [Int](repeating: 0, count: graph.itemCount)
        for item in 0..<graph.itemCount {
            let half = fromLeft ? graph.anchors[item] : graph.widths[item] - 1 - graph.anchors[item]
            column[root[item]] = max(column[root[item]], half)
        }
        var head = 0
        while head < queue.count {
            let block = queue[head]
            head += 1
            for slot in following.slots(block) {
                let next = following.targets[slot]
                column[next] = max(column[next], column[block] + gaps[following.pairs[slot]])
                waiting[next] -= 1
                if waiting[next] == 0 { queue.append(next) }
            }
        }
        for block in queue.reversed() {
            var nearest = Int.max
            for slot in following.slots(block) {
                nearest = min(nearest, column[following.targets[slot]] - gaps[following.pairs[slot]])
            }
            if nearest != Int.max { column[block] = max(column[block], nearest) }
        }
        return root.map { fromLeft ? column[$0] : -column[$0] }
    }
}
