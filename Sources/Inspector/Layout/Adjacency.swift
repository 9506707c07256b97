/// The neighbours of each item in one array, in the order in which the pairs were given.
struct Adjacency: Equatable, Sendable {
    private(set) var offsets: [Int]
    private(set) var targets: [Int]
    /// For each target, the number of the pair it came from.
    private(set) var pairs: [Int]

    /// The pairs (from[i], to[i]) grouped by `from`.
    init(count: Int, from: [Int], to: [Int]) {
        offsets = [Int](repeating: 0, count: count + 1)
        for source in from { offsets[source + 1] += 1 }
        for index in 0..<count { offsets[index + 1] += offsets[index] }
        targets = [Int](repeating: 0, count: from.count)
        pairs = targets
        var next = offsets
        for pair in from.indices {
            let slot = next[from[pair]]
            next[from[pair]] += 1
            targets[slot] = to[pair]
            pairs[slot] = pair
        }
    }

    /// The places of an item's neighbours in `targets` and `pairs`.
    func slots(_ item: Int) -> Range<Int> { offsets[item]..<offsets[item + 1] }

    func count(_ item: Int) -> Int { offsets[item + 1] - offsets[item] }

    subscript(item: Int) -> ArraySlice<Int> { targets[slots(item)] }
}
