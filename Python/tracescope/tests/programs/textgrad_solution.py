"""TextGrad: a solution is optimized against a function that counts its words."""
import textgrad as tg
from textgrad.autograd import StringBasedFunction


class Fake:
    """An engine that derives from nothing."""

    model_string = "duck"

    def __call__(self, prompt, system_prompt=None, **options):
        if "<IMPROVED_VARIABLE>" in (system_prompt or ""):
            return "<IMPROVED_VARIABLE>x = 4</IMPROVED_VARIABLE>"
        return "Say less."


engine = Fake()
tg.set_backward_engine(engine, override=True)
solution = tg.Variable("The solution of the equation is x = 4", role_description="solution to a math problem")
optimizer = tg.TGD(parameters=[solution], engine=engine, gradient_memory=1)
count = StringBasedFunction(lambda text: "%d words" % len(text.value.split()), "counts the words of a text")
for step in range(2):
    loss = count(inputs={"text": solution})
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(step, loss.value, "->", solution.value)
