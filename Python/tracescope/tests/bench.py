#!/usr/bin/env python3
"""Measures the cost of the agent as ratios within one run: each program runs alone and watched in turn, and the medians are compared.

    bench.py [--json FILE] [--rounds N] [--nodes N] [CASE…]

Ends with status 1 where a ratio is above its bound. TRACESCOPE names the program whose start is measured; without it, the agent's is."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from client import Program, environment  # noqa: E402

# Processor time of the whole process: what the agent's own thread takes counts.
NODES = """
import time
from opto.trace import node
x = node(1.0, name="x")
def work(n):
    y = x
    for i in range(n):
        y = y + 1.0 if i % 100 else x + 1.0
work(100)
start = time.process_time()
work({nodes})
print("seconds", time.process_time() - start)
"""
BACK = """
import time
from opto.trace import node
x = node(1.0, name="x", trainable=True)
total = 0
for turn in range(8):
    y = x
    for i in range(300):
        y = y + 1.0
    start = time.process_time()
    y.backward("more")
    total += time.process_time() - start
    x.zero_feedback()
print("seconds", total)
"""
LINES = """
import time
import opto.trace
def inner(n):
    total = 0
    for i in range(n):
        total += i
        if total > 1000:
            total -= 1000
    return total
start = time.process_time()
inner(1_000_000)
print("seconds", time.process_time() - start)
done = True
"""
HAS_MONITORING = hasattr(sys, "monitoring")


class Light(Program):
    """A debugger's end that reads as fast as it can: it looks at nothing but holds and replies."""

    TAKES = (b'{"e":"held"', b'{"r":', b'{"e":"file"', b'{"e":"hello"')


class Case:
    """A program, what is done with it while it is watched, and how many times its time alone it may take."""

    def __init__(self, name, text, bound, drive=None, lines=None):
        self.name, self.text, self.bound, self.drive, self.lines = name, text, bound, drive, lines

    @staticmethod
    def seconds(printed):
        return float(printed.split("seconds ")[-1].split()[0])

    def alone(self, path):
        return self.seconds(subprocess.run([sys.executable, path], env=environment(), capture_output=True, text=True).stdout)

    def watched(self, path):
        p = Light([sys.executable, path], hold=self.drive is not None, lines=self.lines)
        if self.drive:
            p.start()
            self.drive(p, path)
        p.finish(600)
        return self.seconds(p.printed())

    def measure(self, rounds):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "program.py")
            with open(path, "w") as file:
                file.write(self.text)
            pairs = [(self.alone(path), self.watched(path)) for _ in range(rounds)]
        alone, watched = (statistics.median(column) for column in zip(*pairs))
        # The machine is faster in one round and slower in another: the ratio is that of the rounds, and not of the medians.
        ratio = statistics.median(b / a for a, b in pairs)
        return {"case": self.name, "alone": alone, "watched": watched, "ratio": ratio, "bound": self.bound}

    @staticmethod
    def text_of(row):
        return "alone %7.3f s   watched %7.3f s   × %.2f of %s" % (row["alone"], row["watched"], row["ratio"], row["bound"] or "any")


class Start:
    """The delay of the first line: in seconds, not a ratio."""

    name = "start"
    bound = 0.15

    def measure(self, rounds):
        with tempfile.TemporaryDirectory() as folder:
            path, told = os.path.join(folder, "program.py"), os.path.join(folder, "first")
            with open(path, "w") as file:
                file.write("import time\nopen(%r, 'w').write(str(time.time()))\n" % told)
            pairs = [(self.alone(path, told), self.held(path)) for _ in range(rounds)]
        alone, held = (statistics.median(column) for column in zip(*pairs))
        return {"case": self.name, "alone": alone, "watched": held, "later": statistics.median(b - a for a, b in pairs), "bound": self.bound}

    def alone(self, path, told):
        begun = time.time()
        subprocess.run([sys.executable, path], env=environment())
        with open(told) as file:
            return float(file.read()) - begun

    def held(self, path):
        begun = time.time()
        debugger = os.environ.get("TRACESCOPE")
        if debugger:
            # It ends with the answer to the first command, which comes when the program is held.
            env = dict(environment(), VIRTUAL_ENV=os.path.dirname(os.path.dirname(sys.executable)))
            with subprocess.Popen([debugger, "exec", "-c", "where", "-c", "continue", path], env=env, stdout=subprocess.PIPE) as p:
                p.stdout.readline()
                took = time.time() - begun
                p.stdout.read()
            return took
        p = Light([sys.executable, path])
        p.start()
        took = time.time() - begun
        p.go()
        p.finish()
        return took

    @staticmethod
    def text_of(row):
        return "alone %7.3f s   held    %7.3f s   %+.3f s of %s" % (row["alone"], row["watched"], row["later"], row["bound"])


def cases(nodes):
    loop = 1 + LINES.splitlines().index("inner(1_000_000)")

    def over(p, path):
        p.ask("break", at=[[1, path, loop]])
        p.go()
        p.go("next")
        p.go()

    yield Start()
    yield Case("nodes", NODES.replace("{nodes}", str(nodes)), 1.4)
    yield Case("backward", BACK, 1.4)
    # sys.settrace is for what runs before Python 3.12, and there for stepping over a loop it has no bound.
    for lines in (["monitoring"] if HAS_MONITORING else []) + ["settrace"]:
        usual = lines == "monitoring" or not HAS_MONITORING
        yield Case(lines + " lines", LINES, (1.05 if HAS_MONITORING else 1.1) if usual else None, lambda p, path: p.go(), lines)
        yield Case(lines + " next", LINES, 1.1 if lines == "monitoring" else None, over, lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="the cases that are measured, by the beginning of their names; all without any")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--nodes", type=int, default=100_000)
    given = parser.parse_args()
    print("Python", sys.version.split()[0], "on", os.uname().machine, "with", os.cpu_count(), "cores", flush=True)
    rows = []
    for case in cases(given.nodes):
        if given.cases and not case.name.startswith(tuple(given.cases)):
            continue
        row = case.measure(given.rounds)
        row["holds"] = case.bound is None or row.get("ratio", row.get("later")) <= case.bound
        rows.append(row)
        print("%-18s %s%s" % (case.name, case.text_of(row), "" if row["holds"] else "   TOO MUCH"), flush=True)
    if given.json:
        with open(given.json, "w") as file:
            json.dump({"python": sys.version.split()[0], "nodes": given.nodes, "rounds": given.rounds, "cases": rows}, file, indent=1)
    return 0 if all(row["holds"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
