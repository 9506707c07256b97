"""The connection: wrong tokens, lines that are none, either side that goes away, children, and programs that are attached to."""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

from client import INJECT, PROGRAMS, SOURCE, Failure, Program, environment, run

LOOP = "import time\nfrom opto.trace import node\nx = node(1, name='x')\nfor count in range(2000):\n    time.sleep(0.001)\nprint('over', count)\n"


class Connections(unittest.TestCase):
    def code(self, text, **options):
        """A program in a file of its own."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "program.py")
        with open(path, "w") as file:
            file.write(text)
        return run(path, **options)

    def test_wrong_token_or_version(self):
        for options in ({"token": "other"}, {"version": 99}):
            p = run("repair.py", **options)
            self.assertEqual(p.finish(), 0)
            self.assertIn("attempt 1 2.5", p.printed())
            self.assertIn("not connected, and the program goes on", "".join(p.errors))
            self.assertEqual([e["e"] for e in p.events], ["hello"])

    def test_lines_that_are_none(self):
        p = run("repair.py")
        p.socket.sendall(b"{half\n[1]\n\n{}\n" + b'{"do": "locals", "i": 5000}\n{"do": "brea')
        with self.assertRaisesRegex(Failure, "has not started"):
            p.reply(5000)
        p.socket.sendall(b'k", "at": [], "i": 5001}\n')
        p.reply(5001)
        self.assertEqual(len(p.of("warning")), 3)
        for message in ({"at": 3}, {"at": [[1]]}, {}):
            with self.assertRaises(Failure):
                p.ask("break", **message)
        p.start()
        p.go()
        self.assertEqual(p.finish(), 0)

    def test_pause_and_a_debugger_that_dies(self):
        for lines in ("settrace", None):
            p = self.code(LOOP, lines=lines)
            p.start()
            p.send("go", how="continue")
            with p.condition:
                p.condition.wait_for(lambda: p.of("node"), 60)
            seen = len(p.events)
            p.ask("pause")
            self.assertEqual(p.wait(seen)["why"], "pause")
            p.ask("eval", code="found = 17")
            self.assertEqual(p.ask("eval", code="found")["v"], 17)
            p.socket.shutdown(socket.SHUT_RDWR)
            self.assertEqual(p.finish(), 0)
            self.assertIn("over 1999", p.printed())

    def test_a_debugger_that_read_the_output_dies(self):
        """Its pipes close long after the connection, and one after the other."""
        with tempfile.TemporaryDirectory() as folder:
            stop = os.path.join(folder, "stop")
            p = self.code(textwrap.dedent("""
                import os, subprocess, sys, time
                from opto.trace import node
                x = node(1)
                while not os.path.exists(%r):
                    print("round", flush=True)
                    print("round", file=sys.stderr, flush=True)
                    time.sleep(0.01)
                subprocess.run(["sh", "-c", "echo from a shell"])
                os.unlink(%r)
                """ % (stop, stop)), output="events")
            p.start()
            p.send("go", how="continue")
            with p.condition:
                p.condition.wait_for(lambda: p.of("node"), 60)
            p.socket.shutdown(socket.SHUT_RDWR)
            time.sleep(0.5)
            with open(os.devnull) as nothing:
                for stream in (p.process.stderr, p.process.stdout):
                    os.dup2(nothing.fileno(), stream.fileno())
                    time.sleep(0.2)
            open(stop, "w").close()
            self.assertEqual(p.finish(), 0)
            self.assertFalse(os.path.exists(stop))

    def test_many_commands_at_once_for_a_program_that_runs(self):
        """Each asks the main thread for lines, which it does only later."""
        for lines in ("settrace", None):
            p = self.code(LOOP, lines=lines)
            p.start()
            p.send("go", how="continue")
            with p.condition:
                p.condition.wait_for(lambda: p.of("node"), 60)
            seen = len(p.events)
            message = json.dumps({"do": "break", "at": []}) + "\n"
            p.socket.sendall((20 * message + json.dumps({"do": "pause"}) + "\n").encode())
            self.assertEqual(p.wait(seen)["why"], "pause")
            p.send("go", how="continue")
            self.assertEqual(p.finish(), 0)
            self.assertIn("over 1999", p.printed())

    def test_detach_and_quit(self):
        p = run("repair.py")
        p.start()
        p.send("detach")
        self.assertEqual((p.finish(), "attempt 1 2.5" in p.printed()), (0, True))
        p = run("repair.py")
        p.start()
        p.send("quit")
        self.assertNotEqual(p.finish(), 0)
        self.assertNotIn("attempt", p.printed())

    def test_a_program_that_is_killed(self):
        p = run("repair.py")
        p.start()
        os.kill(p.process.pid, signal.SIGKILL)
        self.assertEqual((p.finish(), p.of("end")), (-9, []))

    def test_failure(self):
        p = self.code("from opto.trace import node\nnode(1)\nraise KeyError('lost')\n", hold=False)
        self.assertEqual(p.finish(), 1)
        failed = p.of("failed")[0]
        self.assertEqual((failed["type"], failed["at"][1]), ("KeyError", 3))
        # A file that Python cannot read has no line that ran.
        p = self.code("x = 1\ny = (\n", hold=False)
        self.assertEqual(p.finish(), 1)
        failed = p.of("failed")[0]
        self.assertEqual((failed["type"], failed["at"][1]), ("SyntaxError", 2))

    def test_breakpoint_and_another_sitecustomize(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "sitecustomize.py"), "w") as file:
                file.write("import builtins\nbuiltins.other = 'here'\n")
            p = self.code("print(other)\nbreakpoint()\nprint('after')\n", path=[folder])
            p.start()
            held = p.go()
            self.assertEqual((held["why"], held["at"][1]), ("breakpoint", 2))
            p.go()
            self.assertEqual((p.finish(), p.printed()), (0, "here\nafter\n"))

    def test_isolated_interpreter(self):
        paths = [SOURCE, os.path.join(os.path.dirname(PROGRAMS), "stubs")]
        code = "import sys; sys.path[:0] = %r; sys.argv = ['x', 'repair.py']; import runpy; runpy.run_module('tracescope', run_name='__main__')"
        p = Program([sys.executable, "-I", "-c", code % (paths,)])
        self.assertEqual(p.place(p.start())[0], "repair.py")
        p.go()
        self.assertEqual(p.finish(), 0)

    def test_program_without_opto(self):
        p = self.code("print('nothing')\n", hold=False)
        self.assertEqual((p.finish(), p.of("library"), p.of("end")[0]["nodes"]), (0, [], 0))

    def test_values_that_are_hard_to_tell(self):
        text = ("from opto.trace import node\n"
                "class Bad:\n    def __repr__(self): raise RuntimeError('no')\n    __eq__ = __hash__ = None\n"
                "for v in ('\\ud800', 'é', float('nan'), 10 ** 30, Bad(), {1: 2}, ('a', Bad()), 'x' * 200_000, [[[]]], {'$x': 1}, b'z'):\n    node(v)\n"
                "loop = []\nloop.append(loop)\nnode(loop)\n")
        p = self.code(text, hold=False)
        self.assertEqual((p.finish(), len(p.of("node"))), (0, 12), "".join(p.errors)[-800:])
        told = [e["v"] for e in p.of("node")]
        self.assertEqual(told[1:3], ["é", {"$float": "nan"}])
        self.assertEqual(told[7]["$cut"][1], 200_000)
        self.assertEqual(told[5], {"$dict": [[1, 2]]})


class Attaching(unittest.TestCase):
    def test_a_program_that_listens(self):
        with tempfile.TemporaryDirectory() as folder:
            env = environment([SOURCE], XDG_RUNTIME_DIR=folder)
            process = subprocess.Popen([sys.executable, "late.py", "hold"], cwd=PROGRAMS, env=env, stdout=subprocess.PIPE, text=True)
            path = os.path.join(folder, "tracescope", str(process.pid))
            # The first line of ours comes when the socket is there and bound.
            connection = None
            while connection is None and process.poll() is None:
                try:
                    connection = socket.socket(socket.AF_UNIX)
                    connection.connect(path)
                except OSError:
                    connection.close()
                    connection = None
            self.assertEqual(os.stat(os.path.join(folder, "tracescope")).st_mode & 0o777, 0o700)
            with open(path + ".token") as file:
                token = file.read()
            # A stranger is told nothing, the token least of all.
            connection.sendall(b'{"do": "hello", "v": 1, "token": "guessed"}\n')
            self.assertEqual(connection.recv(1000), b"")
            connection.close()
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(path)
            for message in ({"do": "hello", "v": 1, "token": token}, {"do": "start", "how": "run"}):
                connection.sendall((json.dumps(message) + "\n").encode())
            events = [json.loads(line) for line in connection.makefile()]
            self.assertIn("over 3", process.communicate()[0])
            connection.close()
            names = [e["name"] for e in events if e.get("e") == "node"]
            self.assertLessEqual({"x:0", "add:0", "add:1"}, set(names))
            self.assertEqual(os.listdir(os.path.join(folder, "tracescope")), [])

    def test_listening_over_the_network_needs_a_secret(self):
        env = environment([SOURCE], TRACESCOPE_LISTEN="tcp:127.0.0.1:0")
        done = subprocess.run([sys.executable, "late.py"], cwd=PROGRAMS, env=env, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0)
        self.assertIn("set TRACESCOPE_TOKEN", done.stderr)


if __name__ == "__main__":
    unittest.main()
