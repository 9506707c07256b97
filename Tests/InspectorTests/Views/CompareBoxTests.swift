import Debugging
import Testing

@testable import Inspector

/// Two sides are compared with one key, and each difference leads to its event.
@Suite struct CompareBoxTests {
    private static let workflow = """
        local p = trace.parameter(2, { name = "p" })
        local x = trace.node(10, { name = "x" })
        local tuner = trace.optimizer(function() return { [p] = p.data + 1 } end, { p }, { name = "tuner" })
        for i = 1, 2 do
          local y = x * p
          tuner:backward(y, "larger")
          tuner:step()
        end
        """

    private func inspection() throws -> Inspection {
        let inspection = try Inspection(Self.workflow)
        try inspection.press("c")
        return inspection
    }

    @Test func theLastStepsAreComparedWhereThereIsOneBranch() throws {
        let inspection = try inspection()
        try inspection.press("=")
        #expect(inspection.form == "compare")
        #expect(inspection.text.contains("Compare  tuner#1 ↔ tuner#2"))
        #expect(inspection.text.contains("multiply:0 is 20 in tuner#1 and 30 in tuner#2, because p:0 is 2 and 3"))
        try inspection.press("=")
        #expect(inspection.form == nil)
    }

    @Test func withoutASecondSideItSaysWhatMakesOne() throws {
        let inspection = try Inspection()
        try inspection.press("=")
        #expect(inspection.form == nil && inspection.text.contains("there is nothing to compare yet"))
    }

    @Test func enterLooksAtTheEventOnTheChosenSide() throws {
        let inspection = try inspection()
        try inspection.press("= Enter")
        #expect(inspection.form == nil && inspection.context.snapshot?.cursor == 5)
        try inspection.press("g = Tab Enter")
        #expect((inspection.context.snapshot?.cursor ?? 0) > 10)
    }

    @Test func theMouseChoosesRowAndSide() throws {
        let inspection = try inspection()
        try inspection.press("=")
        try inspection.click("multiply:1 = 30", times: 2)
        #expect(inspection.form == nil && (inspection.context.snapshot?.cursor ?? 0) > 10)
    }

    @Test func otherPairsAreATurnAway() throws {
        let inspection = try inspection()
        try inspection.press("{ F")
        try inspection.wait { $0.branches.count == 2 && $0.phase == .paused }
        try inspection.press(": 'set p 9' Enter c =")
        #expect(inspection.text.contains("Compare  main ↔ fork-1"))
        try inspection.press("Right")
        #expect(inspection.text.contains("Compare  tuner#"))
        try inspection.press("Left")
        #expect(inspection.text.contains("Compare  main ↔ fork-1"))
    }

    @Test func aTypedCommandOpensItToo() throws {
        let inspection = try inspection()
        try inspection.press(": 'compare tuner#2 tuner#1' Enter")
        #expect(inspection.form == "compare" && inspection.text.contains("Compare  tuner#2 ↔ tuner#1"))
    }
}
