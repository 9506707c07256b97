import Foundation
import TestSupport
import Testing

/// The messages for each failure of a Python program.
@Suite(.enabled(if: Python.environment != nil, "there is no virtual environment: make setup makes one")) struct PythonFailureTests {
    @Test(arguments: [
        ("import os\nimport opto.trace\nos.kill(os.getpid(), 9)\n", "it was ended by signal 9"),
        ("import os\nimport opto.trace\nos._exit(3)\n", "it ended with status 3"),
        ("x = 1\ny = (\n", "program.py:2: SyntaxError: '(' was never closed"),
        ("import opto.trace\nraise ValueError('no')\n", "program.py:2: ValueError: no"),
        ("import opto.trace, sys\nsys.exit(4)\n", "program.py failed: it ended with status 4"),
        ("import optoo\n", "No module named 'optoo': install optoo for Python 3."),
    ]) func aProgramThatFailsSaysHow(_ text: String, _ words: String) throws {
        let folder = try TestFolder()
        let file = try folder.write("program.py", text)
        let run = try Python.run("check", file: file, in: folder)
        #expect(run.status == 3, "\(run.output)")
        #expect(run.errors.contains(words), "\(run.errors)")
        // It is in the list too, for those who read nothing else.
        #expect(run.output.contains("error: the workflow failed: ") && run.output.contains("[workflow-failed]"), "\(run.output)")
        #expect(!run.output.contains("no-graph"))
    }

    /// The program is right, so the advice is not to correct it.
    @Test func adviceOnAMissingModuleTakesThePlaceOfTheUsualOne() throws {
        let folder = try TestFolder()
        let run = try Python.run(
            "check", "--format", "json", file: try folder.write("agent.py", "import opto.trace\nimport optoo\n"), in: folder)
        let problem = try #require((try run.objects().first?["problems"] as? [[String: Any]])?.first)
        #expect(problem["message"] as? String == "the workflow failed: ModuleNotFoundError: No module named 'optoo'")
        let fix = try #require(problem["fix"] as? String)
        #expect(fix.hasPrefix("install optoo for Python 3.") && fix.hasSuffix("as in 'tracescope run PATH/bin/python agent.py'"), "\(fix)")
    }

    @Test func aProgramWithoutALibraryIsAProblem() throws {
        let folder = try TestFolder()
        let run = try Python.run("check", file: try folder.write("plain.py", "print('hello')\n"), in: folder)
        #expect(run.status == 1)
        #expect(run.output.contains("no graph was made: plain.py imported neither opto nor textgrad [no-graph]"), "\(run.output)")
        #expect(run.errors == "hello\n")
    }

    @Test func anEndlessProgramIsInterrupted() throws {
        let folder = try TestFolder()
        let file = try folder.write("loop.py", "import opto.trace\nn = 0\nwhile True:\n    n += 1\n")
        let run = try Python.run("exec", "--time-limit", "3", "-c", "continue", file: file, in: folder)
        #expect(run.status == 3)
        #expect(run.errors.contains("was not done after 3.0 s, and was interrupted at loop.py:"), "\(run.errors)")
    }

    /// A program that dies while it is held is noticed at once, and not at the next command.
    @Test func aProgramThatDiesWhileItIsHeldIsNoticed() throws {
        let folder = try TestFolder()
        let file = try folder.write("held.py", "import os\nopen('pid', 'w').write(str(os.getpid()))\nimport opto.trace\nx = 1\ny = 2\n")
        let screen = try Python.screen("cd \(folder.path) && exec \(Program.path) run \(file)")
        try screen.wait(for: "paused")
        try screen.type(":until 4\n")
        try screen.wait(for: "line 4")
        let pid = try #require(pid_t(folder.text("pid")))
        kill(pid, SIGKILL)
        try screen.wait(for: "ended by signal 9")
        try screen.type("q")
    }

    /// Tracescope is killed: the program goes on, though nobody reads what it prints any more.
    @Test func aProgramOutlivesTracescope() throws {
        let folder = try TestFolder()
        let file = try folder.write(
            "lives.py",
            """
            import os, sys, time
            import opto.trace
            open("pid", "w").write(str(os.getppid()))
            while os.getppid() == int(open("pid").read()):
                time.sleep(0.05)
                print("round", flush=True)
            print("alone", file=sys.stderr)
            os.system("echo from a shell")
            open("done", "w").write("yes")

            """)
        let screen = try Python.screen("cd \(folder.path) && \(Program.path) run \(file); sleep 100")
        try screen.wait(for: "paused")
        try screen.type("c8")
        try screen.wait(until: { _ in !folder.text("pid").isEmpty }, what: "the program's own line")
        kill(try #require(pid_t(folder.text("pid"))), SIGKILL)
        try screen.wait(until: { _ in folder.text("done") == "yes" }, what: "the end of the program")
    }

    /// A program that sleeps is not held before it comes to a line: the screen tells where it is, and a second interruption gives it up.
    @Test func aProgramThatSleepsIsGivenUp() throws {
        let folder = try TestFolder()
        let file = try folder.write(
            "sleeps.py", "import time\nfrom opto.trace import node\nx = node(1, name='x')\ntime.sleep(1000)\n")
        let screen = try Python.screen("exec \(Program.path) run \(file)")
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "node        x:0 = 1")
        try screen.press("C-c")
        try screen.wait(until: { $0.contains("waits for the program to come to a line") && $0.contains("· line 4") }, what: "where it is")
        try screen.press("C-c")
        try screen.wait(for: "Give it up?")
        try screen.type("y")
        try screen.wait(for: "ended by signal 9")
        // The record so far stays.
        try screen.wait(for: "x:0")
        try screen.type("q")
    }

    /// The keyboard is the inspector's; a file is the program's.
    @Test func inputComesFromAFile() throws {
        let folder = try TestFolder()
        let file = try folder.write("asks.py", "import opto.trace\nprint('hello', input('name? '))\n")
        let names = try folder.write("names.txt", "Ada\n")
        let screen = try Python.screen("exec \(Program.path) run \(file) < \(names)")
        try screen.wait(for: "paused")
        try screen.type("c8")
        try screen.wait(for: "name? hello Ada")
        // A restart reads it again from its beginning.
        try screen.type("R")
        try screen.wait(for: "paused")
        try screen.type("c8")
        try screen.wait(for: "name? hello Ada")
        try screen.type("q")
        let none = try Python.screen("exec \(Program.path) run \(file)")
        try none.wait(for: "paused")
        try none.type("c")
        try none.wait(for: "Give the program its input as a")
        try none.type("q")
    }

    @Test func aVersionWithoutAHookIsAWarning() throws {
        let folder = try TestFolder()
        // A library of another version: a class that is watched lacks methods.
        _ = try folder.write(
            "other.py",
            """
            import sys, types
            package, trace = types.ModuleType("opto"), types.ModuleType("opto.trace")
            package.__path__ = trace.__path__ = ["stub"]
            sys.modules["opto"], sys.modules["opto.trace"] = package, trace
            import opto.trace.nodes
            print("it runs on")

            """)
        try FileManager.default.createDirectory(atPath: folder.path + "/stub", withIntermediateDirectories: true)
        _ = try folder.write(
            "stub/nodes.py",
            """
            class Graph:
                def register(self, node): pass
                def clear(self): pass
            class Node:
                def __init__(self): pass
                def backward(self): pass
            class ParameterNode(Node):
                def __init__(self): pass
            class MessageNode(Node):
                def __init__(self): pass
            class ExceptionNode(MessageNode):
                def __init__(self): pass
            GRAPH = Graph()

            """)
        let run = try Python.tracescope("exec", "-c", "continue", "-c", "events --all", "other.py", in: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("it runs on"))
        #expect(run.output.contains("not in this version of opto: Node._add_feedback, Node.zero_feedback, Node._set"), "\(run.output)")
    }

    @Test func anIsolatedInterpreterSaysWhatToDo() throws {
        let folder = try TestFolder()
        _ = try folder.write("agent.py", "print('alone')\n")
        let python = try #require(Python.environment) + "/bin/python"
        let run = try Python.tracescope("check", "--", python, "-I", "agent.py", in: folder)
        #expect(run.status == 3)
        #expect(run.errors.contains("no agent connected while"), "\(run.errors)")
        #expect(run.errors.contains("'python -m tracescope' inside of it"))
        #expect(run.errors.contains("alone"))
    }

    @Test func anEvaluationWithoutEndIsInterrupted() throws {
        let folder = try TestFolder()
        let file = try folder.write("one.py", "import opto.trace\nx = 1\n")
        let run = try Python.tracescope(
            "exec", "--time-limit", "3", "--keep-going", "-c", "eval sum(0 for _ in iter(int, 1))", file, in: folder)
        #expect(run.status != 0)
        #expect(run.errors.contains("Interrupted"), "\(run.output)\(run.errors)")
    }

    @Test func aFullRecordSaysSo() throws {
        let folder = try TestFolder()
        let file = try folder.write("many.py", "from opto.trace import node\nfor n in range(50):\n    node(n)\nprint('to its end')\n")
        let run = try Python.tracescope("check", "--node-limit", "20", file, in: folder)
        #expect(run.output.contains("what the program does from here on is not shown"), "\(run.output)")
        #expect(run.errors.contains("to its end"))
    }
}
