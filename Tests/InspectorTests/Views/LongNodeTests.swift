import Testing

@testable import Inspector

/// The Node pane of a node with very many of everything shows the first of them.
@Suite struct LongNodeTests {
    /// The pane's lines about a node, wide enough for a sentence.
    private func lines(_ text: String, _ name: String) throws -> [String] {
        let inspection = try Inspection(text, keys: "c"), snapshot = try #require(inspection.screen.snapshot)
        let id = try #require(snapshot.record.node(named: name))
        return NodeLines(id, snapshot, width: 160, inspection.context).lines.map(\.line.text)
    }

    @Test func entriesChildrenAndValuesAreCounted() throws {
        let lines = try lines(
            """
            local p = trace.parameter(1.0, { name = "p" })
            local q = trace.parameter(1.0, { name = "q" })
            local o = trace.optimizer("Manual", { p }, { name = "o" })
            local y = q
            for i = 1, 300 do y = y + p end
            for i = 1, 300 do p.data = i end
            o:backward(y, "bad", { retain_graph = true })
            """, "p:0")
        for part in [
            "Feedback  300 entries, 300 children", "and 260 entries more, from 260 children", "Children  300", "… and 260 more",
            "History  301 values",
        ] { #expect(lines.contains { $0.contains(part) }, "\(part) in \(lines)") }
        #expect(lines.count < 300)
    }

    /// The reason why a node holds nothing is found from the last backward calls.
    @Test func ofManyBackwardCallsTheLastAreLookedAt() throws {
        let text = """
            local p = trace.parameter(1.0, { name = "p" })
            local q = trace.parameter(1.0, { name = "q" })
            local o = trace.optimizer("Manual", { p, q }, { name = "o" })
            for i = 1, 501 do
              (p + 1):backward("bad")
              o:zero_feedback()
            end
            """
        #expect(try lines(text, "q:0").contains { $0.contains("no feedback from the last 500 backward calls: 'why' looks at all of them") })
        #expect(try lines(text, "p:0").contains { $0.contains("none: it was cleared by zero") })
    }
}
