/// Limits of the size of a graph and its log: a workflow that goes on without end is stopped before the machine is.
public struct GraphLimits: Sendable, Hashable {
    public var nodes: Int
    public var events: Int
    /// Of the texts and containers that are values, of names and descriptions, of what the workflow prints, and of what calls of backward
    /// and failures keep. Data that two nodes share may count twice.
    public var bytes: Int
    /// Limit of the number of backward calls.
    public var backwards = Int.max
    /// The allowance of the running call of replaced code.
    var allowance: CallAllowance?

    public init(nodes: Int = 5_000_000, bytes: Int = 1 << 30) {
        self.nodes = nodes
        // A backward makes two or three events a node.
        events = nodes.multipliedReportingOverflow(by: 4).overflow ? .max : nodes * 4
        self.bytes = bytes
    }

    /// The phases in which the graph can be read but not changed.
    package static let looking = GraphLimits(nodes: 0, bytes: 0)
}

/// Limits of one call of code that a language model wrote, so that there is room for everything after it.
public struct CallAllowance: Sendable, Hashable {
    public var nodes = 100_000
    public var events = 400_000
    public var bytes = 64 << 20
    public var backwards = 1000

    public init() {}
}

extension Engine {
    /// Runs something within narrower limits. Outer limits apply too.
    package func within<T>(_ allowance: CallAllowance, _ body: () throws -> T) rethrows -> T {
        let outer = limits
        limits.nodes = min(outer.nodes, record.nodes.count + allowance.nodes)
        limits.events = min(outer.events, record.log.count + allowance.events)
        limits.bytes = min(outer.bytes, store.bytes + record.names.bytes + allowance.bytes)
        limits.backwards = min(outer.backwards, record.backwards.count + allowance.backwards)
        limits.allowance = allowance
        defer { limits = outer }
        return try body()
    }

    /// Refuses to go on when the graph or its log is full.
    ///
    /// - Parameter value: the value to add.
    /// - Throws: `TraceError.limit`.
    public func requireRoom(for value: Value = .none) throws(TraceError) { _ = try store.requireRoom(for: value) }

    /// Refuses a backward for which there is no room. The room that it will need counts from now on.
    func requireRoom(forVisits visited: Int) throws(TraceError) {
        try store.requireRoom(forVisits: visited, bytes: BackwardFacts.footprint(visiting: visited))
    }
}

extension GraphStore {
    /// Refuses to go on when the graph or its log is full.
    ///
    /// - Parameter value: the value to add.
    /// - Returns: about how many bytes that takes, which are not yet counted.
    /// - Throws: `TraceError.limit`.
    func requireRoom(for value: Value) throws(TraceError) -> Int {
        guard record.nodes.count < limits.nodes else { throw full("nodes", limits.nodes, \.nodes, "make nodes") }
        guard record.log.count < limits.events else { throw full("events", limits.events, \.events, "go on") }
        guard bytes + record.names.bytes <= limits.bytes else { throw full("bytes of data", limits.bytes, \.bytes, "make names") }
        switch value {
        case .none, .bool, .int, .float: return 0
        case .string, .list, .dict, .object: break
        }
        guard let size = value.footprint else {
            throw .limit("data may be nested \(Value.deepest) levels deep, and this is deeper: does the workflow nest it without end?")
        }
        guard bytes + record.names.bytes + size <= limits.bytes else { throw full("bytes of data", limits.bytes, \.bytes, "make data") }
        return size
    }

    mutating func requireRoom(forVisits visited: Int, bytes size: Int) throws(TraceError) {
        guard record.backwards.count < limits.backwards else {
            throw full("calls of backward", limits.backwards, \.backwards, "call backward")
        }
        // Each visit is an event, and so is each entry that it gives; those of more than one parent are few.
        guard record.log.count + 2 * visited < limits.events else { throw full("events", limits.events, \.events, "go on") }
        guard bytes + record.names.bytes + size <= limits.bytes else { throw full("bytes of data", limits.bytes, \.bytes, "call backward") }
        bytes += size
    }

    private func full(_ what: String, _ limit: Int, _ allowed: KeyPath<CallAllowance, Int>, _ doing: String) -> TraceError {
        if limits.nodes == 0, limits.bytes == 0 { return .limit("the graph cannot be changed here: it is only looked at") }
        if let allowance = limits.allowance {
            return .limit(
                "one call of code that replaces a function may add \(allowance[keyPath: allowed]) \(what) to the graph, and this is more")
        }
        return .limit("the graph has \(limit) \(what), which is the limit: does the workflow \(doing) without end?")
    }
}

extension TraceError {
    /// About how many bytes it takes in the record.
    var footprint: Int {
        let own = MemoryLayout<FailureFacts>.stride
        switch self {
        case .execution(_, _, let message, _), .propagator(_, let message), .invalid(let message), .limit(let message):
            return own + message.utf8.count
        case .badAnswer(_, let reason): return own + reason.utf8.count
        case .elsewhere(let code, let message): return own + code.utf8.count + message.utf8.count
        case .missingInput(_, let nodes), .freed(let nodes, _): return own + arrayHeader + nodes.count * MemoryLayout<NodeID>.stride
        case .conflict(let conflict): return own + arrayHeader + conflict.sides.count * MemoryLayout<AggregationConflict.Side>.stride
        case .promptTooLong(_, let excess): return own + arrayHeader + excess.largest.count * MemoryLayout<PromptExcess.Item>.stride
        case .noFeedback, .notAParameter, .noModel, .model, .noProposal: return own
        }
    }
}

extension Value {
    /// The most bytes of text, or items, in the result of an operator: a few operators can make more data than a machine holds from little.
    package static let largest = 64 << 20

    /// The longest text that an operator goes through character by character, in bytes: a second's work, at the most.
    package static let longestText = 4 << 20

    /// Limit of the nesting of lists and dictionaries. Comparing, showing and releasing a value recurse.
    package static let deepest = 100

    /// About how many bytes a value takes beside the place that every node has for it; nil if it is nested too deep.
    var footprint: Int? {
        var left = Int.max
        return takeFootprint(from: &left, depth: 0) ? .max - left : nil
    }

    /// Whether a value, with all that is in it, is small enough to be gone through at once. Lists that hold one list many times are large,
    /// though they take little room.
    fileprivate var isSurveyable: Bool {
        var left = Self.largest
        return takeFootprint(from: &left, depth: 0)
    }

    /// Subtracts the bytes of a value from a number, as long as something is left of it. Returns false if the value is nested too
    /// deeply.
    private func takeFootprint(from left: inout Int, depth: Int) -> Bool {
        switch self {
        case .none, .bool, .int, .float: return true
        case .string(let text): left -= text.utf8.count <= 15 ? 0 : text.utf8.count + 32
        case .object: left -= 64
        case .list(let items): return Self.take(items, 32 + items.count * 16, from: &left, depth)
        case .dict(let items): return Self.take(items.values, 64 + items.count * 48, from: &left, depth)
        }
        return left >= 0
    }

    private static func take(_ items: some Sequence<Value>, _ own: Int, from left: inout Int, _ depth: Int) -> Bool {
        guard depth <= deepest else { return false }
        left -= own
        guard left >= 0 else { return false }
        for item in items where !item.takeFootprint(from: &left, depth: depth + 1) { return false }
        return true
    }
}

/// Refuses values that would take too long to compare or to show.
func requireSurveyable(_ values: [Value]) throws {
    for value in values where !value.isSurveyable {
        throw OperatorFailure(
            type: "ValueError",
            message:
                "\(Words.withArticle(value.typeName)) holds more than \(Value.largest) bytes with all that is in it, which is too much to go through"
        )
    }
}

/// Refuses a text that would take too long to go through.
func requireShortText(_ text: String) throws {
    guard text.utf8.count <= Value.longestText else {
        throw OperatorFailure(
            type: "ValueError", message: "the text has \(text.utf8.count) bytes, and an operator goes through \(Value.longestText) at most")
    }
}

/// Refuses a result that is too large to be made.
func requireSize(_ size: Int, _ what: String = "bytes") throws {
    guard size <= Value.largest else {
        throw OperatorFailure(type: "ValueError", message: "the result would have \(size) \(what), and \(Value.largest) is the most")
    }
}
