import Testing

@testable import Workflows

@Suite struct LuaErrorTests {
    let machine = LuaMachine()

    @Test func aRuntimeErrorKnowsItsLineAndFrames() throws {
        let error = try #require(
            machine.failure("local function inner()\n  local x = nil + 1\nend\nlocal function outer()\n  inner()\nend\nouter()"))
        #expect(error.message.hasPrefix("test.lua:2: attempt to perform arithmetic"))
        #expect(error.text.hasPrefix("attempt to perform arithmetic"))
        #expect(error.line == 2)
        #expect(error.traceback.compactMap(\.line) == [2, 5, 7])
        #expect(error.traceback[0].name == "inner")
        #expect(error.traceback.last?.isMain == true)
    }

    @Test func syntaxErrors() throws {
        let error = try #require(machine.failure("local a = 1\nlocal = 2"))
        #expect(error.kind == .syntax)
        #expect(error.line == 2)
        #expect(error.file == "test.lua")
        #expect(error.text.hasPrefix("<name> expected"))
    }

    @Test func bytecodeIsRefused() throws {
        #expect(machine.failure("\u{1B}Lua")?.kind == .syntax)
        #expect(try machine.run(#"return load("\27Lua")"#)[0] == "nil")
        #expect(machine.failure("load(function() return nil end)") != nil)
        #expect(try machine.run("return load('return x', 'n', 't', {x = 4})()") == ["4"])
        #expect(try machine.run("return string.dump") == ["nil"])
    }

    @Test func raisedTables() throws {
        try machine.register("fail") { _ in throw LuaRaise.table(fields: [("code", .string("no-feedback")), ("message", .string("none"))]) }
        #expect(try machine.run("local ok, e = pcall(fail) return ok, e.code, e.position, tostring(e)")[1] == "no-feedback")
        let error = try #require(machine.failure("\nfail()"))
        #expect(error.message == "test.lua:2: none")
        #expect(error.text == "none")
        #expect(machine.metatableName(of: error.value) == "error")
        #expect(try machine.rawGet(error.value, .string("position")).isString("test.lua:2"))
    }

    @Test func anErrorPassedThroughKeepsItself() throws {
        let machine = machine
        try machine.register("through") { arguments in .many(try machine.call(arguments[0])) }
        let error = try #require(machine.failure("local f = function()\n  error('deep')\nend\nthrough(f)"))
        #expect(error.message == "test.lua:2: deep")
        #expect(error.line == 2)
        #expect(error.traceback.first { $0.line != nil }?.line == 2)
        let table = try #require(machine.failure("t = {}\nthrough(function()\n error(t)\nend)"))
        let original = try machine.rawGet(machine.globals(), .string("t"))
        #expect(machine.pointer(table.value) == machine.pointer(original))
        #expect(table.line == 3)
        #expect(try machine.run("return select(2, pcall(through, function() error(t) end)) == t") == ["true"])
    }

    @Test func errorsOfCoroutinesKeepTheirFrames() throws {
        let error = try #require(machine.failure("local f = coroutine.wrap(function()\n  error('inside')\nend)\nf()"))
        #expect(error.message == "test.lua:2: inside")
        #expect(error.line == 2)
        #expect(error.traceback.compactMap(\.line) == [2, 4])
    }

    @Test func limits() throws {
        let error = try #require(machine.failure("local n = 0\nwhile true do n = n + 1 end", limits: LuaLimits(instructions: 100_000)))
        #expect(error.kind == .limit)
        #expect(error.message == "test.lua:2: instruction limit of 100000 reached")
        #expect(error.traceback.first?.line == 2)
        let memory = try #require(machine.failure("local t = {}\nwhile true do t[#t + 1] = {} end", limits: LuaLimits(memory: 1 << 20)))
        #expect(memory.kind == .limit)
        #expect(memory.text == "memory limit of 1048576 bytes reached")
        #expect(try machine.run("return 1 + 1") == ["2"])
        let small = LuaMachine(memoryLimit: 4 << 20)
        #expect(small.failure("local s = 'x' while true do s = s .. s end")?.kind == .memory)
        #expect(try small.run("return 5") == ["5"])
    }

    @Test(arguments: [
        "while true do pcall(string.rep, 'x', 1 << 28) end",
        "local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end",
        "return string.rep('x', 1 << 21) .. string.rep('y', 1 << 21)",
        "return table.concat({string.rep('x', 3 << 20), string.rep('x', 3 << 20)})",
    ]) func memoryLimitsAreNotSwallowed(code: String) throws {
        let error = try #require(machine.failure(code, limits: LuaLimits(memory: 4 << 20)))
        #expect(error.kind == .limit)
        #expect(error.text == "memory limit of 4194304 bytes reached")
        #expect(try machine.run("return 1 + 1") == ["2"])
    }

    @Test func limitsNest() throws {
        let machine = machine
        try machine.register("limited") { arguments in
            do throws(LuaError) {
                return .many(try machine.call(arguments[0], limits: LuaLimits(instructions: 5000)))
            } catch {
                return .one(.string(error.text))
            }
        }
        #expect(
            try machine.run(
                "local text = limited(function() while true do end end) local n = 0 for i = 1, 20000 do n = n + i end return text, n")
                == ["instruction limit of 5000 reached", "200010000"])
        let outer = try #require(
            machine.failure("while true do limited(function() while true do end end) end", limits: LuaLimits(instructions: 20_000)))
        #expect(outer.text == "instruction limit of 20000 reached")
        let thrown = try #require(
            machine.failure("limited(function() while true do end end) while true do end", limits: LuaLimits(instructions: 2000)))
        #expect(thrown.text == "instruction limit of 2000 reached")
    }
}

extension LuaValue {
    fileprivate func isString(_ text: String) -> Bool {
        if case .string(text) = self { true } else { false }
    }
}
