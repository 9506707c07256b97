/// The host of a graph's engine: knows where in its source the program calls the graph, and the answers that optimizers have of their own. It
/// leaves the rest to a host around it.
final class GraphHost: EngineHost {
    let answers = GraphAnswers()
    private var around: (any EngineHost)?
    private var newFile: ((String) -> Void)?
    /// The active call of the graph, where places are noted.
    var place: (fileID: StaticString, line: Int)?
    /// The names of the source files, by where the program has them.
    private var files: [UnsafePointer<UInt8>: String] = [:]

    /// Whether the places of calls are needed.
    var notesPlaces: Bool { newFile != nil }

    func surround(with other: (any EngineHost)?, newFile: ((String) -> Void)?) -> (any EngineHost)? {
        defer { (around, answers.around, self.newFile) = (other, other, newFile) }
        (files, place) = ([:], nil)
        return around
    }

    var currentSite: Site? {
        guard let place else { return around?.currentSite }
        return Site(file: name(of: place.fileID), line: place.line)
    }

    private func name(of fileID: StaticString) -> String {
        if let known = files[fileID.utf8Start] { return known }
        let name = fileID.description
        files[fileID.utf8Start] = name
        newFile?(name)
        return name
    }

    var currentStack: [StackFrame] { around?.currentStack ?? [] }
    var answerer: (any Answerer)? { answers.isEmpty ? nil : answers }
    func modelFacts(_ name: String?) -> ModelFacts? { around?.modelFacts(name) }
    func engineRests(after events: Range<Int>) { around?.engineRests(after: events) }
}

/// Asks the optimizer's own answer first, then the graph's answerer, and then that of the host around the graph.
final class GraphAnswers: Answerer {
    var optimizers: [OptimizerID: WeakOptimizer] = [:]
    /// The graph's answerer.
    var next: (any Answerer)?
    var around: (any EngineHost)?

    /// Whether nobody answers.
    var isEmpty: Bool { optimizers.isEmpty && other == nil }
    private var other: (any Answerer)? { next ?? around?.answerer }

    func answer(_ question: ModelQuestion, in engine: Engine) throws -> ModelReply {
        if let id = question.optimizer, let problem = question.problem, let answer = optimizers[id]?.optimizer?.answer {
            return .whole(try answer(problem))
        }
        guard let other else { throw TraceError.noModel(question.asker) }
        return try other.answer(question, in: engine)
    }

    func answer(_ question: ModelQuestion, after fault: TraceError, in engine: Engine) throws -> ModelReply? {
        if let id = question.optimizer, optimizers[id]?.optimizer?.answer != nil { return nil }
        return try other?.answer(question, after: fault, in: engine)
    }

    func review(_ optimizer: OptimizerID, in engine: Engine) throws { try other?.review(optimizer, in: engine) }
}
