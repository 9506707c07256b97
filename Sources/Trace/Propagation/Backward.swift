import OrderedCollections

extension Engine {
    /// Propagates feedback on a node back to everything that it depends on.
    ///
    /// Either all of it happens or nothing does. Afterwards only roots hold feedback.
    ///
    /// - Parameter retain: whether the nodes on the way can be used by a further backward.
    /// - Returns: the call's number.
    /// - Throws: `TraceError.freed` when the propagation would meet nodes that an earlier call freed; `TraceError.propagator`.
    @discardableResult
    public func backward(
        _ output: NodeID, feedback: Value, retain: Bool = false, optimizer: OptimizerID? = nil, propagator: (any Propagator)? = nil
    ) throws(TraceError) -> Int {
        let propagator = propagator ?? optimizer.flatMap { propagators[$0] }
        return try operation { () throws(TraceError) in
            try requireRoom(for: feedback)
            let visits = record.visits(from: output), visited = visits.nodes
            try refuseFreed(visited, optimizer)
            try requireRoom(forVisits: visited.count)
            var values: [NodeID: [(NodeID, Value)]]?
            let graphs = propagator as? GraphPropagator
            // Trace graphs are made when they are asked for, unless a rule has something to say about them.
            if let propagator, graphs?.rules.isEmpty != true {
                values = try simulate(propagator, output: output, feedback: feedback, visited: visited, optimizer)
            }
            return commit(
                output, feedback, retain: retain, optimizer: optimizer, visited: visited, members: visits.members, values: values,
                givesGraphs: propagator == nil || graphs != nil)
        }
    }

    private func refuseFreed(_ visited: [NodeID], _ optimizer: OptimizerID?) throws(TraceError) {
        guard let first = state.firstFreed(of: visited), let culprit = state.freedBy(first) else { return }
        throw failed(.freed(nodes: visited.filter { state.freedBy($0) == culprit }.sorted(), backward: culprit), of: optimizer)
    }

    /// The feedback of every parent under a propagator of values, computed before anything is changed.
    private func simulate(_ propagator: any Propagator, output: NodeID, feedback: Value, visited: [NodeID], _ optimizer: OptimizerID?)
        throws(TraceError) -> [NodeID:
        [(
            NodeID, Value
        )]]
    {
        var held: [NodeID: [(source: FeedbackSource, values: [Value])]] = [output: [(.user, [feedback])]]
        var given: [NodeID: [(NodeID, Value)]] = [:]
        let rules = (propagator as? any RegisteringPropagator)?.rules, isGraph = propagator is GraphPropagator
        for node in visited {
            do {
                let own = rules.flatMap { $0.isEmpty ? nil : $0[record.operatorName(node)] } ?? propagator
                let result = try own.propagate(from: node, feedback: held[node] ?? [], in: self)
                let parents = Set(record.parents(node))
                if isGraph, let without = record.parents(node).first(where: { parent in !result.contains { $0.0 == parent } }) {
                    throw OperatorFailure(
                        type: "ValueError", message: "\(record.name(without)) gets nothing, and a trace graph goes to every parent")
                }
                if let stranger = result.first(where: { !parents.contains($0.0) }) {
                    throw OperatorFailure(type: "ValueError", message: "\(record.name(stranger.0)) is not one of its parents")
                }
                for (parent, value) in result { held[parent, default: []].append((.child(node), [value])) }
                given[node] = result
            } catch {
                throw failed(.propagator(node: node, message: (error as? OperatorFailure)?.message ?? "\(error)"), of: optimizer)
            }
        }
        return given
    }

    private func commit(
        _ output: NodeID, _ feedback: Value, retain: Bool, optimizer: OptimizerID?, visited: [NodeID], members: NodeSet?,
        values: [NodeID: [(NodeID, Value)]]?, givesGraphs: Bool
    ) -> Int {
        let number = state.backwardCount + 1
        let hidden = record.hiddenDependencies(among: visited)
        store.record.backwards.append(
            BackwardFacts(
                number: number, output: output, optimizer: optimizer, feedback: feedback, retains: retain, event: record.log.count,
                site: currentSite(), visited: visited, members: BackwardFacts.members(visited, as: members), hidden: hidden,
                givesGraphs: givesGraphs))
        let site = siteNumber()
        emit(.backward(number), site: site)
        store.give(output, .user, backward: number, value: givesGraphs ? nil : feedback, site: site)
        guard let values else {
            store.visit(visited, members, backward: number, retain: retain, hidden: hidden, site: site)
            return number
        }
        // A trace graph has the feedback of its call, unless a rule said otherwise.
        func own(_ value: Value) -> Value? { givesGraphs && value.equals(feedback) ? nil : value }
        for node in visited {
            let given = values[node] ?? []
            for (parent, value) in given { store.give(parent, .child(node), backward: number, value: own(value), site: site) }
            for parameter in hidden[node] ?? [] {
                store.give(parameter, .child(node), backward: number, value: own(given.first?.1 ?? feedback), site: site)
            }
            emit(.visit(node, backward: Int32(number)), site: site)
        }
        return number
    }

    /// Clears the feedback of an optimizer's parameters, of one node, or of every node.
    public func zeroFeedback(_ scope: ZeroFacts.Scope) {
        let nodes: [NodeID] =
            switch scope {
            case .optimizer(let id): record.optimizers[id.index].distinctParameters
            case .node(let id): [id]
            case .all: state.feedback.keys.sorted()
            }
        zeroFeedback(scope, clearing: nodes)
    }

    /// Clears the feedback of some nodes.
    package func zeroFeedback(_ scope: ZeroFacts.Scope, clearing nodes: [NodeID]) {
        operation {
            let cleared = nodes.filter { state.feedback.holds($0) }
            var entries: [Int32] = []
            for node in cleared { state.feedback.forEachEntry(of: node) { entries.append($0) } }
            let facts = ZeroFacts(scope: scope, cleared: cleared, entries: entries, site: currentSite())
            store.bytes += facts.footprint
            store.record.removals.zeroes.append(facts)
            emit(.zero(record.zeroes.count - 1))
        }
    }

    /// Drops entries, given as indices into the record. Entries that their node does not hold stay out of it.
    public func drop(_ entries: some Sequence<Int32>) { select(held(entries, are: true)) { .drop($0) } }

    /// Puts dropped entries back, each in its old place among the node's others. Entries that their node holds stay as they are.
    public func putBack(_ entries: some Sequence<Int32>) { select(held(entries, are: false)) { .putBack($0) } }

    private func held(_ entries: some Sequence<Int32>, are: Bool) -> [Int32] {
        record.byNode(entries).flatMap { node, entries in
            let held = Set(state.feedback[node]?.entries ?? [])
            return entries.filter { held.contains($0) == are }
        }.sorted()
    }

    private func select(_ entries: [Int32], _ event: (Int) -> TraceEvent) {
        if entries.isEmpty { return }
        operation {
            store.bytes += MemoryLayout<[Int32]>.stride + arrayHeader + entries.count * MemoryLayout<Int32>.stride
            store.record.removals.selections.append(entries)
            emit(event(store.record.selections.count - 1))
        }
    }
}

extension GraphRecord {
    /// Entries, given as indices, by the nodes that they are on.
    func byNode(_ entries: some Sequence<Int32>) -> OrderedDictionary<NodeID, [Int32]> {
        OrderedDictionary(grouping: entries) { self.entries[Int($0)].node }
    }

    /// The message nodes that a backward visits: the highest level first, later-created first on one level. Where they are many, also as a set.
    ///
    /// The time is linear in the nodes that are found, and does not depend on how many others there are.
    func visits(from output: NodeID) -> (nodes: [NodeID], members: NodeSet?) {
        guard hasParents(output) else { return ([], nil) }
        // Bits for the whole graph before the output cost more than a few nodes that are found one by one.
        if let few = fewVisits(from: output, most: output.index / NodeSet.bits / 32) { return (few, nil) }
        var set = NodeSet(from: NodeID(0), through: output)
        set.insert(output)
        set.descend { node, set in
            // Whether a parent is a root is asked when the walk gets there, and not of parents anywhere in the graph.
            guard hasParents(node) else { return set.remove(node) }
            forEachInput(node) { set.insert($0) }
        }
        var nodes = byLevel(set)
        nodes.reverse()
        return (nodes, set)
    }

    /// The same nodes, found without a set of bits; nil if there are more than some number.
    private func fewVisits(from output: NodeID, most: Int) -> [NodeID]? {
        guard most > 0 else { return nil }
        var nodes = [output], seen: Set<NodeID> = [output], next = 0
        while next < nodes.count {
            guard nodes.count <= most else { return nil }
            forEachInput(nodes[next]) { if hasParents($0), seen.insert($0).inserted { nodes.append($0) } }
            next += 1
        }
        // A closure that used the record would hold a copy of it, in each layer of the sort.
        let levels = extras.levels
        return nodes.sorted { Self.visitsFirst($0, $1, levels) }
    }

    /// Whether a backward visits one node before another.
    static func visitsFirst(_ a: NodeID, _ b: NodeID, _ levels: Chunked<Int32>) -> Bool {
        let levels = (levels[a.index], levels[b.index])
        return levels.0 == levels.1 ? a > b : levels.0 > levels.1
    }

    /// Whether a backward call visited a node.
    public func visited(_ id: NodeID, by call: BackwardFacts) -> Bool {
        var low = 0, high = call.visited.count
        while low < high {
            let middle = (low + high) / 2
            if Self.visitsFirst(call.visited[middle], id, extras.levels) { low = middle + 1 } else { high = middle }
        }
        return low < call.visited.count && call.visited[low] == id
    }

    /// The hidden dependencies of the traceable calls among some nodes of one level, which come with every node before its parents.
    func hiddenDependencies(among visited: [NodeID]) -> [NodeID: [NodeID]] {
        guard !bundles.calls.isEmpty else { return [:] }
        let traceable = visited.compactMap { node in
            innerCall(node).map { (node: node, candidates: Set(bundles.calls[$0].candidates), nested: bundles.calls[$0].nested) }
        }
        guard !traceable.isEmpty else { return [:] }
        var out: [NodeID: [NodeID]] = [:]
        var candidates = Set<NodeID>()
        for call in traceable { candidates.formUnion(call.candidates) }
        // A sweep finds the nodes that show a candidate on this level, for as many candidates at once as a word has bits: one by one would take
        // the time of their number times that of the nodes.
        let all = candidates.sorted(), lowest = visited.map(\.index).min() ?? 0, highest = visited.map(\.index).max() ?? 0
        let isSparse = areFew(visited.count, among: highest - lowest)
        // By place, or by node where there are few.
        var shows = [UInt64](repeating: 0, count: isSparse ? 0 : highest - lowest + 1), few: [NodeID: UInt64] = [:]
        for first in stride(from: 0, to: all.count, by: 64) {
            let some = all[first..<min(first + 64, all.count)]
            let bits = Dictionary(uniqueKeysWithValues: some.enumerated().map { ($0.element, UInt64(1) << UInt64($0.offset)) })
            for node in visited.reversed() {
                var found: UInt64 = 0
                forEachParent(node) { parent in
                    if isTrainable(parent) { found |= bits[parent] ?? 0 }
                    // A node that is not visited is not shown, and its place stays empty.
                    if isSparse {
                        found |= few[parent] ?? 0
                    } else if parent.index >= lowest, parent.index <= highest {
                        found |= shows[parent.index - lowest]
                    }
                }
                if isSparse { few[node] = found } else { shows[node.index - lowest] = found }
            }
            for call in traceable {
                let shown = isSparse ? few[call.node] ?? 0 : shows[call.node.index - lowest]
                for candidate in some where shown & (bits[candidate] ?? 0) == 0 && call.candidates.contains(candidate) {
                    out[call.node, default: []].append(candidate)
                }
            }
        }
        for call in traceable where !call.nested.isEmpty {
            // A call inside may hide an argument of this one: as a parent it gets its entry anyway.
            let hidden = Set(out[call.node] ?? []).union(Set(call.nested).subtracting(parents(call.node)))
            out[call.node] = hidden.isEmpty ? nil : hidden.sorted()
        }
        return out
    }
}
