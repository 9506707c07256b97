import Debugging
import Trace

/// The minimal subgraphs at one moment, each worked out once.
package struct SubgraphCache {
    private struct Moment: Equatable {
        var branch: String
        var events: Int
        var lookedAt: Int
    }

    private var moment: Moment?
    private var nodes: [OptimizerID: Result<[NodeID], AggregationConflict>] = [:]
    private var unions: [OptimizerID: [NodeID]] = [:]

    package init() {}

    /// The conflict that an optimizer's feedback is in.
    package mutating func conflict(_ id: OptimizerID, _ snapshot: Snapshot) -> AggregationConflict? {
        if case .failure(let conflict) = found(id, snapshot) { return conflict }
        return nil
    }

    /// The nodes of the subgraph; where its feedback conflicts, those of all the trace graphs that cannot be combined.
    mutating func members(_ id: OptimizerID, _ snapshot: Snapshot) -> [NodeID] {
        if case .success(let nodes) = found(id, snapshot) { return nodes }
        if let known = unions[id] { return known }
        let (state, record) = (snapshot.state, snapshot.record)
        let parameters = record.optimizers[id.index].distinctParameters.filter { state.feedback.holds($0) }
        var nodes = Set(record.graph(of: parameters.flatMap { state.entries($0, in: record).flatMap(\.entries) }).nodes)
        nodes.formUnion(parameters)
        let union = nodes.sorted()
        unions[id] = union
        return union
    }

    /// The nodes alone: the edges between them, which most of the screen has no use for, cost as much again.
    private mutating func found(_ id: OptimizerID, _ snapshot: Snapshot) -> Result<[NodeID], AggregationConflict> {
        turn(to: snapshot)
        if let known = nodes[id] { return known }
        let result: Result<[NodeID], AggregationConflict>
        do {
            result = .success(try snapshot.state.members(id, in: snapshot.record))
        } catch {
            result = .failure(error)
        }
        nodes[id] = result
        return result
    }

    private mutating func turn(to snapshot: Snapshot) {
        let now = Moment(branch: snapshot.branch, events: snapshot.record.log.count, lookedAt: snapshot.state.events)
        guard now != moment else { return }
        moment = now
        nodes = [:]
        unions = [:]
    }
}
