import Debugging
import Testing
import Trace

@testable import Inspector

@Suite struct StoryViewTests {
    private static let conflict = "c b 'larger' Enter b 'smaller' Enter 3 j Enter"
    private static let stepping = """
        local t = trace.parameter("one\\ntwo", { name = "t" })
        local tuner = trace.optimizer(function() return { [t] = t.data .. "\\nthree" } end, { t }, { name = "tuner" })
        tuner:backward(trace.ops.format("{}!", t), "longer")
        tuner:step()
        local out = trace.ops.format("{}!", t)
        """

    // MARK: Conflict

    @Test func enterOnAConflictExplainsIt() throws {
        let inspection = try Inspection(keys: Self.conflict)
        #expect(inspection.form == "conflict")
        #expect(inspection.text.contains("a and b meet at a:0"))
        try inspection.press("Esc 5 ! Right")
        #expect(inspection.text.contains("b:0, 2 of 2 parameters"))
    }

    @Test func aWayOutIsChosenAndThenTaken() throws {
        let inspection = try Inspection(keys: Self.conflict + " s")
        #expect(inspection.text.contains("#Feedback “larger”"))
        #expect(inspection.commands.allSatisfy { !$0.hasPrefix("resolve") }, "nothing is done before Enter")
        try inspection.press("s")
        #expect(inspection.text.contains("#Feedback “smaller”"))
        try inspection.press("Enter")
        #expect(inspection.commands.last == "resolve both keep b")
        #expect(inspection.form == nil)
        #expect(inspection.context.conflict(OptimizerID(1)) == nil)
    }

    @Test func clearingTakesItsKeyTwice() throws {
        let inspection = try Inspection(keys: Self.conflict + " j z")
        #expect(!inspection.commands.contains("zero both"))
        try inspection.press("z")
        #expect(inspection.commands.last == "zero both")
    }

    @Test func thePastIsExplainedAndNotChanged() throws {
        let inspection = try Inspection(keys: Self.conflict + " Esc z y [")
        try inspection.press("!")
        #expect(inspection.form == "conflict")
        try inspection.press("s Enter")
        #expect(inspection.message?.text.contains("this is the past") ?? (inspection.notice != nil))
        #expect(inspection.form == "conflict")
    }

    @Test func anEventOpensItsStory() throws {
        let inspection = try Inspection(
            keys: "c b 'larger' Enter b 'smaller' Enter 3 j : 'step both' Enter Esc z y 5 / 'conflict' Enter Enter")
        #expect(inspection.form == "conflict", "\(inspection.text)")
        #expect(inspection.context.isInPast)
        let steps = try Inspection(Self.stepping, keys: "c 5 / 'step' Enter Enter")
        #expect(steps.form == "story")
        #expect(steps.text.contains("Step 1 of T tuner"))
    }

    @Test func theMouseChoosesAndTakes() throws {
        let inspection = try Inspection(keys: Self.conflict)
        try inspection.click("use only b", times: 2)
        #expect(inspection.commands.last == "resolve both keep b")
    }

    // MARK: Steps and history

    @Test func partsOpenAndClose() throws {
        let inspection = try Inspection(Self.stepping, keys: "c W")
        #expect(inspection.text.contains("+ three"))
        #expect(!inspection.text.contains("#Feedback\n"))
        let height = inspection.lines.count { $0.contains("│ 3 Question") }
        #expect(height == 1)
        try inspection.press("j j Enter")
        #expect(inspection.text.contains("#Variables"))
        try inspection.press("Enter")
        #expect(!inspection.text.contains("#Variables"))
        #expect(inspection.text.contains("one\\ntwo\\nthree!"), "what became of the output")
    }

    @Test func aLineLeadsToItsStep() throws {
        let inspection = try Inspection(Self.stepping, keys: "c / 't:' Enter H Tab End")
        #expect(inspection.text.contains("line 3 came with step 1 of tuner"))
        #expect(inspection.text.contains("“longer”"))
        try inspection.press("Enter")
        #expect(inspection.form == "story")
        try inspection.press("Esc Tab [")
        #expect(inspection.text.contains("lines of v1"))
        try inspection.press("Enter")
        #expect(inspection.commands.last?.hasPrefix("goto") ?? false)
    }

    @Test func twoVersionsAreCompared() throws {
        let inspection = try Inspection(Self.stepping, keys: "c / 't:' Enter H =")
        #expect(inspection.text.contains("v1 → v2"))
        #expect(inspection.text.contains("+ three"))
    }

    // MARK: Matrix and candidates

    @Test func theMatrixMovesOrdersAndDrops() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter b 'smaller' Enter M")
        #expect(inspection.text.contains("a:0 × F first"))
        try inspection.press("Right")
        #expect(inspection.text.contains("a:0 × B both"))
        try inspection.press("o")
        #expect(inspection.text.contains("shared first"))
        try inspection.press("Enter j d")
        #expect(inspection.commands.last == "drop a:0 2")
        #expect(inspection.form == "matrix")
        try inspection.press("Esc Space")
        #expect(inspection.form == nil)
        #expect(inspection.context.chosen?.facts.name == "both")
    }

    @Test func aCandidateIsTaken() throws {
        let inspection = try Inspection(keys: "c b 'larger' Enter p Esc / 'a:' Enter C")
        #expect(inspection.text.contains("Candidates for a:0  now 1.5"))
        try inspection.press("Enter")
        #expect(inspection.commands.last == "update first")
        try inspection.press("C")
        #expect(inspection.text.contains("nothing: it is the present value") && inspection.text.contains("applied"))
        try inspection.press("Enter")
        #expect(inspection.commands.last == "set a:0 2.5")
    }

    /// Without room for both, the versions and the lines of one of them are shown one after the other.
    @Test func theHistoryFitsASmallScreen() throws {
        let inspection = try Inspection(Self.stepping, keys: "c / 't:' Enter H", size: Size(width: 40, height: 12))
        #expect(inspection.text.contains("v1 first value") && inspection.text.contains("v  by"))
        try inspection.press("Tab")
        #expect(inspection.text.contains("│ one") && !inspection.text.contains("v  by"), "\(inspection.text)")
        inspection.click(2, 3)
        #expect(inspection.form == "history")
        try inspection.press("Tab")
        #expect(inspection.text.contains("v  by"))
    }

    /// Each box works on every size of screen, and takes any key.
    @Test(arguments: ["! ", "W ", "H ", "M ", "C "]) func boxesFitEverywhere(_ opener: String) throws {
        for size in [Size(width: 80, height: 24), Size(width: 81, height: 25), Size(width: 200, height: 60)] {
            let inspection = try Inspection(Self.stepping, keys: "c / 't:' Enter " + opener, size: size)
            try inspection.press("Down Right Tab End Home Up Left PageDown PageUp o Space")
            #expect(!inspection.lines.isEmpty)
        }
    }
}
