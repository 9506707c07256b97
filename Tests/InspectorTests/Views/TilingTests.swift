import TestSupport
import Testing

@testable import Inspector

/// Panes as a tree of splits.
@Suite struct TilingTests {
    @Test func panesCoverTheScreenAndNeverLeaveIt() {
        var random = Seeded(seed: 7)
        for width in stride(from: 40, through: 300, by: 7) {
            for height in stride(from: 12, through: 100, by: 5) {
                var arrangement = Arrangement()
                arrangement.fit(Size(width: width, height: height))
                let body = Rect(x: 0, y: 1, width: width, height: height - 2)
                for divider in Tiles(arrangement.tiling, in: body, arrangement, wanted: { _ in 5 }).dividers
                where Bool.random(using: &random) {
                    arrangement.drag(divider.divider, to: Double.random(in: -0.5...1.5, using: &random))
                }
                let tiles = Tiles(arrangement.drawn, in: body, arrangement) { _ in 5 }
                for tile in tiles.tiles {
                    #expect(
                        body.intersection(tile.rect) == tile.rect && tile.rect.width >= 3 && tile.rect.height >= 3, "\(tile) in \(body)")
                }
                for y in body.minY..<body.maxY {
                    for x in stride(from: 0, to: width, by: 5) where !tiles.tiles.contains(where: { $0.rect.contains(Point(x: x, y: y)) }) {
                        Issue.record("nothing at \(x), \(y) in \(body)")
                    }
                }
            }
        }
    }

    /// An arrangement without room is shown as far as it goes, and in full when there is room again.
    @Test func bordersStayWhereTheyWereDraggedTo() throws {
        let inspection = try Inspection(size: Size(width: 120, height: 36))
        let before = try #require(inspection.screen.tiles[.node]).width
        inspection.take(.mouse(MouseEvent(.press, at: Point(x: before - 1, y: 8))))
        inspection.take(.mouse(MouseEvent(.drag, at: Point(x: before + 9, y: 8))))
        inspection.take(.mouse(MouseEvent(.release, at: Point(x: before + 9, y: 8))))
        for size in [Size(width: 100, height: 30), Size(width: 60, height: 20), Size(width: 113, height: 24)] {
            inspection.size = size
            _ = inspection.text
        }
        inspection.size = Size(width: 120, height: 36)
        _ = inspection.text
        #expect(inspection.screen.tiles[.node]?.width == before + 10)
    }

    /// On a low screen there are few rows for each, and what is worked in gets some of its neighbours'.
    @Test(arguments: [(80, 24), (120, 36), (200, 60)]) func thePaneWithTheFocusIsLarger(width: Int, height: Int) throws {
        let inspection = try Inspection(keys: "3", size: Size(width: width, height: height))
        func rows(_ id: ViewID) throws -> Int { try #require(inspection.screen.tiles[id]).height }
        let (graph, events) = (try rows(.graph), try rows(inspection.screen.tiles.tiles.last?.shown ?? .events))
        try inspection.press("2")
        #expect(try rows(.graph) == graph + (height < 40 ? 4 : 0))
        try inspection.press("5")
        #expect(try rows(.events) == events + (height < 40 ? 4 : 0) && rows(.graph) <= graph)
    }

    /// The proportions of the three sizes, where nothing that grows has the focus: width and height of each pane.
    @Test func thePanesOfThreeSizes() throws {
        func panes(_ width: Int, _ height: Int) throws -> [String: String] {
            let inspection = try Inspection(keys: "c 4", size: Size(width: width, height: height))
            let tiles = inspection.screen.tiles.tiles
            return Dictionary(uniqueKeysWithValues: tiles.map { ($0.tabs[0].name, "\($0.rect.width)×\($0.rect.height)") })
        }
        #expect(
            try panes(80, 24) == ["graph": "80×9", "optimizers": "30×10", "node": "51×10", "source": "80×4"])
        #expect(
            try panes(120, 36) == ["optimizers": "48×4", "node": "48×26", "graph": "73×14", "source": "73×16", "events": "120×5"])
        #expect(
            try panes(200, 60) == [
                "optimizers": "61×4", "node": "61×45", "graph": "140×32", "source": "81×17", "progress": "60×17", "events": "200×10",
            ])
    }

    @Test(arguments: [(40, 12), (60, 20), (79, 40), (100, 23)]) func oneTileOfASmallScreenHasAllPanesAsTabs(width: Int, height: Int) throws
    {
        let inspection = try Inspection(keys: "c", size: Size(width: width, height: height))
        #expect(inspection.screen.tiles.tiles.count == 1)
        // A high screen has the timeline above them.
        let tabs = height >= 24 ? 2 : 1
        #expect(inspection.lines[tabs].contains("1 Source"))
        try inspection.press("3")
        #expect(inspection.lines[tabs].contains("3 Optimizers") && inspection.text.contains("F first"))
        try inspection.press("Tab")
        #expect(inspection.screen.arrangement.focus == .node)
        let tab = try #require(inspection.lines[tabs].firstIndex(of: "2"))
        inspection.click(inspection.lines[tabs].distance(from: inspection.lines[tabs].startIndex, to: tab), tabs)
        #expect(inspection.screen.arrangement.focus == .graph)
        try inspection.press("b 'larger' Enter 5")
        #expect(inspection.commands.last?.hasPrefix("backward first") == true)
        #expect(inspection.text.contains("backward"))
    }

    @Test func theTabsOfAllPanesFitOnTheSmallestScreen() throws {
        let inspection = try Inspection(keys: "c", size: Arrangement.smallest)
        for card in ViewList.cards {
            guard let number = card.number else { continue }
            try inspection.press(number)
            let line = inspection.lines[1]
            for other in ViewList.cards.compactMap(\.number) { #expect(line.contains(other), "no tab \(other) in \(line)") }
            #expect(inspection.screen.arrangement.focus == card.id)
            let tab = try #require(line.firstIndex(of: "2"))
            inspection.click(line.distance(from: line.startIndex, to: tab), 1)
            #expect(inspection.screen.arrangement.focus == .graph)
        }
    }

    @Test func aTabThatIsBroughtToTheFrontLeavesTheFocus() {
        var arrangement = Arrangement()
        arrangement.show("model")
        #expect(arrangement.focus == "source" && arrangement.shown(of: ["events", "problems", "model"]) == "model")
        arrangement.focus(on: "events")
        arrangement.show("model")
        #expect(arrangement.focus == "model")
    }
}
