"""TextGrad (on PyPI `textgrad`): a graph of the same kind under other names. Gradients are reported as entries, not as nodes."""
import functools
import os
import sys

from .._adapter import Adapter, Field
from .._hooks import conceals, hidden
from .._models import Prompts

conceals(__file__)

ENGINES = "textgrad.engine.base", "textgrad.engine_experimental.base"


class Gradients(set):
    """The gradients of a variable: a set that reports additions. It prints like the set that it replaces."""

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


class TextGrad(Adapter):
    name = "textgrad"
    MODULES = ("textgrad.variable", "textgrad.optimizer.optimizer", *ENGINES)
    aggregation = "all"

    def __init__(self, watch):
        super().__init__(watch)
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
        self.tell_library(getattr(package, "__version__", None), module.__file__)
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
            # A gradient, which backward creates.
            if agent.on and not here.busy and here.backward is None:
                tell(variable, sys._getframe(1))
                agent.settle()

        self.watch.put(kind, "__init__", __init__, original)

    def operator(self, frame):
        """The name and the purpose of the operation that creates a variable."""
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
            # A reduction, or the gradients of the output, which a backward clears first.
            agent.event({"e": "reduce", "k": here.backward, "n": number, "v": [self.watch.value(g.value) for g in gradients]}, site=False)
        elif here.zeroing is not None or not gradients:
            self.cleared(number, sys._getframe(2))

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
        """Does nothing: the new set has been reported by then. The hook gives the change its line."""

    def watch_visits(self, kind):
        """Notes the variable whose function backward calls next: it asks for the function right before the call."""
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
        number = self.next_backward()
        event = {"e": "backward", "k": number, "out": out, "text": self.watch.value(variable.value), "retain": True, "propagator": "TextGrad"}
        self.agent.event(event)
        before, self.here.backward, self.here.child = self.here.backward, number, None
        return number, before

    def went_back(self, variable, token, result, error):
        number, self.here.backward = token
        self.here.child = None
        self.went(variable, number, error)

    # MARK: Optimizers and engines

    def watch_optimizer(self, kind):
        self.watch_methods(kind, {
            "__init__": (self.makes, self.made_optimizer), "zero_grad": (self.zeroes, self.zeroed), "step": (self.begins, self.stepped)})

    def optimizer(self, optimizer, frame):
        engine, memory = getattr(optimizer, "engine", None), getattr(optimizer, "gradient_memory", None)
        if engine is not None and not self.models.watches(engine):
            self.watch_engine(type(engine))
        return self.watch.optimizer_event(
            optimizer, frame, [self.number(p) for p in optimizer.parameters], memory=memory if type(memory) is int else None,
            llm=self.models.name(engine) if engine is not None else None)

    def begins(self, optimizer, args, kwargs):
        (number,) = super().begins(optimizer, args, kwargs)
        before, self.here.updating = self.here.updating, number
        return number, before

    def stepped(self, optimizer, token, result, error):
        number, self.here.updating = token
        self.watch.ends()
        if error is not None:
            self.refused(number, error)
            self.agent.may_stop("error", o=number)
            return
        self.stepped_again(number)
        self.agent.may_stop("step", o=number)

    def watch_engine(self, kind):
        for name, user in (("__call__", "prompt"), ("generate", "content")):
            if name in kind.__dict__:
                self.models.watch_class(kind, (name,), Prompts("system_prompt", user))

    # MARK: By hand

    def owns(self, thing):
        return self.Variable is not None and isinstance(thing, (self.Variable, self.Optimizer or self.Variable))

    def node_name(self, variable):
        return self.events[self.nodes.of(variable)]["name"]

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
                self.undone(number, value)
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
