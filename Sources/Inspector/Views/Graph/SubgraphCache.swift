import Debugging
import Trace

/// The minimal subgraphs at one event, each computed once.
package struct SubgraphCache {
    private struct Moment: Equatable {
        var branch: String
        var events: Int
        var lookedAt: Int
    }

    private var moment: Moment?
    private var aggregates: [OptimizerID: Result<Aggregate, AggregationConflict>] = [:]
    private var members: [OptimizerID: NodeMembers] = [:]

    package init() {}

    /// The conflict that an optimizer's feedback is in. It is found without the nodes, which only those optimizers need that are shown.
    package mutating func conflict(_ id: OptimizerID, _ snapshot: Snapshot) -> AggregationConflict? {
        if case .failure(let conflict) = aggregate(id, snapshot) { return conflict }
        return nil
    }

    /// The texts that cannot be combined, with their letters; nil if there is no conflict, or if there are too many entries to look at for
    /// each picture.
    mutating func conflictStory(_ id: OptimizerID, _ snapshot: Snapshot) -> ConflictStory? {
        guard conflict(id, snapshot) != nil else { return nil }
        let parameters = snapshot.record.optimizers[id.index].distinctParameters
        guard parameters.reduce(0, { $0 + snapshot.state.feedback.count(of: $1) }) <= Self.mostEntries else { return nil }
        return ConflictStory(of: id, snapshot.state, snapshot.record)
    }

    private static let mostEntries = 10_000

    /// The nodes of the subgraph; where its feedback conflicts, those of all the trace graphs that cannot be combined.
    mutating func members(_ id: OptimizerID, _ snapshot: Snapshot) -> NodeMembers {
        let aggregate = aggregate(id, snapshot)
        if let known = members[id] { return known }
        let (state, record) = (snapshot.state, snapshot.record)
        let found: NodeMembers
        switch aggregate {
        case .success(let aggregate): found = state.members(id, of: aggregate, in: record)
        case .failure:
            let parameters = record.optimizers[id.index].distinctParameters.filter { state.feedback.holds($0) }
            let nodes = record.graph(of: parameters.flatMap { state.entries($0, in: record).flatMap(\.entries) }).nodes
            found = NodeMembers(nodes + parameters, in: record)
        }
        members[id] = found
        return found
    }

    private mutating func aggregate(_ id: OptimizerID, _ snapshot: Snapshot) -> Result<Aggregate, AggregationConflict> {
        turn(to: snapshot)
        if let known = aggregates[id] { return known }
        let result: Result<Aggregate, AggregationConflict>
        do {
            result = .success(try snapshot.state.aggregate(id, in: snapshot.record))
        } catch {
            result = .failure(error)
        }
        aggregates[id] = result
        return result
    }

    private mutating func turn(to snapshot: Snapshot) {
        let now = Moment(branch: snapshot.branch, events: snapshot.record.log.count, lookedAt: snapshot.state.events)
        guard now != moment else { return }
        moment = now
        aggregates = [:]
        members = [:]
    }
}
