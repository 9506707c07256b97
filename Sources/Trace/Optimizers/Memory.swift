/// An earlier problem of an optimizer, with its answer, and whether that was applied.
struct Remembered {
    /// Values by the names that the present problem has for them.
    var variables: [(name: String, value: Value)]
    var feedback: Value
    var suggested: [(name: String, value: Value)]
    var isApplied: Bool

    /// As a prompt shows it.
    var json: JSON {
        [
            "variables": Self.object(variables), "feedback": .string(feedback.text), "suggestion": Self.object(suggested),
            "applied": .bool(isApplied),
        ]
    }

    static func object(_ values: [(name: String, value: Value)]) -> JSON { .object(values.map { JSON.Member($0.name, JSON($0.value)) }) }

    /// A judgement in numbers: feedback that is a number or a text of one, or the number behind the word "score" in it.
    static func score(of feedback: Value) -> Double? {
        switch feedback {
        case .int(let i): return Double(i)
        case .float(let d): return d.isNaN ? nil : d
        case .string(let text):
            let bare = text.trimmingSpace
            if let number = Double(bare), number.isFinite { return number }
            guard let word = bare.lowercased().firstRange(of: "score") else { return nil }
            let rest = bare.lowercased()[word.upperBound...].drop { !($0.isNumber || $0 == "-" || $0 == ".") && " :=is".contains($0) }
            return Double(rest.prefix { $0.isASCII && $0.isNumber || $0 == "." || $0 == "-" }.trimmingPoint)
        default: return nil
        }
    }
}

extension Substring {
    /// Without the point that ends a sentence.
    fileprivate var trimmingPoint: Substring { last == "." ? dropLast() : self }
}

extension GraphState {
    /// The earlier problems of an optimizer, oldest first, as this state has them: undone ones are not among them.
    ///
    /// - Parameter count: the number of the latest ones.
    func earlier(_ problem: Problem, _ count: Int, in record: GraphRecord) -> [Remembered] {
        func name(_ id: NodeID) -> String { problem.names[id] ?? record.name(id).filter { $0 != ":" } }
        return earlier(problem.optimizer, count, in: record).compactMap { proposal, isApplied in
            proposal.asked.map { asked in
                Remembered(
                    variables: asked.variables.map { (name($0.parameter), $0.value) }, feedback: asked.feedback,
                    suggested: proposal.updates.map { (name($0.parameter), $0.new) }, isApplied: isApplied)
            }
        }
    }

    /// The earlier proposals of an optimizer that answer a problem, oldest first, and whether they were applied.
    ///
    /// - Parameter count: the number of the latest ones.
    func earlier(_ id: OptimizerID, _ count: Int, in record: GraphRecord) -> [(proposal: Proposal, isApplied: Bool)] {
        var out: [(Proposal, Bool)] = []
        var next = lastProposals[id]
        var later = steps[id.index] + 1
        while let index = next, out.count < count {
            let proposal = record.proposals[index]
            // A later proposal for the same step took its place.
            if proposal.asked != nil { out.append((proposal, proposal.step < later)) }
            later = proposal.step
            next = proposal.previous
        }
        return out.reversed()
    }
}

extension Engine {
    /// The problems that an optimizer remembers, oldest first: question, proposal, and whether that was applied.
    public func memory(of id: OptimizerID) -> [(proposal: Proposal, isApplied: Bool)] {
        state.earlier(id, record.optimizers[id.index].memory, in: record)
    }

    /// All exchanges of an optimizer with models so far, oldest first.
    public func exchanges(of id: OptimizerID) -> [ExchangeFacts] { record.models.exchanges.filter { $0.asker == .optimizer(id) } }

    /// The answers among which an optimizer's last proposal was chosen.
    public func candidates(of id: OptimizerID) -> [Proposal.Candidate] {
        state.lastProposals[id].map { record.proposals[$0].candidates } ?? []
    }

    /// Gives an optimizer another objective, from its next proposal on; nil is its original one.
    ///
    /// - Throws: `TraceError.limit`.
    public func setObjective(_ text: String?, of id: OptimizerID) throws(TraceError) {
        let text = text ?? record.optimizers[id.index].objective
        guard text != state.objective(of: id, in: record) else { return }
        try requireRoom(for: .string(text))
        operation {
            store.record.reports.objectives.append(ObjectiveFacts(optimizer: id, text: text))
            emit(.objective(record.reports.objectives.count - 1))
        }
    }
}
