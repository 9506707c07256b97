/// The tables of an archive, in the order in which they are written: a table comes after those that its rows are made of. A new table gets
/// a new letter; a new field in a row makes a new `Archive.version`.
enum ArchiveTable: UInt8, CaseIterable, Sendable {
    case names = 0x6e
    case sites = 0x6c
    case bundles = 0x62
    case nodes = 0x4e
    case calls = 0x63
    case opaqueCalls = 0x6f
    case optimizers = 0x4f
    case backwards = 0x42
    case entries = 0x65
    case versions = 0x76
    case zeroes = 0x7a
    case selections = 0x44
    case proposals = 0x70
    case questions = 0x71
    case exchanges = 0x78
    case failures = 0x66
    case texts = 0x74
    case objectives = 0x6a
    case scores = 0x53
    case externalReads = 0x72
    case stacks = 0x73
    case stackMarks = 0x6d
    case handMarks = 0x68
    case log = 0x4c

    var name: String { "the \(self)" }

    func count(in record: GraphRecord) -> Int {
        switch self {
        case .names: record.names.strings.count
        case .sites: record.origins.sites.count
        case .bundles: record.bundles.all.count
        case .nodes: record.nodes.count
        case .calls: record.bundles.calls.count
        case .opaqueCalls: record.bundles.opaqueCalls.count
        case .optimizers: record.optimizers.count
        case .backwards: record.backwards.count
        case .entries: record.entries.count
        case .versions: record.versions.count
        case .zeroes: record.zeroes.count
        case .selections: record.selections.count
        case .proposals: record.proposals.count
        case .questions: record.models.questions.count
        case .exchanges: record.models.exchanges.count
        case .failures: record.reports.failures.count
        case .texts: record.reports.texts.count
        case .objectives: record.reports.objectives.count
        case .scores: record.reports.scores.count
        case .externalReads: record.bundles.externalReads.count
        case .stacks: record.origins.stacks.count
        case .stackMarks: record.origins.stackMarks.count
        case .handMarks: record.origins.handMarks.count
        case .log: record.log.count
        }
    }

    /// The place in a mark where the archived part of the table is noted.
    var mark: WritableKeyPath<ArchiveMark, Int> & Sendable {
        switch self {
        case .names: \.names
        case .sites: \.sites
        case .bundles: \.bundles
        case .nodes: \.nodes
        case .calls: \.calls
        case .opaqueCalls: \.opaqueCalls
        case .optimizers: \.optimizers
        case .backwards: \.backwards
        case .entries: \.entries
        case .versions: \.versions
        case .zeroes: \.zeroes
        case .selections: \.selections
        case .proposals: \.proposals
        case .questions: \.questions
        case .exchanges: \.exchanges
        case .failures: \.failures
        case .texts: \.texts
        case .objectives: \.objectives
        case .scores: \.scores
        case .externalReads: \.externalReads
        case .stacks: \.stacks
        case .stackMarks: \.stackMarks
        case .handMarks: \.handMarks
        case .log: \.log
        }
    }
}

extension ArchiveWriter {
    /// Writes the rows that each table has beyond a mark, and moves the mark.
    mutating func tables(of record: GraphRecord, _ mark: inout ArchiveMark) throws(ArchiveError) {
        for table in ArchiveTable.allCases {
            let first = mark[keyPath: table.mark], end = table.count(in: record)
            // A call that was active is written again.
            let again = table == .calls ? mark.openCalls.filter { $0 < first } : []
            guard first < end || !again.isEmpty else { continue }
            mark[keyPath: table.mark] = end
            // Entries are written in the log.
            if table == .entries { continue }
            var rows = ArchiveWriter(), number = again.count + end - first
            if table == .log {
                number = try rows.log(first..<end, of: record)
            } else {
                for index in again { try rows.row(index, of: table, record) }
                for index in first..<end { try rows.row(index, of: table, record) }
            }
            byte(table.rawValue)
            count(first)
            count(number)
            count(rows.bytes.count)
            append(rows.bytes)
        }
    }

    fileprivate mutating func row(_ index: Int, of table: ArchiveTable, _ record: GraphRecord) throws(ArchiveError) {
        switch table {
        case .names: string(record.names.strings[index])
        case .sites: site(record.origins.sites[index])
        case .bundles: bundle(record.bundles.all[index])
        case .nodes: try node(NodeID(index), record)
        case .calls: call(index, record.bundles.calls[index])
        case .opaqueCalls: opaqueCall(record.bundles.opaqueCalls[index])
        case .optimizers: optimizer(record.optimizers[index])
        case .backwards: try backward(record.backwards[index], record)
        case .entries: try entry(record.entries[index])
        case .versions: try version(record.versions[index])
        case .zeroes: zero(record.zeroes[index])
        case .selections: entryNumbers(record.selections[index])
        case .proposals: try proposal(record.proposals[index])
        case .questions: question(record.models.questions[index])
        case .exchanges: try exchange(record.models.exchanges[index])
        case .failures: try failure(record.reports.failures[index])
        case .texts: string(record.reports.texts[index])
        case .objectives: objective(record.reports.objectives[index])
        case .scores: score(record.reports.scores[index])
        case .externalReads: externalReads(record.bundles.externalReads[index])
        case .stacks: try stack(record.origins.stacks[index])
        case .stackMarks: stackMark(record.origins.stackMarks[index])
        case .handMarks: handMark(record.origins.handMarks[index])
        // See `log`: one row there may mean many events.
        case .log: break
        }
    }

    mutating func node(_ id: NodeID) { count(id.index) }
    mutating func nodes(_ ids: [NodeID]) {
        count(ids.count)
        for id in ids { node(id) }
    }
    mutating func optimizer(_ id: OptimizerID) { count(id.index) }
    mutating func site(_ site: Site) {
        string(site.file)
        int(site.line)
    }
}

extension GraphRecord {
    /// Whether an event, with its rows, is the same in another record.
    public func hasSameEvent(_ number: Int, as other: GraphRecord) -> Bool {
        guard number < log.count, number < other.log.count, log[number].event == other.log[number].event,
            site(ofEvent: number) == other.site(ofEvent: number)
        else { return false }
        guard let (table, index) = log[number].event.row else { return true }
        if table == .proposals, hasSameConsumption(index, as: other) == false { return false }
        var mine = ArchiveWriter(), theirs = ArchiveWriter()
        do {
            try mine.compared(index, of: table, self)
            try theirs.compared(index, of: table, other)
        } catch {
            // Too deep to be written: the comparison of the events has to do.
            return true
        }
        return mine.bytes == theirs.bytes
    }

    /// Whether two proposals consumed the same, whether or not they are written relative to earlier ones: the first format was not.
    private func hasSameConsumption(_ index: Int, as other: GraphRecord) -> Bool {
        let mine = proposals[index], theirs = other.proposals[index]
        if mine.consumed == theirs.consumed, mine.carried == theirs.carried { return true }
        return consumed(by: mine).sorted() == other.consumed(by: theirs).sorted()
    }
}

extension ArchiveWriter {
    /// A row as far as it can be compared byte by byte.
    fileprivate mutating func compared(_ index: Int, of table: ArchiveTable, _ record: GraphRecord) throws(ArchiveError) {
        guard table == .proposals else { return try row(index, of: table, record) }
        var proposal = record.proposals[index]
        (proposal.consumed, proposal.carried) = ([], [])
        try self.proposal(proposal)
    }
}

extension TraceEvent {
    /// The row that the event brought.
    fileprivate var row: (ArchiveTable, Int)? {
        switch self {
        case .node(let id): (.nodes, id.index)
        case .optimizer(let id): (.optimizers, id.index)
        case .backward(let number): (.backwards, number - 1)
        case .feedback(let entry): (.entries, Int(entry))
        case .zero(let index): (.zeroes, index)
        case .drop(let index), .putBack(let index): (.selections, index)
        case .propose(let index): (.proposals, index)
        case .update(let index), .set(let index): (.versions, Int(index))
        case .error(let index), .conflict(let index): (.failures, index)
        case .output(let index, _), .command(let index): (.texts, index)
        case .model(let index): (.questions, index)
        case .exchange(let index): (.exchanges, index)
        case .end(let index?): (.texts, index)
        case .objective(let index): (.objectives, index)
        case .score(let index): (.scores, index)
        case .visit, .settle, .step, .restore, .end(nil): nil
        }
    }
}

extension RecordReader {
    mutating func row(of table: ArchiveTable, _ reader: inout ArchiveReader) throws(ArchiveError) {
        switch table {
        case .names:
            let name = try reader.string()
            guard store.record.names.number(of: name) == Int32(clamping: store.record.names.strings.count - 1) else {
                throw reader.damaged()
            }
        case .sites:
            let site = try reader.site(), count = store.record.origins.sites.count
            guard store.record.number(of: site) == Int32(clamping: count), store.record.origins.sites.count == count + 1 else {
                throw reader.damaged()
            }
        case .bundles: store.record.append(try reader.bundle())
        case .nodes: try node(&reader)
        case .calls:
            let (index, call) = try reader.call()
            guard index <= store.record.bundles.calls.count else { throw reader.damaged() }
            if index == store.record.bundles.calls.count {
                store.record.bundles.calls.append(call)
            } else {
                store.record.bundles.calls[index] = call
            }
        case .opaqueCalls: store.record.append(try reader.opaqueCall())
        case .optimizers: store.record.optimizers.append(try reader.optimizerFacts())
        case .backwards: try backward(&reader)
        case .entries:
            // From the fifth version on they are in the log.
            guard reader.version < 5 else { throw reader.damaged() }
            store.record.entries.append(try reader.entry())
        case .versions: store.record.versions.append(try reader.version(index: store.record.versions.count))
        case .zeroes: store.record.removals.zeroes.append(try reader.zero())
        case .selections: store.record.removals.selections.append(try reader.entryNumbers())
        case .proposals: store.record.proposals.append(try reader.proposal(index: store.record.proposals.count))
        case .questions: store.record.models.questions.append(try reader.question())
        case .exchanges: store.record.models.exchanges.append(try reader.exchange())
        case .failures: store.record.reports.failures.append(try reader.failure())
        case .texts: store.record.reports.texts.append(try reader.string())
        case .objectives: store.record.reports.objectives.append(try reader.objective())
        case .scores: store.record.reports.scores.append(try reader.score())
        case .externalReads: store.record.append(try reader.externalReads())
        case .stacks: store.record.append(try reader.stack())
        case .stackMarks: store.record.origins.stackMarks.append(try reader.stackMark(stacks: store.record.origins.stacks.count))
        case .handMarks: store.record.origins.handMarks.append(try reader.handMark())
        case .log: try log(&reader)
        }
    }
}

extension ArchiveReader {
    /// A number that refers to something, noted so that it can be checked when all has been read.
    @inline(__always)
    mutating func reference(_ target: ArchiveReferences.Target) throws(ArchiveError) -> Int {
        let number = try count()
        guard number <= Int(Int32.max) else { throw damaged() }
        references.note(number, target)
        return number
    }

    mutating func node() throws(ArchiveError) -> NodeID { NodeID(try reference(.node)) }
    mutating func nodes() throws(ArchiveError) -> [NodeID] { try list { reader throws(ArchiveError) in try reader.node() } }
    mutating func optimizer() throws(ArchiveError) -> OptimizerID { OptimizerID(try reference(.optimizer)) }
    mutating func bundleID() throws(ArchiveError) -> BundleID { BundleID(try reference(.bundle)) }
    /// The number of a backward call, counted from 1.
    mutating func backwardNumber() throws(ArchiveError) -> Int {
        let number = try reference(.backward)
        guard number >= 1 else { throw damaged() }
        return number
    }
    mutating func name() throws(ArchiveError) -> Int32 { Int32(try reference(.name)) }
    /// The number of a site, or −1; written by one more.
    mutating func siteNumber() throws(ArchiveError) -> Int32 {
        let number = try count()
        guard number <= Int(Int32.max) else { throw damaged() }
        references.site = max(references.site, number - 1)
        return Int32(number - 1)
    }
    mutating func site() throws(ArchiveError) -> Site { Site(file: try string(), line: try int()) }
}
