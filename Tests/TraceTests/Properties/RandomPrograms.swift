import TestSupport
import Trace

/// Makes random workflows as programs: nothing is avoided that a workflow may do.
struct RandomProgram {
    private var random: Seeded
    private(set) var steps: [Value] = []
    private var nodes: [String] = []
    private var parameters: [String] = []
    private var bundles: [(name: String, arity: Int)] = []
    private var optimizers: [String] = []

    init(seed: Int) {
        random = Seeded(seed: seed)
        for _ in 0..<random.number(1...4) { addRoot() }
        for _ in 0..<random.number(0...3) { addBundle() }
        for _ in 0..<random.number(1...3) where !parameters.isEmpty { addOptimizer() }
        for _ in 0..<random.number(4...24) { act() }
    }

    private mutating func add(_ what: String, _ members: KeyValuePairs<String, Value> = [:]) {
        steps.append(Value.of(["do": .string(what)]).merging(.of(members)))
    }

    private mutating func fresh() -> String {
        nodes.append("n\(nodes.count)")
        return nodes[nodes.count - 1]
    }

    /// A node, more often a late one.
    private mutating func some() -> Value { .string(random.pick(random.chance(60) ? Array(nodes.suffix(4)) : nodes)) }

    private mutating func operand() -> Value { random.chance(15) ? .of(["value": .float(Double(random.number(-4...4)))]) : some() }

    private mutating func addRoot() {
        let name = fresh(), trainable = random.chance(65)
        let value: Value = random.chance(15) ? "x" : random.chance(20) ? .int(random.number(-3...3)) : .float(Double(random.number(-3...3)))
        add("node", ["as": .string(name), "value": value, "name": .string(random.pick(["a", "b"])), "trainable": .bool(trainable)])
        if trainable { parameters.append(name) }
    }

    private mutating func addBundle() {
        let name = "f\(bundles.count)", arity = random.number(0...3)
        let arguments = (0..<arity).map { Value.string("x\($0)") }
        var known = arguments
        var body: [Value] = []
        for i in 0..<random.number(0...3) {
            let outer = random.chance(30) || known.isEmpty
            func inner() -> Value { outer ? some() : random.pick(known) }
            let place = Value.string("i\(i)")
            switch random.number(0...9) {
            case 0: body.append(.of(["do": "fail", "type": "ValueError", "message": "no"]))
            case 1: body.append(.of(["do": "read", "as": place, "of": inner()]))
            case 2...4 where !bundles.isEmpty:
                let other = random.pick(bundles)
                var given: [Value] = []
                for _ in 0..<other.arity { given.append(inner()) }
                body.append(.of(["do": "call", "as": place, "bundle": .string(other.name), "args": .list(given)]))
            case 5: body.append(.of(["do": "node", "as": place, "value": 2.0, "name": "a", "trainable": .bool(random.chance(50))]))
            case 6: body.append(.of(["do": "op", "as": place, "op": "neg", "args": [inner()]]))
            default: body.append(.of(["do": "op", "as": place, "op": "add", "args": [inner(), random.chance(70) ? inner() : some()]]))
            }
            known.append(place)
        }
        add(
            "bundle",
            [
                "name": .string(name), "args": .list(arguments), "body": .list(body), "returns": known.last ?? .of(["value": 1.0]),
                "traceable": .bool(random.chance(55)), "external": .bool(random.chance(30)), "catch": .bool(random.chance(85)),
                "trainable": .bool(random.chance(35)), "code": .string("run(\"\(name)\")"),
            ])
        bundles.append((name, arity))
        // Its code, if it is trainable; the name of no node, if not.
        if steps[steps.count - 1]["trainable"] == true { parameters.append(name + ".code") }
    }

    private mutating func addOptimizer() {
        let name = "o\(optimizers.count)"
        var attended: [Value] = [], writes: [Value] = []
        for _ in 0..<random.number(1...4) { attended.append(.string(random.pick(parameters))) }
        for parameter in attended where random.chance(50) { writes.append([parameter, random.chance(80) ? 3.0 : "no number"]) }
        add("optimizer", ["name": .string(name), "parameters": .list(attended), "writes": .list(writes)])
        optimizers.append(name)
    }

    private mutating func act() {
        switch random.number(0...99) {
        case ..<38:
            let op = random.pick(["add", "add", "subtract", "neg", "make_list", "concat", "cond"])
            var operands: [Value] = []
            for _ in 0..<(op == "neg" ? 1 : op == "cond" ? 3 : op == "make_list" ? random.number(0...20) : 2) { operands.append(operand()) }
            add("op", ["as": .string(fresh()), "op": .string(op), "args": .list(operands), "syntax": .bool(random.chance(50))])
        case ..<54 where !bundles.isEmpty:
            let bundle = random.pick(bundles)
            var given: [Value] = []
            for _ in 0..<bundle.arity { given.append(random.chance(10) ? [some(), operand()] : operand()) }
            add("call", ["as": .string(fresh()), "bundle": .string(bundle.name), "args": .list(given)])
        case ..<58:
            let of = some()
            add(random.pick(["clone", "detach", "parameter"]), ["as": .string(fresh()), "of": of])
        case ..<82:
            let said: Value = random.chance(75) ? "f" : random.pick(["g", 1, 1.0])
            add("backward", ["node": some(), "feedback": said, "retain": .bool(random.chance(60))])
            if !optimizers.isEmpty, random.chance(50) {
                steps[steps.count - 1] = steps[steps.count - 1].with("optimizer", .string(random.pick(optimizers)))
            }
        case ..<86 where !optimizers.isEmpty: add("zero", ["optimizer": .string(random.pick(optimizers))])
        case ..<88: add("zero", ["node": some()])
        case ..<93 where !optimizers.isEmpty: add("step", ["optimizer": .string(random.pick(optimizers))])
        case ..<95: add("set", ["node": some(), "value": .float(Double(random.number(-3...3)))])
        case ..<97:
            let of = some()
            add("untraced", ["steps": [.of(["do": "op", "as": .string(fresh()), "op": "neg", "args": [of]])]])
        case ..<98:
            let of = some()
            add("scope", ["name": "s", "steps": [.of(["do": "op", "as": .string(fresh()), "op": "neg", "args": [of]])]])
        default: addRoot()
        }
    }
}

/// Makes a failing program smaller for as long as it fails in some way.
func shrink(_ steps: [Value], whileFailing fails: ([Value]) -> Bool) -> [Value] {
    var steps = steps
    while true {
        let smaller = shrunkOnce(steps, whileFailing: fails)
        if smaller == steps { return steps }
        steps = smaller
    }
}

private func shrunkOnce(_ steps: [Value], whileFailing fails: ([Value]) -> Bool) -> [Value] {
    var steps = steps
    var length = max(1, steps.count / 2)
    while true {
        var start = 0, smaller = false
        while start < steps.count {
            let candidate = Array(steps[..<start] + steps[min(start + length, steps.count)...])
            if fails(candidate) {
                steps = candidate
                smaller = true
            } else {
                start += length
            }
        }
        if length > 1 { length /= 2 } else if !smaller { break }
    }
    // Then what is in the steps: bodies, arguments, parameters, options.
    for place in steps.indices {
        for key in ["body", "args", "parameters", "writes", "steps"] {
            var at = 0
            while let items = steps[place][key]?.items, at < items.count {
                var fewer = items
                fewer.remove(at: at)
                let candidate = steps.replacing(place, by: steps[place].with(key, .list(fewer)))
                if fails(candidate) { steps = candidate } else { at += 1 }
            }
        }
        for key in ["retain", "optimizer", "traceable", "trainable", "external", "syntax", "named"] where steps[place][key] != nil {
            let candidate = steps.replacing(place, by: steps[place].replacing([.string(key)], by: nil))
            if fails(candidate) { steps = candidate }
        }
    }
    return steps
}

extension [Value] {
    fileprivate func replacing(_ place: Int, by step: Value) -> [Value] {
        var copy = self
        copy[place] = step
        return copy
    }
}
