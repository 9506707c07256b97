"""Processes that the program starts: they are left alone, unless what started them was only a launcher, or they are followed too."""
import os
import sys


class Late:
    """Waits until a library that is watched is imported, and only then asks a debugger to follow this process. A process that never imports one,
    such as a helper of `multiprocessing`, runs as if there were no debugger."""

    LIBRARIES = ("opto", "textgrad")
    """By name, so that processes which never need the adapters do not load them."""

    def __init__(self, begin):
        self.begin = begin

    @classmethod
    def install(cls, begin):
        sys.meta_path.insert(0, cls(begin))

    def find_spec(self, name, path=None, target=None):
        if name in self.LIBRARIES and self in sys.meta_path:
            sys.meta_path.remove(self)
            self.begin()
        return None


def wait_for_a_library():
    """Called in a process that the program has started with a new interpreter."""
    if os.environ.get("TRACESCOPE_LAUNCHERS") == "yes" or os.environ.get("TRACESCOPE_CHILDREN"):
        Late.install(begin)


ANSWER = 2
"""The longest wait for the answer of a debugger that may follow another process, in seconds."""


def begin():
    """Asks to be followed in place of the launcher that started this process, or else as a session of its own."""
    from . import _holds
    from ._agent import Agent
    from ._wire import PATIENCE

    places = [(os.environ.get("TRACESCOPE_CONNECT"), ANSWER)] if os.environ.get("TRACESCOPE_LAUNCHERS") == "yes" else []
    for address, patience in places + [(os.environ.get("TRACESCOPE_CHILDREN"), PATIENCE)]:
        if address:
            try:
                Agent.start(address, os.environ.get("TRACESCOPE_TOKEN", ""), _holds(), patience=patience)
                return
            except Exception:
                # Another process is followed there: this one goes on, and prints nothing about it.
                pass
