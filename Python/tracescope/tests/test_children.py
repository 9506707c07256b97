"""Processes that a program starts: left alone, in place of a launcher, or each a session of its own."""
import os
import signal
import sys
import tempfile
import unittest

from client import Program

FORK = """import os
from opto.trace import node
x = node(1, name="x", trainable=True)
y = x + 1
pid = os.fork()
if pid == 0:
    z = y * 2
    z.backward("child")
    os._exit(7)
print("child", os.waitpid(pid, 0)[1] >> 8)
w = y + 1
"""
POOL = """import multiprocessing as m
from opto.trace import node


def f(n):
    return (node(n, name="n") + 1).data


if __name__ == "__main__":
    node(0, name="parents_own")
    with m.get_context(%r).Pool(2) as pool:
        print(pool.map(f, [1, 2, 3]))
        pool.close()
        pool.join()
"""


class Children(unittest.TestCase):
    def program(self, text, **options):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with open(os.path.join(folder.name, "parent.py"), "w") as file:
            file.write(text)
        p = Program([sys.executable, os.path.join(folder.name, "parent.py")], **options)
        self.addCleanup(self.end, p)
        return p

    def end(self, p):
        try:
            # With all that it has started.
            os.killpg(p.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        p.finish()
        p.process.stdout.close()
        p.process.stderr.close()

    def test_a_fork_is_left_alone(self):
        p = self.program(FORK, hold=False)
        self.assertEqual((p.finish(), p.printed().endswith("child 7\n"), len(p.of("node"))), (0, True, 5))
        self.assertEqual((p.extra, p.children), ([], []))

    def test_a_fork_is_followed(self):
        p = self.program(FORK, children=True)
        p.start()
        number = p.send("go", how="continue")
        child = p.child(0)
        # It has what its parent had made, by the same numbers, and is held before its first line.
        self.assertEqual([e["name"] for e in child.of("node")][:3], ["x:0", "int:0", "add:0"])
        self.assertEqual(child.hello["ppid"], p.hello["pid"])
        held = child.start()
        self.assertEqual(child.place(held), ("parent.py", 6))
        self.assertEqual(child.ask("eval", code="y.data")["v"], 2)
        child.ask("stop", on=["backward"])
        held = child.go()
        self.assertEqual(child.place(held), ("parent.py", 8))
        self.assertEqual([child.names[e["n"]] for e in child.of("feedback")][-2:], ["x:0", "int:0"])
        child.send("go", how="continue")
        self.assertEqual((p.reply(number), p.finish()), ({}, 0))
        self.assertTrue(p.printed().endswith("child 7\n"))
        # Neither hears of the other.
        self.assertEqual((len(p.of("node")), len(p.of("backward"))), (5, 0))

    def test_a_fork_before_the_library_is_imported(self):
        p = self.program("import os\nif os.fork() == 0:\n    from opto.trace import node\n    node(5)\n    os._exit(0)\nos.wait()\nprint('over')\n",
                         children=True)
        p.start()
        p.send("go", how="continue")
        child = p.child(0)
        self.assertEqual(child.place(child.start()), ("parent.py", 4))
        child.send("go", how="continue")
        self.assertEqual((p.finish(), len(child.of("node")), p.of("library")), (0, 1, []))

    def pool(self, method):
        p = self.program(POOL % method, children=True)
        p.start()
        p.send("go", how="continue")
        children = [p.child(0), p.child(1)]
        for child in children:
            child.send("start", how="run")
        self.assertEqual((p.finish(), "[2, 3, 4]" in p.printed()), (0, True), "".join(p.errors)[-500:])
        for child in children:
            with child.condition:
                child.condition.wait_for(lambda: child.over, 60)
        # Each tells its end, though it leaves without what `atexit` was given, and is called as `multiprocessing` calls it.
        self.assertEqual([len(c.of("end")) for c in children], [1, 1])
        for child in children:
            self.assertRegex(child.hello["name"], r"^parent\.py \w+-[0-9]+$")
        self.assertEqual(sum(1 for c in children for e in c.of("node") if e["name"].startswith("n:")), 3)
        return children

    def test_a_forked_pool_is_followed(self):
        for child in self.pool("fork"):
            self.assertTrue(child.node("parents_own:0") >= 0)

    def test_a_spawned_pool_is_followed(self):
        for child in self.pool("spawn"):
            self.assertEqual([e["name"] for e in child.of("node") if e["name"].startswith("parents")], [])

    def test_a_pool_of_a_forkserver_is_followed(self):
        self.pool("forkserver")

    def test_who_ends_another_process_tells_it(self):
        p = self.program("import multiprocessing as m, os, time\nfrom opto.trace import node\n\n\n"
                         "def wait():\n    node(1, name='last')\n    open(os.path.dirname(__file__) + '/there', 'w')\n    time.sleep(600)\n\n\n"
                         "child = m.get_context('fork').Process(target=wait)\nchild.start()\n"
                         "while not os.path.exists(os.path.dirname(__file__) + '/there'):\n    time.sleep(0.01)\n"
                         "child.terminate()\nchild.join()\nprint(child.exitcode)\n", children=True)
        p.start()
        p.send("go", how="continue")
        child = p.child(0)
        child.send("start", how="run")
        self.assertEqual((p.finish(), p.printed()), (0, "-15\n"))
        self.assertEqual([(e["pid"], e["signal"]) for e in p.of("kill")], [(child.hello["pid"], 15)])
        with child.condition:
            child.condition.wait_for(lambda: child.over, 60)
        # Its last events are not lost.
        self.assertEqual([e["name"] for e in child.of("node")], ["last:0"])

    def test_a_pool_is_left_alone(self):
        p = self.program(POOL % "spawn", hold=False)
        self.assertEqual((p.finish(), "[2, 3, 4]" in p.printed()), (0, True), "".join(p.errors)[-500:])

    def test_a_launcher_makes_way(self):
        text = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, 'repair.py']))"
        for children in (False, True):
            p = Program([sys.executable, "-c", text], children=children, hold=False)
            self.assertEqual(p.finish(), 0, "".join(p.errors))
            # It asks to be followed in place of the launcher, and only where that is refused as a session of its own.
            self.assertEqual((len(p.extra), len(p.children)), (1, 1 if children else 0))
            self.assertNotIn("not connected", "".join(p.errors))

    def test_helpers_are_left_alone(self):
        p = self.program("import subprocess, sys\nfrom opto.trace import node\n"
                         "subprocess.run([sys.executable, '-c', 'print(1)'], preexec_fn=lambda: None, check=True)\n", children=True, hold=False)
        self.assertEqual((p.finish(), p.children, p.printed()), (0, [], "1\n"))


if __name__ == "__main__":
    unittest.main()
