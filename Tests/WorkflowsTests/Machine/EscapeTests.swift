import Debugging
import Glibc
import Testing
import Trace

@testable import Workflows

/// Trainable code is written by language models: whatever it does, it ends within its limits, the workflow goes on, and the same machine runs
/// the next call. The run as a whole is stopped by whoever starts the tests.
@Suite struct EscapeTests {
    /// A workflow that is given the code as its argument.
    static let workflow = """
        shared = { list = { 1, 2 }, name = "mine", more = {} }
        Class = { __name = "Class" }
        Class.__index = Class
        function Class:hello() return "hello" end
        object = setmetatable({ inner = {} }, Class)
        local library = string
        local function keep() trace.save("kept.json", {}) end
        local f
        f = trace.bundle("f", { trainable = true, external = true }, function(x)
          if x == library then return f, keep end
          return x
        end)
        local plain = trace.bundle("plain", function(x) return x + 1 end)
        f.parameter.data = trace.args[1]
        local ok, err = pcall(f, 1)
        print(ok and "ok" or type(err) == "table" and err.code or tostring(err))
        f.parameter.data = "function(x) return x * 2 end"
        print(f(21).data, plain(2).data)
        print(("a,b"):find(",", 1, true), string.format("%d", 3), table.concat({ 1, 2 }, "-"), math.max(1, 2), select("#", 1, 2), type(tostring(1)))
        for i, v in ipairs({ 7 }) do print(i, v, next({}), load("return 4")()) end
        for k, v in pairs({ a = 1 }) do print(k, v, require("trace") == trace, os.time() > 0, utf8.char(65)) end
        local p = trace.parameter(1, { name = "p" })
        local y = trace.ops.add(p, 1)
        y:backward("larger")
        print(#p.feedback, y.data, coroutine.wrap(function() return 5 end)())
        print(#shared.list, shared.name, next(shared.more), getmetatable(shared), object:hello(), getmetatable(object.inner))
        print(type(_G), library == string, type(keep), fresh, newer, type(math.randomseed), Class.__index == Class)
        """

    static let after = [
        "42\t3", "2\t3\t1-2\t2\t2\tstring", "1\t7\tnil\t4", "a\t1\ttrue\ttrue\tA", "1\t2\t5",
        "2\tmine\tnil\tnil\thello\tnil", "table\ttrue\tfunction\tnil\tnil\tfunction\ttrue",
    ]

    @Test(arguments: Escape.all) func endsWithinItsLimits(escape: Escape) {
        onLargeStack {
            do {
                let runtime = try LuaRuntime(name: "w.lua", text: Self.workflow, folder: ".", arguments: [escape.code])
                runtime.callLimits = LuaLimits(instructions: 1_000_000, memory: 32 << 20, seconds: 2)
                let lines = try printed(by: runtime).filter { $0 != "x" && $0.count < 10_000 }
                #expect(lines.first == escape.end.rawValue, "\(escape)")
                #expect(Array(lines.dropFirst()) == Self.after, "\(escape)")
                #expect(try runtime.evaluate("1 + 1", frame: nil, looks: false).text == "2")
                #expect(access("kept.json", F_OK) != 0)
            } catch {
                Issue.record("the workflow ended: \(error)")
            }
        }
    }

    @Test func theyAreDistinct() {
        #expect(Set(Escape.all.map(\.body)).count == Escape.all.count)
        #expect(Set(Escape.all.map(\.name)).count == Escape.all.count)
    }
}
