import Foundation
import TestSupport
import Testing

/// Ending the program in a real terminal loses nothing without a word.
@Suite(.serialized) struct QuitTests {
    private func changed(in folder: TestFolder) throws -> TerminalScreen {
        // Below a shell, which is told how it ended.
        let screen = try TerminalScreen(columns: 100, rows: 30, in: folder, command: ["sh", "-c", "'\(Program.path)'; exit $?"])
        try screen.wait(for: "1 Source")
        try screen.type("c")
        try screen.wait(for: "line 70")
        try screen.type("b")
        try screen.wait(for: "Backward by hand")
        try screen.type("larger")
        try screen.press("Enter")
        try screen.wait(for: "● ready")
        return screen
    }

    @Test func quittingOffersToSaveFirst() throws {
        let folder = try TestFolder()
        let screen = try changed(in: folder)
        try screen.type("q")
        try screen.wait(for: "This would be lost: 1 change by hand (backward agent1 agent3:1")
        try screen.type("n")
        try screen.wait(without: "This would be lost")
        try screen.type("q")
        try screen.wait(for: "s save first")
        try screen.type("s")
        try screen.wait(for: ":save multi_agent.tracescope")
        try screen.press("C-u")
        let path = folder.path + "/mine.tracescope"
        try screen.type("save \(path)")
        try screen.press("Enter")
        #expect(try screen.waitForEnd() == 0)
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: [SIGHUP, SIGTERM]) func unsavedChangesAreSavedOnASignal(signal: Int32) throws {
        let folder = try TestFolder()
        let screen = try changed(in: folder)
        kill(try screen.childProcess(), signal)
        #expect(try screen.waitForEnd() == 128 + signal)
        let next = try TerminalScreen(columns: 100, rows: 30, in: folder)
        try next.wait(for: "saved when the program was ended")
        #expect(try next.text.contains("rescued/multi_agent-"))
        try next.press("Enter")
        try next.wait(without: "saved when the program was ended")
        try next.type("q")
        #expect(try next.waitForEnd() == 0)
        // It is told once.
        let last = try TerminalScreen(columns: 100, rows: 30, in: folder)
        try last.wait(for: "1 Source")
        #expect(try !last.text.contains("saved when the program was ended"))
    }
}
