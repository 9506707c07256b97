import Foundation
import Testing

@testable import Workflows

/// Code that must end in an error whatever it tries. The run as a whole is stopped by whoever starts the tests.
@Suite struct LuaHostileTests {
    static let snippets = [
        "while true do end", "goto a ::a:: goto a", "while true do pcall(function() while true do end end) end",
        "while true do xpcall(function() while true do end end, function() while true do end end) end",
        "local function f() return pcall(f) end while true do f() end",
        "while true do coroutine.wrap(function() while true do end end)() end",
        "while true do local co = coroutine.create(function() while true do end end) coroutine.resume(co) end",
        "while true do coroutine.wrap(function() end)() end",
        "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
        "local t = setmetatable({}, {__index = function() while true do end end}) return t.x",
        "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x, (function() while true do end end)()",
        "local x <close> = setmetatable({}, {__close = function() while true do end end})",
        "local function f() local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end end while true do pcall(f) end",
        "coroutine.wrap(function() local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end end)()",
        "setmetatable({}, {__gc = function() while true do end end})",
        "tostring(setmetatable({}, {__tostring = function() while true do end end}))",
        "error(setmetatable({}, {__tostring = function() while true do end end}))",
        "error(setmetatable({}, {__tostring = function() error('again') end}))",
        "error(setmetatable({}, {__tostring = function() return 1 end}))",
        "table.sort({3, 2, 1}, function() while true do end end)",
        "table.sort(setmetatable({}, {__len = function() return 1 << 60 end}))",
        "table.sort(setmetatable({}, {__len = function() return (1 << 26) - 1 end, __index = rawlen, __newindex = rawlen}))",
        "local n = 0 table.sort(setmetatable({}, {__len = function() n = n + 1 return n > 1 and 1 << 40 or 2 end, __index = rawlen, __newindex = rawlen})) while true do end",
        "string.gsub('x', 'x', function() while true do end end)",
        "local s = string.rep('a', 200) return s:find(string.rep('a*', 50) .. 'b')",
        "return string.rep('a', 30000):match('.-.-.-.-b')", "return string.rep('(', 100000):gsub('%b()', '')",
        "return string.rep('x', 1 << 40)",
        "return string.rep('', 1 << 62), (function() while true do end end)()", "return string.rep('x', 1 << 29):rep(1 << 29)",
        "local function f() return 1 + f() end return f()", "local function f(s) return s:gsub('x', f) end return f('x')",
        "local function f() pcall(f) error('x') end f()", "local function f() return coroutine.wrap(f)() end f()",
        "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x",
        "local t = {} for i = 1, 1e9 do t[i] = i end", "local s = 'x' while true do s = s .. s end",
        "local t = {} while true do t = {t, t, t, t, t, t, t, t} end", "local t = {} for i = 1, 1e9 do t[i .. ''] = {} end",
        "return table.concat(setmetatable({}, {__len = function() return 1 << 62 end, __index = function() return 'x' end}))",
        "return table.remove(setmetatable({}, {__len = function() return 1 << 62 end}), 1)",
        "return table.insert(setmetatable({}, {__len = function() return 1 << 62 end}), 1, 1)", "return table.move({}, 1, 1 << 62, 2)",
        "return table.unpack({}, 1, 1e8)", "return table.unpack(setmetatable({}, {__len = function() return 1 << 40 end}))",
        "return load(string.rep('(', 100000))", "return load(string.rep('x = ', 1000000))()",
        "return load('return ' .. string.rep('-', 1000000) .. '1')()",
        "local function h() error('x') end while true do xpcall(error, h) end",
        "local function f() return xpcall(f, f) end f() f() while true do f() end",
        "while true do pcall(string.rep, 'x', 1 << 28) end", "while true do collectgarbage() end",
        "string.find = nil return ('x'):find('x')",
        "getmetatable('').__index = nil", "return os.execute('true')", "return io.open('/etc/passwd')", "return debug.getinfo(1)",
        "return require('os')",
        "return os.date('%Ez')", "return os.date(string.rep('%c', 1000000), 1e300)",
        "return string.format('%' .. string.rep('9', 1000) .. 'd', 1)",
        "return utf8.char(table.unpack({}, 1, 100))", "error()", "error(nil)", "error(coroutine.create(error))", "coroutine.yield()",
        "swift(swift)",
        "local function f() swift(f) end f()", "local function f() pcall(swift, f) error('x') end f()",
        "local t = {} t[1] = t swift(function() while true do t[#t + 1] = string.rep('x', 1000) end end)",
        "while true do pcall(swift, function() while true do end end) end",
        "return #string.format('%s', setmetatable({}, {__tostring = function() return nil end}))",
        "for k in string.gmatch(string.rep('a', 100000), '.-b') do end while true do end", "local a <close> = 1",
        "local t = {} for i = 1, 300 do t = {t} end local function eq(a) return a == setmetatable({}, {__eq = function() while true do end end}) end eq({}) while true do end",
    ]

    @Test(arguments: snippets) func everythingEndsInAnError(code: String) {
        onLargeStack {
            let machine = LuaMachine(memoryLimit: 256 << 20)
            try! machine.register("swift") { arguments in .many(try arguments.machine.call(arguments[0])) }
            let limits = LuaLimits(instructions: 2_000_000, memory: 64 << 20, seconds: 5)
            let failure = machine.failure(code, limits: limits)
            #expect(failure != nil, "it ended without an error")
            #expect(failure?.text.isEmpty == false)
            #expect(machine.failure(code, limits: limits)?.kind == failure?.kind, "the error is the same every time")
            #expect((try? machine.run("return 1 + 1")) == ["2"])
        }
    }

    @Test(arguments: snippets) func theDebuggerSurvivesIt(code: String) {
        onLargeStack {
            let machine = LuaMachine(memoryLimit: 64 << 20)
            let limits = LuaLimits(instructions: 300_000, memory: 16 << 20)
            var nested = false
            try! machine.register("swift") { arguments in .many(try arguments.machine.call(arguments[0])) }
            machine.lineObserver = { _ in
                if !nested {
                    nested = true
                    _ = try? machine.evaluate(code, level: 0, limits: limits)
                    _ = machine.frames()
                    _ = try? machine.locals(0)
                }
                return .proceed
            }
            machine.linesObserved = true
            _ = machine.failure(code, limits: limits)
            machine.linesObserved = false
            #expect(nested || machine.failure(code, limits: limits)?.kind == .syntax)
            #expect((try? machine.run("return 1 + 1")) == ["2"])
        }
    }

    @Test func deepNestingThroughSwift() {
        onLargeStack {
            let machine = LuaMachine()
            try! machine.register("swift") { arguments in .many(try arguments.machine.call(arguments[0])) }
            let result = try? machine.run("local d = 0 local function f() d = d + 1 if d < 60 then swift(f) end end f() return d")
            #expect(result == ["60"])
            #expect(machine.failure("local function f() swift(f) end f()")?.text.contains("overflow") == true)
        }
    }

    @Test func referencesOutliveTheMachine() throws {
        var machine: LuaMachine? = LuaMachine()
        let value = try machine?.newTable()
        machine = nil
        #expect(value?.reference != nil)
    }
}
