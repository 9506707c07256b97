/// The traced operators. Numbers follow the engine's rules: integers wrap around, `/` gives a float, `%` rounds down. Data on either side
/// gets a node that is named after its type, and the inputs stand in the order in which they are written.
///
/// Each throws `TraceError.execution` with an exception node when the operands have no such operation: `try 2 * a + b`.
extension Node {
    private static func apply(_ op: Operator, _ a: Node, _ b: any ValueConvertible) throws(TraceError) -> Node {
        try a.graph.apply(op, [a, b], syntactic: true)
    }

    private static func apply(_ op: Operator, _ a: any ValueConvertible, _ b: Node) throws(TraceError) -> Node {
        try b.graph.apply(op, [a, b], syntactic: true)
    }

    private static func apply(_ op: Operator, _ a: Node, _ b: Node) throws(TraceError) -> Node {
        try a.graph.apply(op, [a, b], syntactic: true)
    }

    private var isText: Bool {
        if case .string = graph.engine.value(id) { return true }
        return false
    }

    private static func isText(_ value: Value) -> Bool {
        if case .string = value { return true }
        return false
    }

    private static let add = Operator.named("add")
    private static let concat = Operator.named("concat")
    private static let subtract = Operator.named("subtract")
    private static let multiply = Operator.named("multiply")
    private static let divide = Operator.named("divide")
    private static let mod = Operator.named("mod")

    /// The sum; of texts, the one behind the other (`concat`); of lists, their items in one.
    public static func + (a: Node, b: Node) throws(TraceError) -> Node { try apply(a.isText || b.isText ? concat : add, a, b) }
    /// The sum; of texts, the one behind the other (`concat`); of lists, their items in one.
    public static func + (a: Node, b: some ValueConvertible) throws(TraceError) -> Node {
        try apply(a.isText || isText(b.traceValue) ? concat : add, a, b)
    }
    /// The sum; of texts, the one behind the other (`concat`); of lists, their items in one.
    public static func + (a: some ValueConvertible, b: Node) throws(TraceError) -> Node {
        try apply(b.isText || isText(a.traceValue) ? concat : add, a, b)
    }

    /// The difference.
    public static func - (a: Node, b: Node) throws(TraceError) -> Node { try apply(subtract, a, b) }
    /// The difference.
    public static func - (a: Node, b: some ValueConvertible) throws(TraceError) -> Node { try apply(subtract, a, b) }
    /// The difference.
    public static func - (a: some ValueConvertible, b: Node) throws(TraceError) -> Node { try apply(subtract, a, b) }

    /// The product; of a text and an integer, the text so many times.
    public static func * (a: Node, b: Node) throws(TraceError) -> Node { try apply(multiply, a, b) }
    /// The product; of a text and an integer, the text so many times.
    public static func * (a: Node, b: some ValueConvertible) throws(TraceError) -> Node { try apply(multiply, a, b) }
    /// The product.
    public static func * (a: some ValueConvertible, b: Node) throws(TraceError) -> Node { try apply(multiply, a, b) }

    /// The quotient, a float.
    public static func / (a: Node, b: Node) throws(TraceError) -> Node { try apply(divide, a, b) }
    /// The quotient, a float.
    public static func / (a: Node, b: some ValueConvertible) throws(TraceError) -> Node { try apply(divide, a, b) }
    /// The quotient, a float.
    public static func / (a: some ValueConvertible, b: Node) throws(TraceError) -> Node { try apply(divide, a, b) }

    /// What is left after a division that rounds down.
    public static func % (a: Node, b: Node) throws(TraceError) -> Node { try apply(mod, a, b) }
    /// What is left after a division that rounds down.
    public static func % (a: Node, b: some ValueConvertible) throws(TraceError) -> Node { try apply(mod, a, b) }
    /// What is left after a division that rounds down.
    public static func % (a: some ValueConvertible, b: Node) throws(TraceError) -> Node { try apply(mod, a, b) }

    /// The negative.
    public static prefix func - (a: Node) throws(TraceError) -> Node { try a.graph.apply(.named("neg"), [a], syntactic: true) }

    /// The item at an index, counted from 1 as everywhere in the engine (−1 is the last), or of a key: `try node[1]`, `try node["key"]`.
    public subscript(index: some NodeArgument) -> Node {
        get throws(TraceError) { try graph.apply(.named("getitem"), [self, index], syntactic: true) }
    }
}
