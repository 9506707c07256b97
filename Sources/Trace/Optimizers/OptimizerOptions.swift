/// The options of an optimizer, beside its kind and its parameters. Nil means the default of the kind.
public struct OptimizerOptions: Sendable, Hashable {
    public var name: String?
    /// The objective in words; nil is the kind's own.
    public var objective: String?
    /// Number of earlier problems in a prompt.
    public var memory: Int?
    /// The parts of the problem that a prompt leaves out.
    public var masked: Set<ProblemSection> = []
    /// Whether the prompt begins with a small problem and its answer, as an example.
    public var showsExample = false
    /// Number of characters of an unchangeable value in a prompt. Variables and feedback are shown whole.
    public var truncation: Int?
    /// A configured model's name; nil is the session's.
    public var model: String?
    /// Nil leaves it to the server. Candidates have temperatures of their own.
    public var temperature: Double?
    /// The most tokens that an answer may have; nil leaves it to the server.
    public var maxTokens: Int? = 4096
    /// Further fields of requests, sent unchanged.
    public var extra = RequestFields()
    /// Number of times that an unreadable answer is asked for again.
    public var retries = 1
    /// Whether a server that has one is asked for its JSON mode, by a kind that answers in JSON.
    public var usesJSONMode = true
    /// Number of answers that `OptoPrimeMulti` asks for.
    public var candidates = 5
    /// The way of choosing one of them.
    public var selection = CandidateSelection.majority
    /// One temperature for each candidate, or the highest and the lowest of them.
    public var temperatures: [Double] = [1.3, 0]

    public init(name: String? = nil, objective: String? = nil, memory: Int? = nil) {
        self.name = name
        self.objective = objective
        self.memory = memory
    }

    /// The fault in the options for a kind, in words; nil if there is none.
    func fault(for kind: OptimizerKind) -> String? {
        if let memory, memory < 0 { return "memory must be a number of problems, and is \(memory)" }
        if let truncation, truncation < 1 { return "truncate must be a number of characters from 1, and is \(truncation)" }
        if let maxTokens, maxTokens < 1 { return "max_tokens must be a number from 1, and is \(maxTokens)" }
        if !(0...10).contains(retries) { return "retries must be a number from 0 to 10, and is \(retries)" }
        if !(1...50).contains(candidates) { return "candidates must be a number from 1 to 50, and is \(candidates)" }
        if let wrong = ((temperature.map { [$0] } ?? []) + temperatures).first(where: { !($0 >= 0 && $0 <= 2) }) {
            return "a temperature must be a number from 0 to 2, and is \(Value.text(of: wrong))"
        }
        if let model, model.isEmpty { return "model must be a model's name, and is empty" }
        if kind == .optoPrimeMulti, temperatures.count != 2, temperatures.count != candidates {
            let each = candidates == 1 ? "one for the only candidate" : "one for each of the \(candidates) candidates"
            let given = temperatures.isEmpty ? "none is given" : "there \(temperatures.count == 1 ? "is" : "are") \(temperatures.count)"
            return "temperatures must be \(each), or the highest and the lowest, and \(given)"
        }
        return nil
    }

    /// The temperature of each candidate, in the order of the proposal: from the highest to the lowest, in equal steps, if only these two
    /// are given.
    public var candidateTemperatures: [Double] {
        guard temperatures.count == 2, let high = temperatures.max(), let low = temperatures.min() else { return temperatures }
        return (0..<candidates).map { high - Double($0) * (high - low) / Double(max(1, candidates - 1)) }
    }
}

/// An optimizer: the parameters that it attends to, and how it proposes new values for them.
public struct OptimizerFacts: Sendable {
    public var name: String
    public var kind: OptimizerKind
    /// The class that it has in a program that runs elsewhere; its kind is `custom` then.
    public var className: String?
    /// As they were given; one may occur twice.
    public var parameters: [NodeID]
    public var distinctParameters: [NodeID]
    /// As they were given; `objective`, `memory` and `truncation` are the resulting values.
    public var options: OptimizerOptions
    public var event: Int
    private var members: Set<NodeID>

    package init(
        name: String, kind: OptimizerKind, className: String? = nil, parameters: [NodeID], options: OptimizerOptions, event: Int
    ) {
        self.name = name
        self.kind = kind
        self.className = className
        self.parameters = parameters
        self.options = options
        self.event = event
        members = Set(parameters)
        var seen = Set<NodeID>()
        distinctParameters = parameters.filter { seen.insert($0).inserted }
    }

    /// The kind by the name that a user knows it by.
    public var kindName: String { className ?? kind.name }
    /// The objective that it was made with; `GraphState.objective` is the current one.
    public var objective: String { options.objective ?? kind.plainObjective }
    public var memory: Int { options.memory ?? kind.plainMemory }
    public var truncation: Int? { options.truncation ?? kind.plainTruncation }

    public func attends(to id: NodeID) -> Bool { members.contains(id) }
}
