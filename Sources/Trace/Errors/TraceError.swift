/// An error of the engine. It carries data; `ErrorReport` has the words.
public enum TraceError: Error, Hashable, Sendable {
    /// An operator or a bundle failed; the node is the exception node.
    case execution(node: NodeID, type: String, message: String, limited: Bool)
    /// A function read nodes that are not among its arguments.
    case missingInput(bundle: String, nodes: [NodeID])
    case conflict(AggregationConflict)
    /// A backward met nodes that an earlier one freed.
    case freed(nodes: [NodeID], backward: Int)
    case noFeedback(OptimizerID)
    case notAParameter(NodeID)
    /// A step needs a model's answer, and nobody can give one.
    case noModel(ModelQuestion.Asker)
    /// A model was asked and did not answer.
    case model(ModelQuestion.Asker, ModelError)
    /// A prompt was not sent, because it would not fit the model's context.
    case promptTooLong(ModelQuestion.Asker, PromptExcess)
    /// A model's or the user's answer could not be read.
    case badAnswer(OptimizerID, reason: String)
    /// There is no proposal to apply or to discard.
    case noProposal(OptimizerID)
    /// A limit of the session was reached.
    case limit(String)
    /// A propagator failed at a node.
    case propagator(node: NodeID, message: String)
    /// A call that makes no sense.
    case invalid(String)
    /// A report of a program elsewhere, or an oddity in its reports; the code is stable.
    case elsewhere(code: String, message: String)
}

extension TraceError {
    /// Whether it says that a language model did not answer.
    package var isOfModel: Bool {
        switch self {
        case .noModel, .model, .promptTooLong: true
        default: false
        }
    }
}

/// The excess of a prompt over a model's context.
public struct PromptExcess: Hashable, Sendable {
    /// A long part of a prompt.
    public struct Item: Hashable, Sendable {
        /// A node's name in the prompt, or a name for any other part.
        public var name: String
        public var node: NodeID?
        public var tokens: Int
    }
    /// About how many tokens the prompt has.
    public var tokens: Int
    /// The model's limit, in tokens.
    public var limit: Int
    public var model: String
    /// The longest items, longest first.
    public var largest: [Item]
}

/// Feedback on one parameter, or on several of one optimizer, that cannot be combined because it speaks of different things.
public struct AggregationConflict: Hashable, Sendable {
    public struct Side: Hashable, Sendable {
        public var node: NodeID
        public var source: FeedbackSource
        public var backward: Int
        public var feedback: Value
    }
    public var optimizer: OptimizerID?
    /// One for each node, source and backward call, in the order in which they would be combined.
    public var sides: [Side]
}

/// The error of an operator, which becomes an exception node.
public struct OperatorFailure: Error, Hashable, Sendable {
    public var type: String
    public var message: String
    /// The source with the error on its line, when the failing function has one.
    public var report: String?
    /// Whether a limit on instructions or memory stopped it.
    public var limited: Bool

    public init(type: String, message: String, report: String? = nil, limited: Bool = false) {
        self.type = type
        self.message = message
        self.report = report
        self.limited = limited
    }
}
