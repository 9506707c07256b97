import Debugging
import Testing

@testable import Inspector

/// The problem of a step before it is done, for an optimizer that asks and for one that is a function.
@Suite struct StepProblemBoxTests {
    @Test func aFunctionGetsItInTheSameWords() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter")
        let events = inspection.screen.snapshot?.events
        try inspection.press("V")
        #expect(inspection.form == "step-problem" && inspection.text.contains("What F first would get"))
        for part in ["#Feedback", "larger", "#Variables", "a0"] { #expect(inspection.text.contains(part), "\(part)") }
        try inspection.press("End")
        #expect(inspection.text.contains("first is a function of the workflow"))
        // Nothing has happened by looking.
        #expect(inspection.screen.snapshot?.events == events)
        try inspection.press("V")
        #expect(inspection.form == nil)
    }

    @Test func oneThatAsksShowsItsQuestion() throws {
        let inspection = try Inspection(ModelViewTests.workflow, keys: ": 'until 6' Enter V")
        #expect(inspection.text.contains("would be asked") && inspection.text.contains("### "))
        // The point of the question stays in sight.
        inspection.size = Size(width: 80, height: 24)
        try inspection.press("End")
        #expect(
            Array(inspection.lines[2...3]).joined().contains("#Feedback") && inspection.lines[3].contains("say more"), "\(inspection.text)")
        try inspection.press("/ '#Feedback'")
        #expect(inspection.footer.contains("1 of "))
    }

    /// Lines are counted as missing only if some are.
    @Test func theHeadNeedsNoHeadings() throws {
        let feedback = "one\\ntwo\\nthree\\nfour"
        let inspection = try Inspection(
            """
            local p = trace.parameter("Be brief.", { name = "style" })
            local o = trace.optimizer("OptoPrime", { p }, { name = "tuner" })
            o:backward(p .. "x", "\(feedback)")
            """, keys: "c V", size: Size(width: 80, height: 24))
        #expect(inspection.lines[2].contains("one") && inspection.lines[6].contains("style0 = "), "\(inspection.text)")
        #expect(!inspection.text.contains("more line"), "\(inspection.text)")
    }

    @Test func aConflictIsTold() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter b 'smaller' Enter V")
        #expect(inspection.text.contains("cannot be combined"))
    }

    @Test func fromThereItProposes() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter V p")
        #expect(inspection.form == "proposal" && inspection.commands.last == "propose first")
    }
}
