import TestSupport
import Testing
import Trace

@testable import Inspector

/// The graph in lanes: its keys, its folds, and what is shown where.
@Suite struct LaneViewTests {
    private static let loop = """
        local gain = trace.parameter(1.01, { name = "gain" })
        local x = trace.node(1.0, { name = "x" })
        for turn = 1, 40 do
          x = x * gain
          x = x + 1
        end
        local out = x * 2
        """

    private func lines(_ inspection: Inspection) -> [String] { inspection.pane(.graph).split(separator: "\n").map(String.init) }

    @Test func aKeySwitchesBetweenLanesAndBoxes() throws {
        let inspection = try Inspection(keys: "c 2")
        #expect(inspection.graph.scope.form == .boxes)
        try inspection.press("v")
        #expect(inspection.graph.scope.form == .lanes && inspection.pane(.graph).contains("lanes"))
        try inspection.press("v")
        #expect(inspection.pane(.graph).contains("╭"))
    }

    @Test func largeGraphsAndNarrowScreensAreShownInLanes() throws {
        #expect(try Inspection(keys: "c", size: Size(width: 80, height: 24)).graph.scope.form == .lanes)
        let source = "local x = trace.node(1)\n" + String(repeating: "x = x + 1\n", count: 60)
        #expect(try Inspection(source, keys: "c").graph.scope.form == .lanes)
    }

    /// A loop is one row, its turns are rows of their own, and a turn opens into its nodes; each closes again.
    @Test func loopsOpenTurnByTurn() throws {
        let inspection = try Inspection(Self.loop, keys: "c 2 v Up Up")
        #expect(inspection.pane(.graph).contains("40× multiply…add"))
        let closed = lines(inspection).count
        #expect(closed == 6)
        try inspection.press("Enter")
        #expect(inspection.pane(.graph).contains("▾") && inspection.pane(.graph).contains("turn 1 "))
        try inspection.press("Down Down Enter")
        #expect(inspection.pane(.graph).contains("multiply:1 "))
        try inspection.press("Down Backspace")
        #expect(!inspection.pane(.graph).contains("multiply:1 "))
        try inspection.press("Backspace")
        #expect(lines(inspection).count == closed)
    }

    @Test func onlyWhatLeadsToANode() throws {
        let inspection = try Inspection(
            """
            local a, b = trace.node(1, { name = "a" }), trace.node(2, { name = "b" })
            local c = a + 1
            local d = b * 2
            local e = c * 3
            """, keys: "c 2 / 'add:0' Enter 2 l")
        for form in ["", "v"] {
            try inspection.press(form)
            let text = inspection.pane(.graph)
            #expect(text.contains("a:0") && text.contains("add:0") && !text.contains("b:0") && !text.contains("multiply:0"))
        }
        try inspection.press("l")
        #expect(inspection.pane(.graph).contains("multiply:1"))
    }

    @Test func onlyThisTurn() throws {
        let inspection = try Inspection(Self.loop, keys: "c 2 v / 'add:7' Enter 2 r")
        let text = inspection.pane(.graph)
        #expect(text.contains("add:7") && text.contains("multiply:7") && !text.contains("multiply:9"))
        try inspection.press("r")
        #expect(inspection.pane(.graph).contains("turn 2 "))
    }

    /// A node that the user goes to is shown, however deep it is in closed loops; the newest of a running workflow opens nothing.
    @Test func aNodeThatTheUserGoesToIsOpened() throws {
        let inspection = try Inspection(Self.loop, keys: "c 2 v")
        #expect(!inspection.pane(.graph).contains("turn 8"))
        try inspection.press("/ 'multiply:7' Enter 2")
        #expect(inspection.pane(.graph).contains("multiply:7 ") && inspection.pane(.graph).contains("turn 8"))
    }

    @Test func theMouseSelectsAndOpens() throws {
        let inspection = try Inspection(Self.loop, keys: "c 2 v")
        let tile = try #require(inspection.screen.tiles["graph"])
        let row = try #require(lines(inspection).firstIndex { $0.contains("40×") })
        let point = Point(x: tile.minX + 12, y: tile.minY + 1 + row)
        for _ in 0..<2 {
            inspection.take(.mouse(MouseEvent(.press, at: point)))
            inspection.take(.mouse(MouseEvent(.release, at: point)))
        }
        #expect(inspection.pane(.graph).contains("turn 1 "))
        inspection.take(.mouse(MouseEvent(.wheelDown, at: point)))
        #expect(!inspection.pane(.graph).contains("gain:0"))
    }

    /// Random keys at random sizes.
    @Test func noKeyBreaksIt() throws {
        let inspection = try Inspection(Self.loop, keys: "c 2 v")
        var random = Seeded(seed: 7)
        let keys = [
            "Up", "Down", "Left", "Right", "Enter", "Backspace", "h", "l", "r", "v", "Home", "End", "PageUp", "PageDown", "J", "K", "[",
            "]",
        ]
        for _ in 0..<300 {
            inspection.size = Size(width: Int.random(in: 80...160, using: &random), height: Int.random(in: 24...50, using: &random))
            try inspection.press(keys.randomElement(using: &random)!)
            #expect(inspection.text.contains("Graph"))
        }
    }
}
