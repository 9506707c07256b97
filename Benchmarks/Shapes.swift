import Trace

/// A graph to be measured: built on an engine, it gives the output to call backward on and the parameters to attend to.
struct Shape: Sendable {
    var name: String
    var build: @Sendable (Engine, Int) throws -> (output: NodeID, parameters: [NodeID])

    static let all: [Shape] = [chain, ladder, tree, grid, random]

    private static let add = Operator.named("add")
    private static let neg = Operator.named("neg")

    private static func parameter(_ engine: Engine, _ name: String) throws -> NodeID {
        try engine.node(1, NodeOptions(name: name, isTrainable: true))
    }

    /// n operators in a row.
    static let chain = Shape(name: "chain") { engine, n in
        let p = try parameter(engine, "p")
        var y = p
        for _ in 0..<n { y = try engine.apply(neg, [.node(y)]) }
        return (y, [p])
    }

    /// One parameter used n times.
    static let ladder = Shape(name: "ladder") { engine, n in
        let p = try parameter(engine, "p")
        var y = try engine.node(0, NodeOptions(name: "x"))
        for _ in 0..<n { y = try engine.apply(add, [.node(y), .node(p)]) }
        return (y, [p])
    }

    /// n operators that add the leaves of a wide tree, every leaf a parameter.
    static let tree = Shape(name: "tree") { engine, n in
        let leaves = try (0..<n / 2 + 1).map { _ in try parameter(engine, "p") }
        var row = leaves
        while row.count > 1 {
            var next: [NodeID] = []
            for i in stride(from: 0, to: row.count - 1, by: 2) { next.append(try engine.apply(add, [.node(row[i]), .node(row[i + 1])])) }
            if row.count % 2 == 1 { next.append(row[row.count - 1]) }
            row = next
        }
        return (row[0], leaves)
    }

    /// A square grid in which each node adds the ones above and to its left.
    static let grid = Shape(name: "grid") { engine, n in
        let side = max(2, Int(Double(n).squareRoot()))
        let p = try parameter(engine, "p")
        var row = try (0..<side).map { _ in try engine.apply(neg, [.node(p)]) }
        for _ in 1..<side {
            var next: [NodeID] = [try engine.apply(neg, [.node(row[0])])]
            for i in 1..<side { next.append(try engine.apply(add, [.node(next[i - 1]), .node(row[i])])) }
            row = next
        }
        return (row[side - 1], [p])
    }

    /// Each operator adds the newest node and another one, taken by a generator with a fixed seed. Nodes are numbered in a row, so the
    /// other one is reckoned and not looked up: a list of them would be read anywhere too, and its time would count as the engine's.
    static let random = Shape(name: "random") { engine, n in
        var generator = Seeded(state: 42)
        let parameters = try (0..<8).map { _ in try parameter(engine, "p") }
        var newest = parameters[parameters.count - 1]
        for _ in 0..<n {
            let other = NodeID(Int(generator.next() % UInt64(newest.index)))
            newest = try engine.apply(add, [.node(newest), .node(other)])
        }
        return (newest, parameters)
    }
}
