import Trace

extension ExportedGraph {
    /// The graph at the event that a session shows.
    package init(of session: Session) {
        self.init(record: session.engine.record, state: session.state, source: session.runtime.name)
        events = session.engine.state.events
    }

    /// The minimal subgraph of an optimizer, with the feedback that the optimizer sees.
    ///
    /// - Throws: `TraceError.conflict`; `TraceError.noFeedback`, when there is no subgraph.
    package init(of session: Session, optimizer: OptimizerID) throws(TraceError) {
        let (record, state) = (session.engine.record, session.state)
        let subgraph: Subgraph
        do {
            subgraph = try state.subgraph(optimizer, in: record)
        } catch {
            throw .conflict(error)
        }
        guard !subgraph.nodes.isEmpty else { throw .noFeedback(optimizer) }
        self.init(
            record: record, state: state, source: session.runtime.name, only: subgraph.nodes, optimizer)
        events = session.engine.state.events
        var places: [NodeID: Int] = [:]
        for (place, id) in subgraph.nodes.enumerated() { places[id] = place }
        func all(_ ids: [NodeID]) -> [Int] { ids.compactMap { places[$0] } }
        roles = Roles(
            optimizer: 0, feedback: subgraph.feedback, variables: all(subgraph.variables), inputs: all(subgraph.inputs),
            others: all(subgraph.others), outputs: all(subgraph.outputs), unreached: subgraph.unreached.map { record.name($0) })
    }

    /// - Parameters:
    ///   - only: the nodes, if not all that there are; each behind its inputs.
    ///   - optimizer: the only one, if not all.
    private init(record: GraphRecord, state: GraphState, source: String, only: [NodeID]? = nil, _ optimizer: OptimizerID? = nil) {
        self.init(source: source)
        event = state.events
        let ids = only ?? (0..<state.nodeCount).map(NodeID.init)
        var places: [NodeID: Int] = [:]
        if only != nil { for (place, id) in ids.enumerated() { places[id] = place } }
        func place(_ id: NodeID) -> Int? { only == nil ? (id.index < state.nodeCount ? id.index : nil) : places[id] }
        let known = optimizer.map { [$0] } ?? (0..<state.optimizerCount).map(OptimizerID.init)
        func place(_ id: OptimizerID) -> Int? { optimizer == nil ? id.index : id == optimizer ? 0 : nil }

        nodes = ids.map { id in
            var node = ExportedNode(
                name: record.name(id), kind: record.kind(id), firstValue: record.firstValue(id), description: record.description(id),
                constraint: record.constraint(id), level: record.level(id), report: record.report(id), site: record.site(id))
            node.inputs = record.inputs(id).compactMap { input in
                place(input.node).map { ExportedNode.InputEdge(argument: input.name, node: $0) }
            }
            node.freedBy = state.freedBy(id)
            node.versions = state.history(id, in: record).map { version in
                switch version.writer {
                case .optimizer(let id, let step):
                    ExportedNode.Version(value: version.value, writer: place(id).map { .optimizer($0, step: step) } ?? .workflow)
                case .hand: ExportedNode.Version(value: version.value, writer: .hand)
                case .workflow: ExportedNode.Version(value: version.value, writer: .workflow)
                }
            }
            if optimizer.map({ record.optimizers[$0.index].attends(to: id) }) ?? true {
                node.feedback = (state.feedback[id]?.entries ?? []).map { index in
                    let entry = record.entries[Int(index)]
                    let child: Int? = if case .child(let child) = entry.source { place(child) } else { nil }
                    return ExportedNode.Entry(child: child, backward: entry.backward, value: entry.value)
                }
            }
            return node
        }
        optimizers = known.map { id in
            let facts = record.optimizers[id.index], objective = state.objective(of: id, in: record)
            return ExportedOptimizer(
                name: facts.name, kind: facts.kind, parameters: facts.parameters.compactMap { place($0) },
                objective: objective == facts.kind.plainObjective ? facts.options.objective : objective, memory: facts.options.memory,
                truncation: facts.options.truncation,
                model: facts.options.model, steps: state.steps[id.index])
        }
        let used = only == nil ? nil : Set(nodes.flatMap(\.feedback).map(\.backward) + nodes.compactMap(\.freedBy))
        backwards = record.backwards.prefix(state.backwardCount).compactMap { call in
            guard used?.contains(call.number) ?? true, let output = place(call.output) else { return nil }
            return Backward(
                number: call.number, output: output, optimizer: call.optimizer.flatMap { place($0) }, feedback: call.feedback,
                retains: call.retains, givesGraphs: call.givesGraphs, site: call.site)
        }
        // A node that a backward from outside of the subgraph freed is not freed in it.
        let numbers = Set(backwards.map(\.number))
        for index in nodes.indices where nodes[index].freedBy.map({ !numbers.contains($0) }) ?? false { nodes[index].freedBy = nil }
        guard only == nil else { return }
        addBundles(record, state)
    }

    /// The bundles and the calls of the traceable ones, for the whole graph, in which a node's place is its number.
    private mutating func addBundles(_ record: GraphRecord, _ state: GraphState) {
        let count = state.nodeCount
        func there(_ id: NodeID?) -> Int? { id.flatMap { $0.index < count ? $0.index : nil } }
        bundles = record.bundles.all.map {
            Bundle(
                name: $0.name, documentation: $0.documentation, isTraceable: $0.isTraceable, allowsExternal: $0.allowsExternal,
                catchesErrors: $0.catchesErrors, code: there($0.code))
        }
        calls = record.bundles.calls.prefix { $0.start.index < count }.map { $0.restored(before: count) }
        externalReads = record.bundles.externalReads.filter { $0.output.index < count }.map {
            ExternalRead(output: $0.output.index, nodes: $0.nodes.map(\.index))
        }
        for index in nodes.indices {
            let id = NodeID(index)
            nodes[index].inside = record.enclosingCall(id)
            nodes[index].outputOf = record.innerCall(id)
            nodes[index].original = record.original(id)?.index
            nodes[index].bundle = record.bundleNumber(id)
        }
    }
}
