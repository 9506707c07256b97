import Testing

@testable import Debugging

@Suite struct LuaTokensTests {
    private func tokens(_ source: String) -> [String] { LuaTokens(source).all.map { "\($0.line) \($0.kind) \($0.text)" } }

    @Test func everyKind() {
        #expect(
            tokens("local x=3 --c\nf'a'[[b]]==y") == [
                "1 word local", "1 word x", "1 sign =", "1 number 3", "1 comment --c", "2 word f", "2 string 'a'", "2 string [[b]]",
                "2 sign =", "2 sign =", "2 word y",
            ])
        #expect(LuaTokens.code(of: "a --[[b]] c -- d").map(\.text) == ["a", "c"])
    }

    @Test(arguments: ["0", "12", "1.5", ".5", "3.", "1e9", "1E-9", "1e+9", "0xFF", "0x1.8p-3", "0xE", "1..2"])
    func oneNumberIsOneToken(_ number: String) { #expect(tokens(number) == ["1 number \(number)"]) }

    @Test func aSignBehindAHexadecimalEIsNotAnExponent() {
        #expect(tokens("0xE-1") == ["1 number 0xE", "1 sign -", "1 number 1"])
    }

    @Test func longBrackets() {
        #expect(tokens("[=[ ]] ]=]x") == ["1 string [=[ ]] ]=]", "1 word x"])
        #expect(tokens("a[b[1]]") == ["1 word a", "1 sign [", "1 word b", "1 sign [", "1 number 1", "1 sign ]", "1 sign ]"])
        #expect(tokens("--[[x\ny]]z") == ["1 comment --[[x\ny]]", "2 word z"])
        #expect(tokens("--[=x\ny") == ["1 comment --[=x", "2 word y"])
    }

    /// A string ends with its line, unless the line break is escaped.
    @Test func strings() {
        #expect(tokens("'a\nb'") == ["1 string 'a", "2 word b", "2 string '"])
        #expect(tokens("'a\\\nb' c") == ["1 string 'a\\\nb'", "2 word c"])
        #expect(tokens("'a\\\r\nb' c") == ["1 string 'a\\\r\nb'", "2 word c"])
        #expect(tokens("'a\\z \n\t b' c") == ["1 string 'a\\z \n\t b'", "2 word c"])
        #expect(tokens("\"\\\"'\" c") == ["1 string \"\\\"'\"", "1 word c"])
    }

    @Test(arguments: ["'", "'\\", "\"\\z", "[[", "[==[ ]=]", "--[[", "--", "0x", "é\\", "\u{0}"])
    func unfinishedTokensEndWithTheSource(_ source: String) {
        #expect(LuaTokens(source).all.last?.range.upperBound == (source == "\u{0}" ? nil : source.utf8.count))
    }
}
