import Debugging
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
    @Test(arguments: 0..<8) func survivesAnything(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let lines = try Folded.lines(["opaque", "repair", "textgrad_prompt", "methods"][Int(seed) % 4]).map { Array($0.utf8) }
        let engine = Engine(), mirror = Mirror(engine)
        engine.limits = GraphLimits(nodes: 5000)
        var taken = 0
        for _ in 0..<1500 {
            var line = lines[random.next(lines.count)]
            for _ in 0..<random.next(4) {
                switch random.next(4) {
                case 0: line[random.next(line.count)] = UInt8(random.next(256))
                case 1: line.remove(at: random.next(line.count))
                case 2: line.insert(contentsOf: Array(#"[{"$"#.utf8), at: random.next(line.count))
                default: line = Array(line.prefix(random.next(line.count) + 1))
                }
                if line.isEmpty { break }
            }
            guard let message = try? PythonMessage(line: line) else { continue }
            taken += 1
            mirror.take(message)
        }
        #expect(taken > 100)
        // What came of it can be folded, saved and looked at.
        var reader = RecordReader()
        try reader.read(engine.record.archived())
        _ = try reader.finish()
        var finder = ProblemFinder()
        finder.update(engine.record)
    }
}

/// Random numbers that are the same for a seed.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }
}
