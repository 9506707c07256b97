extension OptimizerKind {
    /// The default objective of the kind.
    public var plainObjective: String {
        switch self {
        case .opro: "Suggest values for the variables that will be judged better than every one so far."
        case .optoPrime, .optoPrimeV2, .optoPrimeMulti, .textGrad, .manual, .custom:
            "Change the values of the variables so that the outputs become what the feedback asks for."
        }
    }
}
