import Inspector
import Testing
import Trace

@testable import TerminalScreen

/// The program changes one setting of a configuration file, and nothing else.
@Suite struct ConfigurationTextTests {
    private func setting(_ text: String, _ path: [String], _ value: SettingValue?) throws -> String {
        try ConfigurationText(text, file: "config.toml").setting(path, to: value)
    }

    @Test(arguments: [
        ("", "theme = \"dark\"\n"),
        ("theme = \"light\"  # at noon\nascii = true\n", "theme = \"dark\"  # at noon\nascii = true\n"),
        ("# mine\nascii = true\n\n[models.a]\nurl = \"x\"\n", "# mine\nascii = true\n\ntheme = \"dark\"\n[models.a]\nurl = \"x\"\n"),
        ("  'theme'='a # b'\n", "  'theme'=\"dark\"\n"), ("ascii = true", "ascii = true\ntheme = \"dark\"\n"),
    ])
    func aThemeIsSet(_ before: String, _ after: String) throws {
        #expect(try setting(before, ["theme"], .text("dark")) == after)
    }

    @Test(arguments: [
        ("", "[keys]\n\"command.next\" = \"F8\"\n"), ("ascii = true\n", "ascii = true\n\n[keys]\n\"command.next\" = \"F8\"\n"),
        ("[keys]\n\"graph.open\" = \"x\"  # one\n", "[keys]\n\"command.next\" = \"F8\"\n\"graph.open\" = \"x\"  # one\n"),
        ("[ keys ] # all\n'command.next' = [ # two\n  \"a\", # ]\n  \"b\"]  # end\n", "[ keys ] # all\n'command.next' = \"F8\"  # end\n"),
        ("[keys.command]\nnext = \"\"\n", "[keys.command]\nnext = \"F8\"\n"), ("keys.command.next = 'n'\n", "keys.command.next = \"F8\"\n"),
        ("[keys.command]\nin = \"x\"\n", "[keys.command]\nin = \"x\"\n\n[keys]\n\"command.next\" = \"F8\"\n"),
        ("keys.\"graph.open\" = \"x\"\n", "keys.\"graph.open\" = \"x\"\nkeys.\"command.next\" = \"F8\"\n"),
        ("note = \"\"\"\n[keys]\n\"\"\"\n", "note = \"\"\"\n[keys]\n\"\"\"\n\n[keys]\n\"command.next\" = \"F8\"\n"),
    ])
    func aKeyIsSet(_ before: String, _ after: String) throws {
        #expect(try setting(before, ["keys", "command.next"], .text("F8")) == after)
    }

    @Test func aWrittenValueIsReadAsItWasMeant() throws {
        let text = try setting("", ["keys", "command.next"], .list(["\"", "\\", "M-é", "C-x"]))
        #expect(text == "[keys]\n\"command.next\" = [\"\\\"\", \"\\\\\", \"M-é\", \"C-x\"]\n")
        #expect(try setting("", ["theme"], .text("a\u{1}b")) == "theme = \"a\\u0001b\"\n")
    }

    @Test func aSettingIsTakenOutAndItsCommentStays() throws {
        let text = "[keys]\n# why\n\"command.next\" = [\n\"a\"]  # because\n\"graph.open\" = \"x\"\n"
        let without = try setting(text, ["keys", "command.next"], nil)
        #expect(without == "[keys]\n# why\n# because\n\"graph.open\" = \"x\"\n")
        #expect(try setting(without, ["keys", "graph.open"], nil) == "[keys]\n# why\n# because\n")
        #expect(try setting(without, ["keys", "node.go"], nil) == without)
    }

    /// A file is rather left alone than changed in more than what was asked for.
    @Test(arguments: ["keys = { \"graph.open\" = \"x\" }\n", "keys = { \"command.next\" = \"x\", \"graph.open\" = \"y\" } # both\n"])
    func aFileThatCannotBeChangedSafelyIsLeftAlone(_ text: String) {
        #expect {
            _ = try setting(text, ["keys", "command.next"], .text("F8"))
        } throws: { ($0 as? FileProblem)?.reason.contains("set keys.\"command.next\" there by hand") == true }
    }
}
