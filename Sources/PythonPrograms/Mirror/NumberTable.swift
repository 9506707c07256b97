import Trace

/// The nodes in the record, by the numbers of a program's nodes.
struct NumberTable {
    private static let unknown: Int32 = -1, oracle: Int32 = -2
    /// Limit of the distance from the last number to the next one: threads report theirs in any order.
    private static let gap = 100_000
    private var ids: [Int32] = []
    private var numbers: [Int32] = []

    /// The node of a number; nil for an unknown one, and for the feedback of a backward.
    subscript(number: Int) -> NodeID? {
        guard number >= 0, number < ids.count, ids[number] >= 0 else { return nil }
        return NodeID(Int(ids[number]))
    }

    func isOracle(_ number: Int) -> Bool { number >= 0 && number < ids.count && ids[number] == Self.oracle }

    func isKnown(_ number: Int) -> Bool { self[number] != nil || isOracle(number) }

    /// Whether a number may be given to a node.
    func isFree(_ number: Int) -> Bool { number >= 0 && number < ids.count + Self.gap && number < Int32.max && !isKnown(number) }

    /// The number of a node on the other side.
    func number(of node: NodeID) -> Int? {
        node.index < numbers.count && numbers[node.index] >= 0 ? Int(numbers[node.index]) : nil
    }

    /// Only for a number that is free.
    mutating func note(_ number: Int, _ node: NodeID) {
        note(number, node.raw)
        while numbers.count <= node.index { numbers.append(Self.unknown) }
        numbers[node.index] = Int32(number)
    }

    mutating func noteOracle(_ number: Int) { note(number, Self.oracle) }

    private mutating func note(_ number: Int, _ raw: Int32) {
        while ids.count <= number { ids.append(Self.unknown) }
        ids[number] = raw
    }
}

/// The optimizers in the record, by the numbers of a program's optimizers.
struct OptimizerNumbers {
    private var ids: [Int: OptimizerID] = [:]
    private var numbers: [Int] = []

    subscript(number: Int) -> OptimizerID? { ids[number] }

    /// The number of an optimizer on the other side.
    func number(of optimizer: OptimizerID) -> Int? { optimizer.index < numbers.count ? numbers[optimizer.index] : nil }

    /// Only for the newest optimizer in the record.
    mutating func note(_ number: Int, _ optimizer: OptimizerID) {
        ids[number] = optimizer
        numbers.append(number)
    }
}
