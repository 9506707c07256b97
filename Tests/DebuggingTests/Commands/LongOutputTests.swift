import Foundation
import Testing
import Trace

@testable import Debugging

/// Long output is folded, counted and grouped; `--all` and JSON have everything.
@Suite struct LongOutputTests {
    /// A parameter that is used, and written, `count` times.
    private func session(_ count: Int) throws -> Debugger {
        let debugger = try Debugger(
            """
            local p = trace.parameter(1.0, { name = "p" })
            local o = trace.optimizer(function() return {} end, { p }, { name = "o" })
            local y = p
            for i = 1, \(count) do y = y + p end
            o:backward(y, "bad")
            local list = {}
            for i = 1, \(count) do
              p.data = i
              list[i] = i
            end
            local big = trace.node(list, { name = "big" })
            local text = trace.node(("line\\n"):rep(\(count) * 40), { name = "text" })
            """)
        try debugger.run("continue")
        return debugger
    }

    private static let count = 300

    /// A proposal that changes many parameters, rejects many values, and leaves many without feedback.
    @Test func aProposalIsFolded() throws {
        let debugger = try Debugger(
            """
            local all, y = {}, trace.node(0)
            for i = 1, 300 do
              all[i] = trace.parameter(i, { name = "p" })
              if i > 150 then y = y + all[i] end
            end
            local o = trace.optimizer(function()
              local out = {}
              for i = 1, 300 do out[all[i]] = i + 1 end
              return out
            end, all, { name = "o" })
            o:backward(y, "more")
            """)
        try debugger.run("continue")
        let text = try debugger.run("propose o")
        #expect(text.hasPrefix("o proposed\n  p:0: 1 → 2\n"))
        #expect(text.contains("more changes: 'proposal o --all' shows them"))
        #expect(text.contains("without feedback: 150 nodes (150 p): p:0"))
        #expect(text.split(separator: "\n").count < 40)
        let all = try debugger.run("proposal o --all")
        #expect(all.split(separator: "\n").count > 300 && all.contains("p:299: 300 → 301"))
        #expect((try debugger.json("proposal o")["updates"] as? [Any])?.count == 300)
        #expect(try debugger.run("step o").split(separator: "\n").count < 40)
        #expect(try debugger.run("proposal o").hasPrefix("o settled\n"))
    }

    @Test(arguments: [
        ("why p:0", ["300 entries from 300 children, of 1 backward call", "backward ▲1 of o from add:299 reached p:0, 300 times"]),
        ("feedback p:0", ["300 entries from 300 children", "▲1 o  \"bad\", 300 times: through add:299, add:298"]),
        ("events 1..", ["events: 600 feedback, 303 node, 300 set, 300 visit", "1  command    continue"]),
        ("nodes", ["303 nodes: 300 add, 1 big, 1 p, 1 text", "p:0"]),
        ("history p:0", ["301 values: 300 by the workflow", "v1  1.0", "v301  300"]),
        ("subgraph o", ["299 nodes (299 add): add:0 add:1", "outputs    add:299"]),
        ("aggregate p:0", ["301 nodes (300 add, 1 p)"]),
        ("print p:0", ["add:11 and 288 more"]), ("print big:0", ["[1, 2, 3,", "… 300 items"]), ("print text:0", ["bytes more"]),
    ])
    func isFolded(line: String, says: [String]) throws {
        let debugger = try session(Self.count)
        let text = try debugger.run(line)
        #expect(text.utf8.count < 12_000)
        #expect(text.split(separator: "\n").count <= 130)
        for part in says { #expect(text.contains(part), "\(part) in \(text)") }
        if line != "print p:0" { #expect(text.contains("'\(line) --all' shows"), "\(text)") }
        let all = try debugger.run("\(line) --all")
        #expect(all.utf8.count > text.utf8.count)
        #expect(!all.contains("--all"))
        #expect(!all.contains(" more"), "\(all.suffix(300))")
    }

    @Test(arguments: [
        ("why p:0", "reasons", 300), ("feedback p:0", "feedback", 300), ("nodes", "nodes", 303), ("nodes add", "nodes", 300),
        ("history p:0", "versions", 301), ("subgraph o", "graph", 301), ("subgraph o", "edges", 599), ("aggregate p:0", "graph", 301),
        ("print p:0", "children", 300), ("print big:0", "data", 300), ("events", "events", 50),
    ])
    func jsonIsWhole(line: String, key: String, count: Int) throws {
        #expect((try session(Self.count).json(line)[key] as? [Any])?.count == count)
    }

    /// A document written in pieces is the same as one made at once.
    @Test(arguments: ["why p:0", "feedback p:0 --all", "events 1..", "nodes", "print p:0", "print big:0", "subgraph o", "where", "ledger"])
    func piecesMakeTheWhole(line: String) throws {
        let debugger = try session(2000)
        let outcome = try debugger.host.perform(line).get()
        var pieces: [String] = []
        outcome.writeJSON { pieces.append($0) }
        #expect(pieces.joined() == outcome.json.line)
        // One text is written as a whole, and a node has a long one.
        if line != "nodes" { #expect(pieces.allSatisfy { $0.utf8.count < 2 * JSONDocument.pieceSize }) }
        if line == "events 1.." { #expect(pieces.count > 3) }
        var text: [String] = []
        outcome.writeText { text.append($0) }
        #expect(text.joined() == outcome.text)
    }

    @Test func graphsAreLeftOutOfMuchFeedback() throws {
        let debugger = try session(120)
        let folded = try #require(try debugger.json("feedback p:0")["feedback"] as? [[String: Any]])
        let entries = folded.compactMap { ($0["entries"] as? [[String: Any]])?.first }
        #expect(entries.count == 120 && entries.allSatisfy { $0["graph"] is NSNull && $0["graph_nodes"] is NSNull })
        let all = try #require(try debugger.json("feedback p:0 --all")["feedback"] as? [[String: Any]])
        let sizes = all.compactMap { (($0["entries"] as? [[String: Any]])?.first?["graph"] as? [String])?.count }
        #expect(sizes.count == 120 && sizes.max() == 121 && Set(sizes).count > 100)
    }

    @Test func fewAreNotFolded() throws {
        let debugger = try session(20)
        #expect(try debugger.run("why p:0") == debugger.run("why p:0 --all"))
        #expect(try debugger.run("nodes").split(separator: "\n").count == 23)
        #expect(try debugger.run("feedback p:0").contains("21 nodes"))
    }

    @Test func manyBackwardCallsAreFoldedToo() throws {
        let debugger = try Debugger(
            """
            local p = trace.parameter(1.0, { name = "p" })
            local o = trace.optimizer(function() return {} end, { p }, { name = "o" })
            for i = 1, 250 do o:backward(p + i, "bad") end
            """)
        try debugger.run("continue")
        let text = try debugger.run("why p:0")
        #expect(text.contains("250 entries from 250 children, of 250 backward calls"))
        #expect(text.contains("backward ▲1 of o from add:0 reached p:0, once: through add:0\n"))
        #expect(text.contains("… and 230 more backward calls"))
    }

    @Test func theFlagIsNoWordOfTheCommand() throws {
        let debugger = try session(3)
        #expect(try debugger.run("nodes --all big") == debugger.run("nodes big"))
        #expect(try debugger.run("nodes \"--all\"").contains("no node has '--all'"))
        #expect(try debugger.error("where --all").code == "usage")
        #expect(try debugger.run("eval 1 + 1 --all") == "2")
    }

    @Test func longLinesOfTheLogAreCut() throws {
        let debugger = try Debugger("print(('x'):rep(5000))")
        try debugger.run("continue")
        #expect(try debugger.run("events").utf8.count < 700)
        #expect(try debugger.run("events --all").utf8.count > 5000)
    }

    @Test func tablesAreShownAsFarAsTheyAreLookedAt() throws {
        let debugger = try Debugger(
            """
            local p = trace.parameter(1, { name = "p" })
            local small = { 1, 2, { a = 1, b = { true, 2.5 } }, "x" }
            local itself = {} itself.itself = itself
            local mixed, words = { p, x = p, [3] = "three" }, {}
            for i = 1, 5000 do words["k" .. i] = i end
            print("here")
            """)
        try debugger.run("until 6")
        let text = try debugger.run("locals")
        for part in [
            "small = [1, 2, {a: 1, b: [true, 2.5]}, \"x\"]", "itself = {itself: {itself: {", "mixed = {1: p:0, 3: \"three\", x: p:0}",
            "words = {… more than 200 entries}",
        ] { #expect(text.contains(part), "\(text)") }
    }

    @Test func largeTablesOfAWorkflowAreCut() throws {
        let debugger = try Debugger("local t = {}\nfor i = 1, 5000 do t[i] = i end\nprint(#t)")
        try debugger.run("until 3")
        #expect(try debugger.run("locals").utf8.count < 3000)
        #expect(try debugger.run("locals").contains("…"))
        #expect(try debugger.run("locals").contains("t = [1, 2, 3") && debugger.run("locals").contains(" more]"))
        #expect(try debugger.run("eval t").contains("bytes more"))
        #expect(try debugger.run("eval t --all").contains("4999, 5000]"))
    }
}
