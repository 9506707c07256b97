import Testing

@Suite struct SteppingTests {
    private let calls = """
        local outer = trace.bundle("outer", { traceable = true }, function(a)
          local function inner(b)
            return b + 1
          end
          local c = inner(a)
          return c * 2
        end)
        local x = outer(3)
        local y = outer(x)
        """

    @Test func nextGoesOverBundles() throws {
        let debugger = try Debugger(calls)
        #expect(try debugger.line() == 1)
        #expect(try debugger.lines("next", "next", "next") == [8, 9, nil])
        #expect(debugger.state == "ended")
    }

    @Test func inGoesIntoBundlesAndFunctions() throws {
        let debugger = try Debugger(calls)
        #expect(try debugger.lines("until 8", "in", "in", "in") == [8, 2, 5, 3])
        #expect(try debugger.run("stack").split(separator: "\n").count == 3)
        #expect(try debugger.lines("next", "out") == [6, 9])
    }

    @Test func outLeavesOneCall() throws {
        let debugger = try Debugger(calls)
        #expect(try debugger.lines("until 3", "out", "out", "out") == [3, 6, 9, nil])
    }

    @Test func nextFromTheLastLineOfACallStopsInTheCaller() throws {
        let debugger = try Debugger(calls)
        #expect(try debugger.lines("until 6", "next") == [6, 9])
    }

    @Test func loopsStopInEveryRound() throws {
        let debugger = try Debugger("local sum = 0\nfor i = 1, 3 do\n  sum = sum + i\nend\nprint(sum)")
        #expect(try debugger.lines("next", "next", "next", "next", "next", "next", "next", "next") == [2, 3, 2, 3, 2, 3, 2, 5])
    }

    @Test func untilALineThatNeverComesRunsToTheEnd() throws {
        let debugger = try Debugger("local a = 1\nif a > 1 then\n  a = 2\nend\nprint(a)")
        #expect(try debugger.run("until 3").hasPrefix("ended: end"))
    }

    @Test func coroutines() throws {
        let debugger = try Debugger(
            """
            local co = coroutine.wrap(function()
              local a = 1
              coroutine.yield(a)
              coroutine.yield(a + 1)
            end)
            local x = co()
            local y = co()
            print(x, y)
            """)
        #expect(try debugger.lines("until 6", "next", "next", "next") == [6, 7, 8, nil])
        let other = try Debugger(
            "local co = coroutine.wrap(function()\n  local a = 1\n  coroutine.yield(a)\nend)\nlocal x = co()\nprint(x)")
        #expect(try other.lines("until 5", "in", "next", "next") == [5, 2, 3, 6])
    }

    @Test func localsAreThoseOfTheCall() throws {
        let debugger = try Debugger(calls)
        try debugger.run("until 3")
        #expect(try debugger.run("locals") == "b = a:1 = 3")
        #expect(try debugger.run("locals 1").hasPrefix("a = a:1 = 3"))
        #expect(try debugger.error("locals 9").code == "usage")
    }

    @Test func anErrorIsShownWhereItHappened() throws {
        let debugger = try Debugger("local a = 1\nlocal function f()\n  error('boom')\nend\nf()")
        let place = try debugger.json("continue")
        #expect(place["state"] as? String == "failed")
        #expect(place["line"] as? Int == 3)
        #expect(place["reason"] as? String == "w.lua:3: boom")
    }
}
