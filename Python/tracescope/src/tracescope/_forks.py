"""Forks of a program that is followed. The connection is the parent's: a child runs without a debugger, or begins a session of its own."""
import os
import sys

from ._late import Late


def followed(agent):
    """Called in a child, in the midst of `fork`: has it followed from there, where children are followed at all."""
    address = os.environ.get("TRACESCOPE_CHILDREN")
    callers = _callers(sys._getframe(1))
    # A child of `subprocess` is about to become another program.
    if not address or "subprocess" in callers:
        return
    util = sys.modules.get("multiprocessing.util")
    if util is not None and "multiprocessing.popen_fork" in callers:
        # A moment later it has its name, and what is to happen at its end is no longer what the parent has asked for.
        util.register_after_fork(agent, lambda agent: _begin(agent, address))
    else:
        _begin(agent, address)


def _begin(agent, address):
    if agent.watch.libraries():
        _revive(agent, address)
    else:
        # The hooks are there already, and wait for a library like those of the parent.
        Late.install(lambda: _revive(agent, address))


def _revive(agent, address):
    from . import _holds

    try:
        agent.revive(address, os.environ.get("TRACESCOPE_TOKEN", ""), _holds())
    except Exception:
        # No debugger is there any more.
        agent.abandon()


def leaves(agent):
    """Watches for a process that leaves without what `atexit` was given, as children of `multiprocessing` and of `fork` do: what it has told is
    sent, and its end is told where that is the usual one."""
    leave = os._exit
    if hasattr(leave, "_tracescope"):
        return

    def _exit(status):
        if agent.on:
            process = sys.modules.get("multiprocessing.process")
            if agent.is_fork or process is not None and process.parent_process() is not None:
                agent.end()
            else:
                agent.output.rest()
                agent.wire.flush()
        leave(status)

    _exit._tracescope = leave
    os._exit = _exit


def _callers(frame):
    names = []
    while frame is not None and len(names) < 8:
        names.append(frame.f_globals.get("__name__"))
        frame = frame.f_back
    return names
