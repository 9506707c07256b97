#!/usr/bin/env python3
"""What the agent costs: processor time of the program's thread with it, as a multiple of that without it, in one run."""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from client import Program, environment  # noqa: E402

NODES = """
import time
from opto.trace import node
x = node(1.0, name="x")
def work(n):
    y = x
    for i in range(n):
        y = y + 1.0 if i % 100 else x + 1.0
work(100)
start = time.thread_time()
work({count})
print("seconds", time.thread_time() - start)
"""
BACK = """
import time
from opto.trace import node
x = node(1.0, name="x", trainable=True)
total = 0
for turn in range(3):
    y = x
    for i in range(300):
        y = y + 1.0
    start = time.thread_time()
    y.backward("more")
    total += time.thread_time() - start
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
start = time.thread_time()
inner(1_000_000)
print("seconds", time.thread_time() - start)
done = True
"""


def seconds(text):
    return float(text.split("seconds ")[-1].split()[0])


def alone(path):
    return seconds(subprocess.run([sys.executable, path], env=environment(), capture_output=True, text=True).stdout)


class Light(Program):
    """A debugger's end that reads as fast as it can: it looks at nothing but holds and replies."""

    def _read(self):
        kept = (b'{"e":"held"', b'{"r":', b'{"e":"file"', b'{"e":"hello"')
        for line in self.socket.makefile("rb", buffering=1 << 20):
            if line.startswith(kept):
                event = json.loads(line)
                with self.condition:
                    if "r" in event:
                        self.replies[event["r"]] = event
                    else:
                        self.take(event)
                    self.condition.notify_all()
        with self.condition:
            self.over = True
            self.condition.notify_all()


def watched(path, drive=None, lines=None):
    p = Light([sys.executable, path], hold=drive is not None, lines=lines)
    if drive:
        p.start()
        drive(p)
    p.finish(600)
    return seconds(p.printed())


def compare(name, text, drive=None, rounds=3, lines=None):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.py")
        with open(path, "w") as file:
            file.write(text)
        pairs = [(alone(path), watched(path, (lambda p: drive(p, path)) if drive else None, lines)) for _ in range(rounds)]
    without, with_it = min(a for a, _ in pairs), min(b for _, b in pairs)
    print("%-36s alone %.3f s, watched %.3f s, × %.2f" % (name, without, with_it, with_it / without), flush=True)


def main():
    count = int(os.environ.get("NODES", 20000))
    print("Python", sys.version.split()[0])
    compare("%d operators" % count, NODES.replace("{count}", str(count)))
    compare("backward over 300 nodes, 3 times", BACK)
    loop = 1 + LINES.splitlines().index("inner(1_000_000)")
    for lines in ["settrace"] + (["monitoring"] if hasattr(sys, "monitoring") else []):
        compare(lines + ", no breakpoint", LINES, lambda p, path: p.go(), lines=lines)
        compare(lines + ", next over the loop", LINES, lambda p, path: (p.ask("break", at=[[1, path, loop]]), p.go(), p.go("next"), p.go()), lines=lines)


if __name__ == "__main__":
    main()
