/// A bundle: a function that became one operator.
public struct BundleFacts: Sendable {
    public var name: String
    public var documentation: String
    public var isTraceable: Bool
    public var allowsExternal: Bool
    public var catchesErrors: Bool
    /// The parameter that holds the code, if the bundle is trainable.
    public var code: NodeID?
    public var isTrainable: Bool { code != nil }
}

/// One call of a traceable bundle: the nodes of its inner graph are those made between its start and its end.
public struct CallFacts: Sendable {
    public var bundle: BundleID
    public var start: NodeID
    /// The node after the last of the inner graph.
    public var end: NodeID
    /// The inner node that the function returned, if it returned a node.
    public var result: NodeID?
    /// The node of the outer level.
    public var output: NodeID?
    /// The bundle call inside which this one was made.
    public var enclosing: Int?
    /// The detached copies that the function saw, in the order of the arguments.
    public var copies: [NodeID]
    /// Trainable nodes that the inner graph reads; those that the outer level shows too are not hidden dependencies.
    var candidates: [NodeID]
    /// Hidden dependencies of the traceable calls inside.
    var nested: [NodeID]
}

/// One call of a bundle that is not traceable, inside which nodes were made: their results are hidden from the output.
public struct OpaqueCallFacts: Hashable, Sendable {
    public var bundle: BundleID
    public var start: NodeID
    /// The node after the last that was made inside.
    public var end: NodeID
    public var output: NodeID

    package init(bundle: BundleID, start: NodeID, end: NodeID, output: NodeID) {
        self.bundle = bundle
        self.start = start
        self.end = end
        self.output = output
    }
}

/// One backward call. Calls are numbered from 1 in the order in which they were accepted.
public struct BackwardFacts: Sendable {
    public var number: Int
    public var output: NodeID
    public var optimizer: OptimizerID?
    public var feedback: Value
    public var retains: Bool
    public var event: Int
    public var site: Site?
    /// The message nodes that were visited, in the order of the visits: the highest level first, later-created first on one level.
    public var visited: [NodeID]
    /// The same as a set, where that takes no more room than the list.
    var members: NodeSet?
    /// Parameters inside traceable bundles that got this backward's feedback, by the bundle's output.
    public var hidden: [NodeID: [NodeID]]
    /// Whether the entries are trace graphs, which are made when they are asked for.
    public var givesGraphs: Bool

    /// Visited nodes as a set, if they are dense enough for it.
    ///
    /// - Parameter set: the same nodes, if they are known as a set already.
    static func members(_ visited: [NodeID], as set: NodeSet? = nil) -> NodeSet? {
        // The nodes may be those of a file, in any order.
        var first = Int.max, last = 0
        for node in visited { (first, last) = (min(first, node.index), max(last, node.index)) }
        guard !visited.isEmpty, last - first < 32 * visited.count, visited.count > 64 else { return nil }
        if let set { return set.trimmed(from: NodeID(first)) }
        var members = NodeSet(from: NodeID(first), through: NodeID(last))
        for node in visited { members.insert(node) }
        return members
    }

    /// Estimate of the bytes that the facts of a call take, by the number of visited nodes.
    static func footprint(visiting count: Int) -> Int {
        MemoryLayout<Self>.stride + (count == 0 ? 0 : count * MemoryLayout<NodeID>.stride + arrayHeader)
    }
}

/// The bytes that an array takes beside its elements.
let arrayHeader = 32

/// The source of a piece of feedback on a node.
public enum FeedbackSource: Hashable, Sendable {
    /// The caller of backward.
    case user
    /// A child.
    case child(NodeID)
}

/// One piece of feedback on one node. A backward makes one for each edge, so it is small.
public struct FeedbackEntry: Sendable {
    public let node: NodeID
    /// The child; −1 is the user.
    private let child: Int32
    private let call: Int32
    public let event: Int32
    private let given: GivenFeedback?

    init(node: NodeID, source: FeedbackSource, backward: Int, event: Int32, value: Value?) {
        self.node = node
        child = if case .child(let id) = source { id.raw } else { -1 }
        call = Int32(backward)
        self.event = event
        given = value.map { GivenFeedback($0) }
    }

    /// Whether it has another feedback than its backward call.
    package var hasOwnFeedback: Bool { given != nil }

    public var source: FeedbackSource { child < 0 ? .user : .child(NodeID(raw: child)) }
    /// The number of the backward call that made it.
    public var backward: Int { Int(call) }
    /// The result of a propagator: a value, or the feedback that a trace graph has in place of that of its call.
    public var value: Value? { given?.value }
}

/// Few entries have a value: the others need no room for it.
private final class GivenFeedback: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// A value that was written to a node after its first one.
public struct ParameterVersion: Sendable {
    public enum Writer: Hashable, Sendable {
        case optimizer(OptimizerID, step: Int)
        /// The user, by hand.
        case hand
        /// The workflow, by assigning to the node's data.
        case workflow
    }
    public var node: NodeID
    public var value: Value
    public var writer: Writer
    public var event: Int
    /// The version before, as an index into the record; −1 is the first value.
    var previous: Int32
    /// Counted from 1, which is the first value.
    public var number: Int
}

/// An objective that the workflow gave an optimizer after it was made.
public struct ObjectiveFacts: Sendable {
    public var optimizer: OptimizerID
    public var text: String
}

/// A number by which a workflow says how good something is.
public struct ScoreFacts: Sendable {
    public var name: String
    public var value: Double
}

/// One clearing of feedback.
public struct ZeroFacts: Sendable {
    public enum Scope: Hashable, Sendable {
        case optimizer(OptimizerID)
        case node(NodeID)
        case all
    }
    public var scope: Scope
    /// The nodes whose feedback was cleared.
    public var cleared: [NodeID]
    /// The entries that were cleared, as indices into the record.
    public var entries: [Int32]
    public var site: Site?

    /// About how many bytes they take.
    var footprint: Int {
        MemoryLayout<Self>.stride + 2 * arrayHeader + cleared.count * MemoryLayout<NodeID>.stride
            + entries.count * MemoryLayout<Int32>.stride
    }
}

/// Something that failed: an execution error, a refused backward, a conflict.
public struct FailureFacts: Sendable {
    public var error: TraceError
    /// The optimizer whose backward or step it was, if the error itself names none.
    public var optimizer: OptimizerID?
    public var site: Site?
}
