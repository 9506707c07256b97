/// Some rows of a graph with the lanes beside them: a pure function of the rows and of which row reads which.
///
/// A row that is read later keeps a lane until its last reader. It takes the lane of its first input that is not read again, else the
/// leftmost that is free and has no mark just above. There are at most eight: where more rows wait for readers, the one whose last reader
/// is farthest away gives way. A row without a lane to its reader is one of its `others`, for which there is a name.
package struct LaneBlock: Equatable, Sendable {
    package static let most = 8
    /// A root with more readers has no lane.
    static let mostReaders = 3
    /// A reader that is farther away has no lane to it; that of a root must be nearer.
    static let reach = 64
    static let rootReach = 12

    /// The inputs: for each row the rows that it reads.
    package struct Source {
        /// The rows of the block that it reads, each once, all before it.
        package var reads: [Int]
        /// Whether it reads nothing at all.
        package var isRoot: Bool

        package init(reads: [Int], isRoot: Bool) {
            self.reads = reads
            self.isRoot = isRoot
        }
    }

    package struct Row: Equatable, Sendable {
        /// The lane of its mark; `LaneBlock.most` if all lanes are taken.
        package var lane = LaneBlock.most
        /// The rows whose lanes come in from above, and go on below; −1 where there is none.
        package var above: [Int]
        package var below: [Int]
        /// The rows that it reads by a lane.
        package var reads: [Int] = []
        /// The rows that it reads without one.
        package var others: [Int] = []
    }

    package private(set) var rows: [Row] = []
    /// The rows that read a row by its lane.
    package private(set) var readers: [[Int]] = []
    /// The number of lanes in use.
    package private(set) var width = 0

    package init(_ sources: [Source]) {
        readers = Self.readersByLane(sources)
        var lanes = [Int](repeating: -1, count: Self.most)
        // The lane of the mark above.
        var last: Int?
        for (row, source) in sources.enumerated() {
            var made = Row(above: lanes, below: lanes)
            made.reads = source.reads.filter { readers[$0].contains(row) }
            made.others = source.reads.filter { !readers[$0].contains(row) }
            // The inputs that nobody reads any more leave their lanes.
            let ending = made.reads.filter { readers[$0].last == row }
            if let first = ending.first, let lane = lanes.firstIndex(of: first) { made.lane = lane }
            for input in ending { if let lane = lanes.firstIndex(of: input) { lanes[lane] = -1 } }
            if made.lane == Self.most { made.lane = Self.free(lanes, made.above, not: last) ?? Self.most }
            last = made.lane
            if !readers[row].isEmpty, made.lane < Self.most { lanes[made.lane] = row }
            made.below = lanes
            width = max(width, made.lane + 1, (lanes.lastIndex { $0 >= 0 } ?? -1) + 1)
            rows.append(made)
        }
    }

    /// The leftmost lane that is free above and below.
    ///
    /// - Parameter last: the lane of the mark above, used only if no other is free: two marks on top of each other look like an edge.
    private static func free(_ lanes: [Int], _ above: [Int], not last: Int?) -> Int? {
        let free = lanes.indices.filter { lanes[$0] < 0 && above[$0] < 0 }
        return free.first { $0 != last } ?? free.first
    }

    /// The readers of each row that have a lane to it: those within reach, as long as there are lanes.
    private static func readersByLane(_ sources: [Source]) -> [[Int]] {
        var readers = [[Int]](repeating: [], count: sources.count)
        for (row, source) in sources.enumerated() { for input in source.reads { readers[input].append(row) } }
        for row in sources.indices {
            if sources[row].isRoot, readers[row].count > mostReaders { readers[row] = [] }
            readers[row].removeAll { $0 - row > (sources[row].isRoot ? rootReach : reach) }
        }
        var open: [Int] = []
        for row in sources.indices {
            open.removeAll { readers[$0].last.map { $0 <= row } ?? true }
            if !readers[row].isEmpty { open.append(row) }
            // A mark between all lanes has no lane of its own, so one is left free where nothing ends.
            while open.count > most, let farthest = open.max(by: { (readers[$0].last ?? 0, $1) < (readers[$1].last ?? 0, $0) }) {
                readers[farthest].removeAll { $0 > row }
                open.removeAll { $0 == farthest }
            }
        }
        return readers
    }
}

extension LaneBlock {
    /// The lines in one cell of a row.
    package struct LaneCell: Equatable, Sendable {
        /// The edge whose line leaves the cell at a side, as the rows of parent and child.
        package struct Edge: Hashable, Sendable {
            package var parent: Int
            package var child: Int
        }
        /// The rows whose lanes come in above and go on below; −1 where there is none.
        package var above = -1
        package var below = -1
        /// The rows whose lines run to the left and to the right.
        package var left: [Int] = []
        package var right: [Int] = []
        package var isMark = false
        /// Whether the vertical and the horizontal line are joined, where there are both; otherwise they cross, and the vertical one is on
        /// top.
        package var joins = false
    }

    /// The cells of a row: two columns a lane, the mark of the row among them.
    package func cells(_ number: Int) -> [LaneCell] {
        let row = rows[number]
        var cells = [LaneCell](repeating: LaneCell(), count: 2 * Self.most + 1)
        for lane in 0..<Self.most {
            cells[2 * lane].above = row.above[lane]
            cells[2 * lane].below = row.below[lane]
        }
        cells[2 * row.lane].isMark = true
        for input in row.reads {
            guard let lane = row.above.firstIndex(of: input), lane != row.lane else { continue }
            let (from, to) = (2 * min(lane, row.lane), 2 * max(lane, row.lane))
            for column in from..<to {
                cells[column].right.append(input)
                cells[column + 1].left.append(input)
            }
            cells[2 * lane].joins = true
        }
        return cells
    }
}
