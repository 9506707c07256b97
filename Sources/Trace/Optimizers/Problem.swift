/// What an optimizer that asks for an answer asks: the minimal subgraph written out as a program, with the values in it and what the user
/// said of its outputs.
public struct Problem: Sendable {
    /// A value with the name that stands for it in the problem.
    public struct Item: Sendable, Hashable {
        public var node: NodeID
        public var name: String
        public var type: String
        public var value: Value
        public var constraint: String?

        /// Whether the value is source code.
        public var isCode: Bool { type == "code" }
        /// The value as the problem shows it.
        public var line: String { isCode ? "(code) \(name):\n\(value.text)" : "(\(type)) \(name) = \(value.literal)" }
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
    /// The attended parameters, with the names that stand for them.
    public var names: [NodeID: String]

    /// The parts with their titles, in order; empty ones are left out.
    public var sections: [(title: String, lines: [String])] {
        let constraints = variables.compactMap { item in item.constraint.map { "(\(item.type)) \(item.name): \($0)" } }
        return [
            ("#Instruction", [instruction]), ("#Code", code), ("#Documentation", documentation), ("#Variables", variables.map(\.line)),
            ("#Constraints", constraints), ("#Inputs", inputs.map(\.line)), ("#Others", others.map(\.line)),
            ("#Outputs", outputs.map(\.line)), ("#Feedback", [feedback]),
        ].filter { !$0.1.isEmpty }
    }

    public var text: String { sections.map { ([$0.title] + $0.lines).joined(separator: "\n") }.joined(separator: "\n\n") }

    /// An answer that changes nothing: what a person who answers by hand starts from.
    public var template: String {
        let members = variables.map { JSON.Member($0.name, JSON($0.value)) }
        return JSON.object([JSON.Member("suggestion", .object(members))]).line
    }
}

extension Problem {
    init(optimizer: OptimizerID, subgraph: Subgraph, state: GraphState, record: GraphRecord) {
        let facts = record.optimizers[optimizer.index]
        let naming = Self.promptNames(subgraph.nodes, record)
        func item(_ id: NodeID) -> Item {
            let value = state.value(id, in: record)
            let isCode = record.bundle(id)?.code == id
            return Item(
                node: id, name: naming[id] ?? record.name(id), type: isCode ? "code" : value.typeName, value: value,
                constraint: record.constraint(id))
        }
        let members = Set(subgraph.nodes)
        var documentation: [String] = [], documented = Set<String>(), code: [String] = []
        for id in subgraph.nodes where record.hasParents(id) && record.parents(id).allSatisfy(members.contains) {
            let inputs = record.inputs(id).map { "\($0.name)=\(naming[$0.node] ?? record.name($0.node))" }.joined(separator: ", ")
            code.append("\(naming[id] ?? record.name(id)) = \(record.operatorName(id))(\(inputs))")
            if documented.insert(record.description(id)).inserted { documentation.append(record.description(id)) }
        }
        self.init(
            instruction: facts.objective, code: code, documentation: documentation, variables: subgraph.variables.map(item),
            inputs: subgraph.inputs.map(item), others: subgraph.others.map(item), outputs: subgraph.outputs.map(item),
            feedback: subgraph.feedback?.text ?? "", optimizer: optimizer,
            names: Dictionary(uniqueKeysWithValues: subgraph.variables.map { ($0, naming[$0] ?? record.name($0)) }))
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

/// One new value in an answer, before it is converted.
struct Suggestion {
    var parameter: NodeID?
    var name: String
    var value: Value
}

extension Problem {
    /// Finds the suggestions in an answer: a JSON object of parameter → value, alone, under the key `suggestion`, or amid other text. Names
    /// are those of the problem or of the nodes.
    ///
    /// - Throws: `TraceError.badAnswer` when there is no such object.
    func suggestions(in answer: String, record: GraphRecord) throws(TraceError) -> [Suggestion] {
        let bytes = Array(answer.utf8)
        var best: Value?
        var at = 0
        var reason = "it has no JSON object"
        while let brace = bytes[at...].firstIndex(of: UInt8(ascii: "{")) {
            do {
                let found = try LiteralParser.prefix(of: bytes, from: brace)
                if case .dict(let dict) = found.value {
                    if dict["suggestion"] != nil || best == nil { best = found.value }
                    if dict["suggestion"] != nil { break }
                }
                at = found.end
            } catch {
                if best == nil { reason = "\(error.reason) at byte \(error.offset + 1)" }
                at = brace + 1
            }
        }
        guard case .dict(var dict)? = best else {
            if answer.contains("TERMINATE") { return [] }
            throw .badAnswer(optimizer, reason: "\(reason); it should look like \(template)")
        }
        if let inner = dict["suggestion"] {
            guard case .dict(let suggested) = inner else {
                throw .badAnswer(optimizer, reason: "\"suggestion\" is a \(inner.typeName) and no object of parameter → value")
            }
            dict = suggested
        } else {
            dict.removeValue(forKey: "reasoning")
            dict.removeValue(forKey: "answer")
        }
        return dict.elements.map {
            Suggestion(parameter: parameter(named: $0.key.value.text, record), name: $0.key.value.text, value: $0.value)
        }
    }

    private func parameter(named name: String, _ record: GraphRecord) -> NodeID? {
        if let known = names.first(where: { $0.value == name })?.key { return known }
        let attended = record.optimizers[optimizer.index].distinctParameters
        if let exact = attended.first(where: { record.name($0) == name }) { return exact }
        let plain = attended.filter { record.name($0).filter { $0 != ":" } == name }
        if plain.count == 1 { return plain[0] }
        let based = attended.filter { record.baseName($0) == name }
        return based.count == 1 ? based[0] : nil
    }
}

extension Value.Key: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}
