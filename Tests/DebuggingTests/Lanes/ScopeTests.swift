import TestSupport
import Testing
import Trace

@testable import Debugging

/// Nodes of one name scope fold.
@Suite struct ScopeTests {
    private func snapshot(_ source: String) throws -> (Debugger, Snapshot) {
        let debugger = try Debugger(source)
        try debugger.run("continue")
        return (debugger, try #require(debugger.host.snapshot))
    }

    private func titles(_ graph: FoldedGraph, _ snapshot: Snapshot) -> [String] {
        graph.rows.indices.map { String(repeating: "  ", count: graph.rows[$0].depth) + graph.title(of: $0, snapshot.record) }
    }

    private func titles(_ source: String, opening: Bool = false) throws -> [String] {
        let snapshot = try snapshot(source).1
        var graph = FoldedGraph(), folds = GraphFolds()
        graph.update(snapshot.record, snapshot.state, folds: folds)
        if opening {
            folds.open(graph.rows.compactMap(\.id))
            graph.update(snapshot.record, snapshot.state, folds: folds)
        }
        return titles(graph, snapshot)
    }

    private let agent = """
        local function agent(name, x, steps)
          return trace.scope(name, function()
            local p = trace.parameter(2, {name = "p"})
            local y = x * p
            y = y - p
            for i = 1, steps do y = y + p end
            return y
          end)
        end
        local x = trace.node(1, {name = "x"})

        """

    @Test func aShortScopeHasAHeading() throws {
        #expect(try titles(agent + "agent('a', x, 1)") == ["x:0", "a/", "  p:0", "  multiply:0", "  subtract:0", "  add:0"])
    }

    /// A parameter is not hidden, because users look for it.
    @Test func aLongScopeIsARow() throws {
        let source = agent + "local y = agent('a', x, 12) + x"
        #expect(try titles(source) == ["x:0", "a/p:0", "a/", "add:0"])
        #expect(try titles(source, opening: true) == ["x:0", "a/", "  p:0", "  multiply:0", "  subtract:0", "  12× add", "add:0"])
    }

    @Test func aShortScopeIsClosedByTheUser() throws {
        let (_, snapshot) = try snapshot(agent + "agent('a', x, 1)")
        var graph = FoldedGraph(), folds = GraphFolds()
        graph.update(snapshot.record, snapshot.state, folds: folds)
        let id = try #require(graph.rows[1].id)
        folds.close(id)
        graph.update(snapshot.record, snapshot.state, folds: folds)
        #expect(titles(graph, snapshot) == ["x:0", "a/p:0", "a/"])
        #expect(graph.reads(of: 2, snapshot.record).map(snapshot.record.name) == ["x:0", "a/p:0"])
        #expect(graph.folds(around: NodeID(4), snapshot.record) == [id])
        folds.open([id])
        graph.update(snapshot.record, snapshot.state, folds: folds)
        #expect(graph.rows.count == 6)
    }

    @Test func scopesInScopes() throws {
        let source = agent + "x = agent('team/first', x, 1)\nx = agent('team/second', x, 1)\nagent('other', x, 0)"
        #expect(try titles(source).filter { $0.contains("/") } == ["team/", "  first/", "  second/", "other/"])
    }

    /// Two nodes or one say more than a heading over them.
    @Test func fewNodesHaveNoHeading() throws {
        #expect(try titles("local x = trace.node(1)\ntrace.scope('s', function() return x + x end)") == ["int:0", "s/add:0"])
    }

    /// A name with a slash at its beginning or its end is a name.
    @Test func slashesWithoutNames() throws {
        let names = ["/a", "/b", "/c", "a//b", "a//c", "a//d", "e/", "f/", "g/"]
        let source = names.map { "trace.node(1, {name = '\($0)'})" }.joined(separator: "\n")
        #expect(try titles(source) == ["/a:0", "/b:0", "/c:0", "a/", "  /b:0", "  /c:0", "  /d:0", "e/:0", "f/:0", "g/:0"])
    }

    /// A turn may be in a scope of its own.
    @Test func scopesInTurns() throws {
        let source = agent + "for turn = 1, 5 do x = agent('turn' .. turn, x, 2) end"
        #expect(try titles(source).filter { $0.contains("/") && !$0.hasPrefix("  ") } == (1...5).map { "turn\($0)/" })
        let same =
            "local p = trace.parameter(2)\nlocal x = trace.node(1)\n" + """
                for turn = 1, 5 do
                  x = trace.scope('first', function() local y = x * p; y = y + p; return y - p end)
                  x = trace.scope('second', function() local y = x * p; y = y + p; return y - p end)
                end
                """
        #expect(try titles(same) == ["int:0", "int:1", "5× first/multiply…second/subtract"])
        let opened = try titles(same, opening: true)
        #expect(opened[2...4] == ["5× first/multiply…second/subtract", "  turn 1", "  turn 2"])
    }

    @Test func theCommandNamesThem() throws {
        let debugger = try snapshot(agent + "agent('a', x, 12)").0
        #expect(try debugger.run("lanes").split(separator: "\n").last?.split(separator: " ").suffix(4) == ["a/", "24", "14", "nodes"])
        let rows = try #require(try debugger.json("lanes")["rows"] as? [[String: Any]])
        #expect(rows.map { $0["kind"] as? String } == ["node", "node", "scope"])
        #expect(rows[2]["nodes"] as? Int == 14)
    }

    // MARK: Random programs

    /// A program of nested loops and scopes.
    private func program(_ random: inout Seeded) -> String {
        func block(_ depth: Int) -> [String] {
            (0..<Int.random(in: 1...4, using: &random)).flatMap { _ -> [String] in
                switch depth > 2 ? 0 : Int.random(in: 0...5, using: &random) {
                case 0, 1: return ["x = x * p"]
                case 2: return ["x = x + trace.node(1)"]
                case 3: return ["for i = 1, \(Int.random(in: 1...7, using: &random)) do"] + block(depth + 1) + ["end"]
                default:
                    let name = ["a", "b", "a/c", "b/c/d"].randomElement(using: &random)!
                    return ["trace.scope('\(name)', function()"] + block(depth + 1) + ["end)"]
                }
            }
        }
        return (["local p, x = trace.parameter(1), trace.node(1)"] + block(0) + block(0) + block(0)).joined(separator: "\n")
    }

    /// The rows depend on the log, the event shown and the folds alone, and every node is in one.
    @Test(arguments: 0..<60) func rowsDependOnTheLogAlone(seed: Int) throws {
        var random = Seeded(seed: seed)
        let (debugger, now) = try snapshot(program(&random))
        var graph = FoldedGraph(), folds = GraphFolds()
        for _ in 0..<12 {
            let count = Int.random(in: 1...now.state.nodeCount, using: &random)
            try debugger.run("goto \(now.record.event(NodeID(count - 1)) + 1)")
            let past = try #require(debugger.host.snapshot)
            graph.update(past.record, past.state, folds: folds, most: Int.random(in: 1...60, using: &random))
            while graph.isBehind(past.record, past.state) { graph.update(past.record, past.state, folds: folds, most: 7) }
            var afresh = FoldedGraph()
            afresh.update(past.record, past.state, folds: folds)
            #expect(graph.rows == afresh.rows)
            var live = FoldedGraph()
            live.update(past.record, past.state, folds: folds, most: count)
            #expect(live.rows == afresh.rows)
            #expect(graph.rows.reduce(0) { $0 + ($1.isHeading ? 0 : $1.nodes) } == past.state.nodeCount)
            for index in 0..<past.state.nodeCount { #expect(graph.row(of: NodeID(index)) != nil) }
            for row in graph.rows.indices { expectReads(of: row, graph, past.record) }

            let node = NodeID(Int.random(in: 0..<past.state.nodeCount, using: &random))
            var opened = folds
            opened.open(graph.folds(around: node, past.record))
            afresh.update(past.record, past.state, folds: opened)
            #expect(afresh.row(of: node).map { afresh.rows[$0].kind } == .node)
            if let id = graph.rows.compactMap(\.id).randomElement(using: &random) {
                if Bool.random(using: &random) { folds.open([id]) } else { folds.close(id) }
            }
        }
    }

    /// A closed scope reads what its nodes read from outside of it.
    private func expectReads(of row: Int, _ graph: FoldedGraph, _ record: GraphRecord) {
        guard case .scope = graph.rows[row].kind else { return }
        let (first, last) = (graph.rows[row].first, graph.rows[row].last)
        var inputs = Set<NodeID>()
        for index in first.index...last.index { record.forEachInput(NodeID(index)) { if $0 < first { inputs.insert($0) } } }
        #expect(Set(graph.reads(of: row, record)) == inputs)
    }
}
