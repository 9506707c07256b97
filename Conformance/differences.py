"""Values that are one thing in the reference and another here.

Every value that a difference touches is a `Both`: what is there, what must be here, and the name of the difference, which README.md has a row
for. A tree of lists and dicts with such values in it has two sides, and a list of what differs between them.
"""

ABSENT = object()  # what is not on a side


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


def differences(tree, path=()):
    """The parts of a tree that differ, with their paths in what is there."""
    if isinstance(tree, Both):
        yield [tree.why, list(path)] + ([] if tree.here is ABSENT else [tree.here])
    elif isinstance(tree, list):
        for i, item in enumerate(tree):
            yield from differences(item, path + (i,))
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield from differences(item, path + (key,))
