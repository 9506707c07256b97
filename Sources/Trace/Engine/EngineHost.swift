/// What is around an engine: whoever runs a workflow on it knows where the workflow is, watches what happens, and finds answers.
public protocol EngineHost: AnyObject {
    /// Where the workflow is now.
    var currentSite: Site? { get }
    /// The calls of the workflow that are going on, innermost first.
    var currentStack: [StackFrame] { get }
    /// What answers for optimizers and for calls of a model; nil if nothing does.
    var answerer: (any Answerer)? { get }
    /// What is known of a model by its name, nil being the one that is asked without a name.
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
