/// A traced operation: its name, the names of its arguments, and its rule. A class, since every call passes one on.
public final class Operator: Sendable {
    public let name: String
    /// The names of the arguments. From `required` on, they may be omitted.
    public let arguments: [String]
    public let required: Int
    /// Whether there may be any number of further arguments, which are named by their position: `args_0`, `args_1`, ….
    public let isVariadic: Bool
    public let documentation: String
    /// Its place in the table of all operators; −1 if it is not in the table.
    let number: Int
    public let rule: @Sendable ([Value]) throws -> Value

    init(
        _ name: String, _ arguments: [String], required: Int? = nil, variadic: Bool = false, number: Int = -1, _ documentation: String,
        rule: @escaping @Sendable ([Value]) throws -> Value
    ) {
        self.name = name
        self.arguments = arguments
        self.required = required ?? arguments.count
        self.isVariadic = variadic
        self.documentation = documentation
        self.number = number
        self.rule = rule
    }

    /// The description of its nodes.
    public var description: String { "[\(name)] \(documentation)" }

    /// All operators, by name.
    public static let all: [String: Operator] = Dictionary(
        uniqueKeysWithValues: (arithmetic + comparison + text + containers).enumerated().map { number, op in
            (
                op.name,
                Operator(
                    op.name, op.arguments, required: op.required, variadic: op.isVariadic, number: number, op.documentation, rule: op.rule)
            )
        })

    /// An operator that the program itself names. An unknown name gives the identity, which a test would notice.
    public static func named(_ name: String) -> Operator { all[name] ?? identity }

    static let add = named("add")
    static let concat = named("concat")
    static let identity = Operator("identity", ["x"], "Gives x.") { $0[0] }

    /// The name of the argument at a position.
    public func argument(_ position: Int) -> String {
        position < arguments.count ? arguments[position] : "args_\(position - arguments.count)"
    }
}

extension Engine {
    /// An operand: a node, or a value that gets one.
    public enum Operand: Sendable {
        case node(NodeID)
        case value(Value)
    }

    /// Applies an operator.
    ///
    /// - Parameter syntactic: whether it is in operator syntax, where a value's node is named after its type and not the argument. So is
    ///   one of any number of arguments, which has no name of its own.
    /// - Throws: `TraceError.execution` with an exception node when the operands have no such operation.
    public func apply(_ op: Operator, _ operands: [Operand], syntactic: Bool = false) throws(TraceError) -> NodeID {
        try apply(op, operands, syntactic: syntactic, joinsTexts: false)
    }

    /// Applies `+` in operator syntax, which is `concat` where one of the operands is text, and else `add`.
    ///
    /// - Throws: `TraceError.execution` with an exception node when the operands have no such operation.
    package func sum(_ a: Operand, _ b: Operand) throws(TraceError) -> NodeID {
        try apply(Operator.add, [a, b], syntactic: true, joinsTexts: true)
    }

    private func apply(_ op: Operator, _ operands: [Operand], syntactic: Bool, joinsTexts: Bool) throws(TraceError) -> NodeID {
        guard operands.count >= op.required, op.isVariadic || operands.count <= op.arguments.count else {
            let most = op.isVariadic ? "or more arguments" : op.required < op.arguments.count ? "to \(op.arguments.count) arguments" : nil
            let wanted = most.map { "\(op.required) \($0)" } ?? count(op.required, "argument")
            throw .invalid("\(op.name) takes \(wanted) (\(op.arguments.joined(separator: ", "))), and got \(operands.count)")
        }
        store.prefetch(operands)
        return try operation { () throws(TraceError) in
            var operands = operands
            for (i, operand) in operands.enumerated() {
                guard case .value(let value) = operand else { continue }
                let name = syntactic || i >= op.arguments.count ? nil : op.argument(i)
                operands[i] = .node(try node(value, NodeOptions(name: name)))
            }
            switch try store.apply(op, operands, joinsTexts: joinsTexts, site: currentSite()) {
            case .made(let id): return id
            case .failed(let op, let failure): throw try exception(in: op.name, failure, inputs: named(operands, of: op), bundle: nil)
            }
        }
    }

    private func named(_ operands: [Operand], of op: Operator) -> [(name: String, node: NodeID)] {
        operands.enumerated().compactMap { i, operand in if case .node(let id) = operand { (op.argument(i), id) } else { nil } }
    }

    /// Makes an exception node and returns the error that carries it.
    func exception(
        in name: String, _ failure: OperatorFailure, inputs: [(name: String, node: NodeID)], bundle: BundleID?, base: String? = nil
    ) throws(TraceError) -> TraceError {
        let id = try message(
            .exception, base: base ?? "exception_\(name)", value: .string("(\(failure.type)) \(failure.message)"),
            description: "[exception] The operator \(name) failed.", inputs: inputs,
            detail: NodeDetail(bundle: bundle, report: failure.report))
        return failed(.execution(node: id, type: failure.type, message: failure.message, limited: failure.limited))
    }
}
