import Testing

@testable import PythonPrograms

@Suite struct LineReaderTests {
    private func lines(_ pieces: [String], limit: Int = 100) throws -> [String] {
        var reader = LineReader(limit: limit), out: [String] = []
        for piece in pieces { try reader.take(Array(piece.utf8)) { out.append(String(decoding: $0, as: UTF8.self)) } }
        return out
    }

    @Test func cutsLinesWhereverBytesArrive() throws {
        #expect(try lines(["one\ntwo\n", "th", "r", "ee\n\n\nfour"]) == ["one", "two", "three"])
        #expect(try lines(["é".map { String($0) }.joined(), "\n"]) == ["é"])
        for size in 1...7 {
            let text = Array("alpha\nbeta\ngamma\n")
            let pieces = stride(from: 0, to: text.count, by: size).map { String(text[$0..<min($0 + size, text.count)]) }
            #expect(try lines(pieces) == ["alpha", "beta", "gamma"])
        }
    }

    @Test func refusesALineThatDoesNotEnd() {
        #expect(throws: ProtocolFault.tooLong(100)) {
            try self.lines([String(repeating: "x", count: 60), String(repeating: "x", count: 60)])
        }
    }
}
