"""Shared by all adapters: numbering of objects, wrapped methods, and the operations in progress in each thread."""
import contextlib
import functools
import importlib.machinery
import itertools
import re
import sys
import threading
import weakref

from ._values import fast, value

CODE = set()
"""The files with wrappers, whose frames are removed from tracebacks."""


def conceals(file):
    CODE.add(file)


conceals(sys._getframe().f_code.co_filename)


def hidden(error):
    """Removes the wrapper from an exception's traceback, because libraries show tracebacks to language models.

    From Python 3.11 on, a bare raise keeps the traceback that the exception has."""
    trace = error.__traceback__
    if trace is not None and trace.tb_frame.f_code.co_filename in CODE:
        error.__traceback__ = trace.tb_next


class PlainTraceback:
    """The module `traceback` without the frames of wrappers, for a library that reads tracebacks before Python 3.11."""

    def __init__(self, module):
        self._module = module

    def __getattr__(self, name):
        return getattr(self._module, name)

    def walk_tb(self, tb):
        return (item for item in self._module.walk_tb(tb) if item[0].f_code.co_filename not in CODE)

    def extract_tb(self, tb, limit=None):
        return [item for item in self._module.extract_tb(tb, limit) if item.filename not in CODE]


class Finder:
    """Calls an adapter right after each module that it waits for was executed."""

    def __init__(self, waiting):
        self.waiting = waiting
        self.searching = threading.local()

    def find_spec(self, name, path=None, target=None):
        if name not in self.waiting or getattr(self.searching, "on", False):
            return None
        self.searching.on = True
        try:
            # The finder that would be used without the agent, which may be an import hook of the program itself.
            spec = None
            for finder in sys.meta_path:
                find = getattr(finder, "find_spec", None)
                spec = find(name, path, target) if find is not None and finder is not self else None
                if spec is not None:
                    break
        finally:
            self.searching.on = False
        if spec is None or not hasattr(spec.loader, "exec_module"):
            return spec
        run, found = spec.loader.exec_module, self.waiting[name]

        def exec_module(module):
            run(module)
            found(name, module)

        try:
            spec.loader.exec_module = exec_module
        except AttributeError:
            pass
        return spec


class Reference(weakref.ref):
    """A weak reference that knows its number. One object for each thing, since a graph has many."""

    __slots__ = ("key", "number")


class Numbers:
    """Numbers of objects that may be freed. Objects are told apart by identity: their `__eq__` and `__hash__` may run code of the program."""

    def __init__(self):
        self.numbers, self.objects = {}, {}
        # Taking the next is one step for all threads.
        self.count = itertools.count()
        self.gone = self.forget

    def new(self, thing):
        reference, key, number = Reference(thing, self.gone), id(thing), next(self.count)
        reference.key, reference.number = key, number
        self.objects[number] = reference
        self.numbers[key] = number
        return number

    def forget(self, reference):
        if self.numbers.get(reference.key) == reference.number:
            del self.numbers[reference.key]
        self.objects.pop(reference.number, None)

    def of(self, thing):
        return self.numbers.get(id(thing))

    def thing(self, number):
        reference = self.objects.get(number)
        return reference() if reference else None

    def alive(self):
        """Number and object of all that are alive, in order of their numbers."""
        for number, reference in sorted(self.objects.items()):
            thing = reference()
            if thing is not None:
                yield number, thing


class Here(threading.local):
    """The state of one thread. A new thread begins with the class attributes."""

    busy = False
    """The agent itself is at work: what happens is not the program's."""
    hand = False
    """A command by hand is going on."""
    tail = None
    """The end of every event of this thread, as JSON."""
    number = None
    due = None
    backward = None
    """The backward that is going on."""
    child = None
    optimizers = ()
    """The optimizers whose operations are going on, outermost first."""
    updating = None
    zeroing = None
    asking = False
    evaluating = None
    reads = ()
    scope = None
    """The scope that the library opened last for a call of a bundle."""

    def __init__(self):
        self.going = []

    def begin_again(self):
        """In a forked child: what this thread was doing is the parent's."""
        self.__dict__.clear()
        self.going = []


class Watch:
    """The state that adapters share. `agent` sends the events and decides where the program is held."""

    def __init__(self, agent):
        self.agent, self.here, self.program = agent, agent.here, agent.program
        self.nodes, self.bundles, self.optimizers = Numbers(), Numbers(), Numbers()
        self.adapters, self.missing = [], []
        self.calls = self.backwards = self.asked = 0
        self.steps, self.names = {}, set()
        self.texts = {}
        self.lock = threading.Lock()
        self.working = []
        """Optimizers whose proposals or steps are going on, in any thread."""
        self.changing = {}
        """Number of a root whose value is a container -> the value that was last reported."""
        self.described = {}
        """Number of an optimizer -> its event."""
        self.waiting = {}
        self.finder = Finder(self.waiting)

    def libraries(self):
        """Whether a library that is watched has been imported."""
        return any(adapter.library is not None for adapter in self.adapters)

    def forget_numbers(self):
        """For another debugger, which gets everything again."""
        self.texts, self.lock, self.working = {}, threading.Lock(), []

    # MARK: Installing

    def install(self, adapters):
        for kind in adapters:
            adapter = kind(self)
            self.adapters.append(adapter)
            for name in adapter.MODULES:
                self.waiting[name] = functools.partial(self.found, adapter)
                if name in sys.modules:
                    self.found(adapter, name, sys.modules[name])
        sys.meta_path.insert(0, self.finder)

    def found(self, adapter, name, module):
        busy, self.here.busy = self.here.busy, True
        try:
            adapter.found(name, module)
        except Exception as error:
            self.agent.warn("%s cannot be watched: %r" % (name, error))
        finally:
            self.here.busy = busy
        if self.missing:
            self.agent.warn("not in this version of %s: %s" % (adapter.name, ", ".join(self.missing)))
            self.missing = []

    def method(self, owner, name):
        """A method that a class defines itself and that is not wrapped yet, or None. A missing method is noted for a warning."""
        original = owner.__dict__.get(name)
        if original is None:
            self.missing.append("%s.%s" % (owner.__name__, name))
            return None
        return original if callable(original) and not hasattr(original, "_tracescope") else None

    def put(self, owner, name, wrapper, original):
        wrapper._tracescope = original
        setattr(owner, name, wrapper)

    def around(self, owner, name, before, after, outermost=None, settle=True):
        """Wraps a method. `after` gets the result of `before`; None means that this call is not watched. With `outermost`, only the
        outermost call of that kind on one object is watched."""
        original = self.method(owner, name)
        if original is None:
            return
        agent, here = self.agent, self.here

        @functools.wraps(original)
        def watched(thing, *args, **kwargs):
            if not agent.on or here.busy:
                return original(thing, *args, **kwargs)
            key = None
            if outermost is not None:
                key = (id(thing), outermost)
                if key in here.going:
                    return original(thing, *args, **kwargs)
            token = before(thing, args, kwargs)
            if token is None:
                return original(thing, *args, **kwargs)
            here.going.append(key)
            try:
                result = original(thing, *args, **kwargs)
            except BaseException as error:
                self.over(key)
                after(thing, token, None, error)
                if settle:
                    agent.settle()
                hidden(error)
                raise
            self.over(key)
            after(thing, token, result, None)
            if settle:
                agent.settle()
            return result

        self.put(owner, name, watched, original)

    def over(self, key):
        going = self.here.going
        for i in range(len(going) - 1, -1, -1):
            if going[i] == key:
                del going[i]
                return

    def subclasses(self, base, watch):
        """Calls `watch` for a class, all its subclasses, and those that are defined later."""
        seen = base.__dict__.get("__init_subclass__")

        def __init_subclass__(kind, **kwargs):
            if seen is not None:
                seen.__func__(kind, **kwargs)
            else:
                super(base, kind).__init_subclass__(**kwargs)
            watch(kind)

        base.__init_subclass__ = classmethod(__init_subclass__)
        open_kinds = [base]
        while open_kinds:
            kind = open_kinds.pop()
            open_kinds += kind.__subclasses__()
            watch(kind)

    # MARK: Names, texts, values

    def value(self, v):
        return value(v, self.nodes.of)

    def fast(self, v):
        return fast(v, self.nodes.of)

    def text(self, text):
        """The number of a long text that occurs often, so that it is sent only once."""
        if text is None:
            return None
        number = self.texts.get(text)
        if number is None:
            with self.lock:
                if text not in self.texts:
                    self.agent.tell({"e": "text", "t": len(self.texts), "s": text})
                    self.texts[text] = len(self.texts)
            number = self.texts[text]
        return number

    ASSIGNED = re.compile(r"\s*(?:[\w.]+\.)?(\w+)\s*(?::[^=]*)?=[^=]")

    def assigned(self, frame):
        """The variable to which the current line assigns the object that it creates."""
        frame = self.program.frame(frame)
        match = frame is not None and self.ASSIGNED.match(self.program.line_text(frame))
        return match.group(1) if match else None

    def unique(self, name):
        unique, n = name, 1
        while unique in self.names:
            n += 1
            unique = "%s-%d" % (name, n)
        self.names.add(unique)
        return unique

    # MARK: Optimizers

    def begins(self, number):
        self.here.optimizers += (number,)
        self.working.append(number)

    def ends(self):
        number, self.here.optimizers = self.here.optimizers[-1], self.here.optimizers[:-1]
        self.working.remove(number)
        return number

    def optimizer_event(self, optimizer, frame, parameters, **more):
        number = self.optimizers.new(optimizer)
        event = {
            "e": "optimizer", "o": number, "name": self.unique(self.assigned(frame) or type(optimizer).__name__.lower()),
            "kind": type(optimizer).__name__, "params": parameters}
        event.update({k: v for k, v in more.items() if v is not None})
        self.described[number] = event
        self.agent.event(event, frame)
        self.agent.may_stop("optimizer", o=number)
        return number

    def asker(self):
        """The optimizer that a question belongs to. One that asks from threads of its own is recognized if no other one is at work."""
        if self.here.optimizers:
            return self.here.optimizers[-1]
        working = set(self.working)
        return working.pop() if len(working) == 1 else None

    def writer(self):
        """The writer of values in this thread."""
        updating = self.here.updating
        if updating is not None:
            return {"o": updating, "step": self.steps.get(updating, 0) + 1}
        return "hand" if self.here.hand else "program"

    def wrote(self, number, new, frame):
        self.remember(number, new)
        self.agent.event({"e": "set", "n": number, "v": self.value(new), "type": type(new).__name__, "by": self.writer()}, frame)
        self.agent.may_stop("set", n=number)
        self.agent.may_stop("watch", n=number)

    # MARK: Values that are changed in place

    CONTAINERS = (list, dict, set, bytearray)

    def remember(self, number, v):
        if type(v) in self.CONTAINERS:
            self.changing[number] = self.fast(v)
        elif self.changing:
            self.changing.pop(number, None)

    def reread(self):
        """Reports the roots whose containers were changed in place since they were last reported."""
        for number, before in list(self.changing.items()):
            node = self.nodes.thing(number)
            if node is None:
                del self.changing[number]
                continue
            v = self.adapter_of(node).data(node)
            now = self.fast(v)
            if now != before:
                self.changing[number] = now
                self.agent.tell({"e": "set", "n": number, "v": self.value(v), "type": type(v).__name__, "by": "place"})

    # MARK: By hand

    def adapter_of(self, thing):
        for adapter in self.adapters:
            if adapter.owns(thing):
                return adapter
        raise LookupError("this is neither a node nor an optimizer")

    def is_named(self, name, optimizer, node):
        """Whether the optimizer, or the node, of some numbers has a name, or the node a base name."""
        if optimizer is not None and self.described[optimizer]["name"] == name:
            return True
        thing = None if node is None else self.nodes.thing(node)
        full = None if thing is None else self.adapter_of(thing).node_name(thing)
        return full is not None and (full == name or full.partition(":")[0] == name)

    @contextlib.contextmanager
    def aside(self):
        """Surrounds work that the libraries must not record as the program's own."""
        with contextlib.ExitStack() as stack:
            for adapter in self.adapters:
                stack.enter_context(adapter.aside())
            yield

    def sums(self):
        """[node, entries] of each node that holds feedback, for the debugger to compare."""
        out = []
        for number, node in self.nodes.alive():
            count = self.adapter_of(node).count(node)
            if count:
                out.append([number, count])
        return out

    def moment(self):
        """The numbers of steps, and the parts of all existing nodes that a change by hand may affect."""
        kept = [(adapter, adapter.moment(n for _, n in self.nodes.alive() if adapter.owns(n))) for adapter in self.adapters]
        return dict(self.steps), kept

    def restore(self, moment):
        """Restores a moment. Returns the nodes whose feedback differed."""
        self.steps, nodes = moment
        return [n for adapter, kept in nodes for n in adapter.restore(kept)]
