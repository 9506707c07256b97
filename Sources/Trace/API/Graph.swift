/// A graph of traced values: a convenient interface to an `Engine`, which does the work.
///
/// ```swift
/// let graph = Graph()
/// let a = try graph.parameter(2.0, named: "a")
/// let y = try 10 * a + 1
/// try y.backward("It should be larger.")
/// ```
///
/// A graph and its nodes belong to one thread. Nodes keep their graph alive.
public final class Graph {
    /// The engine, for everything that this interface does not offer: the record, the log of events, the host.
    public let engine: Engine
    /// The Swift objects that are data of nodes, by their numbers in the engine.
    var objects: [AnyObject] = []
    private var objectNodes: [ObjectIdentifier: NodeID] = [:]
    let host = GraphHost()

    /// An empty graph.
    public convenience init() {
        self.init(engine: Engine())
        engine.language = .swift
    }

    /// The interface to an existing engine, which keeps its host.
    public init(engine: Engine) {
        self.engine = engine
    }

    /// The graph's own host, which is put around the engine's when it is first needed. A program that is not inspected and asks no model
    /// has none.
    func connectedHost() -> GraphHost {
        if engine.host !== host {
            _ = host.surround(with: engine.host, newFile: nil)
            engine.host = host
        }
        return host
    }

    /// Answers for optimizers, and for calls of a model, that have no answer of their own; nil if nothing does.
    public var answerer: (any Answerer)? {
        get { host.answers.next }
        set { connectedHost().answers.next = newValue }
    }

    // MARK: Nodes

    /// A node with some data. A node that is given comes back as it is, and a container of nodes becomes their `make_list` or `make_dict`.
    ///
    /// - Parameter name: the name before the colon; nil names it after its type.
    /// - Throws: `TraceError.invalid` for a name that cannot be one, `TraceError.limit` when the graph is full.
    public func node(
        _ value: some NodeArgument, named name: String? = nil, description: String? = nil, constraint: String? = nil,
        fileID: StaticString = #fileID, line: Int = #line
    ) throws(TraceError) -> Node {
        try at(fileID, line) { () throws(TraceError) in
            switch try value.nodeArgument(in: self) {
            case .value(let data):
                return wrap(try engine.node(data, NodeOptions(name: name, description: description, constraint: constraint)))
            case let argument: return wrap(try engine.node(for: argument))
            }
        }
    }

    /// A node that optimizers may change. Made of a node, it has the data of that node and, unless another is given, its name.
    ///
    /// - Parameter constraint: a condition on the data, in words for the proposer.
    /// - Parameter projections: checks and repairs of the data that optimizers propose; see `Projections`.
    /// - Throws: `TraceError.invalid` for a name that cannot be one, `TraceError.limit` when the graph is full.
    public func parameter(
        _ value: some NodeArgument, named name: String? = nil, description: String? = nil, constraint: String? = nil,
        projections: [Projection] = [], fileID: StaticString = #fileID, line: Int = #line
    ) throws(TraceError) -> Node {
        var options = NodeOptions(name: name, description: description, constraint: constraint, isTrainable: true)
        let data: Value
        switch try value.nodeArgument(in: self) {
        case .value(let plain): data = plain
        case .node(let id):
            options.name = name ?? engine.record.baseName(id)
            data = engine.read(id)
        case .list, .dict: throw .invalid("a parameter's data cannot hold nodes: give it their data")
        }
        let id = try at(fileID, line) { () throws(TraceError) in try engine.node(data, options) }
        if !projections.isEmpty { try engine.constrain(id, projections) }
        return wrap(id)
    }

    /// A list in which any items are nodes.
    ///
    /// - Throws: `TraceError.invalid` for a node of another graph, `TraceError.limit` when the graph is full.
    public func list(_ items: [any NodeArgument], fileID: StaticString = #fileID, line: Int = #line) throws(TraceError) -> Node {
        try at(fileID, line) { () throws(TraceError) in
            var operands: [Engine.Operand] = []
            for item in items { operands.append(try operand(item)) }
            return wrap(try engine.makeList(operands))
        }
    }

    /// A dictionary in which any values are nodes, in the order of its keys.
    ///
    /// - Throws: `TraceError.invalid` for a node of another graph, `TraceError.limit` when the graph is full.
    public func dict(
        _ items: [String: any NodeArgument], fileID: StaticString = #fileID, line: Int = #line
    ) throws(TraceError) -> Node {
        try at(fileID, line) { () throws(TraceError) in
            var operands: [(Value.Key, Engine.Operand)] = []
            for (key, item) in items.sorted(by: { $0.key < $1.key }) { operands.append((.string(key), try operand(item, named: key))) }
            return wrap(try engine.makeDict(.init(uniqueKeysWithValues: operands)))
        }
    }

    /// The node of a Swift object, into which the engine never looks. An object has one node, however often it is asked for.
    ///
    /// - Parameter name: the name before the colon; nil names it after its class.
    /// - Throws: `TraceError.invalid` for a name that cannot be one, `TraceError.limit` when the graph is full.
    public func object(
        _ object: AnyObject, named name: String? = nil, fileID: StaticString = #fileID, line: Int = #line
    ) throws(TraceError) -> Node {
        if let known = objectNodes[ObjectIdentifier(object)] { return wrap(known) }
        let type = String(describing: type(of: object))
        let id = try at(fileID, line) { () throws(TraceError) in
            try engine.node(
                .object(OpaqueObject(className: type, text: type, handle: objects.count)), NodeOptions(name: name ?? Engine.nameable(type)))
        }
        // The object is retained, so that no other object gets its address.
        objects.append(object)
        objectNodes[ObjectIdentifier(object)] = id
        return wrap(id)
    }

    /// All nodes, in the order of their creation.
    public var nodes: [Node] { (0..<engine.record.nodeCount).map { Node(graph: self, id: NodeID($0)) } }

    /// The node of a full name such as `multiply:3`; nil if there is none.
    public func find(_ name: String) -> Node? { engine.record.node(named: name).map { wrap($0) } }

    /// The node of the engine's number; nil if there is none.
    public subscript(id: NodeID) -> Node? { (0..<engine.record.nodeCount).contains(id.index) ? wrap(id) : nil }

    /// The nodes of some of the engine's numbers, without numbers that have no node.
    public subscript(ids: [NodeID]) -> [Node] { ids.compactMap { self[$0] } }

    // MARK: Operators

    /// Applies any operator by its name, such as `cond` or `list_append`: `try graph.apply("cond", test, a, b)`.
    ///
    /// - Throws: `TraceError.invalid` if there is no such operator, or it takes another number of arguments; `TraceError.execution` with
    ///   an exception node when it is not defined for them.
    @discardableResult
    public func apply(
        _ name: String, _ arguments: any NodeArgument..., fileID: StaticString = #fileID, line: Int = #line
    ) throws(TraceError) -> Node {
        guard let op = Operator.all[name] else { throw .invalid("no operator is named \(Value.string(name).literal)") }
        return try at(fileID, line) { () throws(TraceError) in try apply(op, arguments) }
    }

    func apply(_ op: Operator, _ arguments: [any NodeArgument], syntactic: Bool = false) throws(TraceError) -> Node {
        var operands: [Engine.Operand] = []
        for (i, argument) in arguments.enumerated() { operands.append(try operand(argument, named: op.argument(i))) }
        return wrap(try engine.apply(op, operands, syntactic: syntactic))
    }

    func operand(_ argument: some NodeArgument, named name: String = "value") throws(TraceError) -> Engine.Operand {
        switch try argument.nodeArgument(in: self) {
        case .node(let id): return .node(id)
        case .value(let value): return .value(value)
        case let container: return .node(try engine.node(for: container, named: name))
        }
    }

    // MARK: Blocks

    /// Runs a block in which nothing is traced: the nodes made there are plain ones without parents.
    public func untraced<T>(_ body: () throws -> T) rethrows -> T { try engine.withTracing(false, body) }

    /// Runs a block in which the names of new nodes begin with a prefix and a slash.
    public func scope<T>(_ name: String, _ body: () throws -> T) rethrows -> T { try engine.withScope(name, body) }

    /// Clears the feedback of every node.
    public func zeroFeedback(fileID: StaticString = #fileID, line: Int = #line) { at(fileID, line) { engine.zeroFeedback(.all) } }

    /// Reports how good something is, as a number: the inspector shows how it changes from step to step.
    ///
    /// - Throws: `TraceError.limit`.
    public func score(_ name: String, _ value: Double, fileID: StaticString = #fileID, line: Int = #line) throws(TraceError) {
        try engine.requireRoom(for: .string(name))
        at(fileID, line) { engine.scored(name, value) }
    }

    // MARK: Errors

    /// An error of the engine in words, with its code and the names of the nodes that it speaks of.
    public func report(_ error: TraceError) -> ErrorReport { error.report(in: engine.record) }

    /// Any error in words.
    public func describe(_ error: any Error) -> String {
        switch error {
        case let error as TraceError: report(error).message
        case let error as OperatorFailure: "(\(error.type)) \(error.message)"
        default: String(describing: error)
        }
    }

    /// The exception node that an execution error carries, which can be given feedback; nil for other errors.
    public func exceptionNode(of error: any Error) -> Node? {
        guard case .execution(let id, _, _, _)? = error as? TraceError else { return nil }
        return self[id]
    }

    // MARK: Inside

    /// Replaces the host around the graph, and returns the former one.
    ///
    /// - Parameter newFile: called with each source file from which the program calls the graph, once; nil notes no places.
    package func surround(with other: (any EngineHost)?, newFile: ((String) -> Void)?) -> (any EngineHost)? {
        connectedHost().surround(with: other, newFile: newFile)
    }

    /// Runs a part of a call whose place is in the program's source.
    @inline(__always)
    func at<T, E: Error>(_ fileID: StaticString, _ line: Int, _ body: () throws(E) -> T) throws(E) -> T {
        guard host.notesPlaces else { return try body() }
        let before = host.place
        host.place = (fileID, line)
        defer { host.place = before }
        return try body()
    }

    func wrap(_ id: NodeID) -> Node { Node(graph: self, id: id) }
}
