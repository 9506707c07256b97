"""Programs of many kinds, unchanged, under the agent: they print and return what they do by themselves."""
import importlib.util
import json
import os
import re
import tempfile
import unittest

from client import HERE, PROGRAMS, plain, run
from mirror import Mirror

EXAMPLES = os.path.join(HERE, "..", "..", "..", "Examples")


NAMES = ["agent1", "agent2", "agent3", "pair12", "pair23", "workflow"]


class Programs(unittest.TestCase):
    def same(self, *arguments, cwd=PROGRAMS, output="both"):
        """Runs a program in both ways. What differs but for timings fails."""
        expected = plain(*arguments, cwd=cwd)
        p = run(*arguments, hold=False, cwd=cwd, take=Mirror(), output=output)
        status = p.finish()
        self.assertEqual((status, p.printed()), expected, "".join(p.errors)[-800:])
        self.assertEqual(p.of("warning"), [])
        self.assertEqual(len(p.of("end")), 1)
        return p

    def traced(self, name):
        p = self.same(name)
        passed = [e for e in p.of("went") if "error" not in e]
        self.assertEqual(p.mirror.differences, [])
        self.assertEqual(p.mirror.same, len(passed), "every backward is as the graph lets expect")
        self.assertEqual(p.mirror.wrong_graphs, [])
        return p

    def test_several_optimizers_on_shared_parameters(self):
        p = self.traced("shared_parameters.py")
        self.assertEqual([e["name"] for e in p.of("optimizer")], ["optimizer", "optimizer-2", "optimizer-3", "workflow"])
        self.assertEqual([e["by"] for e in p.of("set")][:1], [{"o": 0, "step": 1}])
        self.assertEqual(p.of("ask")[0]["o"], 0)
        self.assertEqual(json.loads(p.of("answer")[0]["text"])["suggestion"], {"first_factor0": 2.0})
        copies = [e for e in p.of("node") if "of" in e]
        self.assertIn(p.names[copies[0]["of"]], ("data:0", "first_factor:0"))
        self.assertEqual(len([e for e in p.of("node") if "ret" in e and "inner" in e]), 6)

    def test_repaired_function(self):
        p = self.traced("repair.py")
        failed = next(e for e in p.of("node") if e["kind"] == "exception")
        self.assertEqual([name for name, _ in failed["in"]], ["numbers", "__code"])
        self.assertIn("<--- (NameError)", failed["report"])

    def test_opaque_and_traceable_bundles(self):
        p = self.traced("opaque.py")
        bundles = {e["name"]: e["traceable"] for e in p.of("bundle")}
        self.assertEqual(bundles, {"closed": False, "opened": True})
        self.assertEqual(p.mirror.lists(p.node("inner:0")), {"opened:0": [2]})

    def test_asyncio(self):
        p = self.traced("tasks.py")
        self.assertEqual({e["ret"] for e in p.of("node") if "ret" in e}, {e["c"] for e in p.of("call")})

    def test_threads(self):
        self.assertGreater(len(self.traced("workers.py").of("thread")), 0)

    def test_tracebacks_do_not_show_the_agent(self):
        self.assertNotIn("_tracescope", self.traced("shapes.py").printed())

    def test_optimizers_of_all_kinds_ask_the_same(self):
        """OptoPrime, OPRO, TextGrad and one that asks from threads print the length and the end of every prompt."""
        p = self.traced("candidates.py")
        self.assertEqual(len({e["o"] for e in p.of("ask")}), 4)

    def test_minibatch(self):
        self.traced("minibatch.py")

    def test_prompt_with_a_metric(self):
        self.assertEqual(len(self.traced("prompt_metric.py").of("ask")), 4)

    def test_class_with_trainable_methods(self):
        self.assertTrue([e for e in self.traced("methods.py").of("bundle") if "code" in e])

    def test_optimizer_with_a_step_of_its_own(self):
        p = self.traced("custom_optimizer.py")
        self.assertEqual([e["v"] for e in p.of("set")], [3, 5, 7])

    def test_module(self):
        self.same("-m", "package")

    def test_pytest(self):
        if importlib.util.find_spec("pytest") is None:
            self.skipTest("pytest is not installed")
        p = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_program.py", hold=False)
        self.assertEqual(p.finish(), 0, p.printed())
        self.assertIn("2 passed", p.printed())
        self.assertEqual(len(p.of("went")), 1)

    def test_example_of_three_agents(self):
        p = self.same("multi_agent.py", cwd=EXAMPLES)
        self.assertEqual([e["name"] for e in p.of("optimizer")], NAMES)
        self.assertEqual(len(p.of("backward")), 12)
        self.assertEqual([e for e in p.of("went") if "error" in e], [])

    def test_example_as_posted(self):
        p = self.same("multi_agent_as_posted.py", cwd=EXAMPLES)
        self.assertEqual([e["name"] for e in p.of("optimizer")], NAMES)
        texts = [e["error"][1] for e in p.of("went") + p.of("propose") if "error" in e]
        self.assertTrue(any("has been backwarded" in t for t in texts), texts)
        self.assertTrue(any("user feedback should be the same" in t for t in texts), texts)

    def test_reads_of_data_and_changes_in_place(self):
        p = self.traced("detached.py")
        copied = next(e for e in p.of("node") if e["name"] == "copied:0")
        self.assertEqual(copied["detached"], p.node("weight:0"))
        self.assertNotIn("detached", next(e for e in p.of("node") if e["name"] == "x:0"))
        self.assertEqual([(e["n"], e["v"], e["by"]) for e in p.of("set")], [(p.node("items:0"), [1, 2, 3], "place")])

    def test_output_as_events(self):
        p = run("repair.py", hold=False, output="events")
        p.finish()
        self.assertEqual(p.printed(), "")
        told = "".join(e["text"] + "\n" for e in p.of("output") if e["to"] == "out")
        self.assertEqual(told, plain("repair.py")[1])


class TextGrad(unittest.TestCase):
    def setUp(self):
        if importlib.util.find_spec("textgrad") is None:
            self.skipTest("textgrad is not installed")

    def test_prompt_optimization(self):
        expected = plain("textgrad_prompt.py")
        p = run("textgrad_prompt.py", hold=False)
        self.assertEqual((p.finish(), p.printed()), expected, "".join(p.errors)[-800:])
        prompt = p.node("prompt:0")
        entries = [e for e in p.of("feedback") if e["n"] == prompt and e["k"] == 1]
        self.assertEqual({p.names[e["from"]] for e in entries}, {"LLMCall:0", "LLMCall:2"})
        self.assertEqual([e["n"] for e in p.of("zero")], [[], [prompt]])
        self.assertEqual([e["by"] for e in p.of("set")], [{"o": 0, "step": 1}, {"o": 0, "step": 2}])
        self.assertEqual(len(p.of("ask")), p.printed().count("asked"))
        self.assertEqual(p.of("library")[0]["aggregation"], "all")

    def test_solution_optimization_with_a_duck(self):
        expected = plain("textgrad_solution.py")
        p = run("textgrad_solution.py", hold=False)
        self.assertEqual((p.finish(), p.printed()), expected, "".join(p.errors)[-800:])
        self.assertEqual([e["v"] for e in p.of("set")], ["x = 4", "x = 4"])
        self.assertEqual(next(e for e in p.of("node") if e["kind"] == "message")["name"], "StringBasedFunction:0")

    def test_by_hand(self):
        p = run("textgrad_prompt.py")
        p.start()
        p.ask("stop", on=["backward"], ask="pass")
        held = p.go()
        self.assertEqual(held["why"], "event backward")
        prompt = p.node("prompt:0")
        self.assertIn([prompt, 2], held["sum"])
        p.ask("zero", o=0)
        self.assertEqual(p.ask("eval", code="len(prompt.gradients)")["v"], 0)
        p.ask("undo")
        self.assertEqual(p.ask("eval", code="len(prompt.gradients)")["v"], 2)
        p.ask("set", n=prompt, v="By hand.")
        self.assertEqual(p.of("set")[-1]["by"], "hand")
        p.ask("stop", on=[], ask="hold")
        held = p.go()
        self.assertTrue(held["why"].startswith("ask"))
        p.let_go("answer", text="<IMPROVED_VARIABLE>Answered.</IMPROVED_VARIABLE>")
        self.assertEqual(p.of("set")[-1]["v"], "Answered.")
        p.ask("stop", ask="pass")
        p.go()
        self.assertEqual(p.finish(), 0)


class Prompts(unittest.TestCase):
    def test_not_one_character_is_another(self):
        """Every optimizer of both libraries asks the same, byte by byte, also after an error in a trainable function."""
        libraries = ["textgrad"] if importlib.util.find_spec("textgrad") else []
        with tempfile.TemporaryDirectory() as folder:
            alone, watched = os.path.join(folder, "alone"), os.path.join(folder, "watched")
            self.assertEqual(plain("prompts.py", alone, *libraries)[0], 0)
            p = run("prompts.py", watched, *libraries, hold=False)
            self.assertEqual(p.finish(), 0, "".join(p.errors)[-800:])
            with open(alone, "rb") as expected, open(watched, "rb") as found:
                prompts = expected.read()
                self.assertEqual(found.read(), prompts)
        asked = json.loads(prompts)
        import opto.optimizers

        names = [item for item in asked if isinstance(item, str)]
        self.assertEqual(names[:len(opto.optimizers.__all__)], sorted(opto.optimizers.__all__))
        # Each has asked, and the error with its line of source is among what it was told.
        self.assertTrue(all(isinstance(next_one, list) for name, next_one in zip(asked, asked[1:]) if isinstance(name, str)))
        self.assertIn(b"ValueError", prompts)
        self.assertNotIn(b"_tracescope", prompts)


class Reference(unittest.TestCase):
    def test_own_unit_tests_pass_as_they_do_alone(self):
        """With the sources of trace-opt in TRACE_OPT_SOURCES, or where `make setup` puts them."""
        folder = os.environ.get("TRACE_OPT_SOURCES") or os.path.join(HERE, "..", "..", "..", ".build", "python", "trace_opt-0.1.3.8")
        tests = os.path.join(folder, "tests", "unit_tests")
        if not os.path.isdir(tests):
            self.skipTest("the reference's own tests are not here")
        for name in sorted(os.listdir(tests)):
            if not name.startswith("test_") or name == "test_llm.py":
                continue
            with self.subTest(name):
                alone, p = plain(name, cwd=tests), run(name, cwd=tests, hold=False)
                self.assertEqual((p.finish(), steady(p.printed())), (alone[0], steady(alone[1])), "".join(p.errors)[-600:])


    def test_example_is_trained_with_answers_by_hand(self):
        """The reference's own example, whose model nobody can reach here."""
        folder = os.environ.get("TRACE_OPT_SOURCES") or os.path.join(HERE, "..", "..", "..", ".build", "python", "trace_opt-0.1.3.8")
        examples = os.path.join(folder, "examples")
        if not os.path.isfile(os.path.join(examples, "greeting.py")):
            self.skipTest("the reference's own examples are not here")
        p = run("-c", "import greeting; greeting.train()", cwd=examples, take=Mirror())
        p.start()
        p.ask("stop", ask="hold")
        held, answers = p.go(), 0
        while held is not None and answers < 40:
            question = p.of("ask")[-1]
            suggests = "o" in question
            text = '{"reasoning": "r", "answer": "a", "suggestion": {"__code1": "def greet(self, lang, user_name):\\n    return user_name"}}'
            answers += 1
            held = p.let_go("answer", text=text if suggests else "es")
        self.assertEqual(p.finish(), 0, "".join(p.errors)[-800:])
        self.assertGreater(len(p.of("step")), 0)
        self.assertEqual({e["by"] for e in p.of("answer")}, {"hand"})
        self.assertEqual(p.mirror.differences, [])


def steady(text):
    """Without addresses, which differ in every run; and sets of nodes, which are in the order of addresses."""
    text = re.sub(r"0x[0-9a-f]+|[0-9]{9,}", "ADDRESS", text)
    return "".join(sorted(text)) if "ADDRESS" in text or "{" in text else text


if __name__ == "__main__":
    unittest.main()
