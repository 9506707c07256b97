"""The cases that were written by hand: at least one for each rule."""

# The names of the differences, and what each means.
DIFFERENCES = {
    "containers": "a list or dict of nodes as an argument is made by make_list or make_dict",
    "conflict": "conflicting feedback: an error that names everything",
    "conversion": "a proposal is converted to the parameter's type, or leaves it as it was",
    "copies": "copies for a traceable bundle are not trainable and collect no feedback",
    "detached-ancestors": "detaching a node copies it alone, and not its ancestors",
    "detached-freed": "a detached copy of a freed node is not freed",
    "detached-level": "the level of a detached copy is 0",
    "equal-feedback": "equal feedback twice from one child is accepted",
    "freed-backward": "a backward that meets a freed node changes nothing",
    "graph-order": "a trace graph is in order, and so its parts are told right",
    "hidden-variable": "the minimal subgraph has the hidden parameters that the optimizer attends to",
    "identity": "identity is an operator of its own name",
    "inner-error": "an error inside a bundle that is inside a bundle gives both an exception node",
    "inner-reads": "a function may read the nodes that it made, and the copies that it was given",
    "lua-numbers": "numbers follow Lua's rules",
    "node-used-twice": "a node used twice by an operator gets one entry",
    "none-feedback": "none is feedback like other data",
    "optional-arguments": "optional arguments left out make no node",
    "pop": "pop leaves the list that it is called on as it was",
    "prompt-names": "nodes whose names are one without the colon are told apart",
    "several-heads": "every node that got the user's feedback is an output",
    "step-without-feedback": "a step without feedback is an error",
    "sum-propagator": "the sum propagator works",
    "swapped": "inputs stand in written order",
    "untraced-copies": "a traceable bundle sees data while tracing is off",
    "user-feedback": "what the user says stands under the key user, and makes no node",
}

# Short words for steps.


def node(name, value, **more):
    return {"do": "node", "as": name, "value": value, "name": name, **more}


def param(name, value, **more):
    return node(name, value, trainable=True, **more)


def unnamed(name, value, **more):
    return {"do": "node", "as": name, "value": value, **more}


def v(value):
    return {"value": value}


def op(name, what, *arguments, **more):
    return {"do": "op", "as": name, "op": what, "args": list(arguments), **more}


def infix(name, what, *arguments):
    return op(name, what, *arguments, syntax=True)


def bundle(name, arguments, body, returns=None, **more):
    step = {"do": "bundle", "name": name, "args": list(arguments), "body": body}
    if returns is not None:
        step["returns"] = returns
    step.update(more)
    if more.get("trainable"):
        step.setdefault("code", code(name, arguments))
    return step


def code(name, arguments, body=None):
    return f'def {name}({", ".join(arguments)}):\n    """A bundle."""\n    return run("{body or name}", locals())'


def call(name, what, *arguments, **more):
    return {"do": "call", "as": name, "bundle": what, "args": list(arguments), **more}


def optimizer(name, parameters, writes=()):
    step = {"do": "optimizer", "name": name, "parameters": list(parameters)}
    if writes:
        step["writes"] = [list(w) for w in writes]
    return step


def backward(output, feedback, **more):
    return {"do": "backward", "node": output, "feedback": feedback, **more}


def zero(name):
    return {"do": "zero", "optimizer": name}


def step(name):
    return {"do": "step", "optimizer": name}


def read(name, of):
    return {"do": "read", "as": name, "of": of}


def detach(name, of):
    return {"do": "detach", "as": name, "of": of}


def clone(name, of):
    return {"do": "clone", "as": name, "of": of}


def write(name, value):
    return {"do": "set", "node": name, "value": value}


def fail(message, kind="ValueError"):
    return {"do": "fail", "type": kind, "message": message}


def case(name, rule, *steps, **more):
    return {"name": name, "rule": rule, "steps": list(steps), **more}


def groups():
    return {"nodes": NODES, "operators": OPERATORS, "bundles": BUNDLES, "backward": BACKWARD, "optimizers": OPTIMIZERS, "differences": OTHERS}


DOUBLE = bundle("double", ["x"], [op("y", "multiply", "x", v(2.0))], "y")
INNER = bundle("inner", ["x"], [op("y", "multiply", "x", v(2.0))], "y", traceable=True)

NODES = [
    case("the names of types", "a base name is the type's name, and the index counts from 0",
         unnamed("n", None), unnamed("b", True), unnamed("i", 1), unnamed("f", 1.5), unnamed("s", "x"), unnamed("l", [1, 2]),
         unnamed("d", {"k": 1}), unnamed("i2", 2), unnamed("f2", 2.5)),
    case("given names", "a base name that is given is counted like others",
         node("a", 1.0), param("a", 2.0), node("int", 3.0), unnamed("i", 4), node("b", 5.0)),
    case("levels and roots", "the level is the highest parent's and one",
         node("a", 1.0), node("b", 2.0), infix("x", "add", "a", "b"), infix("y", "multiply", "x", "a"), infix("z", "subtract", "b", "y")),
    case("description and constraint", "a description begins with an operator",
         node("a", 1.0, description="A size."), node("b", 1.0, description="[size] A size.", constraint="b > 0"),
         param("c", 1.0, description="A rate.", constraint="0 < c < 1"), param("d", 1.0)),
    case("clone is a traced copy", "clone makes a child", param("a", 1.0), clone("b", "a"), clone("c", "b"), backward("c", "f")),
    case("detach of a root", "a detached copy is a root with the same base and the next index",
         param("a", 1.0, constraint="a > 0"), detach("b", "a"), node("x", 2.0), detach("y", "x"), infix("z", "add", "b", "y"), backward("z", "f")),
    case("detach of a message", "only the node is copied, and its level is 0",
         param("a", 1.0), infix("b", "neg", "a"), infix("c", "neg", "b"), detach("d", "c"), infix("e", "neg", "d"),
         param("a", 3.0), backward("e", "f")),
    case("detach of an opaque bundle's output", "only the node is copied", param("a", 1.0), DOUBLE, call("y", "double", "a"), detach("z", "y"),
         infix("w", "neg", "z"), optimizer("o", ["a"]), backward("w", "f"), backward("y", "g")),
    case("a parameter from a node", "a parameter made from a node has its base and the next index",
         node("a", 1.0), {"do": "parameter", "as": "p", "of": "a"}, infix("y", "add", "p", "a"), {"do": "parameter", "as": "q", "of": "y"},
         optimizer("o", ["p"]), backward("y", "f")),
    case("untraced", "nodes made while tracing is off are roots",
         param("a", 1.0), {"do": "untraced", "steps": [infix("x", "add", "a", v(2.0)), infix("y", "neg", "x")]},
         infix("z", "neg", "y"), infix("w", "add", "z", "a"), backward("w", "f")),
    case("an untraced bundle", "its output is a root",
         param("a", 1.0), DOUBLE, {"do": "untraced", "steps": [call("x", "double", "a")]}, infix("y", "add", "x", "a"), backward("y", "f")),
    case("scopes", "a scope stands before the names",
         param("a", 1.0), {"do": "scope", "name": "s", "steps": [infix("x", "add", "a", v(2.0)), node("a", 2.0),
          {"do": "scope", "name": "t", "steps": [infix("y", "neg", "a")]}, detach("z", "a")]},
         infix("w", "add", "y", "a")),
    case("children in order of creation", "an operator adds its output to its parents' children",
         node("a", 1.0), infix("x", "neg", "a"), infix("y", "neg", "x"), infix("z", "add", "a", "y")),
    case("setting data", "a write is no operation of the graph",
         param("a", 1.0), node("x", 2.0), infix("y", "add", "a", "x"), write("a", 5.0), write("y", 0.0), infix("z", "add", "a", "y")),
    case("user feedback makes no node", "what the user says stands under the key user",
         unnamed("s", "x"), param("a", 1.0), infix("y", "neg", "a"), backward("y", "f"), unnamed("t", "y"), backward("a", "g"), unnamed("u", "z")),
]

OPERATORS = [
    case("float arithmetic", "operators carry the reference's names",
         node("a", 7.5), node("b", -2.0),
         *[infix(w, w, "a", "b") for w in ("add", "subtract", "multiply", "divide", "floor_divide", "mod", "power")],
         infix("n", "neg", "a"), infix("p", "pos", "b")),
    case("integer arithmetic", "integers stay integers where the languages agree",
         node("a", 7), node("b", -2), *[infix(w, w, "a", "b") for w in ("add", "subtract", "multiply", "divide", "floor_divide", "mod")]),
    case("bits", "bitwise operators", node("a", 12), node("b", 2),
         *[infix(w, w, "a", "b") for w in ("and_", "or_", "xor", "lshift", "rshift")], infix("i", "invert", "a")),
    case("rounding", "rounding to a whole number", node("a", 2.5), node("b", -2.5), *[op(w + x, w, x) for w in ("floor", "ceil", "trunc") for x in "ab"]),
    case("comparison by name", "an operand called by name is named after the argument",
         node("a", 1.5), *[op(w, w, "a", v(2.5)) for w in ("lt", "le", "gt", "ge", "eq", "neq", "ne")], op("n", "not_", "a")),
    case("operands in syntax", "an operand in syntax is named after its type",
         node("a", 1.5), node("s", "x"), infix("x", "add", "a", v(2)), infix("y", "subtract", v(2.5), "a"), infix("z", "concat", "s", v("y")),
         infix("w", "concat", v("z"), "s"), infix("u", "divide", v(3.0), "a")),
    case("a literal before a product", "inputs stand in written order", param("a", 1.5), infix("x", "multiply", v(2.0), "a"),
         infix("y", "multiply", "a", v(2.0)), backward("x", "f"), infix("z", "multiply", v(3.0), "y")),
    case("text", "operators on text", node("s", "Ab cD"),
         *[op(w, w, "s") for w in ("lower", "upper", "title", "capitalize", "swapcase")], op("n", "len_", "s"), op("l", "to_list", "s")),
    case("text with all arguments", "arguments called by name", node("s", "a-b-c"), op("x", "split", "s", v("-"), v(1)),
         op("y", "strip", "s", v("ac")), op("z", "replace", "s", v("-"), v("+"), v(1)), op("w", "in_", v("b"), "s"), op("u", "not_in", v("b"), "s")),
    case("optional arguments", "optional arguments that were left out make no node",
         param("s", " a-b "), op("x", "split", "s", v("-")), op("y", "strip", "s"), op("z", "replace", "s", v("-"), v("+")), optimizer("o", ["s"]),
         backward("x", "f"), backward("y", "f"), zero("o"), backward("z", "g")),
    case("join and format", "any number of arguments", node("s", ", "), node("a", "x"), node("b", "y"), op("j", "join", "s", "a", "b"),
         node("t", "{} is {}"), op("f", "format", "t", "a", "b")),
    case("containers", "making lists and dicts", node("a", 1.0), node("b", 2.0), op("l", "make_list", "a", "b", "a"),
         op("d", "make_dict", {"dict": {"k": "a", "m": "b"}}), op("k", "keys", "d"), op("w", "values", "d"), infix("g", "getitem", "d", v("k")),
         op("n", "len_", "d"), op("i", "in_", v("k"), "d")),
    case("changing lists", "a changed list is a new one", node("l", [3.0, 1.0]), op("a", "list_append", "l", v(2.0)), op("e", "list_extend", "l", v([4.0])),
         op("r", "list_reverse", "l"), op("m", "list_remove", "l", v(1.0)), op("c", "list_clear", "l"), op("p", "list_pop", "l", v(-1))),
    case("changing dicts", "a changed dict is a new one", node("d", {"k": 1.0}), op("u", "dict_update", "d", v({"m": 2.0})), op("p", "dict_pop", "d", v("k"))),
    case("dicts from pairs", "a dict is made of pairs, and loses its last key", node("l", [["k", 1.0], ["m", 2.0]]), op("d", "to_dict", "l"),
         op("p", "dict_popitem", "d")),
    case("cond", "both branches are inputs", param("c", True), param("a", 1.0), param("b", 2.0), op("x", "cond", "c", "a", "b"), op("n", "not_", "c"),
         op("y", "cond", "n", "a", "b"), infix("z", "add", "x", "y"), backward("z", "f")),
    case("a failing operator", "an exception node with the operands as inputs",
         param("a", 1.0), node("s", "x"), infix("y", "subtract", "a", "s"), op("z", "getitem", v({"k": 1.0}), v("m")), backward("y", "f"),
         infix("w", "neg", "y")),
    case("a node used twice", "one entry", param("a", 3.0), infix("y", "multiply", "a", "a"), optimizer("o", ["a"]), backward("y", "f")),
    case("a node used three times", "one entry", param("a", "x"), op("y", "join", "a", "a", "a"), backward("y", "f"), backward("a", "f")),
]

BUNDLES = [
    case("an opaque bundle", "one message with the arguments as inputs", param("a", 1.0), DOUBLE, call("y", "double", "a"), call("z", "double", "y"),
         optimizer("o", ["a"]), backward("z", "f")),
    case("literal arguments", "an argument that was no node is named after it",
         param("a", 1.0), bundle("f", ["x", "b"], [op("y", "add", "x", "b")], "y"), call("y", "f", "a", v(2.0)), call("z", "f", v(3.0), "y"), backward("z", "f")),
    case("the same argument twice", "one entry", param("a", 1.0), bundle("f", ["x", "b"], [op("y", "add", "x", "b")], "y"), call("y", "f", "a", "a"),
         optimizer("o", ["a"]), backward("y", "f")),
    case("arguments by name", "in the order of the function", param("a", 1.0), node("c", 2.0),
         bundle("f", ["x", "b"], [op("y", "subtract", "x", "b")], "y"), call("y", "f", "a", named={"b": "c"}), backward("y", "f")),
    case("a left-out argument", "makes no node", param("a", 1.0), bundle("f", ["x", "b"], [op("y", "add", "x", "b")], "y", optional={"b": 2.0}),
         call("y", "f", "a"), node("b", 1.0), call("z", "f", "a", "b"), optimizer("o", ["a"]), backward("y", "f"), backward("z", "f")),
    case("a missing input", "an error that names the nodes", param("p", 1.0), node("x", 2.0), node("q", 3.0),
         bundle("f", ["x"], [read("a", "p"), read("b", "q"), op("y", "add", "a", "b")], "y"), call("y", "f", "x"), call("z", "f", "p")),
    case("external dependencies", "may be allowed", param("p", 1.0), node("x", 2.0), bundle("f", ["x"], [read("a", "p"), op("y", "add", "a", "x")], "y", external=True),
         call("y", "f", "x"), optimizer("o", ["p"]), backward("y", "f")),
    case("a failing bundle", "an exception node with the arguments as inputs", param("a", 1.0), bundle("f", ["x"], [fail("too small")]), call("y", "f", "a"),
         optimizer("o", ["a"]), backward("y", "make it larger"), call("z", "f", "a")),
    case("a failing bundle that does not catch", "the error passes", param("a", 1.0), bundle("f", ["x"], [fail("too small")], catch=False), call("y", "f", "a"),
         infix("z", "neg", "a")),
    case("feedback on an exception", "goes to the arguments", param("a", 1.0), node("b", 2.0), bundle("f", ["x", "b"], [fail("no")]), infix("c", "neg", "a"),
         call("y", "f", "c", "b"), optimizer("o", ["a"]), backward("y", "f", optimizer="o")),
    case("a traceable bundle", "the function sees copies", param("a", 1.0), INNER, call("y", "inner", "a"), optimizer("o", ["a"]), backward("y", "f")),
    case("a traceable bundle of a message", "the function sees copies", param("a", 1.0), infix("b", "neg", "a"), INNER, call("y", "inner", "b"),
         optimizer("o", ["a"]), backward("y", "f"), param("a", 2.0)),
    case("a traceable bundle of a literal", "the node of the literal is copied", INNER, call("y", "inner", v(3.0)), backward("y", "f")),
    case("a hidden parameter", "gets the entry of the parents", param("p", 2.0), param("a", 1.0), bundle("f", ["x"], [op("y", "multiply", "x", "p")], "y", traceable=True),
         call("y", "f", "a"), optimizer("o", ["p"]), optimizer("q", ["a"]), optimizer("r", ["a", "p"]), backward("y", "f")),
    case("a hidden parameter of two calls", "gets an entry from each", param("p", 2.0), node("x", 1.0), bundle("f", ["x"], [op("y", "multiply", "x", "p")], "y", traceable=True),
         call("y", "f", "x"), call("z", "f", "y"), optimizer("o", ["p"]), backward("z", "f")),
    case("a hidden parameter that is shown", "gets no entry from the bundle", param("p", 2.0), infix("x", "neg", "p"),
         bundle("f", ["x"], [op("y", "multiply", "x", "p")], "y", traceable=True), call("y", "f", "x"), optimizer("o", ["p"]), backward("y", "f")),
    case("hidden and shown elsewhere", "gets both entries", param("p", 2.0), node("x", 1.0), bundle("f", ["x"], [op("y", "multiply", "x", "p")], "y", traceable=True),
         call("y", "f", "x"), infix("z", "add", "y", "p"), optimizer("o", ["p"]), backward("z", "f")),
    case("two hidden parameters", "each gets an entry", param("p", 2.0), param("q", 3.0), node("x", 1.0),
         bundle("f", ["x"], [op("y", "multiply", "x", "p"), op("z", "add", "y", "q")], "z", traceable=True), call("y", "f", "x"), optimizer("o", ["p", "q"]),
         optimizer("r", ["q"]), backward("y", "f")),
    case("a hidden parameter that is not used by the result", "gets nothing", param("p", 2.0), node("x", 1.0),
         bundle("f", ["x"], [op("y", "multiply", "x", "p"), op("z", "add", "x", v(1.0))], "z", traceable=True), call("y", "f", "x"), optimizer("o", ["p"]), backward("y", "f")),
    case("nested traceable bundles", "hidden parameters come up", param("p", 2.0), node("x", 1.0), bundle("f", ["x"], [op("y", "multiply", "x", "p")], "y", traceable=True),
         bundle("g", ["x"], [call("y", "f", "x"), op("z", "neg", "y")], "z", traceable=True), call("y", "g", "x"), optimizer("o", ["p"]), backward("y", "f")),
    case("nested traceable bundles, thrice", "hidden parameters of every level come up", param("p", 2.0), param("q", 3.0), node("x", 1.0),
         bundle("f", ["x"], [op("y", "multiply", "x", "p")], "y", traceable=True),
         bundle("g", ["x"], [call("y", "f", "x"), op("z", "add", "y", "q")], "z", traceable=True),
         bundle("h", ["x"], [call("y", "g", "x"), op("z", "neg", "y")], "z", traceable=True), call("y", "h", "x"), optimizer("o", ["p", "q"]), backward("y", "f")),
    case("an opaque bundle in a traceable one", "is one inner node", param("p", 2.0), node("x", 1.0), DOUBLE,
         bundle("g", ["x"], [op("w", "add", "x", "p"), call("y", "double", "w")], "y", traceable=True), call("y", "g", "x"), optimizer("o", ["p"]), backward("y", "f")),
    case("a traceable bundle in an opaque one", "sees the data", param("p", 2.0), node("x", 1.0), INNER, bundle("g", ["x"], [call("y", "inner", "x")], "y"),
         call("y", "g", "p"), optimizer("o", ["p"]), backward("y", "f")),
    case("a traceable bundle that returns data", "hides nothing", param("p", 2.0), node("x", 1.0),
         bundle("f", ["x"], [op("y", "multiply", "x", "p")], v(7.0), traceable=True), call("y", "f", "x"), optimizer("o", ["p"]), backward("y", "f")),
    case("a traceable bundle that returns a parameter", "hides it", param("p", 2.0), node("x", 1.0), bundle("f", ["x"], [], "p", traceable=True),
         call("y", "f", "x"), optimizer("o", ["p"]), backward("y", "f")),
    case("a traceable bundle that returns its argument", "the copy's data", param("a", 2.0), bundle("f", ["x"], [], "x", traceable=True), call("y", "f", "a"),
         optimizer("o", ["a"]), backward("y", "f")),
    case("a traceable bundle without arguments", "is a root", param("p", 2.0), bundle("f", [], [op("y", "neg", "p")], "y", traceable=True), call("y", "f"), infix("z", "neg", "y"),
         optimizer("o", ["p"]), backward("z", "f")),
    case("an inner parameter", "a parameter that the function makes is hidden", node("x", 1.0),
         bundle("f", ["x"], [param("w", 3.0), op("y", "multiply", "x", "w")], "y", traceable=True), call("y", "f", "x"), backward("y", "f")),
    case("an inner error", "the outer bundle has an exception node", param("a", 1.0),
         bundle("f", ["x"], [op("y", "subtract", "x", v("s"))], "y", traceable=True), call("y", "f", "a"), optimizer("o", ["a"]), backward("y", "f"), why="inner-error",
         instead=[param("a", 1.0), bundle("f", ["x"], [op("y", "subtract", "x", v("s"))], "y", traceable=True, external=True), call("y", "f", "a"), optimizer("o", ["a"]), backward("y", "f")]),
    case("an error in a nested bundle", "every bundle on the way has an exception node", param("a", 1.0), bundle("f", ["x"], [fail("no")], traceable=True),
         bundle("g", ["x"], [call("y", "f", "x")], "y", traceable=True), call("y", "g", "a"), backward("y", "f"), why="inner-error",
         instead=[param("a", 1.0), bundle("f", ["x"], [fail("no")], traceable=True, external=True), bundle("g", ["x"], [call("y", "f", "x")], "y", traceable=True, external=True),
                  call("y", "g", "a"), backward("y", "f")]),
    case("trainable code", "the code is an input", node("x", 1.0), bundle("f", ["x"], [op("y", "add", "x", v(1.0))], "y", trainable=True), call("y", "f", "x"),
         optimizer("o", ["f.code"]), backward("y", "f")),
    case("trainable code that hides", "hidden parameters and the code get feedback", node("x", 1.0), param("p", 2.0),
         bundle("f", ["x"], [op("y", "add", "x", "p")], "y", trainable=True, traceable=True), call("y", "f", "x"), optimizer("o", ["f.code", "p"]), backward("y", "f")),
    case("two trainable bundles", "each has its code", node("x", 1.0), bundle("f", ["x"], [op("y", "add", "x", v(1.0))], "y", trainable=True),
         bundle("g", ["x"], [op("y", "neg", "x")], "y", trainable=True), call("y", "f", "x"), call("z", "g", "y"), optimizer("o", ["f.code", "g.code"]), backward("z", "f")),
    case("replaced code", "is run by the next call", node("x", 1.0), bundle("h", ["x"], [op("y", "neg", "x")], "y"),
         bundle("f", ["x"], [op("y", "add", "x", v(1.0))], "y", trainable=True), call("y", "f", "x"), write("f.code", code("f", ["x"], "h")), call("z", "f", "x"),
         optimizer("o", ["f.code"]), backward("z", "f")),
    case("code that does not compile", "an exception whose only input is the code", node("x", 1.0), bundle("f", ["x"], [], v(1.0), trainable=True), call("y", "f", "x"),
         write("f.code", "def f(x:"), call("z", "f", "x"), optimizer("o", ["f.code"]), backward("z", "mend it"), call("w", "f", "x")),
    case("trainable code that fails", "an exception with the code among its inputs", node("x", 1.0), bundle("f", ["x"], [fail("no")], trainable=True), call("y", "f", "x"),
         optimizer("o", ["f.code"]), backward("y", "mend it")),
]

CHAIN = [param("a", 1.0), infix("b", "neg", "a"), infix("c", "neg", "b"), optimizer("o", ["a"])]
FORK = [param("a", 1.0), param("c", 2.0), infix("y", "neg", "a"), infix("z", "add", "y", "c"), infix("w", "multiply", "y", "c"), optimizer("o", ["a"]),
        optimizer("p", ["c"]), optimizer("q", ["a", "c"])]

BACKWARD = [
    case("a chain", "only roots hold feedback", *CHAIN, backward("c", "f")),
    case("a diamond", "each child gives an entry", param("a", 1.0), infix("x", "neg", "a"), infix("y", "pos", "a"), infix("z", "add", "x", "y"), optimizer("o", ["a"]), backward("z", "f")),
    case("a shared parameter", "the graph is what was seen on the way", param("a", 1.0), node("x", 2.0), infix("y", "multiply", "x", "a"), infix("z", "add", "y", "a"),
         optimizer("o", ["a"]), backward("z", "f")),
    case("what is off the way", "is in the graph only as a parent", *FORK, backward("z", "f")),
    case("uneven levels", "highest level first", param("a", 1.0), param("b", 2.0), infix("x", "neg", "a"), infix("y", "neg", "x"), infix("z", "add", "b", "y"), infix("w", "add", "z", "x"),
         optimizer("o", ["a", "b"]), optimizer("p", ["b"]), backward("w", "f")),
    case("a deep parent before a shallow one", "the graph is in order", param("a", 1.0), param("b", 2.0), infix("x", "neg", "a"), infix("y", "neg", "x"), infix("z", "add", "y", "b"),
         infix("w", "multiply", "z", "b"), optimizer("o", ["a", "b"]), optimizer("p", ["b"]), backward("w", "f")),
    case("retain", "the graph can be used again, and the lists grow", *CHAIN, backward("c", "f", retain=True), backward("c", "f", retain=True)),
    case("retain, then another output", "entries of one child are in one list", *FORK, backward("z", "f", retain=True), backward("w", "f")),
    case("retain with other feedback", "is a conflict", *CHAIN, backward("c", "f", retain=True), backward("c", "g")),
    case("a freed graph", "is refused and nothing changes", *CHAIN, backward("c", "f"), backward("c", "g")),
    case("a freed part", "is refused and nothing changes", *FORK, backward("z", "f"), backward("w", "g")),
    case("a freed part behind new nodes", "is refused, and the new nodes are not freed", *FORK, backward("z", "f"), infix("u", "add", "y", "c"), infix("n", "neg", "u"), backward("n", "g"),
         infix("m", "neg", "c"), backward("m", "f")),
    case("retained, then freed", "the last call frees", *CHAIN, backward("c", "f", retain=True), zero("o"), backward("c", "g"), backward("b", "h")),
    case("freed by two calls", "the error names the last of them in the visits", param("a", 1.0), infix("x", "neg", "a"), infix("y", "neg", "a"), backward("x", "f"), backward("y", "f"),
         infix("z", "add", "x", "y"), backward("z", "g")),
    case("refused calls are not counted", "the next call has the next number", *CHAIN, backward("c", "f"), backward("c", "g"), infix("d", "neg", "a"), backward("d", "f")),
    case("feedback on a root", "goes no further", param("a", 1.0), optimizer("o", ["a"]), backward("a", "f")),
    case("feedback on a root again", "is accepted", param("a", 1.0), optimizer("o", ["a"]), backward("a", "f"), backward("a", "f"), backward("a", "g")),
    case("a root that is not trainable", "holds feedback too", node("x", 1.0), param("a", 2.0), infix("y", "add", "x", "a"), backward("y", "f"), backward("x", "f")),
    case("feedback on a parameter that has some", "both count", *CHAIN, backward("c", "f"), backward("a", "f")),
    case("conflicting children", "an error that names all", param("a", 1.0), infix("x", "neg", "a"), infix("y", "pos", "a"), optimizer("o", ["a"]), backward("x", "f"), backward("y", "g")),
    case("conflicting parameters", "one by one they are combined, and together not", param("a", 1.0), param("b", 1.0), infix("x", "neg", "a"), infix("y", "neg", "b"),
         optimizer("o", ["a"]), optimizer("p", ["a", "b"]), backward("x", "f"), backward("y", "g")),
    case("equal feedback from two children", "is combined", param("a", 1.0), infix("x", "neg", "a"), infix("y", "pos", "a"), infix("z", "neg", "y"), optimizer("o", ["a"]),
         backward("x", "f"), backward("z", "f")),
    case("several heads on one level", "each is an output", param("a", 1.0), infix("x", "neg", "a"), infix("y", "pos", "a"), optimizer("o", ["a"]), backward("x", "f"), backward("y", "f")),
    case("a head above a head", "both are outputs", *CHAIN, backward("b", "f", retain=True), backward("c", "f")),
    case("feedback of other kinds", "any data is feedback", param("a", 1.0), infix("x", "neg", "a"), infix("y", "pos", "a"), optimizer("o", ["a"]), backward("x", 0.5), backward("y", 0.5),
         zero("o"), infix("z", "neg", "a"), backward("z", {"score": 1.0, "notes": ["x"]})),
    case("numbers that are equal", "are equal feedback", param("a", 1.0), infix("x", "neg", "a"), infix("y", "pos", "a"), optimizer("o", ["a"]), backward("x", 1), backward("y", 1.0)),
    case("empty feedback", "is feedback", *CHAIN, backward("c", "")),
    case("an operand of many operators", "an entry from each", param("a", 1.0), *[infix(f"x{i}", "add", "a", v(float(i))) for i in range(6)],
         op("l", "make_list", *[f"x{i}" for i in range(6)]), optimizer("o", ["a"]), backward("l", "f")),
    case("a ladder", "paths are not counted", param("a", 1.0), infix("x0", "neg", "a"), infix("y0", "pos", "a"),
         *[s for i in range(4) for s in (infix(f"x{i + 1}", "add", f"x{i}", f"y{i}"), infix(f"y{i + 1}", "subtract", f"x{i}", f"y{i}"))],
         infix("z", "add", "x4", "y4"), optimizer("o", ["a"]), backward("z", "f")),
    case("ties of level", "later-created first", param("a", 1.0), infix("p", "neg", "a"), infix("q", "neg", "a"), infix("r", "neg", "a"), op("l", "make_list", "r", "p", "q"), backward("l", "f")),
]

OPTIMIZERS = [
    case("zero clears its own", "and for all that share them", param("a", 1.0), param("b", 2.0), infix("y", "add", "a", "b"), optimizer("o", ["a"]), optimizer("p", ["a", "b"]),
         backward("y", "f", retain=True), zero("o"), backward("y", "g", retain=True), zero("p")),
    case("zero of a node", "clears one", param("a", 1.0), param("b", 2.0), infix("y", "add", "a", "b"), backward("y", "f"), {"do": "zero", "node": "a"}),
    case("an optimizer's backward", "reaches parameters of others", param("a", 1.0), param("b", 2.0), infix("y", "add", "a", "b"), optimizer("o", ["a"]), optimizer("p", ["b"]),
         backward("y", "f", optimizer="o")),
    case("a step writes", "every optimizer sees the latest value", param("a", 1.0), param("b", 2.0), infix("y", "add", "a", "b"), optimizer("o", ["a"], [["a", 5.0]]),
         optimizer("p", ["a", "b"], [["a", 7.0], ["b", 8.0]]), backward("y", "f"), step("o"), step("p"), infix("z", "add", "a", "b")),
    case("a step without feedback", "is an error", param("a", 1.0), optimizer("o", ["a"], [["a", 5.0]]), step("o"), infix("y", "neg", "a"), backward("y", "f"), step("o")),
    case("a step where some have no feedback", "is none", param("a", 1.0), param("b", 2.0), infix("y", "neg", "a"), optimizer("o", ["a", "b"], [["a", 5.0], ["b", 6.0]]), backward("y", "f"), step("o")),
    case("unreached parameters", "are not in the subgraph", param("a", 1.0), param("b", 2.0), infix("y", "neg", "a"), optimizer("o", ["a", "b"]), optimizer("p", ["b"]), backward("y", "f")),
    case("a parameter listed twice", "counts once", param("a", 1.0), infix("y", "neg", "a"), optimizer("o", ["a", "a"]), backward("y", "f")),
    case("what is not trainable", "is refused", node("x", 1.0), optimizer("o", ["x"]), param("a", 1.0), optimizer("p", ["a", "x"])),
    case("a training loop", "zero, backward, step", param("a", 1.0), node("x", 3.0), optimizer("o", ["a"], [["a", 2.0]]),
         *[s for i in range(3) for s in (infix("y", "multiply", "x", "a"), zero("o"), backward("y", "larger", optimizer="o"), step("o"))]),
    case("two optimizers in turn", "one reads what the other leaves", param("a", 1.0), param("b", 2.0), infix("y", "multiply", "a", "b"), optimizer("o", ["a"], [["a", 3.0]]),
         optimizer("p", ["b"], [["b", 4.0]]), backward("y", "f", optimizer="o", retain=True), step("o"), backward("y", "f", optimizer="p"), step("p"), zero("o"), zero("p")),
    case("a decoupled parameter", "gets no feedback from the other's graph", param("a", 1.0), detach("b", "a"), infix("y", "neg", "a"), infix("z", "neg", "b"), optimizer("o", ["a"]),
         optimizer("p", ["b"], [["b", 9.0]]), backward("y", "f"), backward("z", "g"), step("p")),
    case("inputs of a subgraph", "roots, and nodes whose inputs are not in it", *FORK, infix("u", "neg", "z"), infix("t", "add", "u", "c"), backward("t", "f")),
    case("one name in a prompt", "two nodes are told apart", *[param("a", float(i), **{"unobserved": True}) for i in range(10)], node("a1", 3.0), node("a", 5.0),
         param("p", 1.0), op("y", "add", "p", "a1"), op("w", "add", "y", "a"), optimizer("o", ["p"]), backward("w", "f")),
    case("what the user says in a conflict", "stands together", param("a", 1.0), infix("y", "neg", "a"), backward("a", "f", retain=True), backward("y", "g", retain=True),
         backward("a", "g")),
    case("a detached copy in a trace graph", "stands by its level, also beside an equal value", param("a", 1.0), infix("y", "neg", "a"), detach("z", "y"), infix("w", "add", "y", "z"),
         optimizer("o", ["a"]), backward("w", "f")),
    case("feedback by way of a detached copy", "comes in the order of levels", param("a", 1.0), infix("y", "neg", "a"), infix("z", "neg", "y"), detach("d", "z"),
         infix("u", "add", "d", "a"), infix("v", "add", "z", "u"), optimizer("o", ["a"]), infix("w", "subtract", "y", "a"), infix("t", "add", "v", "w"), backward("t", "f")),
    case("a literal without a name of its own", "is named after its type", node("s", ","), op("u", "join", "s", v("x"), v("y")), op("l", "make_list", v(1.5), "s")),
]

# Differences that no rule of observer.py or notes.py tells: what must be here is written out, or is what another program does there.


def extra(step):
    return {**step, "extra": True}


def at_moment(number, **parts):
    return [[["moments", number, key], value] for key, value in parts.items()]


def entry(number, said, *graph):
    return {"backward": number, "said": said, "graph": list(graph)}


def whole(said, nodes, **parts):
    return {"said": said, "nodes": nodes, **{k: parts.get(k, []) for k in ("variables", "inputs", "others", "outputs")}}


TWICE = ["a:0", "neg:0", "multiply:0"]
DONE = [["neg:0", [entry(1, "f", *TWICE)]]]

OTHERS = [
    case("a message used twice", "one entry", param("a", 3.0), infix("y", "neg", "a"), infix("z", "multiply", "y", "y"), optimizer("o", ["a"]), backward("z", "f"),
         why="node-used-twice",
         here=at_moment(3, result={"backward": 1}, feedback=[["a:0", DONE]], aggregates=[["a:0", {"said": "f", "graph": TWICE}]], freed=["neg:0", "multiply:0"],
                        subgraphs=[["o", whole("f", TWICE, variables=["a:0"], others=["neg:0"], outputs=["multiply:0"])]])),
    case("detach of a freed node", "the copy is new", param("a", 3.0), infix("y", "neg", "a"), backward("y", "f"), detach("z", "y"), backward("z", "g"), why="detached-freed",
         here=at_moment(4, result={"backward": 2}, feedback=[["a:0", [["neg:0", [entry(1, "f", "a:0", "neg:0")]]]], ["neg:1", [["user", [entry(2, "g", "neg:1")]]]]])),
    case("a list of nodes as an argument", "make_list", param("a", 1.0), node("x", 2.0), bundle("f", ["items", "y"], [], v(5.0)), call("y", "f", ["a", "x"], v(1.0)), optimizer("o", ["a"]),
         backward("y", "f"), why="containers",
         instead=[param("a", 1.0), node("x", 2.0), bundle("f", ["items", "y"], [], v(5.0)), extra(op("l", "make_list", "a", "x")), call("y", "f", "l", v(1.0)), optimizer("o", ["a"]),
                  backward("y", "f")]),
    case("a list of nodes and values", "make_list", param("a", 1.0), bundle("f", ["items"], [], v(5.0)), call("y", "f", ["a", v(2.0)]), backward("y", "f"), why="containers",
         instead=[param("a", 1.0), bundle("f", ["items"], [], v(5.0)), extra(op("l", "make_list", "a", v(2.0))), call("y", "f", "l"), backward("y", "f")]),
    case("a dict of nodes as an argument", "make_dict", param("a", 1.0), bundle("f", ["items"], [], v(5.0)), call("y", "f", {"dict": {"k": "a", "m": v(2.0)}}), backward("y", "f"), why="containers",
         instead=[param("a", 1.0), bundle("f", ["items"], [], v(5.0)), extra(op("l", "make_dict", {"dict": {"k": "a", "m": v(2.0)}})), call("y", "f", "l"), backward("y", "f")]),
    case("reading a node of one's own", "is no missing input", node("x", 1.0), bundle("f", ["x"], [unnamed("n", 3.0), read("m", "n")], "m"), call("y", "f", "x"), why="inner-reads",
         instead=[node("x", 1.0), bundle("f", ["x"], [unnamed("n", 3.0), read("m", "n")], "m", external=True), call("y", "f", "x")]),
    case("reading a copy", "is no missing input", param("a", 1.0), bundle("f", ["x"], [read("m", "x")], "m", traceable=True), call("y", "f", "a"), backward("y", "f"), why="inner-reads",
         instead=[param("a", 1.0), bundle("f", ["x"], [read("m", "x")], "m", traceable=True, external=True), call("y", "f", "a"), backward("y", "f")]),
    case("a traceable bundle while tracing is off", "sees data", param("a", 1.0), INNER, {"do": "untraced", "steps": [call("y", "inner", "a")]}, param("a", 2.0), why="untraced-copies",
         instead=[param("a", 1.0), {**INNER, "traceable": False}, {"do": "untraced", "steps": [call("y", "inner", "a")]}, param("a", 2.0)]),
    case("the sum propagator", "adds texts", param("a", 1.0), infix("y", "neg", "a"), infix("z", "add", "y", "a"), backward("z", "f", propagator="sum"), why="sum-propagator",
         here=at_moment(3, result={"backward": 1}, feedback=[["a:0", [["add:0", [{"backward": 1, "value": "f"}]], ["neg:0", [{"backward": 1, "value": "f"}]]]]],
                        aggregates=[["a:0", {"value": "ff"}]], freed=["neg:0", "add:0"])),
    case("the sum propagator on numbers", "adds numbers", param("a", 1.0), infix("y", "neg", "a"), infix("z", "pos", "a"), infix("w", "add", "y", "z"), backward("w", 1.5, propagator="sum"),
         why="sum-propagator",
         here=at_moment(4, result={"backward": 1}, feedback=[["a:0", [["pos:0", [{"backward": 1, "value": 1.5}]], ["neg:0", [{"backward": 1, "value": 1.5}]]]]],
                        aggregates=[["a:0", {"value": 3.0}]], freed=["neg:0", "pos:0", "add:0"])),
    case("none as feedback", "is feedback", param("a", 1.0), infix("y", "neg", "a"), backward("y", None), why="none-feedback",
         here=at_moment(2, result={"backward": 1}, feedback=[["a:0", [["neg:0", [entry(1, None, "a:0", "neg:0")]]]]], aggregates=[["a:0", {"said": None, "graph": ["a:0", "neg:0"]}]],
                        freed=["neg:0"])),
    case("identity", "an operator of its own name", param("a", 1.0), op("y", "identity", "a"), why="identity",
         here=[[["moments", 1, "result"], "identity:0"], [["nodes", 1, "name"], "identity:0"], [["nodes", 1, "op"], "identity"]]),
    case("pop", "leaves the list", node("l", [1.0, 2.0]), op("y", "pop", "l", v(-1)), why="pop", here=[[["nodes", 0, "data"], [1.0, 2.0]]]),
    case("integer powers", "are floats", node("a", 2), node("b", 3), infix("y", "power", "a", "b"), why="lua-numbers", here=[[["nodes", 2, "data"], 8.0]]),
    case("large integers", "wrap around", node("a", 9223372036854775807), infix("y", "add", "a", v(1)), infix("z", "neg", "y"), why="lua-numbers",
         here=[[["nodes", 2, "data"], -9223372036854775808], [["nodes", 3, "data"], -9223372036854775808]]),
    case("a proposal in text", "is converted", param("a", 1.0), param("b", 2), param("l", [1]), op("y", "make_list", "a", "b", "l"),
         optimizer("o", ["a", "b", "l"], [["a", "5"], ["b", 6.0], ["l", "[3, 4]"]]), backward("y", "f"), step("o"), why="conversion",
         here=at_moment(5, values=[["a:0", 5.0], ["b:0", 6], ["l:0", [3, 4]]]) + [[["nodes", 0, "data"], 5.0], [["nodes", 1, "data"], 6], [["nodes", 2, "data"], [3, 4]]]),
    case("a proposal that cannot be converted", "leaves the parameter as it was", param("a", 1.0), param("b", True), param("c", False), op("y", "make_list", "a", "b", "c"),
         optimizer("o", ["a", "b", "c"], [["a", "large"], ["b", "False"], ["c", 1]]), backward("y", "f"), step("o"), why="conversion",
         here=at_moment(5, values=[["a:0", 1.0], ["b:0", False], ["c:0", False]]) + [[["nodes", 0, "data"], 1.0], [["nodes", 1, "data"], False], [["nodes", 2, "data"], False]]),
    case("a proposal for another's parameter", "is not taken", param("a", 1.0), param("b", 2.0), infix("y", "add", "a", "b"), optimizer("o", ["a"], [["b", 5.0], ["a", 3.0]]), backward("y", "f"),
         step("o"), why="conversion", here=at_moment(4, values=[["a:0", 3.0], ["b:0", 2.0]]) + [[["nodes", 1, "data"], 2.0]]),
]
