import Foundation
import TestSupport
import Testing

/// The ways in which a Python program is started, and what can be seen of it.
@Suite(.enabled(if: Python.environment != nil, "there is no virtual environment: make setup makes one")) struct PythonWaysTests {
    private func copy(_ names: String..., to folder: TestFolder) throws {
        for name in names { try FileManager.default.copyItem(atPath: "\(Python.programs)/\(name)", toPath: "\(folder.path)/\(name)") }
    }

    @Test func aModuleIsChecked() throws {
        let folder = try TestFolder()
        try copy("package", to: folder)
        let run = try Python.tracescope("check", "-m", "package", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("package 3"))
        let commands = try Python.tracescope("exec", "-c", "continue", "-c", "nodes", "-m", "package", in: folder)
        #expect(commands.output.contains("add:0  message    3"), "\(commands.output)\(commands.errors)")
    }

    @Test func whatFollowsAModuleIsItsOwn() throws {
        let folder = try TestFolder()
        try copy("test_program.py", to: folder)
        let run = try Python.tracescope(
            "check", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "grows", "test_program.py", in: folder)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.errors.contains("1 passed, 1 deselected"))
        let held = try Python.tracescope(
            "exec", "-c", "break backward", "-c", "continue", "-c", "where", "-c", "continue", "-m", "pytest", "-q", "-p",
            "no:cacheprovider",
            "test_program.py", in: folder)
        #expect(held.output.contains("paused at test_program.py:14: breakpoint 1 (backward)"), "\(held.output)\(held.errors)")
    }

    @Test func runHasHelpAndNoOtherOptionsBeforeTheProgram() throws {
        let folder = try TestFolder()
        for option in ["--help", "-h"] {
            let help = try Python.tracescope("run", option, in: folder)
            #expect(help.status == 0 && help.output.contains("USAGE: tracescope run"), "\(help.output)\(help.errors)")
        }
        let wrong = try Python.tracescope("run", "--frobnicate", "agent.py", in: folder)
        #expect(wrong.status == 2 && wrong.errors.contains("run has no option --frobnicate"), "\(wrong.errors)")
    }

    @Test func anyCommandIsChecked() throws {
        let folder = try TestFolder()
        try copy("test_program.py", to: folder)
        let pytest = try #require(Python.environment) + "/bin/pytest"
        let run = try Python.tracescope("check", "--", pytest, "-q", "-p", "no:cacheprovider", "test_program.py", in: folder)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.errors.contains("2 passed"))
    }

    @Test func argumentsAreTheProgramsOwn() throws {
        let folder = try TestFolder()
        _ = try folder.write("args.py", "import sys\nimport opto.trace\nprint(sys.argv[1:])\n")
        let run = try Python.tracescope("check", "args.py", "--", "--rounds", "3", in: folder)
        #expect(run.errors.contains("['--rounds', '3']"), "\(run.errors)")
        let wrong = try Python.tracescope("check", "args.py", "--rounds", "3", in: folder)
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("Arguments of the program go after '--': args.py -- …"), "\(wrong.errors)")
        let two = try Python.tracescope("check", "args.py", "-m", "package", in: folder)
        #expect(two.status == 2)
        #expect(two.errors.contains("args.py and -m package are two programs: name one"))
        let none = try Python.tracescope("check", in: folder)
        #expect(none.status == 2)
        #expect(none.errors.contains("name a workflow, a module with -m, or the command"))
    }

    /// A launcher that becomes the program, or starts it, is not what is followed.
    @Test(arguments: [
        "os.execv(sys.executable, [sys.executable, 'late.py'])", "sys.exit(subprocess.call([sys.executable, 'late.py']))",
    ]) func aLauncherIsNotTheProgram(_ starts: String) throws {
        let folder = try TestFolder()
        _ = try folder.write("launcher.py", "import os, subprocess, sys\n\(starts)\n")
        _ = try folder.write("late.py", "from opto.trace import node\nx = node(1, name='x')\ny = x + 1\nprint('the program', y.data)\n")
        let run = try Python.tracescope(
            "exec", "-c", "break late.py:4", "-c", "continue", "-c", "nodes", "-c", "continue", "launcher.py", in: folder)
        #expect(run.output.contains(": start  (event 1)") && run.output.contains("paused at late.py:4: breakpoint 1"), "\(run.output)")
        let again = try Python.tracescope("exec", "-c", "continue", "-c", "continue", "-c", "nodes", "launcher.py", in: folder)
        #expect(again.output.contains("add:0  message    2"), "\(again.output)\(again.errors)\(run.output)\(run.errors)")
        #expect(again.errors.contains("the program 2"))
    }

    // MARK: What it prints

    @Test func whatItPrintsIsListed() throws {
        let folder = try TestFolder()
        _ = try folder.write(
            "talks.py",
            "import sys\nfrom opto.trace import node\nprint('begins')\nx = node(1)\nprint('an error', file=sys.stderr)\nprint('ends')\n")
        let run = try Python.tracescope(
            "exec", "-c", "until 5", "-c", "output", "-c", "continue", "-c", "output", "-c", "output error", "-c", "goto 2", "-c", "output",
            "-c", "save talks.tracescope", "talks.py", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("2  stdout  begins\n"))
        #expect(run.output.contains("2  stdout  begins\n5  stderr  an error\n6  stdout  ends\n5  stderr  an error\n"), "\(run.output)")
        let saved = try tracescope("exec", "--format", "json", "talks.tracescope", "-c", "output", in: folder)
        let result = try #require(try saved.objects().first?["result"] as? [String: Any])
        let lines = try #require(result["output"] as? [[String: Any]])
        #expect(lines.map { $0["stream"] as? String } == ["stdout", "stderr", "stdout"])
        #expect(lines.map { $0["line"] as? Int } == [3, 5, 6])
    }

    @Test func aTupleStandsInParentheses() throws {
        let folder = try TestFolder()
        _ = try folder.write(
            "pair.py",
            "from opto.trace import node\npair = node((1, 2), name='pair')\none = node((1,), name='one')\n"
                + "flags = node([True, None, 'a'], name='flags')\n")
        let screen = try TerminalScreen(
            columns: 120, rows: 30, environment: Python.variables, command: [Program.path, "run", folder.path + "/pair.py"])
        try screen.wait(for: "paused")
        try screen.type("c")
        // In its box too.
        try screen.wait(
            until: { $0.contains("│ (1, 2) │") && $0.contains("│ (1,)  │") && $0.contains("┃ [True, None… ┃") }, what: "values as in Python"
        )
        try screen.type("q")
        let run = try Python.tracescope(
            "exec", "-c", "continue", "-c", "nodes", "-c", "print pair:0", "-c", "save pair.tracescope", "pair.py", in: folder)
        #expect(run.output.contains("pair:0   node       (1, 2)\none:0    node       (1,)\n"), "\(run.output)")
        #expect(run.output.contains("pair:0  node  tuple  level 0"))
        #expect(run.output.contains("flags:0  node       [True, None, 'a']\n"), "\(run.output)")
        let saved = try tracescope("exec", "pair.tracescope", "-c", "print pair:0", in: folder)
        #expect(saved.output.contains("pair:0  node  tuple  level 0"), "\(saved.output)\(saved.errors)")
    }

    @Test func messagesAreInPython() throws {
        let folder = try TestFolder()
        _ = try folder.write(
            "freed.py",
            """
            from opto.trace import node
            from opto.optimizers.optimizer import Optimizer
            class Tuner(Optimizer):
                def _step(self):
                    return {}
            x = node(1, name="x", trainable=True)
            tuner = Tuner([x])
            y = x + 1
            tuner.backward(y, "more")
            tuner.backward(y, "more")

            """)
        let run = try Python.tracescope("check", "freed.py", in: folder)
        #expect(run.output.contains("retain_graph=True on that call would have kept"), "\(run.output)\(run.errors)")
        #expect(run.output.contains("retain_graph = true") == false)
    }

    // MARK: Attaching

    /// A program that runs until it is killed, and waits for a debugger; and the environment in which that finds it.
    private func waitingProgram(in folder: TestFolder) throws -> (program: PlainProcess, variables: [String: String]) {
        _ = try folder.write(
            "runs.py",
            """
            import time
            from opto.trace import node
            import tracescope
            tracescope.attach()
            x = node(1, name="x", trainable=True)
            rounds = 0
            while True:
                y = x + rounds
                rounds += 1
                time.sleep(0.01)

            """)
        let package = Program.root.appendingPathComponent("Python/tracescope/src").path
        let python = try #require(Python.environment) + "/bin/python"
        var variables = Python.variables.merging(["XDG_RUNTIME_DIR": folder.path]) { $1 }
        variables["PYTHONPATH"] = [package, variables["PYTHONPATH"] ?? ""].joined(separator: ":")
        let program = try PlainProcess([python, "runs.py"], in: folder, environment: variables)
        #expect(wait(60) { FileManager.default.fileExists(atPath: folder.path + "/tracescope") && !waiting(in: folder).isEmpty })
        return (program, variables)
    }

    @Test func aProgramThatRunsIsAttachedTo() throws {
        let folder = try TestFolder(), (program, variables) = try waitingProgram(in: folder)
        defer { program.signal(SIGKILL) }
        let screen = try TerminalScreen(columns: 120, rows: 30, environment: variables, command: [Program.path, "attach"])
        try screen.wait(for: "paused")
        try screen.wait(for: "runs.py")
        try screen.type(":eval rounds >= 0\n")
        try screen.wait(for: "True")
        try screen.type("n")
        try screen.wait(for: "paused · line")
        try screen.type("q")
        // It goes on without a debugger.
        _ = try screen.waitForEnd()
        #expect(kill(program.id, 0) == 0)
    }

    @Test func aProgramThatRunsIsAttachedToInPlainMode() throws {
        let folder = try TestFolder(), (program, variables) = try waitingProgram(in: folder)
        defer { program.signal(SIGKILL) }
        let words = "printf 'eval rounds >= 0\\nnext\\nquit\\n' | '\(Program.path)' attach --plain"
        let dialogue = try PlainProcess(["/bin/sh", "-c", words], in: folder, environment: variables).wait()
        #expect(dialogue.status == 0 && dialogue.output.contains("True") && dialogue.output.contains("paused at"), "\(dialogue)")
        #expect(kill(program.id, 0) == 0)
    }

    private func waiting(in folder: TestFolder) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/tracescope")) ?? []).filter { $0.hasSuffix(".token") }
    }

    // MARK: TextGrad

    @Test func promptsAreOptimizedByTextGrad() throws {
        let run = try Python.tracescope(
            "exec", "-c", "break backward", "-c", "continue", "-c", "feedback prompt:0", "-c", "why prompt:0", "-c", "break step", "-c",
            "delete 1", "-c", "continue", "-c", "history prompt:0", "-c", "optimizers", "-c", "delete all", "-c", "continue", "-c",
            "problems",
            "\(Python.programs)/textgrad_prompt.py")
        #expect(run.status == 0, "\(run.errors)")
        // Both questions have their gradient, and that is no conflict.
        #expect(run.output.contains("LLMCall:0") && run.output.contains("LLMCall:2"), "\(run.output)")
        #expect(run.output.contains("Be short and exact."))
        #expect(run.output.contains("optimizer step 1"))
        #expect(run.output.contains("TextualGradientDescent"))
        #expect(run.output.contains("conflict") == false)
        #expect(run.errors.contains("step 1 Be short and exact."))
    }

    @Test func solutionsAreOptimizedByTextGrad() throws {
        let run = try Python.tracescope(
            "exec", "-c", "continue step", "-c", "history solution:0", "-c", "set solution:0 \"by hand\"", "-c", "eval solution.value",
            "-c",
            "undo", "-c", "eval solution.value", "-c", "continue", "\(Python.programs)/textgrad_solution.py")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("v2  'x = 4'  optimizer step 1"), "\(run.output)")
        #expect(run.output.contains("\n'by hand'\n"))
        #expect(run.output.contains("\n'x = 4'\n"))
    }

    @Test func questionsOfTextGradAreAnsweredByHand() throws {
        let screen = try TerminalScreen(
            columns: 120, rows: 40, environment: Python.variables,
            command: [Program.path, "run", "\(Python.programs)/textgrad_solution.py"])
        try screen.wait(for: "paused")
        try screen.wait(for: "the program's model")
        try screen.type("c")
        try screen.wait(for: "Fake duck asks a model")
        // The engine of the program answers, and then the next question comes.
        try screen.press("Enter")
        try screen.wait(for: "optimizer asks a model")
        try screen.give("Esc")
        try screen.type(":answer <IMPROVED_VARIABLE>x = 9</IMPROVED_VARIABLE>\n")
        try screen.wait(for: "Fake duck asks a model")
        try screen.give("Esc")
        try screen.type(":history solution:0\n")
        try screen.wait(for: "v2  'x = 9'")
        try screen.give("Esc")
        try screen.type("q")
    }
}
