"""Every optimizer of the libraries asks for a step, also after an error; each prompt is written to a file in full."""
import json
import sys

import opto.optimizers
from opto.trace import bundle, node
from opto.trace.errors import ExecutionError

asked = []


class Bag(dict):
    __getattr__ = dict.__getitem__


class Recorder:
    """Notes all that it is given, and answers with one suggestion. Options, such as temperatures, are part of it."""

    def __call__(self, messages, **options):
        asked.append([messages, {k: repr(v) for k, v in sorted(options.items())}])
        text = '{"reasoning": "r", "answer": "", "suggestion": {"style0": "short"}} <IMPROVED_VARIABLE>short</IMPROVED_VARIABLE>'
        count = options.get("n") or 1
        return Bag(choices=[Bag(message=Bag(content=text)) for _ in range(count)])

    create = __call__


@bundle(trainable=True)
def write(style, subject):
    """Writes a text about the subject in the style."""
    return check(style) + " text about " + subject


def check(style):
    if style == "broken":
        raise ValueError("a style is %s" % style)
    return style


def train(kind):
    style = node("long", name="style", trainable=True, description="[style] how to write")
    optimizer = kind([style, write.parameter], llm=Recorder())
    for given in ("long", "broken"):
        style._data = given
        try:
            out, feedback = write(style, "bees"), "Too long."
        except ExecutionError as error:
            out, feedback = error.exception_node, error.exception_node.data
        optimizer.zero_feedback()
        optimizer.backward(out, feedback)
        optimizer.step()


for name in sorted(opto.optimizers.__all__):
    asked.append(name)
    train(getattr(opto.optimizers, name))

if "textgrad" in sys.argv:
    import textgrad as tg
    from textgrad.engine.base import EngineLM
    from textgrad.optimizer import TextualGradientDescent, TextualGradientDescentwithMomentum

    class Engine(EngineLM):
        model_string = "recorder"

        def generate(self, content, system_prompt=None, **options):
            asked.append([content, system_prompt])
            return "<IMPROVED_VARIABLE>Be exact.</IMPROVED_VARIABLE>" if "<IMPROVED_VARIABLE>" in "%s %s" % (system_prompt, content) else "Be shorter."

        def __call__(self, prompt, **options):
            return self.generate(prompt, **options)

    engine = Engine()
    tg.set_backward_engine(engine, override=True)
    for kind, options in (
            (TextualGradientDescent, {}), (TextualGradientDescent, {"gradient_memory": 2, "constraints": ["Stay polite."]}),
            (TextualGradientDescentwithMomentum, {"momentum_window": 1})):
        asked.append(kind.__name__)
        prompt = tg.Variable("You answer questions.", requires_grad=True, role_description="system prompt")
        model = tg.BlackboxLLM(engine, system_prompt=prompt)
        optimizer = kind(parameters=[prompt], engine=engine, **options)
        loss_of = tg.TextLoss("Judge the answer.", engine=engine)
        for step in range(3):
            optimizer.zero_grad()
            loss = loss_of(model(tg.Variable("What is a bee?", requires_grad=False, role_description="question")))
            loss.backward()
            optimizer.step()

with open(sys.argv[1], "w") as file:
    json.dump(asked, file, indent=1)
print(len(asked))
