import Foundation
import TestSupport
import Testing

/// Whatever strangers wrote, a real terminal gets none of its control characters: each command that prints is tried.
@Suite struct TerminalOutputTests {
    /// Writes the clipboard; colours by C1; turns text around; deletes.
    private static let hostile = "\u{1b}]52;c;QVRUQUNL\u{7}\u{9b}31mC1\u{202e}\u{7f}"

    /// The bytes of a shell command that a terminal received. The terminal makes `\r\n` of each line's end.
    private func terminal(_ command: String, in folder: TestFolder) throws -> String {
        try folder.write("command.sh", command)
        return try shell("script -qec 'sh ./command.sh' /dev/null < /dev/null 2>&1", in: folder).output.replacingOccurrences(
            of: "\r\n", with: "\n")
    }

    private func expectHarmless(_ output: String, _ command: String, shows: Bool = true) {
        let bad = output.unicodeScalars.filter { scalar in
            scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || 0x7F...0x9F ~= scalar.value || scalar == "\u{202e}"
        }
        #expect(bad.isEmpty, "\(command): \(bad.map { String($0.value, radix: 16) }) in \(output.debugDescription)")
        if shows { #expect(output.contains("52;c;QVRUQUNL"), "\(command): \(output)") }
    }

    private func folder() throws -> TestFolder {
        let folder = try TestFolder(), bytes = #"\27]52;c;QVRUQUNL\7\u{9b}31mC1\u{202e}\127"#
        try folder.write("print.lua", "print('\(bytes)')")
        try folder.write("error.lua", "error('\(bytes)')")
        try folder.write("label.lua", "trace.breakpoint('\(bytes)')")
        try folder.write(
            "values.lua",
            "local p = trace.parameter('\(bytes)', { name = 'p', description = '\(bytes)' })\nlocal y = p + '\(bytes)'\ny:backward('\(bytes)')"
        )
        let json = #"\u001b]52;c;QVRUQUNL\u0007\u009b31mC1\u202e\u007f"#
        try folder.write("graph.tgj", "{\"tgj\": \"\(json)\", \"nodes\": []}")
        try folder.write(
            "answers.rec",
            "tracescope recording 1\n\n=== exchange\nmodel: m\n--- user\nhi\n=== answer\nmodel: m\ntokens: 1 + 1\n--- text\n"
                + #"\\u{1b}]52;c;QVRUQUNL\u{7}\u{9b}31mC1\u{202e}\u{7f}"# + "\n=== end\n")
        try folder.write("ask.lua", "local a = trace.llm('hi')")
        try folder.write("script.txt", "# A stranger's commands, most without control characters.\nwhere\nno-such-\(Self.hostile)\n")
        return folder
    }

    @Test(arguments: [
        "exec print.lua -c continue", "exec error.lua -c continue", "check error.lua", "export error.lua --to json",
        "exec label.lua -c continue",
        "exec values.lua -c continue -c 'print p'", "exec values.lua -c continue -c nodes", "exec values.lua -c continue -c events",
        "exec values.lua -c continue -c 'feedback p'", "exec values.lua -c continue -c 'why p'",
        "exec values.lua -c continue -c 'history p'",
        "exec values.lua -c continue -c 'print p' -c nodes -c events --format json", "exec values.lua -c 'list'",
        "export values.lua --to dot",
        "export values.lua --to json", "export values.lua --to tgj", "export values.lua --to mermaid",
        "exec values.lua -c continue -c 'export dot -'", "exec graph.tgj -c where", "check graph.tgj",
        "exec --replay answers.rec ask.lua -c continue -c 'exchanges 1'",
        "exec --replay answers.rec ask.lua -c continue -c nodes --format json",
        "exec print.lua --script script.txt", "check print.lua",
        "exec values.lua -c continue -c 'find QVRU' -c 'blame p' -c matrix -c 'propagation 1' -c lanes --format json",
        "exec values.lua -c continue -c 'note p \"$(printf \"\\033]52;c;QVRUQUNL\\a\")\"' -c notes --format json",
        "exec print.lua -c continue -c output --format json", "compare values.lua print.lua",
    ])
    func textsOfFilesAndModels(_ arguments: String) throws {
        let output = try terminal("\"$TRACESCOPE\" \(arguments)", in: try folder())
        // Mermaid has other escapes, and some commands show none of these texts.
        expectHarmless(output, arguments, shows: !["'list'", "'why p'", "mermaid", "compare"].contains { arguments.contains($0) })
    }

    /// Every command of the table, with every kind of argument, in a dialogue that goes on after errors.
    @Test func everyCommand() throws {
        let folder = try folder()
        let help = try tracescope("exec", "print.lua", "-c", "help", in: folder).output
        let names = help.split(separator: "\n").compactMap { line in
            line.hasPrefix("  ") ? line.dropFirst(2).split(separator: " ").first.map(String.init) : nil
        }
        #expect(names.count > 50 && names.contains("trends") && names.contains("quit"))
        var lines = ["continue", "note p \"\(Self.hostile)\"", "note 3 \"\(Self.hostile)\""]
        for name in names where !["quit", "restart"].contains(name) {
            lines += ["", " p", " first", " 1", " QVRU", " \"\(Self.hostile)\""].map { name + $0 }
        }
        try folder.write(
            "all.lua", folder.text("values.lua") + "\ntrace.optimizer('Manual', { p }, { name = 'first' })\n" + folder.text("print.lua"))
        try folder.write("commands.txt", (lines + ["quit", "quit"]).joined(separator: "\n") + "\n")
        let output = try terminal("\"$TRACESCOPE\" --plain all.lua < commands.txt", in: folder)
        expectHarmless(output, "every command")
        for name in names where name != "restart" { #expect(output.contains("> \(name)"), "\(name)") }
    }

    @Test(arguments: [
        "exec \"$H\" -c continue", "exec \"$H.json\" -c continue", "exec \"$H.tracescope\" -c continue", "check \"$H\"",
        "export \"$H\" --to dot",
        "\"$H\"", "exec print.lua -c \"$H\"", "exec print.lua -c \"print $H\"", "exec print.lua -c \"goto $H\"",
        "exec print.lua -c \"save no/$H\"",
        "exec print.lua -c \"export $H x\"", "exec print.lua --script \"$H\"", "exec print.lua --session \"no/$H\"",
        "exec print.lua --record \"$H\"",
        "exec print.lua --replay \"$H\"", "export print.lua --to \"$H\"", "export print.lua --to dot -o \"no/$H\"",
        "exec print.lua --format \"$H\"",
        "exec print.lua \"--$H\"", "exec print.lua --seed \"$H\"", "config --model \"$H\"", "config --theme \"$H\"",
        "config --budget \"$H\"",
        "themes --theme \"$H\"", "themes --format \"$H\"", "keys --format \"$H\"", "keys \"$H\"", "print.lua --theme \"$H\"",
        "config \"--$H\"",
    ])
    func textsOfTheCommandLine(_ arguments: String) throws {
        let folder = try folder()
        let output = try terminal("H='\(Self.hostile)'\n\"$TRACESCOPE\" \(arguments)", in: folder)
        expectHarmless(output, arguments, shows: output.contains("QVRU"))
        #expect(!output.isEmpty, "\(arguments)")
    }

    @Test(arguments: ["config", "config --format json", "themes", "keys", "exec print.lua -c next", "check print.lua"])
    func textsOfTheConfigurationAndTheEnvironment(_ arguments: String) throws {
        let folder = try folder()
        for (name, text) in [
            ("theme", "theme = \"\\u001b]52;c;QVRUQUNL\\u0007\\u009b31m\\u202e\"\n"), ("wrong", "\"\\u001b]52;c;QVRUQUNL\\u0007\" = 1\n"),
            ("model", "model = \"\\u001b]52;c;QVRUQUNL\\u0007\\u009b31m\"\n"),
        ] {
            try FileManager.default.createDirectory(atPath: folder.path + "/config/tracescope", withIntermediateDirectories: true)
            try folder.write("config/tracescope/config.toml", text)
            expectHarmless(try terminal("\"$TRACESCOPE\" \(arguments)", in: folder), "\(name): \(arguments)", shows: false)
        }
        try folder.write("config/tracescope/config.toml", "")
        for variable in ["TRACESCOPE_MODEL", "TRACESCOPE_LIVE", "TRACESCOPE_BUDGET"] {
            let output = try terminal("export \(variable)='\(Self.hostile)'\n\"$TRACESCOPE\" \(arguments)", in: folder)
            expectHarmless(output, "\(variable): \(arguments)", shows: false)
        }
    }

    /// On a terminal, what the workflow prints is told apart from the answers.
    @Test func theWorkflowsLinesAreMarkedOnATerminal() throws {
        let folder = try TestFolder()
        try folder.write("w.lua", "local p = trace.parameter('ended: no', { name = 'p' })\nprint(p.data .. '\\nsecond')")
        for command in ["-c continue", "-c continue -c 'print p'", "-c continue --format json"] {
            let lines = try terminal("\"$TRACESCOPE\" exec w.lua \(command)", in: folder).split(separator: "\n")
            #expect(lines.starts(with: ["| ended: no", "| second"]), "\(command): \(lines)")
        }
    }

    /// Without a terminal, the output of a workflow is its own.
    @Test func theOutputOfAWorkflowGoesThroughAPipe() throws {
        let run = try tracescope("exec", "print.lua", "-c", "continue", in: try folder())
        #expect(run.output.unicodeScalars.contains("\u{1b}"))
        let values = try tracescope("exec", "values.lua", "-c", "continue", "-c", "print p", in: try folder())
        #expect(!values.output.unicodeScalars.contains("\u{1b}"))
        #expect(values.output.contains("\\u{1b}]52"))
    }
}
