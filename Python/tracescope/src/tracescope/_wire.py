"""Lines of JSON over a socket. What the program tells goes through a buffer; a debugger that is slow makes the program wait."""
import json
import os
import select
import socket
import threading
import time

from ._values import encode

PROTOCOL = 1
BATCH = 256
LARGE = 64 << 10
PAUSE = 0.02
"""The longest time that an event waits in the buffer, in seconds."""
PATIENCE = 20
"""The longest wait for the debugger's first line, in seconds."""
LONGEST = 64 << 20
"""Upper bound of a line from the debugger, in bytes."""


class Refused(Exception):
    """The other side is not the debugger that this program was started by."""


def connect(address):
    """The socket of an address: a path, or tcp:HOST:PORT."""
    if address.startswith("tcp:"):
        host, port = address[4:].rsplit(":", 1)
        made = socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    else:
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(PATIENCE)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                made.connect(address)
                break
            except BlockingIOError:
                # As many processes wait already as the debugger lets wait.
                if time.monotonic() > until:
                    raise
                time.sleep(PAUSE)
    made.settimeout(None)
    return made


def listen(address):
    """A socket that a debugger can connect to: a path in a folder of this user alone, or tcp:HOST:PORT."""
    if address.startswith("tcp:"):
        host, port = address[4:].rsplit(":", 1)
        made = socket.create_server((host.strip("[]"), int(port)))
    else:
        made = socket.socket(socket.AF_UNIX)
        before = os.umask(0o177)
        try:
            made.bind(address)
        finally:
            os.umask(before)
        made.listen(1)
    return made


class Wire:
    """One connection. `put` is called by the program's threads, `read` runs in a thread of its own."""

    def __init__(self, connected, token):
        self.socket, self.token = connected, token
        self.lock = threading.Lock()
        self.parts, self.size = [], 0
        self.open = True
        self.sent = 0
        self.rest = b""
        self.patience = PATIENCE
        self.answers = False
        """Whether the debugger has connected to this process, and not the other way round."""

    def greet(self, hello):
        """Exchanges the first lines. Raises Refused if version or token differ.

        The side that has connected shows its token first: a stranger that connects is told nothing."""
        hello = dict(hello, v=PROTOCOL, token=self.token)
        if not self.answers:
            self.send(hello, flush=True)
        until = time.monotonic() + self.patience
        while b"\n" not in self.rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                raise Refused("the debugger sent no first line in %d seconds" % self.patience)
            data = self.socket.recv(1 << 16)
            if not data or len(self.rest) > 1 << 16:
                raise Refused("the debugger closed the connection: it has another version, or another token")
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        try:
            first = json.loads(line)
            version, token = first.get("v"), first.get("token")
        except (ValueError, AttributeError):
            raise Refused("the first line of the other side is not a debugger's") from None
        if first.get("do") == "refuse":
            raise Refused(str(first.get("text"))[:1000])
        if token != self.token:
            raise Refused("the debugger has another token")
        if self.answers:
            self.send(hello, flush=True)
        if version != PROTOCOL:
            raise Refused("the debugger speaks version %r of the protocol, and this agent %d" % (version, PROTOCOL))

    def put(self, text):
        """One line, already JSON."""
        parts = self.parts
        parts.append(text)
        if len(parts) >= BATCH or len(text) > LARGE:
            self.flush()

    def send(self, message, flush=False):
        self.put(encode(message))
        if flush:
            self.flush()

    def told(self):
        """The number of lines put so far."""
        return self.sent + len(self.parts)

    def flush(self):
        with self.lock:
            parts = self.parts
            # Other threads may append meanwhile: what they add stays for the next time.
            count = len(parts)
            if not count:
                return
            batch = parts[:count]
            del parts[:count]
            self.sent += count
            if not self.open:
                return
            batch.append("")
            text = "\n".join(batch)
            try:
                data = text.encode()
            except UnicodeEncodeError:
                # Half of a surrogate pair, which is not text.
                data = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
            try:
                self.socket.sendall(data)
            except OSError:
                self.open = False

    def read(self, handle, closed):
        """Hands on what the debugger sends, and flushes what has waited long enough."""
        while self.open:
            *lines, self.rest = self.rest.split(b"\n")
            for line in lines:
                try:
                    message = json.loads(line)
                except ValueError:
                    message = None
                if isinstance(message, dict):
                    handle(message)
                elif line.strip():
                    handle({"do": None, "text": "this line is not an object in JSON"})
            try:
                if not select.select([self.socket], [], [], PAUSE)[0]:
                    self.flush()
                    continue
                data = self.socket.recv(1 << 16)
            except (OSError, ValueError):
                break
            if not data or len(self.rest) > LONGEST:
                break
            self.rest += data
        self.open = False
        closed()

    def close(self):
        self.flush()
        self.open = False
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def forget(self):
        """In a forked child: the connection is the parent's, and so is whatever lock was held."""
        self.open = False
        self.lock = threading.Lock()
        self.parts = []
        self.socket.close()
