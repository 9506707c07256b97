/// The question of an optimizer that asks for an answer: the minimal subgraph written out as a program, with its values and the user's
/// feedback on its outputs.
public struct Problem: Sendable {
    /// A value with its name in the problem.
    public struct Item: Sendable, Hashable {
        public var node: NodeID
        public var name: String
        public var type: String
        public var value: Value
        public var constraint: String?
        /// The description that the node was given; nil if there is none.
        public var description: String?

        /// Whether the value is source code.
        public var isCode: Bool { type == "code" }
        /// The value as the problem shows it.
        public var line: String { line(cutAt: nil) }

        /// The value as the problem shows it, with at most a number of characters.
        func line(cutAt limit: Int?) -> String {
            isCode ? "(code) \(name):\n\(Self.cut(value.text, at: limit))" : "(\(type)) \(name) = \(Self.cut(value.literal, at: limit))"
        }

        /// A text whose end is omitted, with a note, if it is longer than a number of characters.
        static func cut(_ text: String, at limit: Int?) -> String {
            guard let limit, text.utf8.count > limit else { return text }
            let count = text.count
            return count <= limit ? text : "\(text.prefix(limit))… [the first \(limit) of \(count) characters]"
        }
    }
    public var instruction: String
    public var code: [String]
    public var documentation: [String]
    public var variables: [Item]
    public var inputs: [Item]
    public var others: [Item]
    public var outputs: [Item]
    public var feedback: String
    /// The optimizer that asks.
    public var optimizer: OptimizerID
    /// The attended parameters, with their names in the problem.
    public var names: [NodeID: String]
    /// The parts that are left out where the problem is written down.
    public var masked: Set<ProblemSection>
    /// Number of characters of an unchangeable value that are written down; nil is all.
    public var truncation: Int?
    /// The feedback as it was given.
    var given: Value
    /// The lines of `code`, and the words on their operators, by the node that each makes.
    var calls: [NodeID: (code: String, documentation: String)]
    var edges: [(parent: NodeID, child: NodeID)]

    /// The lines of one part; empty if there is nothing to say, or the part is masked.
    public func lines(_ section: ProblemSection) -> [String] {
        if masked.contains(section) { return [] }
        switch section {
        case .instruction: return [instruction]
        case .code: return code
        case .documentation: return documentation
        case .variables: return variables.map(\.line)
        case .constraints: return variables.compactMap { item in item.constraint.map { "(\(item.type)) \(item.name): \($0)" } }
        case .inputs: return inputs.map { $0.line(cutAt: truncation) }
        case .others: return others.map { $0.line(cutAt: truncation) }
        case .outputs: return outputs.map { $0.line(cutAt: truncation) }
        case .feedback: return [feedback]
        }
    }

    /// The parts with their titles, in order; empty ones are left out.
    public var sections: [(title: String, lines: [String])] {
        ProblemSection.allCases.map { ($0.rawValue, lines($0)) }.filter { !$0.1.isEmpty }
    }

    public var text: String { Self.text(of: sections) }

    static func text(of sections: [(title: String, lines: [String])]) -> String {
        sections.map { ([$0.title] + $0.lines).joined(separator: "\n") }.joined(separator: "\n\n")
    }

    /// An answer that changes nothing, the start of an answer by hand.
    public var template: String {
        let members = variables.map { JSON.Member($0.name, JSON($0.value)) }
        return JSON.object([JSON.Member("suggestion", .object(members))]).line
    }

    /// A node as the problem shows it.
    func item(_ id: NodeID) -> Item? {
        for list in [variables, inputs, others, outputs] { if let item = list.first(where: { $0.node == id }) { return item } }
        return nil
    }

    /// The problem in short, for later prompts.
    var asked: Proposal.Asked {
        Proposal.Asked(variables: variables.map { .init(parameter: $0.node, value: $0.value) }, feedback: given)
    }
}

extension Problem {
    init(optimizer: OptimizerID, subgraph: Subgraph, state: GraphState, record: GraphRecord) {
        let facts = record.optimizers[optimizer.index]
        let naming = Self.promptNames(subgraph.nodes, record)
        func name(_ id: NodeID) -> String { naming[id] ?? record.name(id) }
        func item(_ id: NodeID) -> Item {
            let value = state.value(id, in: record)
            let isCode = record.bundle(id)?.code == id
            return Item(
                node: id, name: name(id), type: isCode ? "code" : value.typeName, value: value, constraint: record.constraint(id),
                description: isCode ? nil : Self.ownDescription(of: id, record))
        }
        let members = Set(subgraph.nodes), variables = subgraph.variables.map(item)
        var documentation: [String] = [], documented = Set<String>(), code: [String] = []
        var calls: [NodeID: (code: String, documentation: String)] = [:]
        for id in subgraph.nodes where record.hasParents(id) && record.parents(id).allSatisfy(members.contains) {
            let inputs = record.inputs(id).map { "\($0.name)=\(name($0.node))" }.joined(separator: ", ")
            let line = "\(name(id)) = \(record.operatorName(id))(\(inputs))"
            code.append(line)
            calls[id] = (line, record.description(id))
            if documented.insert(record.description(id)).inserted { documentation.append(record.description(id)) }
        }
        documentation += variables.compactMap { item in item.description.map { "\(item.name): \($0)" } }
        self.init(
            instruction: state.objective(of: optimizer, in: record), code: code, documentation: documentation, variables: variables,
            inputs: subgraph.inputs.map(item), others: subgraph.others.map(item), outputs: subgraph.outputs.map(item),
            feedback: subgraph.feedback?.text ?? "", optimizer: optimizer,
            names: Dictionary(uniqueKeysWithValues: subgraph.variables.map { ($0, name($0)) }), masked: facts.options.masked,
            truncation: facts.truncation, given: subgraph.feedback ?? .none, calls: calls, edges: subgraph.edges)
    }

    /// The workflow's description of a root; the default descriptions do not count.
    private static func ownDescription(of id: NodeID, _ record: GraphRecord) -> String? {
        guard !record.hasParents(id) else { return nil }
        let text = record.description(id)
        guard text.first == "[", let end = text.firstIndex(of: "]") else { return text }
        let words = String(text[text.index(after: end)...]).trimmingSpace
        return words.isEmpty || Engine.plainDescriptions.contains(text) ? nil : words
    }

    /// A node's name in a problem is its name without the colon; where that would be the name of two nodes, each keeps its colon.
    static func promptNames(_ nodes: [NodeID], _ record: GraphRecord) -> [NodeID: String] {
        var bearers: [String: Int] = [:]
        let names = nodes.map { record.name($0) }
        for name in names { bearers[name.filter { $0 != ":" }, default: 0] += 1 }
        var out: [NodeID: String] = [:]
        for (id, name) in zip(nodes, names) {
            let plain = name.filter { $0 != ":" }
            out[id] = bearers[plain] == 1 ? plain : name
        }
        return out
    }
}
