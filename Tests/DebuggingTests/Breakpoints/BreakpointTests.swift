import TestSupport
import Testing

@Suite struct BreakpointTests {
    private func stops(_ text: String, _ breakpoints: String..., most: Int = 20) throws -> [Int] {
        let debugger = try Debugger(text)
        for line in breakpoints { try debugger.run(line) }
        var lines: [Int] = []
        while lines.count < most {
            try debugger.run("continue")
            guard let line = try debugger.line() else { break }
            lines.append(line)
        }
        return lines
    }

    private let loop = "local sum = 0\nfor i = 1, 5 do\n  sum = sum + i\nend\nprint(sum)"

    @Test func lines() throws {
        #expect(try stops(loop, "break 3") == [3, 3, 3, 3, 3])
        #expect(try stops(loop, "break 3", "break 5") == [3, 3, 3, 3, 3, 5])
        #expect(try stops(loop, "break 3", "break 5", "delete 1") == [5])
    }

    @Test func conditions() throws {
        #expect(try stops(loop, "break 3 if i == 4") == [3])
        #expect(try stops(loop, "break 3 if i % 2 == 1") == [3, 3, 3])
        #expect(try stops(loop, "break 3 if nil") == [])
    }

    @Test func hitsAreCounted() throws {
        let debugger = try Debugger(loop)
        try debugger.run("break 3 if i > 3", "continue", "continue")
        #expect(try debugger.run("breakpoints") == "1  w.lua:3 if i > 3  2 hits")
    }

    @Test func linesOfModules() throws {
        let folder = try TestFolder()
        try folder.write("part.lua", "local part = {}\nfunction part.run(x)\n  return x + 1\nend\nreturn part")
        let debugger = try Debugger("local part = require 'part'\nlocal a = part.run(1)\nprint(a)", folder: folder.path)
        try debugger.run("break part.lua:3", "continue")
        let place = try debugger.json("where")
        #expect(place["file"] as? String == "part.lua")
        #expect(place["line"] as? Int == 3)
        #expect(try debugger.error("break 30").message == "there is no line 30 in part.lua, which has 5 lines")
    }

    private let steps = """
        local p = trace.parameter(1, { name = "p" })
        local q = trace.parameter(1, { name = "q" })
        local one = trace.optimizer(function(o) return { [p] = 2 } end, { p }, { name = "one" })
        local two = trace.optimizer(function(o) return { [o:summary().variables[1]] = 3 } end, { q }, { name = "two" })
        local y = p + q
        one:backward(y, "first", { retain_graph = true })
        two:backward(y, "second", { retain_graph = true })
        one:zero_feedback()
        pcall(one.step, one)
        one:backward(y, "third")
        one:step()
        pcall(y.backward, y, "again")
        pcall(two.step, two)
        p.data = 7
        print("end")
        """

    @Test(arguments: [
        ("break backward", [7, 8, 11]), ("break backward one", [7, 11]), ("break backward two", [8]), ("break zero", [9]),
        ("break zero two", []), ("break step", [12]), ("break step one", [12]), ("break propose", [12]), ("break update", [12]),
        ("break update p", [12]), ("break set", [15]), ("break set q", []), ("break conflict", [14]), ("break output", []),
        ("break op add", [6]), ("break op multiply", []), ("break feedback q", [7, 8, 11]),
    ])
    func events(_ line: String, _ expected: [Int]) throws {
        let debugger = try Debugger(steps)
        try debugger.run("until 6")
        // op add happens before line 6: it is tested from the beginning.
        if line == "break op add" { #expect(try stops(steps, line) == expected) }
        guard line != "break op add" else { return }
        try debugger.run(line)
        var lines: [Int] = []
        while let stop = try {
            try debugger.run("continue"); return try debugger.line()
        }() { lines.append(stop) }
        #expect(lines == expected.map { $0 })
    }

    @Test func errorsAndFreedGraphs() throws {
        #expect(try stops(steps, "break error") == [10, 13])
    }

    @Test func watchesSeeDataAndFeedback() throws {
        let debugger = try Debugger(steps)
        try debugger.run("until 6", "watch p")
        var lines: [Int] = []
        while let stop = try {
            try debugger.run("continue"); return try debugger.line()
        }() { lines.append(stop) }
        #expect(lines == [7, 8, 9, 11, 12, 15])
    }

    @Test(arguments: [
        ("break backward two", [8]), ("break feedback q", [7, 8, 11]), ("break update p:0", [12]), ("watch p", [7, 8, 9, 11, 12, 15]),
        ("break op add", [6]), ("break backward three", []), ("watch r", []),
    ])
    func whatIsMadeLaterMayBeNamed(_ line: String, _ expected: [Int]) throws {
        #expect(try stops(steps, line) == expected)
    }

    @Test func aNameThatIsNotThereYetIsSaid() throws {
        let debugger = try Debugger(steps)
        #expect(try debugger.run("break backward two") == "breakpoint 1: backward two (no node or optimizer is named 'two' yet)")
        #expect(try debugger.run("watch p") == "breakpoint 2: watch p (no node is named 'p' yet)")
        try debugger.run("until 6")
        #expect(try debugger.run("break step owe") == "breakpoint 3: step owe (no optimizer is named 'owe' yet: did you mean 'one'?)")
        #expect(try debugger.run("break backward two") == "breakpoint 4: backward two")
    }

    @Test func continueToAKindOfEvent() throws {
        let debugger = try Debugger(steps)
        #expect(try debugger.lines("continue optimizer", "continue backward", "continue step") == [4, 7, 12])
        #expect(try debugger.error("continue nonsense").message.hasPrefix("'nonsense' is not a kind of event (node, optimizer, "))
    }

    @Test func theWorkflowsOwnBreakpoint() throws {
        let debugger = try Debugger("local a = 1\ntrace.breakpoint('here')\nprint(a)")
        #expect(try debugger.run("continue").contains("breakpoint 'here'"))
        #expect(try debugger.line() == 2)
    }

    @Test func restartKeepsThem() throws {
        let debugger = try Debugger(loop)
        try debugger.run("break 3 if i == 2", "break 5", "continue")
        try debugger.run("restart")
        #expect(try debugger.run("where").contains("paused at w.lua:1: start"))
        #expect(try debugger.run("breakpoints").hasPrefix("1  w.lua:3 if i == 2"))
        #expect(try debugger.lines("continue", "continue", "continue") == [3, 5, nil])
        try debugger.run("restart")
        #expect(try debugger.lines("continue") == [3])
    }

    @Test func wrongOnes() throws {
        let debugger = try Debugger(loop)
        #expect(try debugger.error("break").code == "usage")
        #expect(try debugger.error("break 0").code == "usage")
        #expect(try debugger.error("break 99").message == "there is no line 99 in w.lua, which has 5 lines")
        #expect(try debugger.error("break 3 unless x").code == "usage")
        #expect(try debugger.error("break output nobody").code == "usage")
        #expect(try debugger.error("delete 7").code == "unknown-breakpoint")
        #expect(try debugger.error("delete x").code == "usage")
    }

    @Test func allAreDeletedAtOnce() throws {
        let debugger = try Debugger(loop)
        #expect(try debugger.run("delete all") == "there are no breakpoints")
        #expect(try debugger.run("break 3", "delete all") == "1 breakpoint deleted")
        #expect(try debugger.run("break 3", "break 5", "delete all") == "2 breakpoints deleted")
    }
}
