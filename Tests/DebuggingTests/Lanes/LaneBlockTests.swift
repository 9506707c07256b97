import Testing

@testable import Debugging

@Suite struct LaneDrawings {
    /// Rows by name with what they read: "a; b a; c a b".
    private func drawing(_ text: String) -> String {
        let lines = text.split(separator: ";").map { $0.split(separator: " ").map(String.init) }
        var places: [String: Int] = [:]
        for (row, words) in lines.enumerated() { places[words[0]] = row }
        let block = LaneBlock(
            lines.map { words in .init(reads: words.dropFirst().compactMap { places[$0] }, isRoot: words.count == 1) })
        return lines.indices.map { row in
            let others = block.rows[row].others.map { lines[$0][0] }
            return block.text(row, mark: block.readers[row].isEmpty && block.rows[row].reads.isEmpty ? "·" : "●") + lines[row][0]
                + (others.isEmpty ? "" : "  " + others.joined(separator: " "))
        }.joined(separator: "\n")
    }

    @Test func chain() {
        #expect(
            drawing("a; b a; c b") == """
                ● a
                ● b
                ● c
                """)
    }

    /// A node takes the lane of its first input that nobody reads again; the other inputs end beside it.
    @Test func diamond() {
        #expect(
            drawing("a; b a; c a; d b c") == """
                ●   a
                ├─● b
                ● │ c
                └─● d
                """)
    }

    /// A lane that is crossed and not read stays whole.
    @Test func crossing() {
        #expect(
            drawing("a; b; c; d a c; e b d") == """
                ●     a
                │ ●   b
                │ │ ● c
                ●─│─┘ d
                └─●   e
                """)
    }

    /// An input that is read again goes on past the row that reads it.
    @Test func sharedInput() {
        #expect(
            drawing("p; x; y p x; z p y") == """
                ●   p
                │ ● x
                ├─● y
                ●─┘ z
                """)
    }

    @Test func joinedFromBothSides() {
        #expect(
            drawing("a; b; c; d b; e a c d; f a") == """
                ●     a
                │ ●   b
                │ │ ● c
                │ ● │ d
                ├─┴─● e
                ●     f
                """)
    }

    /// A node that many others read is a name at each of them.
    @Test func manyReaders() {
        #expect(
            drawing("p; a p; b a p; c b p; d c p") == """
                ·   p
                  ● a  p
                  ● b  p
                  ● c  p
                  ● d  p
                """)
    }

    /// Unrelated marks are not on top of each other.
    @Test func strangers() {
        #expect(
            drawing("p; a p; b p; c p; d p; e d") == """
                ·   p
                  · a  p
                ·   b  p
                  · c  p
                ●   d  p
                ●   e
                """)
    }

    /// With nine rows waiting at once, the one whose reader is farthest away gives way.
    @Test func noMoreThanEightLanes() {
        let names = (0..<9).map { "n\($0)" }
        let text =
            "b; " + names.map { $0 + " b" }.joined(separator: "; ") + "; "
            + names.indices.reversed().map { "r\($0) n\($0)" }.joined(separator: "; ")
        let lines = drawing(text).split(separator: "\n").map(String.init)
        #expect(lines[10].hasSuffix("r8"))
        #expect(lines[17].hasSuffix("r1"))
        #expect(lines[18].hasSuffix("r0  n0"))
    }

    /// Every edge is a lane or a name, and no lane has two owners: on random graphs.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8])
    func everyEdgeIsThere(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
        func random(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        let sources = (0..<300).map { row -> LaneBlock.Source in
            let count = row == 0 ? 0 : random(4), near = random(2) == 0
            let reads = Set((0..<count).map { _ in near ? max(0, row - 1 - random(12)) : random(row) })
            return .init(reads: reads.sorted(), isRoot: reads.isEmpty)
        }
        let block = LaneBlock(sources)
        #expect(block.width <= LaneBlock.most + 1)
        for (number, row) in block.rows.enumerated() {
            #expect((row.reads + row.others).sorted() == sources[number].reads)
            // A lane that is read comes in from above, and the mark is on a lane of its own.
            for input in row.reads { #expect(row.above.contains(input)) }
            if row.lane < LaneBlock.most, row.above[row.lane] >= 0 { #expect(row.reads.contains(row.above[row.lane])) }
            if number > 0 { #expect(row.above == block.rows[number - 1].below) }
            if !block.readers[number].isEmpty { #expect(row.below[row.lane] == number) }
            // A mark just below another one reads it, unless no other lane is free.
            if number > 0, row.lane < LaneBlock.most, row.lane == block.rows[number - 1].lane, !row.reads.contains(number - 1) {
                let isFree = row.below.indices.map { row.above[$0] < 0 && row.below[$0] < 0 }
                #expect(!isFree.indices.contains { isFree[$0] && $0 != row.lane } || row.above[row.lane] >= 0, "row \(number)")
            }
        }
        #expect(block.rows.last?.below.allSatisfy { $0 < 0 } == true)
    }
}
