"""Questions to language models: told, held, answered by hand, and asked in other words."""
import functools
import inspect
import time

from ._hooks import conceals, hidden
from ._values import error_text, value

conceals(__file__)


class Answer(dict):
    """An answer that can be read as `answer.choices[0].message.content` and by keys."""

    def __init__(self, text=None, **fields):
        super().__init__(fields)
        if text is not None:
            self["choices"] = [Answer(message=Answer(role="assistant", content=text), finish_reason="stop", index=0)]
            self["usage"] = Answer(prompt_tokens=0, completion_tokens=0, total_tokens=0)

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __await__(self):
        """Awaits the answer of a model whose plain function returns an awaitable."""
        return self
        yield


def text_of(response):
    """The text of an answer in one of the usual forms, or None."""
    if isinstance(response, str):
        return response
    try:
        return response.choices[0].message.content
    except Exception:
        try:
            return response["choices"][0]["message"]["content"]
        except Exception:
            return None


class Form:
    """The call of one kind of model: the place of its messages in the arguments, and the form of an answer by hand."""

    def read(self, original, model, args, kwargs):
        return kwargs.get("messages", args[0] if args else None)

    def rest(self, kwargs):
        return {k: value(v) for k, v in kwargs.items() if k != "messages"}

    def reword(self, original, model, messages, args, kwargs):
        if "messages" in kwargs or not args:
            return args, dict(kwargs, messages=messages)
        return (messages,) + args[1:], kwargs

    def answer(self, text):
        return Answer(text)


class Prompts(Form):
    """A method that takes a system prompt and a user prompt as texts and returns a text."""

    def __init__(self, system, user):
        self.names = (("system", system), ("user", user))

    def bound(self, original, model, args, kwargs):
        return inspect.signature(original).bind(model, *args, **kwargs)

    def read(self, original, model, args, kwargs):
        try:
            given = self.bound(original, model, args, kwargs).arguments
        except TypeError:
            return None
        given = dict(given, **given.get("kwargs", {}))
        messages = [{"role": role, "content": given[name]} for role, name in self.names if given.get(name) is not None]
        if not any(m["role"] == "user" for m in messages) and given.get("args"):
            messages.append({"role": "user", "content": given["args"][0]})
        return messages

    def rest(self, kwargs):
        names = [name for _, name in self.names]
        return {k: value(v) for k, v in kwargs.items() if k not in names}

    def reword(self, original, model, messages, args, kwargs):
        bound = self.bound(original, model, args, kwargs)
        for role, name in self.names:
            texts = [m["content"] for m in messages if m.get("role") == role]
            if texts and name in bound.signature.parameters:
                bound.arguments[name] = "\n".join(texts)
            elif texts and role == "user" and bound.arguments.get("args"):
                bound.arguments["args"] = ("\n".join(texts),) + tuple(bound.arguments["args"][1:])
            elif texts and "kwargs" in bound.signature.parameters:
                bound.arguments["kwargs"] = dict(bound.arguments.get("kwargs", {}), **{name: "\n".join(texts)})
        return bound.args[1:], bound.kwargs

    def answer(self, text):
        return text


class Models:
    """The hooks of models, for all adapters."""

    def __init__(self, watch):
        self.watch, self.agent, self.here = watch, watch.agent, watch.here
        self.owners = set()

    def watch_class(self, kind, names=("__call__", "create"), form=None):
        """Watches a model, which is any callable. The hook is put into its class, so that the object stays unchanged."""
        for name in names:
            owner = next((o for o in kind.__mro__ if name in o.__dict__ and o is not object), None)
            if owner is not None and inspect.isfunction(owner.__dict__[name]):
                self.owners.add(owner)
                self.around(owner, name, form or Form())

    def watches(self, model):
        """Whether a model has hooks of its own."""
        return not self.owners.isdisjoint(type(model).__mro__)

    def name(self, model):
        name = getattr(model, "model_name", None) or getattr(model, "model_string", None)
        return type(model).__name__ + (" " + name if type(name) is str else "")

    def begin(self, original, model, args, kwargs, form, asks):
        """Reports a question. Returns its number, an answer or None, and the arguments; None if the question is not reported."""
        agent, here, watch = self.agent, self.here, self.watch
        if not agent.on or here.busy or here.asking or self.watches(asks) and asks is not model:
            return None
        with watch.lock:
            watch.asked += 1
            number = watch.asked
        event = {
            "e": "ask", "q": number, "model": self.name(asks), "messages": value(form.read(original, model, args, kwargs)),
            "with": form.rest(kwargs)}
        asker = watch.asker()
        if asker is not None:
            event["o"] = asker
        if here.backward is not None:
            event["k"] = here.backward
        agent.event(event)
        decision = agent.asked(number)
        if decision.get("messages") is not None:
            args, kwargs = form.reword(original, model, decision["messages"], args, kwargs)
        return number, decision, args, kwargs

    def end(self, number, text, by, error=None, started=None):
        event = {"e": "answer", "q": number, "by": by}
        if error is not None:
            event["error"] = error_text(error)
        else:
            event["text"] = value(text)
        if started is not None:
            event["seconds"] = round(time.perf_counter() - started, 6)
        self.agent.event(event, site=False)
        self.agent.may_stop("model")

    def settles(self, number, decision):
        """Whether the debugger answered a question. An error from the debugger is raised as if the model had failed."""
        if decision.get("error") is not None:
            error = ConnectionError(decision["error"])
            self.end(number, None, decision.get("by", "hand"), error)
            raise error
        if decision.get("text") is None:
            return False
        self.end(number, decision["text"], decision.get("by", "hand"))
        return True

    def around(self, owner, name, form, asks=lambda model: model):
        """Wraps a method that asks a model. `asks` returns the model, if it is another object."""
        original = owner.__dict__[name]
        if hasattr(original, "_tracescope"):
            return
        models, here = self, self.here

        @functools.wraps(original)
        def watched(model, *args, **kwargs):
            begun = models.begin(original, model, args, kwargs, form, asks(model))
            if begun is None:
                return original(model, *args, **kwargs)
            number, decision, args, kwargs = begun
            if models.settles(number, decision):
                return form.answer(decision["text"])
            here.asking, started = True, time.perf_counter()
            try:
                response = original(model, *args, **kwargs)
            except BaseException as error:
                here.asking = False
                models.end(number, None, "program", error, started)
                hidden(error)
                raise
            here.asking = False
            if inspect.isawaitable(response):
                return models.awaited(number, response, started)
            models.end(number, text_of(response), "program", None, started)
            return response

        @functools.wraps(original)
        async def watched_async(model, *args, **kwargs):
            begun = models.begin(original, model, args, kwargs, form, asks(model))
            if begun is None:
                return await original(model, *args, **kwargs)
            number, decision, args, kwargs = begun
            if models.settles(number, decision):
                return form.answer(decision["text"])
            return await models.awaited(number, original(model, *args, **kwargs), time.perf_counter())

        self.watch.put(owner, name, watched_async if inspect.iscoroutinefunction(original) else watched, original)

    async def awaited(self, number, awaitable, started):
        try:
            response = await awaitable
        except BaseException as error:
            self.end(number, None, "program", error, started)
            hidden(error)
            raise
        self.end(number, text_of(response), "program", None, started)
        return response
