"""A prompt with a metric: a model classifies messages, and what it gets wrong is the feedback."""
from opto.optimizers import OptoPrime
from opto.trace import bundle, node


class Bag(dict):
    __getattr__ = dict.__getitem__


class Model:
    """Answers with one word where the prompt asks for it."""

    def __call__(self, messages, **options):
        text = messages[-1]["content"]
        if "#Variables" in text:
            content = '{"reasoning": "", "answer": "", "suggestion": {"prompt0": "Answer with one word."}}'
        else:
            word = "billing" if "charged" in text else "shipping"
            content = word if "one word" in messages[0]["content"] else "This is about %s." % word
        return Bag(choices=[Bag(message=Bag(content=content))])


llm = Model()


@bundle()
def classify(prompt, message):
    """Asks the model what a message is about."""
    return llm(messages=[{"role": "system", "content": prompt}, {"role": "user", "content": message}])["choices"][0]["message"]["content"]


prompt = node("You read messages.", name="prompt", trainable=True)
tuner = OptoPrime([prompt], llm=llm)
for epoch in range(3):
    wrong = None
    for message, wanted in (("I was charged twice.", "billing"), ("Where is my parcel?", "shipping")):
        answer = classify(prompt, message)
        if answer.data != wanted:
            wrong = answer, "The answer should be '%s'." % wanted
            break
    print("epoch", epoch, "wrong" if wrong else "right", prompt.data)
    if wrong is None:
        break
    tuner.zero_feedback()
    tuner.backward(*wrong)
    tuner.step()
