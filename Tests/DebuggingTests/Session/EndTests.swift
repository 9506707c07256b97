import Debugging
import Testing

/// After the end, and after a failure, one may look and change, and not run on.
@Suite struct EndTests {
    @Test func commandsAfterTheEnd() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("continue")
        for line in ["continue", "next", "in", "out", "until 3", "locals"] {
            let report = try debugger.error(line)
            #expect(report.code == "not-running")
            #expect(report.message == "the workflow has ended: 'restart' runs it again")
        }
        #expect(try debugger.run("stack") == "no call is active")
        #expect(try debugger.run("print p").contains("v2"))
        try debugger.run("set p 9", "backward asker add:0 \"once more\"", "zero all", "undo", "undo", "undo")
        #expect(try debugger.json("print p")["data"] as? Int == 3)
        try debugger.run("restart")
        #expect(try debugger.line() == 1)
        #expect(try debugger.run("nodes") == "there are no nodes yet")
    }

    @Test func commandsAfterAFailure() throws {
        let debugger = try Debugger("local p = trace.parameter(1, { name = 'p' })\nlocal y = p + 1\nerror('boom')")
        let outcome = try debugger.host.perform("continue").get()
        #expect(outcome.failed)
        #expect(outcome.text == "failed: w.lua:3: boom  (event 5)")
        #expect(try debugger.error("next").message == "the workflow has failed: 'restart' runs it again")
        #expect(try debugger.json("print add:0")["data"] as? Int == 2)
        #expect(try debugger.run("goto 2").hasPrefix("event 2 of 5"))
        try debugger.run("goto end", "restart")
        #expect(debugger.state == "paused")
    }

    @Test func engineErrorsKeepTheirCode() throws {
        let debugger = try Debugger(
            """
            local p = trace.parameter(1, { name = "p" })
            local y = p + 1
            y:backward("first")
            y:backward("second")
            """)
        let place = try debugger.json("continue")
        #expect(place["state"] as? String == "failed")
        #expect(
            place["reason"] as? String
                == "w.lua:4: add:0 was freed by backward ▲1 from add:0 with the feedback \"first\": retain_graph = true on that call would have kept it"
        )
        #expect(place["line"] as? Int == 4)
        #expect(debugger.host.snapshot?.failure?.report?.code == "graph-freed")
    }

    @Test func aClosedSessionRefuses() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("quit")
        #expect(try debugger.error("where").code == "not-running")
    }

    @Test func interruption() throws {
        let debugger = try Debugger("local i = 0\nwhile true do\n  i = i + 1\nend")
        let result = debugger.host.perform("continue", interrupted: { true })
        #expect(try result.get().text.hasPrefix("paused at w.lua:"))
        #expect(try debugger.run("where").contains("interrupted"))
        #expect(try debugger.run("eval i > 0") == "true")
    }
}

@Suite struct NamesTests {
    @Test func nodesByNameAndByExpression() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10")
        for name in ["multiply:0", "y", "multiply", "z.parents[1]"] {
            #expect(try debugger.json("print \(name)")["name"] as? String == "multiply:0", "\(name)")
        }
        let report = try debugger.error("print multiply:7")
        #expect(report.code == "unknown-node")
        #expect(report.message == "no node is named 'multiply:7' at this event; near it: multiply:0")
        #expect(try debugger.error("print os.exit()").code == "unknown-node")
    }

    @Test func optimizersByTheirBeginning() throws {
        let debugger = try Debugger(
            "local p = trace.parameter(1)\nlocal a = trace.optimizer('OptoPrime', { p }, { name = 'alpha1' })\nlocal b = trace.optimizer('OptoPrime', { p }, { name = 'alpha2' })\nprint(1)"
        )
        try debugger.run("until 4")
        #expect(try debugger.json("subgraph alpha2")["optimizer"] as? String == "alpha2")
        #expect(try debugger.json("subgraph b")["optimizer"] as? String == "alpha2")
        #expect(try debugger.error("subgraph al").message == "'al' could be alpha1 or alpha2")
        #expect(try debugger.error("subgraph al").code == "ambiguous")
        #expect(try debugger.error("subgraph beta").code == "unknown-optimizer")
    }

    @Test func quoting() throws {
        let debugger = try Debugger(sampleWorkflow)
        try debugger.run("until 10", "zero all", "backward tuner z \"  with \\\"quotes\\\" and \\\\ \"")
        #expect(try debugger.json("aggregate p")["text"] as? String == "  with \"quotes\" and \\ ")
        try debugger.run("zero all", "backward   tuner\tz   plain   words")
        #expect(try debugger.json("aggregate p")["text"] as? String == "plain words")
        #expect(try debugger.error("backward tuner z \"open").message == "a double quote is not closed; \\\" puts one inside quotes")
        #expect(try debugger.error("backward tuner z").code == "usage")
        #expect(try CommandLine("a \"b c\"d e").words.map(\.text) == ["a", "b cd", "e"])
        #expect(CommandLine.isBlank("  # comment"))
        #expect(!CommandLine.isBlank("x # no comment"))
    }

    @Test func unknownCommands() throws {
        let debugger = try Debugger(sampleWorkflow)
        #expect(try debugger.error("brek 3").message == "no command is named 'brek': did you mean 'break'? 'help' lists them")
        #expect(try debugger.error("help nothing-like-it").code == "usage")
    }
}
