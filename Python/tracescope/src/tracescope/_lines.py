"""Holding a program before a line: sys.monitoring from Python 3.12 on, sys.settrace before."""
import dis
import inspect
import os
import sys
import threading
import weakref

from ._statements import repeated


TOOLS = (0, 3, 4)
"""Tool numbers of `sys.monitoring` that are reserved for debuggers or for nothing."""


class Policy:
    """The places to pause at. One thread steps at a time; breakpoints pause every thread."""

    def __init__(self, program, hold, holds):
        self.program, self.hold, self.holds = program, hold, holds
        self.lines_of = {}
        self.repeats = {}
        """The identity of a code object -> the offsets at which a statement returns to one of its lines, and a reference to the code."""
        self.forget()

    def forget(self):
        """Watches no lines."""
        self.going, self.thread, self.target, self.line = "run", None, None, None
        self.breakpoints, self.pausing = {}, False

    def wants_lines(self):
        return self.going != "run" or self.pausing or bool(self.breakpoints)

    def go(self, how, frame, line=None):
        self.going, self.line = how, line
        self.thread = threading.get_ident()
        self.target = self.program.frame(frame)
        if how == "out" and self.target is not None:
            self.target = self.program.frame(self.target.f_back)
            if self.target is None:
                self.going = "run"

    def has_breakpoint(self, code):
        """Whether a breakpoint is on a line of this code object. Calls of other code need no tracer."""
        here = self.breakpoints_in(code)
        if not here:
            return False
        known = self.lines_of.get(id(code))
        if known is None:
            known = self.lines_of[id(code)] = (frozenset(line for _, line in dis.findlinestarts(code)), weakref.ref(code))
        elif known[1]() is not code:
            del self.lines_of[id(code)]
            return self.has_breakpoint(code)
        return not known[0].isdisjoint(here)

    def comes_again(self, code, offset):
        """Whether a statement of several lines has already been at this line: a breakpoint should pause there once."""
        known = self.repeats.get(id(code))
        if known is None or known[1]() is not code:
            known = self.repeats[id(code)] = (repeated(code, self.program.source(code).headers()), weakref.ref(code))
        return offset in known[0]

    def returned(self, frame):
        """Notes that a call is over: stepping goes on in its caller."""
        if frame is self.target and self.going in ("over", "until", "in"):
            self.target = self.program.frame(frame.f_back)
            if self.target is None:
                self.going = "in"

    def at(self, frame, line):
        """The reason to pause before a line, or None."""
        code = frame.f_code
        here = self.breakpoints_in(code)
        if here and line in here and not self.comes_again(code, frame.f_lasti):
            number, condition = here[line]
            if condition is None or self.holds(number, condition, frame):
                return "breakpoint %d" % number
        if self.pausing:
            return "pause"
        if self.going == "run" or threading.get_ident() != self.thread:
            return None
        if self.going == "in":
            return "step"
        if self.going in ("over", "out") and frame is self.target:
            return "step"
        if self.going == "until" and frame is self.target and line >= self.line:
            return "line %d" % line
        return None

    def breakpoints_in(self, code):
        """Line -> (number, condition) of the file that a code object is in."""
        if not self.breakpoints:
            return None
        source = self.program.source(code)
        return self.breakpoints.get(source.key) if source else None


class Monitored:
    """Lines by sys.monitoring: a line without a reason to pause costs nothing after its first time."""

    name = "sys.monitoring"
    on = False
    """Whether the tracer has to be installed again, which is never necessary here."""

    def __init__(self, policy, busy):
        self.policy, self.busy = policy, busy
        m = self.monitoring = sys.monitoring
        self.tool = next(i for i in TOOLS if m.get_tool(i) is None)
        m.use_tool_id(self.tool, "tracescope")
        m.register_callback(self.tool, m.events.LINE, self.line)
        m.register_callback(self.tool, m.events.PY_RETURN, self.left)
        m.register_callback(self.tool, m.events.PY_UNWIND, self.left)

    def update(self):
        m, e = self.monitoring, self.monitoring.events
        wanted = 0
        if self.policy.wants_lines():
            wanted = e.LINE
            if self.policy.going not in ("run", "in"):
                wanted |= e.PY_RETURN | e.PY_UNWIND
        m.set_events(self.tool, wanted)
        m.restart_events()

    def line(self, code, line):
        policy = self.policy
        if not policy.program.source(code):
            return self.monitoring.DISABLE
        if self.busy():
            return None
        target = policy.target
        if policy.going == "run" or policy.going != "in" and target is not None and code is not target.f_code:
            # Nobody waits for this line, until somebody says how to go on, or the call that is waited for is over.
            here = policy.breakpoints_in(code)
            if not policy.pausing and (not here or line not in here):
                return self.monitoring.DISABLE
        frame = sys._getframe(1)
        why = policy.at(frame, line)
        if why:
            policy.hold(why, frame)
        return None

    def left(self, code, *rest):
        target = self.policy.target
        if target is None or code is not target.f_code:
            # An event of unwinding cannot be switched off for a place.
            return self.monitoring.DISABLE if rest and not isinstance(rest[-1], BaseException) else None
        self.policy.returned(sys._getframe(1))
        if self.policy.target is not target:
            self.monitoring.restart_events()
        return None

    def again(self):
        pass

    def quiet(self):
        """Stops watching lines. May be called from any thread."""
        self.update()

    def stop(self):
        if self.tool is not None:
            self.monitoring.set_events(self.tool, 0)
            self.monitoring.free_tool_id(self.tool)
            self.tool = None


def suspends(frame):
    """Whether the return event of a coroutine or generator is only a suspension, as in `await`."""
    code = frame.f_code
    if not code.co_flags & (inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR):
        return False
    # Up to Python 3.10 the place is one instruction before the `yield from` that will be done again; from 3.13 on it is the one after.
    first = frame.f_lasti - (2 if sys.version_info >= (3, 13) else 0)
    near = code.co_code[max(first, 0) : frame.f_lasti + (4 if sys.version_info < (3, 11) else 2) : 2]
    return frame.f_lasti >= 0 and any(dis.opname[c] in ("YIELD_VALUE", "YIELD_FROM") for c in near)


class Traced:
    """Lines by sys.settrace, which belongs to one thread. `opto` itself sets and restores the tracer around each call of a bundle."""

    name = "sys.settrace"

    def __init__(self, policy, busy):
        self.policy, self.busy = policy, busy
        self.on = False
        self.raised = None
        threading.settrace(self.call)

    def update(self):
        """Installs or removes the tracer in this thread. Other threads follow when they next call a function, if they were started under a tracer."""
        self.on = self.policy.wants_lines()
        self.again()

    def again(self):
        """Installs the tracer in this thread again, after the call of a bundle, which restores the tracer that it found."""
        if not self.on:
            if getattr(sys.gettrace(), "__self__", None) is self:
                sys.settrace(None)
                # In Python 3.9 a frame that has a tracer tells the line that the tracer saw last.
                frame = sys._getframe(1)
                while frame is not None:
                    if self.policy.program.source(frame.f_code):
                        frame.f_trace = None
                    frame = frame.f_back
            return
        if sys.gettrace() is None or getattr(sys.gettrace(), "__self__", None) is self:
            sys.settrace(self.call)
            frame = sys._getframe(1)
            while frame is not None:
                if self.policy.program.source(frame.f_code) and self.wants(frame):
                    frame.f_trace = self.local
                frame = frame.f_back

    def wants(self, frame):
        policy = self.policy
        if policy.pausing or policy.going == "in" or frame is policy.target:
            return True
        return policy.has_breakpoint(frame.f_code)

    def call(self, frame, event, argument):
        if not self.on or not self.policy.program.source(frame.f_code):
            return None
        return self.local if self.wants(frame) else None

    def local(self, frame, event, argument):
        if event == "line" and not self.busy():
            why = self.policy.at(frame, frame.f_lineno)
            if why:
                self.policy.hold(why, frame)
        elif event == "exception":
            self.raised = frame
        elif event == "return":
            raised, self.raised = self.raised, None
            if raised is not frame and suspends(frame):
                return self.local
            before = self.policy.target
            self.policy.returned(frame)
            if self.policy.target is not before and self.policy.target is not None:
                self.policy.target.f_trace = self.local
        # The returned function becomes the frame's tracer, also if it has just been removed.
        return self.local if self.on else None

    def quiet(self):
        """Stops watching lines. May be called from any thread: each removes its own tracer at its next line."""
        self.on = False

    def stop(self):
        self.on = False
        threading.settrace(None)
        self.again()


def backend(policy, busy):
    """The way to watch lines in this Python. If other tools have taken all numbers of sys.monitoring, sys.settrace remains."""
    if os.environ.get("TRACESCOPE_LINES") != "settrace" and hasattr(sys, "monitoring"):
        if any(sys.monitoring.get_tool(i) is None for i in TOOLS):
            return Monitored(policy, busy)
    return Traced(policy, busy)
