import TestSupport
import Testing
import Trace

@testable import Inspector

@Suite struct GraphPaneTests {
    let b = GraphBench()

    @Test func arrowsFollowEdges() throws {
        let w = try b.workflow(iterations: 1)
        _ = b.drawing(60, 24)
        b.pane.reveal(w.results[0])
        b.press("Up", "Up", "Up")
        #expect(b.name(b.pane.selection) == "add:4")
        b.press("Down")
        #expect(b.name(b.pane.selection) == "add:5")
        b.pane.reveal(w.parameters[2])
        b.press("Right")
        #expect(b.pane.selection != w.parameters[2])
        b.press("Left")
        #expect(b.pane.selection == w.parameters[2])
    }

    /// If a box names a root in place of an edge, the arrows go there and back.
    @Test func arrowsFollowNames() throws {
        let p = try b.parameter(1.5, "p")
        var x = try b.root(1, "x")
        for _ in 0..<5 { x = try b.apply("multiply", x, p) }
        #expect(b.drawing(60, 40).contains("◆p"))
        b.pane.reveal(p)
        b.press("Down")
        #expect(b.name(b.pane.selection) == "multiply:0")
        b.press("Down", "Down", "Up", "Up")
        #expect(b.name(b.pane.selection) == "multiply:0")
    }

    /// One state has one drawing, however it was reached.
    @Test func earlierDrawingsDoNotMatter() throws {
        _ = try b.workflow(iterations: 3)
        let end = b.engine.state
        var count = 0
        // As it is seen by one who looks at every so many nodes, and by one who sees the end only.
        for event in stride(from: 3, to: end.events, by: 4) {
            b.update(at: b.engine.state(at: event))
            _ = b.shown(60, 24)
            count += 1
        }
        b.update()
        let fresh = GraphBench(of: b.engine)
        fresh.update()
        for bench in [b, fresh] { _ = bench.shown(60, 24) }
        #expect(count > 10 && b.pane.drawing.layout == fresh.pane.drawing.layout)
    }

    @Test func theFirstArrowSelectsTheNewestNodeInView() throws {
        let w = try b.workflow(iterations: 1)
        _ = b.drawing(90, 200)
        b.press("Down")
        #expect(b.pane.selection == w.results[0])
    }

    @Test func selectingMovesTheViewOnlyWhenItMust() throws {
        _ = try b.workflow(iterations: 3)
        _ = b.drawing(90, 30)
        b.press("Home")
        _ = b.shown(90, 30)
        b.pane.selection = b.engine.record.node(named: "data:0")
        b.press("Down", "Down", "Down")
        _ = b.shown(90, 30)
        #expect(b.name(b.pane.selection) == "add:1" && b.pane.window.offset.y == 0)
        for _ in 0..<6 { b.press("Down") }
        _ = b.shown(90, 30)
        #expect(b.pane.window.offset.y > 0)
        let frame = try #require(b.pane.selection.flatMap { b.pane.drawing.layout.frame(of: $0.index) })
        #expect(frame.y >= b.pane.window.offset.y && frame.maxY <= b.pane.window.offset.y + 30)
    }

    @Test func theViewFollowsTheNewestNodeUntilItIsMoved() throws {
        var x = try b.root(1, "x")
        func step() throws -> String {
            for _ in 0..<4 { x = try b.apply("neg", .node(x)) }
            return b.drawing(40, 10)
        }
        for number in [3, 7, 11] { #expect(try step().contains("neg:\(number) ")) }
        b.press("Home")
        #expect(try step().contains("x:0") && b.pane.window.offset.y == 0)
        b.press("End")
        #expect(try step().contains("neg:19 "))
    }

    @Test func newNodesAreBoldForOneSnapshot() throws {
        let x = try b.root(1, "x")
        func boldText() -> String {
            b.update()
            let frame = b.frame(30, 10)
            return String(frame.cells.filter { $0.style.attributes.contains(.bold) }.map { Character(Unicode.Scalar($0.glyph.base)!) })
        }
        #expect(!boldText().contains("x:0"))
        _ = try b.apply("neg", .node(x))
        let bold = boldText()
        #expect(bold.contains("neg:0") && !bold.contains("x:0"))
        #expect(!boldText().contains("neg:0"))
    }

    @Test func revealOpensWhatEncloses() throws {
        let outer = try b.engine.bundle("outer", traceable: true), inner = try b.engine.bundle("inner", traceable: true)
        let x = try b.root(3, "x")
        var deep: NodeID?
        _ = try b.engine.call(outer, [("x", .node(x))]) { call in
            .node(
                try b.engine.call(inner, [("x", .node(call.arguments[0].node))]) { call in
                    deep = try b.apply("neg", .node(call.arguments[0].node))
                    return .node(deep!)
                })
        }
        #expect(!b.drawing(60, 40).contains("neg:0"))
        b.pane.reveal(try #require(deep))
        #expect(b.shown(60, 40).contains("neg:0") && b.pane.selection == deep)
    }

    /// Enter opens the box that it is on, level by level, and closes only what is open.
    @Test func enterOpensWhatIsClosedUnderTheSelection() throws {
        let inspection = try Inspection(
            """
            local double = trace.bundle("double", { traceable = true }, function(x) return x * 2 end)
            local x = trace.node(1.0, { name = "x" })
            for turn = 1, 5 do
              x = x + 1
              x = double(x)
            end
            """, keys: "c 2 f")
        #expect(inspection.graph.scope.form == .boxes && inspection.pane(.graph).contains("5× int…double ▸"))
        try inspection.press("Enter")
        #expect(inspection.pane(.graph).contains("turn 5 ▸"))
        try inspection.press("Enter")
        #expect(inspection.pane(.graph).contains("double:4 ▸") && inspection.pane(.graph).contains("turn 4 ▸"))
        try inspection.press("Enter")
        #expect(inspection.pane(.graph).contains("double:4 ▾") && inspection.pane(.graph).contains("turn 4 ▸"))
        try inspection.press("Enter")
        #expect(inspection.pane(.graph).contains("double:4 ▸") && inspection.pane(.graph).contains("turn 4 ▸"))
        try inspection.press("Backspace")
        #expect(inspection.pane(.graph).contains("turn 5 ▸"))
        try inspection.press("Backspace")
        #expect(inspection.pane(.graph).contains("5× int…double ▸"))
    }

    /// Open loops and turns have frames with titles that contain nothing else, and turns are in order.
    @Test func openLoopsAndTurnsHaveFrames() throws {
        let inspection = try Inspection(
            """
            local gain = trace.parameter(1.5, { name = "gain" })
            local x = trace.node(2.0, { name = "x" })
            for turn = 1, 5 do
              local y = x * gain
              local z = -y
            end
            """, keys: "c 2 f Enter")
        func shown(_ scope: some Sequence<String>) -> [String] { scope.filter { inspection.pane(.graph).contains($0) } }
        #expect(shown(["5× multiply…neg ▾"]).count == 1)
        let row = try #require(inspection.lines.first { $0.contains("turn 1 ▸") })
        let places = (1...5).compactMap { row.range(of: "turn \($0) ")?.lowerBound }
        #expect(places.count == 5 && places == places.sorted(), "\(inspection.text)")
        try inspection.press("Enter")
        #expect(shown(["5× multiply…neg ▾", "turn 5 ▾", "turn 4 ▸"]).count == 3, "\(inspection.text)")
        let layout = inspection.graph.drawing.layout
        for (fold, frame) in zip(inspection.graph.drawing.scene.openFolds, layout.frames) {
            let inside = layout.vertices(in: frame).map { NodeID($0.id) }
            #expect(!inside.isEmpty && inside.allSatisfy { fold.row.first <= $0 && $0 <= fold.row.last }, "\(inspection.text)")
        }
        try inspection.click("turn 5 ▾", times: 2)
        #expect(shown(["5× multiply…neg ▾", "turn 5 ▸"]).count == 2, "\(inspection.text)")
        try inspection.click("5× multiply…neg ▾", times: 2)
        #expect(shown(["5× multiply…neg ▸"]).count == 1, "\(inspection.text)")
    }

    /// The nodes of a name scope have a frame with its name, which they then leave out, or one box.
    @Test func nameScopesHaveFrames() throws {
        let inspection = try Inspection(
            """
            local x = trace.node(2.0, { name = "x" })
            local function agent(name, steps)
              return trace.scope(name, function()
                local prompt = trace.parameter(1.5, { name = "prompt" })
                x = x * prompt
                for step = 1, steps do x = -x end
                return x + prompt
              end)
            end
            agent("short", 1)
            agent("long", 12)
            """, keys: "c 2 f", size: Size(width: 200, height: 60))
        func shown(_ texts: String...) -> [Bool] { texts.map { inspection.pane(.graph).contains($0) } }
        #expect(shown("short/ ▾", "╭ prompt:0 ◆ ╮", "╭ neg:0 ╮") == [true, true, true], "\(inspection.text)")
        #expect(shown("long/ ▸", "long/prompt:0 ◆") == [true, true], "\(inspection.text)")
        try inspection.click("short/ ▾", times: 2)
        #expect(shown("short/ ▸", "╭ short/prompt:0 ◆ ╮") == [true, true], "\(inspection.text)")
        try inspection.click("long/ ▸", times: 2)
        #expect(shown("long/ ▾", "12× neg ▸", "◆prompt ") == [true, true, true], "\(inspection.text)")
        // Closed again by the key, from inside, and opened by going to a node in it.
        try inspection.press("Backspace")
        #expect(shown("long/ ▸") == [true], "\(inspection.text)")
        try inspection.press("/ 'short/neg:0' Enter")
        #expect(shown("short/ ▾", "┏ neg:0 ┓") == [true, true], "\(inspection.text)")
    }

    /// The title's sign points to where the drawing goes on.
    @Test func theTitlePointsToWhereTheDrawingGoesOn() throws {
        _ = try b.workflow(iterations: 4)
        _ = b.drawing(60, 24)
        b.press("Home")
        _ = b.shown(60, 24)
        #expect(b.pane.title(.unicode).hasSuffix("↓"))
        b.press("End")
        _ = b.shown(60, 24)
        #expect(b.pane.title(.unicode).hasSuffix("↑"))
    }

    /// A key moves the view so that no box is cut at its upper and lower side, if there is such a place.
    @Test func keysMoveTheViewByWholeBoxes() throws {
        var x = try b.root(1, "x")
        for _ in 0..<12 { x = try b.apply("neg", .node(x)) }
        _ = b.drawing(40, 15)
        b.press("Home")
        for _ in 0..<6 {
            b.press("S-Down")
            let shown = b.shown(40, 15).split(separator: "\n")
            #expect(shown.filter { $0.contains("neg:") || $0.contains("x:0") }.count == shown.filter { $0.contains("╰") }.count)
        }
        #expect(b.pane.window.offset.y > 20)
    }

    @Test func aKeyCentresTheSelectedNode() throws {
        _ = try b.workflow(iterations: 4)
        _ = b.drawing(60, 24)
        let node = try #require(b.engine.record.node(named: "polish:1"))
        b.pane.selection = node
        b.press(".")
        _ = b.shown(60, 24)
        let frame = try #require(b.pane.drawing.layout.frame(of: node.index))
        #expect(abs((frame.y + frame.maxY) / 2 - (b.pane.window.offset.y + 12)) <= 1)
    }

    @Test func revealShowsWhatIsHidden() throws {
        let p = try b.parameter(1, "p"), x = try b.root(10, "x")
        let y = try b.apply("multiply", x, p), z = try b.apply("neg", .node(x))
        b.chosen = [try b.optimizer("a", [p])]
        try b.engine.backward(y, feedback: "f")
        b.update()
        b.press("h")
        #expect(!b.shown(60, 20).contains("neg:0") && b.pane.hidesRest)
        b.pane.reveal(z)
        #expect(b.shown(60, 20).contains("neg:0") && !b.pane.hidesRest)
    }

    @Test func aNodeThatIsNotThereYetIsRevealedWhenItComes() throws {
        b.pane.reveal(NodeID(0))
        let x = try b.root(3, "x")
        b.update()
        #expect(b.pane.selection == x)
    }

    @Test func theTitleSaysWhichPartIsSeen() throws {
        let w = try b.workflow(iterations: 4)
        _ = b.drawing(60, 24)
        b.press("Home")
        _ = b.shown(60, 24)
        #expect(b.pane.title(.unicode).contains("1/"))
        b.pane.reveal(w.results[3])
        _ = b.shown(60, 24)
        #expect(!b.pane.title(.unicode).contains("  1/"))
        _ = b.shown(200, 400)
        #expect(!b.pane.title(.unicode).contains("/"))
    }

    @Test func theMouseSelectsOpensAndPans() throws {
        let w = try b.workflow(iterations: 2)
        _ = b.drawing(90, 30)
        let frame = try #require(b.pane.drawing.layout.frame(of: w.results[1].index))
        let place = b.pane.onScreen(frame).origin
        b.pane.click(at: place, clicks: 1)
        #expect(b.pane.selection == w.results[1])
        b.pane.click(at: place, clicks: 2)
        #expect(b.pane.opened.contains(w.results[1]))
        _ = b.shown(90, 30)
        let before = b.pane.window.offset
        b.pane.wheel(by: -1, horizontal: false)
        #expect(b.pane.window.offset.y == before.y - 3)
        b.pane.drag(by: Point(x: 0, y: -2))
        #expect(b.pane.window.offset.y == before.y - 1)
    }

    @Test func noSizeAndNoKeyBreaksIt() throws {
        var random = Seeded(seed: 7)
        let w = try b.workflow(iterations: 3)
        b.chosen = [try b.optimizer("a", w.parameters)]
        try b.engine.backward(w.results[1], feedback: "f")
        let keys = ["Up", "Down", "Left", "Right", "Enter", "h", "S-Up", "S-Left", "H", "J", "K", "L", "Home", "End", "PageUp", "PageDown"]
        for round in 0..<400 {
            let (width, height) = (Int.random(in: 0...70, using: &random), Int.random(in: 0...40, using: &random))
            var frame = Frame(size: Size(width: 60, height: 30))
            let rect = Rect(
                x: Int.random(in: -3...9, using: &random), y: Int.random(in: -3...9, using: &random), width: width, height: height)
            let glyphs: Glyphs = round % 2 == 0 ? .unicode : .ascii
            if round % 10 == 0 { b.update() }
            b.pane.draw(into: &frame, rect: rect, isFocused: true, theme: .plain, glyphs: glyphs)
            b.press(keys.randomElement(using: &random)!)
            let point = Point(x: Int.random(in: -2...62, using: &random), y: Int.random(in: -2...32, using: &random))
            if round % 7 == 0 { b.pane.click(at: point, clicks: 1 + round % 2) }
            if round % 11 == 0 { b.pane.reveal(NodeID(Int.random(in: 0..<b.engine.record.nodeCount, using: &random))) }
        }
        for size in 1...12 { _ = b.shown(size, size) }
    }

    @Test func drawingsStayInsideTheirRectangle() throws {
        _ = try b.workflow(iterations: 2)
        b.update()
        var frame = Frame(size: Size(width: 60, height: 30))
        frame.fill(frame.bounds, with: "#", style: Style())
        let rect = Rect(x: 5, y: 4, width: 30, height: 15)
        b.pane.draw(into: &frame, rect: rect, isFocused: true, theme: .plain, glyphs: .unicode)
        for y in 0..<30 {
            for x in 0..<60 where !rect.contains(Point(x: x, y: y)) { #expect(frame[Point(x: x, y: y)].glyph == Glyph("#")) }
        }
    }

    @Test func aFreshStartForgetsTheOldGraph() throws {
        let w = try b.workflow(iterations: 1)
        b.update()
        b.pane.reveal(w.results[0])
        _ = b.shown(60, 30)
        let next = GraphBench()
        _ = try next.root(1, "fresh")
        next.pane = b.pane
        #expect(next.drawing(30, 6).contains("fresh:0") && next.pane.selection == nil)
        next.press("Enter", "Down")
        #expect(next.pane.selection == NodeID(0))
    }

    @Test func manyNodesAreFolded() throws {
        let w = try b.workflow(iterations: 1_300)
        _ = b.drawing(90, 40)
        while b.pane.readOn() {}
        let count = b.pane.drawing.scene.nodes.count
        #expect(count <= GraphScene.bound && count >= GraphScene.kept)
        #expect(b.shown(90, 40).hasPrefix("… 1"))
        b.pane.reveal(w.results[10])
        #expect(b.shown(90, 40).contains("polish:10 "))
        #expect(b.pane.drawing.scene.nodes.count <= GraphScene.bound)
    }
}
