import Testing

@testable import Workflows

/// The sentences of engine.md and workflow-api.md that have no test elsewhere, each tried by a small workflow.
@Suite struct SentenceTests {
    @Test func aNodeIsNamedAfterItsTypeOrAsItIsTold() throws {
        let lines = try printed(
            """
            local Agent = { __name = "Agent" }
            for _, value in ipairs({ true, 1, 1.5, "x", { 1 }, { a = 1 }, print, setmetatable({}, Agent) }) do print(trace.node(value).name) end
            print(trace.node(nil).name, trace.node(1, { name = "a" }).name, trace.node(2, { name = "a" }).name)
            print(trace.node(1, { description = "Says." }).description, trace.parameter(1).description)
            """)
        #expect(
            lines == [
                "bool:0", "int:0", "float:0", "str:0", "list:0", "dict:0", "function:0", "Agent:0", "NoneType:0\ta:0\ta:1",
                "[Node] Says.\t[ParameterNode] A parameter.",
            ])
    }

    @Test func aNodeGivenToNodeComesBackOrIsMadeAParameter() throws {
        let lines = try printed(
            """
            local n = trace.node(1, { name = "n" })
            print(rawequal(trace.node(n), n), trace.node(n, { trainable = true }).name, trace.parameter(n).name, trace.parameter(n).kind)
            """)
        #expect(lines == ["true\tn:1\tn:2\tparameter"])
    }

    @Test func aCloneIsTracedAndADetachedCopyIsNot() throws {
        let lines = try printed(
            """
            local p = trace.parameter(5, { name = "p", constraint = "c" })
            local c, d, m = p:clone(), p:detach(), (p + 1):detach()
            print(c.name, c.kind, c.level, #c.parents)
            print(d.name, d.kind, d.level, #d.parents, d.trainable, d.constraint)
            print(m.name, m.kind, m.level, #m.parents, m.trainable)
            d.data = 6
            print(p.data, d.data)
            """)
        #expect(lines == ["clone:0\tmessage\t1\t1", "p:1\tparameter\t0\t0\ttrue\tc", "add:1\tnode\t0\t0\tfalse", "5\t6"])
    }

    @Test func tracingIsOffInABlockOnly() throws {
        let lines = try printed(
            """
            local p = trace.parameter(1, { name = "p" })
            print(trace.no_trace(function() local y = p + 1 return y.name, y.kind, #y.parents, y.level end))
            print(pcall(trace.no_trace, function() error("x", 0) end))
            print(#(p + 1).parents)
            local f = trace.bundle("f", { traceable = true }, function(x) return x + 1 end)
            print(#trace.no_trace(function() return f(p) end).parents)
            """)
        #expect(lines == ["add:0\tnode\t0\t0", "false\tx", "2", "0"])
    }

    @Test func dependenciesThreeCallsDeepAreFound() throws {
        let lines = try printed(
            """
            local p, q = trace.parameter(1, { name = "p" }), trace.parameter(1, { name = "q" })
            local one = trace.bundle("one", { traceable = true }, function(x) return x * q end)
            local two = trace.bundle("two", { traceable = true }, function(x) return one(x) + p end)
            local three = trace.bundle("three", { traceable = true }, function(x) return two(x) + 1 end)
            local o = trace.optimizer(function(o) for _, v in ipairs(o:summary().variables) do print(v.name) end return {} end, { p, q })
            o:backward(three(p), "f")
            print(#q.feedback, q.feedback[1].child.name, #p.feedback, #p.feedback[1].entries)
            o:step()
            """)
        #expect(lines == ["1\tthree:0\t1\t1", "p:0", "q:0"])
    }

    @Test func argumentsLeftOutMakeNoNode() throws {
        let lines = try printed(
            """
            local f = trace.bundle("f", function(a, b, c) return (a or 0) + (c or 0) end)
            local y = f(nil, nil, 3)
            print(y.data, y.inputs.a, y.inputs.b, y.inputs.c.name)
            print(select(2, pcall(f, 1, 2, 3, 4)))
            """)
        #expect(lines == ["3\tnil\tnil\tc:0", "test.lua:4: f takes 3 arguments (a, b, c), and got 4"])
    }

    @Test func resultsOfNodesBecomeContainers() throws {
        let lines = try printed(
            """
            local p = trace.parameter(1, { name = "p" })
            local list = trace.bundle("list", { traceable = true }, function(x) return { x, x + 1 } end)
            local dict = trace.bundle("dict", { traceable = true }, function(x) return { a = x } end)
            local several = trace.bundle("several", function(x) return x, x + 1 end)
            print(list(p).type, #list(p), dict(p).type, dict(p).a.data, several(p).type, several(p)[2].data)
            """)
        #expect(lines == ["list\t2\tdict\t1\tlist\t2"])
    }

    @Test func errorsPassWhereCatchingIsOff() throws {
        let lines = try printed(
            """
            local f = trace.bundle("f", { catch = false }, function(x) error({ mine = x }) end)
            local g = trace.bundle("g", function(x) error({ mine = x }) end)
            local ok, err = pcall(f, 1)
            print(err.mine, err.code)
            ok, err = pcall(g, 1)
            print(err.mine, err.code, err.node.data)
            """)
        #expect(lines == ["1\tnil", "nil\texecution-error\t(LuaError) (error object is a table value)"])
    }

    @Test func codeThatIsNoCodeIsAnExceptionOfTheCode() throws {
        let lines = try printed(
            """
            local f = trace.bundle("f", { trainable = true }, function(x)
              return x
            end)
            for _, code in ipairs({ 5, "5", "function(x) return x", ("x"):rep(200000) }) do
              f.parameter.data = code
              local ok, err = pcall(f, 1)
              print(err.code, err.node.name, err.node.inputs.code.name, (err.node.data:gsub(" near.*", "")))
            end
            f.parameter.data = "function(x) return undefined.y end"
            local ok, err = pcall(f, 1)
            print(err.code, err.node.name, err.node.inputs.x.name)
            print(err.node.report)
            """)
        #expect(
            lines == [
                "execution-error\texception___code0:0\t__code:0\t(SyntaxError) the code is of type int, and code is text",
                "execution-error\texception___code0:1\t__code:0\t(SyntaxError) the code does not define a function",
                "execution-error\texception___code0:2\t__code:0\t(SyntaxError) 'end' expected",
                "sandbox-limit\texception___code0:3\t__code:0\t(SandboxLimit) the code has 200000 bytes, and the limit is 131072",
                "execution-error\texception_eval:0\tx:0",
                "function(x) return undefined.y end  <--- (LuaError) attempt to index a nil value (global 'undefined')",
            ])
    }

    @Test func replacedCodeSeesTheWorkflowAndChangesNoneOfItsFunctions() throws {
        let lines = try printed(
            """
            factor = 3
            local seen = 0
            local f = trace.bundle("f", { trainable = true }, function(x)
              seen = seen + 1
              return x
            end)
            f.parameter.data = "function(x) seen = seen + 1 last = x string.format = nil print = nil return x * factor end"
            print(f(2).data, seen, last, string.format("%d", 4))
            """)
        #expect(lines == ["6\t1\tnil\t4"])
    }

    @Test func proposalsAreConvertedStrictly() throws {
        let lines = try printed(
            """
            local function p(name, value) return trace.parameter(value, { name = name }) end
            local all = { p("b", true), p("i", 1), p("f", 1.5), p("s", "s"), p("l", { 1 }), p("d", { a = 1 }) }
            local next
            local o = trace.optimizer(function() return next end, all)
            local function try(place, value)
              o:zero_feedback()
              trace.ops.make_list(table.unpack(all)):backward("f")
              next = { [all[place]] = value }
              o:step()
              local data = all[place].data
              return type(data) == "table" and (data[1] or data.x) or data
            end
            print(try(1, "False"), try(1, "yes"), try(1, 0))
            print(try(2, "5"), try(2, "five"), try(2, 2.0), try(2, 2.5), try(2, true))
            print(try(3, "1e3"), try(3, 3), try(4, 5), try(5, "[3, 4]"), try(5, "3"), try(6, '{"x": 2}'), try(6, { 1, 2 }))
            """)
        #expect(lines == ["false\tfalse\tfalse", "5\t5\t2\t2\t2", "1000.0\t3.0\t5\t3\t3\t2\t2"])
    }

    @Test func errorsAreToldApartByTheirCodes() throws {
        let lines = try printed(
            """
            local p, n = trace.parameter(1, { name = "p" }), trace.node(1)
            local o = trace.optimizer(function(o) o:summary() return {} end, { p }, { name = "o" })
            local manual = trace.optimizer("Manual", { p }, { name = "manual" })
            local function code(f, ...) return select(2, pcall(f, ...)).code end
            local y = p + 1
            y:backward("one")
            print(code(y.backward, y, "again"), code(trace.optimizer, "Manual", { n }), code(o.update, o), code(trace.node, 1, { name = "a:b" }))
            print(code(manual.step, manual))
            o:backward(p + 2, "two")
            print(code(o.step, o))
            o:zero_feedback()
            print(code(o.step, o), code(trace.bundle("f", function() return p.data end)), code(function() return p - "x" end))
            print(code((p + 1).backward, p + 1, "f", { propagator = trace.propagator(function() return 1 end) }))
            print(code(function() local x = trace.node(1) for _ = 1, 110 do x = trace.ops.make_list(x) end end))
            """)
        #expect(
            lines == [
                "graph-freed\tnot-a-parameter\tno-proposal\tinvalid", "no-model", "aggregation-conflict",
                "no-feedback\tmissing-input\texecution-error", "propagator-error", "sandbox-limit",
            ])
    }

    @Test func aTableThatStandsInItselfManyTimesIsRefused() throws {
        let lines = try printed(
            """
            local t = { 1 }
            for _ = 1, 60 do t = { t, t } end
            print(select(2, pcall(trace.node, t)))
            local shared = { 1, 2 }
            print(trace.node({ shared, shared })[2][1].data)
            """)
        #expect(lines[0].contains("a table that holds more than 67108864 items"))
        #expect(lines[1] == "1")
    }

    @Test func filesOfValuesThatAreBrokenLoadNothing() throws {
        let lines = try printed(
            """
            local p = trace.parameter(1, { name = "p" })
            for _, name in ipairs({ "../x", "/etc/passwd", "a/../b", "", ".", "a//b", "x\\0" }) do
              local ok, err = pcall(trace.load, name, { p })
              print(ok, (tostring(err):gsub("^.*load reaches only files beside the workflow.*$", "outside")))
            end
            """)
        #expect(lines == Array(repeating: "false\toutside", count: 7))
    }
}
