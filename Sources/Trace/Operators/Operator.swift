/// A traced operation: its name, the names of its arguments, and its rule.
public struct Operator: Sendable {
    public var name: String
    /// The names of the arguments, the last of which may be left out from `required` on.
    public var arguments: [String]
    public var required: Int
    /// What further arguments are called, by their position, when there may be any number: `args_0`, `args_1`, ….
    public var isVariadic: Bool
    public var documentation: String
    /// Its place in the table of all operators; −1 if it stands in none.
    var number = -1
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
        uniqueKeysWithValues: (arithmetic + comparison + text + containers).enumerated().map { number, op in
            var op = op
            op.number = number
            return (op.name, op)
        })

    /// An operator that the program itself names; one that there is not is the identity, which a test would notice.
    public static func named(_ name: String) -> Operator { all[name] ?? identity }

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
    /// - Parameter syntactic: whether it stands in operator syntax, where a value's node is named after its type and not the argument. So is one
    ///   of any number of arguments, which has no name of its own.
    /// - Throws: `TraceError.execution` with an exception node when the operands have no such operation.
    public func apply(_ op: Operator, _ operands: [Operand], syntactic: Bool = false) throws(TraceError) -> NodeID {
        guard operands.count >= op.required, op.isVariadic || operands.count <= op.arguments.count else {
            throw .invalid(
                "\(op.name) takes \(op.required)\(op.isVariadic ? " or more" : op.required < op.arguments.count ? " to \(op.arguments.count)" : "") "
                    + "arguments (\(op.arguments.joined(separator: ", "))), and got \(operands.count)")
        }
        return try operation { () throws(TraceError) in
            let numbers = ledger.numbers(of: op)
            var inputs: [InputRow] = []
            var values: [Value] = []
            inputs.reserveCapacity(operands.count)
            values.reserveCapacity(operands.count)
            for (i, operand) in operands.enumerated() {
                let name = i < numbers.arguments.count ? numbers.arguments[i] : ledger.record.names.number(of: op.argument(i))
                let id: NodeID
                switch operand {
                case .node(let known): id = known
                case .value(let value): id = try node(value, NodeOptions(name: syntactic || i >= op.arguments.count ? nil : op.argument(i)))
                }
                inputs.append(InputRow(name: name, node: id))
                values.append(ledger.state.value(id, in: ledger.record))
            }
            let result: Value
            do {
                result = try op.rule(values)
            } catch {
                let failure = error as? OperatorFailure ?? OperatorFailure(type: "TypeError", message: String(describing: error))
                throw try exception(in: op.name, failure, inputs: inputs.map { (record.names[$0.name], $0.node) }, bundle: nil)
            }
            let base = scopes.last.map { ledger.record.names.number(of: $0 + "/" + op.name) } ?? numbers.base
            return try make(
                isTracing ? .message : .node, base: base, value: result, description: numbers.description, inputs: isTracing ? inputs : [],
                detail: nil)
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
