"""The commands of the debugger: those that are done at any time, on the reader's thread, and those of a held program, in its own."""
import contextlib
import ctypes
import dis
import linecache
import os
import sys
import threading

from ._values import error_text, value


class Leave(BaseException):
    """Ends the program, which the user gave up."""


class Interrupted(BaseException):
    """Ends a command by hand, which the user interrupted."""


class Commands:
    CHANGES = ("backward", "zero", "drop", "putback", "step", "update", "set", "eval")

    def __init__(self, agent):
        self.agent = agent
        self.here = agent.here
        self.policy, self.program = agent.policy, agent.program
        self.undoable = []
        self.drops = {}
        """The entries that were dropped by hand, by their numbers: what an adapter needs to put each back."""
        self.waiting = False
        self.pending = None
        self.evaluating = None
        self.evaluation = threading.Lock()

    @property
    def watch(self):
        return self.agent.watch

    def reply(self, message, result=None, error=None):
        if "i" in message:
            answer = {"r": message["i"]}
            if error is None:
                answer["ok"] = {} if result is None else result
            else:
                name, text = error_text(error, 4000)
                answer["error"] = {"type": name, "text": text}
                if message.get("do") in self.CHANGES:
                    answer["undoable"] = len(self.undoable)
            self.agent.tell(answer, flush=True)

    # MARK: At any time

    def received(self, message):
        """Handles a command that has just arrived. The reply to a wrong one is an error."""
        do = message.get("do")
        try:
            if do in ("break", "stop", "pause", "where", "detach", "interrupt"):
                getattr(self, "now_" + do)(message)
            elif do is None:
                self.agent.warn("a line was not understood: " + message.get("text", "it has no 'do'"))
            elif do == "start" or self.waiting or self.agent.holder is not None:
                self.agent.inbox.put(message)
            else:
                raise RuntimeError("the program is running")
        except Exception as error:
            self.reply(message, error=error)

    def now_break(self, message):
        new = {}
        for number, path, line, *condition in message["at"]:
            text = condition[0] if condition else None
            if text is not None:
                try:
                    text = compile(text, "<condition>", "eval")
                except (SyntaxError, ValueError) as error:
                    raise ValueError("breakpoint %s: its condition is not Python: %s" % (number, error)) from None
            key = path if path[:1] == "<" or not os.path.isabs(path) else os.path.realpath(path)
            new.setdefault(key, {})[line] = (number, text)
        self.policy.breakpoints = new
        self.reply(message)
        self.soon()

    def now_stop(self, message):
        stops = {}
        for subject in message.get("on", ()):
            subject = {"kind": subject} if isinstance(subject, str) else dict(subject)
            stops.setdefault(subject["kind"], []).append(subject)
        if "on" in message:
            self.agent.stops = stops
        asks = message.get("ask", self.agent.asks)
        if asks not in ("hold", "pass"):
            raise ValueError("ask is 'hold' or 'pass'")
        self.agent.asks = asks
        self.reply(message)

    def now_pause(self, message):
        """Replies with the place of the main thread, which may not come to a line for a while."""
        self.policy.pausing = True
        # Before the reply: who has it may rely on the pause.
        self.soon()
        self.now_where(message)

    def now_where(self, message):
        """Replies with the place of the main thread, while the program goes on."""
        stack = self.program.stack(sys._current_frames().get(threading.main_thread().ident))
        self.reply(message, {"at": stack[0][1:3], "stack": stack} if stack else None)

    def now_detach(self, message):
        self.reply(message)
        self.agent.wire.close()

    def now_interrupt(self, message):
        """Raises in the thread that evaluates something by hand."""
        with self.evaluation:
            if self.evaluating is None:
                raise RuntimeError("nothing is being evaluated")
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.evaluating), ctypes.py_object(Interrupted))
        self.reply(message)

    def soon(self):
        """Watches lines from now on, whatever the program is doing."""
        agent, lines = self.agent, self.agent.lines
        if agent.holder is not None or self.waiting:
            return
        if lines.name == "sys.monitoring":
            lines.update()
            return
        lines.on = self.policy.wants_lines()

        if self.pending is None:
            # Made once: one that waits to be called must not be freed when the next is asked for.
            kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
            ctypes.pythonapi.Py_AddPendingCall.argtypes = (kind, ctypes.c_void_p)
            self.pending = kind(self.pended)
        ctypes.pythonapi.Py_AddPendingCall(self.pending, None)

    def pended(self, _):
        """In the main thread, between two of its instructions."""
        if not self.here.busy:
            self.agent.lines.again()
        return 0

    # MARK: In the held thread

    def wait_for_start(self):
        agent = self.agent
        self.waiting = True
        agent.tell({"e": "ready"}, flush=True)
        while agent.wire.open:
            message = agent.inbox.get()
            if message is None:
                return
            if message.get("do") != "start":
                self.reply(message, error=RuntimeError("the program has not started"))
                continue
            how = message.get("how", "in")
            if how not in ("in", "run"):
                self.reply(message, error=ValueError("start has 'in' or 'run'"))
                continue
            self.policy.going = how
            self.policy.thread = threading.get_ident()
            agent.lines.update()
            self.waiting = False
            self.reply(message)
            return

    GO = {"next": "over", "in": "in", "out": "out", "until": "until", "continue": "run"}

    def serve(self, frame, question):
        """Executes commands until the program is let go. Returns the answer to the question, if one is held."""
        while True:
            message = self.agent.inbox.get()
            if message is None:
                return None
            do = message.get("do")
            try:
                if do == "go":
                    how = self.GO.get(message.get("how", "continue"))
                    if how is None or how == "until" and type(message.get("line")) is not int:
                        raise ValueError("go has 'continue', 'next', 'in', 'out', or 'until' with a line")
                    self.reply(message)
                    self.policy.go(how, frame, message.get("line"))
                    return None
                if do in ("answer", "let"):
                    if question is None:
                        raise ValueError("no question waits")
                    if do == "answer" and type(message.get("text", message.get("error"))) is not str:
                        raise ValueError("an answer has a text or an error")
                    self.reply(message)
                    return {k: message[k] for k in ("text", "error", "messages", "by") if k in message}
                if do == "quit":
                    self.reply(message)
                    raise Leave()
                action = getattr(self, "do_%s" % do, None)
                if action is None:
                    raise ValueError("this agent knows no command '%s'" % do)
                self.reply(message, self.change(action, message, frame) if do in self.CHANGES else action(message, frame))
            except (Exception, Interrupted) as error:
                self.reply(message, error=error)

    def change(self, action, message, frame):
        """Executes a command that can be undone, unless it failed before anything happened."""
        self.undoable.append(self.watch.moment())
        told = self.agent.wire.told()
        try:
            return action(message, frame)
        except BaseException:
            self.kept(told)
            raise

    @contextlib.contextmanager
    def acting(self):
        """Surrounds work with a library in the held thread. Other threads may go on, since a step may wait for them."""
        agent, here = self.agent, self.here
        with self.watch.aside():
            going, here.going = here.going, []
            here.busy, here.hand = False, True
            agent.release()
            # A step may ask models from threads of its own, and each question is a hold.
            agent.holding.release()
            with self.evaluation:
                outer, self.evaluating = self.evaluating, threading.get_ident()
            try:
                yield
            finally:
                with self.evaluation:
                    self.evaluating = outer
                agent.holding.acquire()
                here.busy, here.hand = True, False
                agent.holder = threading.get_ident()
                agent.close_gate()
                here.going = going

    def thing(self, message, key, numbers, what):
        number = message.get(key)
        thing = numbers.thing(number)
        if thing is None:
            raise LookupError("there is no %s %r, or the program has dropped it" % (what, number))
        return thing

    def node(self, message):
        return self.thing(message, "n", self.watch.nodes, "node")

    def optimizer(self, message):
        return self.thing(message, "o", self.watch.optimizers, "optimizer")

    def do_backward(self, message, frame):
        node = self.node(message)
        optimizer = self.optimizer(message) if message.get("o") is not None else None
        with self.acting():
            self.watch.adapter_of(node).backward(node, message.get("text", ""), optimizer, message.get("retain", True))

    def do_zero(self, message, frame):
        thing = self.optimizer(message) if message.get("o") is not None else self.node(message)
        with self.acting():
            self.watch.adapter_of(thing).zero(thing)

    def do_drop(self, message, frame):
        """Drops entries, each given as [node, child, place among the entries from there]; the child is -1 where no node gave it."""
        wanted = {}
        for number, child, place in message["entries"]:
            wanted.setdefault(number, []).append((child, place))
        found = []
        for number, places in wanted.items():
            node = self.node({"n": number})
            found.append((number, node, places, self.watch.adapter_of(node).entries(node, places)))
        told = []
        for number, node, places, entries in found:
            self.watch.adapter_of(node).drop(node, entries)
            for (child, place), entry in zip(places, entries):
                self.drops[len(self.drops) + 1] = (node, entry)
                told.append([len(self.drops), number, child, place])
        self.changed({"e": "drop", "entries": told})

    def do_putback(self, message, frame):
        """Puts dropped entries back in their old places."""
        wanted = {}
        # The last drop is undone first, so that each entry returns to the list that it was taken from.
        for number in sorted(message["drops"], reverse=True):
            if number not in self.drops:
                raise LookupError("there is no dropped entry %r" % number)
            node, entry = self.drops[number]
            wanted.setdefault(id(node), (node, []))[1].append(entry)
        for node, entries in wanted.values():
            self.watch.adapter_of(node).put_back(node, entries)
        self.changed({"e": "putback", "drops": message["drops"]})

    def changed(self, event):
        """Reports a change of feedback by hand."""
        self.agent.changes += 1
        self.here.hand = True
        try:
            self.agent.event(event, site=False)
        finally:
            self.here.hand = False

    def do_step(self, message, frame):
        optimizer = self.optimizer(message)
        with self.acting():
            self.watch.adapter_of(optimizer).step(optimizer)

    def do_propose(self, message, frame):
        optimizer = self.optimizer(message)
        with self.acting():
            return {"new": self.watch.adapter_of(optimizer).propose(optimizer)}

    def do_update(self, message, frame):
        optimizer = self.optimizer(message)
        new = [(self.thing({"n": n}, "n", self.watch.nodes, "node"), self.given(v)) for n, v in message["new"]]
        with self.acting():
            self.watch.adapter_of(optimizer).update(optimizer, new)

    def do_set(self, message, frame):
        node = self.node(message)
        v = self.given(message["v"])
        with self.acting():
            self.watch.adapter_of(node).set(node, v)

    def given(self, v):
        """A value from the debugger as a Python value."""
        if isinstance(v, list):
            return [self.given(i) for i in v]
        if isinstance(v, dict):
            if set(v) == {"$float"}:
                return float(v["$float"])
            if set(v) == {"$dict"}:
                return {self.given(k): self.given(i) for k, i in v["$dict"]}
            if set(v) == {"$tuple"}:
                return tuple(self.given(i) for i in v["$tuple"])
            return {k: self.given(i) for k, i in v.items()}
        return v

    def do_undo(self, message, frame):
        if not self.undoable:
            raise LookupError("there is nothing to undo")
        differed = self.watch.restore(self.undoable.pop())
        self.agent.changes += 1
        self.agent.tell({"e": "restore", "n": differed, "left": len(self.undoable)})

    def do_snapshot(self, message, frame):
        """Reports everything that is alive again, between two events that mark it."""
        self.agent.tell({"e": "snapshot", "on": True})
        self.tell_all()
        self.agent.tell({"e": "snapshot", "on": False})

    def tell_all(self):
        watch = self.watch
        for adapter in watch.adapters:
            adapter.snapshot()
        for number, _ in watch.optimizers.alive():
            self.agent.tell(dict(watch.described[number], steps=watch.steps.get(number, 0)))

    # MARK: Looking

    def call(self, message, frame):
        for _ in range(message.get("frame", 0)):
            frame = frame and self.program.frame(frame.f_back)
        if frame is None:
            raise LookupError("there are fewer calls")
        return frame

    def do_eval(self, message, frame):
        frame, told = self.call(message, frame), self.agent.wire.told()
        with self.acting():
            try:
                code = compile(message["code"], "<tracescope>", "eval")
            except SyntaxError:
                exec(compile(message["code"], "<tracescope>", "exec"), frame.f_globals, frame.f_locals)
                self.written(frame)
                return {"type": "NoneType", "v": None, "text": "", "undoable": self.kept(told)}
            result = eval(code, frame.f_globals, frame.f_locals)
            text = "" if result is None else repr(result)
        return {"type": type(result).__name__, "v": self.subject(result), "text": text[:100_000], "undoable": self.kept(told)}

    def kept(self, told):
        """The number of changes that can be undone. One without events is not among them."""
        if self.agent.wire.told() == told:
            self.undoable.pop()
        return len(self.undoable)

    def written(self, frame):
        """Writes assignments back into a function's frame, which is necessary before Python 3.13."""
        if hasattr(ctypes.pythonapi, "PyFrame_LocalsToFast") and frame.f_locals is not frame.f_globals:
            ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))

    def subject(self, v):
        optimizer = self.watch.optimizers.of(v)
        return {"$optimizer": optimizer} if optimizer is not None else value(v, self.watch.nodes.of)

    def do_locals(self, message, frame):
        frame = self.call(message, frame)
        return {"locals": [[name, type(v).__name__, self.subject(v)] for name, v in list(frame.f_locals.items())
                           if not (name.startswith("__") and name.endswith("__"))]}

    def do_stack(self, message, frame):
        return {"stack": self.program.stack(frame)}

    def do_lines(self, message, frame):
        """The lines of a file before which the program can be held."""
        path = message["path"]
        text = next((s.text for s in self.program.sources.values() if s.path == path and s.text is not None), None)
        if text is None:
            text = "".join(linecache.getlines(path))
        if not text:
            raise LookupError("there is no file %s" % path)
        lines, open_codes = set(), [compile(text, path, "exec", dont_inherit=True)]
        while open_codes:
            code = open_codes.pop()
            # The first line of a function is its definition's, where it is not held.
            first = code.co_firstlineno if code.co_name != "<module>" else 0
            lines.update(line for _, line in dis.findlinestarts(code) if line and line != first)
            open_codes += [c for c in code.co_consts if hasattr(c, "co_code")]
        return {"lines": sorted(lines)}

    def do_compile(self, message, frame):
        """Whether some code is an expression."""
        compile(message["code"], "<condition>", "eval")

    def do_value(self, message, frame):
        node = self.node(message)
        with self.acting():
            text = repr(self.watch.adapter_of(node).data(node))
        return {"text": text[: message.get("most", 1_000_000)], "length": len(text)}
