"""A parameter whose data is read before it is used: the node made of it is a copy, and no feedback crosses it."""
from opto.optimizers.optimizer import Optimizer
from opto.trace import node


class Nothing(Optimizer):
    def _step(self):
        return {}


weight = node(7.5, name="weight", trainable=True)
items = node([1, 2], name="items", trainable=True)
tuner = Nothing([weight, items])
x = node(2.0, name="x")
copied = node(weight.data, name="copied")
output = x * copied
tuner.backward(output, "larger")
items.data.append(3)
print(output.data, len(weight.feedback), items.data)
