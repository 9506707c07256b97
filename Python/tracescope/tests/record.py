#!/usr/bin/env python3
"""record.py FOLDER: records what programs tell, for tests that have no Python. Places, process numbers and times are made the same."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from client import PROGRAMS, Program  # noqa: E402

EXAMPLES = os.path.normpath(os.path.join(PROGRAMS, "..", "..", "..", "..", "Examples"))
RECORDED = [(EXAMPLES, name) for name in ("multi_agent", "multi_agent_as_posted")] + [
    (PROGRAMS, name) for name in ("shared_parameters", "opaque", "repair", "tasks", "detached", "methods", "textgrad_prompt")]


def steady(event, folder):
    """An event without what differs from one run to the next."""
    if event["e"] == "hello":
        event.update(token="", pid=1, ppid=1, python="3", executable="python3", argv=["python3", os.path.basename(event["argv"][-1])], cwd="/program",
                     lines="sys.monitoring")
    if event["e"] == "library":
        event["path"] = "/library/" + event["name"]
    if event["e"] == "file":
        event["path"] = event["path"].replace(folder, "/program")
    event.pop("seconds", None)
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r" at 0x[0-9a-f]+", " at 0x0", text)


def main():
    target = sys.argv[1]
    os.makedirs(target, exist_ok=True)
    for folder, name in RECORDED:
        program = Program([sys.executable, name + ".py"], cwd=folder, hold=False, output="events")
        if program.finish() != 0:
            sys.exit("%s failed: %s" % (name, "".join(program.errors)[-2000:]))
        with open(os.path.join(target, name + ".jsonl"), "w") as file:
            file.writelines(steady(event, folder) + "\n" for event in program.events)
        print("%s: %d events" % (name, len(program.events)))


if __name__ == "__main__":
    main()
