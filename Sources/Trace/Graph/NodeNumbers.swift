/// A number for every node, 0 for those that got none. It takes a word for each node up to the last one with a number; looking one up, which
/// every operand and every visit does, hashes nothing.
struct NodeNumbers: Sendable {
    private var numbers = Chunked<Int32>()

    @inline(__always)
    subscript(id: NodeID) -> Int32 {
        get { id.index < numbers.count ? numbers[id.index] : 0 }
        set {
            while numbers.count <= id.index { numbers.append(0) }
            numbers[id.index] = newValue
        }
    }

    var isEmpty: Bool { numbers.isEmpty }

    /// The nodes with a number, in the order of their creation.
    var keys: [NodeID] { numbers.indices.lazy.filter { numbers[$0] != 0 }.map { NodeID($0) } }
}

extension NodeNumbers: Equatable {
    static func == (a: NodeNumbers, b: NodeNumbers) -> Bool {
        (0..<Swift.max(a.numbers.count, b.numbers.count)).allSatisfy { a[NodeID($0)] == b[NodeID($0)] }
    }
}
