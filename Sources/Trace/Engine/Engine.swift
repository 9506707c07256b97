/// The trace engine: makes nodes, propagates feedback, and lets optimizers write parameters.
///
/// Every change is an event: it is appended to the record's log and folded into the state, and the host is notified when the operation that
/// caused it is done. An engine belongs to one thread.
public final class Engine {
    var store = GraphStore()
    public var record: GraphRecord { _read { yield store.record } }
    public var state: GraphState { _read { yield store.state } }
    /// Number of events so far: `state.events`, for callers that read it after every operation.
    package var events: Int { store.state.events }
    /// The surroundings of the engine. The engine retains its host, so the host must not retain the engine.
    public var host: (any EngineHost)?
    /// States from which those of earlier moments are folded.
    var checkpoints = Checkpoints()

    /// Number of active calls when each of the running rules was called, innermost last.
    var ruleDepths: [Int] = []
    /// The rules of optimizers of kind `custom`.
    var proposers: [OptimizerID: (Engine, OptimizerID) throws -> [(parameter: NodeID, value: Value)]] = [:]
    /// The propagators of optimizers that have one of their own.
    var propagators: [OptimizerID: any Propagator] = [:]

    /// The projections of new values of a parameter, in order.
    var projections: [NodeID: [Projection]] = [:]

    /// The nodes whose data the running bundles have read, innermost last.
    var reads: [Set<NodeID>] = []
    /// Whether operators and bundles give messages, and not plain nodes without parents.
    public internal(set) var isTracing: Bool {
        get { store.isTracing }
        set { store.isTracing = newValue }
    }
    /// The trainable nodes whose data the workflow read last: a root with the same data was probably made from it.
    var recentReads: [NodeID] = []
    private var reported = 0
    private var depth = 0

    /// Limits of the size of the graph and its log.
    public var limits: GraphLimits {
        get { store.limits }
        set { store.limits = newValue }
    }

    /// The language of the workflow, for the words of messages. Not archived: the opener of a record sets it from the sources.
    public var language: CodeLanguage {
        get { record.origins.language }
        set { store.record.origins.language = newValue }
    }

    public init() {}

    /// The current place of the workflow.
    @inline(__always)
    public func currentSite() -> Site? { host?.currentSite }

    /// Appends an event to the log and makes its change.
    func emit(_ event: TraceEvent, site: Int32) {
        store.emit(event, site: site)
        if event.hasStack { noteStack() }
    }

    func emit(_ event: TraceEvent) { emit(event, site: siteNumber()) }

    /// The number of the place where the workflow is now.
    func siteNumber() -> Int32 {
        let site = currentSite()
        return store.number(of: site)
    }

    /// Runs one operation. After the outermost one, the observer is notified of its events.
    @inline(__always)
    func operation<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
        depth += 1
        defer {
            depth -= 1
            if depth == 0 { rest() }
        }
        return try body()
    }

    /// Runs a part of an operation that calls back into the workflow, where the engine is as consistent as between operations.
    func callingOut<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
        let saved = depth
        depth = 0
        rest()
        defer { depth = saved }
        return try body()
    }

    private func rest() {
        guard let host else { return }
        let news = reported..<store.record.log.count
        if news.isEmpty { return }
        reported = news.upperBound
        if news.upperBound >= checkpoints.next { checkpoints.keep(state) }
        host.engineRests(after: news)
    }

    /// Records a failure and returns it, to be thrown.
    ///
    /// - Parameter optimizer: the one whose backward or step it was, if the error itself names none.
    func failed(_ error: TraceError, of optimizer: OptimizerID? = nil) -> TraceError {
        store.bytes += error.footprint
        store.record.reports.failures.append(FailureFacts(error: error, optimizer: optimizer, site: currentSite()))
        if case .conflict = error {
            emit(.conflict(record.reports.failures.count - 1))
        } else {
            emit(.error(record.reports.failures.count - 1))
        }
        return error
    }

    /// A line that the workflow printed.
    public func printed(_ text: String, to stream: OutputChannel = .out) {
        store.bytes += text.utf8.count
        operation {
            store.record.reports.texts.append(text)
            emit(.output(record.reports.texts.count - 1, stream))
        }
    }

    /// A number by which the workflow says how good something is.
    public func scored(_ name: String, _ value: Double) {
        store.bytes += name.utf8.count + MemoryLayout<ScoreFacts>.stride
        operation {
            store.record.reports.scores.append(ScoreFacts(name: name, value: value))
            emit(.score(record.reports.scores.count - 1))
        }
    }

    /// A command that the user gave.
    public func commanded(_ text: String) {
        operation {
            store.bytes += text.utf8.count
            store.record.reports.texts.append(text)
            emit(.command(record.reports.texts.count - 1), site: -1)
        }
    }

    /// The end of the workflow, with the failure that ended it and the calls that were active then, innermost first.
    public func ended(with failure: String?, stack: [StackFrame] = []) {
        operation {
            if let failure { store.record.reports.texts.append(failure) }
            emit(.end(failure == nil ? nil : record.reports.texts.count - 1))
            if !stack.isEmpty { store.record.note(stack, ofEvent: record.log.count - 1) }
        }
    }
}
