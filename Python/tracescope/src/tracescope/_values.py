"""Values of the program as JSON. Nothing of the program's own is called: no repr, no iteration but of plain containers, no node's data."""
import json
import math
from json.encoder import encode_basestring as quoted

TEXT = 100_000
ITEMS = 2_000
DEPTH = 20

encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def value(v, number_of=None, depth=0):
    """A value in the form in which it is sent. `number_of` returns the number of a node, or None for anything else."""
    if v is None or v is True or v is False:
        return v
    kind = type(v)
    if kind is int:
        return v if -(1 << 63) <= v < 1 << 63 else {"$object": {"class": "int", "text": hex(v)[:200]}}
    if kind is float:
        return v if math.isfinite(v) else {"$float": str(v)}
    if kind is str:
        return v if len(v) <= TEXT else {"$cut": [v[:TEXT], len(v)]}
    if depth < DEPTH:
        # A copy first: another thread may change the container meanwhile.
        if kind in (list, tuple) and len(v) <= ITEMS:
            return [value(i, number_of, depth + 1) for i in tuple(v)]
        if kind is dict and len(v) <= ITEMS:
            items = list(v.items())
            if all(type(k) is str and k[:1] != "$" for k, _ in items):
                return {k: value(i, number_of, depth + 1) for k, i in items}
            return {"$dict": [[value(k, number_of, depth + 1), value(i, number_of, depth + 1)] for k, i in items]}
    if number_of is not None:
        number = number_of(v)
        if number is not None:
            return {"$node": number}
    return {"$object": {"class": kind.__name__, "text": about(v, kind)}}


def about(v, kind):
    """The text for an object, made without running code of its class."""
    if issubclass(kind, BaseException):
        return ", ".join(a for a in BaseException.args.__get__(v) if type(a) is str)[:1000]
    if kind in (list, tuple, dict, set, frozenset):
        return "%d items" % len(v)
    if kind in (bytes, bytearray):
        return "%d bytes" % len(v)
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
        return "%s %s" % (v.dtype, v.shape)
    if kind.__name__ in ("function", "builtin_function_or_method", "method", "type"):
        return str(getattr(v, "__qualname__", ""))[:200]
    return ""


def fast(v, number_of):
    """The same as JSON text, without intermediate objects for the common kinds."""
    kind = type(v)
    if kind is str:
        if len(v) <= TEXT:
            return quoted(v)
    elif kind is float:
        if math.isfinite(v):
            return float.__repr__(v)
    elif kind is int:
        if -(1 << 63) <= v < 1 << 63:
            return int.__repr__(v)
    elif v is None:
        return "null"
    elif kind is bool:
        return "true" if v else "false"
    return encode(value(v, number_of))


def error_text(error, most=2000):
    """The class and the words of an exception. An exception whose `str` fails has none."""
    try:
        text = str(error)
    except Exception:
        text = ""
    return [type(error).__name__, text[:most]]
