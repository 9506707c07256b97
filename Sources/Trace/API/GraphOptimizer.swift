/// An optimizer: it attends to some parameters, and turns the feedback on them into new values.
///
/// It holds its rule, or what answers for it, so keep it as long as it has work to do. A rule may refer to nodes freely: the graph does not
/// hold the rule.
public final class Optimizer {
    /// The graph that the optimizer belongs to.
    public let graph: Graph
    /// The engine's number of the optimizer.
    public let id: OptimizerID
    let rule: Rule?
    let answer: Answer?

    /// Proposes values for some of the parameters, from the problem that the feedback poses.
    public typealias Rule = (Problem) throws -> [Node: any ValueConvertible]
    /// Answers a problem, as a language model would: with a JSON object of parameter → value amid any text.
    public typealias Answer = (Problem) throws -> String

    init(graph: Graph, id: OptimizerID, rule: Rule? = nil, answer: Answer? = nil) {
        self.graph = graph
        self.id = id
        self.rule = rule
        self.answer = answer
    }

    /// The engine's facts about the optimizer.
    public var facts: OptimizerFacts { graph.engine.record.optimizers[id.index] }
    /// The name: one word, unique among the optimizers.
    public var name: String { facts.name }
    /// The parameters that it attends to, as they were given.
    public var parameters: [Node] { graph[facts.parameters] }
    /// Number of steps so far.
    public var steps: Int { graph.engine.state.steps[id.index] }

    /// The objective in words. A new one applies from the next proposal on.
    public var objective: String { graph.engine.state.objective(of: id, in: graph.engine.record) }
    /// Gives it another objective; nil is the one that it was made with.
    ///
    /// - Throws: `TraceError.limit`.
    public func setObjective(_ text: String?, fileID: StaticString = #fileID, line: Int = #line) throws(TraceError) {
        try graph.at(fileID, line) { () throws(TraceError) in try graph.engine.setObjective(text, of: id) }
    }
    /// The problems that it remembers, oldest first: question, proposal, and whether that was applied.
    public var memory: [(proposal: Proposal, isApplied: Bool)] { graph.engine.memory(of: id) }
    /// All exchanges with models so far, oldest first.
    public var exchanges: [ExchangeFacts] { graph.engine.exchanges(of: id) }
    /// The answers among which its last proposal was chosen.
    public var candidates: [Proposal.Candidate] { graph.engine.candidates(of: id) }

    /// Clears the feedback of its parameters, for every optimizer that shares them.
    public func zeroFeedback(fileID: StaticString = #fileID, line: Int = #line) {
        graph.at(fileID, line) { graph.engine.zeroFeedback(.optimizer(id)) }
    }

    /// Propagates feedback on a node back to everything that it depends on, attended or not.
    ///
    /// - Parameter retain: whether the nodes on the way can be used by a further backward.
    /// - Parameter propagator: the way in which the feedback is passed on; nil is the optimizer's own, or else by trace graphs.
    /// - Returns: the number of the call, from 1.
    /// - Throws: `TraceError.freed` when it would meet nodes that an earlier call freed; `TraceError.propagator`; `TraceError.invalid` for
    ///   a node of another graph; `TraceError.limit`. Then nothing has changed.
    @discardableResult
    public func backward(
        _ node: Node, _ feedback: some ValueConvertible, retain: Bool = false, propagator: (any Propagator)? = nil,
        fileID: StaticString = #fileID, line: Int = #line
    ) throws(TraceError) -> Int {
        guard node.graph === graph else { throw .invalid("\(node.name) belongs to another graph") }
        return try graph.at(fileID, line) { () throws(TraceError) in
            try graph.engine.backward(
                node.id, feedback: feedback.traceValue, retain: retain, optimizer: id, propagator: propagator)
        }
    }

    /// The problem that the feedback poses: the minimal subgraph as a program, the values in it, and what was said of its outputs.
    ///
    /// - Throws: `TraceError.noFeedback` when no parameter holds any; `TraceError.conflict`.
    public func problem() throws(TraceError) -> Problem { try graph.engine.problem(for: id) }

    /// The first question to a language model, with the messages as they would be sent.
    ///
    /// - Throws: `TraceError.noFeedback` when no parameter holds any; `TraceError.conflict`.
    public func question() throws(TraceError) -> ModelQuestion { try graph.engine.question(for: id) }

    /// The minimal subgraph: the trace graphs that the parameters hold, in one. Empty without feedback.
    ///
    /// - Throws: `TraceError.conflict` when the feedback cannot be combined.
    public func subgraph() throws(TraceError) -> Subgraph {
        do {
            return try graph.engine.state.subgraph(id, in: graph.engine.record)
        } catch {
            throw .conflict(error)
        }
    }

    /// Proposes new values; nothing is written. The proposal is current until it is applied, discarded, or replaced by another.
    ///
    /// - Parameter answer: an answer to use instead of asking for one.
    /// - Throws: `TraceError.noFeedback`; `TraceError.conflict`; `TraceError.noModel` when nobody answers; `TraceError.model` when
    ///   a model does not; `TraceError.promptTooLong`; `TraceError.badAnswer`; and what the rule throws. Then nothing has changed.
    @discardableResult
    public func propose(answer: String? = nil, fileID: StaticString = #fileID, line: Int = #line) throws -> Proposal {
        try graph.at(fileID, line) { try graph.engine.propose(id, answer: answer) }
    }

    /// Applies the current proposal, and counts a step.
    ///
    /// - Throws: `TraceError.noProposal`.
    @discardableResult
    public func update(fileID: StaticString = #fileID, line: Int = #line) throws(TraceError) -> Proposal {
        try graph.at(fileID, line) { () throws(TraceError) in try graph.engine.update(id) }
    }

    /// Applies values of the program's own, which are converted and checked like proposed ones, and counts a step.
    ///
    /// - Throws: `TraceError.invalid` for a node of another graph.
    @discardableResult
    public func update(
        with values: [Node: any ValueConvertible], fileID: StaticString = #fileID, line: Int = #line
    ) throws(TraceError) -> Proposal {
        try graph.at(fileID, line) { () throws(TraceError) in try graph.engine.update(id, with: try Self.suggestions(values, in: graph)) }
    }

    /// Replaces the current proposal by another of its candidates; numbers count from 1.
    ///
    /// - Throws: `TraceError.noProposal`; `TraceError.invalid` when there is no such candidate, or it could not be read.
    @discardableResult
    public func choose(_ number: Int, fileID: StaticString = #fileID, line: Int = #line) throws -> Proposal {
        try graph.at(fileID, line) { try graph.engine.choose(number, of: id) }
    }

    /// Discards the current proposal.
    ///
    /// - Throws: `TraceError.noProposal`.
    public func discard(fileID: StaticString = #fileID, line: Int = #line) throws(TraceError) {
        try graph.at(fileID, line) { () throws(TraceError) in try graph.engine.discard(id) }
    }

    /// Proposes and updates.
    ///
    /// - Throws: the errors of `propose`; then nothing was written.
    @discardableResult
    public func step(fileID: StaticString = #fileID, line: Int = #line) throws -> Proposal {
        try graph.at(fileID, line) { try graph.engine.step(id) }
    }

    /// Values by parameter, in the order of the parameters' creation, so that two runs are the same.
    static func suggestions(_ values: [Node: any ValueConvertible], in graph: Graph) throws(TraceError) -> [(
        parameter: NodeID, value: Value
    )] {
        if let stranger = values.keys.first(where: { $0.graph !== graph }) {
            throw .invalid("\(stranger.name) belongs to another graph")
        }
        return values.sorted { $0.key.id < $1.key.id }.map { ($0.key.id, $0.value.traceValue) }
    }
}

extension Graph {
    /// Makes an optimizer whose rule is a function of the program:
    ///
    /// ```swift
    /// let tuner = try graph.optimizer([a], named: "tuner") { problem in [a: (a.double ?? 0) * 1.5] }
    /// ```
    ///
    /// - Parameter name: one word; if it is taken, a similar one is made.
    /// - Parameter propagator: the way in which feedback is passed on; nil is by trace graphs.
    /// - Throws: `TraceError.notAParameter` for a node that is not trainable, `TraceError.invalid` without parameters or for a bad name.
    public func optimizer(
        _ parameters: [Node], named name: String? = nil, objective: String? = nil, propagator: (any Propagator)? = nil,
        fileID: StaticString = #fileID, line: Int = #line, rule: @escaping Optimizer.Rule
    ) throws(TraceError) -> Optimizer {
        let options = OptimizerOptions(name: name, objective: objective)
        let holder = WeakOptimizer()
        let proposer: (Engine, OptimizerID) throws -> [(parameter: NodeID, value: Value)] = { engine, id in
            guard let optimizer = holder.optimizer, let rule = optimizer.rule else {
                throw TraceError.invalid("the program no longer holds the optimizer \(engine.record.optimizers[id.index].name)")
            }
            return try Optimizer.suggestions(try rule(try engine.problem(for: id)), in: optimizer.graph)
        }
        let own = try own(parameters)
        let id = try at(fileID, line) { () throws(TraceError) in
            try engine.optimizer(.custom, own, options, propagator: propagator, proposer: proposer)
        }
        let optimizer = Optimizer(graph: self, id: id, rule: rule)
        holder.optimizer = optimizer
        return optimizer
    }

    /// Makes an optimizer that needs an answer to its problem.
    ///
    /// ```swift
    /// var options = OptimizerOptions()
    /// options.retries = 2
    /// let tuner = try graph.optimizer(.optoPrimeV2, [a], named: "tuner", options: options)
    /// ```
    ///
    /// - Parameter name, objective, memory: go before those in the options. `memory` is how many earlier problems the prompt shows.
    /// - Parameter options: everything else, such as the model and the number of candidates.
    /// - Parameter answer: who answers; nil leaves it to the graph's answerer, or to `propose(answer:)`.
    /// - Throws: `TraceError.notAParameter` for a node that is not trainable, `TraceError.invalid` without parameters, for a bad name, for
    ///   options that make no sense, or for the kind `custom`, which has a rule.
    public func optimizer(
        _ kind: OptimizerKind, _ parameters: [Node], named name: String? = nil, objective: String? = nil, memory: Int? = nil,
        options: OptimizerOptions = OptimizerOptions(), propagator: (any Propagator)? = nil, fileID: StaticString = #fileID,
        line: Int = #line,
        answer: Optimizer.Answer? = nil
    ) throws(TraceError) -> Optimizer {
        guard kind != .custom else { throw .invalid("a custom optimizer has a rule: graph.optimizer([a]) { problem in [a: …] }") }
        var options = options
        options.name = name ?? options.name
        options.objective = objective ?? options.objective
        options.memory = memory ?? options.memory
        let own = try own(parameters), chosen = options
        let id = try at(fileID, line) { () throws(TraceError) in
            try engine.optimizer(kind, own, chosen, propagator: propagator)
        }
        let optimizer = Optimizer(graph: self, id: id, answer: answer)
        if answer != nil { connectedHost().answers.optimizers[id] = WeakOptimizer(optimizer) }
        return optimizer
    }

    /// A propagator that is a function: it gets a node and its feedback, and returns the feedback of each parent.
    public func propagator(_ function: @escaping (_ node: Node, _ feedback: [Value]) throws -> [Node: any ValueConvertible])
        -> any RegisteringPropagator
    {
        FunctionPropagator(graph: self, function: function)
    }

    private func own(_ parameters: [Node]) throws(TraceError) -> [NodeID] {
        if let stranger = parameters.first(where: { $0.graph !== self }) { throw .invalid("\(stranger.name) belongs to another graph") }
        return parameters.map(\.id)
    }
}

/// The engine must not hold a rule: a rule may hold nodes, and nodes hold the engine.
final class WeakOptimizer {
    weak var optimizer: Optimizer?
    init(_ optimizer: Optimizer? = nil) { self.optimizer = optimizer }
}

private final class FunctionPropagator: RegisteringPropagator {
    let rules = PropagationRules()
    private weak var graph: Graph?
    private let function: (Node, [Value]) throws -> [Node: any ValueConvertible]

    init(graph: Graph, function: @escaping (Node, [Value]) throws -> [Node: any ValueConvertible]) {
        self.graph = graph
        self.function = function
    }

    func propagate(from node: NodeID, feedback: [(source: FeedbackSource, values: [Value])], in engine: Engine) throws -> [(NodeID, Value)]
    {
        guard let graph, graph.engine === engine else {
            throw OperatorFailure(type: "ValueError", message: "the propagator belongs to another graph")
        }
        let given = try function(graph.wrap(node), feedback.flatMap(\.values))
        return try Optimizer.suggestions(given, in: graph).map { ($0.parameter, $0.value) }
    }

    func aggregate(_ values: [Value]) throws -> Value { try SumPropagator().aggregate(values) }
}

extension Proposal {
    /// The value that is proposed for a parameter; nil if none is.
    public subscript(parameter: Node) -> Value? { updates.last { $0.parameter == parameter.id }?.new }
}

extension Problem {
    /// A node as the problem shows it; nil if it does not.
    public subscript(node: Node) -> Item? { (variables + inputs + others + outputs).first { $0.node == node.id } }
}
