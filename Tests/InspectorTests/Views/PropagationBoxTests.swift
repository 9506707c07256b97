import Debugging
import Testing

@testable import Inspector

/// A backward is replayed visit by visit, and the graph shows each.
@Suite struct PropagationBoxTests {
    private func inspection() throws -> Inspection {
        let inspection = try Inspection()
        try inspection.press("c b 'larger' Enter P")
        return inspection
    }

    @Test func eachVisitIsAMomentAndANode() throws {
        let inspection = try inspection()
        #expect(inspection.form == "propagation" && inspection.text.contains("visit 0 of 2"))
        #expect(inspection.text.contains("multiply:0 gets the feedback \"larger\""))
        try inspection.press("n")
        #expect(inspection.text.contains("visit 1 of 2") && inspection.context.selected?.name == "multiply:0")
        #expect(inspection.text.contains("multiply:0 holds 1 entry from user, hands it on to add:0"))
        try inspection.press("Right")
        #expect(inspection.context.selected?.name == "add:0" && inspection.text.contains("hands it on to a:0, b:0"))
        try inspection.press("Right Left")
        #expect(inspection.text.contains("visit 1 of 2"))
        try inspection.press("Esc")
        #expect(inspection.form == nil && inspection.context.snapshot?.cursor == nil)
    }

    /// The last visit may be the present, which has a subject of its own.
    @Test func theLastVisitIsSelectedToo() throws {
        let inspection = try Inspection(
            """
            local a = trace.parameter(1, { name = "a" })
            local tuner = trace.optimizer("Manual", { a }, { name = "tuner" })
            local first = a * 2
            local last = first + 1
            tuner:backward(last, "larger")
            print("on")
            """, keys: ": 'continue backward' Enter P n n")
        #expect(inspection.text.contains("visit 2 of 2"))
        #expect(inspection.context.selected?.name == "multiply:0", "\(inspection.text)")
    }

    @Test func enterStaysAtTheMoment() throws {
        let inspection = try inspection()
        try inspection.press("n Enter")
        #expect(inspection.form == nil && inspection.context.snapshot?.cursor != nil)
        // Inside of the call the replay begins where one is.
        try inspection.press("P")
        #expect(inspection.text.contains("visit 1 of 2"))
    }

    @Test func itPlaysToItsEndAndPauses() throws {
        let inspection = try inspection()
        try inspection.press("Space")
        #expect(inspection.screen.isPlaying)
        inspection.perform(inspection.screen.play())
        #expect(inspection.text.contains("visit 1 of 2") && inspection.screen.isPlaying)
        inspection.perform(inspection.screen.play())
        #expect(inspection.text.contains("visit 2 of 2") && !inspection.screen.isPlaying)
        try inspection.press("Space")
        #expect(inspection.text.contains("visit 0 of 2") && inspection.screen.isPlaying)
        try inspection.press("Space")
        #expect(!inspection.screen.isPlaying)
    }

    @Test func otherCallsAreATabAway() throws {
        let inspection = try Inspection()
        try inspection.press("c b 'larger' Enter b 'smaller' Enter P")
        #expect(inspection.text.contains("Propagation  ▲2"))
        try inspection.press("S-Tab")
        #expect(inspection.text.contains("Propagation  ▲1") && inspection.text.contains("\"larger\""))
    }

    @Test func withoutABackwardItSaysSo() throws {
        let inspection = try Inspection()
        try inspection.press("c P")
        #expect(inspection.form == nil && inspection.text.contains("no backward was called yet"))
    }
}
