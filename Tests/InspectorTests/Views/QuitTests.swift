import Debugging
import Testing
import Trace

@testable import Inspector

/// Ending the program asks where something would be lost, and only there.
@Suite struct QuitTests {
    /// A keeper that takes every file.
    private final class Keeper: SessionKeeper {
        let path: String?
        init(path: String? = nil) { self.path = path }
        var problem: String? { nil }
        func keep(_ session: Session) {}
        func save(_ branches: Branches, to path: String) throws(FileProblem) {
            if path.contains("nowhere") { throw FileProblem(reason: "there is no such folder") }
        }
        func close() {}
    }

    private func inspection(_ keys: String, kept: String? = nil) throws -> Inspection {
        try Inspection(keys: keys, keeper: { Keeper(path: kept) })
    }

    @Test(arguments: ["q", ": 'quit' Enter", ": 'q' Enter"]) func aRunWithoutChangesIsNotAskedAbout(key: String) throws {
        let inspection = try inspection("n n c [ g \(key)")
        #expect(inspection.effects == [.quit])
    }

    @Test(arguments: ["q", ": 'quit' Enter", ": 'q' Enter"]) func theLossesAreNamed(key: String) throws {
        let inspection = try inspection("c b 'larger' Enter s / 'a:' Enter e C-u '9' Enter u b Esc \(key)")
        #expect(inspection.effects.isEmpty)
        #expect(inspection.text.contains("This would be lost: 2 changes by hand (the last: step first). Quit?"))
        #expect(inspection.footer.contains("y yes  s save first  n no"))
        try inspection.press("Enter")
        #expect(inspection.effects.isEmpty && inspection.form == nil)
        try inspection.press("q y")
        #expect(inspection.effects == [.quit])
    }

    @Test func aTypedTextIsNamed() throws {
        let inspection = try inspection("c b 'larger' Esc q")
        #expect(inspection.text.contains("This would be lost: what was typed for feedback. Quit?"))
    }

    @Test func anOpenQuestionIsNamed() throws {
        let text = "local answer = trace.llm(\"why?\")\nprint(answer.data)\n"
        let inspection = try Inspection(text, keys: "c Esc q")
        #expect(inspection.text.contains("This would be lost: the question of call_llm. Quit?"))
    }

    /// A step of the workflow's own goes on with an answer that only the user knew.
    @Test func anAnswerToTheWorkflowsOwnQuestionIsNamed() throws {
        let text = "local answer = trace.llm(\"why?\")\nprint(answer.data)\n"
        let inspection = try Inspection(text, keys: "c Esc : 'answer because' Enter")
        try inspection.wait { $0.phase == .ended }
        try inspection.press("q")
        #expect(inspection.text.contains("This would be lost: 1 change by hand (answer because). Quit?"))
    }

    @Test(arguments: ["set a:0 nope nope", "drop a:0 1", "update first"]) func aFailedCommandLosesNothing(line: String) throws {
        let inspection = try inspection("c : '\(line)' Enter Esc Esc q")
        #expect(inspection.commands.contains(line), "\(inspection.commands)")
        #expect(inspection.effects == [.quit])
    }

    @Test func savingComesFirst() throws {
        let inspection = try inspection("c b 'larger' Enter q s")
        #expect(inspection.footer.hasPrefix(" :save small.tracescope"))
        try inspection.press("C-u 'save nowhere/x' Enter")
        #expect(inspection.effects.isEmpty)
        try inspection.press("Esc q s Esc n n")
        #expect(inspection.effects.isEmpty)
        try inspection.press("q s Enter")
        #expect(inspection.commands.last == "save small.tracescope")
        #expect(inspection.effects == [.quit])
    }

    @Test func aSavedChangeIsNotLost() throws {
        let inspection = try inspection("c b 'larger' Enter : 'save x' Enter q")
        #expect(inspection.effects == [.quit])
        try inspection.press("b 'smaller' Enter q")
        #expect(inspection.text.contains("This would be lost: 1 change by hand (backward first multiply:0 \"smaller\"). Quit?"))
        let kept = try self.inspection("c b 'larger' Enter q", kept: "x.tracescope")
        #expect(kept.effects == [.quit])
    }

    @Test func aSmallScreenAsksToo() throws {
        let inspection = try inspection("c b 'larger' Enter")
        inspection.size = Size(width: 60, height: 10)
        _ = inspection.text
        try inspection.press("q")
        #expect(inspection.effects.isEmpty)
        #expect(inspection.text.hasPrefix("This would be lost: 1 change by hand (backward first"))
        try inspection.press("n")
        #expect(inspection.text.hasPrefix("tracescope needs 40×12"))
        try inspection.press("q y")
        #expect(inspection.effects == [.quit])
    }
}
