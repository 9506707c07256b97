// One row of each table: the writer comes before its reader, and both go field by field, in one order.

// MARK: Nodes and bundles

extension ArchiveWriter {
    mutating func node(_ id: NodeID, _ record: GraphRecord) throws(ArchiveError) {
        let row = record.nodes[id.index]
        byte(row.kind.rawValue)
        count(Int(row.base))
        count(Int(row.index))
        try value(row.value)
        count(Int(row.description))
        count(Int(row.inputCount))
        for place in row.firstInput..<row.firstInput + row.inputCount {
            count(Int(record.inputs[Int(place)].name))
            node(record.inputs[Int(place)].node)
        }
        optional(record.detail(id)) { writer, detail in
            writer.optional(detail.constraint) { $0.string($1) }
            writer.optional(detail.bundle) { $0.count($1.index) }
            writer.optional(detail.inner) { $0.count(Int($1)) }
            writer.optional(detail.report) { $0.string($1) }
            writer.optional(detail.original) { $0.node($1) }
            writer.optional(detail.type) { $0.string($1) }
        }
        optional(record.extras.detachedFrom[id]) { $0.node($1) }
        count(Int(row.call) + 1)
        count(Int(row.event))
        count(Int(row.site) + 1)
    }
}

extension RecordReader {
    mutating func node(_ reader: inout ArchiveReader) throws(ArchiveError) {
        let id = NodeID(store.record.nodes.count)
        guard let kind = NodeKind(rawValue: try reader.byte()) else { throw reader.damaged() }
        let base = try reader.name(), index = try reader.count(), value = try reader.value(), description = try reader.name()
        guard base < store.record.names.strings.count, description < store.record.names.strings.count else { throw reader.damaged() }
        let firstInput = Int32(store.record.inputs.count)
        var level: Int32 = 0
        let inputCount = try reader.length()
        for _ in 0..<inputCount {
            let name = try reader.name(), input = try reader.node()
            guard input < id else { throw reader.damaged() }
            store.addInput(name, input, after: firstInput, level: &level)
        }
        let detail = try reader.optional { reader throws(ArchiveError) in try reader.detail() }
        let source = try reader.optional { reader throws(ArchiveError) in try reader.node() }
        let call = try reader.count() - 1
        guard call <= Int(Int32.max) else { throw reader.damaged() }
        reader.references.call = max(reader.references.call, call)
        let event = try reader.reference(.log), site = try reader.siteNumber()

        if let source { store.record.extras.detachedFrom[id] = source }
        var number: Int32 = -1
        if let detail {
            number = Int32(store.record.extras.details.count)
            store.record.extras.details.append(detail)
        }
        // A graph that was read from a file may lack some indices.
        guard index < Int(Int32.max) else { throw reader.damaged() }
        _ = store.record.claimIndex(of: base, for: id, wanted: Int32(index))
        store.record.nodes.append(
            NodeRow(
                value: value, base: base, index: Int32(index), level: level, firstInput: firstInput,
                inputCount: inputCount, description: description, detail: number, event: Int32(event), site: site,
                call: Int32(call), kind: kind))
        store.record.extras.levels.append(level)
    }
}

extension ArchiveReader {
    mutating func detail() throws(ArchiveError) -> NodeDetail {
        NodeDetail(
            constraint: try optional { reader throws(ArchiveError) in try reader.string() },
            bundle: try optional { reader throws(ArchiveError) in try reader.bundleID() },
            inner: try optional { reader throws(ArchiveError) in Int32(try reader.reference(.call)) },
            report: try optional { reader throws(ArchiveError) in try reader.string() },
            original: try optional { reader throws(ArchiveError) in try reader.node() },
            type: version < 7 ? nil : try optional { reader throws(ArchiveError) in try reader.string() })
    }
}

extension ArchiveWriter {
    mutating func bundle(_ bundle: BundleFacts) {
        string(bundle.name)
        string(bundle.documentation)
        bool(bundle.isTraceable)
        bool(bundle.allowsExternal)
        bool(bundle.catchesErrors)
        optional(bundle.code) { $0.node($1) }
    }

    mutating func call(_ index: Int, _ call: CallFacts) {
        count(index)
        count(call.bundle.index)
        // The end may be one after the last node.
        count(call.start.index)
        count(call.end.index)
        optional(call.result) { $0.node($1) }
        optional(call.output) { $0.node($1) }
        optional(call.enclosing) { $0.count($1) }
        nodes(call.copies)
        nodes(call.candidates)
        nodes(call.nested)
    }

    mutating func opaqueCall(_ call: OpaqueCallFacts) {
        count(call.bundle.index)
        count(call.start.index)
        count(call.end.index)
        node(call.output)
    }
}

extension ArchiveReader {
    mutating func bundle() throws(ArchiveError) -> BundleFacts {
        BundleFacts(
            name: try string(), documentation: try string(), isTraceable: try bool(), allowsExternal: try bool(), catchesErrors: try bool(),
            code: try optional { reader throws(ArchiveError) in try reader.node() })
    }

    /// The bounds of a range of nodes; the last one is the node after the range.
    private mutating func range() throws(ArchiveError) -> (start: NodeID, end: NodeID) {
        let start = try count(), end = try count()
        guard start <= end, end <= Int(Int32.max) else { throw damaged() }
        references.node = max(references.node, end - 1)
        return (NodeID(start), NodeID(end))
    }

    mutating func call() throws(ArchiveError) -> (index: Int, call: CallFacts) {
        let index = try count(), bundle = try bundleID(), range = try range()
        let result = try optional { reader throws(ArchiveError) in try reader.node() }
        let output = try optional { reader throws(ArchiveError) in try reader.node() }
        let enclosing = try optional { reader throws(ArchiveError) in try reader.count() }
        if let enclosing, enclosing >= index { throw damaged() }
        return (
            index,
            CallFacts(
                bundle: bundle, start: range.start, end: range.end, result: result, output: output, enclosing: enclosing,
                copies: try nodes(), candidates: try nodes(), nested: try nodes())
        )
    }

    mutating func opaqueCall() throws(ArchiveError) -> OpaqueCallFacts {
        let bundle = try bundleID(), range = try range()
        return OpaqueCallFacts(bundle: bundle, start: range.start, end: range.end, output: try node())
    }
}

// MARK: Feedback

extension ArchiveWriter {
    mutating func backward(_ call: BackwardFacts, _ record: GraphRecord) throws(ArchiveError) {
        node(call.output)
        optional(call.optimizer) { $0.optimizer($1) }
        try value(call.feedback)
        bool(call.retains)
        count(call.event)
        optional(call.site) { $0.site($1) }
        // The nodes can mostly be found again as the call found them.
        let isImplied = record.visits(from: call.output).nodes == call.visited
        bool(isImplied)
        if !isImplied { nodes(call.visited) }
        count(call.hidden.count)
        for (output, parameters) in call.hidden.sorted(by: { $0.key < $1.key }) {
            node(output)
            nodes(parameters)
        }
        bool(call.givesGraphs)
    }

    mutating func source(_ source: FeedbackSource) {
        switch source {
        case .user: count(0)
        case .child(let id): count(id.index + 1)
        }
    }

    mutating func entry(_ entry: FeedbackEntry) throws(ArchiveError) {
        node(entry.node)
        source(entry.source)
        count(entry.backward)
        count(Int(entry.event))
        bool(entry.value != nil)
        if let given = entry.value { try value(given) }
    }

    mutating func zero(_ zero: ZeroFacts) {
        switch zero.scope {
        case .optimizer(let id):
            byte(0)
            optimizer(id)
        case .node(let id):
            byte(1)
            node(id)
        case .all: byte(2)
        }
        nodes(zero.cleared)
        entryNumbers(zero.entries)
        optional(zero.site) { $0.site($1) }
    }

    mutating func entryNumbers(_ entries: [Int32]) {
        count(entries.count)
        for entry in entries { count(Int(entry)) }
    }
}

extension RecordReader {
    mutating func backward(_ reader: inout ArchiveReader) throws(ArchiveError) {
        let output = try reader.node()
        let optimizer = try reader.optional { reader throws(ArchiveError) in try reader.optimizer() }
        let feedback = try reader.value(), retains = try reader.bool(), event = try reader.reference(.log)
        let site = try reader.optional { reader throws(ArchiveError) in try reader.site() }
        let isImplied = reader.version < 5 ? false : try reader.bool()
        // The nodes of a batch are read before its calls, so that the search here is bounded.
        guard output.index < store.record.nodeCount else { throw reader.damaged() }
        let found: (nodes: [NodeID], members: NodeSet?) =
            isImplied ? store.record.visits(from: output) : (try reader.nodes(), nil)
        guard found.nodes.allSatisfy({ $0.index < store.record.nodeCount }) else { throw reader.damaged() }
        if isImplied { try claim(found.nodes.count, reader) }
        var hidden: [NodeID: [NodeID]] = [:]
        for _ in 0..<(try reader.length()) { hidden[try reader.node()] = try reader.nodes() }
        store.record.backwards.append(
            BackwardFacts(
                number: store.record.backwards.count + 1, output: output, optimizer: optimizer, feedback: feedback, retains: retains,
                event: event, site: site, visited: found.nodes, members: BackwardFacts.members(found.nodes, as: found.members),
                hidden: hidden, givesGraphs: try reader.bool()))
    }
}

extension ArchiveReader {
    mutating func source() throws(ArchiveError) -> FeedbackSource {
        let number = try count()
        if number == 0 { return .user }
        guard number <= Int(Int32.max) else { throw damaged() }
        references.node = max(references.node, number - 1)
        return .child(NodeID(number - 1))
    }

    mutating func entry() throws(ArchiveError) -> FeedbackEntry {
        let node = try node(), source = try source(), backward = try backwardNumber(), event = try reference(.log)
        return FeedbackEntry(
            node: node, source: source, backward: backward, event: Int32(event),
            value: try optional { reader throws(ArchiveError) in try reader.value() })
    }

    mutating func zero() throws(ArchiveError) -> ZeroFacts {
        let scope: ZeroFacts.Scope
        switch try byte() {
        case 0: scope = .optimizer(try optimizer())
        case 1: scope = .node(try node())
        case 2: scope = .all
        default: throw damaged()
        }
        return ZeroFacts(
            scope: scope, cleared: try nodes(), entries: try entryNumbers(),
            site: try optional { reader throws(ArchiveError) in try reader.site() })
    }

    mutating func entryNumbers() throws(ArchiveError) -> [Int32] {
        try list { reader throws(ArchiveError) in Int32(try reader.reference(.entry)) }
    }
}

// MARK: Failures

extension ArchiveWriter {
    mutating func failure(_ failure: FailureFacts) throws(ArchiveError) {
        optional(failure.site) { $0.site($1) }
        optional(failure.optimizer) { $0.optimizer($1) }
        switch failure.error {
        case .execution(let id, let type, let message, let limited):
            byte(0)
            node(id)
            string(type)
            string(message)
            bool(limited)
        case .missingInput(let bundle, let read):
            byte(1)
            string(bundle)
            nodes(read)
        case .conflict(let conflict):
            byte(2)
            try self.conflict(conflict)
        case .freed(let freed, let backward):
            byte(3)
            nodes(freed)
            count(backward)
        case .noFeedback(let id):
            byte(4)
            optimizer(id)
        case .notAParameter(let id):
            byte(5)
            node(id)
        case .noModel(let who):
            byte(6)
            asker(who)
        case .model(let who, let why):
            byte(7)
            asker(who)
            error(why)
        case .badAnswer(let id, let reason):
            byte(8)
            optimizer(id)
            string(reason)
        case .noProposal(let id):
            byte(9)
            optimizer(id)
        case .limit(let text):
            byte(10)
            string(text)
        case .propagator(let id, let message):
            byte(11)
            node(id)
            string(message)
        case .invalid(let text):
            byte(12)
            string(text)
        case .promptTooLong(let who, let excess):
            byte(13)
            asker(who)
            self.excess(excess)
        case .elsewhere(let code, let message):
            byte(14)
            string(code)
            string(message)
        }
    }

    private mutating func excess(_ excess: PromptExcess) {
        int(excess.tokens)
        int(excess.limit)
        string(excess.model)
        count(excess.largest.count)
        for item in excess.largest {
            string(item.name)
            optional(item.node) { $0.node($1) }
            int(item.tokens)
        }
    }

    private mutating func conflict(_ conflict: AggregationConflict) throws(ArchiveError) {
        optional(conflict.optimizer) { $0.optimizer($1) }
        try list(conflict.sides) { writer, side throws(ArchiveError) in
            writer.node(side.node)
            writer.source(side.source)
            writer.count(side.backward)
            try writer.value(side.feedback)
        }
    }
}

extension ArchiveReader {
    mutating func failure() throws(ArchiveError) -> FailureFacts {
        let site = try optional { reader throws(ArchiveError) in try reader.site() }
        let optimizer = version < 8 ? nil : try optional { reader throws(ArchiveError) in try reader.optimizer() }
        return FailureFacts(error: try traceError(), optimizer: optimizer, site: site)
    }

    private mutating func traceError() throws(ArchiveError) -> TraceError {
        switch try byte() {
        case 0: return .execution(node: try node(), type: try string(), message: try string(), limited: try bool())
        case 1: return .missingInput(bundle: try string(), nodes: try nodes())
        case 2: return .conflict(try conflict())
        case 3: return .freed(nodes: try nodes(), backward: try backwardNumber())
        case 4: return .noFeedback(try optimizer())
        case 5: return .notAParameter(try node())
        case 6: return .noModel(try asker())
        case 7: return .model(try asker(), try error())
        case 8: return .badAnswer(try optimizer(), reason: try string())
        case 9: return .noProposal(try optimizer())
        case 10: return .limit(try string())
        case 11: return .propagator(node: try node(), message: try string())
        case 12: return .invalid(try string())
        case 13: return .promptTooLong(try asker(), try excess())
        case 14: return .elsewhere(code: try string(), message: try string())
        default: throw damaged()
        }
    }

    private mutating func excess() throws(ArchiveError) -> PromptExcess {
        PromptExcess(
            tokens: try int(), limit: try int(), model: try string(),
            largest: try list { reader throws(ArchiveError) in
                PromptExcess.Item(
                    name: try reader.string(), node: try reader.optional { reader throws(ArchiveError) in try reader.node() },
                    tokens: try reader.int())
            })
    }

    private mutating func conflict() throws(ArchiveError) -> AggregationConflict {
        let optimizer = try optional { reader throws(ArchiveError) in try reader.optimizer() }
        let sides = try list { reader throws(ArchiveError) in
            AggregationConflict.Side(
                node: try reader.node(), source: try reader.source(), backward: try reader.backwardNumber(), feedback: try reader.value())
        }
        guard !sides.isEmpty else { throw damaged() }
        return AggregationConflict(optimizer: optimizer, sides: sides)
    }
}
