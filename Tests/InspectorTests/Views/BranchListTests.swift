import Debugging
import Testing

@testable import Inspector

/// The list of branches, from which one is chosen.
@Suite struct BranchListTests {
    private func forked() throws -> Inspection {
        let inspection = try Inspection(keys: "c : 'goto 5' Enter F")
        try inspection.wait { $0.branch == "fork-1" && $0.phase == .paused }
        return inspection
    }

    @Test func aBranchIsChosen() throws {
        let inspection = try forked()
        try inspection.press("G")
        #expect(
            inspection.form == "branch-list" && inspection.text.contains("▶ fork-1") && inspection.text.contains("from main at event"))
        try inspection.press("k Enter")
        try inspection.wait { $0.branch == "main" }
        #expect(inspection.form == nil && inspection.commands.last == "branch main")
    }

    @Test func theShownOneGoesNowhere() throws {
        let inspection = try forked()
        let before = inspection.commands
        try inspection.press("G Enter")
        #expect(inspection.commands == before && inspection.said.contains("this branch is shown"))
        try inspection.press("Esc G =")
        #expect(inspection.commands == before && inspection.said.contains("choose another one"))
    }

    @Test func anotherOneIsCompared() throws {
        let inspection = try forked()
        try inspection.press(": 'set a:0 7' Enter c G k =")
        #expect(inspection.form == "compare" && inspection.text.contains("fork-1 ↔ main"))
    }
}
