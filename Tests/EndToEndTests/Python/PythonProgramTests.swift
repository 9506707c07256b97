import Foundation
import TestSupport
import Testing

/// The interpreter with the libraries that are watched, which `make setup` makes.
enum Python {
    static let environment: String? = {
        let folder = Program.root.appendingPathComponent(".build/python").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().map { "\(folder)/\($0)" }.first { FileManager.default.isExecutableFile(atPath: "\($0)/bin/python") }
    }()
    static let programs = Program.root.appendingPathComponent("Python/tracescope/tests/programs").path

    /// The environment of a program: no network, and packages that are slow to import replaced.
    static let variables: [String: String] = [
        "VIRTUAL_ENV": environment ?? "", "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "PYTHONPATH": Program.root.appendingPathComponent("Python/tracescope/tests/stubs").path,
    ]

    /// The built program with some words, in the environment of the tests.
    static func tracescope(_ words: String..., in folder: TestFolder? = nil, adding more: [String: String] = [:]) throws -> Run {
        let folder = try folder ?? TestFolder()
        return try PlainProcess([Program.path] + words, in: folder, environment: variables.merging(more) { $1 }).wait(120)
    }

    static func run(_ arguments: String..., file: String, in folder: TestFolder? = nil) throws -> Run {
        let folder = try folder ?? TestFolder()
        let words = [arguments[0], file] + arguments.dropFirst()
        return try PlainProcess([Program.path] + words, in: folder, environment: variables).wait(120)
    }

    /// A terminal in which the shell executes a command.
    static func screen(_ command: String, columns: Int = 120, rows: Int = 30) throws -> TerminalScreen {
        try TerminalScreen(columns: columns, rows: rows, environment: variables, command: ["/bin/sh", "-c", command])
    }
}

/// Python programs under the built program, with a real interpreter.
@Suite(.enabled(if: Python.environment != nil, "there is no virtual environment: make setup makes one")) struct PythonProgramTests {
    private func program(_ name: String) -> String { "\(Python.programs)/\(name).py" }

    @Test func aProgramIsChecked() throws {
        let run = try Python.run("check", "-q", "--format", "json", file: Program.example("multi_agent_as_posted.py"))
        #expect(run.status == 1, "\(run.errors)")
        let problems = try #require(try run.objects().first?["problems"] as? [[String: Any]])
        let twin = try tracescope("check", "-q", "--format", "json", Program.example("multi_agent_as_posted.lua"))
        let expected = try #require(try twin.objects().first?["problems"] as? [[String: Any]])
        // The same mistakes as in its twin, as often, on the same parameters and by the same optimizers.
        func facts(_ problems: [[String: Any]]) -> [String] {
            problems.map { problem in
                let nodes = (problem["nodes"] as? [String] ?? []).map { $0.replacingOccurrences(of: "Agent.", with: "") }
                return
                    "\(problem["code"] ?? "") \(problem["severity"] ?? "") \(problem["times"] ?? "") \(nodes) \(problem["optimizers"] ?? "")"
            }
        }
        #expect(facts(problems) == facts(expected))
        #expect(problems.contains { $0["fix"] as? String == "call agent1.zero_feedback() before each backward" })
        // With the lines of the program, past the helper that calls everything.
        #expect(problems.compactMap { $0["line"] as? Int }.contains(43) == false)
    }

    @Test func aCorrectProgramHasNoProblems() throws {
        let run = try Python.run("check", "-q", file: Program.example("multi_agent.py"))
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("warning") == false)
    }

    @Test func aProgramIsHeldAndLookedInto() throws {
        let run = try Python.run(
            "exec", "-c", "where", "-c", "break opaque.py:31", "-c", "continue", "-c", "locals", "-c", "stack", "-c", "next", "-c",
            "eval y.data + 1", "-c", "break 31 if function.name == 'opened'", "-c", "continue", "-c", "eval function.name", "-c",
            "delete all",
            "-c", "continue", file: program("opaque"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines[0] == "paused at \(program("opaque")):1: start  (event 0)")
        #expect(run.output.contains("breakpoint 1: \(program("opaque")):31"))
        #expect(run.output.contains("outer = outer:0 = 3.0"))
        #expect(run.output.contains("0  main  \(program("opaque")):31"))
        #expect(run.output.contains("opaque.py:32: step"))
        #expect(run.output.contains("\n14.0\n"))
        #expect(run.output.contains("opaque.py:31: breakpoint 1"))
        #expect(run.output.contains("\n'opened'\n"))
        #expect(run.lines.last?.hasPrefix("ended: end") == true)
        #expect(run.errors.contains("closed 13.0 inner: 0 outer: 1"))
    }

    @Test func linesCallsAndEventsHoldIt() throws {
        let run = try Python.run(
            "exec", "-c", "until 31", "-c", "continue backward", "-c", "break 23", "-c", "continue", "-c", "stack", "-c", "out", "-c",
            "break zero tuner", "-c", "continue", file: program("opaque"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains(":31: line 31"))
        #expect(run.output.contains("(backward)"))
        #expect(run.output.contains("breakpoint 2 (zero tuner)"))
        #expect(run.output.contains("0  opened  \(program("opaque")):23"))
        #expect(run.output.contains("1  main  \(program("opaque")):29"))
    }

    @Test func itsGraphIsChangedByHandAndBack() throws {
        let run = try Python.run(
            "exec", "-c", "until 32", "-c", "feedback outer:0", "-c", "zero tuner", "-c", "feedback outer:0", "-c", "undo", "-c",
            "feedback outer:0", "-c", "set outer:0 7.5", "-c", "eval outer.data", "-c", "undo", "-c", "eval outer.data", "-c", "step tuner",
            file: program("opaque"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            run.lines.dropFirst(2).prefix(8).map { $0 } == [
                "add:0", "  ▲1 tuner  \"too small\"  3 nodes", "1 entry cleared on outer:0", "outer:0 holds no feedback",
                "undone: zero tuner", "add:0", "  ▲1 tuner  \"too small\"  3 nodes", "outer:0 3.0 → 7.5",
            ])
        #expect(run.lines.dropFirst(10).prefix(3).map { $0 } == ["7.5", "undone: set outer:0 7.5", "3.0"])
        #expect(run.output.contains("tuner updated"))
    }

    @Test func aBackwardByHandReachesItsParameters() throws {
        let run = try Python.run(
            "exec", "-c", "until 31", "-c", "backward tuner add:0 larger please", "-c", "feedback outer:0", file: program("opaque"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("backward ▲1 from add:0: feedback on outer:0; inner:0 of tuner not reached"))
        #expect(run.output.contains("▲1 tuner  \"larger please\""))
    }

    /// A conflict is settled in the held program as in a workflow of ours: the entries leave the program's own lists, and come back.
    @Test func aConflictIsSettledInTheProgram() throws {
        let run = try Python.run(
            "exec", "--format", "json", "-c", "continue conflict", "-c", "resolve pair12 drop a", "-c", "conflict pair23", "-c",
            "resolve pair12 back", "-c", "resolve pair12 each", "-c", "history agent1_param1", "-c", "undo", "-c", "history agent1_param1",
            "-c", "resolve pair12 keep a", "-c", "step pair12", "-c", "eval len(agents[1].param1._feedback)",
            file: Program.example("multi_agent_as_posted.py"))
        #expect(run.status == 0, "\(run.errors)")
        let answers = try run.objects().map { try #require($0["result"] as? [String: Any]) }
        #expect(answers[1]["dropped"] as? Int == 1 && answers[1]["then"] as? String == "ready")
        #expect(answers[3]["entries"] as? Int == 1 && answers[3]["texts"] as? Int == 2)
        #expect((answers[4]["steps"] as? [[String: Any]])?.compactMap { $0["letter"] as? String } == ["a", "b"])
        func versions(_ place: Int) -> Int { (answers[place]["versions"] as? [[String: Any]])?.count ?? 0 }
        #expect(versions(5) == 3 && versions(7) == 2)
        // A step that was taken back counts no more.
        #expect((answers[9]["updates"] as? [Any])?.count == 1)
        #expect(answers[10]["text"] as? String == "0", "nothing is left of the other text")
    }

    @Test func aRefusedCommandSaysWhy() throws {
        let run = try Python.run(
            "exec", "--keep-going", "-c", "until 32", "-c", "fork", "-c", "eval nope", "-c", "break 31 if ((", "-c",
            "break 999", file: program("opaque"))
        #expect(run.status == 1)
        #expect(run.errors.contains("a Python program cannot be run again from an earlier event: 'restart' runs it from its beginning"))
        #expect(run.errors.contains("eval nope: NameError: name 'nope' is not defined"))
        #expect(run.errors.contains("break 31 if ((: the condition '((' is not an expression: SyntaxError"))
        #expect(run.errors.contains("there is no line 999"))
    }

    @Test func aRestartRunsItAgain() throws {
        let run = try Python.run("exec", "-c", "continue", "-c", "restart", "-c", "where", "-c", "continue", file: program("opaque"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines.filter { $0.hasPrefix("ended: end") }.count == 2)
        #expect(run.output.contains(":1: start  (event 0)"))
    }

    @Test func itsSessionIsSavedAndOpened() throws {
        let folder = try TestFolder()
        let first = try Python.run("exec", "-c", "continue", "-c", "save s.trace", file: program("repair"), in: folder)
        #expect(first.status == 0, "\(first.errors)")
        let again = try tracescope(
            "exec", "s.trace", "-c", "history __code:0", "-c", "back 3", "-c", "optimizers", "-c", "restart", in: folder)
        #expect(again.output.contains("repair step 1"))
        #expect(again.output.contains("repair  Rule"))
        #expect(again.errors.contains("a saved session cannot be started again from here"))
    }

    @Test func questionsAreAnsweredFromARecording() throws {
        let run = try Python.run("exec", "-c", "continue", "-c", "events --all", file: program("shared_parameters"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("optimizer asks for a proposal"))
        // If nothing is recorded, a step fails like a model that cannot be reached.
        let folder = try TestFolder()
        let recording = try folder.write("empty.txt", "tracescope recording 1\n")
        let replayed = try Python.run("check", "--replay", recording, file: program("shared_parameters"), in: folder)
        #expect(replayed.status != 0)
        #expect((replayed.output + replayed.errors).contains("there is no exchange in"), "\(replayed.output)\(replayed.errors)")
    }

    @Test func otherFilesAreNotRunAsPrograms() throws {
        let folder = try TestFolder()
        try folder.write("p.lua", "from opto import trace\nimport os\n")
        let run = try tracescope("check", "p.lua", in: folder)
        #expect(run.status == 3)
        #expect(run.errors.contains("this is a Python program: give it a name that ends in .py"))
        let piped = try shell("echo 'import os' | \"$TRACESCOPE\" check -", in: folder)
        #expect(piped.status == 3)
    }

    // MARK: On the screen

    @Test func aProgramOnTheScreen() throws {
        let screen = try TerminalScreen(
            columns: 120, rows: 36, environment: Python.variables, command: [Program.path, "run", program("opaque")])
        try screen.wait(for: "paused")
        try screen.wait(for: "A parameter inside a bundle")
        try screen.type(":until 32\n")
        try screen.wait(for: "line 32")
        try screen.wait(for: "tuner")
        try screen.type("F")
        try screen.wait(for: "cannot be run again")
        try screen.type("q")
    }

    @Test func aQuestionWaitsOnTheScreen() throws {
        let screen = try TerminalScreen(
            columns: 120, rows: 40, environment: Python.variables, command: [Program.path, "run", program("shared_parameters")])
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "● question")
        // The program's own model answers.
        try screen.press("Enter")
        try screen.wait(until: { !$0.contains("optimizer waits for a yes") || $0.contains("optimizer-2 waits") }, what: "the next question")
        try screen.type("q")
    }

    /// Nobody answers, and the program's own model least of all.
    @Test func aDiscardedQuestionFailsInTheProgram() throws {
        let screen = try TerminalScreen(
            columns: 120, rows: 40, environment: Python.variables, command: [Program.path, "run", program("prompt_metric")])
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "Model asks a model")
        try screen.type("D")
        try screen.wait(for: "✖ failed")
        try screen.type("8")
        try screen.wait(for: "the question was discarded")
        try screen.type("q")
    }

    @Test func wrongUsageIsSaid() throws {
        #expect(try tracescope("run").status == 2)
        #expect(try tracescope("run", "-m").status == 2)
        let run = try tracescope("run", "no-such-command-anywhere")
        #expect(run.status == 3)
        #expect(run.errors.contains("no-such-command-anywhere cannot be started"))
        let attach = try tracescope("attach")
        #expect(attach.status == 2)
        #expect(attach.errors.contains("no program waits"))
    }
}
