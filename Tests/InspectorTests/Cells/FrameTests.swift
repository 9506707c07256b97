import Testing

@testable import Inspector

@Suite struct FrameTests {
    private func frame(_ width: Int = 12, _ height: Int = 1) -> Frame { Frame(size: Size(width: width, height: height)) }

    @Test func plainTextIsPutAndClipped() {
        var frame = frame()
        #expect(frame.put("hello", at: Point(x: 2, y: 0), style: Style()) == 7)
        #expect(frame.text() == "  hello")
        #expect(frame.put("a long line of text", at: Point(x: 4, y: 0), style: Style()) == 23)
        #expect(frame.text() == "  hea long l")
        frame.put("abcdef", at: Point(x: -2, y: 0), style: Style())
        #expect(frame.text() == "cdefa long l")
        frame.put("zzzzzz", at: Point(x: 0, y: 0), style: Style(), clippedTo: Rect(x: 1, y: 0, width: 2, height: 1))
        #expect(frame.text(row: 0).hasPrefix("czzf"))
        #expect(frame.put("below", at: Point(x: 0, y: 5), style: Style()) == 5)
    }

    @Test func wideCharactersTakeTwoCells() {
        var frame = frame(8)
        #expect(frame.put("中文x", at: .zero, style: Style()) == 5)
        #expect(frame.text() == "中文x")
        #expect(frame[Point(x: 1, y: 0)].isContinuation)
        // Overwriting one half leaves no other half behind.
        frame.put("a", at: Point(x: 1, y: 0), style: Style())
        #expect(frame.text() == " a文x")
        frame.put("b", at: Point(x: 2, y: 0), style: Style())
        #expect(frame.text() == " ab x")
    }

    @Test func wideCharactersAreNeverCutInHalf() {
        var frame = frame(4)
        frame.put("a中文", at: .zero, style: Style())
        #expect(frame.text(row: 0) == "a中 ")
        frame.put("中文", at: Point(x: -1, y: 0), style: Style())
        #expect(frame.text(row: 0) == " 文 ")
    }

    @Test func marksJoinTheirCharacterAndEmojiAreOne() {
        var frame = frame()
        #expect(frame.put("e\u{301}x", at: .zero, style: Style()) == 2)
        #expect(frame[.zero].glyph.marks.0 == 0x301)
        #expect(frame.put("👨‍👩‍👧!", at: .zero, style: Style()) == 3)
        #expect(frame.text(row: 0).hasPrefix("👨!"))
        #expect(frame.put("👍🏽!", at: .zero, style: Style()) == 3)
        #expect(frame.put("🇩🇪!", at: .zero, style: Style()) == 3)
        #expect(frame.text(row: 0).hasPrefix("DE!"))
        #expect("❤️".displayWidth == 1)
    }

    @Test func controlCharactersAreShown() {
        var frame = frame(40)
        frame.put("a\u{1B}[31m\n\u{7F}\u{9B}\u{202E}b", at: .zero, style: Style())
        #expect(frame.text() == "a^[[31m^J^?<9B><U+202E>b")
        frame.fill(frame.bounds, style: Style())
        frame.put("\r\nx\u{200B}", at: .zero, style: Style())
        #expect(frame.text() == "^M^Jx<U+200B>")
        for cell in frame.cells { #expect(cell.glyph.base == 0 || cell.glyph.base >= 32) }
    }

    @Test func boxesHaveTitles() {
        var frame = frame(14, 3)
        frame.box(frame.bounds, style: Style(), title: "2 Graph")
        #expect(frame.text() == "┌─ 2 Graph ──┐\n│            │\n└────────────┘")
        frame.box(frame.bounds, glyphs: .ascii, style: Style(), title: "a long title", ellipsis: "..")
        #expect(frame.text(row: 0) == "+- a long.. -+")
    }

    @Test func framesAreCopiedWithAnOffset() {
        var inner = Frame(size: Size(width: 6, height: 2))
        inner.put("中文字", at: Point(x: 0, y: 1), style: Style())
        var frame = frame(8, 1)
        frame.draw(inner, from: Point(x: 1, y: 1), into: Rect(x: 2, y: 0, width: 4, height: 1))
        #expect(frame.text() == "   文")
    }

    @Test func differenceKeepsWideCharactersWhole() {
        var old = frame(20)
        old.put("abc 中 def", at: .zero, style: Style())
        var new = old
        new.put("X", at: .zero, style: Style())
        new.put("文", at: Point(x: 4, y: 0), style: Style())
        new.put("Z", at: Point(x: 19, y: 0), style: Style())
        #expect(new.changes(in: 0, since: old) == [0..<6, 19..<20])
        #expect(new.changes(in: 0, since: nil) == [0..<20])
        #expect(old.changes(in: 0, since: old).isEmpty)
    }
}
