import Testing

@testable import Workflows

@Suite struct LuaBundleTests {
    @Test func aBundleGivesItsOwnOutputAndNothingElse() throws {
        let lines = try printed(
            """
            local p = trace.parameter(2, { name = "p" })
            local inner = trace.bundle("inner", function(x) return x + 1 end)
            local f = trace.bundle("f", { traceable = true }, function(x) local y = inner(x) local z = y * p return z end)
            local r = f(3)
            print(r.name, r.data, select("#", f(4)), r.inputs.x.name)
            """)
        #expect(lines == ["f:0\t8\t1\tx:0"])
    }

    @Test func oneOfAnyNumberOfArgumentsIsNamedAfterItsType() throws {
        let lines = try printed(
            """
            local f = trace.bundle("f", function(x, ...) return select("#", ...) end)
            local y = f(1, 2, trace.node("s", { name = "n" }), true)
            print(y.data, y.inputs.x.name, y.inputs.args_0.name, y.inputs.args_1.name, y.inputs.args_2.name)
            """)
        #expect(lines == ["3\tx:0\tint:0\tn:0\tbool:0"])
    }

    @Test func trainableCodeIsReplacedFromTheNextCallOn() throws {
        let lines = try printed(
            """
            local factor = 2
            local f = trace.bundle("f", { trainable = true, doc = "Doubles." }, function(x)
              return x * factor
            end)
            print(f.parameter.name, f(3).data, f.parameter.constraint)
            print(f.parameter.data)
            f.parameter.data = "function(x) return x * factor * 5 end"
            local y = f(3)
            print(y.name, y.data, y.inputs.__code.name)
            f.parameter.data = "function named(x)\\n  return x + 1\\nend"
            print(f(3).data)
            f.parameter.data = "local function named(x) return x - 1 end"
            print(f(3).data)
            """)
        #expect(
            lines == [
                "__code:0\t6\tThe code is Lua and begins with: function(x)", "function(x)\n  return x * factor\nend",
                "eval:1\t30\t__code:0",
                "4", "2",
            ])
    }

    @Test func codeThatDoesNotCompileGivesAnExceptionNode() throws {
        let lines = try printed(
            """
            local f = trace.bundle("f", { trainable = true }, function(x) return x end)
            f.parameter.data = "function(x)\\n  return = x\\nend"
            local ok, err = pcall(f, 1)
            print(ok, err.code, err.node.name, err.node.data)
            print(err.node.report)
            print(#err.node.parents, err.node.parents[1].name)
            """)
        #expect(lines[0] == "false\texecution-error\texception___code0:0\t(SyntaxError) unexpected symbol near '='")
        #expect(lines[1] == "function(x)\n  return = x  <--- (SyntaxError) unexpected symbol near '='\nend")
        #expect(lines[2] == "1\t__code:0")
    }

    @Test func errorsInsideHaveTheSourceWithTheLine() throws {
        let lines = try printed(
            """
            local f = trace.bundle("f", function(x)
              local y = nil
              return y.z + x
            end)
            local ok, err = pcall(f, 1)
            print(err.code, err.node.name, err.node.data)
            print(err.node.report)
            """)
        #expect(lines[0] == "execution-error\texception_f:0\t(LuaError) attempt to index a nil value (local 'y')")
        #expect(lines[1].contains("  return y.z + x  <--- (LuaError) attempt to index a nil value (local 'y')\nend"))
    }

    @Test func missingInputsAreNamed() throws {
        let lines = try printed(
            """
            local p = trace.parameter(2, { name = "p" })
            local f = trace.bundle("f", function(x) return x + p.data end)
            local g = trace.bundle("g", { external = true }, function(x) return x + p.data end)
            local ok, err = pcall(f, 1)
            print(ok, err.code, err.nodes[1].name)
            print(g(1).data)
            """)
        #expect(lines == ["false\tmissing-input\tp:0", "3"])
    }

    @Test func anEndlessTrainableFunctionIsStopped() throws {
        let lines = try printed(
            """
            local f = trace.bundle("f", { trainable = true }, function(x)
              while true do pcall(error) end
            end)
            local ok, err = pcall(f, 1)
            print(ok, err.code, err.node.name)
            """)
        #expect(lines == ["false\tsandbox-limit\texception_eval:0"])
    }

    @Test func objectsAreOneNodeAndStayWhole() throws {
        let lines = try printed(
            """
            local Agent = { __name = "agent" }
            Agent.__index = Agent
            local self = setmetatable({ p = trace.parameter(2, { name = "p" }) }, Agent)
            Agent.run = trace.bundle("run", { traceable = true }, function(self, x) return x * self.p end)
            local y = self:run(3)
            local z = self:run(y)
            print(y.inputs.self.name, z.inputs.self.name, z.data)
            z:backward("f")
            print(#self.p.feedback, self.p.feedback[1].child.name)
            """)
        #expect(lines == ["agent:0\tagent:0\t12", "2\trun:2"])
    }

    @Test func containersOfNodesAreSeenAsData() throws {
        let lines = try printed(
            """
            local p = trace.parameter(2, { name = "p" })
            local f = trace.bundle("f", function(items, named) return items[1] + named.a end)
            local y = f({ p, 3 }, { a = p })
            print(y.data, y.inputs.items.name, y.inputs.named.name)
            y:backward("f")
            print(#p.feedback)
            """)
        #expect(lines == ["4\tmake_list:0\tmake_dict:0", "2"])
    }
}
