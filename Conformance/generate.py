"""Random workflows, the same in every run: operators on numbers and texts, bundles of all kinds, several optimizers, and backward, zero and
step in any order."""

import random

from cases import backward, bundle, call, clone, detach, infix, op, optimizer, param, step, v, write, zero

COUNT, GROUP = 96, 12
SAID = ["larger", "smaller", "wrong", 0.5]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.steps = []
        self.numbers, self.texts, self.roots = [], [], set()
        self.parameters, self.bundles, self.optimizers = [], {}, []
        self.count = 0

    def fresh(self, letter):
        self.count += 1
        return f"{letter}{self.count}"

    def pick(self, among, recent=False):
        if recent and self.random.random() < 0.6:
            among = among[-3:]
        return self.random.choice(among)

    def chance(self, p):
        return self.random.random() < p

    def number(self):
        return self.random.randint(-8, 8) / 2

    def root(self):
        name, base = self.fresh("r"), self.random.choice("abc")
        trainable = self.chance(0.7)
        text = self.chance(0.25)
        value = self.random.choice(["x", "y z", "Q"]) if text else self.number()
        self.steps.append({"do": "node", "as": name, "value": value, "name": base, **({"trainable": True} if trainable else {})})
        (self.texts if text else self.numbers).append(name)
        self.roots.add(name)
        if trainable:
            self.parameters.append(name)

    def pair(self, among, recent=True):
        """Two operands; a message node is never both, which the reference cannot do."""
        a, b = self.pick(among, recent), self.pick(among)
        if a == b and a not in self.roots:
            b = next((n for n in among if n != a), None)
        return (a, b) if b else (a, v(self.number()))

    def operate(self):
        if self.texts and self.chance(0.25):
            name = self.fresh("t")
            if self.chance(0.5):
                self.steps.append(infix(name, "concat", *self.pair(self.texts)) if len(self.texts) > 1 else op(name, "upper", self.texts[0]))
            else:
                self.steps.append(op(name, self.pick(["upper", "lower", "title"]), self.pick(self.texts)))
            self.texts.append(name)
            return
        name, what = self.fresh("n"), self.pick(["add", "subtract", "neg", "multiply", "make"])
        if what == "neg":
            self.steps.append(infix(name, "neg", self.pick(self.numbers, True)))
        elif what == "multiply":
            operands = [self.pick(self.numbers, True), v(0.5)]
            if self.chance(0.3):
                operands.reverse()
            self.steps.append(infix(name, what, *operands))
        elif what == "make":
            self.steps.append(op(name, "make_list", *dict.fromkeys(self.pick(self.numbers) for _ in range(3))))
            return self.steps[-1]
        elif self.chance(0.3):
            self.steps.append(op(name, what, self.pick(self.numbers, True), v(self.number())))
        else:
            self.steps.append(infix(name, what, *self.pair(self.numbers)))
        self.numbers.append(name)

    def define(self):
        name = "fgh"[len(self.bundles)]
        arguments = ["x", "y"][: self.random.randint(1, 2)]
        kind = self.pick(["opaque", "traceable", "traceable", "trainable", "both"])
        more = {}
        if kind in ("traceable", "both"):
            more["traceable"] = True
        if kind in ("trainable", "both"):
            more["trainable"] = True
        traced, known, body = "traceable" in more, list(arguments), []
        outer = [p for p in self.parameters if p in self.numbers] if traced else []
        for i in range(self.random.randint(1, 3)):
            inner = f"i{i}"
            others = [b for b in self.bundles if traced or self.bundles[b][1] != "both"]
            if others and self.chance(0.35):
                what = self.pick(others)
                body.append(call(inner, what, *self.distinct(known, len(self.bundles[what][0]))))
            elif outer and self.chance(0.6):
                body.append(op(inner, "add", self.pick(known), self.pick(outer)))
            elif self.chance(0.5):
                body.append(op(inner, "neg", self.pick(known)))
            else:
                body.append(op(inner, "subtract", self.pick(known), v(self.number())))
            known.append(inner)
        self.bundles[name] = (arguments, kind)
        self.steps.append(bundle(name, arguments, body, self.pick(known, True), **more))
        if "trainable" in more:
            self.parameters.append(name + ".code")

    def distinct(self, among, count):
        chosen = []
        for _ in range(count):
            a = self.pick(among, True)
            chosen.append(v(self.number()) if a in chosen and a not in self.roots else a)
        return chosen

    def act(self):
        kind = self.random.choices(
            ["operate", "call", "clone", "detach", "backward", "zero", "step", "set", "root", "fail"], [30, 20, 3, 4, 20, 4, 5, 2, 2, 3])[0]
        if kind == "operate":
            self.operate()
        elif kind == "call" and self.bundles:
            name, what = self.fresh("n"), self.pick(list(self.bundles))
            self.steps.append(call(name, what, *self.distinct(self.numbers, len(self.bundles[what][0]))))
            self.numbers.append(name)
        elif kind == "clone":
            name = self.fresh("n")
            self.steps.append(clone(name, self.pick(self.numbers)))
            self.numbers.append(name)
        elif kind == "detach":
            name = self.fresh("r")
            self.steps.append(detach(name, self.pick([n for n in self.numbers if n in self.roots] if self.chance(0.7) else self.numbers)))
            self.numbers.append(name)
            self.roots.add(name)
        elif kind == "backward":
            more = {"retain": True} if self.chance(0.55) else {}
            if self.optimizers and self.chance(0.5):
                more["optimizer"] = self.pick(self.optimizers)
            said = SAID[0] if self.chance(0.7) else self.pick(SAID)
            if self.optimizers and self.chance(0.4):
                self.steps += [zero(o) for o in self.optimizers]
            outputs = [n for n in self.numbers + self.texts if n not in self.roots]
            if not outputs or self.chance(0.08):
                outputs = self.numbers
            self.steps.append(backward(self.pick(outputs, True), said, **more))
        elif kind == "zero" and self.optimizers:
            self.steps.append(zero(self.pick(self.optimizers)))
        elif kind == "step" and self.optimizers:
            self.steps.append(step(self.pick(self.optimizers)))
        elif kind == "set":
            self.steps.append(write(self.pick([n for n in self.numbers if n in self.roots]), self.number()))
        elif kind == "root":
            self.root()
        elif kind == "fail" and self.texts:
            name = self.fresh("e")
            self.steps.append(infix(name, "subtract", self.pick(self.numbers, True), self.pick(self.texts)))
            if self.chance(0.7):
                self.steps.append(backward(name, "mend it", **({"retain": True} if self.chance(0.5) else {})))

    def program(self):
        for _ in range(self.random.randint(2, 5)):
            self.root()
        if not any(p in self.numbers for p in self.parameters):
            name = self.fresh("r")
            self.steps.append(param(name, 1.0))
            self.numbers.append(name)
            self.roots.add(name)
            self.parameters.append(name)
        for _ in range(self.random.choice([0, 1, 1, 2, 2, 3, 3])):
            self.define()
        for i in range(self.random.randint(1, 3)):
            attended = self.random.sample(self.parameters, self.random.randint(1, len(self.parameters)))
            writes = [[p, self.number()] for p in attended if p in self.numbers and self.chance(0.5)]
            self.optimizers.append(f"o{i}")
            self.steps.append(optimizer(f"o{i}", attended, writes))
        for _ in range(self.random.randint(8, 22)):
            self.act()
        return self.steps


def programs(suits, count=COUNT, seed=0):
    """The first programs, of all seeds after one in order, that the reference can run to their end."""
    found = []
    while len(found) < count:
        seed += 1
        made = {"name": f"random {seed}", "rule": "whatever a workflow does", "steps": Generator(seed).program()}
        if any(s["do"] == "backward" for s in made["steps"]) and suits(made):
            found.append(made)
    return found


def fresh(suits, count, seed):
    """Programs that are not among the recorded ones: their seeds are far from those."""
    found = programs(suits, count, 1_000_000 * seed)
    return {f"fresh-{i // 100 + 1:03}": found[i : i + 100] for i in range(0, count, 100)}


def groups(suits):
    found = programs(suits)
    return {f"random-{i // GROUP + 1}": found[i : i + GROUP] for i in range(0, COUNT, GROUP)}
