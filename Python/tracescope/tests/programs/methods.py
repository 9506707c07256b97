"""A class with trainable methods, whose optimizer takes its parameters from the class."""
from opto.optimizers.optimizer import Optimizer
from opto.trace import bundle, model, node


class Rule(Optimizer):
    def _step(self):
        return {p: p.data.replace("+ 1", "+ 2") for p in self.parameters if p.feedback and isinstance(p.data, str)}


@model
class Policy:
    def __init__(self):
        self.bias = node(10, trainable=True, name="bias")

    def __call__(self, x):
        return self.shift(x) + self.bias

    @bundle(trainable=True)
    def shift(self, x):
        """Shifts its argument."""
        return x + 1


policy = Policy()
rule = Rule(policy.parameters())
for turn in range(2):
    output = policy(5)
    print("turn", turn, output.data)
    rule.zero_feedback()
    rule.backward(output, "larger")
    rule.step()
