/// The lines of two texts, told apart by what became of them (longest common subsequence).
enum LineDifference: Equatable, Sendable {
    case same(String), removed(String), added(String)

    static func between(_ old: [String], _ new: [String]) -> [LineDifference] {
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
}
