import Foundation
import SessionStore
import TestSupport
import Testing
import Trace
import Workflows

@testable import Debugging

/// A document with one node, or a few.
private func document(_ records: String) -> String { "{\"format\":\"tracescope-graph\",\"version\":1,\"nodes\":[\(records)]}" }

/// A graph that was written to a file is read as it was.
@Suite struct GraphFileTests {
    private static let workflow = #"""
        local p = trace.parameter(2, { name = "p", constraint = "p > 0" })
        local q = trace.parameter('say "hi"\n', { name = "q" })
        local d = trace.node({ [1] = 2.5, [5] = "x" }, { name = "d" })
        local l = trace.node({ 1, 2, 0/0 }, { name = "l" })
        local scale = trace.bundle("scale", { traceable = true }, function(a) return a * p end)
        local y = scale(trace.node(10, { name = "x" }))
        local z = y + 1
        local s = q .. "!"
        local tuner = trace.optimizer("Manual", { p }, { name = "tuner", objective = "do" })
        local both = trace.optimizer("OptoPrime", { p, q }, { name = "both", memory = 3 })
        tuner:backward(z, "larger", { retain_graph = true })
        tuner:zero_feedback()
        both:backward(z, "smaller", { retain_graph = true })
        both:backward(s, "shorter")
        p.data = 4
        """#

    private func open(_ text: String) throws -> SessionHost {
        let host = SessionHost(SessionOptions(interactive: false, keeper: { FileKeeper() })) { () throws(WorkflowFailure) in
            try GraphFileRuntime(text: text, name: "g.json")
        }
        host.start()
        host.waitUntilLoaded()
        if let failure = host.loadFailure { throw failure }
        return host
    }

    private func failure(_ text: String) -> String {
        do {
            _ = try GraphFileRuntime(text: text, name: "g.json")
            return "none"
        } catch {
            return error.message
        }
    }

    private func written(_ format: String, _ before: String...) throws -> String {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue")
        for line in before { try debugger.run(line) }
        return try debugger.run("export \(format) -")
    }

    @Test func readingAndWritingAgainChangesNothing() throws {
        let text = try written("json", "set q:0 other", "backward tuner add:0 more")
        let graph = try ExportedGraph(reading: text)
        #expect(graph.json == text)
        #expect(graph.nodes.contains { $0.kind == .parameter && $0.versions.count == 1 })
        #expect(graph.nodes.contains { $0.freedBy == 3 })
        let host = try open(text)
        defer { host.close() }
        var again = try ExportedGraph(reading: try host.perform("export json -").get().text)
        (again.event, again.events) = (graph.event, graph.events)
        // By their texts: NaN is not equal to itself.
        #expect(again.json == graph.json)
    }

    @Test func everythingThatShowsShowsTheSame() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("continue")
        let host = try open(try debugger.run("export json -"))
        defer { host.close() }
        for line in [
            "nodes", "print p:0", "print q:0", "print d:0", "optimizers", "shared", "feedback p:0", "feedback q:0", "print scale:0",
        ] {
            #expect(try host.perform(line).get().text == debugger.run(line), "\(line)")
        }
        #expect(try host.perform("where").get().text.hasPrefix("ended"))
        guard case .failure(let report) = host.perform("subgraph both") else { return #expect(Bool(false), "they are in conflict") }
        #expect(report.code == "aggregation-conflict")
    }

    @Test func feedbackAndStepsByHandWork() throws {
        let host = try open(try written("json"))
        defer { host.close() }
        func run(_ line: String) throws -> String { try host.perform(line).get().text }
        _ = try run("zero all")
        // Through the bundle, inside which the parameter is used.
        #expect(try run("backward tuner add:0 more").contains("p:0"))
        #expect(try run("why p:0").contains("inside which it is used"))
        _ = try run("propose tuner")
        #expect(try run("answer {\"p\": 9}").contains("4 → 9"))
        _ = try run("update")
        #expect(try run("history p:0").contains("v3  9"))
        _ = try run("undo")
        #expect(try run("print p:0").contains("\n4\n"))
        #expect(try run("goto 1").contains("event 1"))
        guard case .failure(let report) = host.perform("eval 1 + 1") else { return #expect(Bool(false), "there is no workflow") }
        #expect(report.code == "in-the-past")
        _ = try run("goto end")
        guard case .failure(let report) = host.perform("eval 1 + 1") else { return #expect(Bool(false), "there is no workflow") }
        #expect(report.message.contains("read from a file"))
    }

    /// A graph in a file is a run that can be repeated, as that of a workflow.
    @Test func itCanBeForkedSavedAndOpenedAgain() throws {
        let folder = try TestFolder()
        let path = folder.path + "/g.tracescope"
        let host = try open(try written("json"))
        func run(_ line: String, _ host: SessionHost) throws -> String { try host.perform(line).get().text }
        _ = try run("set p:0 5", host)
        _ = try run("set p:0 6", host)
        let events = try #require(host.snapshot?.events)
        _ = try run("goto \(events - 2)", host)
        #expect(try run("fork", host).hasPrefix("ended"))
        #expect(host.snapshot?.branch == "fork-1")
        #expect(try run("print p:0", host).contains("\n5\n"))
        #expect(try run("branch main", host).hasPrefix("ended"))
        #expect(try run("print p:0", host).contains("\n6\n"))
        _ = try run("save \(path)", host)
        host.close()
        let again = SessionHost(SessionOptions(interactive: false), opening: try SessionFile.open(path)) {
            (surroundings, _) throws(WorkflowFailure) in
            try GraphFileRuntime(surroundings)
        }
        again.start()
        again.waitUntilLoaded()
        defer { again.close() }
        #expect(try run("set p:0 8", again) == "p:0 6 → 8")
        #expect(try run("restart", again) == "the workflow starts again")
        #expect(try run("print p:0", again).contains("\n4\n"))
    }

    @Test func absentPartsAreNamed() throws {
        let host = try open(try written("json"))
        defer { host.close() }
        for (line, words) in [("break 3", "'back' and 'forward' go through its events"), ("eval 1", "'print NODE' shows a node")] {
            guard case .failure(let report) = host.perform(line) else { return #expect(Bool(false), "it has no lines") }
            #expect(report.message.contains("a graph that was read from a file") && report.message.contains(words), "\(report.message)")
        }
    }

    @Test func aPartOfAGraphKeepsItsNames() throws {
        let debugger = try Debugger(
            """
            local p = trace.parameter(1, { name = "p" })
            local a = trace.node(1) + 1
            local y = p + 2
            local tuner = trace.optimizer("Manual", { p }, { name = "tuner" })
            tuner:backward(y, "up")
            """)
        try debugger.run("continue")
        let host = try open(try debugger.run("export json - tuner"))
        defer { host.close() }
        #expect(try host.perform("nodes").get().text.contains("add:1"))
        #expect(try host.perform("print add:1").get().text.contains("x=p:0"))
        guard case .failure(let report) = host.perform("print add:0") else { return #expect(Bool(false), "it is not in the file") }
        #expect(report.code == "unknown-node")
    }

    @Test func traceGraphJSON() throws {
        let text = try written("tgj")
        let graph = try ExportedGraph(reading: text)
        #expect(graph.tgj.split(separator: "\n").dropFirst() == text.split(separator: "\n").dropFirst())
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(document["tgj"] as? String == "1.0")
        let nodes = try #require(document["nodes"] as? [[String: Any]])
        let sum = try #require(nodes.first { $0["id"] as? String == "add:0" })
        #expect(sum["kind"] as? String == "message")
        #expect(sum["op"] as? String == "add")
        #expect((sum["inputs"] as? [String: [String: String]])?["x"]?["ref"] == "scale:0")
        #expect((sum["output"] as? [String: Any])?["value"] as? Int == 21)
    }

    /// As others write it: nodes in any order, ids without numbers, literals where they are used.
    @Test func traceGraphJSONOfOthers() throws {
        let host = try open(
            """
            {"tgj": "1.0", "run_id": "r", "agent_id": "a", "graph_id": "g", "scope": "", "nodes": [
              {"id": "loss", "kind": "message", "description": "[mul] Multiplies.", "output": {"name": "loss:out", "value": 6},
               "inputs": {"a": {"ref": "w"}, "b": {"literal": 3, "name": "three"}}},
              {"id": "w", "kind": "parameter", "name": "weight", "value": 2, "trainable": true},
              {"id": "bad", "kind": "exception", "inputs": {"in_0": "loss"}, "error": {"type": "ValueError", "message": "no"}}
            ]}
            """)
        defer { host.close() }
        #expect(
            try host.perform("nodes").get().text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
                == ["weight:0 parameter 2", "three:0 node 3", "loss:0 message 6", "bad:0 exception \"(ValueError) no\""])
        #expect(try host.perform("backward all loss:0 lower").get().text.contains("weight:0"))
        #expect(try host.perform("subgraph all").get().text.contains("variables  weight:0"))
    }

    @Test func graphsFromTelemetry() throws {
        let graph = try ExportedGraph(
            reading: """
                {"version": "trace-json/1.0+otel", "nodes": {
                  "svc:call": {"kind": "msg", "name": "call", "op": "llm_call", "data": "done",
                               "inputs": {"prompt": "svc:param", "style": "lit:short"}},
                  "svc:param": {"kind": "parameter", "name": "prompt", "data": "Answer", "trainable": true}}}
                """)
        #expect(graph.nodes.map(\.name) == ["prompt:0", "style:0", "call:0"])
        #expect(graph.nodes[2].inputs == [.init(argument: "prompt", node: 0), .init(argument: "style", node: 1)])
        #expect(graph.nodes[2].description == "[llm_call]")
    }

    @Test(arguments: [
        ("", "g.json:1:1: this is not JSON: the value is missing"),
        ("{\"format\":\"tracescope-graph\",\n\"nodes\":[}", "g.json:2:10: this is not JSON"),
        ("[]", "the document: a graph has the key \"format\""), ("{\"format\":\"x\"}", "format: 'x' is not a known format"),
        ("{\"format\":\"tracescope-graph\",\"version\":9}", "version: this is version 9 of the format, and 1 is the one known here"),
        (document("{\"kind\":\"node\"}"), "nodes[0].name: it is missing, and must be a string"),
        (document("{\"name\":\"a\"}"), "nodes[0].name: 'a' is not the name of a node, such as multiply:3"),
        (document("{\"name\":\"a:0\",\"kind\":\"leaf\"}"), "nodes[0].kind: 'leaf' is not a kind of node"),
        (document("{\"name\":\"a:0\",\"kind\":\"node\"}"), "nodes[0].data: it is missing, and must be a value"),
        (document("{\"name\":\"a:0\",\"kind\":\"node\",\"data\":{\"$float\":\"x\"}}"), "nodes[0].data: this must be a value"),
        (
            document("{\"name\":\"a:0\",\"kind\":\"message\",\"data\":1,\"inputs\":[{\"argument\":\"x\",\"node\":\"b:0\"}]}"),
            "nodes[0].inputs[0].node: no node is named 'b:0'"
        ),
        (
            document("{\"name\":\"a:0\",\"kind\":\"message\",\"data\":1,\"inputs\":[{\"argument\":\"x\",\"node\":\"a:0\"}]}"),
            "nodes[0].inputs[0].node: a node must come after its inputs"
        ),
        (
            document("{\"name\":\"a:0\",\"kind\":\"node\",\"data\":1},{\"name\":\"a:0\",\"kind\":\"node\",\"data\":1}"),
            "nodes[1].name: two are named 'a:0'"
        ),
        (document("{\"name\":\"a:0\",\"kind\":\"node\",\"data\":1,\"freedBy\":2}"), "nodes[0].freedBy: there is no backward 2"),
        (document("{\"name\":\"a:0\",\"kind\":\"node\",\"data\":1,\"insideCall\":-1}"), "nodes[0].insideCall: there is no call -1"),
        ("{\"tgj\":\"3.0\",\"nodes\":[]}", "tgj: '3.0' is not a known version"),
        ("{\"tgj\":\"1.0\",\"nodes\":[{\"id\":\"a\",\"kind\":\"message\",\"inputs\":{\"x\":\"a\"}}]}", "nodes[0]: 'a' depends on itself"),
        ("{\"tgj\":\"1.0\",\"nodes\":[{\"id\":\"a\",\"kind\":\"message\",\"inputs\":{\"x\":\"b\"}}]}", "inputs.x: no node is named 'b'"),
    ])
    func aFileWithoutAGraphIsRefusedWithThePlaceOfTheFault(_ text: String, _ message: String) {
        #expect(failure(text).contains(message), "\(failure(text))")
    }

    @Test func aLongChainIsNoBurden() throws {
        var records: [String] = []
        for index in 0..<20_000 {
            let inputs = index == 0 ? "" : "{\"argument\":\"x\",\"node\":\"n:\(index - 1)\"}"
            records.append(
                "{\"name\":\"n:\(index)\",\"kind\":\"\(index == 0 ? "node" : "message")\",\"data\":\(index),\"inputs\":[\(inputs)]}")
        }
        let host = try open("{\"format\":\"tracescope-graph\",\"version\":1,\"nodes\":[\(records.joined(separator: ","))]}")
        defer { host.close() }
        #expect(try host.perform("print n:19999").get().text.contains("level 19999"))
    }
}
