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

    /// A parameter that a closed bundle reads inside has a lane to it, as it has an edge in boxes.
    @Test func aHiddenReadHasALane() throws {
        let source = """
            local p = trace.parameter(2, { name = "p" })
            local x = trace.node(3, { name = "x" })
            local f = trace.bundle("f", { traceable = true }, function(x) return x * p end)
            local y = f(x)
            local other = trace.node(1, { name = "other" })
            """
        func row(_ inspection: Inspection) throws -> String { try #require(lines(inspection).first { $0.contains("f:0") }) }
        let before = try Inspection(source, keys: "c 2 v")
        let after = try Inspection(source + "\ny:backward('more')", keys: "c 2 v")
        #expect(try row(before).filter { "┗┛┻└┘┴".contains($0) }.isEmpty, "\(before.text)")
        #expect(try row(after).filter { "┗┛┻└┘┴".contains($0) }.count == 1, "\(after.text)")
        // At an earlier event nothing is known of it.
        try after.press("{ { [")
        #expect(try row(after).filter { "┗┛┻└┘┴".contains($0) }.isEmpty, "\(after.text)")
    }

    /// Where there is little room, names come first, then values; columns that no row needs take none.
    @Test func columnsAreSharedOutByNeed() {
        var needs = LaneColumns.Needs()
        (needs.name, needs.value) = (10, 6)
        let plain = LaneColumns(width: 58, lanes: 2, needs)
        #expect(plain.value == plain.name + 11 && plain.line != nil && !plain.hasLetters && !plain.hasNotes)
        (needs.name, needs.letters, needs.notes) = (15, 8, 20)
        let small = LaneColumns(width: 38, lanes: 2, needs)
        #expect(small.value == nil && small.hasLetters && small.hasNotes && small.notes + 7 <= 38)
        for width in 30...110 {
            let columns = LaneColumns(width: width, lanes: 3, needs)
            let starts = [columns.name, columns.value, columns.line, columns.others, columns.letters, columns.notes].compactMap { $0 }
            #expect(starts == starts.sorted() && columns.notes < width, "\(width)")
            if width > 42 { #expect((columns.value ?? columns.letters) > columns.name + needs.name, "\(width)") }
        }
    }

    @Test func namesAreToldApartOnTheSmallestScreen() throws {
        let inspection = try Inspection(
            """
            for agent = 1, 3 do
              local p = trace.parameter(agent, { name = "agent" .. agent .. "_param" })
              trace.optimizer(function() return {} end, { p }, { name = "agent" .. agent })
              p:backward("larger")
            end
            """, keys: "c 2", size: Size(width: 40, height: 12))
        let rows = lines(inspection)
        for agent in 1...3 { #expect(rows.contains { $0.contains("agent\(agent)_param:0") }, "\(inspection.text)") }
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
        #expect(!inspection.pane(.graph).contains("◆"))
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
