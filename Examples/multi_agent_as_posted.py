"""The workflow of multi_agent.py as it was first posted, with its mistakes left in. Open it to find out why nothing learns what it
should; multi_agent.py does the same as it should be done.

 1. nobody calls zero_feedback, so feedback of earlier rounds is left over and comes into conflict with the new;
 2. nobody retains the graph, so the second backward on a result finds it freed;
 3. the agents call backward on their own parameter, which says nothing about the result;
 4. the code of shared_function is a parameter that no optimizer attends to;
 5. process is opaque, and so are the calls inside it: the result does not depend on any parameter.
"""
import sys

from opto.optimizers.optimizer import Optimizer
from opto.trace import bundle, node

with_models = sys.argv[1:] == ["optoprime"]
target = 100


class Nudge(Optimizer):
    """A rule in place of a model: the feedback says whether the numbers should grow or shrink."""

    def _step(self):
        feedback = self.trace_graph.user_feedback
        factor = 1.1 if "larger" in feedback else 0.9 if "smaller" in feedback else 1
        return {p: p.data * factor for p in self.parameters if p.feedback}


if with_models:
    from opto.optimizers import OptoPrime as Kind
else:
    Kind = Nudge


@bundle(trainable=True)
def shared_function(data, param):
    """Scales the data by a parameter and adds one."""
    return data * param + 1


def attempt(name, action, *args):
    """An engineer's way of going on: say what failed, and try the next one."""
    try:
        action(*args)
    except Exception as error:
        print("%s: %s: %s" % (name, type(error).__name__, error))


class Agent:
    def __init__(self, name, param1, param2):
        self.name = name
        self.param1 = node(param1, name=name + "_param1", trainable=True)
        self.param2 = node(param2, name=name + "_param2", trainable=True)

    @bundle(allow_external_dependencies=True)
    def process(self, data):
        """Transforms the data with the shared function and shifts it."""
        return (shared_function(data, self.param1) + self.param2).data

    def optimize(self, optimizer, feedback):
        optimizer.backward(self.param1, feedback)
        attempt(self.name, optimizer.step)


agents = [Agent("agent1", 1.0, 2.0), Agent("agent2", 1.5, 0.5), Agent("agent3", 2.0, 1.0)]
first, second, third = agents
agent1 = Kind([first.param1, first.param2])
agent2 = Kind([second.param1, second.param2])
agent3 = Kind([third.param1, third.param2])
pair12 = Kind([first.param1, first.param2, second.param1, second.param2])
pair23 = Kind([second.param1, second.param2, third.param1, third.param2])
workflow = Kind([p for agent in agents for p in (agent.param1, agent.param2)])

iterations, optimize_every = 4, 2
data = node(10.0, name="data")
for i in range(1, iterations + 1):
    result = data
    for agent in agents:
        result = agent.process(result)
    print("iteration %d" % i, result.data)
    if i % optimize_every == 0:
        size = "larger" if result.data < target else "smaller"
        for agent, optimizer in zip(agents, (agent1, agent2, agent3)):
            agent.optimize(optimizer, "The output of %s should be %s." % (agent.name, size))
        for name, optimizer in (("pair12", pair12), ("pair23", pair23)):
            attempt(name, optimizer.backward, result, "The two should work together.")
            attempt(name, optimizer.step)
        attempt("workflow", workflow.backward, result, "The output should be %s." % size)
        attempt("workflow", workflow.step)
