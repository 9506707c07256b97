import Debugging
import Testing
import Trace

@testable import Inspector

/// Edges that leave the graph's pane say where they lead.
@Suite struct GraphEndsTests {
    /// A chain that is higher than the pane, whose first result is read again at its end.
    private static let chain = """
        local first = trace.node(1, { name = "start" }) + 1
        local value = first
        for turn = 1, 9 do value = trace.bundle("part" .. turn, function(x) return x + 1 end)(value) end
        local last = trace.bundle("last", function(x, y) return x + y end)(value, first)
        """

    private func pane(_ inspection: Inspection) -> [String] {
        inspection.pane(.graph).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func anEdgeUpwardsNamesWhereItComesFrom() throws {
        let inspection = try Inspection(Self.chain, keys: "c 2 End")
        let top = try #require(pane(inspection).first)
        #expect(top.contains("add:0"), "\(inspection.text)")
        // The border above has a mark there.
        #expect(inspection.lines.contains { $0.contains("Graph") && $0.contains("↑") })
    }

    @Test func anEdgeDownwardsNamesWhereItLeads() throws {
        let inspection = try Inspection(Self.chain, keys: "c 2 Home")
        let bottom = try #require(pane(inspection).last)
        #expect(bottom.contains("last:0"), "\(inspection.text)")
    }

    /// A box that goes on beyond a side has a mark at each of its rows.
    @Test func everyRowThatGoesOnIsMarked() throws {
        let inspection = try Inspection(
            """
            local x = trace.node(1, { name = "x" }) + 1
            local wide = {}
            for i = 1, 9 do wide[i] = trace.bundle("a_long_name_" .. i, function(a) return a end)(x) end
            for i = 1, 9 do wide[i] = trace.bundle("short" .. i, function(a, b) return a + b end)(wide[i], wide[i % 9 + 1]) end
            """, keys: "c 2 v v Home", size: Size(width: 104, height: 40))
        var cut = 0
        for _ in 0..<8 {
            let graph = inspection.graph, area = graph.window.area, view = graph.visible, lines = inspection.lines.map(Array.init)
            let snapshot = try #require(graph.snapshot)
            let boxes = graph.drawing.layout.vertices(in: view).filter { !snapshot.record.isLiteral(NodeID($0.id), in: snapshot.state) }
            for vertex in boxes {
                for row in max(vertex.frame.y, view.y)..<min(vertex.frame.maxY, view.maxY) {
                    let line = lines[area.minY + row - view.y]
                    if vertex.frame.x < view.x { #expect(line[area.minX - 1] == "‹", "\(inspection.text)") }
                    if vertex.frame.maxX > view.maxX { #expect(line[area.maxX] == "›", "\(inspection.text)") }
                }
                if vertex.frame.x < view.x || vertex.frame.maxX > view.maxX { cut += 1 }
            }
            try inspection.press("S-Right")
        }
        #expect(cut > 0)
    }
}
