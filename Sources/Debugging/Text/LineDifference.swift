/// The lines of two texts, classified by their change (longest common subsequence).
package enum LineDifference: Equatable, Sendable {
    case same(String), removed(String), added(String)
    /// Equal lines that are left out, by their number.
    case folded(Int)

    package static func between(_ old: [String], _ new: [String]) -> [LineDifference] {
        var out: [LineDifference] = []
        out.reserveCapacity(max(old.count, new.count))
        var finder = CommonLines(old, new)
        var (i, j) = (0, 0)
        for (a, b) in finder.pairs() + [(old.count, new.count)] {
            out += old[i..<a].map { .removed($0) } + new[j..<b].map { .added($0) }
            if a < old.count { out.append(.same(old[a])) }
            (i, j) = (a + 1, b + 1)
        }
        return out
    }

    /// Leaves out equal lines that are further than `context` lines from a difference.
    package static func folded(_ lines: [LineDifference], context: Int = 2) -> [LineDifference] {
        let places = lines.indices.filter { if case .same = lines[$0] { false } else { true } }
        guard !places.isEmpty else { return lines }
        var near = Array(repeating: false, count: lines.count)
        for place in places { for at in max(0, place - context)...min(lines.count - 1, place + context) { near[at] = true } }
        var out: [LineDifference] = [], at = 0
        while at < lines.count {
            let end = near[at...].firstIndex(of: true) ?? lines.count
            // A single equal line takes no more room than the note about it.
            if end - at > 1 { out.append(.folded(end - at)) } else { out += lines[at..<end] }
            at = end
            while at < lines.count, near[at] {
                out.append(lines[at])
                at += 1
            }
        }
        return out
    }
}

/// The lines that two texts have in common, in one order: the most that there can be. Where both are very long and most lines are there
/// several times, the lines that are there once lead, and what lies between them may be fewer.
package struct CommonLines {
    private let old: [Int]
    private let new: [Int]
    private var found: [(Int, Int)] = []
    /// A table of all pairs takes no more room.
    private static let largestTable = 250_000

    package init(_ old: [String], _ new: [String]) {
        var numbers: [String: Int] = [:]
        func number(_ line: String) -> Int {
            let next = numbers.count
            if let known = numbers[line] { return known }
            numbers[line] = next
            return next
        }
        self.old = old.map(number)
        self.new = new.map(number)
    }

    /// Pairs of places in the old and in the new text, both ascending.
    package mutating func pairs() -> [(old: Int, new: Int)] {
        var open = [(old.indices, new.indices)]
        while let (a, b) = open.popLast() { split(a, b, &open) }
        return found.sorted { $0.0 < $1.0 }.map { (old: $0.0, new: $0.1) }
    }

    /// Finds the equal lines at both ends, and the others from a table, or between lines that occur once.
    private mutating func split(_ a: Range<Int>, _ b: Range<Int>, _ open: inout [(Range<Int>, Range<Int>)]) {
        var (a, b) = (a, b)
        while let i = a.first, let j = b.first, old[i] == new[j] {
            found.append((i, j))
            (a, b) = (a.dropFirst(), b.dropFirst())
        }
        while let i = a.last, let j = b.last, old[i] == new[j] {
            found.append((i, j))
            (a, b) = (a.dropLast(), b.dropLast())
        }
        // A line that only one of them has is in no common part.
        let shared = Set(old[a]).intersection(new[b])
        let left = a.filter { shared.contains(old[$0]) }, right = b.filter { shared.contains(new[$0]) }
        guard !left.isEmpty else { return }
        if left.count * right.count <= Self.largestTable { return table(left, right) }
        let anchors = Self.rising(unique(left, right))
        guard !anchors.isEmpty else { return }
        var (i, j) = (a.lowerBound, b.lowerBound)
        for (x, y) in anchors {
            found.append((x, y))
            open.append((i..<x, j..<y))
            (i, j) = (x + 1, y + 1)
        }
        open.append((i..<a.upperBound, j..<b.upperBound))
    }

    private mutating func table(_ left: [Int], _ right: [Int]) {
        let width = right.count + 1
        var length = [Int32](repeating: 0, count: (left.count + 1) * width)
        for i in left.indices.reversed() {
            for j in right.indices.reversed() {
                length[i * width + j] =
                    old[left[i]] == new[right[j]]
                    ? length[(i + 1) * width + j + 1] + 1 : max(length[(i + 1) * width + j], length[i * width + j + 1])
            }
        }
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if old[left[i]] == new[right[j]] {
                found.append((left[i], right[j]))
                (i, j) = (i + 1, j + 1)
            } else if length[(i + 1) * width + j] >= length[i * width + j + 1] {
                i += 1
            } else {
                j += 1
            }
        }
    }

    /// The lines that are there once in both, by their place in the old text.
    private func unique(_ left: [Int], _ right: [Int]) -> [(Int, Int)] {
        func once(_ places: [Int], _ lines: [Int]) -> [Int: Int] {
            var at: [Int: Int] = [:], often = Set<Int>()
            for place in places where at.updateValue(place, forKey: lines[place]) != nil { often.insert(lines[place]) }
            return at.filter { !often.contains($0.key) }
        }
        let there = once(right, new)
        return once(left, old).compactMap { line, place in there[line].map { (place, $0) } }.sorted { $0.0 < $1.0 }
    }

    /// The longest part of some pairs in which the second numbers rise too.
    private static func rising(_ pairs: [(Int, Int)]) -> [(Int, Int)] {
        // The pair with the smallest end of the rising parts of each length, and what comes before each pair.
        var ends: [Int] = [], before = [Int](repeating: -1, count: pairs.count)
        for (index, pair) in pairs.enumerated() {
            let length = ends.partition { pairs[$0].1 >= pair.1 }
            if length > 0 { before[index] = ends[length - 1] }
            if length == ends.count { ends.append(index) } else { ends[length] = index }
        }
        var out: [(Int, Int)] = [], at = ends.last ?? -1
        while at >= 0 {
            out.append(pairs[at])
            at = before[at]
        }
        return out.reversed()
    }
}
