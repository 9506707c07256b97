import Testing

@testable import Workflows

@Suite struct LuaPropagatorTests {
    @Test func propagatorsCanBeRegisteredForOneOperator() throws {
        let lines = try printed(
            """
            local a, b = trace.parameter(2, { name = "a" }), trace.parameter(3, { name = "b" })
            local function say(text)
                return function(child, feedback)
                    local entries = {}
                    for _, parent in ipairs(child.parents) do entries[parent] = feedback[1] .. text end
                    return entries
                end
            end
            for _, propagator in ipairs { trace.graph_propagator(), trace.sum_propagator(), trace.propagator(say("?")) } do
                propagator:register("add", say(", both"))
                propagator:register("neg", say("!"))
                local y = -(a + b)
                y:backward("f", { propagator = propagator })
                print(a.feedback[1].entries[1].text, b.feedback[1].entries[1].text, #a.feedback)
                a:zero_feedback()
                b:zero_feedback()
            end
            (a + b):backward("f", { propagator = trace.graph_propagator() })
            print(a.feedback[1].entries[1].text)
            """)
        #expect(lines == Array(repeating: "f!, both\tf!, both\t1", count: 3) + ["f"])
    }

    @Test func onlyFunctionsAndPropagatorsAreRegisteredForNames() throws {
        let lines = try printed(
            """
            local p = trace.sum_propagator()
            for _, call in ipairs {
                function() p:register(1, print) end, function() p:register("add", 1) end, function() p:register("add") end,
                function() p.register("add", print) end, function() return p.nosuch end,
            } do
                print(select(2, pcall(call)))
            end
            p:register("add", trace.graph_propagator())
            local a = trace.parameter(1)
            print(pcall(function() (a + 1):backward("f", { propagator = p }) end))
            """)
        #expect(
            lines == [
                "test.lua:3: register takes the name of an operator or a bundle, and a function(child, feedback)",
                "test.lua:3: propagator must be made by trace.propagator, and is a number",
                "test.lua:3: register takes a function(child, feedback), or a propagator, for the nodes of add",
                "test.lua:4: register is a method: write propagator:register(\"add\", function(child, feedback) … end)",
                "test.lua:4: a propagator has one method, register", "true",
            ])
    }
}
