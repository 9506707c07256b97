import Trace

/// The pane's index of the whole record, whatever part of it is drawn. It grows with the record, so that the cost of a step is that of its
/// additions.
struct GraphIndex {
    /// A parameter that got feedback through a traceable bundle.
    struct Hidden {
        var backward: Int
        var output: NodeID
        var parameter: NodeID
    }

    /// The parameters of the outer level, by age.
    private(set) var parameters: [NodeID] = []
    private(set) var hidden: [Hidden] = []
    private var nodes = 0
    private var backwards = 0
    private var events = 0

    /// Reads the new part of the record. Returns false if the record is another one than before, and was read from its beginning.
    mutating func extend(to record: GraphRecord) -> Bool {
        let isSame = record.nodeCount >= nodes && record.backwards.count >= backwards && record.log.count >= events
        if !isSame { self = GraphIndex() }
        for index in nodes..<record.nodeCount {
            let id = NodeID(index)
            if record.isTrainable(id), record.enclosingCall(id) == nil { parameters.append(id) }
        }
        for backward in record.backwards[backwards...] {
            for (output, list) in backward.hidden.sorted(by: { $0.key < $1.key }) {
                for parameter in list { hidden.append(Hidden(backward: backward.number, output: output, parameter: parameter)) }
            }
        }
        (nodes, backwards, events) = (record.nodeCount, record.backwards.count, record.log.count)
        return isSame
    }
}
