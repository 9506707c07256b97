import Testing
import Trace

@testable import Debugging

/// Loops are found by call site and shape, and open turn by turn.
@Suite struct FoldedGraphTests {
    private func graph(_ source: String, _ folds: GraphFolds = GraphFolds()) throws -> FoldedGraph {
        let debugger = try Debugger(source)
        try debugger.run("continue")
        let snapshot = try #require(debugger.host.snapshot)
        var graph = FoldedGraph()
        graph.update(snapshot.record, snapshot.state, folds: folds)
        return graph
    }

    private func titles(_ source: String, opening: Int = 0) throws -> [String] {
        let debugger = try Debugger(source)
        try debugger.run("continue")
        let snapshot = try #require(debugger.host.snapshot)
        var graph = FoldedGraph(), folds = GraphFolds()
        graph.update(snapshot.record, snapshot.state, folds: folds)
        for _ in 0..<opening {
            folds.open(graph.rows.compactMap(\.id))
            graph.update(snapshot.record, snapshot.state, folds: folds)
        }
        return graph.rows.indices.map {
            String(repeating: "  ", count: graph.rows[$0].depth) + graph.title(of: $0, snapshot.record)
        }
    }

    private let chain = """
        local p = trace.parameter(1.5, {name = "p"})
        local x = trace.node(1.0, {name = "x"})
        for turn = 1, 20 do
          x = x * p
          x = x + 1
        end
        """

    @Test func aLoopIsOneRow() throws {
        #expect(try titles(chain) == ["p:0", "x:0", "20× multiply…add"])
        let rows = try graph(chain).rows
        #expect(rows[2].nodes == 60)
    }

    @Test func itOpensTurnByTurn() throws {
        let titles = try titles(chain, opening: 1)
        #expect(titles.count == 23)
        #expect(titles[2...4] == ["20× multiply…add", "  turn 1", "  turn 2"])
    }

    /// An inner loop may take another number of turns each time.
    @Test func loopsInLoops() throws {
        let source = """
            local p = trace.parameter(1.5, {name = "p"})
            for turn = 1, 10 do
              local x = trace.node(1.0, {name = "x"})
              for inner = 1, 4 + turn % 3 do
                x = x * p
              end
              local y = x + p
            end
            """
        #expect(try titles(source) == ["p:0", "10× x…add"])
        let opened = try titles(source, opening: 2)
        #expect(opened.contains("  turn 10"))
    }

    /// The same names from other lines are no loop, and neither are other edges between the same operations.
    @Test func namesAloneAreNoLoop() throws {
        let lines = (0..<12).map { _ in "x = x * p" }.joined(separator: "\n")
        let titles = try titles("local p = trace.parameter(1.5)\nlocal x = trace.node(1.0)\n" + lines)
        #expect(titles.count == 14)
    }

    /// Turns that are loops themselves, with nothing between them.
    @Test func loopsOfLoops() throws {
        let source = """
            local p = trace.parameter(1.5, {name = "p"})
            local data = trace.node(1.0, {name = "data"})
            for turn = 1, 6 do
              local x = data
              for inner = 1, 3 do
                local y = x * p
                x = y + 1
              end
            end
            """
        let titles = try titles(source, opening: 1)
        #expect(titles.prefix(4) == ["p:0", "data:0", "6× multiply…add", "  turn 1"])
    }

    /// Operations on one line with edges from anywhere are no loop.
    @Test func otherEdgesAreNoLoop() throws {
        let source = """
            local all, state = { trace.node(1.0) }, 7
            for i = 1, 60 do
              state = (state * 1103515245 + 12345) % 2147483648
              all[#all + 1] = all[#all] + all[(state >> 16) % #all + 1]
            end
            """
        #expect(try titles(source).count > 40)
    }

    @Test func parametersAreNeverHidden() throws {
        let titles = try titles("for i = 1, 12 do local p = trace.parameter(i, {name = \"p\"}) end")
        #expect(titles.count == 12)
    }

    /// Growing node by node gives the same rows as reading everything at once.
    @Test func rowsDependOnTheLogAlone() throws {
        let debugger = try Debugger(chain)
        try debugger.run("continue")
        let snapshot = try #require(debugger.host.snapshot)
        var grown = FoldedGraph(), whole = FoldedGraph()
        for most in [1, 3, 7, 2, 11, 1000] { grown.update(snapshot.record, snapshot.state, folds: GraphFolds(), most: most) }
        whole.update(snapshot.record, snapshot.state, folds: GraphFolds())
        #expect(grown.rows == whole.rows)
    }

    /// In the past a loop has the turns that there were.
    @Test func thePast() throws {
        let debugger = try Debugger(chain)
        try debugger.run("continue")
        let now = try #require(debugger.host.snapshot)
        var graph = FoldedGraph()
        for count in [now.state.nodeCount, 30, 12, now.state.nodeCount, 9, 31] {
            try debugger.run("goto \(now.record.event(NodeID(count - 1)) + 1)")
            let past = try #require(debugger.host.snapshot)
            graph.update(past.record, past.state, folds: GraphFolds())
            var afresh = FoldedGraph()
            afresh.update(past.record, past.state, folds: GraphFolds())
            #expect(graph.rows == afresh.rows)
            #expect(graph.rows.reduce(0) { $0 + $1.nodes } == past.state.nodeCount)
            for index in 0..<past.state.nodeCount { #expect(graph.row(of: NodeID(index)) != nil) }
        }
    }

    @Test func theCommandShowsThem() throws {
        let debugger = try Debugger(chain)
        try debugger.run("continue")
        let text = try debugger.run("lanes")
        #expect(text.contains("20× multiply…add"))
        let rows = try #require(try debugger.json("lanes")["rows"] as? [[String: Any]])
        #expect(rows.map { $0["kind"] as? String } == ["node", "node", "loop"])
        #expect(rows[2]["turns"] as? Int == 20)
        #expect(try #require(try debugger.json("lanes --all")["rows"] as? [[String: Any]]).count > 40)
    }
}
