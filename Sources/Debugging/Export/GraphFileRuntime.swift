import Trace

/// A graph that was read from a file, as a workflow that has no source and has ended before it begins. Everything that shows works on it,
/// and so do backward, zero and steps by hand.
package final class GraphFileRuntime: Runtime {
    package let engine = Engine()
    package var sources: [SourceFile] { [] }
    package weak var pilot: (any Pilot)?
    package var asksAtLines = false
    /// What the workflow's file was called when the graph was written.
    let source: String

    /// Whether a file is read as a graph, by its name.
    package static func reads(_ path: String) -> Bool { path.hasSuffix(".json") || path.hasSuffix(".tgj") }

    /// - Throws: when the file cannot be read, or holds no graph.
    package convenience init(path: String, limits: GraphLimits = GraphLimits()) throws(WorkflowFailure) {
        let text: String
        do throws(FileProblem) {
            text = try readText(path)
        } catch {
            throw WorkflowFailure(kind: .unreadable, message: "\(path): \(error.reason)")
        }
        try self.init(text: text, name: path, limits: limits)
    }

    /// - Parameter name: what the file is called in errors.
    package init(text: String, name: String, limits: GraphLimits = GraphLimits()) throws(WorkflowFailure) {
        let graph: ExportedGraph
        do {
            graph = try ExportedGraph(reading: text)
        } catch {
            throw WorkflowFailure(kind: .unreadable, message: "\(name):\(error.isLine ? "" : " ")\(error.place): \(error.reason)")
        }
        source = graph.source
        engine.limits = limits
        do throws(TraceError) {
            try engine.restore(graph)
        } catch {
            throw WorkflowFailure(kind: .limit, message: "\(name): \(error.report(in: engine.record).message)")
        }
    }

    package func run() throws(WorkflowFailure) {}
    package var interrupter: @Sendable () -> Void { {} }
    package func depth() -> Int { 0 }
    package func frames() -> [Frame] { [] }
    package func locals(frame: Int) -> [Variable] { [] }

    package func evaluate(_ code: String, frame: Int?) throws(WorkflowFailure) -> Variable {
        throw WorkflowFailure(
            kind: .runtime, message: "this is a graph that was read from a file: there is no workflow in which '\(code)' could be evaluated"
        )
    }
}

extension ExportedGraph {
    /// Reads a document of either format that can be read.
    ///
    /// - Throws: `GraphFileError`.
    package init(reading text: String) throws(GraphFileError) {
        let document = try FileField(document: text)
        if let format = document["format"].optional {
            let name = try format.string()
            guard name == Self.formatName else { throw format.error("'\(name)' is no format known here: '\(Self.formatName)' is") }
            try self.init(json: document)
        } else if document["tgj"].optional != nil || document["nodes"].optional != nil {
            try self.init(tgj: document)
        } else {
            throw document.error(
                "a graph has the key \"format\" (as 'export json' writes it) or \"tgj\" (Trace graph JSON), and here is neither")
        }
    }
}

extension GraphFileError {
    /// Whether the place is a line and a column, and not a key.
    var isLine: Bool { place.first?.isNumber == true }
}

extension Engine {
    /// Makes a graph that was read. What it was made by is not known, so that the log begins with the graph as it is.
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
            // The function of a custom one is not in the file: who opens it answers instead.
            var options = OptimizerOptions(name: facts.name, objective: facts.objective, memory: facts.memory)
            (options.truncation, options.model) = (facts.truncation, facts.model)
            _ = try optimizer(facts.kind == .custom ? .manual : facts.kind, facts.parameters.map(NodeID.init), options)
        }
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
