"""Base of the adapters: hooks of optimizers, and the messages about backward calls and constructors."""
import contextlib
import sys

from ._hooks import conceals
from ._models import Models
from ._values import error_text

conceals(__file__)


class Field:
    """An attribute whose changes are reported. The value stays in the instance's `__dict__`."""

    def __init__(self, name, change):
        self.name, self.change = name, change

    def __get__(self, thing, owner=None):
        if thing is None:
            return self
        try:
            return thing.__dict__[self.name]
        except KeyError:
            raise AttributeError("'%s' object has no attribute '%s'" % (type(thing).__name__, self.name)) from None

    def __set__(self, thing, new):
        self.change(thing, new)


class Adapter:
    """A library that is watched. The rest of the agent knows the library only through its adapter."""

    name = ""
    MODULES = ()
    aggregation = "equal"
    """Whether several entries on one node must be equal (`equal`), or all are used (`all`)."""

    def __init__(self, watch):
        self.watch, self.agent, self.here, self.program = watch, watch.agent, watch.here, watch.program
        self.nodes, self.optimizers = watch.nodes, watch.optimizers
        self.models = Models(watch)
        self.library = None

    def found(self, name, module):
        """A module of MODULES was imported."""

    def tell_library(self, version, path, forgets=False):
        self.library = {
            "e": "library", "name": self.name, "version": version, "path": path, "aggregation": self.aggregation, "forgets": forgets}
        self.agent.tell(self.library)

    # MARK: Nodes

    def node(self, node, frame):
        """Reports a node and returns its number."""
        raise NotImplementedError

    def number(self, node):
        """The number of a node. A node that was created unseen, such as by unpickling, is reported first."""
        number = self.nodes.of(node)
        return self.node(node, None) if number is None else number

    # MARK: Backward

    def next_backward(self):
        with self.watch.lock:
            self.watch.backwards += 1
            return self.watch.backwards

    def went(self, node, number, error, optimizer=None):
        """Reports the end of a backward from a node."""
        event = {"e": "went", "k": number}
        if error is not None:
            event["error"] = error_text(error)
        self.agent.event(event, site=False)
        self.agent.may_stop("error" if error is not None else "backward", o=optimizer, n=self.nodes.of(node))

    # MARK: Optimizers

    def watch_methods(self, kind, hooks):
        """Wraps the methods in `hooks` that a class of optimizers defines itself: name -> (before, after)."""
        for name in hooks.keys() & kind.__dict__.keys():
            before, after = hooks[name]
            self.watch.around(kind, name, before, after, outermost=name)

    def optimizer(self, optimizer, frame):
        """Reports an optimizer and returns its number."""
        raise NotImplementedError

    def makes(self, optimizer, args, kwargs):
        return True

    def made_optimizer(self, optimizer, token, result, error):
        if error is None:
            self.optimizer(optimizer, sys._getframe(2))

    def optimizer_number(self, optimizer):
        number = self.optimizers.of(optimizer)
        return self.optimizer(optimizer, None) if number is None else number

    def begins(self, optimizer, args, kwargs):
        number = self.optimizer_number(optimizer)
        self.watch.begins(number)
        return (number,)

    def zeroes(self, optimizer, args, kwargs):
        self.here.zeroing = []
        return (self.optimizer_number(optimizer),)

    def zeroed(self, optimizer, token, result, error):
        cleared, self.here.zeroing = self.here.zeroing, None
        self.agent.event({"e": "zero", "o": token[0], "n": cleared})
        self.agent.may_stop("zero", o=token[0])

    def cleared(self, number, frame):
        """A node's feedback was cleared outside of any backward: by its optimizer, or by itself."""
        if self.here.zeroing is not None:
            self.here.zeroing.append(number)
        else:
            self.agent.event({"e": "zero", "n": [number]}, frame)
            self.agent.may_stop("zero", n=number)

    def stepped_again(self, number):
        """Reports that an optimizer has written."""
        steps = self.watch.steps
        steps[number] = steps.get(number, 0) + 1
        self.agent.event({"e": "step", "o": number, "i": steps[number]})
        self.agent.may_stop("update", o=number)

    def refused(self, number, error):
        self.agent.event({"e": "propose", "o": number, "error": error_text(error)})

    # MARK: By hand

    def owns(self, thing):
        return False

    def node_name(self, node):
        """The name that a node was told with."""
        raise NotImplementedError

    @contextlib.contextmanager
    def aside(self):
        yield

    def entries(self, node, places):
        """The entries at some places, each a (child, place among those from there), as `drop` and `put_back` take them."""
        raise NotImplementedError("%s does not keep the entries of a node apart: 'zero NODE' clears them together" % self.name)

    def undone(self, number, data):
        """Reports a value that was restored."""
        self.watch.remember(number, data)
        self.agent.tell({"e": "set", "n": number, "v": self.watch.value(data), "type": type(data).__name__, "by": "undo"})

    def step(self, optimizer):
        optimizer.step()
