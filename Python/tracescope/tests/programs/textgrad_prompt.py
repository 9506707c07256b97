"""TextGrad: a system prompt is optimized over two questions with one loss each."""
import textgrad as tg
from textgrad.engine.base import EngineLM


class Fake(EngineLM):
    model_string = "fake"

    def generate(self, content, system_prompt=None, **options):
        print("asked", len(content), len(system_prompt or ""))
        if "<IMPROVED_VARIABLE>" in (system_prompt or "") or "<IMPROVED_VARIABLE>" in content:
            return "<IMPROVED_VARIABLE>Be short and exact.</IMPROVED_VARIABLE>"
        if "feedback" in content:
            return "Be shorter."
        return "An answer to: " + content[:20]

    def __call__(self, prompt, **options):
        return self.generate(prompt, **options)


engine = Fake()
tg.set_backward_engine(engine, override=True)
prompt = tg.Variable("You answer questions.", requires_grad=True, role_description="system prompt")
model = tg.BlackboxLLM(engine, system_prompt=prompt)
optimizer = tg.TextualGradientDescent(parameters=list(model.parameters()), engine=engine)
loss_of = tg.TextLoss("Judge the answer.", engine=engine)
for step in range(2):
    optimizer.zero_grad()
    losses = []
    for text in ("What is 2 + 2?", "What is a bee?"):
        question = tg.Variable(text, requires_grad=False, role_description="question")
        losses.append(loss_of(model(question)))
    total = tg.sum(losses)
    total.backward()
    print("gradients", len(prompt.gradients))
    optimizer.step()
    print("step", step, prompt.value)
