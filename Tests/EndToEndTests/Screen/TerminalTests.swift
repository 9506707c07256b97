import Foundation
import TestSupport
import Testing

/// The state in which the terminal is left, and the screen's response to sizes and signals.
@Suite(.serialized) struct TerminalTests {
    /// A shell around the program, which shows what it leaves behind.
    private func shell(_ line: String, columns: Int = 100, rows: Int = 30) throws -> TerminalScreen {
        try TerminalScreen(
            columns: columns, rows: rows,
            command: ["sh", "-c", "\(line); echo status $?; stty -a | tr ';' '\\n' | grep -c -- '-icanon'; sleep 60"])
    }

    @Test func quittingRestoresTheTerminal() throws {
        let screen = try shell("'\(Program.path)'")
        try screen.wait(for: "1 Source")
        try screen.type("q")
        try screen.wait(for: "status 0\n0")
        #expect(try !screen.text.contains("1 Source"))
    }

    @Test func aSignalRestoresTheTerminal() throws {
        let screen = try shell("'\(Program.path)'")
        try screen.wait(for: "1 Source")
        kill(try screen.childProcess(), SIGTERM)
        try screen.wait(until: { $0.contains("status 143\n0") }, what: "a terminal as it was")
        #expect(try !screen.text.contains("1 Source"))
    }

    @Test func aCrashRestoresTheTerminal() throws {
        let screen = try shell("'\(Program.path)'")
        try screen.wait(for: "1 Source")
        kill(try screen.childProcess(), SIGSEGV)
        // Swift's backtrace comes on the restored terminal, and waits for a key.
        try screen.wait(
            until: { text in
                try? screen.type("q")
                return text.contains("status 139")
            }, what: "the end")
        try screen.press("Enter")
        // A key that came too late for the backtrace is echoed somewhere after it.
        try screen.wait(
            until: { text in
                text.components(separatedBy: "status 139").last?.first { !$0.isWhitespace && $0 != "q" } == "0"
            }, what: "a terminal as it was")
    }

    @Test func killingLeavesNothingBehind() throws {
        let screen = try shell("'\(Program.path)'")
        try screen.wait(for: "1 Source")
        kill(try screen.childProcess(), SIGKILL)
        try screen.wait(for: "status 137")
        let left = try FileManager.default.subpathsOfDirectory(atPath: screen.folder.path).filter {
            $0.contains("tracescope") && !$0.hasPrefix("tmux")
        }
        #expect(left.isEmpty, "\(left)")
    }

    @Test func suspendingAndComingBack() throws {
        let screen = try TerminalScreen(columns: 100, rows: 30, command: ["bash", "--norc", "-i"])
        try screen.type("'\(Program.path)'")
        try screen.press("Enter")
        try screen.wait(for: "1 Source")
        try screen.press("C-z")
        try screen.wait(for: "Stopped")
        try screen.type("fg")
        try screen.press("Enter")
        try screen.wait(until: { $0.contains("1 Source") && !$0.contains("Stopped") }, what: "the screen again")
        try screen.type("c")
        try screen.wait(for: "line 7")
        try screen.type("q")
        try screen.wait(without: "1 Source")
    }

    @Test func resizingToAnySizeAndBack() throws {
        let screen = try TerminalScreen(columns: 120, rows: 36)
        try screen.wait(for: "1 Source")
        for (columns, rows) in [(200, 60), (79, 24), (10, 3), (1, 1), (80, 24)] {
            try screen.resize(columns: columns, rows: rows)
            try screen.wait(until: { _ in (try? screen.status) == .some(nil) }, what: "the program alive")
        }
        try screen.wait(for: "1 Source")
        try screen.resize(columns: 60, rows: 20)
        try screen.wait(for: "1 Source │ 2 │ 3 │ 4 │ 5 │ 6 │ 7 │ 8 │ 9 │ 0 ─")
        try screen.resize(columns: 39, rows: 20)
        try screen.wait(for: "tracescope needs 40×12")
        try screen.type("q")
        #expect(try screen.waitForEnd() == 0)
    }

    @Test func aWorkflowThatLoopsForEverIsInterruptedFromTheScreen() throws {
        let folder = try TestFolder()
        try "local i = 0\nwhile true do\n  i = i + 1\nend\n".write(toFile: folder.path + "/loop.lua", atomically: true, encoding: .utf8)
        let screen = try TerminalScreen([folder.path + "/loop.lua"], columns: 100, rows: 30, in: folder)
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "running")
        try screen.press("Escape")
        try screen.wait(for: "interrupted")
        #expect(try screen.text.contains("paused"))
        try screen.type("c")
        try screen.wait(for: "running")
        try screen.press("C-c")
        try screen.wait(for: "paused")
        try screen.type("q")
        #expect(try screen.waitForEnd() == 0)
    }

    @Test func aWorkflowThatCannotBeLoadedIsSaidOnTheTerminal() throws {
        let folder = try TestFolder()
        try "local x = = 1\n".write(toFile: folder.path + "/bad.lua", atomically: true, encoding: .utf8)
        let screen = try shell("'\(Program.path)' '\(folder.path)/bad.lua'")
        try screen.wait(for: "status 3")
        #expect(try screen.text.contains("bad.lua:1: unexpected symbol near '='"))
    }

    @Test func anUnknownTerminalIsNamed() throws {
        let screen = try shell("TERM=no-such-terminal '\(Program.path)'")
        try screen.wait(for: "status 2")
        #expect(try screen.text.contains("no-such-terminal"))
    }

    @Test func anAnswerByHandGoesOnWithTheWorkflow() throws {
        let folder = try TestFolder()
        let text = """
            local a = trace.parameter(2.0, { name = "a" })
            local y = a * 3
            local m = trace.optimizer("Manual", { a }, { name = "m" })
            m:backward(y, "larger")
            m:step()
            print("now", a.data)
            """
        try text.write(toFile: folder.path + "/manual.lua", atomically: true, encoding: .utf8)
        let screen = try TerminalScreen([folder.path + "/manual.lua"], columns: 120, rows: 36, in: folder)
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "#Variables")
        try screen.press("C-u")
        try screen.type("5")
        try screen.press("Enter")
        try screen.wait(for: "now  5.0")
    }
}
