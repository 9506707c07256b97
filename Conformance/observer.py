"""Observes what is there after a step, and says by rules what must be here.

Each rule is one row of README.md's table of differences; it goes by the plainest way, and never by how the engine does it.
"""

import opto.trace.nodes as nodes
from opto.optimizers.optoprime import node_to_function_feedback
from opto.trace.nodes import MessageNode, Node, ParameterNode
from opto.trace.propagators import GraphPropagator
from opto.trace.utils import sum_feedback

from differences import ABSENT, Both, both, side
from notes import distinct, same_nodes


class Observer:
    """Sees the state that one run is in: its nodes, and what its optimizers attend to."""

    def __init__(self, notes, optimizers, bundles):
        self.notes, self.optimizers, self.bundles = notes, optimizers, bundles

    def entries(self, node):
        """(child, entry) in the order of here, each once: all that the user said stands where the first of it does."""
        lists = {}
        for child, list_ in self.children(node):
            key = "user" if self.notes.absent.get(child) == "user-feedback" else id(child)
            lists.setdefault(key, []).extend((child, entry) for entry in distinct(list_))
        return [pair for list_ in lists.values() for pair in list_]

    def children(self, node):
        """The children in the order of here: by backward, and in each the way it goes, by level."""
        oracle = lambda n: self.notes.absent.get(n) == "user-feedback"
        turn = lambda n: (0, 0) if oracle(n) else (-self.notes.here_level(n), -self.notes.number[id(n)])
        return sorted(node._feedback.items(), key=lambda pair: (pair[1][0].backward, *turn(pair[0])))

    def source(self, child):
        if self.notes.absent.get(child) == "user-feedback":
            return Both(child.name, "user", "user-feedback")
        return self.notes.ref(child)

    def feedback(self, node):
        lists = self.lists(node._feedback.items())
        turned = self.children(node)
        if same_nodes([c for c, _ in turned], list(node._feedback)):
            return self.merged(lists)
        return Both(side(lists, "there"), side(self.merged(self.lists(turned)), "here"), "detached-level")

    def lists(self, children):
        lists = []
        for child, list_ in children:
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
        return lists

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
        """The feedback of some nodes here, by the plainest way: (nodes, said, heads), or the sides of a conflict."""
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
                if node in notes.swapped:
                    (a, x), (b, y) = inputs
                    inputs = Both(side(inputs, "there"), [[a, side(y, "here")], [b, side(x, "here")]], "swapped")
            there, here = list(node.parents), notes.here_order(node)
            if same_nodes([p for p in there if p not in notes.absent], here):
                parents = [notes.ref(p) for p in there]
            else:
                why = "swapped" if node in notes.swapped else "node-used-twice"
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

    def data(self, node):
        text = plainly(node._data)
        if nodes.get_op_name(node.description) == "exception":
            kind = text[: text.index(")") + 1]
            base = node.name.split(":")[0].removeprefix("exception_")
            if "." in kind:
                return "(ExecutionError)"
            return text if base in self.bundles and not base.startswith("__code") else kind
        return text


def plainly(data):
    """Data in which nodes are names."""
    if isinstance(data, Node):
        return data.name
    if isinstance(data, list):
        return [plainly(x) for x in data]
    return {k: plainly(x) for k, x in data.items()} if isinstance(data, dict) else data
