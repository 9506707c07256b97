import Debugging
import TestSupport
import Testing
import Trace

@testable import PythonPrograms

@Suite struct WireValueTests {
    private func read(_ text: String) throws -> WireValue { try WireValue(json: Array(text.utf8)) }

    @Test func readsEveryKind() throws {
        #expect(
            try read(#" {"a":[1,-2,0.5,1e3,true,false,null],"b":"x\n\"\\\/\u00e9\ud83d\ude00","c":{}} "#)
                == .object([
                    .init(key: "a", value: .array([.int(1), .int(-2), .float(0.5), .float(1000), .bool(true), .bool(false), .null])),
                    .init(key: "b", value: .string("x\n\"\\/é😀")), .init(key: "c", value: .object([])),
                ]))
        #expect(try read("9223372036854775807") == .int(.max))
        #expect(try read("-9223372036854775808") == .int(.min))
        #expect(try read("92233720368547758080") == .float(9.223372036854775808e19))
        #expect(try read(#""\ud800x""#) == .string("\u{FFFD}x"))
    }

    @Test(arguments: [
        "", "{", "[1", #"{"a"}"#, #"{"a":}"#, "[1,]", "tru", "1 2", "nul", "-", "\"a", "\"\u{1}\"", #""\q""#, #""\u12""#, "{1:2}", "'a'",
        "+1",
        "1.2.3", String(repeating: "[", count: 100_000),
    ]) func refusesWhatIsNotJSON(_ text: String) { #expect(throws: ProtocolFault.self) { try self.read(text) } }

    @Test func keepsBytesThatAreNoTextOut() throws {
        #expect(try WireValue(json: [0x22, 0xFF, 0x41, 0x22]) == .string("\u{FFFD}A"))
    }

    /// Random changes to lines that programs sent: each is read or refused, and nothing else happens.
    @Test(arguments: 0..<8) func survivesAnything(_ seed: Int) throws {
        var random = Seeded(seed: seed)
        let lines = try Folded.lines(["opaque", "repair", "textgrad_prompt", "methods"][seed % 4]).map { Array($0.utf8) }
        let engine = Engine(), mirror = Mirror(engine)
        engine.limits = GraphLimits(nodes: 5000)
        var taken = 0
        for _ in 0..<1500 {
            var line = lines[random.number(0...lines.count - 1)]
            for _ in 0..<random.number(0...4 - 1) {
                switch random.number(0...4 - 1) {
                case 0: line[random.number(0...line.count - 1)] = UInt8(random.number(0...256 - 1))
                case 1: line.remove(at: random.number(0...line.count - 1))
                case 2: line.insert(contentsOf: Array(#"[{"$"#.utf8), at: random.number(0...line.count - 1))
                default: line = Array(line.prefix(random.number(0...line.count - 1) + 1))
                }
                if line.isEmpty { break }
            }
            guard let message = try? PythonMessage(line: line) else { continue }
            taken += 1
            mirror.take(message)
        }
        #expect(taken > 100)
        // The result can be folded, saved and read.
        var reader = RecordReader()
        try reader.read(engine.record.archived())
        _ = try reader.finish()
        var finder = ProblemFinder()
        finder.update(engine.record)
    }
}
