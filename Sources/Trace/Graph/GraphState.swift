/// The state of a graph after one event: which of the record's nodes are there, their feedback, their current values, and the freed nodes.
/// It changes only by events, so the state at any event is the fold of the log up to there.
public struct GraphState: Sendable {
    /// Number of events so far.
    public internal(set) var events = 0
    public internal(set) var nodeCount = 0
    public internal(set) var optimizerCount = 0
    public internal(set) var backwardCount = 0
    /// Steps done, by optimizer.
    public internal(set) var steps: [Int] = []
    /// The feedback of the nodes that hold any.
    public internal(set) var feedback = HeldFeedback()
    /// The current version of the nodes that were written to, as an index into the record plus one.
    var versions = NodeNumbers()
    /// The number of the backward call that freed a node.
    private var freed = NodeNumbers()
    /// The current proposal of an optimizer, as an index into the record's.
    public internal(set) var proposals: [OptimizerID: Int] = [:]
    /// The last proposal of an optimizer, whether it is still current or not, as an index into the record's.
    public internal(set) var lastProposals: [OptimizerID: Int] = [:]
    /// The ends of the lists of an optimizer's parameters at its last proposal, by parameter.
    private var consumed: [OptimizerID: [HeldFeedback.ListEnd?]] = [:]
    /// The objective that an optimizer was given after it was made, as an index into the record's.
    private(set) var objectives: [OptimizerID: Int] = [:]
    /// Whether the workflow has ended.
    public internal(set) var ended = false

    public init() {}
}

extension GraphState {
    /// The number of the backward call that freed a node, or nil.
    public func freedBy(_ id: NodeID) -> Int? {
        let number = freed[id]
        return number == 0 ? nil : Int(number)
    }

    /// The first of some nodes that was freed.
    func firstFreed(of nodes: [NodeID]) -> NodeID? { freed.isEmpty ? nil : nodes.first { freed[$0] != 0 } }

    /// The first node that a backward from an output would reach and that an earlier call freed; nil if there is none.
    package func firstFreed(behind output: NodeID, in record: GraphRecord) -> NodeID? {
        freed.isEmpty ? nil : firstFreed(of: record.visits(from: output).nodes)
    }

    /// For each node, by its number: whether a backward from it would reach a freed node. Empty if no node was freed.
    ///
    /// One walk answers for all of them: a walk for each is quadratic.
    package func blocked(in record: GraphRecord) -> [Bool] {
        guard !freed.isEmpty else { return [] }
        var blocked = [Bool](repeating: false, count: nodeCount)
        for place in blocked.indices {
            var isBlocked = freed[NodeID(place)] != 0
            if !isBlocked { record.forEachInput(NodeID(place)) { if blocked[$0.index] { isBlocked = true } } }
            blocked[place] = isBlocked
        }
        return blocked
    }

    /// The data of a node.
    public func value(_ id: NodeID, in record: GraphRecord) -> Value {
        let version = versions[id]
        return version == 0 ? record.firstValue(id) : record.versions[Int(version) - 1].value
    }

    /// The objective of an optimizer, in words.
    public func objective(of id: OptimizerID, in record: GraphRecord) -> String {
        objectives[id].map { record.reports.objectives[$0].text } ?? record.optimizers[id.index].objective
    }

    /// The current version of a node, as an index into the record; −1 is the first value.
    func version(_ id: NodeID) -> Int32 { versions[id] - 1 }

    /// Number of values that a node has had.
    public func versionCount(_ id: NodeID, in record: GraphRecord) -> Int {
        let version = versions[id]
        return version == 0 ? 1 : record.versions[Int(version) - 1].number
    }

    /// The values that were written to a node after its first one, oldest first.
    public func history(_ id: NodeID, in record: GraphRecord) -> [ParameterVersion] {
        var out: [ParameterVersion] = []
        var index = version(id)
        while index >= 0 {
            let version = record.versions[Int(index)]
            out.append(version)
            index = version.previous
        }
        return out.reversed()
    }

    /// The optimizers that attend to a node.
    public func optimizers(attendingTo id: NodeID, in record: GraphRecord) -> [OptimizerID] {
        (0..<optimizerCount).map(OptimizerID.init).filter { record.optimizers[$0.index].attends(to: id) }
    }
}

extension GraphState {
    /// Makes the change that an event is. A state changes here and in the functions below, which the hot paths of the store call by
    /// themselves.
    ///
    /// The target of a `restore` is not part of the event: see `apply(restoring:)`.
    mutating func apply(_ event: TraceEvent, in record: GraphRecord) {
        switch event {
        case .node: return madeNode()
        case .feedback(let index): return gave(index, to: record.entries[Int(index)].node)
        case .visit(let node, let backward):
            return visited(node, freedBy: record.backwards[Int(backward) - 1].retains ? nil : backward)
        default: events += 1
        }
        switch event {
        case .node, .feedback, .visit, .error, .conflict, .output, .score, .command, .model, .exchange: break
        case .optimizer:
            optimizerCount += 1
            steps.append(0)
        case .backward: backwardCount += 1
        case .zero(let index): for node in record.zeroes[index].cleared { feedback.clear(node) }
        case .drop(let index): for (node, lost) in record.byNode(record.selections[index]) { feedback.remove(lost, from: node) }
        case .putBack(let index): for (node, more) in record.byNode(record.selections[index]) { feedback.insert(more, into: node) }
        case .propose(let index):
            noteConsumption(of: record.proposals[index], in: record)
            proposals[record.proposals[index].optimizer] = index
            lastProposals[record.proposals[index].optimizer] = index
        case .settle(let optimizer): proposals[optimizer] = nil
        case .update(let index), .set(let index): versions[record.versions[Int(index)].node] = index + 1
        case .objective(let index): objectives[record.reports.objectives[index].optimizer] = index
        case .step(let optimizer, let number): steps[optimizer.index] = Int(number)
        case .end: ended = true
        case .restore: preconditionFailure("a restore needs the state that it goes back to")
        }
    }

    /// Makes the change of a `restore`.
    mutating func apply(restoring earlier: GraphState) {
        events += 1
        restore(from: earlier)
    }

    /// A node was made.
    @inline(__always)
    mutating func madeNode() {
        events += 1
        nodeCount += 1
    }

    /// An entry was put on a node.
    @inline(__always)
    mutating func gave(_ entry: Int32, to node: NodeID) {
        events += 1
        feedback.append(entry, to: node)
    }

    /// An entry was put on a node that is visited before anybody looks.
    @inline(__always)
    mutating func passedOn() { events += 1 }

    /// A backward visited a node, and freed it unless it retains.
    @inline(__always)
    mutating func visited(_ node: NodeID, freedBy backward: Int32?) {
        events += 1
        feedback.clear(node)
        if let backward { freed[node] = backward }
    }

    /// Goes back to an earlier state. The time and the made nodes stay: only feedback, values, steps and freed marks go back.
    private mutating func restore(from earlier: GraphState) {
        feedback = earlier.feedback
        versions = earlier.versions
        freed = earlier.freed
        steps = earlier.steps + Array(repeating: 0, count: steps.count - earlier.steps.count)
        proposals = earlier.proposals
        lastProposals = earlier.lastProposals
        consumed = earlier.consumed
        objectives = earlier.objectives
    }
}

extension GraphState {
    private mutating func noteConsumption(of proposal: Proposal, in record: GraphRecord) {
        // A proposal that was changed by hand consumes the same as before.
        guard proposal.previous == lastProposals[proposal.optimizer] else { return }
        let parameters = record.optimizers[proposal.optimizer.index].distinctParameters
        consumed[proposal.optimizer] = parameters.map { feedback.end(of: $0) }
    }

    /// The feedback entries on an optimizer's parameters: those that its last proposal did not consume, and the parameters on which everything
    /// is still there that it did. So feedback that is never zeroed costs a proposal only its new part.
    func consumption(of id: OptimizerID, with parameters: [NodeID]) -> (entries: [Int32], carried: [NodeID]) {
        var entries: [Int32] = [], carried: [NodeID] = []
        let ends = consumed[id] ?? []
        for (place, parameter) in parameters.enumerated() {
            if place < ends.count, let end = ends[place], let news = feedback.entries(of: parameter, since: end) {
                carried.append(parameter)
                entries += news
            } else {
                feedback.forEachEntry(of: parameter) { entries.append($0) }
            }
        }
        return (entries, carried)
    }
}

extension ParameterVersion {
    /// The value that this one replaced.
    public func previousValue(in record: GraphRecord) -> Value {
        previous < 0 ? record.firstValue(node) : record.versions[Int(previous)].value
    }
}
