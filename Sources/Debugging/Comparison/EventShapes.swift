import Trace

/// The basis of the alignment of two runs: the kind and the subject of each event, without values, numbers and lines.
///
/// Visits and entries are left out because they follow from a backward and the graph, and commands because they are the user's way through
/// the run. Between two languages, events whose order differs are left out too: input nodes, optimizers, copies of arguments, and printed
/// lines.
struct EventShapes {
    /// The events by their places in the log, and their shapes.
    private(set) var places: [Int] = []
    private(set) var shapes: [Int] = []

    /// - Parameter loosely: whether the other side is in another language.
    init(_ run: ComparedRun, loosely: Bool) {
        let record = run.record
        for place in run.events {
            let event = record.log[place].event
            if loosely, record.isInOwnOrder(event) { continue }
            guard let shape = record.shape(of: event, loosely: loosely) else { continue }
            places.append(place)
            shapes.append(shape)
        }
    }
}

extension GraphRecord {
    fileprivate func isInOwnOrder(_ event: TraceEvent) -> Bool {
        switch event {
        case .node(let id): !hasParents(id) || original(id) != nil
        case .optimizer, .output: true
        default: false
        }
    }

    /// - Parameter loosely: whether outputs of bundles may have other names.
    fileprivate func shape(of event: TraceEvent, loosely: Bool) -> Int? {
        var hasher = Hasher()
        hasher.combine(event.kind)
        // Each language names the result of a method in its own way.
        func baseName(_ id: NodeID) -> String { loosely && bundle(id) != nil ? "" : self.baseName(id) }
        func add(_ optimizer: OptimizerID?) { hasher.combine(optimizer.map { optimizers[$0.index].name }) }
        switch event {
        case .visit, .command, .model: return nil
        case .feedback(let index):
            // The result of a propagator does not follow from the graph.
            let entry = entries[Int(index)]
            guard entry.value != nil else { return nil }
            hasher.combine(baseName(entry.node))
        case .node(let id):
            hasher.combine(baseName(id))
            hasher.combine(loosely && bundle(id) != nil ? "" : operatorName(id))
            hasher.combine(isTrainable(id))
            hasher.combine(inputs(id).count)
        case .optimizer(let id), .settle(let id), .step(let id, _): add(id)
        case .backward(let number):
            add(backwards[number - 1].optimizer)
            hasher.combine(baseName(backwards[number - 1].output))
        case .drop(let index), .putBack(let index):
            for node in event.changed(in: self) { hasher.combine(baseName(node)) }
            hasher.combine(selections[index].count)
        case .zero(let index):
            switch zeroes[index].scope {
            case .optimizer(let id): add(id)
            case .node(let id): hasher.combine(baseName(id))
            case .all: hasher.combine(0)
            }
        case .propose(let index): add(proposals[index].optimizer)
        case .update(let index), .set(let index): hasher.combine(baseName(versions[Int(index)].node))
        case .objective(let index): add(reports.objectives[index].optimizer)
        case .exchange(let index):
            let exchange = models.exchanges[index]
            hasher.combine(name(of: exchange.asker))
            hasher.combine(exchange.purpose)
            hasher.combine(exchange.round)
        case .score(let index): hasher.combine(reports.scores[index].name)
        case .error, .conflict, .output, .restore, .end: break
        }
        return hasher.finalize()
    }
}
