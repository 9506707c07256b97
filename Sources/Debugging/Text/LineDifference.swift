/// The lines of two texts, classified by their change (longest common subsequence).
package enum LineDifference: Equatable, Sendable {
    case same(String), removed(String), added(String)
    /// Equal lines that are left out, by their number.
    case folded(Int)

    package static func between(_ old: [String], _ new: [String]) -> [LineDifference] {
        // Most texts differ in one place: what is equal before and after it needs no table.
        var start = 0, end = 0
        while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
        while end < min(old.count, new.count) - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        let middle = table(Array(old[start..<(old.count - end)]), Array(new[start..<(new.count - end)]))
        return old[..<start].map { .same($0) } + middle + old[(old.count - end)...].map { .same($0) }
    }

    private static func table(_ old: [String], _ new: [String]) -> [LineDifference] {
        // Beyond this a table of all pairs would take longer than anybody reads.
        guard old.count * new.count <= 250_000 else { return old.map { .removed($0) } + new.map { .added($0) } }
        var length = Array(repeating: Array(repeating: 0, count: new.count + 1), count: old.count + 1)
        for i in old.indices.reversed() {
            for j in new.indices.reversed() {
                length[i][j] = old[i] == new[j] ? length[i + 1][j + 1] + 1 : max(length[i + 1][j], length[i][j + 1])
            }
        }
        var out: [LineDifference] = []
        var i = 0, j = 0
        while i < old.count || j < new.count {
            if i < old.count, j < new.count, old[i] == new[j] {
                out.append(.same(old[i]))
                i += 1
                j += 1
            } else if j == new.count || i < old.count && length[i + 1][j] >= length[i][j + 1] {
                out.append(.removed(old[i]))
                i += 1
            } else {
                out.append(.added(new[j]))
                j += 1
            }
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
            // A line that says that one line is left out saves nothing.
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
