import Debugging
import Foundation
import Glibc
import TestSupport
import Testing
import Trace

@testable import Workflows

/// The limits of code that replaces a function, and its effects on the workflow.
@Suite struct ReplacedCodeTests {
    /// Runs code in place of a function, in a folder of its own, between two pieces of a workflow.
    private func printed(_ code: String, before: String = "", after: String = "", in folder: String = ".") throws -> [String] {
        let text = """
            \(before)
            local f = trace.bundle("f", { trainable = true, external = true }, function(x)
              if x == count then count = held end
              return x
            end)
            f.parameter.data = trace.args[1]
            local ok, result = pcall(f, 1)
            print(ok and "ok" or type(result) == "table" and result.message or result)
            \(after)
            print(trace.ops.add(1, 1).data)
            """
        let runtime = try LuaRuntime(name: "w.lua", text: text, folder: folder, arguments: ["function(x) \(code) end"])
        // The bound of time is far away: other bounds are tested, which a busy machine may reach late.
        runtime.callLimits.seconds = nil
        return try WorkflowsTests.printed(by: runtime)
    }

    @Test(arguments: [
        ("local y = trace.node(1) while true do y = y + 1 end", "100000 nodes"),
        ("local p, i = trace.parameter(1), 0 while true do i = i + 1 p.data = i end", "400000 events"),
        ("local s = ('x'):rep(1 << 20) for i = 1, 100 do trace.node(s .. i) end", "67108864 bytes of data"),
        ("local y = trace.parameter(1) + 1 for _ = 1, 1001 do y:backward('f', { retain_graph = true }) end", "1000 calls of backward"),
        ("for _ = 1, 2001 do pcall(print, 'x') end print('x')", "print more than 2000 lines"),
        ("print(('x'):rep(1 << 20))", "print more than 1048576 bytes"),
        ("for _ = 1, 17 do pcall(trace.load, 'none', {}) end trace.load('none', {})", "read more than 16 files"),
        ("for _ = 1, 1001 do trace.bundle('b', print) end", "make more than 1000 bundles, optimizers and propagators"),
        ("for _ = 1, 11 do trace.breakpoint() end", "pause more than 10 times"),
        ("for _ = 1, 21 do pcall(trace.llm, 'x') end trace.llm('x')", "ask a language model more than 20 times"),
    ])
    func oneCallHasBoundsOfItsOwn(code: String, bound: String) throws {
        let lines = try printed(code).filter { $0 != "x" }
        #expect(lines.count == 2)
        #expect(lines.first?.contains(bound) == true, "\(lines)")
        #expect(lines.last == "2")
    }

    @Test func plainDataOfTheFunctionIsItsOwnToChange() throws {
        let before = "local count, held = 0, trace.parameter(1)"
        #expect(
            try printed("count = count + 1 held = 5 return count", before: before, after: "print(count, type(held))") == [
                "ok", "1\tuserdata", "2",
            ])
        #expect(try printed("count = function() end count = {} return 1", before: before, after: "print(count)") == ["ok", "0", "2"])
    }

    @Test func theAdditionsOfACallHaveBounds() throws {
        let loop = "return function() while true do end end"
        let lines = try printed(loop, after: "print(pcall(function() return result() end) and 1 or 'stopped')")
        #expect(lines == ["ok", "stopped", "2"])
        // As the rule of an optimizer that the workflow calls.
        let rule = """
            local p = trace.parameter(1)
            return trace.optimizer and function() return trace.save("kept.json", {}) end
            """
        #expect(try printed(rule, after: "print((select(2, pcall(result.data))))")[1].contains("may not write files"))
    }

    @Test func anObjectIsOneAndItsClassStays() throws {
        let before = """
            Class = { __name = "Class" }
            Class.__index = Class
            object = setmetatable({ inner = {} }, Class)
            """
        let code = "object.seen = true getmetatable(object).seen = true return select('#', pcall(setmetatable, object.inner, {}))"
        #expect(
            try printed(code, before: before, after: "print(object.seen, Class.seen, getmetatable(object.inner))") == [
                "ok", "true\tnil\tnil", "2",
            ])
    }

    /// The workflow gets the random numbers that it would get without the call, and the code gets the same ones each time it is run.
    @Test(arguments: [
        "return math.random(1000)", "for _ = 1, 9 do math.random() end return 1", "math.randomseed(7) return math.random()",
        "math.randomseed() return 1", "local r = roll return r and r(6)", "trace.args.roll = nil seed(3) return 1",
    ])
    func randomNumbersOfTheWorkflowAreItsOwn(code: String) throws {
        let before = "roll, seed = math.random, math.randomseed\nmath.randomseed(11)"
        let after = "print(math.random(1000000), math.random(1000000), roll(1000000))"
        let (plain, tampered) = (try printed("return 1", before: before, after: after), try printed(code, before: before, after: after))
        #expect(plain.count == 3 && tampered.suffix(2) == plain.suffix(2), "\(tampered)")
        #expect(try printed(code, before: before, after: after) == tampered)
    }

    // MARK: Files

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = try TestFolder()
        try body(folder.path)
    }

    @Test func valuesFilesAreNewOrItsOwn() throws {
        try inFolder { folder in
            try "mine".write(toFile: folder + "/notes.txt", atomically: true, encoding: .utf8)
            try FileManager.default.createDirectory(atPath: folder + "/inside", withIntermediateDirectories: true)
            symlink("inside", folder + "/linked")
            symlink("notes.txt", folder + "/link.json")
            mkfifo(folder + "/pipe.json", 0o600)
            let text = """
                local p = trace.parameter(1, { name = "p" })
                for _, name in ipairs { "new.json", "new.json", "inside/new.json", "notes.txt", "w.lua", "linked/new.json", "link.json", "pipe.json", ".hidden", ".git/x", "inside/.x", "-rf", "inside/-x", "\\u{202e}x", "\\u{200b}x", "\\u{2028}x" } do
                  local ok, reason = pcall(trace.save, name, { p })
                  print(ok or reason)
                end
                """
            try text.write(toFile: folder + "/w.lua", atomically: true, encoding: .utf8)
            let lines = try WorkflowsTests.printed(by: LuaRuntime(path: folder + "/w.lua"))
            #expect(lines.prefix(3) == ["true", "true", "true"])
            #expect(lines.count == 16 && lines.dropFirst(3).allSatisfy { $0.hasPrefix("w.lua:3: ") }, "\(lines)")
            #expect(try String(contentsOfFile: folder + "/notes.txt", encoding: .utf8) == "mine")
            #expect(try String(contentsOfFile: folder + "/w.lua", encoding: .utf8) == text)
            #expect(try String(contentsOfFile: folder + "/new.json", encoding: .utf8).hasPrefix("{\"$values\":1"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                    "inside", "link.json", "linked", "new.json", "notes.txt", "pipe.json", "w.lua",
                ])
        }
    }

    @Test func anEndlessFileIsRefused() throws {
        try inFolder { folder in
            mkfifo(folder + "/p.json", 0o600)
            mkfifo(folder + "/m.lua", 0o600)
            symlink("/dev/zero", folder + "/zero.json")
            truncate(folder + "/none", 0)
            let text = """
                local p = trace.parameter(1, { name = "p" })
                print((select(2, pcall(trace.load, "p.json", { p }))))
                print((select(2, pcall(trace.load, "zero.json", { p }))))
                print((select(2, pcall(require, "m"))))
                """
            let lines = try WorkflowsTests.printed(by: LuaRuntime(name: "w.lua", text: text, folder: folder))
            #expect(lines.count == 3)
            #expect(lines[0].contains("it is a pipe") && lines[2].contains("it is a pipe"), "\(lines)")
            #expect(lines[1].contains("it is a device"), "\(lines)")
        }
    }

    @Test func aSavedSessionsWorkflowWritesNothing() throws {
        try inFolder { folder in
            let text = "local p = trace.parameter(1, { name = \"p\" })\nprint((select(2, pcall(trace.save, \"v.json\", { p }))))"
            let past = Surroundings(name: "w.lua", text: text, arguments: [], seed: 0, memoryLimit: 1 << 28, nodeLimit: 1000)
            let runtime = try LuaRuntime(past, folder: folder, keepsFiles: true)
            #expect(try WorkflowsTests.printed(by: runtime)[0].contains("--write-files"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            let allowed = try LuaRuntime(past, folder: folder, keepsFiles: true)
            allowed.writesFiles = true
            #expect(try WorkflowsTests.printed(by: allowed) == ["nil"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["v.json"])
        }
    }

    // MARK: The page

    @Test func thePageNamesEveryOperator() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/sandbox.md"), encoding: .utf8)
        let missing = Operator.all.keys.filter { !page.contains("`\($0)`") }.sorted()
        #expect(missing.isEmpty, "docs/sandbox.md does not say what bounds \(missing.joined(separator: ", "))")
        for number in [
            ReplacedCall.most(.lines), ReplacedCall.most(.files), ReplacedCall.most(.questions), ReplacedCall.most(.pauses),
            ReplacedCall.most(.objects),
        ] {
            #expect(page.contains("\(number) in one call") || page.contains("\(number) and 1 MiB") || page.contains("\(number) together"))
        }
    }
}
