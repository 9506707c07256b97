"""Runs workflows that are given as programs in the reference.

A program is a list of steps; README.md lists them.
"""

import copy
import linecache
import re

import opto.trace.nodes as nodes
import opto.trace.operators as operators
from opto.optimizers.optimizer import Optimizer
from opto.trace.errors import ExecutionError, TraceMissingInputsError
from opto.trace.nodes import GRAPH, Node, ParameterNode
from opto.trace.propagators import SumPropagator

from differences import Both, both, side
from notes import Notes, bundles
from observer import Observer

SYNTAX = {
    "add": lambda a, b: a + b,
    "concat": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "floor_divide": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "power": lambda a, b: a**b,
    "and_": lambda a, b: a & b,
    "or_": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "lshift": lambda a, b: a << b,
    "rshift": lambda a, b: a >> b,
    "neg": lambda a: -a,
    "pos": lambda a: +a,
    "invert": lambda a: ~a,
    "getitem": lambda a, b: a[b],
}


class Writing(Optimizer):
    """An optimizer that always proposes the same values."""

    def __init__(self, parameters, writes):
        super().__init__(parameters)
        self.writes = writes

    def _step(self):
        return dict(self.writes)


class Left(Exception):
    """A step that cannot be done, because something that it needs was never made."""


ERRORS = {"ValueError": ValueError, "KeyError": KeyError, "TypeError": TypeError}


class Runner:
    """Runs one program."""

    def __init__(self, program):
        self.notes = Notes()
        self.program = copy.deepcopy(program)  # an operator of the reference changes the data that it is given
        self.variables = {}
        self.bundles, self.bodies = {}, {}
        self.optimizers = {}
        self.observer = Observer(self.notes, self.optimizers, self.bundles)
        self.failed = False
        self.before = None

    def run(self):
        moments = []
        number = -1
        for step in self.program["steps"]:
            number += not step.get("extra", False)  # what is one step in the program that this one stands for
            if step.get("unobserved") or step.get("extra"):
                self.perform(step, self.variables)
                continue
            observed = step["do"] in ("backward", "zero", "step", "set")
            if observed:
                self.before = self.observer.state()
            moment = {"step": number}
            snapshot = self.snapshot()
            self.refusal = None
            result = self.attempt(step, self.variables)
            if result is not None:
                moment["result"] = result
            if observed:
                state = self.observer.state()
                if self.refusal:  # nothing has changed here
                    was = self.before
                    state = {k: both(side(state[k], "there"), side(was[k], "here"), self.refusal) for k in state}
                    self.restore(snapshot)
                moment.update(state)
            if len(moment) > 1:
                moments.append(moment)
        return {"moments": moments, "nodes": self.observer.table()}

    def attempt(self, step, scope):
        """Performs a step, and gives what came of it: a node, or an error."""
        try:
            node = self.perform(step, scope)
            return self.notes.ref(node) if isinstance(node, Node) else node
        except Left:
            return {"error": "left-out"}
        except ExecutionError as error:
            if "as" in step:
                scope[step["as"]] = error.exception_node
            return {"error": "execution-error", "node": self.notes.ref(error.exception_node)}
        except TraceMissingInputsError as error:
            names = re.findall(r"\('([^']+:\d+)', ", str(error))
            found = [n for n in self.notes.made if n.name in names]
            return {"error": "missing-input", "nodes": [self.notes.ref(n) for n in found]}
        except Exception as error:
            self.failed = self.failed or isinstance(error, (AssertionError, AttributeError))
            return {"error": "raised", "text": f"({type(error).__name__}) {error}"}

    # The state, from the outside of which a refused backward is undone.

    def snapshot(self):
        return [(n, {k: list(v) for k, v in n._feedback.items()}, n._backwarded, n._data) for n in self.notes.made]

    def restore(self, snapshot):
        for node, feedback, backwarded, data in snapshot:
            node.zero_feedback()
            for child, list_ in feedback.items():
                node._feedback[child] = list_
            node._backwarded, node._data = backwarded, data

    # Steps.

    def value(self, argument, scope):
        if isinstance(argument, str):
            if argument not in scope:
                raise Left()
            return scope[argument]
        if isinstance(argument, list):
            return [self.value(a, scope) for a in argument]
        if "dict" in argument:
            return {k: self.value(v, scope) for k, v in argument["dict"].items()}
        return argument["value"]

    def perform(self, step, scope):
        return getattr(self, "do_" + step["do"])(step, scope)

    def do_node(self, step, scope):
        node = nodes.node(step["value"], **{k: step[k] for k in ("name", "trainable", "description", "constraint") if k in step})
        scope[step["as"]] = node
        return node

    def do_parameter(self, step, scope):
        scope[step["as"]] = nodes.node(self.value(step["of"], scope), trainable=True)
        return scope[step["as"]]

    def do_op(self, step, scope):
        arguments = [self.value(a, scope) for a in step["args"]]
        name = step["op"]
        if not any(isinstance(a, Node) for a in flat(arguments)) and scope is not self.variables:
            result = plain(name, arguments)
        elif step.get("syntax"):
            result = SYNTAX[name](*arguments)
            if name == "multiply" and not isinstance(arguments[0], Node):
                self.notes.swapped.add(result)
        elif name == "make_dict":
            result = operators.make_dict(**arguments[0])
        else:
            result = getattr(operators, name)(*arguments)
        scope[step["as"]] = result
        return result

    def do_clone(self, step, scope):
        scope[step["as"]] = self.value(step["of"], scope).clone()
        return scope[step["as"]]

    def do_detach(self, step, scope):
        scope[step["as"]] = self.value(step["of"], scope).detach()
        return scope[step["as"]]

    def do_read(self, step, scope):
        scope[step["as"]] = self.value(step["of"], scope).data

    def do_fail(self, step, scope):
        raise ERRORS[step["type"]](step["message"])

    def do_bundle(self, step, scope):
        name, optional = step["name"], step.get("optional", {})
        parameters = ", ".join(a + (f"={optional[a]!r}" if a in optional else "") for a in step["args"])
        source = step.get("code") or f'def {name}({parameters}):\n    """A bundle."""\n    return run("{name}", locals())'
        self.bodies[name] = (step["body"], step.get("returns"), scope)
        file = f"<program {name}>"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        space = {"run": self.body}
        exec(compile(source, file, "exec"), space)
        module = bundles.bundle(
            traceable_code=step.get("traceable", False),
            trainable=step.get("trainable", False),
            catch_execution_error=step.get("catch", True),
            allow_external_dependencies=step.get("external", False),
        )(space[name])
        self.bundles[name] = module
        if module.parameter is not None:
            scope[name + ".code"] = module.parameter
            return module.parameter

    def body(self, name, arguments):
        steps, returns, outer = self.bodies[name]
        scope = Scope(arguments, outer)
        for step in steps:
            self.perform(step, scope)
        return self.value(returns, scope) if returns is not None else None

    def do_call(self, step, scope):
        if step["bundle"] not in self.bundles:
            raise Left()
        arguments = [self.value(a, scope) for a in step["args"]]
        named = {k: self.value(a, scope) for k, a in step.get("named", {}).items()}
        scope[step["as"]] = self.bundles[step["bundle"]](*arguments, **named)
        return scope[step["as"]]

    def do_optimizer(self, step, scope):
        parameters = [self.value(p, scope) for p in step["parameters"]]
        if not all(isinstance(p, ParameterNode) for p in parameters):
            return {"error": "not-a-parameter"}
        writes = [(self.value(p, scope), v) for p, v in step.get("writes", [])]
        self.optimizers[step["name"]] = Writing(parameters, writes)

    def do_zero(self, step, scope):
        if "node" in step:
            self.value(step["node"], scope).zero_feedback()
        elif step["optimizer"] in self.optimizers:
            self.optimizers[step["optimizer"]].zero_feedback()
        else:
            raise Left()

    def do_backward(self, step, scope):
        notes = self.notes
        output = self.value(step["node"], scope)
        optimizer = step.get("optimizer")
        if optimizer is not None and optimizer not in self.optimizers:
            raise Left()
        said, retain = step["feedback"], step.get("retain", False)
        visited = ancestry(output)
        culprit = next((notes.freed_by[n] for n in notes.ordered(visited, notes.here_level)[::-1] if n in notes.freed_by), None)
        notes.backward += 1
        number = notes.backward
        notes.heads[number] = output
        try:
            if step.get("propagator") == "sum":
                output.backward(said, propagator=SumPropagator(), retain_graph=retain)
            elif optimizer is not None:
                self.optimizers[optimizer].backward(output, said, retain_graph=retain)
            else:
                output.backward(said, retain_graph=retain)
        except AttributeError as error:
            if "has been backwarded" not in str(error) or culprit is None:
                raise
            self.refusal = "freed-backward"
            notes.backward -= 1
            freed = sorted((n for n in visited if notes.freed_by.get(n) == culprit), key=lambda n: notes.number[id(n)])
            here = {"error": "graph-freed", "nodes": [notes.here_name(n) for n in freed], "backward": culprit}
            return Both({"error": "graph-freed"}, here, "freed-backward")
        if not retain:
            for node in visited:
                notes.freed_by[node] = number
        return {"backward": number}

    def do_step(self, step, scope):
        if step["optimizer"] not in self.optimizers:
            raise Left()
        optimizer = self.optimizers[step["optimizer"]]
        held = any(p.feedback for p in optimizer.parameters)
        optimizer.step()
        if not held:
            self.refusal = "step-without-feedback"
            return Both({"done": True}, {"error": "no-feedback"}, "step-without-feedback")
        return {"done": True}

    def do_set(self, step, scope):
        self.value(step["node"], scope)._data = step["value"]

    def do_untraced(self, step, scope):
        GRAPH.TRACE = False
        try:
            for inner in step["steps"]:
                self.attempt(inner, scope)
        finally:
            GRAPH.TRACE = True

    def do_scope(self, step, scope):
        nodes.NAME_SCOPES.append(step["name"])
        try:
            for inner in step["steps"]:
                self.attempt(inner, scope)
        finally:
            nodes.NAME_SCOPES.pop()


class Scope(dict):
    """The variables of a body: its own, and those around it."""

    def __init__(self, own, outer):
        super().__init__(own)
        self.outer = outer

    def __contains__(self, name):
        return dict.__contains__(self, name) or name in self.outer

    def __getitem__(self, name):
        return dict.__getitem__(self, name) if dict.__contains__(self, name) else self.outer[name]


def plain(name, arguments):
    """An operator on data."""
    if name in SYNTAX:
        return SYNTAX[name](*arguments)
    return getattr(operators, name)._fun(*arguments)


def flat(arguments):
    for a in arguments:
        if isinstance(a, list):
            yield from flat(a)
        elif isinstance(a, dict):
            yield from flat(a.values())
        else:
            yield a


def ancestry(node):
    """The nodes with parents that a backward from a node visits."""
    out, open_ = [], [node]
    while open_:
        n = open_.pop()
        if n.parents and not any(n is m for m in out):
            out.append(n)
            open_ += n.parents
    return out
