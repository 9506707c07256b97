import Foundation
import TestSupport
import Testing
import Trace
import Workflows

@testable import Debugging

/// A text with everything in it that some format reads as more than itself.
private let wild = #"""
    local p = trace.parameter('q"\\<b>&amp;\n#1; é☃', { name = "p", constraint = "a < b" })
    local y = p .. "|`x`"
    local tuner = trace.optimizer("Manual", { p }, { name = "tuner" })
    tuner:backward(y, "two\nlines")
    """#

private let small = """
    local p = trace.parameter(2, { name = "p" })
    local x = trace.node(10, { name = "x" })
    local scale = trace.bundle("scale", { traceable = true }, function(a) return a * p end)
    local y = scale(x)
    local tuner = trace.optimizer("Manual", { p }, { name = "tuner" })
    tuner:backward(y, "larger", { retain_graph = true })
    """

@Suite struct ExportTests {
    private func text(_ format: String, of workflow: String, _ optimizer: String = "") throws -> String {
        let debugger = try Debugger(workflow)
        try debugger.run("continue")
        return try debugger.run("export \(format) - \(optimizer)")
    }

    @Test func dot() throws {
        #expect(
            try text("dot", of: small) == """
                digraph "w.lua" {
                  rankdir=TB;
                  node [shape=box, style="rounded,filled", fillcolor="#ffffff", color="#5c6370", fontname="monospace", fontsize=11];
                  edge [color="#7f8591", fontname="monospace", fontsize=9];
                  "p:0" [label="p:0\\n2\\ntuner\\n1 entry of feedback", fillcolor="#e3edff", color="#2f6fde", penwidth=1.5];
                  "x:0" [label="x:0\\n10\\n1 entry of feedback"];
                  subgraph "cluster_0" {
                    label="scale:0"; style=dashed; color="#7f8591";
                    "x:1" [label="x:1\\n10"];
                    "multiply:0" [label="multiply:0\\n20"];
                  }
                  "scale:0" [label="scale:0\\n20"];
                  "x:0" -> "x:1" [style=dashed];
                  "x:1" -> "multiply:0" [label="x"];
                  "p:0" -> "multiply:0" [label="y"];
                  "x:0" -> "scale:0" [label="a"];
                }

                """)
    }

    @Test func mermaid() throws {
        #expect(
            try text("mermaid", of: small) == """
                flowchart TB
                  n0(["p:0<br/>2<br/>tuner<br/>1 entry of feedback"])
                  n1["x:0<br/>10<br/>1 entry of feedback"]
                  subgraph c0["scale:0"]
                    n2["x:1<br/>10"]
                    n3["multiply:0<br/>20"]
                  end
                  n4["scale:0<br/>20"]
                  n1 -.-> n2
                  n2 -->|"x"| n3
                  n0 -->|"y"| n3
                  n1 -->|"a"| n4
                  classDef parameter fill:#e3edff,stroke:#2f6fde,color:#16181d
                  class n0 parameter

                """)
    }

    @Test func dotEscapes() throws {
        let out = try text("dot", of: wild)
        #expect(out.contains(#""p:0" [label="p:0\n\"q\\\"\\\\<b>&amp;amp;\\n#1; é☃\"\ntuner\n1 entry of feedback","#))
        #expect(out.contains(#""concat:0" [label="concat:0\n\"q\\\"\\\\<b>&amp;amp;\\n#1; é☃|`x`\"", style="rounded,filled,dashed"];"#))
    }

    @Test func mermaidEscapes() throws {
        let out = try text("mermaid", of: wild)
        #expect(out.contains(##"n0(["p:0<br/>#34;q#92;#34;#92;#92;#60;b#62;#38;amp#59;#92;n#35;1#59; é☃#34;<br/>tuner"##))
        #expect(out.contains("#124;#96;x#96;"))
        #expect(out.contains("class n2 freed"))
    }

    @Test func theSubgraphOfAnOptimizer() throws {
        let workflow = small + "\nlocal other = trace.node(1, { name = \"other\" }) + 1"
        #expect(try text("dot", of: workflow).contains("other:0"))
        let part = try text("dot", of: workflow, "tuner")
        #expect(!part.contains("other:0"))
        #expect(part.contains("\"x:0\" -> \"scale:0\" [label=\"a\"];"))
        let graph = try ExportedGraph(reading: try text("json", of: workflow, "tuner"))
        #expect(graph.nodes.map(\.name) == ["p:0", "x:0", "scale:0"])
        #expect(graph.roles?.variables == [0])
        #expect(graph.roles?.outputs == [2])
        #expect(graph.roles?.feedback == .string("larger"))
    }

    @Test func anOptimizerWithoutFeedbackHasNoSubgraph() throws {
        let debugger = try Debugger(small)
        try debugger.run("until 6")
        #expect(try debugger.error("export dot - tuner").code == "no-feedback")
    }

    @Test func thePastIsWrittenAsItWas() throws {
        let debugger = try Debugger(small)
        try debugger.run("continue", "goto 2")
        let graph = try ExportedGraph(reading: try debugger.run("export json -"))
        #expect(graph.nodes.map(\.name) == ["p:0"])
        #expect(graph.event == 2)
        #expect(graph.events > 2)
        #expect(graph.backwards.isEmpty)
    }

    @Test func filesAreWrittenAndRefused() throws {
        let folder = try TestFolder()
        let debugger = try Debugger(small)
        try debugger.run("continue")
        let path = folder.path + "/a b.dot"
        #expect(try debugger.run("export dot \(CommandLine.quoted(path))").hasPrefix("\(path): the graph, 5 nodes, after event "))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == debugger.run("export dot -"))
        #expect(try debugger.error("export dot \(folder.path)/none/a.dot").code == "file-error")
        // An earlier export is replaced; what cannot be made again is not.
        try debugger.run("export mermaid \(CommandLine.quoted(path))")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == debugger.run("export mermaid -"))
        for (name, text, words) in [
            ("w.lua", "print(1)", "a program's source"), ("s", "SQLite format 3\u{0}", "a saved session"),
            ("r", "tracescope recording 1\n", "a recording"),
        ] {
            try text.write(toFile: "\(folder.path)/\(name)", atomically: true, encoding: .utf8)
            let error = try debugger.error("export json \(folder.path)/\(name)")
            #expect(error.code == "file-error" && error.message.contains(words), "\(error.message)")
            #expect(try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8) == text)
        }
        #expect(try debugger.error("export png a.png").code == "usage")
        #expect(try debugger.error("export svg -").code == "no-drawer")
    }

    @Test func whoRunsTheSessionDraws() throws {
        let host = SessionHost(SessionOptions(interactive: false, drawer: { "<svg>\($0.nodes.count)</svg>" })) {
            () throws(WorkflowFailure) in
            try LuaRuntime(name: "w.lua", text: small, folder: ".")
        }
        host.start()
        defer { host.close() }
        _ = host.perform("continue")
        #expect(try host.perform("export svg -").get().text == "<svg>5</svg>")
    }

    @Test func callsInsideCallsStandTogether() throws {
        let workflow = """
            local p = trace.parameter(2, { name = "p" })
            local inner = trace.bundle("inner", { traceable = true }, function(a) return a + 1 end)
            local outer = trace.bundle("outer", { traceable = true }, function(a) return inner(a) * 2 end)
            local y = outer(p)
            """
        let out = try text("mermaid", of: workflow)
        let lines = out.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let opened = lines.enumerated().filter { $0.element.hasPrefix("subgraph") }.map(\.element)
        #expect(opened == ["subgraph c0[\"outer:0\"]", "subgraph c1[\"inner:0\"]"])
        #expect(lines.count { $0 == "end" } == 2)
    }
}
