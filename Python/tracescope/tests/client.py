"""A debugger's end of the connection, for the tests: starts a program, keeps its events, and sends commands."""
import json
import os
import queue
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(os.path.dirname(HERE), "src")
INJECT = os.path.join(SOURCE, "inject")
PROGRAMS = os.path.join(HERE, "programs")
STUBS = os.path.join(HERE, "stubs")


class Failure(Exception):
    pass


def environment(path=(), **more):
    """The environment of the tests' programs: no network, and models that are slow to import replaced."""
    env = dict(os.environ, LITELLM_LOCAL_MODEL_COST_MAP="True", PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1",
               TEXTGRAD_LOG_DIR=os.path.join(tempfile.gettempdir(), "tracescope-textgrad-logs-%d" % os.getuid()))
    for name in list(env):
        if name.startswith("TRACESCOPE_"):
            del env[name]
    env["PYTHONPATH"] = os.pathsep.join([*path, STUBS])
    env.update(more)
    return env


class Session:
    """The events of one agent, and the commands sent to it."""

    def __init__(self, take=None):
        self.events, self.replies = [], {}
        self.condition = threading.Condition()
        self.files, self.names, self.number = {}, {}, 0
        self.over, self.hello, self.held = False, None, None
        self.mirror = take

    def converse(self, connected, token, version=1):
        self.socket = connected
        self.socket.sendall((json.dumps({"do": "hello", "v": version, "token": token}) + "\n").encode())
        threading.Thread(target=self._read, daemon=True).start()

    TAKES = ()
    """The beginnings of the lines to read, for an end that has to keep up with the program; all lines without any."""

    def _read(self):
        for line in self.socket.makefile("rb", buffering=1 << 20):
            if self.TAKES and not line.startswith(self.TAKES):
                continue
            event = json.loads(line)
            with self.condition:
                if "r" in event:
                    self.replies[event["r"]] = event
                else:
                    self.take(event)
                self.condition.notify_all()
        with self.condition:
            self.over = True
            self.condition.notify_all()

    def take(self, event):
        kind = event["e"]
        self.events.append(event)
        if kind == "hello":
            self.hello = event
        elif kind == "file":
            self.files[event["f"]] = event
        elif kind == "node":
            self.names[event["n"]] = event["name"]
        elif kind == "held":
            self.held = event
        if self.mirror is not None:
            self.mirror.take(event)

    def send(self, do, **arguments):
        with self.condition:
            self.number += 1
            number = self.number
            if self.mirror is not None:
                self.mirror.commanded(do)
        self.socket.sendall((json.dumps(dict(arguments, i=number, do=do)) + "\n").encode())
        return number

    def reply(self, number, timeout=60):
        with self.condition:
            if not self.condition.wait_for(lambda: number in self.replies or self.over, timeout):
                raise Failure("no reply")
            answer = self.replies.get(number)
        if answer is None:
            raise Failure("the program is over")
        if "error" in answer:
            raise Failure(answer["error"]["type"] + ": " + answer["error"]["text"])
        return answer["ok"]

    def ask(self, do, **arguments):
        return self.reply(self.send(do, **arguments))

    def start(self, how="in"):
        return self.let_go("start", how=how)

    def go(self, how="continue", **arguments):
        return self.let_go("go", how=how, **arguments)

    def let_go(self, do, **arguments):
        """Lets the program go, and waits until it is held again or over."""
        with self.condition:
            seen = len(self.events)
        self.send(do, **arguments)
        return self.wait(seen)

    def wait(self, seen=0, why="", timeout=90):
        def found():
            return next((e for e in self.events[seen:] if e["e"] == "held" and e["why"].startswith(why)), None)

        with self.condition:
            if not self.condition.wait_for(lambda: found() or self.over, timeout):
                raise Failure("the program is neither held nor over")
            return found()

    def place(self, event=None):
        at = (event or self.held or {}).get("at")
        return at and (os.path.basename(self.files[at[0]]["path"]), at[1])

    def of(self, kind):
        return [e for e in self.events if e["e"] == kind]

    def node(self, name):
        return next(n for n, found in self.names.items() if found == name)

    def optimizer(self, name):
        return next(e["o"] for e in self.of("optimizer") if e["name"] == name)

class Program(Session):
    """A process under the agent, and the sessions of those that it starts, where they are followed."""

    def __init__(self, arguments, cwd=PROGRAMS, hold=True, lines=None, children=False, token=None, version=1, output="both", path=(), take=None):
        super().__init__(take)
        self.extra, self.children = [], []
        self.folder = tempfile.mkdtemp(prefix="tracescope-")
        self.listener = self._listen("s")
        address = os.path.join(self.folder, "s")
        self.token = secrets.token_hex(16)
        env = environment([INJECT, *path], TRACESCOPE_CONNECT=address, TRACESCOPE_TOKEN=self.token, TRACESCOPE_HOLD="yes" if hold else "no",
                          PYTHONBREAKPOINT="tracescope.breakpoint", PYTHONUNBUFFERED="1", TRACESCOPE_OUTPUT=output, TRACESCOPE_LAUNCHERS="yes")
        if lines:
            env["TRACESCOPE_LINES"] = lines
        if children:
            env["TRACESCOPE_CHILDREN"] = os.path.join(self.folder, "c")
            threading.Thread(target=self._accept_children, args=(self._listen("c"),), daemon=True).start()
        self.process = subprocess.Popen(arguments, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.output, self.errors = [], []
        self.readers = [threading.Thread(target=self._copy, args=a, daemon=True)
                        for a in ((self.process.stdout, self.output), (self.process.stderr, self.errors))]
        for r in self.readers:
            r.start()
        self.converse(self._accept(), token or self.token, version)
        threading.Thread(target=self._accept_more, daemon=True).start()

    def _copy(self, stream, lines):
        for line in stream:
            lines.append(line)

    def _accept(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.listener.settimeout(0.1)
            try:
                return self.listener.accept()[0]
            except (TimeoutError, socket.timeout):
                if self.process.poll() is not None:
                    raise Failure("the program ended before its agent was there: " + "".join(self.errors)[-2000:])
        raise Failure("no agent in a minute")

    def _listen(self, name):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(self.folder, name))
        listener.listen(8)
        return listener

    def _accept_children(self, listener):
        while True:
            connected = listener.accept()[0]
            child = Session()
            child.converse(connected, self.token)
            with self.condition:
                self.children.append(child)
                self.condition.notify_all()

    def child(self, number, timeout=60):
        """A process that the program has started, once it waits for a start."""
        with self.condition:
            if not self.condition.wait_for(lambda: len(self.children) > number, timeout):
                raise Failure("no such child")
        child = self.children[number]
        with child.condition:
            child.condition.wait_for(lambda: child.of("ready") or child.over, timeout)
        return child

    def _accept_more(self):
        self.listener.settimeout(None)
        while True:
            try:
                other = self.listener.accept()[0]
            except OSError:
                return
            self.extra.append(other.makefile("r").readline())
            other.close()

    def finish(self, timeout=120):
        with self.condition:
            self.condition.wait_for(lambda: self.over, timeout)
        status = self.process.wait(timeout)
        for r in self.readers:
            r.join(5)
        self.listener.close()
        try:
            for name in os.listdir(self.folder):
                os.unlink(os.path.join(self.folder, name))
            os.rmdir(self.folder)
        except OSError:
            pass
        return status

    def printed(self):
        return "".join(self.output)


def run(name, *arguments, **options):
    """A program of the tests, under the agent, with this interpreter."""
    return Program([sys.executable, name, *arguments], **options)


def plain(*arguments, cwd=PROGRAMS):
    """Status and output of a program by itself."""
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, env=environment(), capture_output=True, text=True)
    return done.returncode, done.stdout


def line_of(path, text):
    with open(os.path.join(PROGRAMS, path)) as file:
        return next(i for i, line in enumerate(file, 1) if text in line)
