/// A record and the state that it has come to, which change only together: the engine's one piece of mutable memory.
///
/// What is done for each node and each event is a mutating method here, so that neither is copied on the way.
struct Ledger {
    var record = GraphRecord()
    var state = GraphState()
    /// The numbers of the names of operators, by the operator's own number.
    private var operators: [OperatorNumbers?] = []
    private var lastSite: (site: Site, number: Int32)?

    /// The numbers of the strings that an operator's nodes carry.
    struct OperatorNumbers {
        var base: Int32
        var description: Int32
        var arguments: [Int32]
    }

    /// Appends an event to the log and makes its change.
    ///
    /// - Parameter restored: the state that a `restore` goes back to.
    mutating func emit(_ event: TraceEvent, site: Int32, restored: GraphState? = nil) {
        record.log.append(LoggedEvent(event: event, site: site))
        state.apply(event, in: record) { _ in restored ?? GraphState() }
    }

    mutating func number(of site: Site?) -> Int32 {
        guard let site else { return -1 }
        if let lastSite, lastSite.site == site { return lastSite.number }
        let number = record.number(of: site)
        lastSite = (site, number)
        return number
    }

    /// The numbers of an operator's strings, made once.
    mutating func numbers(of op: Operator) -> OperatorNumbers {
        if op.number >= 0, op.number < operators.count, let known = operators[op.number] { return known }
        let numbers = OperatorNumbers(
            base: record.names.number(of: op.name), description: record.names.number(of: op.description),
            arguments: op.arguments.map { record.names.number(of: $0) })
        guard op.number >= 0 else { return numbers }
        while operators.count <= op.number { operators.append(nil) }
        operators[op.number] = numbers
        return numbers
    }

    /// Appends a node with its inputs and edges, and the event that says so.
    mutating func append(
        _ kind: NodeKind, base: Int32, value: Value, description: Int32, inputs: [InputRow], detail: NodeDetail?, call: Int32, site: Int32,
        index: Int32? = nil
    ) -> NodeID {
        let id = NodeID(record.nodes.count)
        let firstInput = Int32(record.inputs.count)
        var level: Int32 = 0
        for input in inputs {
            record.inputs.append(input)
            level = max(level, record.nodes[input.node.index].level + 1)
        }
        var detailNumber: Int32 = -1
        if let detail {
            detailNumber = Int32(record.details.count)
            record.details.append(detail)
        }
        record.nodes.append(
            NodeRow(
                value: value, base: base, index: record.claimIndex(of: base, for: id, wanted: index), level: level, firstInput: firstInput,
                inputCount: Int32(inputs.count), description: description, detail: detailNumber, event: Int32(record.log.count), site: site,
                call: call, kind: kind))
        connect(id, inputs)
        emit(.node(id), site: site)
        return id
    }

    /// Puts an entry on a node.
    mutating func give(_ node: NodeID, _ source: FeedbackSource, backward: Int, value: Value?, site: Int32) {
        let index = Int32(record.entries.count)
        record.entries.append(
            FeedbackEntry(node: node, source: source, backward: backward, event: Int32(record.log.count), value: value))
        emit(.feedback(index), site: site)
    }

    /// Passes the feedback of a node on to its parents as trace graphs, and clears it there.
    mutating func visit(_ node: NodeID, backward: Int, hidden: [NodeID], site: Int32) {
        let first = Int(record.nodes[node.index].firstInput), end = first + Int(record.nodes[node.index].inputCount)
        if end - first <= 2 {
            // Most nodes: without an array for the distinct parents.
            let parent = record.inputs[first].node
            give(parent, .child(node), backward: backward, value: nil, site: site)
            if end - first == 2, record.inputs[first + 1].node != parent {
                give(record.inputs[first + 1].node, .child(node), backward: backward, value: nil, site: site)
            }
        } else {
            for parent in record.parents(node) { give(parent, .child(node), backward: backward, value: nil, site: site) }
        }
        for parameter in hidden { give(parameter, .child(node), backward: backward, value: nil, site: site) }
        emit(.visit(node, backward: Int32(backward)), site: site)
    }

    /// Makes an edge from each distinct input.
    private mutating func connect(_ child: NodeID, _ inputs: [InputRow]) {
        for (place, input) in inputs.enumerated() {
            let parent = input.node.index
            let last = record.nodes[parent].lastChild
            // Inputs come one after the other, so a parent that already has this child has it last.
            if place > 0, last >= 0, record.edges[Int(last)].child == child { continue }
            let edge = Int32(record.edges.count)
            record.edges.append(EdgeRow(child: child, next: -1))
            if last < 0 { record.nodes[parent].firstChild = edge } else { record.edges[Int(last)].next = edge }
            record.nodes[parent].lastChild = edge
        }
    }
}
