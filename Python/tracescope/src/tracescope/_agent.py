"""The agent: tells what happens, and holds the program where the debugger wants it."""
import atexit
import os
import queue
import sys
import threading
import traceback
from threading import get_ident

from . import _forks
from ._commands import Commands, Leave
from ._hooks import Here, Watch
from ._lines import Policy, backend
from ._output import Output
from ._program import Program
from ._values import encode, error_text
from ._wire import BATCH, LARGE, PATIENCE, Refused, Wire, connect
from ._adapters import ADAPTERS


class Agent:
    current = None

    @classmethod
    def start(cls, address, token, hold=False, output=None, patience=PATIENCE):
        """Connects to the debugger at an address. Raises Refused if its version or token differs."""
        if cls.current is None:
            wire = Wire(connect(address), token)
            wire.patience = patience
            cls.current = cls(wire, output)
            try:
                cls.current.begin(hold)
            except (Refused, OSError):
                cls.current.lines.stop()
                wire.close()
                cls.current = None
                raise
        return cls.current

    def __init__(self, wire, output=None):
        self.on = False
        self.is_fork = False
        self.here = Here()
        self.mode = output or os.environ.get("TRACESCOPE_OUTPUT", "both")
        self.program = Program(self.tell)
        self.policy = Policy(self.program, self.hold, self.holds)
        self.connect_to(wire)
        self.watch = Watch(self)
        self.commands = Commands(self)
        self.changes = 0
        """The number of times that feedback was added or removed."""

    def connect_to(self, wire):
        """Sets up what belongs to one connection, and to the threads of one process."""
        self.wire = wire
        self.threads = 0
        self.table = threading.Lock()
        self.stops, self.asks = {}, "pass"
        self.inbox = queue.SimpleQueue()
        self.holding = threading.RLock()
        self.holder = None
        self.gate = threading.Event()
        self.gate.set()
        self.shut = False
        """Whether a thread is held. The same as a closed gate, but faster to read."""
        self.policy.forget()
        self.lines = backend(self.policy, lambda: self.here.busy)
        self.output = Output(self, self.mode)
        self.counted, self.sum = -1, []
        self.is_over = False

    # MARK: Beginning and end

    def begin(self, hold):
        self.here.busy = True
        try:
            self.greet()
            self.watch.install(ADAPTERS)
            self.output.install()
            atexit.register(self.end)
            self.except_hook, sys.excepthook = sys.excepthook, self.failed
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=self.forked)
            _forks.leaves(self)
            _forks.ends(self)
            self.listen(hold)
        finally:
            self.here.busy = False

    def greet(self):
        self.wire.greet({
            "e": "hello", "name": self.program.name_of_process(), "pid": os.getpid(), "ppid": os.getppid(),
            "python": sys.version.split()[0], "implementation": sys.implementation.name, "executable": sys.executable,
            "argv": list(getattr(sys, "orig_argv", sys.argv)), "cwd": os.getcwd(), "lines": self.lines.name, "output": self.output.mode})
        # Not before: the first line is the greeting, also where this thread is not the main one.
        self.thread_number()
        self.on = True

    def listen(self, hold):
        # Commands that arrive before the program has started are queued until it has.
        self.commands.waiting = hold
        reader = threading.Thread(target=self.wire.read, args=(self.commands.received, self.closed), name="tracescope", daemon=True)
        reader.start()
        if hold:
            # Breakpoints can be set before anything runs.
            self.commands.wait_for_start()

    def revive(self, address, token, hold):
        """In a forked child: begins a session of its own, with everything that the parent had made."""
        here, wire = self.here, Wire(connect(address), token)
        here.begin_again()
        here.busy = True
        try:
            self.connect_to(wire)
            self.commands = Commands(self)
            self.program.forget_numbers()
            self.watch.forget_numbers()
            self.greet()
            Agent.current, self.is_fork = self, True
            self.output.install()
            self.commands.tell_all()
            # The snapshot refers to nodes, so it follows them.
            self.commands.do_snapshot(None, None)
            self.listen(hold)
        finally:
            here.busy = False

    def abandon(self):
        self.on = False
        self.output.closed()
        self.wire.close()
        self.lines.stop()
        Agent.current = None

    def failed(self, kind, error, trace):
        if kind is not Leave:
            name, text = error_text(error, 4000)
            self.tell({"e": "failed", "type": name, "text": text, "at": self.place_of(error, trace)}, flush=True)
            self.except_hook(kind, error, trace)

    def place_of(self, error, trace):
        """The line of the program's own code that raised an exception, or that Python could not parse."""
        program = self.program
        if isinstance(error, SyntaxError) and isinstance(error.filename, str) and (error.lineno or 0) > 0:
            source = program.judge(error.filename)
            if source:
                return [program.number(source), error.lineno]
        places = [(program.source(frame.f_code), line) for frame, line in traceback.walk_tb(trace)]
        own = [place for place in places if place[0]]
        return [program.number(own[-1][0]), own[-1][1]] if own else None

    def end(self):
        if self.is_over or Agent.current is not self:
            return
        self.is_over = self.here.busy = True
        if self.on:
            self.watch.reread()
        self.output.rest()
        self.tell({"e": "end", "nodes": next(self.watch.nodes.count), "sent": self.wire.told() + 1}, flush=True)

    def closed(self):
        """The debugger is gone: the program goes on without it, at full speed."""
        self.on = False
        self.release()
        self.inbox.put(None)
        self.policy.breakpoints, self.policy.going, self.policy.pausing = {}, "run", False
        try:
            self.lines.quiet()
        except Exception:
            pass
        self.output.abandoned()

    def forked(self):
        """In a child: the connection is the parent's."""
        was_on, self.on = self.on, False
        self.wire.forget()
        self.output.closed()
        self.release()
        # A thread that was held goes on here.
        self.inbox = queue.SimpleQueue()
        self.inbox.put(None)
        self.policy.forget()
        self.lines.stop()
        Agent.current = None
        if was_on and not self.here.busy and not self.here.hand:
            _forks.followed(self)

    # MARK: Telling

    def tell(self, event, flush=False):
        self.wire.send(event, flush)

    def warn(self, text):
        self.tell({"e": "warning", "text": text})

    STACKED = frozenset(("backward", "zero", "propose", "optimizer"))
    """Kinds of events that have a stack, so that a debugger can tell a helper function from the lines that call it."""

    def event(self, event, frame=None, site=True):
        """Sends an event of the program, with the innermost line of the program's own code around a frame."""
        frame = (frame or sys._getframe(1)) if site else None
        text = encode(event)[:-1]
        if frame is not None and event["e"] in self.STACKED:
            text += self.calls(frame)
        self.emit(text, frame)

    def calls(self, frame):
        """The active calls as a member of an event; empty if there is only the body of a file."""
        stack = self.program.stack(frame)
        return ',"stack":' + encode(stack) if len(stack) > 1 else ""

    def emit(self, text, frame=None):
        """Sends an event, given as JSON without its closing brace. While a thread is held, the events of others wait, so that
        nothing changes while the user looks."""
        here = self.here
        if self.shut and self.holder != get_ident() and not here.hand:
            self.gate.wait()
        foreign = self.program.foreign
        while frame is not None:
            code = frame.f_code
            if id(code) not in foreign:
                source = self.program.source(code)
                if source is not False:
                    number = source.number
                    text += f',"at":[{number if number is not None else self.program.number(source)},{frame.f_lineno}]'
                    break
            frame = frame.f_back
        tail = here.tail
        if tail is None:
            number = self.thread_number()
            tail = here.tail = (',"th":%d}' % number) if number else "}"
        if here.hand:
            tail = ',"hand":true' + tail
        wire = self.wire
        parts = wire.parts
        parts.append(text + tail)
        if len(parts) >= BATCH or len(text) > LARGE:
            wire.flush()

    def thread_number(self):
        number = self.here.number
        if number is None:
            number = 0
            if threading.current_thread() is not threading.main_thread():
                with self.table:
                    number = self.threads = self.threads + 1
            self.here.number = number
            if number:
                self.tell({"e": "thread", "th": number, "name": threading.current_thread().name})
        return number

    # MARK: Holding

    def may_stop(self, kind, **facts):
        """Notes an event that may hold the program at the end of the operation that it is part of."""
        here = self.here
        wanted = self.stops.get(kind)
        if not wanted or here.busy or here.hand or here.due is not None:
            return
        for subject in wanted:
            if all(facts.get(k) == v for k, v in subject.items() if k not in ("kind", "number", "of")) and (
                    "of" not in subject or self.watch.is_named(subject["of"], facts.get("o"), facts.get("n"))):
                here.due = (kind, subject)
                return

    def settle(self):
        """Holds the program after an operation, if an event in it asks for that. Only the outermost operation leaves everything consistent."""
        here = self.here
        if here.due is None or here.busy or here.going:
            return
        (kind, subject), here.due = here.due, None
        frame = self.program.frame(sys._getframe(1))
        if frame is not None:
            self.hold("event " + kind, frame, subject=subject)

    def score(self, name, value):
        try:
            number = float(getattr(value, "data", value))
        except (TypeError, ValueError):
            raise TypeError("the score %r is a %s, and must be a number" % (name, type(value).__name__)) from None
        # JSON has no form for numbers that are not finite.
        if number == number and abs(number) != float("inf"):
            self.event({"e": "score", "name": name[:10_000], "value": number}, sys._getframe(2))
            if self.stops:
                self.may_stop("score")
                self.settle()

    def pause_here(self, label):
        self.hold("breakpoint" + (" '%s'" % label if label else ""), self.program.frame(sys._getframe(2)))

    def holds(self, number, condition, frame):
        """Whether the condition of a breakpoint is true. One that raises an error counts as true, so that the user sees the error."""
        here = self.here
        before, here.busy = here.busy, True
        try:
            with self.watch.aside():
                return bool(eval(condition, frame.f_globals, frame.f_locals))
        except Exception as error:
            self.tell({"e": "condition", "number": number, "error": error_text(error)})
            return True
        finally:
            here.busy = before

    def asked(self, number):
        """Returns the answer to a question as a command; {} if the program's own model answers."""
        if self.asks == "pass" or not self.wire.open:
            return {}
        return self.hold("ask %d" % number, self.program.frame(sys._getframe(1)), question=number) or {}

    def release(self):
        self.shut = False
        self.gate.set()

    def close_gate(self):
        self.gate.clear()
        self.shut = True

    def hold(self, why, frame, question=None, subject=None):
        """Holds this thread and executes the debugger's commands until it is let go."""
        here = self.here
        if not self.wire.open or not self.on or here.busy:
            return None
        with self.holding:
            if not self.on:
                return None
            outer, nested, was_shut = self.holder, here.hand, self.shut
            here.busy, here.hand = True, False
            self.holder = get_ident()
            self.close_gate()
            self.policy.going, self.policy.pausing = "run", False
            if outer is None:
                self.commands.undoable = []
            try:
                self.watch.reread()
                self.tell(self.report(why, frame, question, subject), flush=True)
                return self.commands.serve(frame, question)
            finally:
                here.busy, here.hand = False, nested
                self.holder = outer
                if outer is None or not was_shut:
                    self.release()
                self.lines.update()

    def report(self, why, frame, question, subject):
        stack = self.program.stack(frame)
        if self.counted != self.changes:
            # Again only where something was added or taken away: a graph may be large.
            self.counted, self.sum = self.changes, self.watch.sums()
        event = {"e": "held", "why": why, "th": self.thread_number(), "at": stack[0][1:3] if stack else None, "stack": stack, "sum": self.sum}
        if question is not None:
            event["q"] = question
        if subject and "number" in subject:
            event["number"] = subject["number"]
        task = self.task()
        if task:
            event["task"] = task
        return event

    def task(self):
        """The name of the task of asyncio that this thread runs."""
        asyncio = sys.modules.get("asyncio")
        try:
            task = asyncio and asyncio.current_task()
            return task and task.get_name()
        except RuntimeError:
            return None
