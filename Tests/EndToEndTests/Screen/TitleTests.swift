import TestSupport
import Testing

/// No name gives the terminal another title, whoever chose the name.
@Suite struct TitleTests {
    @Test(arguments: ["\u{1b}]0;OWNED\u{7}", "\u{1b}]2;OWNED\u{1b}\\", "\u{9d}0;OWNED\u{9c}", "\u{1b}kOWNED\u{1b}\\"])
    func namesOfFilesNodesAndOptimizersAreShownAndNotSent(_ title: String) throws {
        let folder = try TestFolder()
        let name = "a" + title + ".lua", bytes = title.utf8.map { "\\\($0)" }.joined()
        try folder.write(
            name,
            """
            local name = "\(bytes)"
            local a = trace.parameter(name, { name = "a" })
            local o = trace.optimizer("Manual", { a }, { name = "o", objective = name })
            o:backward(a .. name, name)
            print(name)
            error(name)
            """)
        let screen = try TerminalScreen([name], in: folder)
        try screen.wait(for: "paused")
        let before = try screen.title
        try screen.type("c")
        try screen.wait(for: "failed")
        for key in ["1", "2", "3", "4", "5", "6", "?"] { try screen.type(key) }
        try screen.wait(for: "Esc")
        #expect(try screen.title == before && !before.contains("OWNED"))
    }
}
