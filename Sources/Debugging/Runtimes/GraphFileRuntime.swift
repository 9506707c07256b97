import Trace

/// A graph that was read from a file, as a workflow that has no source and has ended before it begins. Everything that shows works on it,
/// and so do backward, zero and steps by hand.
package final class GraphFileRuntime: Runtime {
    package let engine = Engine()
    package var sources: [SourceFile] { [] }
    package weak var pilot: (any Pilot)?
    /// The name of the workflow's file when the graph was written.
    package let name: String
    package let repeating: (any Repeating)?
    package private(set) lazy var actions: any ManualActions = EngineActions(engine)

    /// - Parameter name: the name of the file in errors.
    /// - Throws: when the text holds no graph.
    package convenience init(text: String, name: String, limits: GraphLimits = GraphLimits()) throws(WorkflowFailure) {
        try self.init(Surroundings(name: name, text: text, memoryLimit: limits.bytes, nodeLimit: limits.nodes))
    }

    /// A graph as it was read before.
    package init(_ surroundings: Surroundings) throws(WorkflowFailure) {
        let (text, name) = (surroundings.text, surroundings.name)
        let graph: ExportedGraph
        do {
            graph = try ExportedGraph(reading: text)
        } catch {
            throw WorkflowFailure(kind: .unreadable, message: "\(name):\(error.isLine ? "" : " ")\(error.place): \(error.reason)")
        }
        self.name = graph.source
        repeating = GraphFileCourse(surroundings: surroundings)
        engine.limits = GraphLimits(nodes: surroundings.nodeLimit, bytes: surroundings.memoryLimit)
        do throws(TraceError) {
            try engine.restore(graph)
        } catch {
            throw WorkflowFailure(kind: .limit, message: "\(name): \(error.report(in: engine.record).message)")
        }
        // Restored here, so that the first pilot sees its events as new.
        engine.host = RuntimeHost(self)
    }

    package var kind: SessionKind {
        SessionKind(
            "a graph that was read from a file",
            instead: [
                .stepping: "'back' and 'forward' go through its events",
                .evaluating: "'print NODE' shows a node, and 'set NODE VALUE' changes its data",
            ])
    }
    package var runs: Bool { true }
    package var currentSite: Site? { nil }
    package var currentStack: [StackFrame] { [] }
    /// The graph is there before it begins.
    package func run() throws(WorkflowFailure) {}
    package func abandon() {}
    package var interrupter: @Sendable () -> Void { {} }
    package var stepping: (any Stepping)? { nil }
    package var evaluating: (any Evaluating)? { nil }
}

/// A graph that is read again from the same text.
private final class GraphFileCourse: Repeating {
    let surroundings: Surroundings

    init(surroundings: Surroundings) { self.surroundings = surroundings }

    var maker: RuntimeMaker {
        { (surroundings, _) throws(WorkflowFailure) in try GraphFileRuntime(surroundings) }
    }

    /// Reading a text again gives the same result without being told the earlier one.
    func goLive() {}
}

extension ExportedGraph {
    /// Reads a document of either format that can be read.
    ///
    /// - Throws: `GraphFileError`.
    package init(reading text: String) throws(GraphFileError) {
        let document = try FileField(document: text)
        if let format = document["format"].optional {
            let name = try format.string()
            guard name == Self.formatName else {
                throw format.error("'\(name)' is not a known format: the only one is '\(Self.formatName)'")
            }
            try self.init(json: document)
        } else if document["tgj"].optional != nil || document["nodes"].optional != nil {
            try self.init(tgj: document)
        } else {
            throw document.error(
                "a graph has the key \"format\" (as 'export json' writes it) or \"tgj\" (Trace graph JSON), and this document has neither")
        }
    }
}

extension GraphFileError {
    /// Whether the place is a line and a column, and not a key.
    var isLine: Bool { place.first?.isNumber == true }
}

extension Engine {
    /// Makes a graph that was read. Its origin is not known, so the log begins with the graph as it is.
    fileprivate func restore(_ graph: ExportedGraph) throws(TraceError) {
        for call in graph.calls { restoreCall(call) }
        for bundle in graph.bundles {
            restoreBundle(
                name: bundle.name, documentation: bundle.documentation, isTraceable: bundle.isTraceable,
                allowsExternal: bundle.allowsExternal, catchesErrors: bundle.catchesErrors, code: bundle.code.map(NodeID.init))
        }
        for node in graph.nodes {
            let name = NodeName(node.name)
            var restored = RestoredNode(
                node.kind, base: name.base, index: name.index, value: node.firstValue, description: node.description,
                inputs: node.inputs.map { ($0.argument, NodeID($0.node)) })
            restored.constraint = node.constraint
            restored.report = node.report
            restored.site = node.site
            restored.inside = node.inside
            restored.outputOf = node.outputOf
            restored.original = node.original.map(NodeID.init)
            restored.bundle = node.bundle
            _ = try restoreNode(restored)
        }
        for facts in graph.optimizers {
            // The function of a custom one is not in the file, so the user answers instead.
            var options = OptimizerOptions(name: facts.name, objective: facts.objective, memory: facts.memory)
            (options.truncation, options.model) = (facts.truncation, facts.model)
            _ = try optimizer(facts.kind == .custom ? .manual : facts.kind, facts.parameters.map(NodeID.init), options)
        }
        for read in graph.externalReads { restoreExternalReads(NodeID(read.output), of: read.nodes.map(NodeID.init)) }
        restoreVersions(graph)
        restoreFeedback(graph)
    }

    private func restoreVersions(_ graph: ExportedGraph) {
        for (index, node) in graph.nodes.enumerated() {
            for version in node.versions {
                let writer: ParameterVersion.Writer =
                    switch version.writer {
                    case .optimizer(let place, let step): .optimizer(OptimizerID(place), step: step)
                    case .hand: .hand
                    case .workflow: .workflow
                    }
                restoreVersion(of: NodeID(index), version.value, by: writer)
            }
        }
        for (place, facts) in graph.optimizers.enumerated() where facts.steps > 0 { restoreSteps(of: OptimizerID(place), facts.steps) }
    }

    /// Backward calls get the next numbers: a part of a graph lacks some.
    private func restoreFeedback(_ graph: ExportedGraph) {
        var numbers: [Int: Int] = [:]
        for call in graph.backwards {
            numbers[call.number] = restoreBackward(
                NodeID(call.output), feedback: call.feedback, retains: call.retains, optimizer: call.optimizer.map(OptimizerID.init),
                givesGraphs: call.givesGraphs, site: call.site)
        }
        for (index, node) in graph.nodes.enumerated() {
            if let freed = node.freedBy.flatMap({ numbers[$0] }) { restoreFreed(NodeID(index), by: freed) }
        }
        for (index, node) in graph.nodes.enumerated() {
            for entry in node.feedback {
                guard let number = numbers[entry.backward] else { continue }
                restoreFeedback(
                    on: NodeID(index), from: entry.child.map { .child(NodeID($0)) } ?? .user, backward: number, value: entry.value)
            }
        }
    }
}
