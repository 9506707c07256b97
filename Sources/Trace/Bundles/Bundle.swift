import OrderedCollections

/// An argument of a bundle: a node, a value, or a container in which some items are nodes.
public indirect enum BundleArgument: Sendable {
    case node(NodeID)
    case value(Value)
    case list([BundleArgument])
    case dict(OrderedDictionary<Value.Key, BundleArgument>)
}

/// The result of a bundle's function.
public enum BundleResult: Sendable {
    case value(Value)
    case node(NodeID)
    /// A list of several results, where a function has one, and how many they were.
    indirect case list(BundleResult, of: Int)

    /// The node that was given, if it was one.
    fileprivate var node: NodeID? {
        switch self {
        case .value: nil
        case .node(let id): id
        case .list(let result, _): result.node
        }
    }
}

/// The arguments of a bundle's function, as nodes. An opaque function reads their data; a traceable one works on detached copies of them.
public struct BundleCall {
    public var arguments: [(name: String, node: NodeID)]
}

extension Engine {
    /// Makes a bundle.
    ///
    /// - Parameter code: the source of its function, if the function is trainable; `constraint` says what must stay of it.
    public func bundle(
        _ name: String, documentation: String = "", traceable: Bool = false, external: Bool = false, catches: Bool = true,
        code: String? = nil, constraint: String? = nil
    ) throws(TraceError) -> BundleID {
        let name = try checked(name: name)
        return try operation { () throws(TraceError) in
            try requireRoom()
            store.bytes += name.utf8.count + documentation.utf8.count + 256
            let id = BundleID(record.bundles.all.count)
            store.record.bundles.all.append(
                BundleFacts(
                    name: name, documentation: documentation, isTraceable: traceable, allowsExternal: external, catchesErrors: catches,
                    code: nil))
            guard let code else { return id }
            let parameter = try node(
                .string(code),
                NodeOptions(
                    name: "__code", description: "[ParameterNode] The code of \(name).", constraint: constraint, isTrainable: true))
            store.record.nodes[parameter.index].detail = Int32(record.extras.details.count)
            store.record.extras.details.append(NodeDetail(constraint: constraint, bundle: id))
            store.record.bundles.all[id.index].code = parameter
            return id
        }
    }

    /// Calls a bundle.
    ///
    /// - Parameter body: runs the function. What it throws becomes an exception node, if it is an `OperatorFailure`; other errors pass.
    /// - Throws: `TraceError.execution` with the exception node; `TraceError.missingInput`.
    public func call(_ id: BundleID, _ arguments: [(name: String, argument: BundleArgument)], body: (BundleCall) throws -> BundleResult)
        throws
        -> NodeID
    {
        let bundle = record.bundles.all[id.index]
        return try operation {
            var inputs: [(name: String, node: NodeID)] = []
            for (name, argument) in arguments { inputs.append((name, try self.node(for: argument, named: name))) }
            let shown = inputs
            if let code = bundle.code { inputs.append(("__code", code)) }
            let started = NodeID(record.nodes.count)
            let call = bundle.isTraceable && isTracing ? try open(id, shown) : nil
            reads.append([])
            let result = Result { try callingOut { try body(BundleCall(arguments: call.map { zipCopies(shown, $0) } ?? shown)) } }
            let read = reads.removeLast()
            if let call { close(call, result) }
            return try finish(id, bundle, inputs, result, read: read.filter { $0 < started }, call: call, started: started)
        }
    }

    private func zipCopies(_ shown: [(name: String, node: NodeID)], _ call: Int) -> [(name: String, node: NodeID)] {
        zip(shown, record.bundles.calls[call].copies).map { ($0.name, $1) }
    }

    /// The node for an argument; containers of nodes become nodes that have them as parents.
    public func node(for argument: BundleArgument, named name: String = "value") throws(TraceError) -> NodeID {
        switch argument {
        case .node(let id): return id
        case .value(let value): return try node(value, NodeOptions(name: Self.nameable(name)))
        case .list(let items):
            var operands: [Operand] = []
            for (i, item) in items.enumerated() { operands.append(try operand(for: item, named: "args_\(i)")) }
            return try makeList(operands)
        case .dict(let items):
            var operands: OrderedDictionary<Value.Key, Operand> = [:]
            for (key, item) in items { operands[key] = try operand(for: item, named: key.value.text) }
            return try makeDict(operands)
        }
    }

    private func operand(for argument: BundleArgument, named name: String) throws(TraceError) -> Operand {
        if case .value(let value) = argument { return .value(value) }
        return .node(try node(for: argument, named: name))
    }

    private func open(_ id: BundleID, _ inputs: [(name: String, node: NodeID)]) throws(TraceError) -> Int {
        let number = record.bundles.calls.count
        let start = NodeID(record.nodes.count)
        store.record.bundles.calls.append(
            CallFacts(
                bundle: id, start: start, end: start, result: nil, output: nil, enclosing: store.openCalls.last, copies: [],
                candidates: [],
                nested: []))
        store.openCalls.append(number)
        for (_, original) in inputs {
            let copy = try copying { () throws(TraceError) in
                try node(
                    value(original),
                    NodeOptions(
                        name: record.baseName(original), description: record.description(original),
                        constraint: record.constraint(original)))
            }
            store.record.nodes[copy.index].detail = Int32(record.extras.details.count)
            store.record.extras.details.append(NodeDetail(constraint: record.constraint(original), original: original))
            store.record.bundles.calls[number].copies.append(copy)
        }
        return number
    }

    private func close(_ number: Int, _ result: Result<BundleResult, any Error>) {
        store.openCalls.removeLast()
        store.record.bundles.calls[number].end = NodeID(record.nodes.count)
        guard case .success(let given) = result, let inner = given.node else { return }
        store.record.bundles.calls[number].result = inner
        let walk = record.visits(from: inner).nodes
        var candidates = Set<NodeID>()
        if record.isTrainable(inner) { candidates.insert(inner) }
        for node in walk {
            record.forEachParent(node) { if record.isTrainable($0) { candidates.insert($0) } }
        }
        store.record.bundles.calls[number].candidates = candidates.sorted()
        store.record.bundles.calls[number].nested = Set(record.hiddenDependencies(among: walk).values.flatMap { $0 }).sorted()
    }

    private func finish(
        _ id: BundleID, _ bundle: BundleFacts, _ inputs: [(name: String, node: NodeID)], _ result: Result<BundleResult, any Error>,
        read: Set<NodeID>, call: Int?, started: NodeID
    ) throws -> NodeID {
        let name = bundle.isTrainable ? "eval" : bundle.name
        switch result {
        case .failure(let error):
            guard let failure = error as? OperatorFailure, bundle.catchesErrors else { throw error }
            let error = try exception(in: name, failure, inputs: inputs, bundle: id)
            let missing = read.subtracting(inputs.map(\.node))
            if bundle.allowsExternal, !missing.isEmpty, case .execution(let node, _, _, _) = error {
                store.record.append(ExternalReads(output: node, nodes: missing.sorted()))
            }
            throw error
        case .success(let result):
            let known = Set(inputs.map(\.node))
            let missing = read.subtracting(known)
            if !missing.isEmpty, !bundle.allowsExternal { throw failed(.missingInput(bundle: bundle.name, nodes: missing.sorted())) }
            let value = self.value(of: result)
            let documentation = bundle.documentation.isEmpty ? "Calls \(bundle.name)." : bundle.documentation
            var detail = NodeDetail(bundle: id)
            if case .list(_, let count) = result { detail.report = "\(bundle.name) returned \(count) values, which became a list" }
            if let call, record.bundles.calls[call].result != nil { detail.inner = Int32(call) }
            let inside = (start: started, end: NodeID(record.nodes.count))
            let output = try message(
                .message, base: name, value: value, description: "[\(name)] \(documentation)", inputs: inputs, detail: detail)
            if call == nil, inside.start < inside.end {
                store.record.append(OpaqueCallFacts(bundle: id, start: inside.start, end: inside.end, output: output))
            }
            if let call { store.record.bundles.calls[call].output = output }
            if !missing.isEmpty { store.record.append(ExternalReads(output: output, nodes: missing.sorted())) }
            return output
        }
    }

    private func value(of result: BundleResult) -> Value {
        switch result {
        case .value(let value): value
        case .node(let node): value(node)
        case .list(let result, _): value(of: result)
        }
    }

    /// Makes the exception node for trainable code that does not compile, whose only input is the code.
    public func codeFailure(_ id: BundleID, _ failure: OperatorFailure) throws(TraceError) -> TraceError {
        let bundle = record.bundles.all[id.index]
        guard let code = bundle.code else { return .invalid("\(bundle.name) has no code parameter") }
        return try operation { () throws(TraceError) in
            let base = "exception_" + record.name(code).filter { $0 != ":" }
            return try exception(in: bundle.name, failure, inputs: [("code", code)], bundle: id, base: base)
        }
    }
}
