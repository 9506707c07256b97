import Foundation
import TestSupport
import Testing

/// A session as a dialogue of lines: through pipes, on a terminal, and with everything that the screen can do.
@Suite(.serialized) struct PlainTests {
    private static let workflow = """
        local p = trace.parameter(2, { name = "p" })
        local tuner = trace.optimizer(function() return { [p] = p.data + 1 } end, { p }, { name = "tuner" })
        local out = p * 10
        print("out", out.data)
        """

    /// Gives lines through a pipe, and gives the answers, one for each line.
    private func answers(_ lines: [String], _ arguments: [String], in folder: TestFolder? = nil) throws -> (answers: [String], run: Run) {
        let folder = try folder ?? TestFolder()
        try folder.write("lines", lines.joined(separator: "\n") + "\n")
        let words = arguments.map { "'\($0)'" }.joined(separator: " ")
        let run = try shell("\"$TRACESCOPE\" --plain \(words) < lines", in: folder)
        return (run.output.components(separatedBy: "tracescope> ").dropFirst().map { $0 }, run)
    }

    /// Waits until a line can be typed.
    private func prompt(_ screen: TerminalScreen) throws {
        try screen.wait(until: { $0.trimmingCharacters(in: .whitespacesAndNewlines).hasSuffix("tracescope>") }, what: "the prompt")
    }

    @Test func commandsThroughAPipeAreAnswered() throws {
        let folder = try TestFolder()
        try folder.write("w.lua", Self.workflow)
        let (answers, run) = try answers(
            ["continue", "backward tuner multiply:0 \"larger\"", "step tuner", "print p", "nonsense", "view optimizers", "quit"], ["w.lua"],
            in: folder)
        #expect(run.status == 0 && answers.count == 7, "\(run)")
        #expect(run.output.hasPrefix("paused at w.lua:1: start"))
        #expect(answers[0].contains("| out\t20"))
        #expect(answers[1].contains("feedback on p:0") && answers[2].contains("p:0: 2 → 3") && answers[3].contains("p:0"))
        #expect(answers[4].contains("error: no command is named 'nonsense'"))
        #expect(answers[5].contains("tuner"))
        // Changes by hand are not lost without a word.
        #expect(answers[6].contains("This would be lost: ") && answers[6].contains("'quit' again ends"))
        // No escape sequence, and nothing else that moves a cursor.
        #expect(!run.output.contains("\u{1b}") && !run.output.contains("\u{8}"))
    }

    @Test func everyViewIsText() throws {
        let folder = try TestFolder()
        try folder.write("w.lua", Self.workflow)
        let listed = try answers(["view"], ["w.lua"], in: folder).answers[0]
        let names = try #require(listed.components(separatedBy: "views: ").last?.components(separatedBy: "\n").first).components(
            separatedBy: " ")
        #expect(names.contains("graph") && names.contains("help") && names.contains("screen") && names.count > 12)
        let (shown, run) = try answers(
            ["continue", "backward tuner multiply:0 larger", "step tuner", "restart", "continue"] + names.map { "view \($0)" }, ["w.lua"],
            in: folder)
        #expect(run.status == 0)
        for (name, text) in zip(names, shown.dropFirst(5)) {
            #expect(text.hasPrefix("view \(name)\n") && text.count > name.count + 20 && !text.contains("error: "), "\(name): \(text)")
        }
        #expect(try answers(["view nowhere"], ["w.lua"], in: folder).answers[0].contains("error: there is no view 'nowhere'"))
        #expect(try answers(["continue", "view node p:0"], ["w.lua"], in: folder).answers[1].contains("p:0"))
    }

    /// The tour of the README, its keys given one by one, shows in lines what it shows on the screen.
    @Test func theTourOfTheReadme() throws {
        let readme = try String(contentsOf: Program.root.appendingPathComponent("README.md"), encoding: .utf8)
        let part = try #require(readme.components(separatedBy: "\n## ").first { $0.hasPrefix("Five minutes on a real problem\n") })
        let steps = try #require(part.range(of: "\n1. "))
        let parts = Walk(String(part[steps.lowerBound...]).components(separatedBy: "\n\n")[0]).parts
        let lines = parts.map { part in
            switch part {
            case .keys(let keys):
                let isKey = keys.count > 2 && keys.hasPrefix("C-") || ["Enter", "Esc", "Tab", "Up", "Down", "Left", "Right"].contains(keys)
                return isKey || keys.count == 1 ? "press \(keys)" : "press '\(keys)'"
            case .shows: return "view screen"
            }
        }
        let (answers, run) = try answers(lines, [Program.example("multi_agent_as_posted.lua")])
        #expect(answers.count == lines.count, "\(run.errors)")
        var seen = 0
        for (part, answer) in zip(parts, answers) {
            guard case .shows(let text) = part else { continue }
            seen += 1
            let flat = answer.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(flat.contains(text), "'\(text)' is not in:\n\(answer)")
        }
        #expect(seen >= 8)
    }

    /// The introduction, with the commands that it names.
    @Test func theIntroduction() throws {
        let screen = try TerminalScreen(["--plain"], columns: 600, rows: 60)
        var done: Set<String> = []
        for number in 1...5 {
            try screen.wait(for: "Introduction \(number) of 5")
            let text = try #require(try screen.text.components(separatedBy: "Introduction \(number) of 5").last)
                .components(separatedBy: "tracescope>")[0].replacing("\n", with: " ")
            let quoted = text.components(separatedBy: "'").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            for command in quoted where !["next", "undo"].contains(command) {
                try prompt(screen)
                try screen.type(command)
                try screen.press("Enter")
                done.insert(command.components(separatedBy: " ")[0])
            }
        }
        try screen.wait(for: "That is all of it")
        #expect(done.isSuperset(of: ["continue", "view", "backward", "zero", "step"]))
        try screen.type("undo")
        try screen.press("Enter")
        try screen.wait(for: "undone")
    }

    @Test func onATerminalLinesAreEdited() throws {
        let folder = try TestFolder()
        let file = try folder.write("w.lua", Self.workflow)
        let screen = try TerminalScreen(["--plain", file], columns: 100, rows: 40, in: folder)
        try screen.wait(for: "tracescope>")
        try screen.type("contXinue")
        try screen.press("Left", "Left", "Left", "Left", "BSpace", "Enter")
        try screen.wait(for: "| out")
        try prompt(screen)
        try screen.type("optimi")
        try screen.press("Tab")
        try screen.wait(for: "tracescope> optimizers")
        try screen.press("Enter")
        try screen.wait(for: "tuner  custom")
        try screen.press("Up", "Up")
        try screen.wait(for: "tracescope> continue")
        try screen.press("C-c")
        try screen.type("quit")
        try screen.press("Enter")
        #expect(try screen.waitForEnd() == 0)
    }

    @Test func aTerminalThatCannotDrawGetsIt() throws {
        let folder = try TestFolder()
        let file = try folder.write("w.lua", Self.workflow)
        let screen = try TerminalScreen(
            [file], columns: 100, rows: 40, environment: ["TERM": "dumb"], in: folder,
            command: [
                "env", "TERM=dumb", Program.path, file,
            ])
        try screen.wait(for: "tracescope>")
        try screen.type("c")
        try screen.press("Enter")
        try screen.wait(for: "ended")
        try screen.press("C-d")
        #expect(try screen.waitForEnd() == 0)
    }

    /// A workflow that runs for ever is paused by C-c, and the dialogue goes on.
    @Test func interruptionHoldsTheWorkflow() throws {
        let folder = try TestFolder()
        let file = try folder.write("w.lua", "print(\"round and round\")\nlocal n = 0\nwhile true do\n  n = n + 1\nend")
        let screen = try TerminalScreen(["--plain", file], columns: 100, rows: 40, in: folder)
        try screen.wait(for: "tracescope>")
        try screen.type("continue")
        try screen.press("Enter")
        try screen.wait(for: "round and round")
        try screen.press("C-c")
        try screen.wait(for: "interrupted")
        try screen.type("where")
        try screen.press("Enter")
        try screen.wait(for: "paused at")
    }
}
