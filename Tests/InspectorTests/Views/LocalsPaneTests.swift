import Debugging
import Testing

@testable import Inspector

/// The local variables of the call in which the workflow is paused.
@Suite struct LocalsPaneTests {
    private static let text = """
        local a = trace.parameter(1.5, { name = "a" })
        local o = trace.optimizer("Manual", { a }, { name = "o" })
        local agent = setmetatable({ label = "first", size = 2 }, { __name = "agent" })
        local function work(input)
          local double = input * 2
          local text = "two"
          return double
        end
        local out = work(a)
        print(out)
        """

    private func pane(_ inspection: Inspection) -> String { inspection.pane("locals") }

    @Test func variablesStandThereFromLineToLine() throws {
        let inspection = try Inspection(Self.text, keys: ": 'until 6' Enter L")
        #expect(inspection.screen.arrangement.focus == "locals")
        #expect(pane(inspection).contains("input") && pane(inspection).contains("a:0 = 1.5"))
        #expect(pane(inspection).contains("double") && !pane(inspection).contains("\"two\""))
        #expect(inspection.text.contains("work, line 6 ← 9"))
        try inspection.press("n")
        #expect(pane(inspection).contains("\"two\""))
    }

    @Test func anObjectShowsItsFields() throws {
        let inspection = try Inspection(Self.text, keys: ": 'until 9' Enter L")
        #expect(pane(inspection).contains("agent {label: \"first\", size: 2}"))
    }

    @Test func aVariableLeadsToItsNodeOrOptimizer() throws {
        let inspection = try Inspection(Self.text, keys: ": 'until 9' Enter 0 Enter")
        let record = try #require(inspection.screen.snapshot?.record)
        #expect(inspection.selection.map { record.name($0) } == "a:0")
        try inspection.press("j Enter")
        #expect(inspection.context.attention.chosen?.index == 0 && inspection.notice == nil)
        try inspection.press("j Enter")
        #expect(inspection.notice?.title == "agent  object")
    }

    @Test func theCallersVariablesAreAKeyAway() throws {
        let inspection = try Inspection(Self.text, keys: ": 'until 6' Enter L Right")
        #expect(pane(inspection).contains("agent") && !pane(inspection).contains("input"))
        #expect(inspection.text.contains("main, line 9") && inspection.commands.last == "locals 1")
        try inspection.press("Right")
        #expect(inspection.said.contains("no call of the workflow called this one"))
        // A variable of it leads on as well.
        try inspection.press("Enter")
        #expect(inspection.selection.flatMap { inspection.screen.snapshot?.record.name($0) } == "a:0")
        #expect(pane(inspection).contains("agent"))
        try inspection.press("Left")
        #expect(pane(inspection).contains("input") && inspection.said.isEmpty)
        try inspection.press("Right n")
        #expect(pane(inspection).contains("\"two\""))
    }

    @Test func whereThereAreNoneItSaysWhy() throws {
        let inspection = try Inspection(Self.text, keys: "c L")
        #expect(pane(inspection).contains("the workflow is not paused at a line"))
        try inspection.press("R L : 'until 9' Enter [")
        #expect(pane(inspection).contains("only known where the workflow is paused: g goes back there"))
        try inspection.press("g")
        #expect(pane(inspection).contains("agent"))
    }
}
