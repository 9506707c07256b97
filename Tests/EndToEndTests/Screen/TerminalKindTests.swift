import TestSupport
import Testing

/// The program in every terminal that is usual, and where the locale knows only ASCII.
@Suite struct TerminalKindTests {
    private static let kinds = ["xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100"]

    @Test(arguments: kinds, ["C.UTF-8", "C"])
    func aWorkflowIsRunLookedAtAndLeft(_ kind: String, _ locale: String) throws {
        let folder = try TestFolder()
        try folder.write(
            "w.lua", "local größe = 1\nlocal a = trace.parameter(größe or 1, { name = \"a\" })\n".replacing("größe", with: "size"))
        let environment = ["LC_ALL": "", "LANG": locale, "TERM": kind]
        let words = environment.map { "\($0.key)=\($0.value)" } + [Program.path, "w.lua"]
        let screen = try TerminalScreen(columns: 80, rows: 24, in: folder, command: ["env"] + words)
        try screen.wait(for: "paused")
        #expect(try screen.lines[0].contains("paused") && screen.lines[0].contains("w.lua"))
        #expect(try screen.text.contains("2 Graph") && screen.text.contains("3 Optimizers"))
        try screen.type("c")
        try screen.wait(for: "a:0")
        try screen.type("?")
        try screen.wait(for: "close")
        try screen.press("Escape")
        try screen.wait(without: "close")
        try screen.resize(columns: 50, rows: 14)
        try screen.wait(for: "ended")
        try screen.type("q")
        #expect(try screen.waitForEnd() == 0)
        // If the screen stays, the shell begins on an empty line.
        #expect(try !screen.text.contains("q quit"))
    }
}
