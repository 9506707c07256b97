"""TextGrad (on PyPI `textgrad`): a graph of the same kind under other names. Gradients are told as entries, not as nodes."""
import functools
import os
import sys

from .._hooks import Adapter, conceals, hidden
from .._models import Models, Prompts
from .._values import error_text

conceals(__file__)

ENGINES = "textgrad.engine.base", "textgrad.engine_experimental.base"


class Gradients(set):
    """The gradients of a variable: a set that tells what is added to it. It prints as the set that it stands for."""

    __slots__ = ("told",)

    def add(self, gradient):
        before = len(self)
        set.add(self, gradient)
        if len(self) > before:
            self.told(gradient)

    def __repr__(self):
        return repr(set(self))

    def __reduce__(self):
        return set, (list(self),)

    def __deepcopy__(self, memo):
        import copy

        return copy.deepcopy(set(self), memo)


class Field:
    """An attribute whose changes are told. In the instance the value stays where it was."""

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


class TextGrad(Adapter):
    name = "textgrad"
    MODULES = ("textgrad.variable", "textgrad.optimizer.optimizer", *ENGINES)
    aggregation = "all"

    def __init__(self, watch):
        super().__init__(watch)
        self.models = Models(watch)
        self.Variable = self.Optimizer = None
        self.counts, self.events = {}, {}

    def found(self, name, module):
        if name == "textgrad.variable":
            self.found_variable(module)
        elif name in ENGINES:
            self.watch.subclasses(module.EngineLM, self.watch_engine)
        else:
            self.Optimizer = module.Optimizer
            self.watch.subclasses(module.Optimizer, self.watch_optimizer)

    # MARK: Variables

    def found_variable(self, module):
        self.Variable = module.Variable
        self.program.exclude(os.path.dirname(os.path.abspath(module.__file__)))
        package = sys.modules.get("textgrad")
        self.library = {
            "e": "library", "name": "textgrad", "version": getattr(package, "__version__", None), "path": module.__file__,
            "aggregation": self.aggregation, "forgets": False}
        self.agent.tell(self.library)
        kind = module.Variable
        self.watch_constructor(kind)
        kind.value = Field("value", self.writes)
        kind.gradients = Field("gradients", self.replaces)
        self.watch.around(kind, "backward", self.goes_back, self.went_back, outermost="backward")
        self.watch.around(kind, "reset_gradients", lambda v, a, k: (self.count(v),), self.was_reset)
        self.watch_visits(kind)

    def watch_constructor(self, kind):
        original = self.watch.method(kind, "__init__")
        if original is None:
            return
        agent, here, tell = self.agent, self.here, self.node

        @functools.wraps(original)
        def __init__(variable, *args, **kwargs):
            try:
                original(variable, *args, **kwargs)
            except BaseException as error:
                hidden(error)
                raise
            # What a backward makes is a gradient.
            if agent.on and not here.busy and here.backward is None:
                tell(variable, sys._getframe(1))
                agent.settle()

        self.watch.put(kind, "__init__", __init__, original)

    def operator(self, frame):
        """The name and the purpose of the operation that makes a variable."""
        maker = frame.f_locals.get("self") if frame is not None else None
        if maker is None:
            return None, None
        if isinstance(maker, self.Variable):
            return "add", None
        purpose = getattr(maker, "function_purpose", None)
        return type(maker).__name__, purpose if type(purpose) is str else None

    def node(self, variable, frame):
        predecessors = sorted(self.number(p) for p in variable.predecessors)
        purpose = None
        if predecessors:
            kind, (name, purpose) = "message", self.operator(frame)
            name = name or "operation"
        else:
            kind = "parameter" if variable.requires_grad else "node"
            name = self.watch.assigned(frame) or "variable"
        index = self.counts[name] = self.counts.get(name, -1) + 1
        number = self.nodes.new(variable)
        role = str(variable.role_description)
        event = {
            "e": "node", "n": number, "name": "%s:%d" % (name, index), "kind": kind, "type": type(variable.value).__name__,
            "v": self.watch.value(variable.value), "d": self.watch.text("[%s] %s" % (name, purpose or role)), "role": role}
        if predecessors:
            event["in"] = [["input%d" % i, n] for i, n in enumerate(predecessors)]
        self.events[number] = event
        self.agent.event(event, frame)
        self.agent.may_stop("op", name=name if kind == "message" else None, n=number)
        return number

    def number(self, variable):
        number = self.nodes.of(variable)
        return self.node(variable, None) if number is None else number

    def writes(self, variable, new):
        variable.__dict__["value"] = new
        if self.agent.on and not self.here.busy:
            number = self.nodes.of(variable)
            if number is not None:
                self.watch.wrote(number, new, sys._getframe(2))
                self.agent.settle()

    # MARK: Gradients

    def replaces(self, variable, new):
        gradients = Gradients(new)
        gradients.told = lambda gradient: self.was_added(variable, gradient)
        before = variable.__dict__.get("gradients")
        variable.__dict__["gradients"] = gradients
        agent, here = self.agent, self.here
        if not agent.on or here.busy or before is None:
            return
        number = self.nodes.of(variable)
        if number is None or before == gradients:
            return
        agent.changes += 1
        if here.backward is not None:
            # A reduction, or the output's own, which a backward clears first.
            agent.event({"e": "reduce", "k": here.backward, "n": number, "v": [self.watch.value(g.value) for g in gradients]}, site=False)
        elif here.zeroing is not None:
            here.zeroing.append(number)
        elif not gradients:
            agent.event({"e": "zero", "n": [number]}, sys._getframe(2))
            agent.may_stop("zero", n=number)

    def was_added(self, variable, gradient):
        agent, here = self.agent, self.here
        if not agent.on or here.busy:
            return
        number = self.nodes.of(variable)
        if number is None:
            return
        agent.changes += 1
        agent.may_stop("feedback", n=number)
        agent.may_stop("watch", n=number)
        event = {"e": "feedback", "k": here.backward or 0, "n": number, "v": self.watch.value(gradient.value)}
        if here.child is not None:
            event["from"] = here.child
        agent.event(event, site=False)

    def was_reset(self, variable, token, result, error):
        """The set was replaced, which is told; the hook is for the line."""

    def watch_visits(self, kind):
        """A backward asks each variable for its function right before it calls it."""
        original = self.watch.method(kind, "get_grad_fn")
        if original is None:
            return
        agent, here = self.agent, self.here

        @functools.wraps(original)
        def get_grad_fn(variable):
            if here.backward is not None and agent.on and not here.busy:
                here.child = self.nodes.of(variable)
                if here.child is not None:
                    agent.event({"e": "visit", "k": here.backward, "n": here.child, "keeps": True}, site=False)
            return original(variable)

        self.watch.put(kind, "get_grad_fn", get_grad_fn, original)

    def goes_back(self, variable, args, kwargs):
        out = self.number(variable)
        with self.watch.lock:
            self.watch.backwards += 1
            number = self.watch.backwards
        event = {"e": "backward", "k": number, "out": out, "text": self.watch.value(variable.value), "retain": True, "propagator": "TextGrad"}
        self.agent.event(event)
        before, self.here.backward, self.here.child = self.here.backward, number, None
        return number, before

    def went_back(self, variable, token, result, error):
        number, self.here.backward = token
        self.here.child = None
        event = {"e": "went", "k": number}
        if error is not None:
            event["error"] = error_text(error)
        self.agent.event(event, site=False)
        self.agent.may_stop("error" if error is not None else "backward", n=self.nodes.of(variable))

    # MARK: Optimizers and engines

    def watch_optimizer(self, kind):
        hooks = {
            "__init__": (lambda o, a, k: True, self.made_optimizer), "zero_grad": (self.zeroes, self.zeroed), "step": (self.begins, self.stepped)}
        for name in hooks.keys() & kind.__dict__.keys():
            before, after = hooks[name]
            self.watch.around(kind, name, before, after, outermost=name)

    def made_optimizer(self, optimizer, token, result, error):
        if error is None:
            self.optimizer(optimizer, sys._getframe(2))

    def optimizer(self, optimizer, frame):
        engine, memory = getattr(optimizer, "engine", None), getattr(optimizer, "gradient_memory", None)
        if engine is not None and not self.models.watches(engine):
            self.watch_engine(type(engine))
        return self.watch.optimizer_event(
            optimizer, frame, [self.number(p) for p in optimizer.parameters], memory=memory if type(memory) is int else None,
            llm=self.models.name(engine) if engine is not None else None)

    def optimizer_number(self, optimizer):
        number = self.optimizers.of(optimizer)
        return self.optimizer(optimizer, None) if number is None else number

    def zeroes(self, optimizer, args, kwargs):
        self.here.zeroing = []
        return (self.optimizer_number(optimizer),)

    def zeroed(self, optimizer, token, result, error):
        cleared, self.here.zeroing = self.here.zeroing, None
        self.agent.event({"e": "zero", "o": token[0], "n": cleared})
        self.agent.may_stop("zero", o=token[0])

    def begins(self, optimizer, args, kwargs):
        number = self.optimizer_number(optimizer)
        before, self.here.updating = self.here.updating, number
        self.watch.begins(number)
        return number, before

    def stepped(self, optimizer, token, result, error):
        number, self.here.updating = token
        self.watch.ends()
        if error is not None:
            self.agent.event({"e": "propose", "o": number, "error": error_text(error)})
            self.agent.may_stop("error", o=number)
            return
        steps = self.watch.steps
        steps[number] = steps.get(number, 0) + 1
        self.agent.event({"e": "step", "o": number, "i": steps[number]})
        self.agent.may_stop("update", o=number)
        self.agent.may_stop("step", o=number)

    def watch_engine(self, kind):
        for name, user in (("__call__", "prompt"), ("generate", "content")):
            if name in kind.__dict__:
                self.models.watch_class(kind, (name,), Prompts("system_prompt", user))

    # MARK: By hand

    def owns(self, thing):
        return self.Variable is not None and isinstance(thing, (self.Variable, self.Optimizer or self.Variable))

    def data(self, variable):
        return variable.__dict__["value"]

    def count(self, variable):
        return len(variable.__dict__.get("gradients", ()))

    def moment(self, variables):
        return [(v, set(v.gradients), dict(v.gradients_context), list(v._reduce_meta), v.value) for v in variables]

    def restore(self, moment):
        differed = []
        for variable, gradients, context, meta, value in moment:
            number = self.number(variable)
            if variable.value is not value:
                variable.__dict__["value"] = value
                self.agent.tell({"e": "set", "n": number, "v": self.watch.value(value), "type": type(value).__name__, "by": "undo"})
            if variable.gradients != gradients:
                differed.append(number)
                self.replaces(variable, gradients)
                variable.gradients_context = type(variable.gradients_context)(lambda: None, context) if context else variable.gradients_context
            variable._reduce_meta = meta
        return differed

    def backward(self, variable, text, optimizer, retain):
        if text:
            raise ValueError("TextGrad's backward takes no text: its feedback is the value of the loss. Call it without one")
        variable.backward()

    def zero(self, thing):
        thing.reset_gradients() if isinstance(thing, self.Variable) else thing.zero_grad()

    def step(self, optimizer):
        optimizer.step()

    def propose(self, optimizer):
        raise NotImplementedError("TextGrad's optimizers have no proposals: step writes at once")

    def update(self, optimizer, new):
        for variable, v in new:
            variable.set_value(v)

    def set(self, variable, v):
        variable.set_value(v)

    def snapshot(self):
        if self.Variable is None:
            return
        self.agent.tell(self.library)
        alive = [(n, v) for n, v in self.nodes.alive() if isinstance(v, self.Variable)]
        for number, variable in alive:
            self.agent.tell(dict(self.events[number], v=self.watch.value(variable.value), freed=False))
        for number, variable in alive:
            if variable.gradients:
                self.agent.tell({"e": "entries", "n": number, "of": [[-1, len(variable.gradients)]]})
