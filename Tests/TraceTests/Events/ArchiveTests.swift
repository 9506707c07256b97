import Foundation
import TestSupport
import Testing
@testable import Trace

/// A record that was written and read is the record; other bytes are errors.
@Suite struct ArchiveTests {
    private static let programs = max(20, PropertyTests.count / 5)

    private func runner(_ seed: Int) -> ProgramRunner {
        let runner = ProgramRunner()
        for step in RandomProgram(seed: seed).steps { _ = runner.attempt(step) }
        return runner
    }

    /// A record and its states in words: everything that has a name, event by event.
    private func words(_ record: GraphRecord) -> [String] {
        var out: [String] = []
        for index in 0..<record.nodeCount {
            let id = NodeID(index)
            out.append(
                "\(record.name(id)) \(record.kind(id)) \(record.level(id)) \(record.firstValue(id)) \(record.description(id)) "
                    + "\(record.inputs(id)) \(record.children(id)) \(record.constraint(id) ?? "-") \(record.report(id) ?? "-") "
                    + "\(String(describing: record.original(id))) \(String(describing: record.enclosingCall(id))) "
                    + "\(String(describing: record.innerCall(id))) \(record.bundle(id)?.name ?? "-") \(record.event(id)) "
                    + "\(String(describing: record.extras.detachedFrom[id])) \(String(describing: record.site(id)))")
        }
        for call in record.backwards {
            out.append(
                "\(call.number) \(call.output) \(call.visited) \(call.hidden.sorted { $0.key < $1.key }) \(call.feedback)")
        }
        for entry in record.entries {
            out.append("\(entry.node) \(entry.source) \(entry.backward) \(entry.event) \(entry.value ?? .none) \(record.graph(of: entry))")
        }
        out += record.optimizers.map { "\($0.name) \($0.kind) \($0.parameters) \($0.options)" }
        out += record.bundles.calls.map { "\($0)" } + record.bundles.opaqueCalls.map { "\($0)" }
        out += record.versions.map { "\($0)" } + record.proposals.map { "\($0)" } + record.zeroes.map { "\($0)" }
        out +=
            record.reports.failures.map { "\($0) \($0.error.report(in: record))" } + record.models.exchanges.map { "\($0)" }
            + record.reports.texts
        var state = GraphState()
        for moment in 0...record.log.count {
            state = record.fold(from: state, to: moment) { record.fold(from: GraphState(), to: $0) { _ in GraphState() } }
            let held = state.feedback.keys.map { "\($0) \(state.feedback[$0]?.entries.map { $0 } ?? [])" }
            out.append("\(moment) \(state.nodeCount) \(state.steps) \(held) \(state.proposals.count) \(state.ended)")
        }
        return out
    }

    private func record(_ bytes: [UInt8]) throws -> GraphRecord {
        var reader = RecordReader()
        try reader.read(bytes)
        return try reader.finish()
    }

    @Test func aRecordComesBack() throws {
        for seed in 1...Self.programs {
            let record = runner(seed).engine.record
            let bytes = try record.archived()
            var reader = RecordReader()
            try reader.read(bytes)
            let back = try reader.finish()
            #expect(try back.archived() == bytes, "seed \(seed)")
            #expect(words(back) == words(record), "seed \(seed)")
        }
    }

    @Test func batchesComeBack() throws {
        for seed in 1...Self.programs {
            let runner = ProgramRunner()
            var mark = ArchiveMark(), reader = RecordReader()
            for step in RandomProgram(seed: seed).steps {
                _ = runner.attempt(step)
                try reader.read(try runner.engine.archive(since: &mark))
                #expect(mark.log == runner.engine.state.events)
            }
            #expect(try reader.finish().archived() == runner.engine.record.archived(), "seed \(seed)")
        }
    }

    /// The visits that a backward call implies are not written, and are made again; all others are written.
    @Test func theEventsOfACallAreMadeAgain() throws {
        let bench = Bench()
        let p = try bench.parameter(2, "p"), id = try bench.engine.optimizer(.manual, [p])
        var y = try bench.root(0, "x")
        for _ in 0..<2000 { y = try bench.apply("add", y, p) }
        let before = try bench.engine.record.archived().count
        try bench.engine.backward(y, feedback: "larger", retain: true, optimizer: id)
        let bytes = try bench.engine.record.archived()
        #expect(bytes.count < before + 100)
        #expect(bench.engine.record.entries.count == 4001)
        // Values are each written.
        try bench.engine.backward(y, feedback: 1, retain: true, optimizer: id, propagator: SumPropagator())
        let both = try bench.engine.record.archived()
        #expect(both.count > bytes.count + 4000)
        let back = try self.record(both)
        #expect(try back.archived() == both && self.record(bytes).archived() == bytes)
        #expect(back.log.count == bench.engine.record.log.count)
        for number in back.log.indices where !back.hasSameEvent(number, as: bench.engine.record) { Issue.record("event \(number)") }
        #expect(back.backwards[1].visited == bench.engine.record.backwards[1].visited)
    }

    /// A few bytes that stand for more than an engine would ever hold are refused before they have taken the memory.
    @Test func callsThatVisitWithoutEndAreRefused() throws {
        let bench = Bench()
        var y = try bench.root(0, "x")
        for _ in 0..<1000 { y = try bench.apply("neg", y) }
        try bench.engine.backward(y, feedback: "f", retain: true)
        let bytes = try bench.engine.record.archived()
        var reader = RecordReader()
        reader.most = (events: 20_000, eventsPerByte: 1)
        try reader.read(bytes)
        // The row of the only call, again and again.
        var row = ArchiveWriter(), rows = ArchiveWriter(), whole = ArchiveWriter()
        try row.backward(reader.store.record.backwards[0], reader.store.record)
        let times = 100
        for _ in 0..<times { rows.append(row.bytes) }
        whole.append(Archive.sign)
        whole.byte(UInt8(Archive.version))
        whole.byte(ArchiveTable.backwards.rawValue)
        whole.count(1)
        whole.count(times)
        whole.count(rows.bytes.count)
        whole.append(rows.bytes)
        let sum = ArchiveWriter.checksum(whole.bytes[...])
        for shift in stride(from: UInt64(0), to: 64, by: 8) { whole.byte(UInt8(truncatingIfNeeded: sum >> shift)) }
        #expect(throws: ArchiveError.damaged("the backwards")) { try reader.read(whole.bytes) }
        #expect((20...40).contains(reader.store.record.backwards.count))
    }

    /// A batch may end while a traceable bundle is going on, whose facts are not complete.
    @Test func aBatchInTheMiddleOfACallComesBack() throws {
        let engine = Engine()
        var mark = ArchiveMark(), reader = RecordReader()
        let p = try engine.node(2, NodeOptions(name: "p", isTrainable: true))
        let bundle = try engine.bundle("f", traceable: true)
        let output = try engine.call(bundle, [("x", .node(p))]) { call in
            try reader.read(try engine.archive(since: &mark))
            let inner = try engine.apply(Operator.all["add"]!, [.node(call.arguments[0].node), .value(1)])
            try reader.read(try engine.archive(since: &mark))
            return .node(inner)
        }
        try reader.read(try engine.archive(since: &mark))
        let back = try reader.finish()
        #expect(try back.archived() == engine.record.archived())
        #expect(back.innerCall(output) == 0)
    }

    @Test func aBackwardAfterReadingGoesTheSameWay() throws {
        let bench = Bench()
        let p = try bench.parameter(2, "p"), x = try bench.root(3, "x")
        let y = try bench.apply("multiply", p, x)
        try bench.engine.backward(y, feedback: "larger", retain: true)
        var reader = RecordReader()
        try reader.read(try bench.engine.record.archived())
        let back = Engine(record: try reader.finish())
        try back.backward(y, feedback: "again", retain: true)
        try bench.engine.backward(y, feedback: "again", retain: true)
        #expect(try back.record.archived() == bench.engine.record.archived())
        #expect(back.state.feedback.keys == bench.engine.state.feedback.keys)
    }

    @Test func deepValuesAreRefused() throws {
        var value: Value = 1
        for _ in 0...ArchiveWriter.mostDepth { value = .list([value]) }
        var writer = ArchiveWriter()
        #expect(throws: ArchiveError.tooDeep) { try writer.value(value) }
    }

    @Test func otherBytesAreErrors() throws {
        let bytes = try runner(3).engine.record.archived()
        var reader = RecordReader()
        #expect(throws: ArchiveError.notAnArchive) { try reader.read([]) }
        #expect(throws: ArchiveError.notAnArchive) { try reader.read(Array("SQLite format 3".utf8)) }
        var newer = bytes
        newer[3] = 99
        #expect(throws: ArchiveError.newer(99)) { try reader.read(newer) }
        var flipped = bytes
        flipped[bytes.count / 2] ^= 4
        #expect(throws: ArchiveError.damaged("the checksum")) { try reader.read(flipped) }
        // The same part twice.
        try reader.read(bytes)
        #expect(throws: ArchiveError.self) { try reader.read(bytes) }
    }

    /// Bytes whose checksum is right may still say anything: they give a record that can be looked at, or an error.
    @Test func brokenTablesNeverCrash() throws {
        var random = Seeded(seed: 7)
        for seed in 1...15 {
            let bytes = try runner(seed).engine.record.archived()
            let body = Array(bytes[4..<bytes.count - 8])
            for _ in 0..<40 {
                var broken = body
                switch random.number(0...3) {
                case 0: broken.removeLast(random.number(1...min(20, broken.count)))
                case 1: broken.remove(at: random.number(0...broken.count - 1))
                case 2: broken.insert(UInt8(random.number(0...255)), at: random.number(0...broken.count))
                default: for _ in 0...random.number(0...3) { broken[random.number(0...broken.count - 1)] = UInt8(random.number(0...255)) }
                }
                var whole = Array(bytes[..<4]) + broken
                let sum = ArchiveWriter.checksum(whole[...])
                for shift in stride(from: UInt64(0), to: 64, by: 8) { whole.append(UInt8(truncatingIfNeeded: sum >> shift)) }
                var reader = RecordReader()
                guard (try? reader.read(whole)) != nil, let record = try? reader.finish() else { continue }
                // The folded record can be read from end to end.
                #expect(!words(record).isEmpty)
            }
        }
    }
}
