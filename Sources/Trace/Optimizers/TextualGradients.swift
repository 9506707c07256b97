/// Criticism that is carried back through the graph, operation by operation, and then turned into new values.
///
/// After Yuksekgonul and others, *TextGrad: Automatic "Differentiation" via Text* (2024). Each round asks for the criticism of all operands
/// of the operations whose outputs have all of theirs; the last asks for the value of each parameter. An operand that does not depend on an
/// attended parameter is not asked about.
struct TextualGradients: Conversation {
    private let subject: ConversationSubject
    /// The edges on which criticism is carried, in the order in which it is asked for: an edge comes after all those of its child's
    /// children.
    private let waves: [[Edge]]
    private var wave = 0
    private var criticism: [NodeID: [Criticism]] = [:]
    private var failures: [NodeID: [AttemptFailure]] = [:]
    private var gradients: (edges: [Edge], attempts: Attempts<String>)?
    private var values: (parameters: [Problem.Item], attempts: Attempts<ReadAnswer>)?

    struct Edge: Hashable {
        var child: NodeID
        var parent: NodeID
    }
    /// The criticism of a value, and its place.
    struct Criticism {
        /// The operation in which the value was used; nil for the user's own feedback.
        var call: NodeID?
        var text: String
    }

    init(_ subject: ConversationSubject) {
        self.subject = subject
        waves = Self.waves(subject.problem)
        // A propagator that gives no graphs leaves the feedback at the parameters themselves.
        let outputs = subject.problem.outputs.isEmpty ? subject.problem.variables : subject.problem.outputs
        for output in outputs { criticism[output.node, default: []].append(Criticism(call: nil, text: subject.problem.feedback)) }
    }

    /// The edges towards the variables, by how far from the outputs they are at most.
    private static func waves(_ problem: Problem) -> [[Edge]] {
        var children: [NodeID: [NodeID]] = [:], parents: [NodeID: [NodeID]] = [:]
        for edge in problem.edges {
            children[edge.parent, default: []].append(edge.child)
            parents[edge.child, default: []].append(edge.parent)
        }
        // Forwards, what depends on a variable. No walk recurses, and none sees an edge twice.
        var leads = Set(problem.variables.map(\.node)), open = problem.variables.map(\.node)
        while let node = open.popLast() {
            for child in children[node] ?? [] where leads.insert(child).inserted { open.append(child) }
        }
        // Backwards, each node after all that depend on it.
        var waiting: [NodeID: Int] = [:], depth: [NodeID: Int] = [:]
        for node in leads { waiting[node] = (children[node] ?? []).count }
        var ready = leads.filter { waiting[$0] == 0 }.sorted(by: >)
        var waves: [[Edge]] = []
        while let node = ready.popLast() {
            let own = depth[node] ?? 0
            for parent in parents[node] ?? [] where leads.contains(parent) {
                while waves.count <= own { waves.append([]) }
                waves[own].append(Edge(child: node, parent: parent))
                depth[parent] = max(depth[parent] ?? 0, own + 1)
                waiting[parent, default: 1] -= 1
                if waiting[parent] == 0 { ready.append(parent) }
            }
        }
        return waves.map { $0.sorted { ($1.child, $0.parent) < ($0.child, $1.parent) } }
    }

    mutating func next() throws(TraceError) -> ConversationTurn {
        if let parts = gradients?.attempts.parts, !parts.isEmpty { return .ask(parts) }
        collect()
        while wave < waves.count {
            let edges = waves[wave].filter { criticism[$0.child] != nil }
            wave += 1
            if edges.isEmpty { continue }
            let asked = edges.map { edge in
                Attempt<String>(
                    TextGradWords.gradient(of: edge, criticism[edge.child] ?? [], subject), for: "criticism of \(name(edge.parent))",
                    about: edge.parent, retries: subject.options.retries)
            }
            gradients = (edges, Attempts(all: asked))
            return .ask(asked.map(\.part))
        }
        if values == nil { values = try askForValues() }
        guard let values else { return .ask([]) }
        return values.attempts.parts.isEmpty ? .done(try result(values.parameters, values.attempts)) : .ask(values.attempts.parts)
    }

    mutating func take(_ results: [SentRequest]) throws(TraceError) {
        let subject = subject
        guard let parameters = values?.parameters else {
            try gradients?.attempts.take(results, for: subject.optimizer) { _, text throws(AnswerFault) in
                let bare = try AnswerFault.requireAnswer(in: text, as: .plain).trimmingSpace
                if bare.isEmpty { throw AnswerFault(reason: "it is empty") }
                return bare
            }
            return
        }
        try values?.attempts.take(results, for: subject.optimizer) { index, text throws(AnswerFault) in
            try subject.read(text, as: .value(of: parameters[index].node))
        }
    }

    /// All criticism is kept, and the values are asked for again.
    var resumed: TextualGradients? {
        guard values != nil else { return nil }
        var again = self
        again.values = nil
        return again
    }

    private func name(_ id: NodeID) -> String { subject.problem.item(id)?.name ?? subject.record.name(id) }

    /// Puts the criticism of the round that is over where it belongs.
    private mutating func collect() {
        guard let (edges, attempts) = gradients else { return }
        for (edge, attempt) in zip(edges, attempts.all) {
            switch attempt.outcome {
            case .read(let text, _): criticism[edge.parent, default: []].append(Criticism(call: edge.child, text: text))
            case .failed(let failure, _): failures[edge.parent, default: []].append(failure)
            case nil: break
            }
        }
        gradients = nil
    }

    private mutating func askForValues() throws(TraceError) -> ([Problem.Item], Attempts<ReadAnswer>) {
        let parameters = subject.problem.variables.filter { criticism[$0.node] != nil }
        guard !parameters.isEmpty else {
            let first = failures.min { $0.key < $1.key }?.value.first
            throw first?.error(for: subject.optimizer) ?? .badAnswer(subject.optimizer, reason: "no criticism reached a parameter")
        }
        let asked = parameters.map { item in
            Attempt<ReadAnswer>(
                TextGradWords.update(of: item, criticism[item.node] ?? [], subject), for: "value of \(item.name)",
                about: item.node, retries: subject.options.retries)
        }
        return (parameters, Attempts(all: asked))
    }

    private func result(_ parameters: [Problem.Item], _ attempts: Attempts<ReadAnswer>) throws(TraceError) -> ConversationResult {
        var result = ConversationResult(ReadAnswer(), text: "")
        var texts: [String] = [], reasons: [String] = [], failure: AttemptFailure?
        for (item, attempt) in zip(parameters, attempts.all) {
            reasons.append("\(item.name): " + (criticism[item.node] ?? []).map(\.text).joined(separator: "\n"))
            switch attempt.outcome {
            case .read(let read, let text):
                texts.append(text)
                // It was asked for this parameter alone.
                let own = read.suggestions.filter { $0.parameter == item.node }
                result.suggestions += own
                result.repairs += read.repairs.map { "\(item.name): \($0)" }
                for other in read.suggestions where other.parameter != item.node {
                    result.rejected.append(
                        .init(parameter: other.name(in: subject), value: other.value, reason: "only \(item.name) was asked for"))
                }
            case .failed(let why, let text):
                failure = failure ?? why
                if !text.isEmpty { texts.append(text) }
                result.rejected.append(.init(parameter: subject.record.name(item.node), value: .none, reason: "no value came: \(why.text)"))
            case nil: break
            }
        }
        if result.suggestions.isEmpty, let failure, result.rejected.count == parameters.count {
            throw failure.error(for: subject.optimizer)
        }
        for item in subject.problem.variables where criticism[item.node] == nil {
            let why = lost(item.node).map { ": \($0.text)" } ?? ""
            result.rejected.append(.init(parameter: subject.record.name(item.node), value: .none, reason: "no criticism reached it\(why)"))
        }
        for (id, why) in failures.sorted(by: { $0.key < $1.key }) where criticism[id] != nil {
            result.repairs.append("some criticism of \(name(id)) is missing: \(why[0].text)")
        }
        result.text = texts.joined(separator: "\n\n")
        result.reasoning = reasons.joined(separator: "\n\n")
        return result
    }

    /// The reason why no criticism reached a parameter: its own failure, or one on the way to it.
    private func lost(_ id: NodeID) -> AttemptFailure? { failures[id]?.first ?? failures.min { $0.key < $1.key }?.value.first }
}
