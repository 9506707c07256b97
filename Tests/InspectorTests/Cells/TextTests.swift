import Testing

@testable import Inspector

@Suite struct TextTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("中文", 4), ("한글", 4), ("🚀", 2), ("e\u{301}", 1), ("ｱｲｳ", 3), ("｜", 2), ("╔═╗", 3), ("◆⇄✖◌▾▸▶●…", 9), ("\t", 2),
    ])
    func width(text: String, width: Int) { #expect(text.displayWidth == width) }

    @Test func truncationCountsColumns() {
        #expect("hello".truncated(to: 5) == "hello")
        #expect("hello".truncated(to: 4) == "hel…")
        #expect("中文字".truncated(to: 5) == "中文…")
        #expect("中文字".truncated(to: 4) == "中…")
        #expect("hello".truncated(to: 1) == "…")
        #expect("hello".truncated(to: 0) == "")
        #expect("hello".truncated(to: 1, ellipsis: "..") == "h")
        #expect("src/trace/node.lua".truncatedAtStart(to: 9) == "…node.lua")
    }

    @Test func padding() {
        #expect("ab".padded(to: 4) == "ab  ")
        #expect("ab".padded(to: 5, alignment: .center) == " ab  ")
        #expect("中".padded(to: 4, alignment: .right) == "  中")
        #expect("abcdef".padded(to: 4) == "abc…")
    }

    @Test func wrapping() {
        #expect("the quick brown fox".wrapped(to: 10) == ["the quick", "brown fox"])
        #expect("abcdefghij".wrapped(to: 4) == ["abcd", "efgh", "ij"])
        #expect("a\n\nb\r\nc".wrapped(to: 4) == ["a", "", "b", "c"])
        #expect("中文字中文".wrapped(to: 5) == ["中文", "字中", "文"])
        #expect("".wrapped(to: 5) == [""])
        #expect("one two  three".wrapped(to: 7) == ["one two", "three"])
        #expect("中".wrapped(to: 1) == ["中"])
    }

    @Test func wrappedLinesFitAndLoseNoWord() {
        let text = "Output should be 中文字 larger than ten; see multiply:0 and agent1_param1:0 (🚀), averyveryverylongword indeed."
        for width in 2...40 {
            let lines = text.wrapped(to: width)
            #expect(lines.allSatisfy { $0.displayWidth <= width })
            #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        }
    }

    @Test func tabs() {
        #expect("\ta\tbcd\te".expandingTabs() == "    a   bcd e")
    }
}
