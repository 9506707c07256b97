"""What the program prints, as events in their place among the others."""
import os
import select
import stat
import sys
import time


class Output:
    """Follows `sys.stdout` and `sys.stderr` as they were when the agent began. The streams stay the same objects.

    `both` reports each line and writes it too, `events` only reports it, `no` leaves the streams alone."""

    def __init__(self, agent, mode):
        self.agent, self.mode = agent, mode if mode in ("both", "events", "no") else "both"
        self.open, self.followed = {}, []
        # The debugger reads the output through pipes that it has made.
        self.given = {descriptor: pipe for descriptor in (1, 2) if (pipe := pipe_at(descriptor))} if self.mode == "events" else {}

    def install(self):
        if self.mode == "no" or self.followed:
            return
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name, None)
            if stream is not None:
                try:
                    self.follow(stream, name[3:])
                except AttributeError:
                    # A stream of the program's own that takes no attributes.
                    pass

    def follow(self, stream, to):
        write, agent = stream.write, self.agent

        def follow(text):
            if not agent.on or type(text) is not str or agent.here.busy and not agent.here.hand:
                return self.written(write, text)
            self.take(to, text)
            return write(text) if self.mode == "both" else len(text)

        self.replace(stream, "write", follow)
        if self.given:
            flush = stream.flush
            self.replace(stream, "flush", lambda: self.written(flush))
        self.open[to] = ""

    def replace(self, stream, name, call):
        self.followed.append((stream, name, call, stream.__dict__.get(name)))
        setattr(stream, name, call)

    def written(self, call, *arguments):
        """Writes. If the pipe is the debugger's and the debugger is gone, the output goes nowhere, which must not end the program."""
        try:
            return call(*arguments)
        except BrokenPipeError:
            if not self.discard():
                raise
            return call(*arguments)

    def take(self, to, text):
        """Reports whole lines. A line without its end waits for the rest."""
        if any(rest for other, rest in self.open.items() if other != to):
            # As on a terminal, an unfinished line of another stream comes first.
            self.rest()
        text = self.open[to] + text
        whole, _, rest = text.rpartition("\n")
        if len(rest) > 10_000:
            whole, rest = text, ""
        self.open[to] = rest
        if whole or text[:1] == "\n":
            self.agent.event({"e": "output", "to": to, "text": whole[:1_000_000]}, sys._getframe(2))
            if self.agent.stops:
                self.agent.may_stop("output")
                self.agent.settle()

    def rest(self):
        for to, text in self.open.items():
            if text:
                self.open[to] = ""
                self.agent.tell({"e": "output", "to": to, "text": text, "more": True})

    WAIT = 0.2
    """The longest wait for the pipes of a debugger to close after its connection, in seconds."""

    def discard(self, seconds=0):
        """Lets what goes to pipes that nobody reads any more go nowhere. Returns whether there were any."""
        waiting, end, found = self.pipes(), time.monotonic() + seconds, False
        while waiting:
            pipes = select.poll()
            for descriptor in waiting:
                # Nothing is waited for but that the other end is closed.
                pipes.register(descriptor, 0)
            closed = pipes.poll(max(0, (end - time.monotonic()) * 1000))
            if not closed:
                break
            for descriptor, _ in closed:
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, descriptor)
                os.close(nothing)
                waiting.remove(descriptor)
                found = True
        return found

    def pipes(self):
        """The descriptors that still lead to the pipes of the debugger."""
        return [descriptor for descriptor, pipe in self.given.items() if pipe == pipe_at(descriptor)]

    def abandoned(self):
        """Notes that the debugger is gone. If the debugger read the output, nobody does now, which must not end the program."""
        self.discard(self.WAIT)
        self.closed()

    def closed(self):
        """Restores the streams: from now on output is only written."""
        pending, self.open = self.open, dict.fromkeys(self.open, "")
        if self.mode == "events":
            for to, text in pending.items():
                stream = getattr(sys, "std" + to, None)
                if text and stream is not None:
                    stream.write(text)
        if self.pipes():
            # The debugger can still end.
            return
        followed, self.followed = self.followed, []
        for stream, name, call, before in followed:
            if stream.__dict__.get(name) is call:
                delattr(stream, name) if before is None else setattr(stream, name, before)


def pipe_at(descriptor):
    """The identity of a pipe; None if there is none."""
    try:
        found = os.fstat(descriptor)
    except OSError:
        # It is closed.
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISFIFO(found.st_mode) else None
