import Debugging
import Testing

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
}
