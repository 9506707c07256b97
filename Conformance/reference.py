"""Runs workflows that are given as programs in the reference, and observes it.

A program is a list of steps (README.md lists them). What the reference does differently from this engine is known by rules, one for each
row of the table of differences; every value that such a rule touches is a `Both`: what is there, what must be here, and the rule's name.
"""

import copy
import inspect
import linecache
import re
import sys

import opto.trace.nodes as nodes
import opto.trace.operators as operators
from opto.optimizers.optimizer import Optimizer
from opto.optimizers.optoprime import node_to_function_feedback
from opto.trace.errors import ExecutionError, TraceMissingInputsError
from opto.trace.nodes import GRAPH, MessageNode, Node, ParameterNode
from opto.trace.propagators import GraphPropagator, SumPropagator
from opto.trace.utils import sum_feedback

bundles = sys.modules["opto.trace.bundle"]  # the package gives this name to a function
ABSENT = object()

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


class Both:
    """A value that differs: what it is in the reference, what it must be here, and why."""

    def __init__(self, there, here, why):
        self.there, self.here, self.why = there, here, why


def both(there, here, why):
    return there if same(there, here) else Both(there, here, why)


def same(a, b):
    """Equality that tells 1 from 1.0 and from True."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return a == b


def side(tree, which):
    """One side of a tree with differences: `there` or `here`."""
    if isinstance(tree, Both):
        return getattr(tree, which)
    if isinstance(tree, list):
        return [x for x in (side(x, which) for x in tree) if x is not ABSENT]
    if isinstance(tree, dict):
        pairs = ((k, side(v, which)) for k, v in tree.items())
        return {k: v for k, v in pairs if v is not ABSENT}
    return tree


class Reference:
    """Notes what the reference's graph does not keep: the order of creation, who made a node and to what end."""

    current = None

    def __init__(self):
        GRAPH.clear()
        nodes.NAME_SCOPES.clear()
        nodes.USED_NODES.clear()
        GRAPH.TRACE = True
        self.made, self.number, self.hashes = [], {}, {}
        self.absent = {}  # nodes that are not here, and why
        self.origin = {}  # of a copy
        self.copies = set()  # for traceable bundles
        self.copying = 0
        self.in_bundle = 0
        self.backward = 0
        self.heads = {}
        self.freed_by = {}
        Reference.current = self

    def register(self, node):
        self.number[id(node)] = len(self.made)
        self.made.append(node)
        if node._name.startswith("str:") and getattr(node, "_data", None) == "FEEDBACK_ORACLE":
            self.absent[node] = "user-feedback"
        if self.copying > 1:
            self.absent[node] = "detached-ancestors"

    # What a node is here.

    def here_name(self, node):
        base = node.name.rsplit(":", 1)[0]
        before = [n for n in self.made[: self.number[id(node)]] if n not in self.absent and n.name.rsplit(":", 1)[0] == base]
        return f"{base}:{len(before)}"

    def ref(self, node):
        if node in self.absent:
            return Both(node.name, ABSENT, self.absent[node])
        base = node.name.rsplit(":", 1)[0]
        causes = [w for n, w in self.absent.items() if n.name.rsplit(":", 1)[0] == base]
        return both(node.name, self.here_name(node), causes[0] if causes else "name")

    def here_parents(self, node):
        out = []
        for p in node.parents:
            if p not in self.absent and not any(p is q for q in out):
                out.append(p)
        return out

    def here_level(self, node):
        if not hasattr(self, "levels") or id(node) not in self.levels:
            self.levels = getattr(self, "levels", {})
            for n in self.made:  # parents are made before their children
                if id(n) not in self.levels:
                    self.levels[id(n)] = max((self.levels[id(p)] + 1 for p in self.here_parents(n)), default=0)
        return self.levels[id(node)]

    def ordered(self, members, level):
        return sorted(members, key=lambda n: (level(n), self.number[id(n)]))

    def node_list(self, members):
        """A set of nodes by level, then by creation."""
        there = self.ordered(members, lambda n: n.level)
        here = [n for n in self.ordered(members, self.here_level) if n not in self.absent]
        if [n for n in there if n not in self.absent] == here or same_nodes([n for n in there if n not in self.absent], here):
            return [self.ref(n) for n in there]
        return Both([n.name for n in there], [self.here_name(n) for n in here], "detached-level")


def same_nodes(a, b):
    return len(a) == len(b) and all(x is y for x, y in zip(a, b))


def distinct(members):
    out = []
    for n in members:
        if not any(n is m for m in out):
            out.append(n)
    return out


# The notes are taken by wrapping what the reference does at a few points.


def install():
    register, deepcopy, itemize = nodes.Graph.register, nodes.AbstractNode.__deepcopy__, Node._itemize
    wrap_inputs, preprocess = bundles.FunModule._wrap_inputs, bundles.FunModule.preprocess_inputs
    add_feedback = Node._add_feedback

    def noted_register(graph, node):
        register(graph, node)
        Reference.current.register(node)

    def noted_deepcopy(node, memo):
        notes = Reference.current
        notes.copying += 1
        try:
            copy = deepcopy(node, memo)
        finally:
            notes.copying -= 1
        if notes.copying == 0:
            notes.origin[copy] = node
            if node in notes.absent:
                notes.absent[copy] = notes.absent[node]
            if notes.in_bundle:
                notes.copies.add(copy)
        return copy

    def noted_wrap(module, fun, args, kwargs):
        bound = inspect.signature(fun).bind(*args, **kwargs).arguments
        result = wrap_inputs(module, fun, args, kwargs)
        for name, parameter in inspect.signature(fun).parameters.items():
            if parameter.default is not parameter.empty and name not in bound and name in result[0]:
                Reference.current.absent[result[0][name]] = "optional-arguments"
        return result

    def noted_preprocess(module, *arguments):
        notes = Reference.current
        notes.in_bundle += module.traceable_code
        try:
            return preprocess(module, *arguments)
        finally:
            notes.in_bundle -= module.traceable_code

    def noted_feedback(node, child, feedback):
        try:
            feedback.backward = Reference.current.backward
        except AttributeError:
            pass
        add_feedback(node, child, feedback)

    nodes.Graph.register = noted_register
    nodes.AbstractNode.__deepcopy__ = noted_deepcopy
    bundles.FunModule._wrap_inputs = noted_wrap
    bundles.FunModule.preprocess_inputs = noted_preprocess
    Node._add_feedback = noted_feedback
    # The reference breaks ties of level by memory address, which no two runs share: here it is told to go by creation.
    # Its sets of nodes go by address too.
    Node.__hash__ = lambda node: Reference.current.hashes.setdefault(id(node), len(Reference.current.hashes))
    Node._itemize = lambda node: (-node.level, -Reference.current.number[id(node)], node)


install()


class Writing(Optimizer):
    """An optimizer that always proposes the same values."""

    def __init__(self, parameters, writes):
        super().__init__(parameters)
        self.writes = writes

    def _step(self):
        return dict(self.writes)


class Left(Exception):
    """A step that cannot be done, because something that it needs was never made."""


class Raised(Exception):
    """What a bundle's body raises."""


ERRORS = {"ValueError": ValueError, "KeyError": KeyError, "TypeError": TypeError}


class Runner:
    """Runs one program."""

    def __init__(self, program):
        self.notes = Reference()
        self.program = copy.deepcopy(program)  # an operator of the reference changes the data that it is given
        self.variables = {}
        self.bundles, self.bodies = {}, {}
        self.optimizers = {}
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
                self.before = self.state()
            moment = {"step": number}
            snapshot = self.snapshot()
            self.refusal = None
            result = self.attempt(step, self.variables)
            if result is not None:
                moment["result"] = result
            if observed:
                state = self.state()
                if self.refusal:  # nothing has changed here
                    was = self.before
                    state = {k: both(side(state[k], "there"), side(was[k], "here"), self.refusal) for k in state}
                    self.restore(snapshot)
                moment.update(state)
            if len(moment) > 1:
                moments.append(moment)
        return {"moments": moments, "nodes": self.table()}

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
            inside = [n for n in found if self.started is not None and self.notes.number[id(n)] >= self.started]
            if inside and len(inside) == len(found):
                self.must_end = True
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

    def value(self, argument, scope, traced=True):
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
                self.notes.swapped = getattr(self.notes, "swapped", set()) | {result}
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
        self.started = len(self.notes.made)
        try:
            scope[step["as"]] = self.bundles[step["bundle"]](*arguments, **named)
        finally:
            self.started, last = None, self.started
            self.last_started = last
        return scope[step["as"]]

    started = None
    failed = False

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

    # What is seen.

    def entries(self, node):
        """(child, entry) in order, each once."""
        out = []
        for child, list_ in node._feedback.items():
            for entry in distinct(list_):
                out.append((child, entry))
        return out

    def source(self, child):
        if self.notes.absent.get(child) == "user-feedback":
            return Both(child.name, "user", "user-feedback")
        return self.notes.ref(child)

    def feedback(self, node):
        lists = []
        for child, list_ in node._feedback.items():
            entries, seen = [], []
            for entry in list_:
                graph = distinct([n for _, n in entry.graph])
                shown = {"backward": entry.backward, "said": entry.user_feedback, "graph": self.notes.node_list(graph)}
                if any(entry is s for s in seen):
                    entries.append(Both(side(shown, "there"), ABSENT, "node-used-twice"))
                else:
                    entries.append(shown)
                seen.append(entry)
            lists.append([self.source(child), entries])
        return self.merged(lists)

    def merged(self, lists):
        """Feedback that the user gives twice stands under two oracles there, and in one list here."""
        users = [i for i, (c, _) in enumerate(lists) if isinstance(c, Both) and c.here == "user"]
        if len(users) < 2:
            return lists
        there = side(lists, "there")
        here, joined = [], None
        for child, entries in side(lists, "here"):
            if child == "user" and joined is not None:
                joined.extend(entries)
                continue
            here.append([child, list(entries)])
            if child == "user":
                joined = here[-1][1]
        return Both(there, here, "user-feedback")

    def state(self):
        notes = self.notes
        feedback = []
        for node in notes.made:
            if not node._feedback:
                continue
            if node in notes.absent:
                feedback.append(Both([node.name, side(self.feedback(node), "there")], ABSENT, notes.absent[node]))
            elif node in notes.copies:
                feedback.append(Both([node.name, side(self.feedback(node), "there")], ABSENT, "copies"))
            else:
                feedback.append([notes.ref(node), self.feedback(node)])
        parameters = [n for n in notes.made if isinstance(n, ParameterNode) and n not in notes.absent and n not in notes.copies]
        return {
            "feedback": feedback,
            "aggregates": [[notes.ref(p), self.aggregate([p])] for p in parameters if p._feedback],
            "subgraphs": [[name, self.subgraph(o)] for name, o in self.optimizers.items()],
            "freed": [notes.ref(n) for n in notes.made if n._backwarded and not n.is_root],
            "values": [[notes.ref(p), p._data] for p in parameters],
        }

    def union(self, parameters):
        """What the feedback of some nodes comes to here, by the plainest way: (nodes, said, heads), or the sides of a conflict."""
        members, said, heads, sides = [], [], [], []
        for p in distinct(parameters):
            for child, entry in self.entries(p):
                members += [n for _, n in entry.graph]
                said.append(entry.user_feedback)
                heads.append(self.notes.heads[entry.backward])
                name = side(self.source(child), "here")
                sides.append([self.notes.here_name(p), name, entry.backward, entry.user_feedback])
        if any(s != said[0] for s in said):
            return None, None, None, sides
        return distinct(members), said[0] if said else None, distinct(heads), None

    def aggregate(self, parameters):
        there = None
        try:
            graph = GraphPropagator().aggregate(parameters[0].feedback)
        except AssertionError:
            there = {"error": "assertion"}
        members, said, _, sides = self.union(parameters)
        if sides is not None:
            return both(there, {"error": "aggregation-conflict", "sides": sides}, "conflict")
        here = {"said": said, "graph": self.notes.node_list(members)}
        if there is None:
            return {"said": graph.user_feedback, "graph": self.notes.node_list(distinct([n for _, n in graph.graph]))}
        lists = [list_ for p in parameters for list_ in p._feedback.values()]
        twice = any(len(distinct(list_)) > 1 for list_ in lists)
        return Both(there, side(here, "here"), "equal-feedback" if twice else "node-used-twice")

    def subgraph(self, optimizer):
        notes = self.notes
        parameters = distinct(optimizer.parameters)
        try:
            total = sum_feedback(optimizer.parameters)
        except AssertionError:
            total = None
        members, said, heads, sides = self.union(parameters)
        if sides is not None:
            return both({"error": "assertion"}, {"error": "aggregation-conflict", "sides": sides}, "conflict")
        if not any(p._feedback for p in parameters):
            return None
        graph = distinct([n for _, n in total.graph])
        attended = [p for p in parameters if p._feedback]
        # There: what the optimizer of the reference makes of the sum.
        parts = node_to_function_feedback(total)
        known = {n.py_name: n for n in graph}
        roots = [known[k] for k in parts.roots]
        classes = {
            "variables": [n for n in roots if any(n is p for p in parameters)],
            "inputs": [n for n in roots if not any(n is p for p in parameters)],
            "others": [known[k] for k in parts.others],
            "outputs": [known[k] for k in parts.output],
        }
        # Here: by the rules.
        hidden = [p for p in attended if not any(p is n for n in members)]
        whole = [n for n in self.notes.ordered(members + hidden, notes.here_level) if n not in notes.absent]
        inside = lambda n: any(n is m for m in whole)
        rules = {"variables": [], "inputs": [], "others": [], "outputs": []}
        for n in whole:
            is_variable, is_output = any(n is p for p in parameters), any(n is h for h in heads)
            if is_variable:
                rules["variables"].append(n)
            if is_output:
                rules["outputs"].append(n)
            if not is_variable and not is_output:
                parents = notes.here_parents(n)
                rules["others" if parents and all(inside(p) for p in parents) else "inputs"].append(n)
        out = {"said": both(total.user_feedback, said, "subgraph"), "nodes": notes.node_list(graph)}
        if hidden:
            out["nodes"] = Both([n.name for n in notes.ordered(graph, lambda n: n.level)], [notes.here_name(n) for n in whole], "hidden-variable")
        for part in classes:
            there, here = notes.ordered(classes[part], lambda n: n.level), rules[part]
            if same_nodes([n for n in there if n not in notes.absent], here):
                out[part] = [notes.ref(n) for n in there]
                continue
            out[part] = Both([n.name for n in there], [notes.here_name(n) for n in here], self.why(part, there, here, hidden, heads, graph, total))
        return out

    def why(self, part, there, here, hidden, heads, graph, total):
        """Which row of the table makes the parts of a subgraph differ."""
        notes = self.notes
        if part == "variables" and hidden:
            return "hidden-variable"
        if len({n.py_name for n in graph}) < len(graph):
            return "prompt-names"
        if sorted(map(id, there)) == sorted(map(id, here)):
            return "detached-level"
        total.graph = [(n.level, n) for n in notes.ordered(graph, lambda n: n.level)]
        parts = node_to_function_feedback(total)
        again = {"others": parts.others, "outputs": parts.output, "inputs": parts.roots, "variables": parts.roots}[part]
        if part in ("others", "outputs") and sorted(again) == sorted(n.py_name for n in here):
            return "graph-order"
        if part in ("others", "outputs", "inputs") and (len(heads) > 1 or any(h.is_root for h in heads)):
            return "several-heads"
        if part == "inputs" and sorted(k for k in again if k in {n.py_name for n in here}) == sorted(n.py_name for n in here):
            return "graph-order"
        return "unexplained"

    def table(self):
        notes = self.notes
        rows = []
        for node in notes.made:
            if node in notes.absent:
                if notes.absent[node] == "optional-arguments":
                    rows.append(Both({"name": node.name}, ABSENT, notes.absent[node]))
                continue
            inputs = []
            if isinstance(node, MessageNode) and (node.parents or not node._inputs):
                inputs = [[k, notes.ref(v)] for k, v in node._inputs.items()]
                for pair, (_, v) in list(zip(inputs, node._inputs.items())):
                    if v in notes.absent:
                        inputs[inputs.index(pair)] = Both(side(pair, "there"), ABSENT, notes.absent[v])
                if node in getattr(notes, "swapped", ()):
                    (a, x), (b, y) = inputs
                    inputs = Both(side(inputs, "there"), [[a, side(y, "here")], [b, side(x, "here")]], "swapped")
            there, here = list(node.parents), self.here_order(node)
            if same_nodes([p for p in there if p not in notes.absent], here):
                parents = [notes.ref(p) for p in there]
            else:
                why = "swapped" if node in getattr(notes, "swapped", ()) else "node-used-twice"
                parents = Both([p.name for p in there], [notes.here_name(p) for p in here], why)
            rows.append({
                "name": notes.ref(node),
                "op": nodes.get_op_name(node.description),
                "level": both(node.level, notes.here_level(node), "detached-level"),
                "trainable": both(bool(isinstance(node, ParameterNode)), isinstance(node, ParameterNode) and node not in notes.copies, "copies"),
                "parents": parents,
                "inputs": inputs,
                "data": self.data(node),
            })
            if node._constraint is not None and not node.name.startswith("__code"):
                rows[-1]["constraint"] = node._constraint
        return rows

    def here_order(self, node):
        parents = self.notes.here_parents(node)
        return parents[::-1] if node in getattr(self.notes, "swapped", ()) else parents

    def data(self, node):
        text = plainly(node._data)
        if nodes.get_op_name(node.description) == "exception":
            kind = text[: text.index(")") + 1]
            base = node.name.split(":")[0].removeprefix("exception_")
            if "." in kind:
                return "(ExecutionError)"
            return text if base in self.bundles and not base.startswith("__code") else kind
        return text


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


def plainly(data):
    """Data in which nodes are names."""
    if isinstance(data, Node):
        return data.name
    if isinstance(data, list):
        return [plainly(x) for x in data]
    return {k: plainly(x) for k, x in data.items()} if isinstance(data, dict) else data


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
