import Debugging
import Trace

/// The minimal subgraphs at one moment, each worked out once.
package struct SubgraphCache {
    private struct Moment: Equatable {
        var version: Int
        var events: Int
        var lookedAt: Int
    }

    private var moment: Moment?
    private var results: [OptimizerID: Result<Subgraph, AggregationConflict>] = [:]
    private var unions: [OptimizerID: [NodeID]] = [:]

    package init() {}

    package mutating func subgraph(_ id: OptimizerID, _ snapshot: Snapshot) -> Result<Subgraph, AggregationConflict> {
        turn(to: snapshot)
        if let known = results[id] { return known }
        let result: Result<Subgraph, AggregationConflict>
        do {
            result = .success(try snapshot.state.subgraph(id, in: snapshot.record))
        } catch {
            result = .failure(error)
        }
        results[id] = result
        return result
    }

    /// The nodes of the subgraph; where its feedback conflicts, those of all the trace graphs that cannot be combined.
    mutating func members(_ id: OptimizerID, _ snapshot: Snapshot) -> [NodeID] {
        if case .success(let subgraph) = subgraph(id, snapshot) { return subgraph.nodes }
        if let known = unions[id] { return known }
        let (state, record) = (snapshot.state, snapshot.record)
        let parameters = record.optimizers[id.index].distinctParameters.filter { state.feedback.holds($0) }
        var nodes = Set(record.graph(of: parameters.flatMap { state.entries($0, in: record).flatMap(\.entries) }).nodes)
        nodes.formUnion(parameters)
        let union = nodes.sorted()
        unions[id] = union
        return union
    }

    private mutating func turn(to snapshot: Snapshot) {
        let now = Moment(version: snapshot.version, events: snapshot.record.log.count, lookedAt: snapshot.state.events)
        guard now != moment else { return }
        moment = now
        results = [:]
        unions = [:]
    }
}
