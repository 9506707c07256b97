/// The traced operators. Numbers follow the engine's rules: integers wrap around, `/` gives a float, `%` rounds down. Data on either side
/// gets a node that is named after its type, and the inputs are in the order in which they are written.
///
/// Each throws `TraceError.execution` with an exception node when the operands have no such operation: `try 2 * a + b`.
extension Node {
    // Not by `Graph.apply`, which takes any number of arguments of any type and therefore boxes each.

    private static func apply(_ op: Operator, _ a: Node, _ b: some ValueConvertible) throws(TraceError) -> Node {
        let id = try a.graph.engine.apply(op, [.node(a.id), try a.graph.operand(b)], syntactic: true)
        return Node(graph: a.graph, id: id)
    }

    private static func apply(_ op: Operator, _ a: some ValueConvertible, _ b: Node) throws(TraceError) -> Node {
        let id = try b.graph.engine.apply(op, [try b.graph.operand(a), .node(b.id)], syntactic: true)
        return Node(graph: b.graph, id: id)
    }

    private static func apply(_ op: Operator, _ a: Node, _ b: Node) throws(TraceError) -> Node {
        let graph = try shared(a, b)
        return Node(graph: graph, id: try graph.engine.apply(op, [.node(a.id), .node(b.id)], syntactic: true))
    }

    private static func shared(_ a: Node, _ b: Node) throws(TraceError) -> Graph {
        guard a.graph === b.graph else { throw .invalid("\(b.name) belongs to another graph") }
        return a.graph
    }

    private static let subtract = Operator.named("subtract")
    private static let multiply = Operator.named("multiply")
    private static let divide = Operator.named("divide")
    private static let mod = Operator.named("mod")

    /// The sum; of texts, the one behind the other (`concat`); of lists, their items in one.
    public static func + (a: Node, b: Node) throws(TraceError) -> Node {
        let graph = try shared(a, b)
        return Node(graph: graph, id: try graph.engine.sum(.node(a.id), .node(b.id)))
    }
    /// The sum; of texts, the one behind the other (`concat`); of lists, their items in one.
    public static func + (a: Node, b: some ValueConvertible) throws(TraceError) -> Node {
        Node(graph: a.graph, id: try a.graph.engine.sum(.node(a.id), try a.graph.operand(b)))
    }
    /// The sum; of texts, the one behind the other (`concat`); of lists, their items in one.
    public static func + (a: some ValueConvertible, b: Node) throws(TraceError) -> Node {
        Node(graph: b.graph, id: try b.graph.engine.sum(try b.graph.operand(a), .node(b.id)))
    }

    /// The difference.
    public static func - (a: Node, b: Node) throws(TraceError) -> Node { try apply(subtract, a, b) }
    /// The difference.
    public static func - (a: Node, b: some ValueConvertible) throws(TraceError) -> Node { try apply(subtract, a, b) }
    /// The difference.
    public static func - (a: some ValueConvertible, b: Node) throws(TraceError) -> Node { try apply(subtract, a, b) }

    /// The product; of a text and an integer, the text repeated.
    public static func * (a: Node, b: Node) throws(TraceError) -> Node { try apply(multiply, a, b) }
    /// The product; of a text and an integer, the text repeated.
    public static func * (a: Node, b: some ValueConvertible) throws(TraceError) -> Node { try apply(multiply, a, b) }
    /// The product.
    public static func * (a: some ValueConvertible, b: Node) throws(TraceError) -> Node { try apply(multiply, a, b) }

    /// The quotient, a float.
    public static func / (a: Node, b: Node) throws(TraceError) -> Node { try apply(divide, a, b) }
    /// The quotient, a float.
    public static func / (a: Node, b: some ValueConvertible) throws(TraceError) -> Node { try apply(divide, a, b) }
    /// The quotient, a float.
    public static func / (a: some ValueConvertible, b: Node) throws(TraceError) -> Node { try apply(divide, a, b) }

    /// The remainder of a division that rounds down.
    public static func % (a: Node, b: Node) throws(TraceError) -> Node { try apply(mod, a, b) }
    /// The remainder of a division that rounds down.
    public static func % (a: Node, b: some ValueConvertible) throws(TraceError) -> Node { try apply(mod, a, b) }
    /// The remainder of a division that rounds down.
    public static func % (a: some ValueConvertible, b: Node) throws(TraceError) -> Node { try apply(mod, a, b) }

    /// The negative.
    public static prefix func - (a: Node) throws(TraceError) -> Node { try a.graph.apply(.named("neg"), [a], syntactic: true) }

    /// The item at an index, counted from 1 as everywhere in the engine (−1 is the last), or of a key: `try node[1]`, `try node["key"]`.
    public subscript(index: some NodeArgument) -> Node {
        get throws(TraceError) { try graph.apply(.named("getitem"), [self, index], syntactic: true) }
    }
}
