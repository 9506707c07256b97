import Debugging
import Trace

/// The minimal subgraphs of a snapshot, each made once.
package struct SubgraphCache: Sendable {
    private var version = -1
    private var known: [OptimizerID: Result<Subgraph, AggregationConflict>] = [:]

    package init() {}

    package mutating func subgraph(_ id: OptimizerID, _ snapshot: Snapshot) -> Result<Subgraph, AggregationConflict> {
        if version != snapshot.version {
            version = snapshot.version
            known = [:]
        }
        if let result = known[id] { return result }
        let result: Result<Subgraph, AggregationConflict>
        do {
            result = .success(try snapshot.state.subgraph(id, in: snapshot.record))
        } catch {
            result = .failure(error)
        }
        known[id] = result
        return result
    }
}
