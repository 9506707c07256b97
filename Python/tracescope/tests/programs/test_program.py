"""For pytest."""
from opto.optimizers.optimizer import Optimizer
from opto.trace import node


class Grow(Optimizer):
    def _step(self):
        return {p: p.data + 1 for p in self.parameters if p.feedback}


def test_grows():
    x = node(1, name="x", trainable=True)
    grow = Grow([x])
    grow.backward(x * 2, "more")
    grow.step()
    assert x.data == 2


def test_fails_on_nothing():
    assert (node(2) + 2).data == 4
