import Foundation
import TestSupport
import Testing

/// The screen opens on a workflow that comes through standard input, and takes its keys from the terminal.
@Suite struct PipedWorkflowTests {
    @Test(arguments: [
        "cat w.lua | '\(Program.path)' -", "'\(Program.path)' /dev/stdin < w.lua", "bash -c \"'\(Program.path)' <(cat w.lua)\"",
    ])
    func keysComeFromTheTerminal(_ command: String) throws {
        let folder = try TestFolder()
        try folder.write("w.lua", "local x = trace.node(41, { name = 'x' })\nlocal y = x + 1\n")
        let screen = try TerminalScreen(columns: 100, rows: 30, in: folder, command: ["sh", "-c", "\(command); exit $?"])
        try screen.wait(for: "1 Source")
        try screen.type("c")
        try screen.wait(for: "add:0")
        try screen.type("q")
        #expect(try screen.waitForEnd() == 0)
    }

    /// An editor has the terminal too.
    @Test func anEditorHasTheTerminal() throws {
        let folder = try TestFolder()
        let words = (0..<60).map { "word\($0)" }.joined(separator: "\\n")
        try folder.write("w.lua", "local x = trace.parameter('\(words)', { name = 'x' })\nlocal y = x .. '!'\n")
        try folder.write("editor", "#!/bin/sh\ntest -t 0 && echo terminal > '\(folder.path)/told'\nread line\n")
        chmod(folder.path + "/editor", 0o700)
        let screen = try TerminalScreen(
            columns: 100, rows: 30, environment: ["EDITOR": folder.path + "/editor"], in: folder,
            command: ["sh", "-c", "cat w.lua | '\(Program.path)' -; exit $?"])
        try screen.wait(for: "1 Source")
        try screen.type("c")
        try screen.wait(for: "x:0")
        try screen.type("/x:0")
        try screen.press("Enter")
        try screen.type("e")
        #expect(wait(20) { folder.text("told") == "terminal\n" })
        try screen.press("Enter")
        try screen.wait(for: "nothing was changed")
        try screen.type("q")
        #expect(try screen.waitForEnd() == 0)
    }
}
