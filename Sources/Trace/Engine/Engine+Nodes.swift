/// What a node is made with, beside its value.
public struct NodeOptions: Sendable {
    public var name: String?
    public var description: String?
    public var constraint: String?
    public var isTrainable: Bool

    public init(name: String? = nil, description: String? = nil, constraint: String? = nil, isTrainable: Bool = false) {
        self.name = name
        self.description = description
        self.constraint = constraint
        self.isTrainable = isTrainable
    }
}

extension Engine {
    /// Makes a root.
    ///
    /// - Throws: `TraceError.invalid` for a name that cannot be one, `TraceError.limit` when the graph is full.
    @discardableResult
    public func node(_ value: Value, _ options: NodeOptions = NodeOptions()) throws(TraceError) -> NodeID {
        let base = try checked(name: options.name ?? value.typeName)
        let kind: NodeKind = options.isTrainable ? .parameter : .node
        let plain = options.isTrainable ? "[ParameterNode] A parameter." : "[Node] A value."
        let detail = options.constraint.map { NodeDetail(constraint: $0) }
        return try operation { () throws(TraceError) in
            try make(
                kind, base: base, value: value, description: Self.description(options.description, or: plain), inputs: [], detail: detail)
        }
    }

    /// Makes the output of an operator or a bundle. While tracing is off it is a plain node without parents.
    func message(
        _ kind: NodeKind, base: String, value: Value, description: String, inputs: [(name: String, node: NodeID)], detail: NodeDetail? = nil
    ) throws(TraceError) -> NodeID {
        guard isTracing else { return try make(.node, base: base, value: value, description: description, inputs: [], detail: detail) }
        return try make(kind, base: base, value: value, description: description, inputs: inputs, detail: detail)
    }

    private func make(
        _ kind: NodeKind, base: String, value: Value, description: String, inputs: [(name: String, node: NodeID)], detail: NodeDetail?
    ) throws(TraceError) -> NodeID {
        guard record.nodes.count < nodeLimit else {
            throw .limit("the graph has \(nodeLimit) nodes, which is the limit: does the workflow make nodes without end?")
        }
        let id = NodeID(record.nodes.count)
        let scoped = scopes.last.map { $0 + "/" + base } ?? base
        let baseNumber = record.names.number(of: scoped)
        let index = record.nodesByBase[baseNumber, default: []].count
        record.nodesByBase[baseNumber, default: []].append(id)
        let firstInput = record.inputs.count
        var level: Int32 = 0
        for (name, node) in inputs {
            record.inputs.append(InputRow(name: record.names.number(of: name), node: node))
            level = max(level, record.nodes[node.index].level + 1)
        }
        var detailNumber: Int32 = -1
        if let detail {
            detailNumber = Int32(record.details.count)
            record.details.append(detail)
        }
        let site = record.number(of: currentSite())
        record.nodes.append(
            NodeRow(
                value: value, base: baseNumber, index: Int32(index), level: level, firstInput: Int32(firstInput),
                inputCount: Int32(inputs.count), description: record.names.number(of: description), detail: detailNumber,
                event: Int32(record.log.count), site: site, call: Int32(openCalls.last ?? -1), kind: kind))
        connect(id)
        emit(.node(id), site: site)
        return id
    }

    private func connect(_ child: NodeID) {
        guard record.nodes[child.index].inputCount > 0 else { return }
        var parents: [NodeID] = []
        record.forEachParent(child) { parents.append($0) }
        for parent in parents {
            let edge = Int32(record.edges.count)
            record.edges.append(EdgeRow(child: child, next: -1))
            let last = record.nodes[parent.index].lastChild
            if last < 0 { record.nodes[parent.index].firstChild = edge } else { record.edges[Int(last)].next = edge }
            record.nodes[parent.index].lastChild = edge
        }
    }

    func checked(name: String) throws(TraceError) -> String {
        guard !name.isEmpty, !name.contains(where: { $0 == ":" || $0.isNewline || $0 == "\u{0}" }) else {
            throw .invalid("a node cannot be named \(Value.string(name).literal): a name is not empty and has no colon and no line break")
        }
        return name
    }

    /// A description begins with an operator's name in brackets.
    static func description(_ given: String?, or plain: String) -> String {
        guard let given, !given.isEmpty else { return plain }
        if given.first == "[", given.contains("]") { return given }
        return plain.prefix { $0 != "]" } + "] " + given
    }

    /// The data of a node, noted as read by the bundle that is running.
    public func read(_ id: NodeID) -> Value {
        if isTracing, !reads.isEmpty { reads[reads.count - 1].insert(id) }
        return state.value(id, in: record)
    }

    /// The data of a node, for whoever only looks.
    public func value(_ id: NodeID) -> Value { state.value(id, in: record) }

    /// Writes a node's data, untraced.
    public func set(_ id: NodeID, to value: Value, by writer: ParameterVersion.Writer) {
        operation { emit(.set(write(value, to: id, by: writer))) }
    }

    func write(_ value: Value, to id: NodeID, by writer: ParameterVersion.Writer) -> Int32 {
        let index = Int32(record.versions.count)
        record.versions.append(
            ParameterVersion(
                node: id, value: value, writer: writer, event: record.log.count, previous: state.versions[id] ?? -1,
                number: state.versionCount(id, in: record) + 1))
        return index
    }

    /// An untraced copy: a new root with the same base name.
    public func detach(_ id: NodeID) throws(TraceError) -> NodeID {
        try node(
            value(id),
            NodeOptions(
                name: record.baseName(id), description: record.description(id), constraint: record.constraint(id),
                isTrainable: record.isTrainable(id)))
    }

    /// Switches tracing off, or on again, for a block.
    public func withTracing<T>(_ on: Bool, _ body: () throws -> T) rethrows -> T {
        let before = isTracing
        isTracing = on
        defer { isTracing = before }
        return try body()
    }

    /// Puts a prefix before the names of the nodes that a block makes.
    public func withScope<T>(_ name: String, _ body: () throws -> T) rethrows -> T {
        scopes.append(name)
        defer { scopes.removeLast() }
        return try body()
    }
}
