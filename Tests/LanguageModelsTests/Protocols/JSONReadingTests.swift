import Testing
import Trace

@testable import LanguageModels

@Suite struct JSONReadingTests {
    private static let read: [(String, JSON)] = [
        ("null", .null), ("true", true), ("[1, -2, 1.5, 1e3]", [1, .int(-2), .number(1.5), 1000]), ("1.0", 1), ("0", 0),
        ("1e30", .number(1e30)),
        (" {\"b\": \"\\u00e9\", \"a\": []} ", ["a": [], "b": "é"]), ("\"\\ud83d\\udc4b\"", "👋"),
    ]

    @Test(arguments: read)
    func documents(_ text: String, _ expected: JSON) { #expect(JSON(reading: text.utf8) == expected) }

    @Test(arguments: ["", "{", "{]", "nul", "<a>", "\"\\", "\"\\u12", "{\"a\":1} x"])
    func noDocuments(_ text: String) { #expect(JSON(reading: text.utf8) == nil) }

    @Test func halvesOfCharactersAreReplaced() {
        #expect(
            JSON(reading: "[\"a\\ud83d\", \"\\udc4b \\n\\\\\", \"\\ud83d\\ud83d\\udc4b\\uD83Dx\"]".utf8) == [
                "a\u{FFFD}", "\u{FFFD} \n\\", "\u{FFFD}👋\u{FFFD}x",
            ])
        #expect(JSON(reading: Array("\"a".utf8) + [0xFF] + Array("\"".utf8)) == "a\u{FFFD}")
    }

    @Test func counts() {
        #expect(JSON.int(3).count == 3)
        for json in [JSON.int(-1), .int(.max), .number(1.5), .string("3"), .bool(true), .null] { #expect(json.count == nil) }
    }
}
