/// Random numbers that are the same for one seed on every machine (Steele, Lea, Flood 2014, SplitMix64). The benchmarks use this file too.
package struct Seeded: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 }

    package init(state: UInt64) { self.state = state }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    package mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    package mutating func pick<T>(_ items: [T]) -> T { items[number(0...items.count - 1)] }
    package mutating func chance(_ percent: Int) -> Bool { number(0...99) < percent }
}
