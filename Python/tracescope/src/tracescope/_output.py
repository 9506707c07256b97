"""What the program prints, as events in their place among the others."""
import os
import select
import stat
import sys


class Output:
    """Follows `sys.stdout` and `sys.stderr` as they were when the agent began. The streams stay the same objects.

    `both` reports each line and writes it too, `events` only reports it, `no` leaves the streams alone."""

    def __init__(self, agent, mode):
        self.agent, self.mode = agent, mode if mode in ("both", "events", "no") else "both"
        self.open, self.restore = {}, []

    def install(self):
        if self.mode == "no":
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

        stream.write = follow
        self.restore.append((stream, follow))
        self.open[to] = ""

    def written(self, write, text):
        try:
            return write(text)
        except BrokenPipeError:
            if self.mode != "events" or self.agent.on:
                raise
            # The pipe was the debugger's, which is gone.
            return len(text)

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

    PIPES = 200
    """The longest wait for the pipes of a debugger to close after its connection, in milliseconds."""

    def abandoned(self):
        """Notes that the debugger is gone. If the debugger read the output, nobody does now, which must not end the program."""
        if self.mode == "events":
            pipes = select.poll()
            for descriptor in (1, 2):
                try:
                    if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
                        pipes.register(descriptor, 0)
                except OSError:
                    # It is closed already.
                    pass
            # Nothing is waited for but that an end is closed.
            for descriptor, _ in pipes.poll(self.PIPES):
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, descriptor)
                os.close(nothing)
        self.closed()

    def closed(self):
        """Restores the streams: from now on output is only written."""
        pending, self.open = self.open, dict.fromkeys(self.open, "")
        if self.mode == "events":
            for to, text in pending.items():
                stream = getattr(sys, "std" + to, None)
                if text and stream is not None:
                    stream.write(text)
        for stream, follow in self.restore:
            if stream.__dict__.get("write") is follow:
                del stream.write
        self.restore = []
