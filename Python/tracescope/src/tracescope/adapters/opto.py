"""Trace (`opto`, on PyPI `trace-opt`). No name in it is required: one that this version lacks is left out with a warning."""
import functools
import inspect
import os
import sys
from math import isfinite

from .._adapter import Adapter, Field
from .._hooks import conceals, hidden
from .._models import Prompts
from .._values import error_text, fast, quoted
from .opto_bundles import Bundles, calls, finished
from .opto_hands import Hands

conceals(__file__)

MANY = 10_000
"""The number of parts of events that are cached for later ones."""
READS = 8
"""The number of reads of `.data` that a thread remembers."""


class Opto(Bundles, Hands, Adapter):
    name = "opto"
    MODULES = ("opto.trace.nodes", "opto.trace.bundle", "opto.trace", "opto.optimizers.optimizer", "opto.utils.llm")

    def __init__(self, watch):
        super().__init__(watch)
        self.module = None
        self.heads, self.inputs = {}, {}
        self.oracles = set()
        """The numbers of the nodes that backward made as the source of its feedback."""
        self.tellers = {}
        """Type of a node -> the class whose constructor reports it: the outermost one that is wrapped."""

    def found(self, name, module):
        {"opto.trace.nodes": self.found_nodes, "opto.trace.bundle": self.found_bundle, "opto.trace": self.found_trace,
         "opto.optimizers.optimizer": self.found_optimizer, "opto.utils.llm": self.found_models}[name](module)

    # MARK: Nodes

    def found_nodes(self, module):
        self.module = module
        self.program.exclude(os.path.dirname(os.path.dirname(os.path.abspath(module.__file__))))
        self.Node, self.Parameter, self.Message, self.Exception_ = (
            module.Node, module.ParameterNode, module.MessageNode, module.ExceptionNode)
        self.kinds = (module.ExceptionNode, "exception"), (module.MessageNode, "message"), (module.ParameterNode, "parameter")
        version = None
        try:
            import importlib.metadata
            version = importlib.metadata.version("trace-opt")
        except Exception:
            pass
        self.tell_library(
            version, module.__file__, hasattr(module.Graph, "LEGACY_GRAPH_BEHAVIOR") and not module.GRAPH.LEGACY_GRAPH_BEHAVIOR)
        for kind in (module.Node, module.ParameterNode, module.MessageNode, module.ExceptionNode):
            self.watch_constructor(kind)
        self.watch_register(module.Graph)
        self.watch.around(module.Graph, "clear", lambda g, a, k: True, lambda g, t, r, e: self.agent.tell({"e": "clear"}))
        self.watch.around(module.Node, "backward", self.goes_back, self.went_back, outermost="backward")
        self.watch_feedback(module.Node)
        self.watch_zero(module.Node)
        self.watch.around(module.Node, "_set", lambda n, a, k: None if isinstance(n, self.Parameter) else (self.nodes.of(n),), self.was_set)
        # `p._data = v` is how optimizers write, and programs too.
        module.ParameterNode._data = Field("_data", self.writes)
        self.watch_reads(module.ParameterNode)

    def watch_constructor(self, kind):
        original = self.watch.method(kind, "__init__")
        if original is None:
            return
        agent, here, tellers, tell = self.agent, self.here, self.tellers, self.node

        @functools.wraps(original)
        def __init__(node, *args, **kwargs):
            try:
                original(node, *args, **kwargs)
            except BaseException as error:
                hidden(error)
                raise
            if (tellers.get(type(node)) or self.teller(type(node))) is kind and agent.on and not here.busy:
                tell(node, sys._getframe(1))
                if here.due is not None:
                    agent.settle()

        self.watch.put(kind, "__init__", __init__, original)

    def teller(self, kind):
        teller = self.tellers[kind] = next(k for k in kind.__mro__ if hasattr(k.__dict__.get("__init__"), "_tracescope"))
        return teller

    def watch_register(self, graph):
        """Reports a deep copy, which has no constructor: it is complete except for its name before it is registered."""
        original = self.watch.method(graph, "register")
        if original is None:
            return
        agent, here, Node, tell = self.agent, self.here, self.Node, self.node
        makes = next((k.__dict__["__init__"].__code__ for k in reversed(Node.__mro__[:-1]) if inspect.isfunction(k.__dict__.get("__init__"))), None)

        @functools.wraps(original)
        def register(graph, node, *args):
            original(graph, node, *args)
            # During its construction a node is not complete.
            if hasattr(node, "_description") and agent.on and not here.busy:
                frame = sys._getframe(1)
                if frame.f_code is not makes:
                    source = frame.f_locals.get("self")
                    tell(node, frame, source if isinstance(source, Node) else None)

        self.watch.put(graph, "register", register, original)

    def node(self, node, frame, original=None):
        """Reports a node and returns its number. There are many nodes, so the parts that most of them share are cached."""
        here, watch = self.here, self.watch
        # Not by `__dict__`, which is only created when it is first read.
        data, description = node._data, node._description
        kind, head = self.heads.get((type(node), type(data))) or self.head(type(node), type(data))
        inputs = None
        if node._parents:
            of, names = self.nodes.numbers.get, self.inputs
            inputs = ""
            for name, parent in node._inputs.items():
                n = of(id(parent))
                inputs += f"{names.get(name) or self.input(name)}{n if n is not None else self.number(parent)}],"
        detached = self.detached(data) if kind == "node" and here.reads and original is None else None
        number = self.nodes.new(node)
        t = watch.texts.get(description)
        if t is None:
            t = watch.text(str(description))
        v = repr(data) if type(data) is float and isfinite(data) else fast(data, self.nodes.of)
        text = f'{{"e":"node","n":{number},"name":{quoted(node._name)},{head}{v},"d":{t}'
        if node._constraint is not None:
            text += ',"c":' + watch.fast(node._constraint)
        if inputs:
            text += ',"in":[' + inputs[:-1] + "]"
        else:
            watch.remember(number, data)
        if original is not None:
            text += ',"of":%d' % self.number(original)
            if node._level:
                text += ',"level":%d' % node._level
        open_calls = calls.get()
        if open_calls:
            text += ',"call":%d' % open_calls[-1].number
        if kind == "node":
            if detached is not None:
                text += ',"detached":%d' % detached
            if here.backward is not None and original is None:
                # Created by backward itself, as the source of the feedback.
                self.oracles.add(number)
                text += ',"oracle":true'
        elif kind == "parameter":
            if not node.trainable:
                text += ',"trainable":false'
            if frame is not None:
                text += self.agent.calls(frame)
        elif original is None:
            info = node._info
            if type(info) is dict:
                if finished.get() is not None:
                    text += self.returned(info)
                if kind == "exception" and info.get("error_comment"):
                    text += ',"report":' + watch.fast(str(info["error_comment"]))
            expandable = node._dependencies["expandable"]
            if expandable and node in expandable:
                text += ',"hidden":%s' % sorted(self.number(p) for p in node.hidden_dependencies)
            if kind == "exception" and frame is not None:
                text += self.agent.calls(frame)
        self.agent.emit(text, frame)
        if self.agent.stops:
            self.agent.may_stop("op", name=node._name.rsplit(":", 1)[0] if kind == "message" else None, n=number)
            if kind == "exception":
                self.agent.may_stop("error")
        return number

    def returned(self, info):
        """Describes the call whose output a message node is."""
        done = finished.get()
        if done.args is None or (info.get("inputs") or {}).get("args") is not done.args:
            return ""
        finished.set(None)
        inner = info.get("output")
        return ',"ret":%d' % done.number + (',"inner":%d' % self.number(inner) if isinstance(inner, self.Node) else "")

    def head(self, kind, data):
        """The kind of a class of nodes, and the members of an event that follow from the class and the type of the data."""
        word = self.word(kind)
        found = word, '"kind":"%s","type":%s,"v":' % (word, quoted(data.__name__))
        if len(self.heads) < MANY:
            self.heads[kind, data] = found
        return found

    def input(self, name):
        """The text before the number of an input with this name."""
        found = "[%s," % quoted(name)
        if len(self.inputs) < MANY:
            self.inputs[name] = found
        return found

    def word(self, kind):
        """The name of a class of nodes in the protocol."""
        return next((word for k, word in self.kinds if issubclass(kind, k)), "node")

    # MARK: Data

    def writes(self, node, new):
        node.__dict__["_data"] = new
        if self.agent.on and not self.here.busy:
            number = self.nodes.of(node)
            if number is not None:
                self.watch.wrote(number, new, sys._getframe(2))
                if self.here.due is not None:
                    self.agent.settle()

    def was_set(self, node, token, result, error):
        if error is None and token[0] is not None:
            self.watch.wrote(token[0], node._data, sys._getframe(2))

    def watch_reads(self, kind):
        """Notes reads of parameters by the program's own code: a node made from the value afterwards is a copy that no feedback crosses."""
        data = getattr(kind, "data", None)
        if not isinstance(data, property):
            self.watch.missing.append("ParameterNode.data")
            return
        read, here, nodes, agent, known = data.fget, self.here, self.nodes, self.agent, self.program.known

        def get(node):
            value = read(node)
            if agent.on and not here.busy and known.get(id(sys._getframe(1).f_code)):
                number = nodes.of(node)
                if number is not None:
                    here.reads = here.reads[1 - READS:] + ((number, value),)
            return value

        kind.data = property(get, data.fset, data.fdel, data.__doc__)

    PLAIN = (int, float, str, bytes, complex)

    def detached(self, data):
        """The parameter that a new root's value was last read from, or None."""
        for number, value in reversed(self.here.reads):
            if value is data and data is not None and data is not True and data is not False:
                return number
            if type(value) is type(data) and type(data) in self.PLAIN and value == data:
                return number
        return None

    # MARK: Feedback

    def goes_back(self, node, args, kwargs):
        try:
            bound = inspect.signature(type(node).backward).bind(node, *args, **kwargs)
            bound.apply_defaults()
            given = bound.arguments
        except TypeError:
            given = {}
        number = self.next_backward()
        propagator = given.get("propagator")
        event = {
            "e": "backward", "k": number, "out": self.number(node), "text": self.watch.value(given.get("feedback", "")),
            "retain": bool(given.get("retain_graph")), "propagator": type(propagator).__name__ if propagator is not None else "GraphPropagator"}
        # From version 0.2 on, a backward passes nothing to parents that depend on no parameter, unless the program switches that off.
        if getattr(self.module.GRAPH, "ALLOW_NESTED_GRAPHS", None) is False:
            event["prunes"] = True
        optimizer = self.here.optimizers
        if optimizer:
            event["o"] = optimizer[-1]
        if propagator is not None and getattr(propagator, "override", None):
            event["rules"] = sorted(str(k) for k in propagator.override)
        self.agent.event(event)
        before, self.here.backward = self.here.backward, number
        return number, before, optimizer[-1] if optimizer else None

    def went_back(self, node, token, result, error):
        number, self.here.backward, optimizer = token
        self.went(node, number, error, optimizer)

    def watch_feedback(self, kind):
        original = self.watch.method(kind, "_add_feedback")
        if original is None:
            return
        agent, here, of, number, watch = self.agent, self.here, self.nodes.numbers.get, self.number, self.watch

        @functools.wraps(original)
        def _add_feedback(node, child, feedback, *args, **kwargs):
            original(node, child, feedback, *args, **kwargs)
            k = here.backward
            if k is None or here.busy or not agent.on:
                return
            agent.changes += 1
            if agent.stops:
                agent.may_stop("feedback", n=number(node))
                agent.may_stop("watch", n=number(node))
            n, source = of(id(node)), of(id(child))
            if n is None:
                n = number(node)
            if source is None:
                source = number(child)
            if type(feedback).__name__ == "TraceGraph":
                agent.emit('{"e":"feedback","k":%d,"n":%d,"from":%d,"size":%d' % (k, n, source, len(feedback.graph)))
            else:
                agent.emit('{"e":"feedback","k":%d,"n":%d,"from":%d,"v":%s' % (k, n, source, watch.fast(feedback)))

        self.watch.put(kind, "_add_feedback", _add_feedback, original)

    def watch_zero(self, kind):
        """Inside a backward, this means that the node was visited."""
        original = self.watch.method(kind, "zero_feedback")
        if original is None:
            return
        agent, here, of, number = self.agent, self.here, self.nodes.numbers.get, self.number

        @functools.wraps(original)
        def zero_feedback(node, *args, **kwargs):
            if not agent.on or here.busy:
                return original(node, *args, **kwargs)
            held = bool(node._feedback)
            original(node, *args, **kwargs)
            n = of(id(node))
            if n is None:
                n = number(node)
            agent.changes += 1
            if held and agent.stops:
                agent.may_stop("watch", n=n)
            if here.backward is not None:
                agent.emit('{"e":"visit","k":%d,"n":%d' % (here.backward, n))
            elif held:
                self.cleared(n, sys._getframe(1))
                agent.settle()

        self.watch.put(kind, "zero_feedback", zero_feedback, original)

    # MARK: Tracing and optimizers

    def found_trace(self, module):
        scope = module.stop_tracing
        for name, on in (("__enter__", False), ("__exit__", True)):
            self.watch.around(scope, name, lambda s, a, k: True, lambda s, t, r, e, on=on: self.agent.event({"e": "tracing", "on": on}))

    def found_optimizer(self, module):
        self.Optimizer = module.AbstractOptimizer
        self.watch.subclasses(module.AbstractOptimizer, self.watch_optimizer)

    def watch_optimizer(self, kind):
        hooks = {
            "__init__": (self.makes, self.made_optimizer), "zero_feedback": (self.zeroes, self.zeroed),
            "backward": (self.begins, lambda o, t, r, e: self.watch.ends()), "propose": (self.begins, self.proposed),
            "update": (self.updates, self.updated),
            "step": (self.begins, self.stepped)}
        self.watch_methods(kind, hooks)
        if inspect.isfunction(kind.__dict__.get("call_llm")):
            self.models.around(kind, "call_llm", Prompts("system_prompt", "user_prompt"), asks=lambda o: getattr(o, "llm", o))

    def optimizer(self, optimizer, frame):
        llm = getattr(optimizer, "llm", None)
        if llm is not None:
            self.models.watch_class(type(llm))
        objective, memory = getattr(optimizer, "objective", None), getattr(getattr(optimizer, "memory", None), "size", None)
        return self.watch.optimizer_event(
            optimizer, frame, [self.number(p) for p in getattr(optimizer, "parameters", [])],
            objective=objective if type(objective) is str else None, memory=memory if type(memory) is int else None,
            llm=self.models.name(llm) if llm is not None else None)

    def proposed(self, optimizer, token, result, error):
        number = self.watch.ends()
        event = {"e": "propose", "o": number}
        if error is not None:
            event["error"] = error_text(error)
        elif isinstance(result, dict):
            event["new"] = [[self.number(p), self.watch.value(v)] for p, v in result.items() if isinstance(p, self.Node)]
        self.agent.event(event)
        self.agent.may_stop("error" if error is not None else "propose", o=number)

    def updates(self, optimizer, args, kwargs):
        before, self.here.updating = self.here.updating, self.optimizer_number(optimizer)
        return (before,)

    def updated(self, optimizer, token, result, error):
        number, self.here.updating = self.here.updating, token[0]
        if error is not None:
            self.agent.may_stop("error")
            return
        self.stepped_again(number)

    def stepped(self, optimizer, token, result, error):
        number = self.watch.ends()
        if error is not None and not hasattr(type(optimizer), "propose"):
            # An optimizer with a step of its own: no `propose` has reported the error.
            self.refused(number, error)
        self.agent.may_stop("error" if error is not None else "step", o=number)

    def found_models(self, module):
        for kind in (module.AbstractModel, *module.AbstractModel.__subclasses__()):
            self.models.watch_class(kind)

    # MARK: Everything again

    def snapshot(self):
        """Reports everything that is alive again, with the same numbers."""
        if self.module is None:
            return
        agent, nodes = self.agent, self.nodes
        agent.tell(self.library)
        for number, node in nodes.alive():
            if not self.owns(node):
                continue
            data = node._data
            event = {
                "e": "node", "n": number, "name": node._name, "type": type(data).__name__, "v": self.watch.value(data),
                "kind": self.word(type(node)), "d": self.watch.text(str(node._description)),
                "in": [[name, self.number(p)] for name, p in getattr(node, "_inputs", {}).items()], "freed": bool(node._backwarded)}
            if getattr(node, "_constraint", None) is not None:
                event["c"] = node._constraint
            agent.tell(event)
        for number, node in nodes.alive():
            if self.owns(node) and node._feedback:
                agent.tell({"e": "entries", "n": number, "of": self.sources(node)})
        for number, bundle in self.watch.bundles.alive():
            if hasattr(bundle, "traceable_code"):
                agent.tell(self.described_bundle(bundle, number))
