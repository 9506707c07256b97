"""Times the reference implementation on the shapes that `bench` measures, and prints JSON, one object a case.

    python reference.py --shapes chain,ladder --sizes 100,1000,3000
    python reference.py --against .build/release/bench

Times are in nanoseconds per operator, as in `bench --json`. A case that takes longer than the limit ends the larger sizes of its shape.
With --against, both are measured in turn and a table shows how many times as long the reference takes. The reference makes its trace graphs
during backward and this engine when they are asked for, so backward and aggregate are compared as one.
"""

import argparse
import json
import random
import subprocess
import sys
import time

from opto import trace
from opto.trace.nodes import GRAPH
from opto.trace.propagators import GraphPropagator


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
        nodes.append(nodes[-1] + nodes[generator.randrange(len(nodes))])
    return nodes[-1], parameters


SHAPES = {"chain": chain, "ladder": ladder, "tree": tree, "grid": grid, "random": rand}


def measure(shape, n):
    GRAPH.clear()
    start = time.perf_counter()
    output, parameters = SHAPES[shape](n)
    built = time.perf_counter()
    output.backward("larger")
    passed = time.perf_counter()
    propagator = GraphPropagator()
    for parameter in parameters:
        if parameter.feedback:
            propagator.aggregate(parameter.feedback)
    done = time.perf_counter()
    return {
        "shape": shape,
        "operators": n,
        "build_ns": (built - start) / n * 1e9,
        "backward_ns": (passed - built) / n * 1e9,
        "aggregate_ns": (done - passed) / n * 1e9,
    }


def against(bench, shape, n, reference):
    """A row of the table: the reference's time over that of the bench, for the same shape and size."""
    command = [bench, "--json", "--shapes", shape, "--sizes", str(n)]
    ours = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if "error" in reference:
        return f"{shape:8}{n:10}  the reference fails: {reference['error']}"
    build = reference["build_ns"] / ours["build_ns"]
    rest = (reference["backward_ns"] + reference["aggregate_ns"]) / (ours["backward_ns"] + ours["aggregate_ns"])
    return f"{shape:8}{n:10}{build:12.0f}{rest:24.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--sizes", default="100,1000,3000")
    parser.add_argument("--limit", type=float, default=60, help="seconds")
    parser.add_argument("--against", metavar="BENCH", help="the bench program to compare with")
    options = parser.parse_args()
    if options.against:
        print("shape    operators     build x    backward+aggregate x")
    sys.setrecursionlimit(100_000)
    for shape in options.shapes.split(","):
        for size in map(int, options.sizes.split(",")):
            start = time.perf_counter()
            try:
                case = measure(shape, size)
            except (AssertionError, RecursionError) as error:
                case = {"shape": shape, "operators": size, "error": type(error).__name__}
            print(against(options.against, shape, size, case) if options.against else json.dumps(case), flush=True)
            if time.perf_counter() - start > options.limit:
                break


if __name__ == "__main__":
    main()
