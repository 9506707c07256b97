"""An optimizer with a step of its own, and a propagator that adds up texts."""
from opto.optimizers.optimizer import AbstractOptimizer
from opto.trace import node
from opto.trace.propagators import GraphPropagator


class Direct(AbstractOptimizer):
    """Has neither propose nor update."""

    def __init__(self, parameters):
        super().__init__(parameters)
        self.rate = 2

    def zero_feedback(self):
        for p in self.parameters:
            p.zero_feedback()

    def step(self):
        for p in self.parameters:
            if p.feedback:
                p._data = p.data + self.rate


weight = node(1, name="weight", trainable=True)
direct = Direct([weight])
for turn in range(3):
    output = weight * 3 + turn
    direct.zero_feedback()
    output.backward("larger", propagator=GraphPropagator(), retain_graph=True)
    direct.step()
    print(turn, output.data, weight.data)
