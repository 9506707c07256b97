/// The archived part of a record.
public struct ArchiveMark: Sendable {
    var names = 0, sites = 0, details = 0, nodes = 0, bundles = 0, calls = 0, opaqueCalls = 0, optimizers = 0, backwards = 0
    var entries = 0, versions = 0, zeroes = 0, selections = 0, proposals = 0, questions = 0, exchanges = 0, failures = 0, texts = 0,
        objectives = 0,
        scores = 0
    var externalReads = 0, stacks = 0, stackMarks = 0, handMarks = 0
    /// Number of events.
    public internal(set) var log = 0
    /// The bundle calls that were active, whose facts have changed since.
    var openCalls: [Int] = []

    public init() {}
}

/// A record as bytes, in batches: each batch has everything that was added since the one before. Facts that follow from others are not
/// written: edges, levels, the nodes of a name, the visits and entries of a backward call, and the state, which is the fold of the log.
///
/// A batch is the sign `TSA`, the format's version, the tables, and a checksum. A table is its letter, the number of its first row, the
/// number of its rows, and bytes. Each table's writer comes before its reader in `ArchiveTables`.
public enum Archive {
    static let sign: [UInt8] = Array("TSA".utf8)
    /// Grows when older readers could not read new archives. Older archives can always be read.
    public static let version = 8

    /// The additions to a record since a mark, which moves on.
    ///
    /// - Parameter openCalls: the bundle calls that are going on.
    /// - Throws: `ArchiveError.tooDeep`; the mark stays where it was.
    static func batch(of record: GraphRecord, since mark: inout ArchiveMark, openCalls: [Int] = []) throws(ArchiveError) -> [UInt8] {
        var writer = ArchiveWriter()
        writer.append(sign)
        writer.byte(UInt8(version))
        var next = mark
        try writer.tables(of: record, &next)
        next.openCalls = openCalls
        let sum = ArchiveWriter.checksum(writer.bytes[...], version: version)
        for shift in stride(from: UInt64(0), to: 64, by: 8) { writer.byte(UInt8(truncatingIfNeeded: sum >> shift)) }
        mark = next
        return writer.bytes
    }

    /// The tables of a batch, once its frame was found to be whole.
    static func tables(in bytes: [UInt8]) throws(ArchiveError) -> ArchiveReader {
        guard bytes.count >= sign.count, bytes.starts(with: sign) else { throw .notAnArchive }
        guard bytes.count >= sign.count + 9 else { throw .damaged("the beginning") }
        let found = Int(bytes[sign.count])
        guard found <= version else { throw .newer(found) }
        let end = bytes.count - 8
        let sum = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[end + $1]) << UInt64(8 * $1) }
        guard found >= 1, sum == ArchiveWriter.checksum(bytes[..<end], version: found) else { throw .damaged("the checksum") }
        var reader = ArchiveReader(bytes, from: sign.count + 1, to: end)
        reader.version = found
        return reader
    }
}

extension GraphRecord {
    /// The whole record as one batch.
    public func archived() throws(ArchiveError) -> [UInt8] {
        var mark = ArchiveMark()
        return try Archive.batch(of: self, since: &mark)
    }
}

extension Engine {
    /// The events since a mark, as bytes; the mark moves on. Only while the engine is at rest.
    public func archive(since mark: inout ArchiveMark) throws(ArchiveError) -> [UInt8] {
        try Archive.batch(of: record, since: &mark, openCalls: store.openCalls)
    }

    /// An engine at the end of a record, for reading it.
    public convenience init(record: GraphRecord) {
        self.init()
        store.record = record
        var state = GraphState(), kept = Checkpoints()
        while state.events < record.log.count {
            state.go(to: min(kept.next, record.log.count), in: record) { kept.state(at: $0, in: record) }
            kept.keep(state)
        }
        (store.state, checkpoints) = (state, kept)
    }
}

/// Puts a record together again out of its batches.
public struct RecordReader: Sendable {
    var store = GraphStore()
    var references = ArchiveReferences()
    /// Number of bytes read, and of visits that the bytes imply without naming them.
    var bytesRead = 0, implied = 0
    /// Limits of the expansion of bytes: those of an engine, or more events per byte than a graph has under wider limits.
    var most = (events: GraphLimits().events, eventsPerByte: 100)

    public init() {}

    /// Number of events so far.
    public var events: Int { store.record.log.count }

    /// Reads the next batch.
    ///
    /// - Throws: `ArchiveError`; then the part that was read before is not usable either.
    public mutating func read(_ bytes: [UInt8]) throws(ArchiveError) {
        var reader = try Archive.tables(in: bytes)
        bytesRead += bytes.count
        while !reader.isAtEnd {
            let letter = try reader.byte()
            guard let table = ArchiveTable(rawValue: letter) else { throw .damaged("table \(letter)") }
            reader.what = table.name
            let first = try reader.count(), count = try reader.count()
            var rows = try reader.part()
            // Every row takes a byte at least, so the number is bounded by the bytes that there are.
            guard table == .calls || first == table.count(in: store.record) else { throw reader.damaged() }
            for _ in 0..<count { try self.row(of: table, &rows) }
            guard rows.isAtEnd else { throw reader.damaged() }
            references.merge(rows.references)
        }
    }

    /// The record, if everything exists that its parts refer to.
    public func finish() throws(ArchiveError) -> GraphRecord {
        try references.check(store.record)
        try checkLog()
        return store.record
    }

    /// Checks that the log can be folded: the rows that each event refers to are there by then.
    private func checkLog() throws(ArchiveError) {
        let record = store.record
        var nodes = 0, optimizers = 0, backwards = 0, entries = 0
        for (number, logged) in record.log.enumerated() {
            let holds: Bool
            switch logged.event {
            case .node(let id):
                holds = id.index == nodes && record.event(id) == number
                nodes += 1
            case .optimizer(let id):
                holds = id.index == optimizers
                optimizers += 1
            case .backward(let call):
                holds = call == backwards + 1
                backwards += 1
            case .visit(let id, let call): holds = id.index < nodes && (1...max(backwards, 1)).contains(Int(call)) && backwards > 0
            case .feedback(let entry):
                let given = record.entries[Int(entry)]
                holds = Int(entry) == entries && Int(given.event) == number && given.node.index < nodes && given.backward <= backwards
                entries += 1
            case .drop(let index), .putBack(let index): holds = record.selections[index].allSatisfy { $0 < entries }
            case .settle(let id), .step(let id, _): holds = id.index < optimizers
            case .propose(let index): holds = record.proposals[index].optimizer.index < optimizers
            case .objective(let index): holds = record.reports.objectives[index].optimizer.index < optimizers
            case .update(let index), .set(let index): holds = record.versions[Int(index)].node.index < nodes
            case .restore(let moment): holds = moment <= number
            case .zero, .error, .conflict, .output, .command, .model, .exchange, .score, .end: holds = true
            }
            guard holds else { throw .damaged("event \(number + 1)") }
        }
        guard nodes == record.nodes.count, optimizers == record.optimizers.count, backwards == record.backwards.count,
            entries == record.entries.count
        else {
            throw .damaged("the events")
        }
    }
}

/// The greatest numbers that the rows read so far refer to.
struct ArchiveReferences: Sendable {
    var node = -1, optimizer = -1, bundle = -1, backward = 0, entry = -1, version = -1, call = -1, name = -1, site = -1, zero = -1
    var proposal = -1, question = -1, exchange = -1, failure = -1, text = -1, log = -1, objective = -1, score = -1
    var selection = -1

    /// The target of a reference, which is checked when all has been read.
    enum Target {
        case node, optimizer, bundle, backward, entry, version, call, name, zero, proposal, question, exchange, failure, text, log,
            objective, score, selection
    }

    /// A switch over a constant costs nothing; a key path would take most of the time of reading millions of numbers.
    @inline(__always)
    mutating func note(_ number: Int, _ target: Target) {
        switch target {
        case .node: node = max(node, number)
        case .optimizer: optimizer = max(optimizer, number)
        case .bundle: bundle = max(bundle, number)
        case .backward: backward = max(backward, number)
        case .entry: entry = max(entry, number)
        case .version: version = max(version, number)
        case .call: call = max(call, number)
        case .name: name = max(name, number)
        case .zero: zero = max(zero, number)
        case .proposal: proposal = max(proposal, number)
        case .question: question = max(question, number)
        case .exchange: exchange = max(exchange, number)
        case .failure: failure = max(failure, number)
        case .text: text = max(text, number)
        case .log: log = max(log, number)
        case .objective: objective = max(objective, number)
        case .score: score = max(score, number)
        case .selection: selection = max(selection, number)
        }
    }

    mutating func merge(_ other: ArchiveReferences) {
        node = max(node, other.node)
        optimizer = max(optimizer, other.optimizer)
        bundle = max(bundle, other.bundle)
        backward = max(backward, other.backward)
        entry = max(entry, other.entry)
        version = max(version, other.version)
        call = max(call, other.call)
        name = max(name, other.name)
        site = max(site, other.site)
        zero = max(zero, other.zero)
        proposal = max(proposal, other.proposal)
        question = max(question, other.question)
        exchange = max(exchange, other.exchange)
        failure = max(failure, other.failure)
        text = max(text, other.text)
        log = max(log, other.log)
        objective = max(objective, other.objective)
        score = max(score, other.score)
        selection = max(selection, other.selection)
    }

    func check(_ record: GraphRecord) throws(ArchiveError) {
        let holds =
            node < record.nodes.count && optimizer < record.optimizers.count && bundle < record.bundles.all.count
            && backward <= record.backwards.count && entry < record.entries.count && version < record.versions.count
            && call < record.bundles.calls.count && name < record.names.strings.count && site < record.origins.sites.count
            && zero < record.zeroes.count && selection < record.selections.count
            && proposal < record.proposals.count && question < record.models.questions.count && exchange < record.models.exchanges.count
            && failure < record.reports.failures.count && text < record.reports.texts.count && log < record.log.count
            && objective < record.reports.objectives.count && score < record.reports.scores.count
        guard holds else { throw .damaged("what the parts refer to") }
    }
}
