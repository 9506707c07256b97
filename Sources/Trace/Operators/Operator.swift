/// A traced operation: its name, the names of its arguments, and its rule.
public struct Operator: Sendable {
    public var name: String
    /// The names of the arguments, the last of which may be left out from `required` on.
    public var arguments: [String]
    public var required: Int
    /// What further arguments are called, by their position, when there may be any number: `args_0`, `args_1`, ….
    public var isVariadic: Bool
    public var documentation: String
    public var rule: @Sendable ([Value]) throws -> Value

    init(
        _ name: String, _ arguments: [String], required: Int? = nil, variadic: Bool = false, _ documentation: String,
        rule: @escaping @Sendable ([Value]) throws -> Value
    ) {
        self.name = name
        self.arguments = arguments
        self.required = required ?? arguments.count
        self.isVariadic = variadic
        self.documentation = documentation
        self.rule = rule
    }

    /// The description of its nodes.
    public var description: String { "[\(name)] \(documentation)" }

    /// All operators, by name.
    public static let all: [String: Operator] = Dictionary(
        uniqueKeysWithValues: (arithmetic + comparison + text + containers).map { ($0.name, $0) })

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
    /// - Parameter syntactic: whether it stands in operator syntax, where a value's node is named after its type and not the argument.
    /// - Throws: `TraceError.execution` with an exception node when the operands have no such operation.
    public func apply(_ op: Operator, _ operands: [Operand], syntactic: Bool = false) throws(TraceError) -> NodeID {
        guard operands.count >= op.required, op.isVariadic || operands.count <= op.arguments.count else {
            throw .invalid(
                "\(op.name) takes \(op.required)\(op.isVariadic ? " or more" : op.required < op.arguments.count ? " to \(op.arguments.count)" : "") "
                    + "arguments (\(op.arguments.joined(separator: ", "))), and got \(operands.count)")
        }
        return try operation { () throws(TraceError) in
            var inputs: [(name: String, node: NodeID)] = []
            var values: [Value] = []
            inputs.reserveCapacity(operands.count)
            values.reserveCapacity(operands.count)
            for (i, operand) in operands.enumerated() {
                let name = op.argument(i)
                switch operand {
                case .node(let id): inputs.append((name, id))
                case .value(let value): inputs.append((name, try node(value, NodeOptions(name: syntactic ? nil : name))))
                }
                values.append(state.value(inputs[i].node, in: record))
            }
            return try finish(op, inputs, Result { try op.rule(values) })
        }
    }

    private func finish(_ op: Operator, _ inputs: [(name: String, node: NodeID)], _ result: Result<Value, any Error>) throws(TraceError)
        -> NodeID
    {
        switch result {
        case .success(let value): return try message(.message, base: op.name, value: value, description: op.description, inputs: inputs)
        case .failure(let error):
            let failure = error as? OperatorFailure ?? OperatorFailure(type: "TypeError", message: String(describing: error))
            throw try exception(in: op.name, failure, inputs: inputs, bundle: nil)
        }
    }

    /// Makes an exception node and gives the error that carries it.
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
