import Foundation
import TestSupport
import Testing

/// Workflows are opened from files and pipes, and an error names the file that cannot be opened.
@Suite struct InputFileTests {
    private func folder() throws -> TestFolder {
        let folder = try TestFolder()
        try folder.write("w.lua", "local p = trace.parameter(1, { name = 'p' })\nprint('ran')\n")
        return folder
    }

    @Test(arguments: [
        "cat w.lua | \"$TRACESCOPE\" exec - -c continue", "cat w.lua | \"$TRACESCOPE\" exec /dev/stdin -c continue",
        "\"$TRACESCOPE\" exec - -c continue < w.lua", "bash -c '\"$TRACESCOPE\" exec <(cat w.lua) -c continue'",
        "mkfifo f; cat w.lua > f & \"$TRACESCOPE\" exec f -c continue",
    ])
    func aWorkflowThroughAPipe(_ command: String) throws {
        let run = try shell(command, in: try folder())
        #expect(run.output.hasPrefix("ran\n") && run.errors == "", "\(run.output) \(run.errors)")
        #expect(run.status == 0)
    }

    @Test func graphsAndSessionsThroughAPipe() throws {
        let folder = try folder()
        _ = try tracescope("exec", "w.lua", "-c", "continue", "-c", "export json g", "-c", "save s", in: folder)
        for name in ["g", "s"] {
            let run = try shell("cat \(name) | \"$TRACESCOPE\" exec - -c nodes", in: folder)
            #expect(run.output == "p:0  parameter  1\n", "\(run.errors)")
            #expect(try tracescope("exec", name, "-c", "nodes", in: folder).output == "p:0  parameter  1\n")
        }
        #expect(!folder.names.contains { $0.hasPrefix("tracescope-") })
        #expect(try tracescope("check", "s", in: folder).errors.contains("this is a saved session"))
    }

    @Test(arguments: ["#!/usr/bin/env lua\n", "\u{FEFF}#!/usr/bin/env lua\n", "\u{FEFF}", "#!/usr/bin/lua it's\r\n"])
    func marksAndFirstLinesThatAreNotLua(_ beginning: String) throws {
        let folder = try folder()
        try folder.write(
            "m.lua", beginning + "local f = trace.bundle('f', { trainable = true }, function(x)\n  return x\nend)\nprint('ran')\n")
        #expect(try tracescope("exec", "m.lua", "-c", "continue", in: folder).output.hasPrefix("ran\n"))
    }

    @Test func aRestartReadsTheFileAgain() throws {
        let folder = try folder()
        let command = "\"$TRACESCOPE\" exec w.lua -c continue -c 'export json w.json' -c restart -c continue"
        let run = try shell(command, in: folder)
        #expect(run.errors == "ran\nran\n")
    }

    @Test func anUnopenedFileIsNamed() throws {
        let folder = try folder()
        for (name, text, words) in [
            ("p.lua", "from opto import trace\n", "this is a Python program"),
            ("g.dot", "digraph {\n a -> b\n}\n", "this is a Graphviz file"),
            ("o.json", "{\"resourceSpans\": []}", "OpenTelemetry"), ("r", "tracescope recording 1\n", "--replay"),
        ] {
            try folder.write(name, text)
            for command in ["exec", "check"] {
                let run = try tracescope(command, name, in: folder)
                #expect(run.status == 3)
                #expect(run.errors.contains(words), "\(run.errors)")
            }
        }
    }

    @Test func binariesAreNamedWhateverTheirBytesAre() throws {
        let folder = try folder()
        let video: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3, 0x42, 0x77, 0x65, 0x62, 0x6D]
        let controls = String(repeating: "print\u{1}\u{2}", count: 40), latin: [UInt8] = [0x70, 0x3D, 0x27, 0xE9, 0x74, 0x27]
        let files: [(name: String, bytes: [UInt8], words: String)] = [
            ("v.webm", video, "this is a video (WebM or Matroska)"),
            ("v.lua", Array(controls.utf8), "it is a binary file, and text is needed"),
            ("start.lua", [1] + Array("print(1)".utf8), "binary file"), ("latin.lua", latin, "it is not in UTF-8"),
        ]
        for (name, bytes, words) in files {
            try folder.write(name, Data(bytes))
            let run = try tracescope("exec", name, in: folder)
            #expect(run.status == 3 && run.errors.contains(words), "\(name): \(run.errors)")
        }
        // Colours in a text are no sign of a binary file.
        try folder.write("escape.lua", "print('\u{1b}[31mred\u{1b}[0m')\n\tprint('bell \u{7}')\r\n")
        #expect(try tracescope("exec", "escape.lua", in: folder).status == 0)
    }

    @Test func noCoreIsWritten() throws {
        let folder = try folder()
        try folder.write("loop.lua", "print('on')\nwhile true do end")
        let process = try PlainProcess([Program.path, "exec", "loop.lua", "-c", "continue"], in: folder)
        #expect(wait(20) { process.output.contains("on") })
        let limits = try String(contentsOfFile: "/proc/\(process.id)/limits", encoding: .utf8)
        let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
        #expect(core.split(separator: " ")[4] == "0", "\(core)")
        process.signal(SIGKILL)
        _ = try process.wait()
    }

    @Test func aStartClearsWhatAKillLeft() throws {
        let folder = try folder()
        try folder.write(".g.1x.tracescope-new", "half")
        try FileManager.default.createDirectory(atPath: folder.path + "/tracescope-0123456789abcdef", withIntermediateDirectories: true)
        try folder.write("tracescope-0123456789abcdef/.lock", "")
        _ = try tracescope("exec", "w.lua", "-c", "next", in: folder)
        #expect(!folder.names.contains(".g.1x.tracescope-new"))
        #expect(!folder.names.contains("tracescope-0123456789abcdef"))
    }
}
