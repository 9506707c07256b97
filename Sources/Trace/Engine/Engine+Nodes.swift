/// The options of a new node, beside its value.
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
        let plain = options.isTrainable ? Self.plainDescriptions[0] : Self.plainDescriptions[1]
        let detail = options.constraint.map { NodeDetail(constraint: $0) }
        return try operation { () throws(TraceError) in
            let id = try make(
                kind, base: base, value: value, description: Self.description(options.description, or: plain), inputs: [], detail: detail)
            if kind == .node, let source = recentReads.last(where: { self.value($0) == value }) {
                store.record.extras.detachedFrom[id] = source
            }
            return id
        }
    }

    /// The data of a node, for a workflow that reads `.data`: values that it computes from it are not connected to the node.
    public func readData(_ id: NodeID) -> Value {
        if record.isTrainable(id) {
            if recentReads.count >= 16 { recentReads.removeFirst() }
            recentReads.append(id)
        }
        return read(id)
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
        try make(
            kind, base: store.record.names.number(of: store.scopes.last.map { $0 + "/" + base } ?? base), value: value,
            description: store.record.names.number(of: description),
            inputs: inputs.map { (store.record.names.number(of: $0.name), $0.node) }, detail: detail)
    }

    func make(_ kind: NodeKind, base: Int32, value: Value, description: Int32, inputs: [(name: Int32, node: NodeID)], detail: NodeDetail?)
        throws(TraceError)
        -> NodeID
    {
        let id = try store.append(
            kind, base: base, value: value, description: description, inputs: inputs, detail: detail, site: currentSite())
        if kind == .parameter || kind == .exception || detail?.report != nil { noteStack() }
        return id
    }

    func checked(name: String) throws(TraceError) -> String {
        guard !name.isEmpty, !name.contains(where: { $0 == ":" || $0.isNewline || $0 == "\u{0}" }) else {
            throw .invalid("a node cannot be named \(Value.string(name).literal): a name is not empty and has no colon and no line break")
        }
        return name
    }

    /// The default descriptions of a parameter and of any other root.
    static let plainDescriptions = ["[ParameterNode] A parameter.", "[Node] A value."]

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

    /// The data of a node, for reading only.
    public func value(_ id: NodeID) -> Value { state.value(id, in: record) }

    /// Writes a node's data, untraced. Writing its current value changes nothing.
    public func set(_ id: NodeID, to value: Value, by writer: ParameterVersion.Writer) {
        if value == self.value(id) { return }
        operation { emit(.set(write(value, to: id, by: writer))) }
    }

    func write(_ value: Value, to id: NodeID, by writer: ParameterVersion.Writer) -> Int32 {
        let index = Int32(record.versions.count)
        store.bytes += value.footprint ?? 0
        store.record.versions.append(
            ParameterVersion(
                node: id, value: value, writer: writer, event: record.log.count, previous: state.version(id),
                number: state.versionCount(id, in: record) + 1))
        return index
    }

    /// An untraced copy: a new root with the same base name.
    public func detach(_ id: NodeID) throws(TraceError) -> NodeID {
        try copying {
            () throws(TraceError) in
            try node(
                value(id),
                NodeOptions(
                    name: record.baseName(id), description: record.description(id), constraint: record.constraint(id),
                    isTrainable: record.isTrainable(id)))
        }
    }

    /// Makes a node whose data is another's, and takes no room.
    func copying(_ body: () throws(TraceError) -> NodeID) throws(TraceError) -> NodeID {
        let before = store.bytes
        defer { store.bytes = before }
        return try body()
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
        store.scopes.append(name)
        defer { store.scopes.removeLast() }
        return try body()
    }
}
