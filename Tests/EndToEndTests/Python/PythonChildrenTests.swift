import Foundation
import TestSupport
import Testing

/// The processes that a Python program starts, followed as sessions of their own.
@Suite(.enabled(if: Python.environment != nil, "there is no virtual environment: make setup makes one")) struct PythonChildrenTests {
    private static let parent = """
        import subprocess, sys
        from opto.trace import node
        a = node(1, name="a", trainable=True)
        subprocess.run([sys.executable, "worker.py"], check=True)
        b = a + 1
        print("parent", b.data)

        """
    private static let worker = """
        from opto.trace import node
        x = node(2, name="x", trainable=True)
        y = x * 3
        y.backward("larger")
        print("worker", y.data)

        """
    private static let pool = """
        import multiprocessing
        from opto.trace import node
        def work(n):
            return (node(n, name="n") + 1).data
        if __name__ == "__main__":
            seed = node(0, name="seed")
            with multiprocessing.get_context("METHOD").Pool(1) as pool:
                print(pool.map(work, [1, 2]))
                pool.close()
                pool.join()

        """

    private func folder() throws -> TestFolder {
        let folder = try TestFolder()
        try folder.write("parent.py", Self.parent)
        try folder.write("worker.py", Self.worker)
        return folder
    }

    @Test func theyAreLeftAloneUnlessWanted() throws {
        let run = try Python.tracescope("exec", "-c", "continue", "-c", "nodes", "parent.py", in: try folder())
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines.first?.hasPrefix("ended: end") == true, "\(run.output)")
        #expect(run.errors.contains("worker 6") && run.errors.contains("parent 2"))
    }

    @Test func eachGetsTheCommands() throws {
        let run = try Python.tracescope(
            "exec", "--children", "-c", "break backward", "-c", "continue", "-c", "nodes", "-c", "continue", "parent.py", in: try folder())
        // Without a backward of its own the parent is over when it is to continue.
        #expect(run.status == 1, "\(run.errors)")
        let parts = run.output.components(separatedBy: "== ").dropFirst().map { $0.components(separatedBy: "\n") }
        let child = try #require(parts.first { $0[0].hasPrefix("worker.py (process ") && $0.contains { $0.hasPrefix("x:0 ") } })
        #expect(child.contains { $0.contains("worker.py:4: breakpoint 1 (backward)") }, "\(run.output)")
        let own = try #require(parts.first { $0[0] == "parent.py" && $0.contains { $0.hasPrefix("a:0 ") } })
        #expect(own.contains { $0.hasPrefix("x:0 ") } == false)
    }

    @Test(arguments: ["fork", "spawn"]) func aPoolIsFollowed(_ method: String) throws {
        let folder = try TestFolder()
        try folder.write("pool.py", Self.pool.replacingOccurrences(of: "METHOD", with: method))
        let run = try Python.tracescope("exec", "--children", "--format", "json", "-c", "continue", "-c", "nodes", "pool.py", in: folder)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.errors.contains("[2, 3]"))
        func names(_ isChild: Bool) throws -> [String] {
            let lines = try run.objects().filter { ($0["process"] is Int) == isChild && $0["command"] as? String == "nodes" }
            let nodes = (lines.first?["result"] as? [String: Any])?["nodes"] as? [[String: Any]] ?? []
            return nodes.compactMap { $0["name"] as? String }
        }
        let child = try names(true)
        #expect(child.contains("n:1"), "\(run.output)")
        // A fork has what its parent had made.
        #expect(child.contains("seed:0") == (method == "fork"))
        #expect(try names(false) == ["seed:0"])
    }

    @Test func theirProblemsAreListedAfterThoseOfTheProgram() throws {
        let folder = try folder()
        let run = try Python.tracescope("check", "--children", "--format", "json", "-q", "parent.py", in: folder)
        #expect(run.status == 1, "\(run.errors)")
        let all = try #require(try run.objects().first)
        let processes = try #require(all["processes"] as? [[String: Any]])
        #expect(processes.map { $0["program"] as? String } == ["worker.py"])
        let found = processes.first?["problems"] as? [[String: Any]] ?? []
        #expect(found.compactMap { $0["code"] as? String } == ["parameter-unattended"])
        #expect(found.compactMap { $0["line"] as? Int } == [2])
        // One that fails fails the check.
        try folder.write("parent.py", Self.parent.replacingOccurrences(of: ", check=True", with: ""))
        try folder.write("worker.py", "import opto.trace\nraise ValueError('no')\n")
        let failing = try Python.tracescope("check", "--children", "-q", "parent.py", in: folder)
        #expect(failing.status == 3, "\(failing.output)")
        #expect(failing.output.contains("== worker.py (process "))
        #expect(failing.errors.contains("worker.py:2: ValueError: no"), "\(failing.errors)")
    }

    /// The usual end of a pool: its workers get a signal, if they have not left by themselves.
    @Test(arguments: ["fork", "spawn"]) func aPoolThatTheProgramEndsHasNotFailed(_ method: String) throws {
        let folder = try TestFolder()
        let ended = Self.pool.replacingOccurrences(of: "METHOD", with: method)
            .replacingOccurrences(of: "pool.close()", with: "pool.terminate()")
        try folder.write("pool.py", ended)
        let run = try Python.tracescope("check", "--children", "pool.py", in: folder)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("== pool.py \(method == "fork" ? "Fork" : "Spawn")PoolWorker-1 (process "), "\(run.output)")
    }

    /// More than wait for a connection at a time.
    @Test func manyForksAreFollowed() throws {
        let folder = try TestFolder()
        try folder.write(
            "forks.py",
            """
            import os
            from opto.trace import node
            x = node(1, name="x")
            for n in range(40):
                if os.fork() == 0:
                    y = x + n
                    os._exit(0)
            for n in range(40):
                os.wait()

            """)
        let run = try Python.tracescope("check", "--children", "--format", "json", "-q", "forks.py", in: folder)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect((try run.objects().first?["processes"] as? [Any])?.count == 40)
    }

    @Test func aForkThatASignalEndsHasFailed() throws {
        let folder = try TestFolder()
        try folder.write(
            "forks.py",
            """
            import os
            from opto.trace import node
            x = node(1, name="x")
            if os.fork() == 0:
                os.abort()
            os.wait()

            """)
        let run = try Python.tracescope("check", "--children", "forks.py", in: folder)
        #expect(run.status == 3, "\(run.output)")
        let words = "forks.py is gone: it was ended by a signal, or called os._exit"
        #expect(run.errors.contains(words), "\(run.errors)")
        #expect(run.output.contains("error: the workflow failed: \(words) [workflow-failed]"), "\(run.output)")
    }

    @Test func onlyAPythonProgramHasSome() throws {
        let run = try Python.tracescope("check", "--children", Program.example("multi_agent.lua"))
        #expect(run.status == 3)
        #expect(run.errors.contains("--children is for Python programs"), "\(run.errors)")
    }

    /// The program waits for its child, which is shown and let go on.
    @Test func theScreenShowsOneAfterTheOther() throws {
        let folder = try folder()
        let screen = try Python.screen("cd \(folder.path) && exec \(Program.path) run --children parent.py")
        try screen.wait(for: "paused")
        try screen.type("c")
        try screen.wait(for: "has connected and is paused: & shows its session")
        try screen.type("&")
        try screen.wait(for: "Programs")
        try screen.press("Down", "Enter")
        try screen.wait(for: "worker.py 2/2")
        try screen.type("R")
        try screen.wait(for: "'restart' in the session of the program")
        try screen.type("c")
        try screen.wait(for: "ended")
        try screen.type("&")
        try screen.press("Up", "Enter")
        try screen.wait(until: { $0.contains("parent.py 1/2") && $0.contains("ended") }, what: "the parent at its end")
        try screen.type("q")
    }

    @Test func aDialogueGoesFromOneToTheOther() throws {
        let folder = try folder()
        let screen = try Python.screen("cd \(folder.path) && exec \(Program.path) run --children --plain parent.py")
        try screen.wait(for: "tracescope>")
        try screen.type("program 2\n")
        try screen.wait(for: "'2' is not the number of a program")
        try screen.type("program\n")
        try screen.wait(for: "* 1  parent.py  paused at parent.py:1: start")
        try screen.type("quit\n")
    }
}
