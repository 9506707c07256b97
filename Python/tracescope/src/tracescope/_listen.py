"""Waiting for a debugger that connects to a program which runs already."""
import os
import secrets
import tempfile
import threading

from ._agent import Agent
from ._wire import Refused, Wire, listen


def folder():
    """The folder of this user's sockets: `tracescope attach` looks there."""
    base = os.environ.get("XDG_RUNTIME_DIR") or os.path.join(tempfile.gettempdir(), "tracescope-%d" % os.getuid())
    path = os.path.join(base, "tracescope")
    os.makedirs(path, mode=0o700, exist_ok=True)
    facts = os.lstat(path)
    if facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise PermissionError("%s belongs to somebody else, or others can read it" % path)
    return path


class Listener:
    """Accepts one debugger. The token is in a file beside the socket that only this user can read."""

    @classmethod
    def start(cls, address, token, hold):
        if Agent.current is not None:
            return Agent.current
        if not address:
            address = os.path.join(folder(), "%d" % os.getpid())
        if address.startswith("tcp:") and not token:
            raise ValueError("to listen at %s, set TRACESCOPE_TOKEN to a secret that the debugger is given too" % address)
        return cls(address, token or secrets.token_hex(16), hold)

    def __init__(self, address, token, hold):
        self.address, self.token = address, token
        self.files = []
        if not address.startswith("tcp:"):
            for path in (address, address + ".token"):
                if os.path.lexists(path):
                    os.unlink(path)
            with open(os.open(address + ".token", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
                file.write(token)
            self.files = [address, address + ".token"]
        self.socket = listen(address)
        import atexit

        atexit.register(self.remove)
        if hold:
            self.accept(True)
        else:
            threading.Thread(target=self.accept, args=(False,), name="tracescope", daemon=True).start()

    def accept(self, hold):
        """Accepts connections until one has the right token."""
        while Agent.current is None:
            connected = self.socket.accept()[0]
            wire = Wire(connected, self.token)
            wire.answers = True
            agent = Agent(wire, "both")
            Agent.current = agent
            try:
                agent.begin(hold)
            except (Refused, OSError):
                Agent.current = None
                agent.lines.stop()
                wire.close()
        self.remove()

    def remove(self):
        self.socket.close()
        for path in self.files:
            try:
                os.unlink(path)
            except OSError:
                pass
        self.files = []
