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

    /// Turns are in a loop together if their scopes differ in numbers alone.
    @Test func scopesOfTurns() throws {
        func source(_ names: String) -> String {
            """
            local p, x = trace.parameter(2), trace.node(1)
            for turn, name in ipairs({ \(names) }) do
              x = trace.scope(name, function() local y = x * p; y = y + p; return y - p end)
            end
            """
        }
        let numbered = source(#""agent1", "agent2", "agent3", "agent4", "agent5""#)
        #expect(try titles(numbered) == ["int:0", "int:1", "5× multiply…subtract"])
        #expect(try titles(numbered, opening: true)[3...4] == ["  turn 1 agent1/", "  turn 2 agent2/"])
        let named = try titles(source(#""planner", "writer", "critic", "editor", "judge""#))
        #expect(named.filter { $0.hasSuffix("/") } == ["planner/", "writer/", "critic/", "editor/", "judge/"])
    }

    @Test func scopesInTurns() throws {
        let source =
            "local p = trace.parameter(2)\nlocal x = trace.node(1)\n" + """
                for turn = 1, 5 do
                  x = trace.scope('first', function() local y = x * p; y = y + p; return y - p end)
                  x = trace.scope('second', function() local y = x * p; y = y + p; return y - p end)
                end
                """
        #expect(try titles(source) == ["int:0", "int:1", "5× first/multiply…second/subtract"])
        let snapshot = try snapshot(source).1
        var graph = FoldedGraph(), folds = GraphFolds()
        for _ in 0..<3 {
            graph.update(snapshot.record, snapshot.state, folds: folds)
            folds.open(graph.rows.compactMap(\.id).prefix(2))
        }
        #expect(titles(graph, snapshot)[2...5] == ["5× first/multiply…second/subtract", "  turn 1", "    first/", "      multiply:0"])
    }

    /// A scope with nothing that may be hidden stays open: there would be no row by which it is opened again.
    @Test func parametersAloneStay() throws {
        let source = "trace.scope('s', function() for _, name in ipairs({ 'p', 'q', 'r' }) do trace.parameter(1, { name = name }) end end)"
        let snapshot = try snapshot(source).1
        var graph = FoldedGraph(), folds = GraphFolds()
        graph.update(snapshot.record, snapshot.state, folds: folds)
        folds.close(try #require(graph.rows[0].id))
        graph.update(snapshot.record, snapshot.state, folds: folds)
        #expect(titles(graph, snapshot) == ["s/", "  p:0", "  q:0", "  r:0"])
    }

    /// The inner graph of an open bundle is below the heading of the scope that begins with its output.
    @Test func aScopeThatBeginsWithAnOpenBundle() throws {
        let source = """
            local step = trace.bundle("step", { traceable = true }, function(x) return x + 1 end)
            local x = trace.node(1, { name = "x" })
            trace.scope("s", function() local y = step(x); y = y + x; return y - x end)
            """
        let snapshot = try snapshot(source).1
        var graph = FoldedGraph(), folds = GraphFolds()
        folds.bundles = [try #require(snapshot.record.node(named: "s/step:0"))]
        graph.update(snapshot.record, snapshot.state, folds: folds)
        #expect(titles(graph, snapshot) == ["x:0", "s/", "    x:0", "    int:0", "    add:0", "  step:0", "  add:1", "  subtract:0"])
        for index in 0..<snapshot.state.nodeCount { #expect(graph.row(of: NodeID(index)) != nil) }
    }

    @Test func theCommandNamesThem() throws {
        let debugger = try snapshot(agent + "agent('a', x, 12)").0
        #expect(try debugger.run("lanes").split(separator: "\n").last?.split(separator: " ").suffix(4) == ["a/", "24", "14", "nodes"])
        let rows = try #require(try debugger.json("lanes")["rows"] as? [[String: Any]])
        #expect(rows.map { $0["kind"] as? String } == ["node", "node", "scope"])
        #expect(rows[2]["nodes"] as? Int == 14)
    }

    // MARK: Random programs

    /// A program of nested loops, scopes and bundles.
    private func program(_ random: inout Seeded) -> String {
        func block(_ depth: Int) -> [String] {
            (0..<Int.random(in: 1...4, using: &random)).flatMap { _ -> [String] in
                switch depth > 2 ? 0 : Int.random(in: 0...7, using: &random) {
                case 0, 1: return ["x = x * p"]
                case 2: return ["x = x + trace.node(1)"]
                case 3: return ["x = step(x)"]
                case 4: return ["local q = trace.parameter(1, { name = 'q' })", "x = x + q"]
                case 5: return ["for i = 1, \(Int.random(in: 1...7, using: &random)) do"] + block(depth + 1) + ["end"]
                default:
                    let name = ["'a'", "'b'", "'a/c'", "'b/c/d'", "'turn' .. count()"].randomElement(using: &random)!
                    return ["trace.scope(\(name), function()"] + block(depth + 1) + ["end)"]
                }
            }
        }
        let beginning = """
            local p, x, calls = trace.parameter(1), trace.node(1), 0
            local function count() calls = calls + 1; return calls end
            local step = trace.bundle("step", { traceable = true }, function(x) local y = x + 1; return y * 2 end)
            """
        return ([beginning] + block(0) + block(0) + block(0)).joined(separator: "\n")
    }

    /// The rows depend on the log, the event shown and the folds alone, and every node is in one, also where the past is not read afresh.
    @Test(arguments: 0..<60) func rowsDependOnTheLogAlone(seed: Int) throws {
        var random = Seeded(seed: seed)
        let (debugger, now) = try snapshot(program(&random)), exact = seed % 3 == 0 ? 0 : 5_000
        var graph = FoldedGraph(mostExact: exact), folds = GraphFolds()
        for _ in 0..<12 {
            let count = Int.random(in: 1...now.state.nodeCount, using: &random)
            try debugger.run("goto \(now.record.event(NodeID(count - 1)) + 1)")
            let past = try #require(debugger.host.snapshot)
            let target = NodeID(Int.random(in: 0..<past.state.nodeCount, using: &random))
            let only = Bool.random(using: &random) ? nil : past.record.ancestors(of: target)
            graph.update(
                past.record, past.state, folds: folds, only: only, isSameChoice: false, most: Int.random(in: 1...60, using: &random))
            while graph.isBehind(past.record, past.state) { graph.update(past.record, past.state, folds: folds, only: only, most: 7) }
            var afresh = FoldedGraph(mostExact: exact)
            afresh.update(past.record, past.state, folds: folds, only: only)
            #expect(graph.rows == afresh.rows)
            expectOrder(graph)
            for row in graph.rows.indices { expectReads(of: row, graph, past.record) }

            afresh.update(past.record, past.state, folds: folds, isSameChoice: false)
            for index in 0..<past.state.nodeCount where past.record.enclosingCall(NodeID(index)) == nil {
                #expect(afresh.row(of: NodeID(index)) != nil)
            }
            if past.record.enclosingCall(target) == nil {
                var opened = folds
                opened.open(afresh.folds(around: target, past.record))
                afresh.update(past.record, past.state, folds: opened)
                #expect(afresh.row(of: target).map { afresh.rows[$0].kind } == .node)
            }
            if let id = graph.rows.compactMap(\.id).randomElement(using: &random) {
                if Bool.random(using: &random) { folds.open([id]) } else { folds.close(id) }
            }
            let outputs = (0..<past.state.nodeCount).map { NodeID($0) }.filter { past.record.call(behind: $0) != nil }
            if let output = outputs.randomElement(using: &random) { folds.bundles.formSymmetricDifference([output]) }
        }
    }

    /// Growing node by node gives the same rows as reading the log up to there.
    @Test(arguments: 0..<20) func rowsGrow(seed: Int) throws {
        var random = Seeded(seed: 1_000 + seed)
        let (debugger, now) = try snapshot(program(&random))
        var grown = FoldedGraph()
        for count in 1...now.state.nodeCount {
            try debugger.run("goto \(now.record.event(NodeID(count - 1)) + 1)")
            let past = try #require(debugger.host.snapshot)
            grown.update(past.record, past.state, folds: GraphFolds())
            var afresh = FoldedGraph()
            afresh.update(past.record, past.state, folds: GraphFolds())
            #expect(grown.rows == afresh.rows)
        }
    }

    /// Rows are found by binary search.
    private func expectOrder(_ graph: FoldedGraph) {
        let rows = graph.rows.filter { !$0.isHeading }
        #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.last < $1.first })
        for (place, heading) in graph.rows.enumerated() where heading.isHeading {
            #expect(graph.rows[(place + 1)...].first { !$0.isHeading }.map { heading.first <= $0.first } ?? true)
            #expect(graph.rows[..<place].last { !$0.isHeading }.map { $0.last < heading.first } ?? true)
        }
    }

    /// A closed scope reads what its nodes read from outside of it.
    private func expectReads(of row: Int, _ graph: FoldedGraph, _ record: GraphRecord) {
        guard case .scope = graph.rows[row].kind else { return }
        let (first, last) = (graph.rows[row].first, graph.rows[row].last)
        var inputs = Set<NodeID>()
        for index in first.index...last.index where record.enclosingCall(NodeID(index)) == nil {
            record.forEachInput(NodeID(index)) { if $0 < first { inputs.insert($0) } }
        }
        // A loop notes no more than some of its reads.
        let reads = Set(graph.reads(of: row, record))
        #expect(reads == inputs)
    }
}
