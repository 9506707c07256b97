import Testing

@testable import Inspector

/// The Node pane of a node with very many of everything shows the first of them.
@Suite struct LongNodeTests {
    /// The pane's lines about a node, wide enough for a sentence.
    private func lines(_ text: String, _ name: String, opensEntries: Bool = false) throws -> [String] {
        let inspection = try Inspection(text, keys: "c"), snapshot = try #require(inspection.screen.snapshot)
        let id = try #require(snapshot.record.node(named: name))
        return NodeLines(id, snapshot, width: 160, opensEntries: opensEntries, inspection.context).lines.map(\.line.text)
    }

    @Test func entriesChildrenAndValuesAreCounted() throws {
        let text = """
            local p = trace.parameter(1.0, { name = "p" })
            local q = trace.parameter(1.0, { name = "q" })
            local o = trace.optimizer("Manual", { p }, { name = "o" })
            local y = q
            for i = 1, 300 do y = y + p end
            for i = 1, 300 do p.data = i end
            o:backward(y, "bad", { retain_graph = true })
            """
        let lines = try lines(text, "p:0")
        for part in [
            "Feedback  300 entries, 300 children", "a 300× ▲1 O from add:299 … add:0", "Children  300", "… and 260 more",
            "History  301 values",
        ] { #expect(lines.contains { $0.contains(part) }, "\(part) in \(lines)") }
        #expect(lines.count < 300)
        let opened = try self.lines(text, "p:0", opensEntries: true)
        #expect(opened.contains { $0.contains("and 260 entries more, from 260 children") } && opened.count < 400)
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
