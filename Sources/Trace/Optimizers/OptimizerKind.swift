/// The ways in which an optimizer makes a proposal.
public enum OptimizerKind: String, Sendable, Hashable, CaseIterable {
    /// A language model reads the problem and answers in JSON.
    case optoPrime = "OptoPrime"
    /// A language model reads the problem, in which long values are cut, and answers in tags.
    case optoPrimeV2 = "OptoPrimeV2"
    /// A language model answers several times, and one answer is chosen or made of all.
    case optoPrimeMulti = "OptoPrimeMulti"
    /// A language model sees the values so far with their feedback, best last, and suggests others.
    case opro = "OPRO"
    /// A language model carries criticism back from the outputs, operation by operation, and improves each parameter by its criticism.
    case textGrad = "TextGrad"
    /// The user answers.
    case manual = "Manual"
    /// A function of the workflow.
    case custom

    /// The name by which a workflow asks for it.
    public var name: String { rawValue }

    /// The kinds that a workflow can name.
    public static let named: [OptimizerKind] = [.optoPrime, .optoPrimeV2, .optoPrimeMulti, .opro, .textGrad, .manual]

    /// Whether a proposal needs an answer from outside the program.
    public var needsAnswer: Bool { self != .custom }

    /// Whether the answer is asked for as one JSON object.
    public var answersInJSON: Bool {
        switch self {
        case .optoPrime, .optoPrimeMulti, .opro, .manual: true
        case .optoPrimeV2, .textGrad, .custom: false
        }
    }

    /// Default number of earlier problems in a prompt.
    public var plainMemory: Int { self == .opro ? 20 : 0 }

    /// Default number of characters of an unchangeable value in a prompt; nil is all.
    public var plainTruncation: Int? { self == .optoPrimeV2 ? 2000 : nil }
}

/// The way from several candidates to one answer.
public enum CandidateSelection: String, Sendable, Hashable, CaseIterable {
    /// The suggestion that most candidates make; of several such, the last one, at the lowest temperature.
    case majority
    /// The best one in the model's own opinion, asked again.
    case bestOfN = "best_of_n"
    /// A combination that the model makes of all of them.
    case mixture
    /// The last one, which was asked for at the lowest temperature.
    case last
}

/// The parts of a problem, by their titles in a prompt.
public enum ProblemSection: String, Sendable, Hashable, CaseIterable {
    case instruction = "#Instruction"
    case code = "#Code"
    case documentation = "#Documentation"
    case variables = "#Variables"
    case constraints = "#Constraints"
    case inputs = "#Inputs"
    case others = "#Others"
    case outputs = "#Outputs"
    case feedback = "#Feedback"

    /// A part by its title, with or without the number sign, in any case.
    public init?(named name: String) {
        let wanted = (name.first == "#" ? name : "#" + name).lowercased()
        guard let known = Self.allCases.first(where: { $0.rawValue.lowercased() == wanted }) else { return nil }
        self = known
    }
}
