/// The pairs of elements of two sequences that belong together, in the order of both. An element that was inserted or removed on one side
/// has no partner, and the following ones are paired again.
///
/// The elements are hashes. After a difference, the nearest place is looked for at which a few elements in a row are the same on both
/// sides.
struct EventAlignment {
    enum Pair: Equatable {
        case both(Int, Int)
        case left(Int)
        case right(Int)
    }

    /// Number of equal elements in a row after which the two sides are in step again. Beyond their ends, everything is the same.
    private static let gram = 3
    /// The number of gaps after which the rest is taken as it is: such sequences have little in common.
    private static let mostGaps = 4000

    private let left: [Int]
    private let right: [Int]
    /// The grams of the right side with their places, in order.
    private var places: [(gram: Int, place: Int)] = []

    init(_ left: [Int], _ right: [Int]) {
        self.left = left
        self.right = right
    }

    /// Calls a function with each pair.
    mutating func forEach(_ body: (Pair) -> Void) {
        var i = 0, j = 0, gaps = 0
        while i < left.count || j < right.count {
            if i < left.count, j < right.count, left[i] == right[j] {
                body(.both(i, j))
                (i, j) = (i + 1, j + 1)
                continue
            }
            gaps += 1
            let next = gaps > Self.mostGaps ? (left.count, right.count) : meeting(after: i, j)
            for place in i..<next.0 { body(.left(place)) }
            for place in j..<next.1 { body(.right(place)) }
            (i, j) = next
        }
    }

    /// The nearest place from which both go on in the same way; both ends, where there is none.
    private mutating func meeting(after i: Int, _ j: Int) -> (Int, Int) {
        if places.isEmpty {
            places = (0...right.count).map { (Self.gram(right, at: $0), $0) }.sorted { ($0.gram, $0.place) < ($1.gram, $1.place) }
        }
        var best = (left.count, right.count), distance = left.count - i + right.count - j
        for place in i...left.count {
            if place - i >= distance { break }
            guard let other = first(Self.gram(left, at: place), from: j) else { continue }
            if place - i + other - j < distance { (best, distance) = ((place, other), place - i + other - j) }
        }
        return best
    }

    /// The first place of a gram on the right side from a place on.
    private func first(_ gram: Int, from place: Int) -> Int? {
        let found = places.partition { ($0.gram, $0.place) >= (gram, place) }
        return found < places.count && places[found].gram == gram ? places[found].place : nil
    }

    private static func gram(_ elements: [Int], at place: Int) -> Int {
        var hasher = Hasher()
        for offset in 0..<gram { hasher.combine(place + offset < elements.count ? elements[place + offset] : nil) }
        return hasher.finalize()
    }
}
