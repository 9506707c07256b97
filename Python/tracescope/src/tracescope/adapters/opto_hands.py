"""The parts of opto's nodes that the debugger reads, and its changes by hand. Part of the adapter of `opto`."""
import contextlib

from .._hooks import conceals

conceals(__file__)


class Hands:
    def owns(self, thing):
        return self.module is not None and isinstance(thing, (self.Node, getattr(self, "Optimizer", self.Node)))

    def node_name(self, node):
        return node._name

    def data(self, node):
        return node.__dict__["_data"]

    def count(self, node):
        feedback = node.__dict__.get("_feedback")
        return sum(map(len, list(feedback.values()))) if feedback else 0

    def sources(self, node):
        """[child, entries] of each child from which a node holds feedback."""
        return [[self.number(child), len(entries)] for child, entries in list(node._feedback.items()) if isinstance(child, self.Node)]

    @contextlib.contextmanager
    def aside(self):
        """Reads inside do not count as reads of the running bundle, and the program's name scopes do not apply."""
        module = self.module
        if module is None:
            yield
            return
        used, scopes = getattr(module, "USED_NODES", []), list(getattr(module, "NAME_SCOPES", []))
        token = kept = None
        if isinstance(used, list):
            kept = used[:]
            used[:] = []
        else:
            token = used.set([])
        module.NAME_SCOPES[:] = []
        reads = self.here.reads
        try:
            yield
        finally:
            self.here.reads = reads
            module.NAME_SCOPES[:] = scopes
            if token is None:
                used[:] = kept
            else:
                used.reset(token)

    def moment(self, nodes):
        return [(n, {c: list(v) for c, v in n._feedback.items()}, n._data, n._backwarded, list(n._parents), list(n._children))
                for n in nodes if "_backwarded" in n.__dict__]

    def restore(self, moment):
        differed = []
        for node, feedback, data, freed, parents, children in moment:
            number = self.number(node)
            if node._data is not data:
                node.__dict__["_data"] = data
                self.undone(number, data)
            if {id(c): len(v) for c, v in node._feedback.items()} != {id(c): len(v) for c, v in feedback.items()}:
                differed.append(number)
            kept = type(node._feedback)(list)
            kept.update(feedback)
            node._feedback = kept
            node._backwarded, node._parents, node._children = freed, parents, children
        return differed

    def entries(self, node, places):
        before = {child: list(entries) for child, entries in node._feedback.items()}
        own = [(c, i) for c, entries in before.items() if self.nodes.of(c) in self.oracles for i in range(len(entries))]
        found = []
        for number, place in places:
            if number >= 0:
                child, at = self.nodes.thing(number), place
            else:
                child, at = own[place] if 0 <= place < len(own) else (None, 0)
            if child is None or child not in before or not 0 <= at < len(before[child]):
                raise LookupError("%s holds no such entry any more" % node._name)
            found.append((child, at, before))
        return found

    def drop(self, node, entries):
        lost = {(id(child), at) for child, at, _ in entries}
        left = type(node._feedback)(list)
        for child, held in node._feedback.items():
            kept = [feedback for at, feedback in enumerate(held) if (id(child), at) not in lost]
            if kept:
                left[child] = kept
        node._feedback = left

    def put_back(self, node, entries):
        """Puts dropped entries back, the last one first, where they were among those that are still there."""
        held = node._feedback
        for child, at, before in entries:
            now, was = held.get(child, []), before[child]
            # One object may be several entries.
            if sum(feedback is was[at] for feedback in now) >= sum(feedback is was[at] for feedback in was):
                continue
            place = 0
            for feedback in was[:at]:
                if place < len(now) and now[place] is feedback:
                    place += 1
            now = now[:place] + [was[at]] + now[place:]
            order = list(before) + [other for other in held if other not in before]
            new = type(held)(list)
            for other in order:
                if other is child:
                    new[other] = now
                elif other in held:
                    new[other] = held[other]
            held = new
        node._feedback = held

    def backward(self, node, text, optimizer, retain):
        if optimizer is None:
            node.backward(text, retain_graph=retain)
        else:
            optimizer.backward(node, text, retain_graph=retain)

    def zero(self, thing):
        thing.zero_feedback()

    def propose(self, optimizer):
        return [[self.number(p), self.watch.value(v)] for p, v in optimizer.propose().items()]

    def update(self, optimizer, new):
        optimizer.update(dict(new))

    def set(self, node, v):
        node._set(v)
