import Debugging
import Foundation
import TestSupport
import Testing

@testable import Workflows

@Suite struct ParameterTests {
    @Test func projectionsAreCheckedAndAppliedOnEveryProposal() throws {
        let lines = try printed(
            """
            local a = trace.parameter(0.5, { name = "a", projections = { trace.range(0, 1) } })
            local b = trace.parameter("x", { name = "b", projections = { trace.choice { "x", "y" } } })
            local c = trace.parameter("ab", { name = "c", projections = { trace.pattern("%a+") } })
            local d = trace.parameter(3, { name = "d", projections = { function(v) return v // 2 * 2 end } })
            local e = trace.parameter(1, { name = "e", projections = { function(v) if v > 5 then return nil, "too much" end return true end } })
            local next = {}
            local opt = trace.optimizer(function() return next end, { a, b, c, d, e })
            trace.ops.make_list(a, b, c, d, e):backward("f")
            next = { [a] = 2.0, [b] = "z", [c] = "a1", [d] = 7, [e] = 9 }
            opt:step()
            print(a.data, b.data, c.data, d.data, e.data)
            next = { [a] = 1, [b] = "y", [c] = "q", [d] = 9, [e] = 5 }
            opt:step()
            print(a.data, b.data, c.data, d.data, e.data)
            """)
        #expect(lines == ["0.5\tx\tab\t6\t1", "1.0\ty\tq\t8\t5"])
    }

    @Test func theSignatureOfCodeHasToStay() throws {
        let lines = try printed(
            """
            local f = trace.bundle("f", { trainable = true, projections = { trace.signature() } }, function(x, ...)
              return x
            end)
            local code
            local opt = trace.optimizer(function() return { [f.parameter] = code } end, { f.parameter })
            f(1):backward("f")
            for _, text in ipairs { "function(y, ...) return y end", "function(x) return x end", "5", "local function g(x, ...) return x * 2 end" } do
              code = text
              opt:step()
              print(f(2).data)
            end
            """)
        #expect(lines == ["2", "2", "2", "4"])
    }

    @Test func valuesAreSavedAndLoadedByName() throws {
        let folder = try TestFolder()
        let text = """
            local a = trace.parameter(1.0, { name = "a" })
            local b = trace.parameter({ 1, "two", { x = 3.0 } }, { name = "b" })
            trace.save("values.json", { a, b })
            a.data, b.data = 9.5, {}
            trace.load("values.json", { a, b })
            print(a.data, b.data[2], math.type(b.data[3].x))
            for _, name in ipairs { "../x", "/tmp/x", "", "none.json" } do
              print(select(2, pcall(trace.load, name, { a })))
            end
            local c = trace.parameter(1, { name = "c" })
            print(select(2, pcall(trace.load, "values.json", { c })))
            """
        let lines = try printed(by: try LuaRuntime(name: "test.lua", text: text, folder: folder.path))
        #expect(lines[0] == "1.0\ttwo\tfloat")
        #expect(lines[1...3].allSatisfy { $0.contains("reaches only files beside the workflow") })
        #expect(lines[4].hasSuffix("none.json: no such file or directory"))
        #expect(lines[5].hasSuffix("values.json: it has no value for c:0"))
    }
}
