"""Three agents hand their result on to one another. Each has two parameters and an optimizer of its own; an optimizer attends to
each pair of neighbours, and one to the whole workflow. All agents use one function, whose code is a parameter too.

Every optimizer in turn clears the feedback of its parameters, calls backward on the result, and steps. All but the last keep
the graph for the next one. This is multi_agent.lua in Python; multi_agent_as_posted.py is the same with its mistakes left in.

    tracescope Examples/multi_agent.py              the optimizers are rules written below
    tracescope Examples/multi_agent.py optoprime    the optimizers ask a language model
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
        return {p: p.data * factor for p in self.parameters if p.feedback and isinstance(p.data, float)}


if with_models:
    from opto.optimizers import OptoPrime as Kind
else:
    Kind = Nudge


@bundle(trainable=True)
def shared_function(data, param):
    """Scales the data by a parameter and adds one."""
    return data * param + 1


class Agent:
    def __init__(self, name, param1, param2):
        self.name = name
        self.param1 = node(param1, name=name + "_param1", trainable=True)
        self.param2 = node(param2, name=name + "_param2", trainable=True)


@bundle(traceable_code=True, allow_external_dependencies=True)
def process(data, param1, param2):
    """Transforms the data with the shared function and shifts it."""
    return shared_function(data, param1) + param2


agents = [Agent("agent1", 1.0, 2.0), Agent("agent2", 1.5, 0.5), Agent("agent3", 2.0, 1.0)]
first, second, third = agents
agent1 = Kind([first.param1, first.param2])
agent2 = Kind([second.param1, second.param2])
agent3 = Kind([third.param1, third.param2])
pair12 = Kind([first.param1, first.param2, second.param1, second.param2])
pair23 = Kind([second.param1, second.param2, third.param1, third.param2])
workflow = Kind([shared_function.parameter] + [p for agent in agents for p in (agent.param1, agent.param2)])
optimizers = {"agent1": agent1, "agent2": agent2, "agent3": agent3, "pair12": pair12, "pair23": pair23, "workflow": workflow}


def judge(result):
    size = "larger" if result.data < target else "smaller"
    return "The output should be %s: it is to come near %d." % (size, target)


def optimize(result):
    feedback = judge(result)
    for name, optimizer in optimizers.items():
        optimizer.zero_feedback()
        optimizer.backward(result, feedback, retain_graph=name != "workflow")
        optimizer.step()


iterations, optimize_every = 4, 2
data = node(10.0, name="data")
for i in range(1, iterations + 1):
    result = data
    for agent in agents:
        result = process(result, agent.param1, agent.param2)
    print("iteration %d" % i, result.data)
    if i % optimize_every == 0:
        optimize(result)
