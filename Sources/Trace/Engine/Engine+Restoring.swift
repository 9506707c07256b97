/// A call of a traceable bundle by the numbers of its nodes, for a graph that is read from a file.
package struct RestoredCall: Sendable, Equatable {
    package var bundle: Int
    package var start: Int
    package var end: Int
    package var result: Int?
    package var output: Int?
    package var enclosing: Int?
    package var copies: [Int]
    package var candidates: [Int]
    package var nested: [Int]

    package init(
        bundle: Int, start: Int, end: Int, result: Int? = nil, output: Int? = nil, enclosing: Int? = nil, copies: [Int] = [],
        candidates: [Int] = [], nested: [Int] = []
    ) {
        self.bundle = bundle
        self.start = start
        self.end = end
        self.result = result
        self.output = output
        self.enclosing = enclosing
        self.copies = copies
        self.candidates = candidates
        self.nested = nested
    }
}

extension CallFacts {
    /// The call as it was when there was a given number of nodes.
    package func restored(before count: Int) -> RestoredCall {
        func there(_ id: NodeID?) -> Int? { id.flatMap { $0.index < count ? $0.index : nil } }
        func all(_ ids: [NodeID]) -> [Int] { ids.compactMap { there($0) } }
        return RestoredCall(
            bundle: bundle.index, start: start.index, end: min(end.index, count), result: there(result), output: there(output),
            enclosing: enclosing, copies: all(copies), candidates: all(candidates), nested: all(nested))
    }
}

/// A node that is read from a file.
package struct RestoredNode: Sendable {
    package var kind: NodeKind
    package var base: String
    /// The number behind the colon; nil takes the next one.
    package var index: Int?
    package var value: Value
    package var description: String
    package var inputs: [(name: String, node: NodeID)]
    package var constraint: String?
    package var report: String?
    package var site: Site?
    package var inside: Int?
    package var outputOf: Int?
    package var original: NodeID?
    /// The type of its data elsewhere, where ours is another.
    package var type: String?
    package var bundle: Int?

    package init(
        _ kind: NodeKind, base: String, index: Int?, value: Value, description: String, inputs: [(name: String, node: NodeID)]
    ) {
        self.kind = kind
        self.base = base
        self.index = index
        self.value = value
        self.description = description
        self.inputs = inputs
    }
}

/// Restores a graph that was made elsewhere: each part is an event like any other, so that time, undo and the screen work on it.
extension Engine {
    @discardableResult
    package func restoreBundle(
        name: String, documentation: String, isTraceable: Bool, allowsExternal: Bool, catchesErrors: Bool, code: NodeID?
    ) -> BundleID {
        store.record.append(
            BundleFacts(
                name: name, documentation: documentation, isTraceable: isTraceable, allowsExternal: allowsExternal,
                catchesErrors: catchesErrors, code: code))
    }

    /// Notes what the call of an external bundle read. To be called after the nodes are restored.
    package func restoreExternalReads(_ output: NodeID, of nodes: [NodeID]) {
        store.record.append(ExternalReads(output: output, nodes: nodes))
    }

    /// To be called before the nodes are restored.
    package func restoreCall(_ call: RestoredCall) {
        func all(_ places: [Int]) -> [NodeID] { places.map(NodeID.init) }
        store.record.bundles.calls.append(
            CallFacts(
                bundle: BundleID(call.bundle), start: NodeID(call.start), end: NodeID(call.end), result: call.result.map(NodeID.init),
                output: call.output.map(NodeID.init), enclosing: call.enclosing, copies: all(call.copies),
                candidates: all(call.candidates), nested: all(call.nested)))
    }

    /// - Throws: `TraceError.limit` when the graph is full, `TraceError.invalid` for a name that cannot be one.
    package func restoreNode(_ node: RestoredNode) throws(TraceError) -> NodeID {
        let base = try checked(name: node.base)
        var detail = NodeDetail(constraint: node.constraint, report: node.report, original: node.original)
        detail.bundle = node.bundle.map(BundleID.init)
        detail.inner = node.outputOf.map(Int32.init)
        detail.type = node.type
        let isPlain =
            detail.constraint == nil && detail.report == nil && detail.original == nil && detail.bundle == nil && detail.inner == nil
            && detail.type == nil
        return try operation { () throws(TraceError) in
            let inputs = node.inputs.map { (name: store.record.names.number(of: $0.name), node: $0.node) }
            return try store.append(
                node.kind, base: store.record.names.number(of: base), value: node.value,
                description: store.record.names.number(of: node.description), inputs: inputs, detail: isPlain ? nil : detail,
                site: node.site, index: node.index.map(Int32.init), call: Int32(node.inside ?? -1))
        }
    }

    package func restoreVersion(of node: NodeID, _ value: Value, by writer: ParameterVersion.Writer) {
        operation {
            let version = write(value, to: node, by: writer)
            if case .optimizer = writer { emit(.update(version)) } else { emit(.set(version)) }
        }
    }

    package func restoreSteps(of optimizer: OptimizerID, _ count: Int) {
        operation { emit(.step(optimizer, Int32(clamping: count))) }
    }

    /// Restores an earlier backward call, which visited the nodes that it would visit now. Its feedback is restored separately.
    ///
    /// - Returns: the call's number.
    package func restoreBackward(
        _ output: NodeID, feedback: Value, retains: Bool, optimizer: OptimizerID?, givesGraphs: Bool, site: Site?
    ) -> Int {
        operation {
            let visited = record.visits(from: output).nodes
            let number = state.backwardCount + 1
            store.record.backwards.append(
                BackwardFacts(
                    number: number, output: output, optimizer: optimizer, feedback: feedback, retains: retains, event: record.log.count,
                    site: site, visited: visited, members: BackwardFacts.members(visited),
                    hidden: record.hiddenDependencies(among: visited),
                    givesGraphs: givesGraphs))
            emit(.backward(number), site: store.number(of: site))
            return number
        }
    }

    package func restoreFreed(_ node: NodeID, by backward: Int) { operation { emit(.visit(node, backward: Int32(backward))) } }

    package func restoreFeedback(on node: NodeID, from source: FeedbackSource, backward: Int, value: Value?) {
        operation { store.give(node, source, backward: backward, value: value, site: siteNumber()) }
    }
}
