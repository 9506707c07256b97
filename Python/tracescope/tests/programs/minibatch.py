"""A minibatch: several outputs are put into one, and one backward goes over all of them."""
from opto.optimizers.optimizer import Optimizer
from opto.trace import bundle, node


class Rule(Optimizer):
    def _step(self):
        return {p: p.data + 1 for p in self.parameters if p.feedback}


@bundle()
def predict(x, slope):
    """Multiplies."""
    return x * slope


@bundle()
def together(*losses):
    """Puts the losses of a batch into one text."""
    return "; ".join(str(loss) for loss in losses)


slope = node(1, name="slope", trainable=True)
rule = Rule([slope])
data = [(1, 3), (2, 6), (3, 9), (4, 12)]
for epoch in range(2):
    for start in (0, 2):
        batch = data[start:start + 2]
        outputs = [predict(x, slope) for x, _ in batch]
        losses = [output - y for output, (_, y) in zip(outputs, batch)]
        total = together(*losses)
        rule.zero_feedback()
        rule.backward(total, "each should be 0")
        rule.step()
    print("epoch", epoch, "slope", slope.data, total.data)
