import Testing
import Trace

@testable import Inspector

@Suite struct GraphDrawingTests {
    let b = GraphBench()

    /// The blank rows above a drawing, which is in the middle of the pane, are not compared.
    func check(_ width: Int, _ height: Int, _ expected: String, glyphs: Glyphs = .unicode, at location: SourceLocation = #_sourceLocation) {
        let lines = b.shown(width, height, glyphs: glyphs).split(separator: "\n", omittingEmptySubsequences: false)
        let drawing = lines.drop { $0.isEmpty }.joined(separator: "\n")
        #expect(drawing == expected, "\n\(drawing)\n", sourceLocation: location)
    }

    @Test func emptyGraphSaysWhatToPress() {
        b.update()
        #expect(b.shown(50, 6).contains("No nodes yet."))
        #expect(b.pane.title(.unicode) == "0 nodes")
    }

    @Test func whatFitsIsInTheMiddle() throws {
        _ = try b.root(10, "x")
        b.update()
        let box = ["          ╭ x:0 ──╮", "          │ 10    │", "          ╰───────╯"]
        #expect(b.shown(30, 11) == ([String](repeating: "", count: 4) + box).joined(separator: "\n"))
    }

    /// As many roots as the box has room for are named, and only the others are counted.
    @Test func rootsAreNamedWhereThereIsRoom() throws {
        let code = try b.parameter(1, "code"), long = try b.parameter(2, "agent1_param1"), other = try b.parameter(3, "agent1_param2")
        let x = try b.root(10, "x")
        let join = try b.engine.bundle("join", documentation: "Joins.")
        for inputs in [[x, code, long], [code, long, other]] {
            for _ in 0..<4 {
                b.nextLine()
                _ = try b.engine.call(join, zip(["a", "b", "c"], inputs).map { ($0, .node($1)) }) { _ in .value(1) }
            }
        }
        let drawing = b.drawing(300, 40)
        #expect(drawing.contains("│ ◆code ◆agent1_param1 +1 │"), "\(drawing)")
        #expect(drawing.contains("│ ◆code ◆agent1_param1 ·x │"), "\(drawing)")
    }

    /// A node without a box has the number of its entries beside its value.
    @Test func aLineHasTheNumberOfItsEntries() throws {
        let x = try b.root(10, "x")
        let y = try b.apply("add", .node(x), .value(1))
        #expect(b.drawing(40, 10).contains("· int:0 1\n"))
        for text in ["larger", "smaller", "rounder"] { try b.engine.backward(y, feedback: .string(text), retain: true) }
        #expect(b.drawing(40, 10).contains("· int:0 1 •3"))
    }

    @Test func sharedParameter() throws {
        let p = try b.parameter(1.5, "p")
        let x = try b.root(10, "x")
        let y = try b.apply("multiply", x, p)
        _ = try b.apply("add", y, p)
        _ = try b.apply("add", .node(y), .value(1))
        _ = try b.optimizer("first", [p])
        _ = try b.optimizer("second", [p])
        b.update()
        check(
            50, 16,
            """
                  ╭ p:0 ◆ ⇄2 ╮  ╭ x:0 ──╮
                  │ 1.5  F S │  │ 10    │
                  ╰─────┬────╯  ╰───┬───╯
                        ├────────╮  │
                        │    ╭ multiply:0 ╮
                        │    │ 15.0       │
                        │    ╰──────┬─────╯   · int:0 1
                        ╰───╮   ╭───┴────╮   ╭────╯
                          ╭ add:0 ╮    ╭ add:1 ╮
                          │ 16.5  │    │ 16.0  │
                          ╰───────╯    ╰───────╯
            """)
        check(
            50, 16,
            """
                  + p:0 * &2 +  + x:0 --+
                  | 1.5  F S |  | 10    |
                  +-----+----+  +---+---+
                        +--------+  |
                        |    + multiply:0 +
                        |    | 15.0       |
                        |    +------+-----+   . int:0 1
                        +---+   +---+----+   +----+
                          + add:0 +    + add:1 +
                          | 16.5  |    | 16.0  |
                          +-------+    +-------+
            """, glyphs: .ascii)
    }

    @Test func traceableBundleOpensAndCloses() throws {
        let f = try b.engine.bundle("polish", traceable: true)
        let p = try b.parameter(2, "p"), x = try b.root(3, "x")
        b.nextLine()
        let y = try b.engine.call(f, [("x", .node(x))]) { call in .node(try b.apply("multiply", call.arguments[0].node, p)) }
        b.update()
        check(
            44, 20,
            """
                       ╭ p:0 ◆ ╮  ╭ x:0 ──╮
                       │ 2     │  │ 3     │
                       ╰───────╯  ╰───┬───╯
                                      │
                               ╭ polish:0 ▸ ╮
                               │ 6          │
                               ╰────────────╯
            """)
        b.pane.reveal(y)
        b.press("Enter")
        check(
            44, 20,
            """
                       ╭ p:0 ◆ ╮  ╭ x:0 ──╮
                       │ 2     │  │ 3     │
                       ╰───┬───╯  ╰───┬───╯
                           │ ╭ polish ┆┄┄┄┄┄┄┄╮
                           │ ┆    ╭ x:1 ──╮   ┆
                           │ ┆    │ 3     │   ┆
                           │ ┆    ╰───┬───╯   ┆
                           ╰───────╮  │       ┆
                             ┆ ╭ multiply:0 ╮ ┆
                             ┆ │ 6          │ ┆
                             ┆ ╰──────┬─────╯ ┆
                             ╰┄┄┄┄┄┄┄┄┆┄┄┄┄┄┄┄╯
                               ┏ polish:0 ▾ ┓
                               ┃ 6          ┃
                               ┗━━━━━━━━━━━━┛
            """)
        b.press("Enter")
        try b.engine.backward(y, feedback: "more")
        b.update()
        check(
            44, 20,
            """
                        ╭ p:0 ◆ ╮  ╭ x:0 ──╮
                        │ 2     │  │ 3     │
                        ╰───┬───╯  ╰───┬───╯
                            ┇          ┃
                           ┏ polish:0 ▸ ┓
                           ┃ 6          ┃
                           ┗━━━━━━━━━━━━┛
            """)
    }

    @Test func exceptionAndFreedNodes() throws {
        let p = try b.parameter("abc", "p"), x = try b.root(3, "x")
        let y = try b.apply("multiply", x, try b.root(2, "y"))
        try b.engine.backward(y, feedback: "f")
        _ = try? b.apply("subtract", p, y)
        b.update()
        check(
            50, 16,
            """
                    ╭ p:0 ◆ ╮  ╭ x:0 ──╮  ╭ y:0 ──╮
                    │ abc   │  │ 3     │  │ 2     │
                    ╰───┬───╯  ╰───┬───╯  ╰───┬───╯
                        │          ┃          ┃
                        │         ╭ multiply:0 ╮
                        │         │ 6          │
                        │         ╰──────┬─────╯
                        ╰──────────╮     │
                             ╭ exception…btract:0 ✖ ╮
                             │ (TypeError) - is no… │
                             ╰──────────────────────╯
            """)
    }

    @Test func conflictFallsBackToTheUnionOfItsGraphs() throws {
        let p = try b.parameter(1.0, "p"), x = try b.root(10, "x"), z = try b.root(1, "z")
        let y = try b.apply("multiply", x, p), other = try b.apply("add", z, p)
        _ = try b.apply("neg", .node(x))
        let id = try b.optimizer("workflow", [p])
        try b.engine.backward(y, feedback: "larger")
        try b.engine.backward(other, feedback: "smaller")
        b.chosen = [id]
        b.update()
        #expect(b.pane.title(.unicode) == "workflow (Manual) conflict, 5 nodes")
        b.press("h")
        check(
            50, 10,
            """
                    ╭ x:0 ──╮   ╭ p:0 ◆ ─╮   ╭ z:0 ──╮
                    │ 10    │   │ 1.0  W │   │ 1     │
                    ╰∈W─┬───╯   ╰ ✖2 ┬───╯   ╰∈W─┬───╯
                        │     ╭──────┻━━━┓   ┏━━━┛
                       ╭ multiply:0 ╮  ╭ add:0 ╮
                       │ 10.0       │  │ 2.0   │
                       ╰ ∈ W ───────╯  ╰ ∈ W ──╯
            """)
    }

    @Test func overlayShowsLettersOfEachSubgraph() throws {
        let p = try b.parameter(1.0, "p"), q = try b.parameter(2.0, "q"), x = try b.root(10, "x")
        let y = try b.apply("multiply", x, p)
        let z = try b.apply("add", y, q)
        _ = try b.apply("neg", .node(z))
        let first = try b.optimizer("agent", [p]), second = try b.optimizer("author", [q])
        try b.engine.backward(z, feedback: "larger")
        b.chosen = [first, second]
        b.update()
        #expect(b.pane.title(.unicode) == "A+B: 5 nodes in all, common 3")
        check(
            50, 18,
            """
                    ╭ q:0 ◆ ─╮  ╭ p:0 ◆ ─╮  ╭ x:0 ──╮
                    │ 2.0  B │  │ 1.0  A │  │ 10    │
                    ╰ •1 ┬───╯  ╰ •1 ┬───╯  ╰∈A─┬───╯
                         ┃           ┃     ┏━━━━┛
                         ┃         ╭ multiply:0 ╮
                         ┃         │ 10.0       │
                         ┃         ╰∈AB───┬─────╯
                         ┗━━━━━━━━━━━━━━┓ ┃
                                      ╭ add:0 ╮
                                      │ 12.0  │
                                      ╰∈AB┬───╯
                                          │
                                      ╭ neg:0 ╮
                                      │ -12.0 │
                                      ╰───────╯
            """)
        b.press("h")
        check(
            50, 18,
            """
                    ╭ q:0 ◆ ─╮  ╭ p:0 ◆ ─╮  ╭ x:0 ──╮
                    │ 2.0  B │  │ 1.0  A │  │ 10    │
                    ╰ •1 ┬───╯  ╰ •1 ┬───╯  ╰∈A─┬───╯
                         ┃           ┃     ┏━━━━┛
                         ┃         ╭ multiply:0 ╮
                         ┃         │ 10.0       │
                         ┃         ╰∈AB───┬─────╯
                         ┗━━━━━━━━━━━━━━┓ ┃
                                      ╭ add:0 ╮
                                      │ 12.0  │
                                      ╰ ∈ A B ╯
            """)
    }

    @Test func anInnerGraphIsShownWhileItsBundleRuns() throws {
        let f = try b.engine.bundle("f", traceable: true)
        let x = try b.root(3, "x")
        var during = ""
        _ = try b.engine.call(f, [("x", .node(x))]) { call in
            let y = try b.apply("neg", .node(call.arguments[0].node))
            during = b.drawing(30, 12)
            return .node(y)
        }
        #expect(during.contains("neg:0") && during.contains("x:1"))
        let after = b.drawing(30, 12)
        #expect(!after.contains("neg:0") && after.contains("f:0 ▸"))
    }

    @Test func anEarlierMomentHasFewerNodes() throws {
        let x = try b.root(3, "x")
        let before = b.engine.state
        _ = try b.apply("neg", .node(x))
        b.update()
        #expect(b.shown(30, 8).contains("neg:0"))
        b.update(at: before)
        #expect(!b.shown(30, 8).contains("neg:0"))
    }

    @Test func lettersAreTheFirstOfANameOrTheNextFreeOnes() {
        let letters = OptimizerLetters(names: ["agent1", "agent2", "beta", "workflow", "_zed", "1", "Übung"])
        #expect((0..<7).map { letters[OptimizerID($0)] } == ["A", "B", "C", "W", "Z", "D", "E"])
        #expect(letters[OptimizerID(99)] == "?")
    }

    @Test func longNamesAreCutInTheMiddle() {
        #expect("exception___code0:12".truncatedInMiddle(to: 11, ellipsis: "…") == "excep…e0:12")
        #expect("short".truncatedInMiddle(to: 11, ellipsis: "…") == "short")
    }
}
