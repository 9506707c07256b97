"""Times the reference implementation on the shapes that `bench` measures, and prints JSON, one object a case.

    python reference.py --shapes chain,ladder --sizes 100,1000,3000
    python reference.py --against .build/release/bench

Times are the processor's, in nanoseconds per operator, and memory in bytes per operator, as in `bench --json`; each case runs in a process of its own, and a small
one several times in it. A case that takes longer than the limit ends the larger sizes of its shape. The minimal subgraph is the aggregate with
its nodes told apart, which the reference does where OptoPrime summarizes.

With --against, both are measured in turn and a table shows how many times as long, or as much memory, the reference takes. The reference makes
its trace graphs during backward and this engine when they are asked for, so a column compares backward and minimal subgraph as one.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import time

# Without it, importing the optimizers asks the network for the prices of language models.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
with contextlib.redirect_stdout(sys.stderr):
    from opto.optimizers.optoprime import node_to_function_feedback
from opto import trace
from opto.trace.nodes import GRAPH
from opto.trace.utils import sum_feedback


def chain(n):
    p = trace.node(1, name="p", trainable=True)
    y = p
    for _ in range(n):
        y = -y
    return y, [p]


def ladder(n):
    p = trace.node(1, name="p", trainable=True)
    y = trace.node(0, name="x")
    for _ in range(n):
        y = y + p
    return y, [p]


def tree(n):
    leaves = [trace.node(1, name="p", trainable=True) for _ in range(n // 2 + 1)]
    row = leaves
    while len(row) > 1:
        above = [row[i] + row[i + 1] for i in range(0, len(row) - 1, 2)]
        row = above + row[len(row) - len(row) % 2:]
    return row[0], leaves


def grid(n):
    side = max(2, int(n**0.5))
    p = trace.node(1, name="p", trainable=True)
    row = [-p for _ in range(side)]
    for _ in range(1, side):
        below = [-row[0]]
        for i in range(1, side):
            below.append(below[i - 1] + row[i])
        row = below
    return row[-1], [p]


def rand(n):
    generator = random.Random(42)
    parameters = [trace.node(1, name="p", trainable=True) for _ in range(8)]
    nodes = list(parameters)
    for _ in range(n):
        nodes.append(nodes[-1] + nodes[generator.randrange(len(nodes) - 1)])
    return nodes[-1], parameters


SHAPES = {"chain": chain, "ladder": ladder, "tree": tree, "grid": grid, "random": rand}


TIMES = ["build", "backward", "aggregate", "subgraph"]


def peak():
    """The most memory that this process has had, in bytes; 0 where the system does not say."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return 0


def forget_peak():
    """Lets the peak begin anew from what is in use now, where the system can do that."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def repeated(rounds, parameters):
    """What aggregating takes where that is as little as reading the clock: `bench` repeats it too."""
    start = time.process_time()
    for _ in range(rounds):
        sum_feedback(parameters)
    return (time.process_time() - start) / rounds


def once(shape, n):
    GRAPH.clear()
    before = peak()
    moments = [time.process_time()]
    output, parameters = SHAPES[shape](n)
    moments.append(time.process_time())
    output.backward("larger")
    moments.append(time.process_time())
    sum_feedback(parameters)
    moments.append(time.process_time())
    memory = (peak() - before) / n
    if moments[-1] - moments[-2] < 0.001:
        moments[-1] = moments[-2] + repeated(max(1, 10_000 // n), parameters)
    start = time.process_time()
    node_to_function_feedback(sum_feedback(parameters))
    spent = [b - a for a, b in zip(moments, moments[1:])] + [time.process_time() - start]
    return dict(zip(TIMES, spent)) | {"memory": memory}


def measure(shape, n):
    """One case, as JSON. A small one is measured several times, and the medians count; the memory is that of the first."""
    forget_peak()
    try:
        start = time.perf_counter()
        rounds = [once(shape, n)]
        while len(rounds) < 25 and time.perf_counter() - start < 1:
            rounds.append(once(shape, n))
    except (AssertionError, RecursionError) as error:
        return {"shape": shape, "operators": n, "error": type(error).__name__}
    case = {"shape": shape, "operators": n}
    for name in TIMES:
        case[name + "_ns"] = statistics.median(found[name] for found in rounds) / n * 1e9
    return case | {"memory_bytes": rounds[0]["memory"]}


def apart(shape, n):
    """Measures one case in a process of its own, which has what this one has imported."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(measure, (shape, n))


def row(reference, ours):
    """A row of the table: what the reference takes over what the bench takes, for the same shape and size."""
    start = f"{ours['shape']:8}{ours['operators']:10}"
    if "error" in reference:
        return f"{start}  the reference fails: {reference['error']}"

    def ratio(*names):
        mine = sum(ours[name] for name in names)
        return f"{sum(reference[name] for name in names) / mine:10.0f}" if mine > 0 else f"{'-':>10}"

    columns = [ratio(name + "_ns") for name in TIMES]
    return start + "".join(columns) + ratio("backward_ns", "subgraph_ns") + ratio("memory_bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--sizes", default="100,1000,3000")
    parser.add_argument("--limit", type=float, default=60, help="seconds")
    parser.add_argument("--against", metavar="BENCH", help="the bench program to compare with")
    options = parser.parse_args()
    shapes, sizes = options.shapes.split(","), list(map(int, options.sizes.split(",")))
    sys.setrecursionlimit(100_000)
    if options.against:
        print("times as long, or as much, in the reference:")
        print("shape    operators     build  backward aggregate  subgraph  back+subg    memory")
    for shape in shapes:
        for size in sizes:
            start = time.perf_counter()
            reference = apart(shape, size)
            spent = time.perf_counter() - start
            if options.against:
                command = [options.against, "--json", "--calls", "none", "--shapes", shape, "--sizes", str(size)]
                ours = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
                print(row(reference, ours), flush=True)
            else:
                print(json.dumps(reference), flush=True)
            if spent > options.limit:
                break


if __name__ == "__main__":
    main()
