/// Parts of a graph that no edge joins, put one below another where they are too wide to stand side by side.
extension LayeredGraph {
    /// The columns between two boxes.
    private static let gap = 2

    /// Before: vertices have ranks. After: the parts stand on shelves, each at most `room` columns wide as far as can be told from the
    /// widths of boxes and trunks; the layers of a shelf come after those of the shelf before, and parts are on shelves in the order of their
    /// oldest vertices. A part with a group has a shelf of its own.
    mutating func assignShelves(room: Int) {
        let parts = parts()
        guard parts.count > 1 else { return }
        let (tops, bottoms) = ranks(of: parts)
        let widths = widths(of: parts, tops, bottoms)
        var firstLayers = tops, used = 0, shelf = 0..<0
        let (order, isGrouped) = shelfOrder(of: parts)
        var isFull = false
        for part in order {
            if used > 0, isFull || isGrouped[part] || used + Self.gap + widths[part] > room {
                shelves.append(shelf)
                (used, shelf) = (0, shelf.upperBound..<shelf.upperBound)
            }
            used += widths[part] + Self.gap
            isFull = isGrouped[part]
            firstLayers[part] = shelf.lowerBound
            shelf = shelf.lowerBound..<max(shelf.upperBound, shelf.lowerBound + bottoms[part] - tops[part] + 1)
        }
        shelves.append(shelf)
        for vertex in 0..<vertexCount {
            let part = parts.of[vertex]
            rank[vertex] += firstLayers[part] - tops[part]
        }
    }

    /// The parts by age, and which of them have groups. Such a part is as old as its first group, so that what is older stands above that.
    private func shelfOrder(of parts: (of: [Int], count: Int)) -> (parts: [Int], isGrouped: [Bool]) {
        var ages = [Int](repeating: 0, count: parts.count), isGrouped = ages.map { _ in false }
        for vertex in (0..<vertexCount).reversed() { ages[parts.of[vertex]] = vertex }
        for group in groups.members.reversed() {
            ages[parts.of[group.lowerBound]] = group.lowerBound
            isGrouped[parts.of[group.lowerBound]] = true
        }
        return ((0..<parts.count).sorted { ages[$0] < ages[$1] }, isGrouped)
    }

    /// Before: items have columns. After: every shelf begins in the first one.
    mutating func alignShelves() {
        guard shelves.count > 1 else { return }
        width = 0
        for shelf in shelves {
            let items = layers[shelf].joined()
            let first = items.map { left($0) }.min() ?? 0
            for item in items {
                column[item] -= first
                width = max(width, left(item) + widths[item])
            }
        }
    }

    /// The columns that the widest layer needs at least when nothing is on shelves, those that the widest part needs, and whether there is
    /// more than one part.
    func leastWidth() -> (columns: Int, ofPart: Int, isDivisible: Bool) {
        let parts = parts(), (tops, bottoms) = ranks(of: parts)
        let whole = (of: [Int](repeating: 0, count: vertexCount), count: 1)
        return (
            widths(of: whole, [0], [bottoms.max() ?? 0])[0], widths(of: parts, tops, bottoms).max() ?? 0, parts.count > 1
        )
    }

    /// The first and the last rank of each part.
    private func ranks(of parts: (of: [Int], count: Int)) -> (tops: [Int], bottoms: [Int]) {
        var tops = [Int](repeating: Int.max, count: parts.count), bottoms = [Int](repeating: 0, count: parts.count)
        for vertex in 0..<vertexCount {
            let part = parts.of[vertex]
            tops[part] = min(tops[part], rank[vertex])
            bottoms[part] = max(bottoms[part], rank[vertex])
        }
        return (tops, bottoms)
    }

    /// The part of each vertex; parts are numbered by their oldest vertices. A group is in one part.
    func parts() -> (of: [Int], count: Int) {
        var leader = Array(0..<vertexCount)
        func find(_ vertex: Int) -> Int {
            var vertex = vertex
            while leader[vertex] != vertex {
                leader[vertex] = leader[leader[vertex]]
                vertex = leader[vertex]
            }
            return vertex
        }
        for edge in edges {
            let (a, b) = (find(edge.parent), find(edge.child))
            leader[max(a, b)] = min(a, b)
        }
        for group in groups.members {
            for vertex in group.dropFirst() {
                let (a, b) = (find(group.lowerBound), find(vertex))
                leader[max(a, b)] = min(a, b)
            }
        }
        var numbers = [Int](repeating: -1, count: vertexCount), count = 0
        var part = numbers
        for vertex in 0..<vertexCount {
            let first = find(vertex)
            if numbers[first] < 0 {
                numbers[first] = count
                count += 1
            }
            part[vertex] = numbers[first]
        }
        return (part, count)
    }

    /// The columns that the widest layer of each part needs at least.
    private func widths(of parts: (of: [Int], count: Int), _ tops: [Int], _ bottoms: [Int]) -> [Int] {
        var needed = zip(tops, bottoms).map { [Int](repeating: -Self.gap, count: $1 - $0 + 1) }
        var lowest = rank
        for edge in edges { lowest[edge.parent] = max(lowest[edge.parent], rank[edge.child] - 1) }
        for vertex in 0..<vertexCount {
            let part = parts.of[vertex]
            needed[part][rank[vertex] - tops[part]] += widths[vertex] + Self.gap
            // A trunk that passes a layer has a column beside it.
            for layer in stride(from: rank[vertex] + 1, through: lowest[vertex], by: 1) { needed[part][layer - tops[part]] += 2 }
        }
        return needed.map { $0.max() ?? 0 }
    }
}
