import Foundation
import Testing

@testable import Workflows

/// The things that differ from run to run in plain Lua: the order of keys, the clock, and the addresses of objects.
@Suite struct LuaOrderTests {
    private func run(_ code: String) throws -> [String] { try LuaMachine().run(code) }

    private static let list = "local out = {} for k in pairs(t) do out[#out + 1] = tostring(k) end return table.concat(out, ' ')"

    @Test func keysComeInOneOrder() throws {
        let made =
            "local t = {} t.b = 1 t[2.5] = 1 t[-1] = 1 t[true] = 1 t.a = 1 t[1] = 1 t[7] = 1 t.ab = 1 t[2] = 1 t[false] = 1 t[''] = 1 "
        #expect(try run(made + Self.list) == ["1 2 7 -1 2.5  a ab b false true"])
        // Whatever the order in which they were put.
        let turned = "local t = {} for _, k in ipairs { 'ab', true, 2.5, 2, 'b', 7, '', -1, 1, false, 'a' } do t[k] = 1 end "
        #expect(try run(turned + Self.list) == ["1 2 7 -1 2.5  a ab b false true"])
    }

    @Test func nextGoesTheSameWay() throws {
        let code = """
            local t = { z = 1, y = 2, 10, 20, [100] = 3 }
            local out, k, v = {}, next(t)
            while k ~= nil do out[#out + 1] = k .. '=' .. v k, v = next(t, k) end
            return table.concat(out, ' '), next({}), (next(t)), select('#', next({}))
            """
        #expect(try run(code) == ["1=10 2=20 100=3 y=2 z=1", "nil", "1", "1"])
        #expect(try run("local f, t, k = pairs({ 5 }) return f(t, k)") == ["1", "5"])
        #expect(LuaMachine().failure("return next({}, {})")?.message.contains("invalid key to 'next'") == true)
    }

    @Test func tablesMayChangeWhileTheyAreGoneThrough() throws {
        let code = """
            local t = {}
            for i = 1, 100 do t['k' .. i] = i t[i] = i end
            local n = 0
            for k, v in pairs(t) do
              n = n + 1
              t[k] = nil
              if type(k) == 'number' then t['k' .. k] = nil end
              for inner in pairs(t) do n = n + 0 break end
            end
            return n, next(t)
            """
        #expect(try run(code) == ["100", "nil"])
    }

    @Test func metamethodsAreHonoured() throws {
        let code =
            "for k, v in pairs(setmetatable({}, { __pairs = function(t) return function(_, k) if not k then return 1, 2 end end, t end })) do return k, v end"
        #expect(try run(code) == ["1", "2"])
        #expect(LuaMachine().failure("pairs(nil)")?.message.contains("table expected") == true)
        // It can be called in a coroutine, and from one that yields.
        let yielding =
            "local co = coroutine.wrap(function() for k in pairs({ a = 1, b = 2 }) do coroutine.yield(k) end end) return co(), co(), co()"
        #expect(try run(yielding) == ["a", "b"])
    }

    /// Going through a table costs about n log n steps, however it is done.
    @Test func theCostStaysBounded() throws {
        for loop in ["for k in pairs(t) do n = n + 1 end", "local k = next(t) while k do n = n + 1 k = next(t, k) end"] {
            var spent: [Int] = []
            for count in [20_000, 40_000] {
                let machine = LuaMachine()
                try machine.run("t = {} for i = 1, \(count) do t['key' .. i] = i end n = 0")
                let before = machine.instructions
                #expect(try machine.run(loop + " return n") == ["\(count)"])
                spent.append(machine.instructions - before)
            }
            #expect(spent[1] < spent[0] * 3, "\(loop): \(spent)")
        }
    }

    @Test func objectsAreNumberedAndNotAddressed() throws {
        let code = "local a, b = {}, function() end return tostring(b), tostring(a), tostring(b), string.format('%s %5s|%d', a, 'x', 3)"
        #expect(try run(code) == ["function: 0x00000001", "table: 0x00000002", "function: 0x00000001", "table: 0x00000002     x|3"])
        #expect(LuaMachine().failure("return string.format('%p', {})")?.message.contains("%p is not available") == true)
        #expect(try run("return string.format('%%s %s', setmetatable({}, { __tostring = function() return 'mine' end }))") == ["%s mine"])
    }

    @Test func clocksAreTheHosts() throws {
        let machine = LuaMachine()
        machine.clock = { $0 == .calendar ? 86_400 : 1.5 }
        #expect(
            try machine.run("return os.time(), os.clock(), os.date('%Y-%m-%d %H:%M'), os.date('!%d', 0)") == [
                "86400", "1.5", "1970-01-02 00:00", "01",
            ])
        #expect(try machine.run("return os.date('*t').year, os.time({ year = 1970, month = 1, day = 2, hour = 0 })") == ["1970", "86400"])
        #expect(
            try machine.run("local t = { year = 2024, month = 14, day = 1 } os.time(t) return t.year, t.month, t.hour") == [
                "2025", "2", "12",
            ])
        #expect(machine.failure("os.time({ year = 2024 })")?.message.contains("field 'month' missing") == true)
        #expect(machine.failure("os.date('%Ez')") != nil)
    }

    @Test func randomNumbersStartFromTheSeed() throws {
        func numbers(_ seed: Int) throws -> [String] {
            let machine = LuaMachine()
            machine.seed(seed)
            return try machine.run("local a = math.random(1000000) math.randomseed() return a, math.random(1000000)")
        }
        #expect(try numbers(1) == numbers(1))
        #expect(try numbers(1) != numbers(2))
        #expect(try numbers(3)[0] == numbers(3)[1])
    }
}
