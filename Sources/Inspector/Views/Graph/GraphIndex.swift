import Trace

/// What the pane knows of the whole record, whatever part of it is drawn. It grows with the record, so that a step costs what it added.
struct GraphIndex {
    /// A parameter that got feedback through a traceable bundle.
    struct Hidden {
        var backward: Int
        var output: NodeID
        var parameter: NodeID
    }

    /// The nodes of the outer level, by age.
    private(set) var outer: [NodeID] = []
    /// The parameters of the outer level, by age.
    private(set) var parameters: [NodeID] = []
    private(set) var hidden: [Hidden] = []
    private var nodes = 0
    private var backwards = 0
    private var events = 0

    /// Reads what was added to the record. Returns false when it is another one than before, which then was read from its beginning.
    mutating func extend(to record: GraphRecord) -> Bool {
        let isSame = record.nodeCount >= nodes && record.backwards.count >= backwards && record.log.count >= events
        if !isSame { self = GraphIndex() }
        for index in nodes..<record.nodeCount {
            let id = NodeID(index)
            guard record.enclosingCall(id) == nil else { continue }
            outer.append(id)
            if record.isTrainable(id) { parameters.append(id) }
        }
        for backward in record.backwards[backwards...] {
            for (output, list) in backward.hidden.sorted(by: { $0.key < $1.key }) {
                for parameter in list { hidden.append(Hidden(backward: backward.number, output: output, parameter: parameter)) }
            }
        }
        (nodes, backwards, events) = (record.nodeCount, record.backwards.count, record.log.count)
        return isSame
    }

    /// The nodes of the outer level that there are when the graph has `count` nodes.
    func outer(below count: Int) -> ArraySlice<NodeID> { outer[..<place(of: NodeID(count))] }

    /// The place in `outer` of the first node that is not older than this one.
    func place(of id: NodeID) -> Int {
        var (low, high) = (0, outer.count)
        while low < high {
            let middle = (low + high) / 2
            if outer[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
