import Testing
import Trace

@testable import Debugging

/// The reads of an external bundle are remembered, and explain why feedback does not arrive there.
@Suite struct ExternalTests {
    private static let text = """
        local p = trace.parameter("{}", { name = "p" })
        local q = trace.parameter("x", { name = "q" })
        local o = trace.optimizer("Manual", { p, q }, { name = "o" })
        local format = trace.bundle("format", function(t) return t .. "!" end)
        local f = format(p)
        local ask = trace.bundle("ask", { external = true }, function(x) return x .. f.data end)
        local outer = trace.bundle("outer", function(x) return ask(x) end)
        local y = ask(q)
        o:backward(y, "shorter")
        """

    @Test func theReadIsNamed() throws {
        let debugger = try Debugger(Self.text)
        try debugger.run("continue")
        let sentence = "format:0 is read inside ask:0, which is external: pass it as an argument"
        #expect(try debugger.run("why p").contains(sentence))
        #expect(try debugger.run("why format:0").contains(sentence))
        let reason = try #require((try debugger.json("why p")["reasons"] as? [[String: Any]])?.first)
        #expect(reason["code"] as? String == "opaque-bundle")
        #expect(reason["nodes"] as? [String] == ["p:0", "format:0", "ask:0"])
    }

    @Test func alsoInsideAnotherBundle() throws {
        let debugger = try Debugger(Self.text.replacing("local y = ask(q)", with: "local y = outer(q)"))
        try debugger.run("continue")
        #expect(try debugger.run("why p").contains("inside outer:0, and the bundle outer is not traceable"))
    }

    @Test func theOutermostOfSeveralCallsIsNamed() throws {
        let debugger = try Debugger(
            """
            local p = trace.parameter("{}", { name = "p" })
            local q = trace.parameter("x", { name = "q" })
            local o = trace.optimizer("Manual", { p, q }, { name = "o" })
            local ask = trace.bundle("ask", { external = true }, function(x) return x .. p.data end)
            local inner = trace.bundle("inner", function(x) return (trace.node(x) .. "!").data end)
            local outer = trace.bundle("outer", function(x)
              local early = ask(x)
              inner(x)
              return early
            end)
            o:backward(outer(q), "shorter")
            """)
        try debugger.run("continue")
        #expect(try debugger.run("why p").contains("inside outer:0, and the bundle outer is not traceable"))
    }

    @Test func manyParametersShareOneLook() throws {
        let debugger = try Debugger(
            """
            local all = {}
            for i = 1, 300 do all[i] = trace.parameter(i, { name = "p" .. i }) end
            local use = trace.bundle("use", { external = true }, function(x)
              local sum = all[1]
              for i = 2, 300 do sum = sum + all[i] end
              return x + sum.data
            end)
            local x = trace.parameter(1, { name = "x" })
            local o = trace.optimizer(function() return { [x] = 2 } end, { x, table.unpack(all) }, { name = "o" })
            o:backward(use(x), "more")
            o:step()
            """)
        try debugger.run("continue")
        let problems = try #require(try debugger.json("problems --all")["problems"] as? [[String: Any]])
        #expect(problems.count { $0["code"] as? String == "opaque-bundle" } == 300)
    }

    @Test func alsoWhereTheCallFails() throws {
        let debugger = try Debugger(
            Self.text.replacing("return x .. f.data end", with: "local text = f.data; error('no') end").replacing(
                "local y = ask(q)", with: "local _, e = pcall(ask, q)\nlocal y = e.node"))
        try debugger.run("continue")
        #expect(try debugger.run("why p").contains("format:0 is read inside exception_ask:0, which is external"))
    }

    @Test func theAdviceOfAMissingInputLeadsIntoNoTrap() throws {
        let debugger = try Debugger(Self.text.replacing("{ external = true }, ", with: ""))
        let text = try debugger.run("continue")
        #expect(text.contains("pass it as an argument"))
        #expect(text.contains("no feedback passes through it"))
    }

    @Test func aGraphInAFileKnowsItToo() throws {
        let debugger = try Debugger(Self.text)
        try debugger.run("continue")
        let text = try debugger.run("export json -")
        #expect(text.contains(#""externalReads":["# + "\n" + #"{"output":"ask:0","nodes":["format:0"]}"#))
        let host = SessionHost(SessionOptions(interactive: false)) { () throws(WorkflowFailure) in
            try GraphFileRuntime(text: text, name: "g.json")
        }
        host.start()
        host.waitUntilLoaded()
        defer { host.close() }
        #expect(try host.perform("why p").get().text.contains("format:0 is read inside ask:0, which is external"))
        #expect(try host.perform("export json -").get().text.contains(#"{"output":"ask:0","nodes":["format:0"]}"#))
    }

    @Test func aSavedSessionKnowsItToo() throws {
        let debugger = try Debugger(Self.text)
        try debugger.run("continue")
        let record = try #require(debugger.host.snapshot?.record)
        var reader = RecordReader()
        try reader.read(try record.archived())
        let restored = try reader.finish()
        let read = try #require(restored.node(named: "format:0"))
        #expect(restored.externalReaders(of: read).map { restored.name($0) } == ["ask:0"])
        var live = ProblemFinder(), saved = ProblemFinder()
        live.update(record)
        saved.update(restored)
        #expect(live.findings == saved.findings)
    }
}
