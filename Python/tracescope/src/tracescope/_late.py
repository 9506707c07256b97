"""For processes that the program starts: they are left alone, unless what started them was only a launcher."""
import os
import sys


class Late:
    """Waits until a library that is watched is imported. Only then the debugger is asked whether this is the process that it is to follow: it is
    if no other one has imported such a library."""

    PATIENCE = 2
    """The longest wait for the answer, in seconds."""

    def __init__(self, names):
        self.names = names

    @classmethod
    def install(cls):
        # By name: the adapters are not loaded in processes that never need them.
        sys.meta_path.insert(0, cls(("opto", "textgrad")))

    def find_spec(self, name, path=None, target=None):
        if name not in self.names or self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)
        from . import _holds
        from ._agent import Agent

        try:
            Agent.start(os.environ["TRACESCOPE_CONNECT"], os.environ.get("TRACESCOPE_TOKEN", ""), _holds(), patience=self.PATIENCE)
        except Exception:
            # Another process is followed: this one goes on as if there were no debugger, and prints nothing about it.
            return None
        return None
