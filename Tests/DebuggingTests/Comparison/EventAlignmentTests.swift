import Testing

@testable import Debugging

/// Two sequences are paired so that an insertion or an omission is alone.
@Suite struct EventAlignmentTests {
    /// Pairs as text: `=` both, `<` on the left only, `>` on the right only.
    private func pairs(_ left: [Int], _ right: [Int]) -> String {
        var out = "", alignment = EventAlignment(left, right)
        alignment.forEach { pair in
            switch pair {
            case .both(let i, let j):
                #expect(left[i] == right[j])
                out += "="
            case .left: out += "<"
            case .right: out += ">"
            }
        }
        return out
    }

    @Test(arguments: [
        ([1, 2, 3], [1, 2, 3], "==="), ([], [], ""), ([], [1, 2], ">>"), ([1, 2, 3, 4, 5], [1, 2, 9, 3, 4, 5], "==>==="),
        ([1, 2, 9, 3, 4, 5], [1, 2, 3, 4, 5], "==<==="), ([1, 2, 3, 4], [1, 2, 3], "===<"), ([1, 7, 3, 4, 5], [1, 8, 3, 4, 5], "=<>==="),
        ([1, 2, 3, 4, 5, 6], [4, 5, 6], "<<<==="), ([1, 2], [3, 4], "<<>>"), ([1, 2, 7], [1, 2, 8, 7], "==>="),
    ])
    func aValueThatWasPutInIsAlone(_ left: [Int], _ right: [Int], _ wanted: String) { #expect(pairs(left, right) == wanted) }

    /// Every element is given once, in its order, whatever the sequences are.
    @Test func nothingIsLostOrGivenTwice() {
        var seed: UInt64 = 7
        func random(_ below: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % below
        }
        for _ in 0..<300 {
            let left = (0..<random(40)).map { _ in random(4) }, right = (0..<random(40)).map { _ in random(4) }
            var mine: [Int] = [], theirs: [Int] = [], alignment = EventAlignment(left, right)
            alignment.forEach { pair in
                switch pair {
                case .both(let i, let j):
                    mine.append(i)
                    theirs.append(j)
                case .left(let i): mine.append(i)
                case .right(let j): theirs.append(j)
                }
            }
            #expect(mine == Array(left.indices) && theirs == Array(right.indices))
        }
    }

    /// A thousand elements that were put in into the middle of a long sequence do not hide that the rest is the same.
    @Test func aLongInsertionIsPassed() {
        let left = Array(0..<5000), right = Array(0..<2000) + Array(repeating: -1, count: 1000) + Array(2000..<5000)
        #expect(
            pairs(left, right) == String(repeating: "=", count: 2000) + String(repeating: ">", count: 1000)
                + String(repeating: "=", count: 3000))
    }
}
