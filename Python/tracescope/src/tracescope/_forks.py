"""Forks of a program that is followed. The connection is the parent's: a child runs without a debugger, or begins a session of its own."""
import os
import sys
import time

from ._hooks import conceals, hidden
from ._late import Late
from ._wire import PAUSE

conceals(__file__)


def followed(agent):
    """Called in a child, during `fork`: follows it from there, if children are followed."""
    address = os.environ.get("TRACESCOPE_CHILDREN")
    callers = _callers(sys._getframe(1))
    # A child of `subprocess` is about to become another program.
    if not address or "subprocess" in callers:
        return
    util = sys.modules.get("multiprocessing.util")
    if util is not None and "multiprocessing.popen_fork" in callers:
        # When the hook runs, multiprocessing has named the process and cleared the parent's finalizers.
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
    """Wraps `os._exit`, by which children of `multiprocessing` and of `fork` end without the functions of `atexit`: their last events are sent,
    and their end is reported if this is how such a process usually ends."""
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


def ends(agent):
    """Wraps `os.kill` if children are followed: a process that another one of the program ends, such as a worker of a pool, has not failed."""
    kill = os.kill
    if hasattr(kill, "_tracescope") or not os.environ.get("TRACESCOPE_CHILDREN"):
        return

    def _kill(pid, number, /):
        if agent.on and isinstance(number, int) and number > 0 and pid != os.getpid():
            agent.tell({"e": "kill", "pid": pid, "signal": int(number)}, flush=True)
            # The last messages of the other process may still be in its buffer.
            time.sleep(2 * PAUSE)
        try:
            return kill(pid, number)
        except BaseException as error:
            hidden(error)
            raise

    _kill._tracescope = kill
    os.kill = _kill


def _callers(frame):
    names = []
    while frame is not None and len(names) < 8:
        names.append(frame.f_globals.get("__name__"))
        frame = frame.f_back
    return names
