import Testing

@testable import Workflows

@Suite struct NodeMethodTests {
    @Test func containsAsksWhetherTheArgumentIsInTheNode() throws {
        let lines = try printed(
            """
            local list = trace.node({ 1, 2 }, { name = "list" })
            local found = list:contains(2)
            print(found.data, list:contains(3).data, found.name, found.inputs.y.name)
            """)
        #expect(lines == ["true\tfalse\tin_:0\tlist:0"])
    }

    @Test func operatorsAreMethodsByTheirNames() throws {
        let lines = try printed(
            """
            local s = trace.node("a b", { name = "s" })
            print(s:upper().data, s:split()[2].data, s:eq("a b").data, s:len().data, (s .. "!").data, trace.ops.cond(true, 1, 2).data)
            local x = trace.node(7)
            print((x // 2).data, (x / 2).data, (2 ^ x).data, (-x).data, (x & 3).data, (~x).data, (x << 1).data, (2 * x).inputs.x.name)
            print(pcall(function() return x.nosuch end))
            """)
        #expect(lines[0] == "A B\tb\ttrue\t3\ta b!\t1")
        #expect(lines[1] == "3\t3.5\t128.0\t-7\t3\t-8\t14\tint:7")
        #expect(lines[2] == "false\ttest.lua:5: int:1, an int, has no 'nosuch'")
    }
}
