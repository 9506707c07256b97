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

    private static let stepping = """
        local a = trace.parameter(1, { name = "a" })
        local t = trace.optimizer(function() return { [a] = a.data + 1 } end, { a }, { name = "t" })
        for i = 1, 2 do
          local y = a * 2
          t:zero_feedback()
          t:backward(y, "larger")
          t:step()
          trace.score("goal", a.data)
        end
        t:backward(a * 3, "larger")
        t:backward(a * 4, "smaller")
        """

    /// The key that opens each view, and a text that the view shows.
    private static let views = [
        ("T", "Timeline"), ("M", "conflicts first"), ("H", "lines of v3"), ("W", "6 Effect"), ("C", "Candidates for a:0"), ("%", "by step"),
        ("P", "Propagation"), ("!", "cannot step"), ("/", "find in source"), ("N", ":note "),
    ]

    @Test(arguments: kinds, ["C.UTF-8", "C"])
    func everyViewIsShownAndLeft(_ kind: String, _ locale: String) throws {
        let folder = try TestFolder()
        try folder.write("w.lua", Self.stepping)
        let environment = ["LC_ALL": "", "LANG": locale, "TERM": kind].map { "\($0.key)=\($0.value)" }
        let screen = try TerminalScreen(columns: 100, rows: 30, in: folder, command: ["env"] + environment + [Program.path, "w.lua"])
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "ended")
        try screen.type("/a:0")
        try screen.wait(for: "1 of 1")
        try screen.press("Enter")
        try screen.wait(without: "1 of 1")
        for (key, text) in Self.views {
            // A key that follows Esc too soon becomes one key with it.
            try screen.give(key)
            try screen.wait(for: text)
            try screen.give("Esc")
            try screen.wait(without: text)
        }
        try screen.type(":compare t#1 t#2")
        try screen.press("Enter")
        try screen.wait(for: "Compare")
        try screen.give("Esc")
        try screen.give("2")
        try screen.give("v")
        try screen.wait(for: "lanes")
        try screen.type("q")
        #expect(try screen.waitForEnd() == 0)
    }
}
