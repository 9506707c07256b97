import Debugging
import Testing
import Trace

@testable import Inspector

@Suite struct ScreenTests {
    @Test func aWorkflowThatHasNotBegunAt80x24() throws {
        let inspection = try Inspection(size: Size(width: 80, height: 24))
        #expect(
            inspection.text == """
                 ● paused · line 1                                   small.lua   main   by hand
                                                                                         0/0  T
                ╭─ 2 Graph  0 nodes ───────────────────────────────────────────────────────────╮
                │ ◆ parameter   1  local a = trace.parameter(1.5, { name = "a" })              │
                │ ◆             2  local b = trace.parameter(2, { name = "b" })                │
                │ A optimizer  10  local first = trace.optimizer(rule, { a }, { n…  and 1 more │
                │                                                                              │
                │ n next   c continue   B break                                                │
                ├─ 3 Optimizers ─────────────┬─ 4 Node ────────────────────────────────────────┤
                │ none yet: they appear as   │ no nodes yet: n runs the first line             │
                │ the workflow makes them    │                                                 │
                │                            │                                                 │
                │                            │                                                 │
                │                            │                                                 │
                │                            │                                                 │
                ├─ 1 Source│5 Events│6 Problems│7 Model│8 Output│9 Progress│0 Locals ──────────┤
                │ ▶ 1 local a = trace.parameter(1.5, { name = "a" })                           ┃
                │   2 local b = trace.parameter(2, { name = "b" })                             ┃
                │   3 local function rule(optimizer)                                           │
                │   4   local values = {}                                                      │
                │   5   for _, parameter in ipairs(optimizer:summary().variables) do           │
                │   6     values[parameter] = parameter.data + 1                               │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 B break  t until  │ n next  c continue  q quit      │ C-p all commands  ? keys
                """)
    }

    @Test func aConflictAt120x36() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter b 'smaller' Enter / 'a:' Enter")
        let lines = inspection.lines
        #expect(lines[0].hasPrefix(" ✓ ended"))
        #expect(lines[0].hasSuffix("small.lua   main   by hand"))
        #expect(lines[1].hasSuffix("28/28  T"))
        #expect(
            inspection.pane(.optimizers) == """
                ▌F first  1 ◆  2 entries         ! would fail
                 B both   2 ◆  4 entries         ! would fail
                """)
        #expect(
            inspection.pane(.node) == """
                 a:0 ◆ ⇄2 F B
                 parameter · float · line 1

                 1.5

                 Feedback  2 entries, 2 texts
                   add:0
                   a ▲1 F first · 5 nodes
                       “larger”
                   b ▲2 F first · 5 nodes
                       “smaller”

                 ✖ cannot be combined: 2 different texts
                   Z zero  d drop the entry  ! explain

                 Children
                   add:0  3.5
                """)
        #expect(inspection.pane(.events).contains("27 feedback  F b:0 ← add:0  ▲2 (first)"))
    }

    @Test func equalTextsHaveOneLetterAndNoneIsToBlame() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter b 'larger' Enter / 'a:' Enter")
        #expect(inspection.pane(.node).contains("a ▲1 F first"))
        #expect(inspection.pane(.node).contains("a ▲2 F first"))
        #expect(inspection.pane(.node).contains("✓ aggregates to \"larger\""))
        try inspection.press(": 'backward first multiply:0 smaller' Enter")
        #expect(inspection.pane(.node).contains("b ▲3 F first"))
        let frame = inspection.screen.draw(size: inspection.size), theme = inspection.context.look.theme
        func styles(of text: String) -> Set<Style> {
            let rect = inspection.screen.tiles[.node] ?? frame.bounds
            let rows = (rect.minY..<rect.maxY).filter { frame.text().components(separatedBy: "\n")[$0].contains(text) }
            return Set(rows.map { frame[Point(x: rect.minX + 4, y: $0)].style })
        }
        // The letters look alike; red is the verdict alone.
        #expect(styles(of: "a ▲1") == [theme[.textStrong]] && styles(of: "b ▲3") == [theme[.textStrong]])
        #expect(styles(of: "cannot be combined") == [theme[.feedbackConflict]])
    }

    @Test func theNodePaneSaysWhyThereIsNoFeedback() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter")
        #expect(inspection.pane(.node).contains("no feedback yet: b calls"))
        try inspection.press(": 'backward first a:0 \"x\"' Enter / 'b:' Enter")
        #expect(inspection.pane(.node).contains("no feedback: a:0, the"))
        try inspection.press(": 'zero all' Enter / 'a:' Enter")
        #expect(inspection.pane(.node).contains("none: it was cleared by"))
    }

    @Test func historySaysWhoWroteEachValue() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter s 2 / 'a:' Enter 4 e Backspace Backspace Backspace '9' Enter")
        #expect(inspection.commands.last == "set a:0 9")
        #expect(inspection.pane(.node).contains("History  3 values"))
        #expect(inspection.pane(.node).contains("v3   9.0  hand"))
        #expect(inspection.pane(.node).contains("v2 F 2.5  first step 1"))
        #expect(inspection.pane(.node).contains("v1   1.5"))
    }

    @Test func thePastIsSaidToBeThePast() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter [ [")
        #expect(inspection.lines[0].contains("the past"))
        #expect(inspection.lines[0].contains("event 17 of 19"))
        #expect(inspection.footer.contains("] forward"))
        #expect(inspection.footer.contains("g end"))
        try inspection.press("b")
        #expect(inspection.said.contains("this is the past"))
        try inspection.press("{")
        #expect(inspection.commands.last?.hasPrefix("goto ") == true)
        try inspection.press("g")
        #expect(inspection.commands.last == "goto end")
        #expect(!inspection.lines[0].contains("the past"))
    }

    /// Groups of keys that were left out make room for others.
    @Test func theFooterOfThePastOnASmallScreen() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter [ [ 4", size: Size(width: 60, height: 20))
        #expect(inspection.footer.contains("] forward  { } marks  g end"), "\(inspection.footer)")
    }

    @Test func theMatrixShowsParametersByOptimizers() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter 3 j Enter")
        #expect(inspection.text.contains("a:0 × B both"))
        #expect(inspection.text.contains("a:0        1.5       1F      1F"))
        try inspection.press("Esc")
        #expect(!inspection.text.contains("Parameters × optimizers"))
    }

    /// Without room for names optimizers have their letters, so that all are seen at once, each over its cells.
    @Test func theMatrixOfManyOptimizersOnASmallScreen() throws {
        let source = """
            local p, q = trace.parameter(1, { name = "prompt" }), trace.parameter(2, { name = "format" })
            for i = 1, 8 do trace.optimizer("Manual", i == 8 and { q } or { p }, { name = "optimizer" .. i }) end
            local y = p + q
            y:backward("longer")
            """
        let inspection = try Inspection(source, keys: "c M", size: Size(width: 60, height: 20))
        func row(_ beginning: String) throws -> [Character] {
            Array(try #require(inspection.lines.first { $0.dropFirst(3).trimmingPrefix(" ").hasPrefix(beginning) }, "\(inspection.text)"))
        }
        let head = try row("parameter"), letters = head.indices.filter { head[$0].isUppercase }
        #expect(letters.count == 8, "\(inspection.text)")
        let prompt = try row("prompt"), format = try row("format")
        #expect(letters.map { prompt[$0] == "1" } == Array(repeating: true, count: 7) + [false], "\(inspection.text)")
        #expect(letters.map { format[$0] == "1" } == Array(repeating: false, count: 7) + [true], "\(inspection.text)")
    }

    /// The head counts the optimizers out of sight on both sides, at every width.
    @Test(arguments: [40, 60, 80, 120]) func theMatrixCountsHiddenOptimizers(width: Int) throws {
        let source = """
            local p = trace.parameter(1, { name = "p" })
            for i = 1, 60 do trace.optimizer("Manual", { p }, { name = "optimizer" .. i }) end
            """
        let inspection = try Inspection(source, keys: "c M", size: Size(width: width, height: 20))
        func counts() -> [Int] {
            inspection.lines[1...].first { $0.contains("→ +") || $0.contains(" ←") }?.split(separator: " ").compactMap { part in
                part.first == "+" ? Int(part.dropFirst()) : nil
            } ?? []
        }
        let right = try #require(counts().first)
        #expect(right > 0 && right < 60, "\(inspection.text)")
        for _ in 0..<30 { try inspection.press("Right") }
        #expect(counts().count == 2 && counts().reduce(0, +) >= right - 1, "\(inspection.text)")
    }

    /// Names of any length cost no more than what is shown of them.
    @Test func theMatrixOfLongNames() throws {
        let source = """
            for i = 1, 12 do trace.parameter(1, { name = ("a"):rep(5000) .. i .. ("a"):rep(5000) }) end
            trace.optimizer("Manual", { trace.parameter(1, { name = "p" }) }, { name = "o" })
            """
        let inspection = try Inspection(source, keys: "c M", size: Size(width: 60, height: 20))
        #expect(inspection.lines.contains { $0.contains("aaaa") }, "\(inspection.text)")
    }

    /// Many entries of one text are one line, which opens.
    @Test func theMatrixFoldsEqualTexts() throws {
        let source = """
            local p = trace.parameter("x", { name = "prompt" })
            local o = trace.optimizer("Manual", { p }, { name = "tuner" })
            for i = 1, 20 do o:backward(p .. i, i % 2 == 0 and "longer" or "shorter") end
            """
        let inspection = try Inspection(source, keys: "c M Enter")
        func lines() -> [String] { inspection.lines.filter { $0.contains("“longer”") || $0.contains("“shorter”") } }
        #expect(lines().count == 2 && lines()[0].contains("a  10×  10 backwards, ▲1 to ▲19"), "\(inspection.text)")
        try inspection.press("Down Enter")
        let chosen = try #require(lines().first { $0.contains("▌") })
        #expect(lines().count > 2 && chosen.contains("▌b  ▲2 T tuner"), "\(inspection.text)")
        try inspection.press("Esc")
        #expect(lines().count == 2, "\(inspection.text)")
        try inspection.press("Down Enter Enter")
        let words = inspection.lines[0].split(separator: " ")
        let shown = try #require(words.firstIndex(of: "event").map { words[$0 + 1] })
        #expect(inspection.commands.last == "goto \(shown)")
        #expect(inspection.pane(.events).split(separator: "\n").contains { $0.hasPrefix("▌") && $0.contains("▲2 ") }, "\(inspection.text)")
    }

    @Test func aLongResultOfACommandIsShownInFull() throws {
        let inspection = try Inspection(keys: "c : 'zero all' Enter")
        #expect(inspection.notice == nil && inspection.message != nil)
        let long = String(repeating: "long ", count: 40) + "end"
        try inspection.press(": 'eval \"\(long)\"' Enter")
        #expect(inspection.notice?.isError == false)
        #expect(inspection.text.contains("end"))
        try inspection.press("Esc")
        #expect(inspection.notice == nil)
    }

    @Test func longErrorsStandInABoxUntilAKeyPutsThemAway() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter b 'smaller' Enter : 'step both' Enter")
        #expect(inspection.notice?.isError == true)
        #expect(inspection.text.contains("step once for each feedback"))
        #expect(inspection.selection == inspection.screen.snapshot?.record.node(named: "a:0"))
        try inspection.press("Esc")
        #expect(!inspection.text.contains("step once for each feedback"))
    }

    @Test func textFromOutsideIsSafe() throws {
        let inspection = try Inspection(
            """
            local a = trace.parameter("\\27[31m中文\\tx\\u{202E}", { name = "危险" })
            print("\\27]0;title\\7")
            """, keys: "c / ':0' Enter 4")
        for size in [Size(width: 80, height: 24), Size(width: 120, height: 36)] {
            for cell in inspection.screen.draw(size: size).cells { #expect(cell.glyph.base == 0 || cell.glyph.base >= 32) }
        }
        #expect(inspection.pane(.node).contains("中文"))
        #expect(inspection.pane(.node).contains("^[[31m"))
    }

    @Test func asciiScreensHaveOnlyASCII() throws {
        let inspection = try Inspection(
            keys: "c b 'larger' Enter b 'smaller' Enter", size: Size(width: 100, height: 30), glyphs: .ascii, introduction: Introduction())
        for keys in ["", "3 Enter", "Esc ?", "Esc z", "n b", "Esc /", "Esc 5 Home Enter"] {
            try inspection.press(keys)
            let strange = inspection.text.unicodeScalars.filter { !$0.isASCII }.map(String.init)
            #expect(Set(strange) == [], "\(keys)")
        }
    }
}
