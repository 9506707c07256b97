import Debugging
import TestSupport
import Testing
import Trace

@testable import Inspector

/// The output of the workflow, in a pane of its own.
@Suite struct OutputPaneTests {
    private static let talks = """
        local p = trace.parameter(1, { name = "p" })
        print("begins")
        for i = 1, 30 do print("round", i) end
        local y = p + 1
        print("ends")
        """

    private func pane(_ inspection: Inspection) -> String { inspection.pane("output") }

    @Test func linesStandInTheirOrderAndManyFromOnePlaceAreFolded() throws {
        let inspection = try Inspection(Self.talks, keys: "c 8 Home", size: Size(width: 120, height: 60))
        let lines = pane(inspection).split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.contains("begins") })
        #expect(lines.contains { $0.hasSuffix("round   3") } && !lines.contains { $0.hasSuffix("round   4") })
        #expect(lines.contains { $0.contains("27 more lines from line 3") })
        #expect(pane(inspection).contains("ends"))
    }

    @Test func whatIsFoldedUnfolds() throws {
        let inspection = try Inspection(Self.talks, keys: "c 8 End k Enter", size: Size(width: 120, height: 60))
        #expect(pane(inspection).contains("more lines") == false)
        try inspection.press("z")
        #expect(pane(inspection).contains("27 more lines from line 3"))
    }

    @Test func itIsSearched() throws {
        let inspection = try Inspection(Self.talks, keys: "c 8 & 'end' Enter")
        #expect(pane(inspection).contains("ends") && !pane(inspection).contains("begins"))
        try inspection.press("Esc")
        #expect(pane(inspection).contains("more lines"))
        try inspection.press("& 'nothing like it' Enter")
        #expect(pane(inspection).contains("no line of the output is like that"))
    }

    @Test func aLineIsAMoment() throws {
        let inspection = try Inspection(Self.talks, keys: "c 8 Home Enter")
        #expect(inspection.commands.last == "goto 3")
        // Lines that come later stay, and the state is that of the moment.
        #expect(inspection.context.isInPast)
        #expect(pane(inspection).contains("ends"))
    }

    @Test func nothingIsPrintedYet() throws {
        #expect(pane(try Inspection(Self.talks, keys: "8")).contains("nothing has been printed yet"))
    }

    @Test func standardErrorIsToldApart() throws {
        let inspection = try Inspection { () throws(WorkflowFailure) in
            ProgramRuntime { program in
                program.engine.printed("fine")
                program.engine.printed("a warning", to: .errors)
            }
        }
        try inspection.press("c 8")
        #expect(pane(inspection).contains("    fine") && pane(inspection).contains("err a warning"))
        #expect(inspection.text.contains("8 Output 1"))
        try inspection.press("e")
        #expect(pane(inspection).contains("a warning") && !pane(inspection).contains("fine"))
        try inspection.press("e")
        #expect(pane(inspection).contains("fine") && !pane(inspection).contains("a warning"))
    }
}
