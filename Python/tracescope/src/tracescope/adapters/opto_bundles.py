"""The bundles of Trace: functions whose calls make nodes. Part of the adapter of `opto`."""
import contextvars
import functools
import sys

from .._hooks import PlainTraceback, conceals
from .._values import error_text

conceals(__file__)

calls = contextvars.ContextVar("tracescope_calls", default=())
finished = contextvars.ContextVar("tracescope_finished", default=None)


class Call:
    """A call of one of the program's bundles, in the scope that opto has opened for it."""

    __slots__ = ("number", "args", "scope", "token")

    def __init__(self, number, args, scope):
        self.number, self.args, self.scope, self.token = number, args, scope, None


class Bundles:
    """Reports the bundles of the program and their calls."""

    def found_bundle(self, module):
        if sys.version_info < (3, 11):
            module.traceback = PlainTraceback(module.traceback)
        self.watch.around(module.FunModule, "__init__", lambda f, a, k: True, self.made_bundle, outermost="init")
        self.watch_calls(module)

    def watch_calls(self, module):
        """`trace_nodes` runs before and after a bundle's function, `preprocess_inputs` in between. Neither is on the stack during it."""
        agent, here, lines, foreign, gettrace = self.agent, self.here, self.agent.lines, self.program.foreign, sys.gettrace
        scope, left, entered = module.trace_nodes, self.left, self.entered
        enter, leave = self.watch.method(scope, "__enter__"), self.watch.method(scope, "__exit__")
        prepare = self.watch.method(module.FunModule, "preprocess_inputs")
        if enter is None or leave is None or prepare is None:
            return

        def __enter__(scope):
            # The inputs are prepared next, in this thread.
            here.scope = scope
            return enter(scope)

        def __exit__(scope, kind, error, trace):
            result = leave(scope, kind, error, trace)
            open_calls = calls.get()
            if open_calls and open_calls[-1].scope is scope:
                try:
                    calls.reset(open_calls[-1].token)
                except ValueError:
                    # A generator that was closed elsewhere.
                    pass
                left(open_calls[-1], error)
            # sync_call_fun has just restored the trace function that it found when it began.
            if lines.on or gettrace() is not None:
                lines.again()
            return result

        @functools.wraps(prepare)
        def preprocess_inputs(bundle, *args, **kwargs):
            result = prepare(bundle, *args, **kwargs)
            # The output of an operator of the library has all the information.
            if id(getattr(bundle._fun, "__code__", None)) not in foreign and agent.on and not here.busy:
                entered(bundle, result, sys._getframe(1))
            return result

        self.watch.put(scope, "__enter__", __enter__, enter)
        self.watch.put(scope, "__exit__", __exit__, leave)
        self.watch.put(module.FunModule, "preprocess_inputs", preprocess_inputs, prepare)

    def made_bundle(self, bundle, token, result, error):
        if error is None and self.program.source(bundle._fun.__code__):
            self.bundle(bundle)

    def bundle(self, bundle):
        number = self.watch.bundles.new(bundle)
        self.agent.event(self.described_bundle(bundle, number))
        return number

    def described_bundle(self, bundle, number):
        event = {
            "e": "bundle", "b": number, "name": bundle.name, "doc": bundle.info.get("doc") or "", "traceable": bool(bundle.traceable_code),
            "external": bool(bundle.allow_external_dependencies), "catches": bool(bundle.catch_execution_error)}
        if bundle.parameter is not None:
            event["code"] = self.number(bundle.parameter)
        return event

    def entered(self, bundle, result, frame):
        number = self.watch.bundles.of(bundle)
        if number is None:
            code = getattr(bundle._fun, "__code__", None)
            if code is None or not self.program.source(code):
                return
            # A method's bundle is copied for each instance.
            number = self.bundle(bundle)
        open_calls = calls.get()
        around = open_calls[-1].number if open_calls else -1
        with self.watch.lock:
            self.watch.calls += 1
            call = Call(self.watch.calls, result[0], self.here.scope)
        call.token = calls.set(open_calls + (call,))
        fun = bundle.info.get("fun")
        if bundle.parameter is not None and fun is not None:
            self.program.name(fun.__code__, bundle.parameter._name, bundle.parameter._data)
        self.agent.emit('{"e":"call","c":%d,"b":%d,"in":%d' % (call.number, number, around), frame)

    def left(self, call, error):
        finished.set(call)
        event = {"e": "left", "c": call.number}
        if error is not None:
            event["error"] = error_text(error)
        self.agent.event(event, site=False)
