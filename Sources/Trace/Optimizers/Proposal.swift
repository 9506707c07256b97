/// New values for an optimizer's parameters: made by `propose`, written by `update`.
public struct Proposal: Sendable {
    public struct Update: Sendable, Hashable {
        public var parameter: NodeID
        public var old: Value
        public var new: Value
        /// Whether the new value differs from the old one. Only then does an update make a version.
        public var isChange: Bool { old != new }

        package init(parameter: NodeID, old: Value, new: Value) {
            self.parameter = parameter
            self.old = old
            self.new = new
        }
    }
    /// A rejected value of the answer, with the reason.
    public struct Rejection: Sendable, Hashable {
        public var parameter: String
        public var value: Value
        public var reason: String

        package init(parameter: String, value: Value, reason: String) {
            self.parameter = parameter
            self.value = value
            self.reason = reason
        }
    }
    /// A value as an answer suggests it, before it is converted.
    public struct Suggested: Sendable, Hashable {
        public var name: String
        public var value: Value

        package init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }
    /// One of several answers, from which the proposal was made.
    public struct Candidate: Sendable, Hashable {
        /// The answer; empty if none came.
        public var text: String
        public var temperature: Double?
        public var suggestions: [Suggested]
        public var reasoning: String?
        /// The corrections that were needed to read it.
        public var repairs: [String]
        /// The reason why it did not arrive or cannot be read; nil otherwise.
        public var failure: String?
        public var isChosen: Bool
        /// The reason why it was chosen, or was not, in words.
        public var reason: String

        package init(
            text: String, temperature: Double?, suggestions: [Suggested], reasoning: String?, repairs: [String], failure: String?,
            isChosen: Bool, reason: String
        ) {
            self.text = text
            self.temperature = temperature
            self.suggestions = suggestions
            self.reasoning = reasoning
            self.repairs = repairs
            self.failure = failure
            self.isChosen = isChosen
            self.reason = reason
        }
    }
    /// The question that the proposal answers, as a later prompt shows it.
    public struct Asked: Sendable, Hashable {
        /// The parameters that the feedback reached, with the values that they had.
        public var variables: [Entry]
        /// The user's feedback.
        public var feedback: Value

        public struct Entry: Sendable, Hashable {
            public var parameter: NodeID
            public var value: Value

            package init(parameter: NodeID, value: Value) {
                self.parameter = parameter
                self.value = value
            }
        }

        package init(variables: [Entry], feedback: Value) {
            self.variables = variables
            self.feedback = feedback
        }
    }
    public var optimizer: OptimizerID
    public var updates: [Update]
    public var rejected: [Rejection]
    /// The attended parameters without feedback.
    public var unreached: [NodeID]
    /// The answer as it came, for optimizers that ask for one.
    public var answer: String?
    /// The reasons that the answer gives.
    public var reasoning: String?
    /// The corrections and interpretations that were needed to read the answer, in words.
    public var repairs: [String]
    /// The answers among which it was chosen, of an optimizer that asks for several.
    public var candidates: [Candidate]
    public var event: Int
    /// The feedback entries that the proposal consumed, by parameter, as indices into the record; on the parameters in `carried` only those
    /// that the one before it had not.
    public var consumed: [Int32]
    /// The parameters on which it also consumed all that the proposal before it did: their feedback was not cleared in between. So proposals
    /// take room for their new parts only.
    public var carried: [NodeID]
    /// The problem in short; nil for values of the workflow's own.
    public var asked: Asked?
    /// The step that it is for, counted from 1.
    public var step: Int
    /// The optimizer's proposal before this one, as an index into the record's.
    public var previous: Int?

    package init(
        optimizer: OptimizerID, updates: [Update] = [], rejected: [Rejection] = [], unreached: [NodeID] = [], answer: String? = nil,
        reasoning: String? = nil, repairs: [String] = [], candidates: [Candidate] = [], event: Int, consumed: [Int32] = [],
        carried: [NodeID] = [], asked: Asked? = nil, step: Int, previous: Int? = nil
    ) {
        self.optimizer = optimizer
        self.updates = updates
        self.rejected = rejected
        self.unreached = unreached
        self.answer = answer
        self.reasoning = reasoning
        self.repairs = repairs
        self.candidates = candidates
        self.event = event
        self.consumed = consumed
        self.carried = carried
        self.asked = asked
        self.step = step
        self.previous = previous
    }

    /// About how many bytes it takes beside the values that the graph has anyway.
    var footprint: Int {
        var sum = MemoryLayout<Self>.stride + 4 * arrayHeader + consumed.count * MemoryLayout<Int32>.stride
        sum += carried.isEmpty ? 0 : arrayHeader + carried.count * MemoryLayout<NodeID>.stride
        sum += (updates.count + rejected.count) * MemoryLayout<Update>.stride + unreached.count * MemoryLayout<NodeID>.stride
        sum += (asked?.variables.count ?? 0) * MemoryLayout<Asked.Entry>.stride + (asked?.feedback.footprint ?? 0)
        sum += (answer?.utf8.count ?? 0) + (reasoning?.utf8.count ?? 0)
        for candidate in candidates { sum += MemoryLayout<Candidate>.stride + candidate.text.utf8.count }
        return sum
    }

    /// The parameters whose suggested value is their current one.
    public var unchanged: [NodeID] { updates.filter { !$0.isChange }.map(\.parameter) }
}

extension GraphRecord {
    /// All feedback entries that a proposal consumed, also those that the ones before it had consumed already; in no particular order.
    package func consumed(by proposal: Proposal) -> [Int32] {
        var all = proposal.consumed, carried = Set(proposal.carried), next = proposal.previous
        while !carried.isEmpty, let index = next {
            let earlier = proposals[index]
            all += earlier.consumed.filter { carried.contains(entries[Int($0)].node) }
            carried.formIntersection(earlier.carried)
            next = earlier.previous
        }
        return all
    }
}
