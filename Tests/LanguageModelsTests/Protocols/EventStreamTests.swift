import Testing

@testable import LanguageModels

@Suite struct EventStreamTests {
    private func events(_ pieces: [[UInt8]]) -> [ServerEvent] {
        var stream = EventStream()
        var events: [ServerEvent] = []
        for piece in pieces { events += piece.withUnsafeBytes { stream.receive($0) } }
        if let last = stream.finish() { events.append(last) }
        return events
    }

    private static let text = """
        : a comment
        data: one
        event: greeting
        id: 7

        data:two
        data
        data:  three
        unknown: field
        retry: 3

        event: nothing

        :
        data: Grüße 👋🏽 — e\u{301}

        data: the last, without a blank line
        """
    private static let expected = [
        ServerEvent(name: "greeting", data: "one"), ServerEvent(data: "two\n\n three"), ServerEvent(data: "Grüße 👋🏽 — e\u{301}"),
        ServerEvent(data: "the last, without a blank line"),
    ]

    @Test(arguments: ["\n", "\r", "\r\n"])
    func splitAnywhere(_ end: String) {
        let bytes = Array(Self.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: end).utf8)
        for at in 0...bytes.count { #expect(events([Array(bytes[..<at]), Array(bytes[at...])]) == Self.expected) }
        #expect(events(bytes.map { [$0] }) == Self.expected)
        for size in [2, 3, 5, 7, 64] {
            let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
            #expect(events(pieces) == Self.expected)
        }
    }

    @Test func endsOfLinesMayBeMixed() {
        #expect(
            events([Array("data: a\rdata: b\n\r\ndata: c\r\n\rdata: d\n\n".utf8)])
                == [ServerEvent(data: "a\nb"), ServerEvent(data: "c"), ServerEvent(data: "d")])
    }

    @Test func aByteOrderMarkIsSkippedOnceAtTheStart() {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        #expect(events([mark + "data: a\n\n".utf8]) == [ServerEvent(data: "a")])
        #expect(events([[0xEF], [0xBB], [0xBF] + "data: a\n\n".utf8]) == [ServerEvent(data: "a")])
        #expect(events(["data: a\n\n".utf8 + mark + "data: b\n\n".utf8]) == [ServerEvent(data: "a")])
    }

    @Test func emptyDataIsAnEvent() {
        #expect(events([Array("data\n\ndata:\n\n".utf8)]) == [ServerEvent(), ServerEvent()])
        #expect(events([Array("\n\n\r\n:\n\n".utf8)]).isEmpty)
        #expect(events([]).isEmpty)
    }

    @Test func bytesThatAreNoTextAreReplaced() {
        #expect(events([Array("data: a".utf8) + [0xFF, 0xC3] + "\n\n".utf8]) == [ServerEvent(data: "a\u{FFFD}\u{FFFD}")])
    }
}
