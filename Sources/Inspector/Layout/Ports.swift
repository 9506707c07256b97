extension LayeredGraph {
    /// Before: items have columns. After: each item has the column where its trunk leaves it, each link the column where it enters the
    /// lower item; links into one box enter side by side, in the order in which they come, as far as its width allows.
    mutating func assignPorts() {
        exitColumn = column
        entryColumn = [Int](repeating: 0, count: linkUpper.count)
        for item in 0..<vertexCount where trunkNext[item] >= 0 {
            let below = column[trunkNext[item]]
            if joinable(item).contains(below) { exitColumn[item] = below }
        }
        for item in 0..<itemCount {
            guard !isDummy(item) else {
                for slot in up.slots(item) { entryColumn[up.pairs[slot]] = column[item] }
                continue
            }
            let arriving = up.slots(item).map { (column: exitColumn[up.targets[$0]], link: up.pairs[$0]) }.sorted { $0.column < $1.column }
            for (link, column) in zip(arriving, entries(of: arriving.map(\.column), into: item)) { entryColumn[link.link] = column }
        }
    }

    /// A line from straight above goes straight down; the others share the free border to the left or to the right of it.
    private func entries(of columns: [Int], into item: Int) -> [Int] {
        let border = joinable(item)
        if columns.count == 1 { return border.contains(columns[0]) ? columns : [column[item]] }
        let straight = columns.filter(border.contains)
        let fromLeft = columns.count { $0 < border.lowerBound }
        let fromRight = columns.count - straight.count - fromLeft
        guard let first = straight.first, let last = straight.last,
            first - border.lowerBound >= fromLeft, border.upperBound - last >= fromRight
        else { return spread(columns.count, over: border) }
        return spread(fromLeft, over: border.lowerBound...max(border.lowerBound, first - 1)) + straight
            + spread(fromRight, over: min(border.upperBound, last + 1)...border.upperBound)
    }

    private func spread(_ count: Int, over columns: ClosedRange<Int>) -> [Int] {
        (0..<count).map { columns.lowerBound + (2 * $0 + 1) * columns.count / (2 * count) }
    }
}
