"""python -m tracescope [-m MODULE | FILE] ARGUMENTS: for where PYTHONPATH does not reach (python -I, frozen launchers)."""
import os
import runpy
import sys

import tracescope


def main():
    arguments = sys.argv[1:]
    if not arguments or arguments == ["-m"]:
        sys.exit("usage: python -m tracescope [-m MODULE | FILE] ARGUMENTS")
    if arguments[0] != "-m" and not os.path.exists(arguments[0]):
        sys.exit("python -m tracescope: there is no file %s" % arguments[0])
    tracescope.attach(hold=os.environ.get("TRACESCOPE_HOLD", "yes") == "yes")
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path[0] = os.path.dirname(os.path.abspath(arguments[0]))
        runpy.run_path(arguments[0], run_name="__main__")


main()
