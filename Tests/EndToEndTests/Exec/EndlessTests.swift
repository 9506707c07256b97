import Foundation
import TestSupport
import Testing

/// Workflows that go on without end, in time or in memory, and output that goes nowhere.
@Suite struct EndlessTests {
    private func started(_ text: String, _ arguments: String...) throws -> PlainProcess {
        let folder = try TestFolder()
        try folder.write("w.lua", text)
        return try PlainProcess([Program.path, "exec", "w.lua", "-c", "continue"] + arguments, in: folder)
    }

    @Test func theKeyboardInterruptsAnEndlessLoop() throws {
        let process = try started("print('begun')\nwhile true do\n  local x = 1\nend")
        #expect(wait(20) { process.output.contains("begun") })
        process.signal(SIGINT)
        let run = try process.wait()
        #expect(run.status == 130)
        #expect(run.errors.contains("interrupted at w.lua:"))
        #expect(run.output.contains("paused at w.lua:"))
    }

    @Test func aTimeLimit() throws {
        let run = try started("while true do\n  local x = 1\nend", "--time-limit", "0.2").wait()
        #expect(run.status == 3)
        #expect(run.errors.contains("'continue' was not done after 0.2 s, and was interrupted at w.lua:"))
    }

    /// Chains and tables that the interpreter walks in one instruction, again and again.
    @Test(arguments: [
        "local t = {} setmetatable(t, { __call = t }) while true do pcall(t) end",
        "local t = {} setmetatable(t, { __call = t, __lt = t }) while true do pcall(function() return t < t end) end",
        "local s, t = ('x'):rep(100 << 20), ('x'):rep(100 << 20) while true do local _ = s < t end",
        "while true do load(('x = 1 '):rep(100000)) end",
    ])
    func aTimeLimitInsideOfTheInterpreter(_ text: String) throws {
        let run = try started(text, "--time-limit", "1").wait()
        #expect(run.status == 3)
        #expect(run.errors.contains("'continue' was not done after 1.0 s, and was interrupted at w.lua:1"), "\(run.errors)")
    }

    /// To compile the row of "and" takes time in its square; nothing of it has run yet.
    @Test func aWorkflowThatIsLoadedWithoutEnd() throws {
        let text = "local a = true\nlocal x = " + String(repeating: "a and ", count: 1_000_000) + "a"
        let late = try started(text, "--time-limit", "1").wait()
        #expect(late.status == 3)
        #expect(late.errors == "tracescope: w.lua was not loaded after 1.0 s, and was interrupted\n")
        let folder = try TestFolder()
        try folder.write("w.lua", text)
        let check = try tracescope("check", "w.lua", "--time-limit", "1", in: folder)
        #expect(check.status == 3)
        #expect(check.errors == "tracescope: w.lua was not loaded after 1.0 s, and was interrupted\n")
    }

    @Test func anErrorAsLongAsItLikes() throws {
        let run = try started("error(('x'):rep(50 << 20))").wait()
        #expect(run.status == 3)
        #expect(run.errors.utf8.count < 100_000 && run.errors.contains("… (52428809 bytes)"), "\(run.errors.suffix(200))")
    }

    @Test func anErrorThatFailsWithItself() throws {
        let run = try started("local t = setmetatable({}, {})\ngetmetatable(t).__tostring = function() error(t) end\nerror(t)").wait()
        #expect(run.status == 3)
        #expect(run.errors.contains("failed: w.lua:3: (error object)"), "\(run.errors)")
    }

    /// A text that is no UTF-8 is repaired where it is shown: only its beginning is.
    @Test func aPauseBesideALongText() throws {
        let run = try started("local s = ('\\x80'):rep(40 << 20)\ntrace.breakpoint('here')", "-c", "locals", "--time-limit", "60").wait()
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.utf8.count < 100_000, "\(run.output.utf8.count)")
    }

    /// The collector follows a chain of weak keys again and again, and nothing reaches it there: the program does not wait for it.
    @Test func anUninterruptibleProgramIsAbandoned() throws {
        let text = """
            local t, first = setmetatable({}, { __mode = "k" }), {}
            local p = first
            for i = 1, 3000000 do local k = {} t[p] = k p = k end
            collectgarbage()
            print(first)
            """
        let run = try started(text, "--time-limit", "1").wait()
        #expect(run.status == 3)
        #expect(run.errors.contains("'continue' was not done after 1.0 s"), "\(run.errors)")
    }

    @Test(arguments: ["trace.load('pipe', { trace.parameter(1) })", "require('pipe')"])
    func aPipeThatNobodyWritesTo(_ call: String) throws {
        let folder = try TestFolder()
        try folder.write("w.lua", call)
        #expect(mkfifo(folder.path + "/pipe", 0o600) == 0 && mkfifo(folder.path + "/pipe.lua", 0o600) == 0)
        let run = try PlainProcess([Program.path, "exec", "w.lua", "-c", "continue", "--time-limit", "30"], in: folder).wait()
        #expect(run.status == 3)
        #expect(run.errors.contains("it is a pipe, and a file is needed"), "\(run.errors)")
    }

    @Test(arguments: [
        "local t = {}\nwhile true do t[#t + 1] = { {}, {} } end", "local t = {}\nwhile true do t[#t + 1] = ('x'):rep(10000) .. #t end",
        "local s = 'x'\nwhile true do s = s .. s end", "local t = ('x'):rep(1 << 40)\n",
    ])
    func luaWithoutEnd(_ text: String) throws {
        let run = try started(text, "--memory-limit", "32").wait()
        #expect(run.status == 3)
        #expect(run.errors.contains(#/w\.lua:[12]: /#))
        #expect(run.memory < 400 << 20)
    }

    @Test(arguments: [
        "local x = trace.node(1)\nwhile true do x = x + 1 end", "while true do\n  trace.node({ 1, 2 })\nend",
        "local p = trace.parameter(1)\nwhile true do p.data = p.data + 1 end",
        "local p = trace.parameter(1)\nlocal y = p + 1\nwhile true do y:backward('f', { retain_graph = true }) end",
        "local p = trace.parameter(1)\nwhile true do p:zero_feedback() end",
    ])
    func nodesAndEventsWithoutEnd(_ text: String) throws {
        let run = try started(text, "--node-limit", "20000").wait()
        #expect(run.status == 3)
        #expect(run.errors.contains(#/failed: w\.lua:[23]: the graph has \d+ (nodes|events), which is the limit/#))
    }

    @Test(arguments: [
        "local x = trace.node('0123456789abcdef')\nwhile true do x = x .. x end",
        "local x = trace.node({ 1, 2 })\nwhile true do x = x + x end",
        "local x = trace.node('0123456789abcdef')\nwhile true do x = x:replace('', x) end",
        "local x = trace.node('0123456789abcdef')\nwhile true do x = x:replace('0', x) end",
        "local x = trace.node('0123456789abcdef') * (1 << 40)\n",
        "local x = trace.node('0123456789abcdef')\nwhile true do x = x * 1000 end",
        "local x = trace.node('{}{}')\nwhile true do x = x:format(x, x) end",
        "local a, b = ('x'):rep(1000), ('y'):rep(1000); local p = trace.parameter(a)\nwhile true do p.data = b; p.data = a end",
    ])
    func dataWithoutEnd(_ text: String) throws {
        let run = try started(text, "--memory-limit", "32").wait()
        #expect(run.status == 3)
        #expect(run.errors.contains(#/failed: w\.lua:[12]: /#))
        #expect(run.memory < 1200 << 20)
    }

    @Test func printingWithoutEnd() throws {
        let run = try PlainProcess(
            [
                "sh", "-c",
                "printf \"while true do print(('x'):rep(10000)) end\" > w.lua; exec \"$0\" exec w.lua -c continue --memory-limit 8",
                Program.path,
            ],
            in: TestFolder(), output: "/dev/null"
        ).wait()
        #expect(run.status == 3)
        #expect(run.errors.contains("w.lua:1: the graph has 8388608 bytes of data, which is the limit"))
    }

    @Test func containersInContainersWithoutEnd() throws {
        let run = try started("local x = trace.node(1)\nfor i = 1, 20000 do x = trace.ops.make_list(x) end\nprint('done')").wait()
        #expect(run.status == 3 && run.errors.contains("w.lua:2: "), "\(run.status) \(run.errors.suffix(500))")
    }

    @Test func aClosedPipe() throws {
        let folder = try TestFolder()
        try folder.write("w.lua", "for i = 1, 100000 do print(i) end")
        let run = try shell("\"$TRACESCOPE\" exec w.lua -c continue -c 'events .. --all' 2>errors | head -1", in: folder)
        #expect(run.output.hasPrefix("ended: end"))
        #expect(!folder.text("errors").contains("tracescope:"))
    }

    @Test func aFullDisk() throws {
        let folder = try TestFolder()
        try folder.write("w.lua", "local x = 1")
        let run = try PlainProcess([Program.path, "exec", "w.lua", "-c", "continue"], in: folder, output: "/dev/full").wait()
        #expect(run.status == 1)
        #expect(run.errors == "tracescope: standard output cannot be written: no space left on device\n")
    }

    @Test func aKillLeavesNothingBehind() throws {
        let process = try started("print('begun')\nwhile true do end")
        #expect(wait(20) { process.output.contains("begun") })
        process.signal(SIGKILL)
        #expect(try process.wait().status == 128 + SIGKILL)
        #expect(process.folder.names.filter { !$0.hasPrefix(".") } == ["w.lua"])
        // The process had a group of its own: nobody is left in it.
        #expect(kill(-process.id, 0) == -1)
    }

    @Test func manyOperatorsAndASharedParameter() throws {
        let text = """
            local p = trace.parameter(1.0, { name = "p" })
            local x = trace.node(0.0, { name = "x" })
            for i = 1, 100000 do x = x + p end
            local opt = trace.optimizer(function(o) return { [p] = 2.0 } end, { p }, { name = "o" })
            opt:backward(x, "larger", { retain_graph = true })
            print(x.data, #p.feedback, #opt:summary().others)
            opt:step()
            print(p.data)
            """
        let process = try started(text, "-c", "aggregate p", "--format", "json")
        let run = try process.wait(300)
        #expect(run.status == 0)
        #expect(run.errors == "100000.0\t100000\t99999\n2.0\n")
        let graph = (try run.objects().last?["result"] as? [String: Any])?["graph"] as? [Any]
        #expect(graph?.count == 100_002)
    }
}
