"""The part of Tracescope that runs inside a Python program: it watches Trace and TextGrad, and holds the program where the debugger wants it.

    import tracescope
    tracescope.attach()          # connects to the debugger that started this process, or waits for one to connect
"""
__version__ = "0.1"


def attach(address=None, hold=False):
    """Connects to a debugger, or lets one connect later: `tracescope attach` finds this process.

    `address` is a path or tcp:HOST:PORT of a debugger that listens. Without it, and without TRACESCOPE_CONNECT, this process listens at
    TRACESCOPE_LISTEN, or at a socket of its own in a folder that belongs to this user alone. With `hold`, the program waits for the debugger's
    `start`. Never raises: a debugger must not keep a program from running."""
    import os
    import sys

    token = os.environ.get("TRACESCOPE_TOKEN", "")
    address = address or os.environ.get("TRACESCOPE_CONNECT")
    try:
        from ._agent import Agent

        if address:
            return Agent.start(address, token, hold)
        from ._listen import Listener

        return Listener.start(os.environ.get("TRACESCOPE_LISTEN"), token, hold)
    except Exception as error:
        sys.stderr.write("tracescope: not connected, and the program goes on: %s\n" % (error or repr(error)))
        return None


def breakpoint(label=None, *args, **kwargs):
    """Holds the program here, if a debugger is there. Stands in for the built-in `breakpoint` under `tracescope run`."""
    from ._agent import Agent

    if Agent.current:
        Agent.current.pause_here(label)


def score(name, value):
    """Reports a number that says how good something is, for the debugger's trends. Does nothing without a debugger."""
    from ._agent import Agent

    if Agent.current:
        Agent.current.score(str(name), value)


def _start_from_environment():
    import os

    # A process that replaced itself by another program is still the one that was started.
    root, own = os.environ.get("TRACESCOPE_ROOT"), str(os.getpid())
    if root and root != own:
        from ._late import wait_for_a_library

        return wait_for_a_library()
    os.environ["TRACESCOPE_ROOT"] = own
    attach(hold=_holds())


def _holds():
    import os

    return os.environ.get("TRACESCOPE_HOLD", "yes") == "yes" and bool(os.environ.get("TRACESCOPE_CONNECT"))
