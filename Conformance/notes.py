"""Notes what the reference's graph does not keep: the order of creation, who made a node and to what end.

Importing this module changes the reference: it is wrapped at a few points to take the notes, and made the same in every run.
"""

import inspect
import sys

import opto.trace.nodes as nodes
from opto.trace.nodes import GRAPH, Node

from differences import ABSENT, Both, both

bundles = sys.modules["opto.trace.bundle"]  # the package gives this name to a function


class TooLarge(BaseException):
    """A workflow of which the reference makes too many nodes: no error of the workflow, and so nothing on the way may catch it."""


class Notes:
    """The notes of one run, and the nodes here that correspond to its nodes."""

    current = None
    LIMIT = 4000  # nodes: a call of a traceable bundle copies the ancestors of its inputs, once for every way to them

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
        self.heads = {}  # by backward
        self.freed_by = {}  # the backward that freed a node
        self.swapped = set()  # made in a syntax that the reference turns round
        self.levels = {}
        Notes.current = self

    def register(self, node):
        if len(self.made) >= self.LIMIT:
            raise TooLarge(f"The reference made {self.LIMIT} nodes. Cut the workflow down, or raise the limit in notes.py.")
        self.number[id(node)] = len(self.made)
        self.made.append(node)
        if node._name.startswith("str:") and getattr(node, "_data", None) == "FEEDBACK_ORACLE":
            self.absent[node] = "user-feedback"
        if self.copying > 1:
            self.absent[node] = "detached-ancestors"

    # The node here.

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

    def here_order(self, node):
        parents = self.here_parents(node)
        return parents[::-1] if node in self.swapped else parents

    def here_level(self, node):
        if id(node) not in self.levels:
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
        if same_nodes([n for n in there if n not in self.absent], here):  # never ==, by which nodes with equal data are equal
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
    register, deepcopy = nodes.Graph.register, nodes.AbstractNode.__deepcopy__
    wrap_inputs, preprocess = bundles.FunModule._wrap_inputs, bundles.FunModule.preprocess_inputs
    add_feedback = Node._add_feedback

    def noted_register(graph, node):
        register(graph, node)
        Notes.current.register(node)

    def noted_deepcopy(node, memo):
        notes = Notes.current
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
                Notes.current.absent[result[0][name]] = "optional-arguments"
        return result

    def noted_preprocess(module, *arguments):
        notes = Notes.current
        notes.in_bundle += module.traceable_code
        try:
            return preprocess(module, *arguments)
        finally:
            notes.in_bundle -= module.traceable_code

    def noted_feedback(node, child, feedback):
        try:
            feedback.backward = Notes.current.backward
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
    Node.__hash__ = lambda node: Notes.current.hashes.setdefault(id(node), len(Notes.current.hashes))
    Node._itemize = lambda node: (-node.level, -Notes.current.number[id(node)], node)


install()
