"""Records what the reference does with every case, as files that the tests of the engine read.

    python record.py DIRECTORY                        all cases
    python record.py DIRECTORY --random 1000 --seed 7 that many random workflows that are not among them

Each file holds a list of cases: a program, what the reference did with it ("there"), and the differences: for each, the name of the rule, the
path of the value in "there", and what must be here instead (nothing: the value is not here).
"""

import argparse
import json
import os
import sys
import warnings

if os.environ.get("PYTHONHASHSEED") != "0":  # sets and hashes are the same in every run
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable] + sys.argv)
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # nothing is asked of the network
warnings.simplefilter("ignore")

import cases
import generate
from differences import differences, same, side
from notes import TooLarge
from reference import Runner


def record(case):
    runner = Runner(case)
    tree = runner.run()
    out = {k: case[k] for k in ("name", "rule", "steps") if k in case}
    out["there"] = side(tree, "there")
    if "instead" in case:  # here the program does what another one does there
        here = side(Runner({**case, "steps": case["instead"]}).run(), "here")
        out["differences"] = [[case["why"], [part], here[part]] for part in here if here[part] != out["there"][part]]
    else:
        out["differences"] = list(differences(tree))
    for path, here in case.get("here", []):
        out["differences"] = [d for d in out["differences"] if d[1][: len(path)] != path]
        if not same(at(out["there"], path), here):
            out["differences"].append([case["why"], path, here])
    return out


def at(tree, path):
    return at(tree[path[0]], path[1:]) if path else tree


def suits(case):
    """Whether the reference can run a program: it cannot where one of its own assertions fails, or its copies become too many, on the way."""
    runner = Runner(case)
    try:
        runner.run()
    except TooLarge:
        return False
    return not runner.failed


def line(value):
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def text(records):
    """JSON with one step, one node, one part of a moment and one difference a line."""
    out = []
    for r in records:
        lines = [f'{{"name": {line(r["name"])},', f'"rule": {line(r["rule"])},', '"steps": [']
        lines.append(",\n".join("  " + line(s) for s in r["steps"]))
        lines.append('],\n"there": {"moments": [')
        moments = []
        for m in r["there"]["moments"]:
            parts = ", ".join(f'"{k}": {line(m[k])}' for k in ("step", "result") if k in m)
            rest = [f'   "{k}": {line(v)}' for k, v in m.items() if k not in ("step", "result")]
            moments.append("  {" + ",\n".join([parts] + rest) + "}")
        lines.append(",\n".join(moments))
        lines.append('], "nodes": [')
        lines.append(",\n".join("  " + line(n) for n in r["there"]["nodes"]))
        lines.append(']},\n"differences": [')
        lines.append(",\n".join("  " + line(d) for d in r["differences"]))
        lines.append("]}")
        out.append("\n".join(lines))
    return "[\n" + ",\n".join(out) + "\n]\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory")
    parser.add_argument("--random", type=int, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    directory = options.directory
    os.makedirs(directory, exist_ok=True)
    if options.random is None:
        groups = {**cases.groups(), **generate.groups(suits)}
    else:
        groups = generate.fresh(suits, options.random, options.seed)
    names = [c["name"] for cs in groups.values() for c in cs]
    assert len(names) == len(set(names)), "two cases have one name"
    counts, total = {}, 0
    for group, members in groups.items():
        records = [record(c) for c in members]
        for r in records:
            for d in r["differences"]:
                counts[d[0]] = counts.get(d[0], 0) + 1
        total += len(records)
        with open(os.path.join(directory, group + ".json"), "w", encoding="utf-8") as file:
            file.write(text(records))
    known = {group + ".json" for group in groups}
    for stale in sorted(set(os.listdir(directory)) - known):
        if stale.endswith(".json"):
            os.remove(os.path.join(directory, stale))
    print(f"{total} cases")
    for name, count in sorted(counts.items()):
        print(f"{count:6} {name}")
    if unknown := set(counts) - set(cases.DIFFERENCES):
        sys.exit(f"differences without a rule: {', '.join(sorted(unknown))}")


main()
