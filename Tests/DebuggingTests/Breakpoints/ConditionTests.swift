import TestSupport
import Testing

/// Breakpoints that could never do what was meant are refused, or say so.
@Suite struct ConditionTests {
    private let loop = "local sum = 0\nfor i = 1, 5 do\n  sum = sum + i\nend\n\n-- a note\nprint(sum)\n-- the end"

    @Test(arguments: [
        ("i +", "the condition 'i +' is not an expression"), ("i = 3", "'==' compares"), ("i, sum", "is not an expression"),
        ("return i", "is not an expression"), ("local x", "is not an expression"), (") or (", "is not an expression"),
    ])
    func aConditionThatIsNotAnExpressionIsRefused(condition: String, says: String) throws {
        let debugger = try Debugger(loop)
        let error = try debugger.error("break 3 if \(condition)")
        #expect(error.code == "bad-condition" && error.message.contains(says))
        #expect(try debugger.run("breakpoints") == "there are no breakpoints")
    }

    @Test(arguments: ["i == 3 -- here", "(i == 3)", "i==3 and sum ~= nil", "({ [3] = true })[i]"])
    func expressionsHold(condition: String) throws {
        let debugger = try Debugger(loop)
        try debugger.run("break 3 if \(condition)", "continue")
        #expect(try debugger.run("eval i") == "3")
    }

    @Test func oneThatFailsHoldsOnceWithItsReason() throws {
        let debugger = try Debugger(loop)
        try debugger.run("break 3 if nosuch.field > 3")
        let text = try debugger.run("continue")
        #expect(text.contains("breakpoint 1: its condition failed: attempt to index a nil value (global 'nosuch')"))
        #expect(try debugger.run("continue").hasPrefix("ended"))
        #expect(try debugger.run("breakpoints").contains("1 hit  (its condition failed 5 times: attempt to index"))
        let all = try #require(try debugger.json("breakpoints")["breakpoints"] as? [[String: Any]])
        #expect((all[0]["failure"] as? String)?.contains("nosuch") == true)
    }

    @Test(arguments: ["trace.node(1)", "p:zero_feedback()", "p + 1", "print(i)"])
    func oneThatChangesTheGraphFails(condition: String) throws {
        let debugger = try Debugger("local p = trace.parameter(1, { name = 'p' })\nfor i = 1, 3 do\n  local x = i\nend")
        try debugger.run("break 3 if \(condition)")
        let before = try debugger.run("continue", "nodes")
        #expect(before == "p:0  parameter  1")
        #expect(try debugger.run("where").contains("its condition failed: the graph cannot be changed here"))
        #expect(try debugger.run("continue").hasPrefix("ended"))
    }

    @Test func aLineWithoutCodeStandsForTheNext() throws {
        let debugger = try Debugger(loop)
        #expect(try debugger.run("break 5") == "breakpoint 1: w.lua:7 (line 5 has no code)")
        #expect(try debugger.run("break 6") == "breakpoint 1: w.lua:7 (it is set already; line 6 has no code)")
        #expect(try debugger.error("break 8").code == "no-code")
        #expect(try debugger.error("break 9").message == "there is no line 9 in w.lua, which has 8 lines")
        #expect(try debugger.run("continue").contains("paused at w.lua:7: breakpoint 1"))
        let all = try #require(try debugger.json("breakpoints")["breakpoints"] as? [[String: Any]])
        #expect(all[0]["moved_from"] as? Int == 5)
    }

    @Test func untilGoesToTheNextLineWithCode() throws {
        let debugger = try Debugger(loop)
        #expect(try debugger.run("until 6").contains("paused at w.lua:7: line 7, the first with code after line 6"))
        #expect(try debugger.error("until 8").code == "no-code")
        #expect(try debugger.error("until other.lua:1").code == "unknown-file")
    }

    /// The compiled form decides, for every way to write a function.
    @Test(arguments: [
        ("local function f(a)\n  -- nothing\n  return a\nend\nf(1)", [2: 3, 4: 4]),
        ("local t = {\n  1,\n\n  2,\n}\nprint(#t)", [3: 5]),
        ("local s = [[\none\ntwo\n]]\nprint(s)", [1: 4, 2: 4]),
        ("--[[\nall\n]]\nlocal x\nx = 1", [1: 4]),
    ])
    func linesAreThoseOfTheCompiler(text: String, places: [Int: Int]) throws {
        for (line, expected) in places {
            let debugger = try Debugger(text)
            #expect(try debugger.run("break \(line)").contains("w.lua:\(expected)"), "line \(line)")
        }
    }

    @Test func aLongDistanceBetweenLinesIsFound() throws {
        let debugger = try Debugger("local x = 1" + String(repeating: "\n", count: 700) + "print(x)")
        #expect(try debugger.run("break 2").contains("w.lua:701 (line 2 has no code)"))
    }

    @Test func aFileThatIsLoadedLaterIsWaitedFor() throws {
        let folder = try TestFolder()
        try folder.write("part.lua", "local part = {}\n\n-- runs\nfunction part.run(x)\n  return x + 1\nend\nreturn part")
        let debugger = try Debugger("local part = require 'part'\nlocal a = part.run(1)\nprint(a)", folder: folder.path)
        #expect(try debugger.run("break part.lua:2") == "breakpoint 1: part.lua:2 (part.lua is not loaded yet)")
        #expect(try debugger.error("break nosuch.lua:1").message == "nosuch.lua is not loaded; the loaded file is w.lua")
        #expect(try debugger.run("continue").contains("paused at part.lua:4"))
        #expect(try debugger.run("breakpoints").contains("part.lua:4  1 hit  (line 2 has no code)"))
        #expect(try debugger.run("break \(folder.path)/part.lua:5").contains("part.lua:5"))
    }

    @Test func aSubjectThatEventsNeverHaveIsRefused() throws {
        let debugger = try Debugger(
            "local p = trace.parameter(1, { name = 'p' })\nlocal o = trace.optimizer(function() return {} end, { p }, { name = 'tuner' })\nlocal y = p + 1"
        )
        try debugger.run("until 3")
        #expect(try debugger.error("break step p").message.contains("'step' events never belong to a node"))
        #expect(try debugger.error("break node tuner").message.contains("never belong to an optimizer"))
        #expect(try debugger.error("break backwards").message.contains("a kind of event"))
        #expect(try debugger.run("break op multipy").contains("did you mean 'multiply'?"))
        #expect(try debugger.run("break op multiply") == "breakpoint 2: op multiply")
    }
}
