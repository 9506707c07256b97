import TestSupport
import Testing

/// Texts of the screen come into the terminal's clipboard, by tmux or by the terminal's own sequence, and places in source are links.
@Suite struct ClipboardTests {
    private func folder() throws -> TestFolder {
        let folder = try TestFolder()
        try folder.write("w.lua", "local p = trace.parameter(\"two\\nlines\", { name = \"p\" })\nprint(p.data)\n")
        return folder
    }

    /// - Parameter isKnown: whether the program sees that it runs in tmux.
    @Test(arguments: [true, false]) func theSelectedDataIsCopied(isKnown: Bool) throws {
        let folder = try folder(), program = [Program.path, "w.lua"]
        let screen = try TerminalScreen(in: folder, command: isKnown ? program : ["env", "-u", "TMUX"] + program)
        try screen.takeClipboards()
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "ended")
        try screen.type("2")
        try screen.type("Y")
        try screen.wait(for: "copied")
        #expect(try screen.clipboard == "two\nlines")
    }

    /// The output of a command on a terminal, byte by byte.
    @Test func aPlaceOfAProblemIsALink() throws {
        let folder = try folder()
        try folder.write("bad.lua", "local p = trace.parameter(1, { name = \"p\" })\nerror(\"no more\")\n")
        let run = try PlainProcess(
            ["script", "-qec", "'\(Program.path)' check bad.lua", "/dev/null"], in: folder, environment: ["TERM": "xterm-256color"]
        ).wait(60)
        #expect(run.output.contains("\u{1b}]8;;file://"), "\(run.output)")
        #expect(run.output.contains("bad.lua") && run.output.contains("\u{1b}\\bad.lua:2\u{1b}]8;;\u{1b}\\"), "\(run.output)")
        let plain = try PlainProcess([Program.path, "check", "bad.lua"], in: folder).wait(60)
        #expect(plain.output.contains("bad.lua:2") && !plain.output.contains("\u{1b}"))
    }
}
