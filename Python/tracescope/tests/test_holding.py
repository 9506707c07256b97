"""Holding a program: lines, stops at events, actions by hand, questions to models."""
import os
import sys
import tempfile
import unittest

from client import PROGRAMS, Failure, line_of, run
from mirror import Mirror


def at(name, text, condition=None, number=1):
    return [number, os.path.join(PROGRAMS, name), line_of(name, text)] + ([condition] if condition else [])


STATEMENTS = ["decorated", "total = added(", "added(  # inside", "for number in (", "found = (number", "last = added("]
"""Beginnings of statements of `statements.py`, in the order in which they are come to."""


class Stepping(unittest.TestCase):
    lines = None

    def program(self, name):
        p = run(name, lines=self.lines, take=Mirror())
        self.addCleanup(self.end, p)
        self.held = p.start()
        return p

    def end(self, p):
        if p.process.poll() is None and not p.over:
            p.process.kill()
        p.finish()
        p.process.stdout.close()
        p.process.stderr.close()
        p.socket.close()

    def test_lines(self):
        name = "shared_parameters.py"
        p = self.program(name)
        self.assertEqual((self.held["why"], p.of("node")), ("step", []))
        p.ask("break", at=[at(name, "return scaled(data, self.factor)", "self.name == 'second'")])
        held = p.go()
        self.assertEqual((p.place(held)[1], held["why"]), (line_of(name, "return scaled"), "breakpoint 1"))
        self.assertIn(["self", "Agent"], [local[:2] for local in p.ask("locals")["locals"]])
        self.assertEqual(p.ask("eval", code="self.name + '!'")["v"], "second!")
        self.assertEqual(p.ask("eval", code="llm", frame=1)["type"], "Doubler")
        held = p.go("in")
        self.assertEqual([f[0] for f in held["stack"]], ["scaled", "process", "main", "<module>"])
        held = p.go("out")
        while held["stack"][0][0] != "main":
            held = p.go("next")
        p.ask("break", at=[])
        p.ask("stop", on=["backward"])
        held = p.go()
        self.assertEqual((held["why"], p.place(held)[1]), ("event backward", line_of(name, "retain_graph=True")))
        self.assertEqual(p.place(p.go("next"))[1], line_of(name, "retain_graph=True") + 1)
        held = p.go("until", line=line_of(name, "workflow.zero_feedback()"))
        self.assertIsNotNone(held)
        p.ask("stop", on=[])
        p.go()
        self.assertEqual(p.finish(), 0)
        self.assertEqual(p.mirror.wrong_checks, [])
        self.assertIn("result 3949.0", p.printed())

    def test_code_of_a_trainable_bundle(self):
        p = self.program("repair.py")
        p.ask("stop", on=["update"])
        p.go()
        p.ask("stop", on=[])
        p.ask("break", at=[at("repair.py", "output = mean(numbers)")])
        p.go()
        p.ask("break", at=[])
        held = p.go("in")
        self.assertTrue(p.files[held["at"][0]]["path"].startswith("__code:0"))
        self.assertIn("len(numbers)", p.files[held["at"][0]]["text"])
        p.go()
        self.assertEqual(p.finish(), 0)

    def test_coroutines(self):
        p = self.program("tasks.py")
        p.ask("break", at=[at("tasks.py", "answer = await ask")])
        held = p.go()
        task = held["task"]
        p.ask("break", at=[])
        held = p.go("next")
        self.assertEqual((held["task"], p.place(held)[1]), (task, line_of("tasks.py", "doubled = answer * 2")))
        p.go()
        self.assertEqual(p.finish(), 0)

    def test_threads(self):
        p = self.program("workers.py")
        p.ask("break", at=[at("workers.py", "time.sleep", "number == 2")])
        held = p.go()
        self.assertGreater(held["th"], 0)
        self.assertEqual(p.ask("eval", code="number")["v"], 2)
        self.assertEqual(p.place(p.go("next"))[1], line_of("workers.py", "return product"))
        p.ask("break", at=[])
        p.go()
        self.assertEqual(p.finish(), 0)

    def test_a_statement_of_several_lines_is_held_once(self):
        p = self.program("statements.py")
        name = "statements.py"
        p.ask("break", at=[at(name, text, number=n) for n, text in enumerate(STATEMENTS, 1)])
        held, stops = p.go(), []
        while held is not None:
            stops.append(held["why"])
            held = p.go()
        self.assertEqual(p.finish(), 0)
        # Each once, and what is in a loop once a round.
        self.assertEqual(stops, ["breakpoint %d" % n for n in (1, 2, 3, 4, 5, 4, 5, 4, 6)])

    def test_condition_that_fails_holds_and_says_so(self):
        p = self.program("repair.py")
        p.ask("break", at=[at("repair.py", "output = mean(numbers)", "nobody > 1", number=7)])
        held = p.go()
        self.assertEqual(held["why"], "breakpoint 7")
        self.assertEqual(p.of("condition")[0]["error"][0], "NameError")
        with self.assertRaisesRegex(Failure, "its condition is not Python"):
            p.ask("break", at=[at("repair.py", "output = mean(numbers)", "1 +")])
        p.ask("break", at=[])
        p.go()
        self.assertEqual(p.finish(), 0)


@unittest.skipUnless(hasattr(sys, "monitoring"), "this Python has settrace alone")
class SteppingBySettrace(Stepping):
    lines = "settrace"


class Stops(unittest.TestCase):
    program, end = Stepping.program, Stepping.end
    lines = None

    def test_subjects(self):
        p = self.program("shared_parameters.py")
        p.ask("stop", on=[{"kind": "backward", "o": 3, "number": 5}])
        held = p.go()
        self.assertEqual((held["why"], held["number"], p.of("backward")[-1]["o"]), ("event backward", 5, 3))
        p.ask("stop", on=[{"kind": "watch", "n": p.node("third_factor:0")}])
        held = p.go()
        self.assertEqual((held["why"], p.of("set")[-1]["n"]), ("event watch", p.node("third_factor:0")))
        p.ask("stop", on=[{"kind": "op", "name": "scaled"}])
        p.go()
        self.assertRegex(p.of("node")[-1]["name"], "^scaled:[0-9]+$")
        p.ask("stop", on=[])
        p.go()
        self.assertEqual(p.finish(), 0)

    def test_subjects_that_are_made_later(self):
        p = self.program("shared_parameters.py")
        p.ask("stop", on=[{"kind": "backward", "of": "nobody"}, {"kind": "watch", "of": "third_factor"}])
        held = p.go()
        self.assertEqual(held["why"], "event watch")
        self.assertIn(p.node("third_factor:0"), [entry["n"] for entry in p.of("feedback")])
        name = next(o["name"] for o in p.of("optimizer") if o["o"] == 3)
        p.ask("stop", on=[{"kind": "step", "of": name, "number": 2}])
        held = p.go()
        self.assertEqual((held["why"], held["number"], p.of("step")[-1]["o"]), ("event step", 2, 3))
        p.ask("stop", on=[])
        p.go()
        self.assertEqual(p.finish(), 0)

    def test_errors(self):
        p = self.program("repair.py")
        p.ask("stop", on=["error"])
        self.assertEqual(p.go()["why"], "event error")
        self.assertEqual(p.of("node")[-1]["kind"], "exception")


class ByHand(unittest.TestCase):
    program, end = Stepping.program, Stepping.end
    lines = None

    def test_actions_and_undo(self):
        p = self.program("shared_parameters.py")
        p.ask("stop", on=["backward"], ask="hold")
        p.go()
        first, out = p.node("first_factor:0"), p.of("backward")[0]["out"]
        lists = lambda: list(p.mirror.lists(first).values())
        self.assertEqual(lists(), [[1]])
        p.ask("backward", o=0, n=out, text="Smaller.")
        self.assertEqual((lists(), p.of("backward")[-1]["hand"], p.of("backward")[-1]["retain"]), ([[1, 2]], True, True))
        p.ask("undo")
        self.assertEqual(lists(), [[1]])
        number, seen = p.send("step", o=0), len(p.events)
        held = p.wait(seen, "ask")
        self.assertEqual(p.of("ask")[-1]["q"], held["q"])
        p.send("answer", text='{"reasoning": "", "answer": "", "suggestion": {"first_factor0": 7.5}}')
        p.reply(number)
        self.assertEqual((p.mirror.values[first], p.of("set")[-1]["by"]), (7.5, {"o": 0, "step": 1}))
        self.assertEqual(p.of("step")[-1]["i"], 1)
        p.ask("undo")
        number, seen = p.send("step", o=0), len(p.events)
        p.wait(seen, "ask")
        p.send("answer", text='{"reasoning": "", "answer": "", "suggestion": {"first_factor0": 7.5}}')
        p.reply(number)
        self.assertEqual((p.of("step")[-1]["i"], p.of("set")[-1]["by"]), (1, {"o": 0, "step": 1}))
        p.ask("set", n=first, v=99.0)
        p.ask("undo")
        self.assertEqual(p.ask("eval", code="agents[0].factor._data")["v"], 7.5)
        p.ask("zero", o=0)
        self.assertEqual(lists(), [])
        for do, arguments, text in (
                ("eval", {"code": "1/0"}, "ZeroDivisionError"), ("eval", {"code": "1 +"}, "SyntaxError"), ("zero", {"o": 77}, "no optimizer 77"),
                ("backward", {}, "no node None"), ("nonsense", {}, "no command 'nonsense'"), ("go", {"how": "up"}, "ValueError"),
                ("answer", {"text": "x"}, "no question waits"), ("locals", {"frame": 90}, "fewer calls")):
            with self.assertRaisesRegex(Failure, text):
                p.ask(do, **arguments)
        p.ask("backward", o=0, n=out, text="The output should be larger.")
        p.ask("stop", on=[])
        p.go()
        p.let_go("answer", text='{"suggestion": {"first_factor0": 2.5}}', by="recording")
        self.assertEqual((p.mirror.values[first], p.of("answer")[-1]["by"]), (2.5, "recording"))
        p.let_go("let")
        self.assertEqual(p.of("answer")[-1]["by"], "program")
        p.let_go("let", messages=[{"role": "user", "content": "#Variables\n(float) third_factor0=50.0\n#Constraints"}])
        self.assertEqual(p.mirror.values[p.node("third_factor:0")], 100.0)
        p.ask("stop", ask="pass")
        p.go()
        self.assertEqual((p.finish(), p.mirror.wrong_checks), (0, []))

    def test_dropped_entries_come_back_in_their_places(self):
        p = self.program("shared_parameters.py")
        p.ask("stop", on=["backward"], ask="hold")
        p.go()
        first, out = p.node("first_factor:0"), p.of("backward")[0]["out"]
        for text in "Smaller.", "Larger.":
            p.ask("backward", o=0, n=out, text=text)
        p.ask("backward", o=0, n=first, text="At once.")
        child = next(c for c in p.mirror.feedback[first] if c != "user")
        where = "[(c._name, [str(f) for f in l]) for c, l in agents[0].factor._feedback.items()]"
        before, lists = p.ask("eval", code=where)["v"], lambda: p.mirror.feedback.get(first, {})
        self.assertEqual(lists(), {child: [1, 2, 3], "user": [4]})
        p.ask("drop", entries=[[first, child, 0], [first, child, 2], [first, -1, 0]])
        self.assertEqual(lists(), {child: [2]})
        self.assertEqual(len(p.ask("eval", code=where)["v"]), 1)
        drops = [d for d, *_ in p.of("drop")[0]["entries"]]
        p.ask("putback", drops=drops[1:])
        self.assertEqual(lists(), {child: [2, 3], "user": [4]})
        p.ask("putback", drops=drops[:1])
        self.assertEqual(p.ask("eval", code=where)["v"], before)
        p.ask("drop", entries=[[first, child, n] for n in range(3)])
        self.assertEqual(lists(), {"user": [4]})
        p.ask("putback", drops=[entry[0] for entry in p.of("drop")[1]["entries"]])
        self.assertEqual(p.ask("eval", code=where)["v"], before)
        p.ask("drop", entries=[[first, child, 0]])
        p.ask("drop", entries=[[first, child, 0]])
        p.ask("putback", drops=[entry[0] for event in p.of("drop")[2:4] for entry in event["entries"]])
        self.assertEqual(p.ask("eval", code=where)["v"], before)
        self.assertTrue(all(e["hand"] for e in p.of("drop") + p.of("putback")))
        p.ask("drop", entries=[[first, child, 1]])
        p.ask("undo")
        self.assertEqual(p.ask("eval", code=where)["v"], before)
        for do, arguments in (
                ("drop", {"entries": [[first, child, 9]]}), ("drop", {"entries": [[first, 99999, 0]]}), ("drop", {"entries": [[first, -1, 1]]}),
                ("putback", {"drops": [77]})):
            with self.assertRaisesRegex(Failure, "no such entry|no dropped entry"):
                p.ask(do, **arguments)
        self.assertEqual(p.ask("eval", code=where)["v"], before)
        p.ask("stop", on=[], ask="pass")
        p.go()
        # The texts exclude one another, and the program does not catch that.
        self.assertEqual((p.finish(), p.mirror.wrong_checks), (1, []))

    def test_reading_inside_a_bundle_is_not_its_input(self):
        p = self.program("candidates.py")
        p.ask("break", at=[at("candidates.py", 'return style + " text')])
        p.go()
        self.assertEqual(p.ask("eval", code="node('by hand').data")["v"], "by hand")
        p.ask("break", at=[])
        p.go()
        self.assertEqual(p.finish(), 0)

    def test_evaluation_without_end_is_interrupted(self):
        p = self.program("repair.py")
        number = p.send("eval", code="while True: pass")
        while True:
            try:
                p.ask("interrupt")
                break
            except Failure as error:
                self.assertIn("nothing is being evaluated", str(error))
        with self.assertRaisesRegex(Failure, "Interrupted"):
            p.reply(number)
        p.go()
        self.assertEqual(p.finish(), 0)

    def test_a_call_in_c_is_held_at_the_line_after_it(self):
        """A program that waits for something cannot be held before it comes."""
        with tempfile.TemporaryDirectory() as folder:
            pipe = os.path.join(folder, "pipe")
            os.mkfifo(pipe)
            path = os.path.join(folder, "waits.py")
            with open(path, "w") as file:
                file.write("import opto.trace\nprint('waits', flush=True)\nopen(%r).read()\nx = 1\n" % pipe)
            p = self.program(path)
            seen = len(p.events)
            p.send("go")
            with p.condition:
                p.condition.wait_for(lambda: any(e["e"] == "output" for e in p.events[seen:]), 60)
            for command in "where", "pause":
                self.assertEqual(p.place(p.ask(command)), ("waits.py", 3))
            self.assertFalse([e for e in p.events[seen:] if e["e"] == "held"])
            open(pipe, "w").close()
            held = p.wait(seen)
            self.assertEqual((held["why"], p.place(held)), ("pause", ("waits.py", 4)))
            p.go()
            self.assertEqual(p.finish(), 0)

    def test_snapshot(self):
        p = self.program("shared_parameters.py")
        p.ask("stop", on=["backward"])
        p.go()
        seen = len(p.events)
        before = {e["n"]: (e["name"], e["kind"]) for e in p.of("node")}
        p.ask("snapshot")
        again = p.events[seen:]
        self.assertEqual([again[0], again[-1]], [{"e": "snapshot", "on": True}, {"e": "snapshot", "on": False}])
        told = {e["n"]: (e["name"], e["kind"]) for e in again if e["e"] == "node"}
        self.assertTrue(told and told.items() <= before.items())
        entries = {e["n"]: sum(count for _, count in e["of"]) for e in again if e["e"] == "entries"}
        self.assertEqual(sorted(map(list, entries.items())), sorted(p.held["sum"]))
        p.ask("stop", on=[])
        p.go()
        self.assertEqual(p.finish(), 0)


if __name__ == "__main__":
    unittest.main()
