"""Which code is the program's own, and what its files are called."""
import linecache
import os
import sys
import sysconfig
import threading
import weakref

from ._statements import headers

HERE = os.path.dirname(os.path.abspath(__file__))
_paths = {p for k, p in sysconfig.get_paths().items() if k in ("stdlib", "platstdlib", "purelib", "platlib")}
LIBRARIES = tuple({p + os.sep for p in _paths} | {os.path.realpath(p) + os.sep for p in _paths} | {
    HERE + os.sep, os.path.join(os.path.dirname(HERE), "inject") + os.sep})


class Source:
    """A file, or a text from which code was compiled."""

    __slots__ = ("path", "key", "number", "text", "spans")

    def __init__(self, path, key, text=None):
        self.path, self.key, self.text, self.number, self.spans = path, key, text, None, None

    def read(self):
        return self.text if self.text is not None else "".join(linecache.getlines(self.path))

    def headers(self):
        """The statements that span several lines; none if the source has changed since it was compiled."""
        if self.spans is None:
            try:
                self.spans = headers(self.read())
            except (SyntaxError, ValueError, RecursionError):
                self.spans = []
        return self.spans


class Program:
    def __init__(self, tell):
        self.tell = tell
        self.known = {}
        """The identity of a code object -> its Source, or False where it is not the program's own. (The hash of code is all that is in it.)"""
        self.foreign = set()
        """The identities of code objects that are not the program's own, for speed."""
        self.alive = {}
        self.sources = {}
        self.libraries = LIBRARIES
        self.told = 0
        self.lock = threading.RLock()

    def source(self, code):
        try:
            return self.known[id(code)]
        except KeyError:
            return self.remember(code, self.judge(code.co_filename))

    def remember(self, code, source):
        key = id(code)
        known, foreign, alive = self.known, self.foreign, self.alive

        def gone(_):
            known.pop(key, None)
            foreign.discard(key)
            alive.pop(key, None)

        alive[key] = weakref.ref(code, gone)
        known[key] = source
        if source is False:
            foreign.add(key)
        else:
            foreign.discard(key)
        return source

    def judge(self, name):
        if name.startswith("<") and not name.startswith("<ipython"):
            return False
        path = os.path.abspath(name) if not name.startswith("<") else name
        if path.startswith(self.libraries) or "site-packages" in path or "dist-packages" in path:
            return False
        with self.lock:
            found = self.sources.get(path)
            if found is None:
                found = self.sources[path] = Source(path, os.path.realpath(path) if path[0] != "<" else path)
            return found

    def exclude(self, folder):
        """Excludes a library outside of the usual folders, such as a checkout of `opto`."""
        self.libraries += (folder + os.sep,)
        self.known.clear()
        self.foreign.clear()
        self.alive.clear()

    def name(self, code, name, text):
        """Assigns a source to the code of a function that was compiled from a text, and to the functions in it."""
        if id(code) in self.known and self.known[id(code)]:
            return
        with self.lock:
            source = self.sources.get((name, text))
            if source is None:
                versions = sum(1 for k in self.sources if type(k) is tuple and k[0] == name)
                path = name if not versions else "%s#%d" % (name, versions + 1)
                source = self.sources[(name, text)] = Source(path, path, text)
        open_codes = [code]
        while open_codes:
            c = open_codes.pop()
            self.remember(c, source)
            open_codes += [k for k in c.co_consts if hasattr(k, "co_code")]

    def frame(self, frame):
        """The innermost frame of the program's own code, from a frame outwards."""
        foreign = self.foreign
        while frame is not None:
            code = frame.f_code
            if id(code) not in foreign and self.source(code) is not False:
                return frame
            frame = frame.f_back
        return None

    def forget_numbers(self):
        """For another debugger, which gets the sources again."""
        self.lock, self.told = threading.RLock(), 0
        for source in self.sources.values():
            source.number = None

    def name_of_process(self):
        """The script or module of this process, and the name that `multiprocessing` gave it."""
        main, process = sys.modules.get("__main__"), sys.modules.get("multiprocessing.process")
        spec = getattr(main, "__spec__", None)
        name = spec.name if spec is not None and sys.argv[:1] != [""] else os.path.basename((sys.argv or [""])[0])
        if name.endswith(".__main__"):
            name = name[: -len(".__main__")]
        name = name if name not in ("", "-c") else "python -c"
        other = process.current_process().name if process is not None else "MainProcess"
        return name if other == "MainProcess" else "%s %s" % (name, other)

    def number(self, source):
        """The number of a source in events. Its text is sent before the first use."""
        if source.number is None:
            with self.lock:
                if source.number is None:
                    self.tell({"e": "file", "f": self.told, "path": source.path, "text": source.read()})
                    source.number, self.told = self.told, self.told + 1
        return source.number

    def place(self, frame):
        return [self.number(self.source(frame.f_code)), frame.f_lineno]

    def stack(self, frame, most=200):
        """Function, file, line, and line of the definition of each active call of the program's own code, innermost first."""
        out = []
        while frame is not None and len(out) < most:
            if self.source(frame.f_code):
                out.append([frame.f_code.co_name, *self.place(frame), frame.f_code.co_firstlineno])
            frame = frame.f_back
        return out

    def line_text(self, frame):
        return linecache.getline(frame.f_code.co_filename, frame.f_lineno)
