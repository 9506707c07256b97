import Testing
import Trace

/// Nothing that controls a terminal or turns text around is left in what is shown.
@Suite struct ShownTextTests {
    private static let controls: [ClosedRange<UInt32>] = [
        0...8, 0xB...0x1F, 0x7F...0x9F, 0x61C...0x61C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028...0x2029,
        0xAD...0xAD, 0x180E...0x180E, 0x200B...0x200B, 0x2060...0x206F, 0xFEFF...0xFEFF, 0xFFF9...0xFFFB, 0x1D173...0x1D17A,
        0xE0001...0xE0001, 0xE0041...0xE0041, 0xE007F...0xE007F,
    ]

    @Test func controlsAreShownAndEscaped() throws {
        for value in Self.controls.joined() {
            let scalar = try #require(Unicode.Scalar(value)), text = "a\(Character(scalar))b"
            let escape = scalar == "\r" ? "\\r" : "\\u{\(String(value, radix: 16))}"
            #expect(text.shown == "a\(escape)b")
            let literal = Value.string(text).literal
            #expect(!literal.unicodeScalars.contains(scalar))
            #expect(!JSON.object([JSON.Member(text, .string(text))]).line.unicodeScalars.contains(scalar))
            #expect(try Value(literal: literal) == .string(text))
        }
    }

    @Test func textStaysAsItIs() {
        for text in ["", "plain\n\ttext", "äöü 中文 👩‍👩‍👧 é", "क्‍ष", "\u{605}12", "ﷺ", "🏴\u{E0067}\u{E007F}"] { #expect(text.shown == text) }
    }
}
