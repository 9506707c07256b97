/// A record and its state, which change only together: the engine's only mutable memory.
///
/// All work on each node and each event is a mutating method here, so that neither is copied on the way, and an operation of the engine
/// enters it once or twice: each time, Swift checks for exclusive access.
struct GraphStore {
    var record = GraphRecord()
    var state = GraphState()
    /// Limits of the size of the graph and its log.
    var limits = GraphLimits()
    /// Memory of the values and the printed lines, in bytes, beside the room that every node and event takes.
    var bytes = 0
    /// Prefixes of the names of new nodes, innermost last.
    var scopes: [String] = []
    /// The calls of traceable bundles that are running, innermost last.
    var openCalls: [Int] = []
    /// Whether operators give messages, and not plain nodes without parents.
    var isTracing = true

    /// The numbers of the names of operators, by the operator's own number.
    private var operators: [OperatorNumbers?] = []
    /// The numbers of the names of their arguments, one operator's after the other's.
    private var argumentNames: [Int32] = []
    private var lastSite: (site: Site, number: Int32)?
    /// The room that the operands' data had in the last call of an operator.
    private var spareValues: [Value] = []

    /// The numbers of the strings that an operator's nodes carry.
    struct OperatorNumbers {
        var base: Int32
        var description: Int32
        var firstArgument: Int32
    }

    /// Appends an event to the log and makes its change.
    mutating func emit(_ event: TraceEvent, site: Int32) {
        record.log.append(LoggedEvent(event: event, site: site))
        state.apply(event, in: record)
    }

    /// Goes back to an earlier state, and appends the event that says so.
    mutating func restore(_ earlier: GraphState, of moment: Int) {
        record.log.append(LoggedEvent(event: .restore(moment), site: -1))
        state.apply(restoring: earlier)
    }

    mutating func number(of site: Site?) -> Int32 {
        guard let site else { return -1 }
        if let lastSite, lastSite.site == site { return lastSite.number }
        let number = record.number(of: site)
        lastSite = (site, number)
        return number
    }

    /// The numbers of an operator's strings, made once.
    private mutating func numbers(of op: Operator) -> OperatorNumbers {
        if op.number >= 0, op.number < operators.count, let known = operators[op.number] { return known }
        let numbers = OperatorNumbers(
            base: record.names.number(of: op.name), description: record.names.number(of: op.description),
            firstArgument: Int32(argumentNames.count))
        for name in op.arguments { argumentNames.append(record.names.number(of: name)) }
        guard op.number >= 0 else { return numbers }
        while operators.count <= op.number { operators.append(nil) }
        operators[op.number] = numbers
        return numbers
    }

    // MARK: Nodes

    /// Appends a node with its inputs and edges, and the event that says so.
    ///
    /// - Parameter call: the call that it is made in; nil is the one that is running.
    /// - Throws: `TraceError.limit` when the graph is full.
    mutating func append(
        _ kind: NodeKind, base: Int32, value: Value, description: Int32, inputs: [(name: Int32, node: NodeID)], detail: NodeDetail?,
        site: Site?, index: Int32? = nil, call: Int32? = nil
    ) throws(TraceError) -> NodeID {
        bytes += try requireRoom(for: value)
        let first = Int32(record.inputs.count)
        var level: Int32 = 0
        for input in inputs { addInput(input.name, input.node, after: first, level: &level) }
        var detailNumber: Int32 = -1
        if let detail {
            bytes += (detail.constraint?.utf8.count ?? 0) + (detail.report?.utf8.count ?? 0)
            detailNumber = Int32(record.extras.details.count)
            record.extras.details.append(detail)
        }
        let id = NodeID(record.nodes.count), site = number(of: site)
        record.log.append(LoggedEvent(node: id, site: site))
        return addNode(
            kind, base: base, index: record.claimIndex(of: base, for: id, wanted: index), value: value, level: level,
            inputCount: inputs.count, description: description, detail: detailNumber, event: record.log.count - 1, site: site, call: call)
    }

    /// The output of an operator whose value is not there yet: its event is in the log, and its name is taken.
    private struct PendingOutput {
        let numbers: OperatorNumbers
        let base: Int32
        let index: Int32
        let site: Int32
    }

    /// Announces that operands will be read. Their rows may be anywhere, so everything that does not need them is done while they come
    /// from memory. This changes nothing, but a method that only reads would get a copy of the store.
    @inline(__always)
    mutating func prefetch(_ operands: [Engine.Operand]) {
        for case .node(let id) in operands { record.nodes.prefetch(id.index) }
    }

    /// The result of the call of an operator.
    enum Applied {
        case made(NodeID)
        /// The operands have no such operation, and nothing was made.
        case failed(Operator, OperatorFailure)
    }

    /// Applies an operator to nodes.
    ///
    /// - Parameter joinsTexts: whether `concat` is to be applied instead where one of the operands is text.
    /// - Throws: `TraceError.limit` when the graph is full.
    mutating func apply(_ op: Operator, _ operands: [Engine.Operand], joinsTexts: Bool, site: Site?) throws(TraceError) -> Applied {
        _ = try requireRoom(for: .none)
        let site = number(of: site)
        var output = output(of: op, site: site), op = op
        record.log.append(LoggedEvent(node: NodeID(record.nodes.count), site: site))
        var values: [Value] = []
        swap(&values, &spareValues)
        for case .node(let id) in operands { values.append(state.value(id, in: record)) }
        if joinsTexts, values.contains(where: { if case .string = $0 { true } else { false } }) {
            op = Operator.concat
            output = renamed(output, to: op)
        }
        do {
            let result = try op.rule(values)
            while values.popLast() != nil {}
            spareValues = values
            return .made(try finish(output, with: result, of: op, operands))
        } catch let error as TraceError {
            withdraw(output)
            throw error
        } catch {
            withdraw(output)
            return .failed(op, error as? OperatorFailure ?? OperatorFailure(type: "TypeError", message: String(describing: error)))
        }
    }

    private mutating func output(of op: Operator, site: Int32) -> PendingOutput {
        let numbers = numbers(of: op)
        let base = scopes.last.map { record.names.number(of: $0 + "/" + op.name) } ?? numbers.base
        return PendingOutput(numbers: numbers, base: base, index: record.claimIndex(of: base, for: NodeID(record.nodes.count)), site: site)
    }

    /// The same pending output, for another operator.
    private mutating func renamed(_ begun: PendingOutput, to op: Operator) -> PendingOutput {
        record.returnIndex(begun.index, of: begun.base)
        return output(of: op, site: begun.site)
    }

    /// Undoes the beginning of a call.
    private mutating func withdraw(_ output: PendingOutput) {
        record.returnIndex(output.index, of: output.base)
        record.log.removeLast()
    }

    /// Appends the output of an operator, as `append` does any node, but without arrays of its own: this is what a workflow does most.
    ///
    /// - Parameter operands: nodes, which are the inputs if tracing is on.
    /// - Throws: `TraceError.limit` when the graph is full.
    private mutating func finish(
        _ output: PendingOutput, with result: Value, of op: Operator, _ operands: [Engine.Operand]
    ) throws(TraceError) -> NodeID {
        bytes += try requireRoom(for: result)
        let first = Int32(record.inputs.count)
        var level: Int32 = 0, count = 0
        if isTracing {
            for case .node(let id) in operands {
                let name =
                    count < op.arguments.count
                    ? argumentNames[Int(output.numbers.firstArgument) + count] : record.names.number(of: op.argument(count))
                addInput(name, id, after: first, level: &level)
                count += 1
            }
        }
        return addNode(
            isTracing ? .message : .node, base: output.base, index: output.index, value: result, level: level, inputCount: count,
            description: output.numbers.description, detail: -1, event: record.log.count - 1, site: output.site)
    }

    /// Appends an input of the node that comes next. Of its parents no more is touched than their rows, which may lie anywhere.
    ///
    /// - Parameter first: the number of inputs before the node's own.
    @inline(__always)
    mutating func addInput(_ name: Int32, _ node: NodeID, after first: Int32, level: inout Int32) {
        let child = NodeID(record.nodes.count), edge = Int32(record.inputs.count), parent = node.index
        let last = record.nodes[parent].lastChild
        record.inputs.append(InputRow(name: name, node: node, child: child, previous: last))
        level = max(level, record.nodes[parent].level + 1)
        // Inputs come one after the other, so a parent that already has this child has it last.
        if last < first { record.nodes[parent].lastChild = edge }
    }

    /// Appends a node whose inputs are the last ones, and whose name and event are there.
    @inline(__always)
    private mutating func addNode(
        _ kind: NodeKind, base: Int32, index: Int32, value: Value, level: Int32, inputCount: Int, description: Int32, detail: Int32,
        event: Int, site: Int32, call: Int32? = nil
    ) -> NodeID {
        let id = NodeID(record.nodes.count)
        record.nodes.append(
            NodeRow(
                value: value, base: base, index: index, level: level, firstInput: Int32(record.inputs.count - inputCount),
                inputCount: inputCount, description: description, detail: detail, event: Int32(event), site: site,
                call: call ?? Int32(openCalls.last ?? -1), kind: kind))
        record.extras.levels.append(level)
        state.madeNode()
        return id
    }

    // MARK: Feedback

    /// Puts an entry on a node.
    @inline(__always)
    mutating func give(_ node: NodeID, _ source: FeedbackSource, backward: Int, value: Value?, site: Int32) {
        let index = Int32(record.entries.count)
        record.entries.append(
            FeedbackEntry(node: node, source: source, backward: backward, event: Int32(record.log.count), value: value))
        record.log.append(LoggedEvent(entry: index, site: site))
        state.gave(index, to: node)
    }

    /// Puts an entry on a parent of a node that is visited now. A parent that is visited too comes later and holds nothing afterwards, so
    /// the state need not say what it holds until then.
    @inline(__always)
    private mutating func pass(to parent: NodeID, from child: NodeID, _ members: NodeSet?, backward: Int, site: Int32) {
        guard members?.contains(parent) ?? record.hasParents(parent) else {
            return give(parent, .child(child), backward: backward, value: nil, site: site)
        }
        let index = Int32(record.entries.count)
        record.entries.append(
            FeedbackEntry(node: parent, source: .child(child), backward: backward, event: Int32(record.log.count), value: nil))
        record.log.append(LoggedEvent(entry: index, site: site))
        state.passedOn()
    }

    /// Passes the feedback of all the nodes that a backward visits, children first, on to their parents as trace graphs, and clears it
    /// there.
    ///
    /// - Parameter members: the same nodes as a set; nil if they are few, and then what has no parents is not among them.
    mutating func visit(
        _ nodes: [NodeID], _ members: NodeSet?, backward: Int, retain: Bool, hidden: [NodeID: [NodeID]], site: Int32
    ) {
        for (i, node) in nodes.enumerated() {
            record.prefetchInputs(of: nodes, after: i)
            let first = Int(record.nodes[node.index].firstInput), end = first + Int(record.nodes[node.index].inputCount)
            if end - first <= 2 {
                // Most nodes: without an array for the distinct parents.
                let parent = record.inputs[first].node
                pass(to: parent, from: node, members, backward: backward, site: site)
                if end - first == 2, record.inputs[first + 1].node != parent {
                    pass(to: record.inputs[first + 1].node, from: node, members, backward: backward, site: site)
                }
            } else {
                for parent in record.parents(node) { pass(to: parent, from: node, members, backward: backward, site: site) }
            }
            if !hidden.isEmpty {
                for parameter in hidden[node] ?? [] { give(parameter, .child(node), backward: backward, value: nil, site: site) }
            }
            record.log.append(LoggedEvent(visit: node, backward: Int32(backward), site: site))
            state.visited(node, freedBy: retain ? nil : Int32(backward))
        }
    }
}
