/// The surroundings of an engine: the runner of a workflow knows the workflow's place, watches events, and finds answers.
public protocol EngineHost: AnyObject {
    /// The current place of the workflow.
    var currentSite: Site? { get }
    /// The active calls of the workflow, innermost first.
    var currentStack: [StackFrame] { get }
    /// Answers for optimizers and for calls of a model; nil if nothing does.
    var answerer: (any Answerer)? { get }
    /// The known facts about a model by its name; nil means the model for requests without a name.
    func modelFacts(_ name: String?) -> ModelFacts?
    /// Called after an operation of the engine, when everything is consistent again, with the events that it caused. The engine goes on when
    /// it returns.
    func engineRests(after events: Range<Int>)
}

/// A host that knows of no source, has no models and does not watch.
extension EngineHost {
    public var currentSite: Site? { nil }
    public var currentStack: [StackFrame] { [] }
    public var answerer: (any Answerer)? { nil }
    public func modelFacts(_ name: String?) -> ModelFacts? { nil }
    public func engineRests(after events: Range<Int>) {}
}

extension EngineHost where Self: Answerer {
    public var answerer: (any Answerer)? { self }
}
