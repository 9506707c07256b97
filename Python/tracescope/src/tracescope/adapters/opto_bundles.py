"""The bundles of Trace: functions whose calls make nodes. A part of the adapter of `opto`."""
import contextvars
import functools
import sys

from .._hooks import PlainTraceback, conceals
from .._values import error_text

conceals(__file__)

calls = contextvars.ContextVar("tracescope_calls", default=())
finished = contextvars.ContextVar("tracescope_finished", default=None)


class Call:
    """A call of a bundle. A number below 0 is none that was told."""

    __slots__ = ("number", "bundle", "args")

    def __init__(self, number):
        self.number, self.bundle, self.args = number, None, None


class Bundles:
    """Tells the bundles of the program, and which of their calls are going on."""

    def found_bundle(self, module):
        if sys.version_info < (3, 11):
            module.traceback = PlainTraceback(module.traceback)
        self.watch.around(module.FunModule, "__init__", lambda f, a, k: True, self.made_bundle, outermost="init")
        self.watch_calls(module)

    def watch_calls(self, module):
        """`trace_nodes` runs before and after a bundle's function, `preprocess_inputs` in between, and none is on the stack while it runs."""
        agent, here = self.agent, self.here
        scope, left, entered = module.trace_nodes, self.left, self.entered
        enter, leave = self.watch.method(scope, "__enter__"), self.watch.method(scope, "__exit__")
        prepare = self.watch.method(module.FunModule, "preprocess_inputs")
        if enter is None or leave is None or prepare is None:
            return

        def __enter__(scope):
            if agent.on and not here.busy:
                scope._tracescope = calls.set(calls.get() + (Call(-1),))
            return enter(scope)

        def __exit__(scope, kind, error, trace):
            result = leave(scope, kind, error, trace)
            token = getattr(scope, "_tracescope", None)
            if token is not None:
                scope._tracescope = None
                open_calls = calls.get()
                try:
                    calls.reset(token)
                except ValueError:
                    # A generator that was closed elsewhere.
                    pass
                if open_calls and open_calls[-1].bundle is not None:
                    left(open_calls[-1], error)
            # sync_call_fun has just put back the trace function that it found when it began.
            if agent.lines.on or sys.gettrace() is not None:
                agent.lines.again()
            return result

        @functools.wraps(prepare)
        def preprocess_inputs(bundle, *args, **kwargs):
            result = prepare(bundle, *args, **kwargs)
            open_calls = calls.get()
            if open_calls and open_calls[-1].bundle is None and agent.on and not here.busy:
                entered(bundle, open_calls, result, sys._getframe(1))
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

    def entered(self, bundle, open_calls, result, frame):
        call = open_calls[-1]
        around = open_calls[-2].number if len(open_calls) > 1 else -1
        number = self.watch.bundles.of(bundle)
        call.bundle = bundle
        if number is None:
            code = getattr(bundle._fun, "__code__", None)
            if code is None or not self.program.source(code):
                # An operator of the library: its output says all, unless nodes are made inside.
                call.number, call.bundle = around, None
                return
            # A method's bundle is copied for each instance.
            number = self.bundle(bundle)
        with self.watch.lock:
            self.watch.calls += 1
            call.number = self.watch.calls
        call.args = result[0]
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
