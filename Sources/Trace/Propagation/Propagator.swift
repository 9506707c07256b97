/// The rule by which feedback goes from a node to its parents.
public protocol Propagator: AnyObject {
    /// The feedback of each parent, from everything that the node holds.
    func propagate(from node: NodeID, feedback: [(source: FeedbackSource, values: [Value])], in engine: Engine) throws -> [(NodeID, Value)]
    /// One value for several.
    func aggregate(_ values: [Value]) throws -> Value
}

/// A propagator that leaves the nodes of some operators to others.
///
/// ```swift
/// let propagator = GraphPropagator()
/// propagator.register("add", in: graph) { node, feedback in [node.parents[0]: "…", node.parents[1]: "…"] }
/// ```
public protocol RegisteringPropagator: Propagator {
    var rules: PropagationRules { get }
}

/// The propagators of single operators.
public final class PropagationRules {
    private var rules: [String: any Propagator] = [:]
    public init() {}

    var isEmpty: Bool { rules.isEmpty }

    /// The propagator for the nodes of an operator or a bundle, by its name; nil if that is the propagator itself.
    public internal(set) subscript(name: String) -> (any Propagator)? {
        get { rules[name] }
        set { rules[name] = newValue }
    }
}

extension RegisteringPropagator {
    /// Leaves the nodes of an operator, or of a bundle, to another propagator; the last registration of a name counts.
    public func register(_ name: String, _ propagator: any Propagator) { rules[name] = propagator }

    /// Leaves the nodes of an operator, or of a bundle, to a function: it gets a node and its feedback, and returns the feedback of each parent.
    public func register(
        _ name: String, in graph: Graph, _ function: @escaping (_ node: Node, _ feedback: [Value]) throws -> [Node: any ValueConvertible]
    ) {
        register(name, graph.propagator(function))
    }
}

/// Gives each parent a trace graph: what feedback does without a propagator.
///
/// A rule that is registered for an operator changes the text, and not the graph: it gets the user's feedback as it came to the node, and
/// gives every parent the feedback that its trace graph has from there on.
public final class GraphPropagator: RegisteringPropagator {
    public let rules = PropagationRules()
    public init() {}

    /// The feedback of the trace graphs that a node holds.
    public func aggregate(_ values: [Value]) throws -> Value {
        guard let first = values.first else { return .none }
        if let other = values.first(where: { !$0.equals(first) }) {
            throw OperatorFailure(
                type: "ValueError", message: "it holds different feedback, \(first.literal) and \(other.literal), which cannot be combined")
        }
        return first
    }

    public func propagate(from node: NodeID, feedback: [(source: FeedbackSource, values: [Value])], in engine: Engine) throws -> [(
        NodeID, Value
    )] {
        let text = try aggregate(feedback.flatMap(\.values))
        return engine.record.parents(node).map { ($0, text) }
    }
}

/// Adds numbers, and puts texts one behind the other.
public final class SumPropagator: RegisteringPropagator {
    public let rules = PropagationRules()
    public init() {}

    public func aggregate(_ values: [Value]) throws -> Value {
        guard var sum = values.first else { return .none }
        for value in values.dropFirst() {
            switch (sum, value) {
            case (.string(let a), .string(let b)): sum = .string(a + b)
            case (.int(let a), .int(let b)): sum = .int(a &+ b)
            case (.float(let a), .float(let b)): sum = .float(a + b)
            case (.int(let a), .float(let b)), (.float(let b), .int(let a)): sum = .float(Double(a) + b)
            case (.list(let a), .list(let b)): sum = .list(a + b)
            default:
                throw OperatorFailure(type: "TypeError", message: "feedback of types \(sum.typeName) and \(value.typeName) cannot be added")
            }
        }
        return sum
    }

    public func propagate(from node: NodeID, feedback: [(source: FeedbackSource, values: [Value])], in engine: Engine) throws -> [(
        NodeID, Value
    )] {
        let sum = try aggregate(feedback.flatMap(\.values))
        return engine.record.parents(node).map { ($0, sum) }
    }
}
