/// A node of a graph: traced data.
///
/// Two nodes are equal if they are one node, whatever their data; `eq(_:)` compares the data. A node keeps its graph alive.
public struct Node: Hashable {
    /// The graph that the node belongs to.
    public let graph: Graph
    /// The engine's number of the node: the number of its creation.
    public let id: NodeID

    init(graph: Graph, id: NodeID) {
        self.graph = graph
        self.id = id
    }

    private var record: GraphRecord { _read { yield graph.engine.record } }

    public static func == (a: Node, b: Node) -> Bool { a.graph === b.graph && a.id == b.id }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    // MARK: What it is

    /// The full name, such as `multiply:3`.
    public var name: String { record.name(id) }
    /// The description of the node: for a message, the operator's name in brackets and its documentation.
    public var description: String { record.description(id) }
    /// The constraint on a parameter's data, in words.
    public var constraint: String? { record.constraint(id) }
    /// Whether it is a plain node, a parameter, a message or an exception.
    public var kind: NodeKind { record.kind(id) }
    /// Whether optimizers may change it.
    public var isTrainable: Bool { record.isTrainable(id) }
    /// 0 for a root, otherwise one more than the highest of its parents.
    public var level: Int { record.level(id) }
    /// The nodes that it was made from, each once.
    public var parents: [Node] { graph[record.parents(id)] }
    /// The nodes that were made from it, each once, in the order of their creation.
    public var children: [Node] { graph[record.children(id)] }
    /// The nodes from which it was made, by the names of the arguments. A node occurs once for each of its roles.
    public var inputs: [(name: String, node: Node)] { record.inputs(id).map { ($0.name, graph.wrap($0.node)) } }
    /// The full form of an exception node, if it has one.
    public var report: String? { record.report(id) }

    // MARK: Data

    /// The data. Inside the function of a bundle, reading a node that is not one of its arguments is a missing input.
    public var data: Value { graph.engine.readData(id) }

    /// The data as a Swift type.
    ///
    /// - Throws: `TraceError.invalid` when the data is of another type.
    public func data<T: ValueConvertible>(as type: T.Type) throws(TraceError) -> T {
        let data = data
        if let value = T(traceValue: data) { return value }
        throw .invalid("\(name) is \(Words.withArticle(data.typeName)), not \(Words.withArticle("\(type)")): its data is \(data.short(60))")
    }

    /// The data as a truth value; nil if it is none.
    public var bool: Bool? { Bool(traceValue: data) }
    /// The data as an integer; nil if it is none.
    public var int: Int? { Int(traceValue: data) }
    /// The data as a floating-point number, also if it is an integer; nil if it is not a number.
    public var double: Double? { Double(traceValue: data) }
    /// The data as text; nil if it is none.
    public var string: String? { String(traceValue: data) }
    /// The items of a list; nil if it is none.
    public var list: [Value]? { [Value](traceValue: data) }

    /// The Swift object that is the data; nil if the data is none of the type.
    public func object<T: AnyObject>(as type: T.Type) -> T? {
        guard case .object(let object) = data, graph.objects.indices.contains(object.handle) else { return nil }
        return graph.objects[object.handle] as? T
    }

    /// Writes the data, untraced; the value that it replaces stays in the history.
    ///
    /// - Throws: `TraceError.limit` when the graph is full.
    public func set(
        _ value: some ValueConvertible, fileID: StaticString = #fileID, line: Int = #line
    ) throws(TraceError) {
        let value = value.traceValue
        try graph.engine.requireRoom(for: value)
        graph.at(fileID, line) { graph.engine.set(id, to: value, by: .workflow) }
    }

    /// All values that the node has had, the first one first.
    public var history: [Value] {
        [record.firstValue(id)] + graph.engine.state.history(id, in: record).map(\.value)
    }

    // MARK: Feedback

    /// Propagates feedback back to everything that the node depends on.
    ///
    /// - Parameter retain: whether the nodes on the way can be used by a further backward.
    /// - Parameter propagator: the way in which the feedback is passed on; nil is by trace graphs.
    /// - Returns: the number of the call, from 1.
    /// - Throws: `TraceError.freed` when it would meet nodes that an earlier call freed; `TraceError.propagator`; `TraceError.limit`. Then
    ///   nothing has changed.
    @discardableResult
    public func backward(
        _ feedback: some ValueConvertible, retain: Bool = false, propagator: (any Propagator)? = nil, fileID: StaticString = #fileID,
        line: Int = #line
    ) throws(TraceError) -> Int {
        try graph.at(fileID, line) { () throws(TraceError) in
            try graph.engine.backward(id, feedback: feedback.traceValue, retain: retain, propagator: propagator)
        }
    }

    /// Clears the feedback of the node.
    public func zeroFeedback(fileID: StaticString = #fileID, line: Int = #line) {
        graph.at(fileID, line) { graph.engine.zeroFeedback(.node(id)) }
    }

    /// The feedback that the node holds: a list for each child that gave some, in the order in which they first did.
    public var feedback: [NodeFeedback] {
        graph.engine.state.entries(id, in: record).map { source, entries in
            let child: Node? = if case .child(let node) = source { graph.wrap(node) } else { nil }
            return NodeFeedback(child: child, entries: entries.map { NodeFeedback.Entry(graph, $0) })
        }
    }

    // MARK: Copies

    /// A traced copy: a child.
    ///
    /// - Throws: `TraceError.limit` when the graph is full.
    public func clone(fileID: StaticString = #fileID, line: Int = #line) throws(TraceError) -> Node {
        try graph.at(fileID, line) { () throws(TraceError) in try graph.apply(.named("clone"), [self]) }
    }

    /// An untraced copy: a new root with the same base name, which is a parameter if this one is.
    ///
    /// - Throws: `TraceError.limit` when the graph is full.
    public func detach(fileID: StaticString = #fileID, line: Int = #line) throws(TraceError) -> Node {
        try graph.at(fileID, line) { () throws(TraceError) in graph.wrap(try graph.engine.detach(id)) }
    }
}

/// Printing a node gives its name and, on one line, the beginning of its data.
extension Node: CustomDebugStringConvertible {
    public var debugDescription: String { "\(name) = \(graph.engine.value(id).short(200))" }
}

extension Node: NodeArgument {
    public func nodeArgument(in graph: Graph) throws(TraceError) -> BundleArgument {
        guard graph === self.graph else { throw .invalid("\(name) belongs to another graph") }
        return .node(id)
    }
}

extension Node: BundleInput {
    public static func input(_ node: Node?) throws -> Node {
        guard let node else { throw leftOut() }
        return node
    }
}

/// The feedback of one child, or of the user, on a node.
public struct NodeFeedback {
    /// The child that passed it on; nil is the user.
    public var child: Node?
    /// One for each backward call that came through the child, in order.
    public var entries: [Entry]

    /// The feedback of one backward call.
    public struct Entry {
        /// The number of the backward call.
        public var backward: Int
        /// The name of the optimizer that made the call; nil if none did.
        public var optimizer: String?
        /// The node that the call began at.
        public var output: Node
        /// The user's feedback, or the value that a propagator made of it.
        public var value: Value
        private let entry: FeedbackEntry

        init(_ graph: Graph, _ entry: FeedbackEntry) {
            let record = graph.engine.record
            let call = record.backwards[entry.backward - 1]
            backward = entry.backward
            optimizer = call.optimizer.map { record.optimizers[$0.index].name }
            output = graph.wrap(call.output)
            value = record.feedback(of: entry)
            self.entry = entry
        }

        /// The value as text.
        public var text: String { value.text }

        /// The trace graph: the nodes on the way from the output, with all their parents. Made when it is asked for, in time linear in
        /// its size. Empty if a propagator passed on values.
        public var graph: [Node] {
            output.graph.engine.record.isGraph(entry) ? output.graph[output.graph.engine.record.graph(of: entry).nodes] : []
        }
    }
}
