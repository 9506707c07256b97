import Foundation
import TestSupport
import Testing

/// Compiled Swift programs that open the inspector on themselves, in a real terminal.
@Suite(.serialized) struct InspectedProgramTests {
    private static func path(_ name: String) -> String {
        URL(fileURLWithPath: Program.path).deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// Runs a program below a shell, which tells how it ended.
    private func run(_ name: String, _ arguments: String, _ environment: [String: String] = [:]) throws -> TerminalScreen {
        try TerminalScreen(
            columns: 120, rows: 36, environment: environment,
            command: ["sh", "-c", "trap : INT; '\(Self.path(name))' \(arguments); echo \"status $?\"; read wait"])
    }

    private func command(_ line: String, on screen: TerminalScreen) throws {
        try screen.type(":")
        try screen.type(line)
        try screen.press("Enter")
    }

    @Test func theExampleIsHeldLookedIntoChangedAndGoesOnToItsEnd() throws {
        let screen = try run("swift-workflow", "--inspect")
        // Its own source, from the call of `inspect` on.
        try screen.wait(for: "· line 7")
        #expect(try screen.text.contains("import TraceInspector"))
        try screen.type("c")
        try screen.wait(for: "breakpoint 'iteration'")
        #expect(try screen.text.contains("heat:0 = 10.0: It is too cold. power 3.5"))
        #expect(try screen.text.contains("line 11 of swift_workflow/Main.swift"))
        // There are no lines to step through.
        try screen.type("n")
        try screen.wait(for: "a compiled Swift program has no lines")
        try screen.press("Escape")
        try screen.wait(without: "has no lines")
        // An event holds it in the other file, as soon as the engine rests.
        try command("break backward", on: screen)
        try screen.wait(for: "breakpoint 1: backward")
        try screen.type("c")
        try screen.wait(for: "● breakpoint 1")
        try screen.wait(for: "of swift_workflow/Thermostat.swift")
        // By hand: feedback away, a backward, a step.
        try command("zero tuner", on: screen)
        try screen.wait(for: "1 entry cleared on power:0")
        try command("backward tuner outside:0 less", on: screen)
        try screen.wait(for: "backward ▲3 from outside:0")
        try command("undo", on: screen)
        try command("undo", on: screen)
        try screen.wait(for: "undone: zero tuner")
        try command("step tuner", on: screen)
        try screen.wait(for: "tuner updated")
        try screen.press("Escape")
        try screen.wait(without: "tuner updated")
        try command("delete all", on: screen)
        try screen.wait(for: "1 breakpoint deleted")
        for iteration in 1...3 {
            try screen.type("c")
            try screen.wait(for: "heat:\(iteration) = ")
        }
        try screen.type("c")
        try screen.wait(for: "✓ ended")
        try screen.type("q")
        try screen.wait(until: { $0.contains("This would be lost") || $0.contains("status 0") }, what: "the end")
        if try screen.text.contains("This would be lost") { try screen.type("y") }
        // The terminal is given back, with all that the program had to say.
        try screen.wait(for: "status 0")
        #expect(try screen.lines.prefix(4).map { $0.prefix(7) } == ["heat:0 ", "heat:1 ", "heat:2 ", "heat:3 "])
    }

    @Test func quittingLetsTheProgramGoOn() throws {
        let screen = try run("swift-workflow", "--inspect")
        try screen.wait(for: "· line 7")
        try screen.type("q")
        try screen.wait(for: "status 0")
        #expect(try screen.lines.prefix(5).map { $0.prefix(8) } == ["heat:0 =", "heat:1 =", "heat:2 =", "heat:3 =", "status 0"])
    }

    @Test func aRunningProgramIsPausedByTheKeyAndByEvents() throws {
        let screen = try run("inspected-program", "long")
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "running")
        try screen.press("C-c")
        try screen.wait(for: "interrupted")
        try command("continue node", on: screen)
        try screen.wait(for: "● paused  node ")
        try screen.type("q")
        try screen.wait(without: "╭─ 1 Source")
        // Signals are the shell's and the program's own again.
        try screen.press("C-c")
        try screen.wait(for: "status 130")
    }

    @Test func eventsThatTheProgramNamesHoldIt() throws {
        let screen = try run("inspected-program", "plain node")
        try screen.wait(for: "· line 9")
        try screen.type("c")
        try screen.wait(for: "● breakpoint 1")
        #expect(try screen.text.contains("· line 11"))
        try screen.type("q")
        try screen.wait(for: "p is 1, and the inspector is closed")
    }

    /// A step that nobody else answers waits for the user.
    @Test func aQuestionIsAnsweredByHand() throws {
        let screen = try run("inspected-program", "ask")
        try screen.wait(for: "· line 9")
        try screen.type("c")
        try screen.wait(for: "● question")
        try screen.press("Escape")
        try screen.wait(without: "Esc")
        try command("answer {\"p\": 5}", on: screen)
        try screen.wait(for: "✓ ended")
        #expect(try screen.text.contains("p is 5"))
        // The answer is in no file.
        try screen.type("q")
        try screen.wait(for: "This would be lost")
        try screen.type("y")
        try screen.wait(for: "status 0")
    }

    @Test func aCrashGivesTheTerminalBack() throws {
        let screen = try run("inspected-program", "crash", ["SWIFT_BACKTRACE": "enable=no"])
        try screen.wait(for: "· line 9")
        try screen.type("c")
        try screen.wait(for: "status 13")
        let text = try screen.text
        #expect(text.contains("about to break") && text.contains("broken"), "\(text)")
        #expect(!text.contains("╭─ 1 Source"))
    }

    @Test func anExitIsTheEnd() throws {
        let screen = try run("inspected-program", "leave")
        try screen.wait(for: "· line 9")
        try screen.type("c")
        try screen.wait(for: "✓ ended")
        #expect(try screen.text.contains("p:0"))
        try screen.type("q")
        try screen.wait(for: "status 7")
    }

    @Test func itStaysClosedWhereItIsNotWanted() throws {
        let off = try run("inspected-program", "plain", ["TRACESCOPE": "off"])
        try off.wait(for: "status 0")
        let text = try off.text
        #expect(text.contains("tracescope: the inspector stays closed, because TRACESCOPE is off"))
        #expect(text.contains("p is 1, and the inspector is closed"))
        let folder = try TestFolder()
        let piped = try PlainProcess([Self.path("inspected-program"), "plain"], in: folder).wait(20)
        #expect(piped.status == 0)
        #expect(piped.output == "p is 1, and the inspector is closed\n")
        #expect(piped.errors == "tracescope: the inspector stays closed, because standard output is not a terminal\n")
    }

    @Test func aBadConfigurationIsAnErrorOfTheCall() throws {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/config/tracescope", withIntermediateDirectories: true)
        try folder.write("config/tracescope/config.toml", "theme = 3\n")
        let screen = try TerminalScreen(
            columns: 100, rows: 24, environment: ["SWIFT_BACKTRACE": "enable=no"], in: folder,
            command: ["sh", "-c", "'\(Self.path("inspected-program"))' plain; echo \"status $?\"; read wait"])
        try screen.wait(for: "status 13")
        #expect(try screen.text.contains("theme must be a string"))
    }
}
