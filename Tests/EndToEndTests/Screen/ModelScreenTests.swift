import Foundation
import TestSupport
import Testing

/// Questions to a language model on the screen of the built program, with a server that streams.
@Suite(.serialized) struct ModelScreenTests {
    static let workflow = """
        local a = trace.parameter(1, { name = "a" })
        local b = trace.parameter(2, { name = "b" })
        local tuner = trace.optimizer("OptoPrime", { a, b }, { name = "tuner" })
        for i = 1, 2 do
          tuner:zero_feedback()
          tuner:backward(trace.ops.format("{} {}", a, b), "larger")
          tuner:step()
          print("now", a.data, b.data)
        end
        """
    static let answer = #"{"reasoning": "half of it is seen before the other half", "suggestion": {"a0": 5, "b0": 6}}"#

    private func words(_ server: ModelServer, _ folder: TestFolder, _ more: String...) throws -> [String] {
        ["--model", server.url, "--record", folder.path + "/run.rec"] + more + [try folder.write("flow.lua", Self.workflow)]
    }

    @Test func aStepIsAskedSentStreamedAmendedAndApplied() throws {
        let folder = try TestFolder()
        let server = try ModelServer(streaming: Self.answer) { $0 == 1 }
        defer { server.stop() }
        let screen = try TerminalScreen(try words(server, folder), columns: 120, rows: 36, in: folder)
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "T tuner asks 127.0.0.1:\(server.port); the workflow waits")
        #expect(try screen.text.contains("#Variables") && screen.text.contains("Enter send"))
        #expect(server.authorizations.isEmpty, "something was sent before a yes")
        try screen.press("Enter")
        try screen.wait(for: "half of it is seen")
        #expect(try screen.text.contains("Esc cancel"))
        // The screen lives on: another pane, and a smaller terminal.
        try screen.type("2")
        try screen.resize(columns: 80, rows: 24)
        try screen.wait(for: "T tuner asks ")
        try screen.resize(columns: 120, rows: 36)
        server.goOn()
        try screen.wait(for: "tuner proposes; the workflow waits")
        #expect(try screen.text.contains("a:0  1 → 5") && screen.text.contains("b:0  2 → 6"))
        try screen.press("Space")
        try screen.wait(for: "a:0  left: 5")
        try screen.press("Enter")
        // The next step asks: the first is applied.
        try screen.wait(for: "(int) b0 = 6")
        #expect(try screen.text.contains("(int) a0 = 1"))
        #expect(folder.text("run.rec").contains("half of it is seen before the other half"))
    }

    @Test func escapeCancelsAndTheQuestionStays() throws {
        let folder = try TestFolder()
        let server = try ModelServer(streaming: Self.answer) { $0 == 1 }
        defer { server.stop() }
        let screen = try TerminalScreen(try words(server, folder), columns: 120, rows: 36, in: folder)
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "Enter send")
        try screen.press("Enter")
        try screen.wait(for: "half of it is seen")
        try screen.press("Escape")
        try screen.wait(for: "it was cancelled")
        #expect(try screen.text.contains("tuner asks 127.0.0.1:\(server.port); the workflow waits"))
        try screen.press("Enter")
        try screen.wait(for: "tuner proposes; the workflow waits")
    }

    @Test func aBudgetThatIsTooSmallIsRaisedWhileTheQuestionWaits() throws {
        let folder = try TestFolder()
        let server = try ModelServer(streaming: Self.answer)
        defer { server.stop() }
        let screen = try TerminalScreen(try words(server, folder, "--budget", "10 tokens"), columns: 120, rows: 36, in: folder)
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "10 tokens left of the budget")
        #expect(try screen.text.contains("b budget"))
        try screen.press("Enter")
        try screen.wait(for: "the budget would be exceeded: 0 of 10 tokens are spent")
        #expect(server.authorizations.isEmpty, "something was sent that is not in the budget")
        try screen.type("b")
        try screen.wait(for: ":budget ")
        try screen.type("100")
        try screen.press("Enter")
        try screen.wait(for: "does not say whether it is tokens or money")
        try screen.wait(for: "the workflow waits")
        try screen.type("b")
        try screen.type("100k tokens")
        try screen.press("Enter")
        try screen.wait(for: "100,000 tokens left of the budget")
        try screen.press("Enter")
        try screen.wait(for: "tuner proposes; the workflow waits")
    }

    @Test func quittingWhileItStreamsEndsAtOnce() throws {
        let folder = try TestFolder()
        let server = try ModelServer(streaming: Self.answer) { _ in true }
        defer { server.stop() }
        let screen = try TerminalScreen(try words(server, folder, "--live", "always"), columns: 120, rows: 36, in: folder)
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "half of it is seen")
        try screen.type("q")
        try screen.wait(for: "Quit?")
        try screen.type("y")
        #expect(try screen.waitForEnd() == 0)
    }

    @Test func aKilledProgramLeavesARecordingOfAllThatWasAnswered() throws {
        let folder = try TestFolder()
        let server = try ModelServer(streaming: Self.answer) { $0 == 2 }
        defer { server.stop() }
        let line = ([Program.path] + (try words(server, folder, "--live", "always"))).map { "'\($0)'" }.joined(separator: " ")
        let screen = try TerminalScreen(
            columns: 120, rows: 36, in: folder, command: ["sh", "-c", "\(line); reset; echo status $?; sleep 60"])
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(until: { _ in server.authorizations.count == 2 }, what: "the second question")
        kill(try screen.childProcess(), SIGKILL)
        try screen.wait(for: "status 0")
        let recording = folder.text("run.rec")
        #expect(recording.components(separatedBy: "=== exchange").count == 2)
        #expect(recording.contains("half of it is seen before the other half"))
        #expect(recording.trimmingCharacters(in: .newlines).hasSuffix("=== end"))
    }
}
