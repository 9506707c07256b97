import OrderedCollections
import Trace

/// Runs a workflow that is given as a program: the same lists of steps that `Conformance/reference.py` runs in the reference.
final class ProgramRunner {
    let engine = Engine()
    private(set) var bundles: [String: Bundle] = [:]
    private(set) var optimizers: OrderedDictionary<String, OptimizerID> = [:]
    private let top = Scope(nil)

    struct Bundle {
        var id: BundleID
        var step: Value
        var scope: Scope
    }

    /// The node of a variable.
    indirect enum Thing {
        case node(NodeID)
        case data(Value)
        case list([Thing])
        case dict(OrderedDictionary<Value.Key, Thing>)
    }

    /// The variables of a body, and those around it.
    final class Scope {
        var own: [String: Thing] = [:]
        let outer: Scope?
        init(_ outer: Scope?) { self.outer = outer }
        subscript(name: String) -> Thing? { own[name] ?? outer?[name] }
    }

    /// A step that cannot be done, because something that it needs was never made.
    struct Left: Error {}

    /// Performs a step of the program, and returns its result: a node's name, an error, or nothing.
    func attempt(_ step: Value) -> Value { attempt(step, top) }

    private func attempt(_ step: Value, _ scope: Scope) -> Value {
        do {
            return try perform(step, scope)
        } catch is Left {
            return .of(["error": "left-out"])
        } catch let failure as OperatorFailure {
            return .of(["error": "raised", "text": .string("(\(failure.type)) \(failure.message)")])
        } catch let error as TraceError {
            if case .execution(let node, _, _, _) = error {
                if let name = step["as"]?.string { scope.own[name] = .node(node) }
                return .of(["error": "execution-error", "node": name(node)])
            }
            return kind(of: error)
        } catch {
            return .of(["error": .string("\(error)")])
        }
    }

    private func kind(of error: TraceError) -> Value {
        switch error {
        case .missingInput(_, let nodes): .of(["error": "missing-input", "nodes": names(nodes)])
        case .freed(let nodes, let number): .of(["error": "graph-freed", "nodes": names(nodes), "backward": .int(number)])
        default: .of(["error": .string(error.report(in: engine.record).code)])
        }
    }

    private func perform(_ step: Value, _ scope: Scope) throws -> Value {
        switch step["do"]?.string {
        case "node":
            let options = NodeOptions(
                name: step["name"]?.string, description: step["description"]?.string, constraint: step["constraint"]?.string,
                isTrainable: step["trainable"] == true)
            return try bind(step, scope, .node(engine.node(step["value"] ?? .none, options)))
        case "parameter":
            let of = try node(step["of"], scope)
            let options = NodeOptions(name: engine.record.baseName(of), isTrainable: true)
            return try bind(step, scope, .node(engine.node(engine.value(of), options)))
        case "op": return bind(step, scope, try apply(step, scope))
        case "clone": return try bind(step, scope, .node(engine.apply(.named("clone"), [.node(node(step["of"], scope))])))
        case "detach": return try bind(step, scope, .node(engine.detach(node(step["of"], scope))))
        case "read": return try bind(step, scope, .data(engine.read(node(step["of"], scope))))
        case "fail": throw OperatorFailure(type: step["type"]?.string ?? "", message: step["message"]?.string ?? "")
        case "bundle": return try define(step, scope)
        case "call": return try bind(step, scope, .node(call(step, scope)))
        case "optimizer": return try makeOptimizer(step, scope)
        case "zero":
            if step["node"] != nil {
                engine.zeroFeedback(.node(try node(step["node"], scope)))
            } else {
                engine.zeroFeedback(.optimizer(try optimizer(step)))
            }
            return .none
        case "backward":
            let number = try engine.backward(
                node(step["node"], scope), feedback: step["feedback"] ?? .none, retain: step["retain"] == true,
                optimizer: step["optimizer"] == nil ? nil : optimizer(step),
                propagator: step["propagator"] == "sum" ? SumPropagator() : nil)
            return .of(["backward": .int(number)])
        case "step":
            try engine.step(optimizer(step))
            return .of(["done": true])
        case "set":
            engine.set(try node(step["node"], scope), to: step["value"] ?? .none, by: .workflow)
            return .none
        case "untraced":
            engine.withTracing(false) { for inner in step["steps"]?.items ?? [] { _ = attempt(inner, scope) } }
            return .none
        case "scope":
            engine.withScope(step["name"]?.string ?? "") { for inner in step["steps"]?.items ?? [] { _ = attempt(inner, scope) } }
            return .none
        default: throw OperatorFailure(type: "ProgramError", message: "no such step: \(step.literal)")
        }
    }

    private func bind(_ step: Value, _ scope: Scope, _ thing: Thing) -> Value {
        if let name = step["as"]?.string { scope.own[name] = thing }
        if case .node(let id) = thing { return name(id) }
        return .none
    }

    // Arguments.

    private func thing(_ argument: Value, _ scope: Scope) throws -> Thing {
        switch argument {
        case .string(let name):
            guard let thing = scope[name] else { throw Left() }
            return thing
        case .list(let items): return .list(try items.map { try thing($0, scope) })
        case .dict(let dict):
            if case .dict(let items)? = dict["dict"] { return .dict(try items.mapValues { try thing($0, scope) }) }
            return .data(dict["value"] ?? .none)
        default: return .data(argument)
        }
    }

    private func node(_ argument: Value?, _ scope: Scope) throws -> NodeID {
        guard let argument, case .node(let id) = try thing(argument, scope) else { throw Left() }
        return id
    }

    private func optimizer(_ step: Value) throws -> OptimizerID {
        guard let name = step["optimizer"]?.string, let id = optimizers[name] else { throw Left() }
        return id
    }

    private func operand(_ thing: Thing) throws -> Engine.Operand {
        switch thing {
        case .node(let id): .node(id)
        case .data(let value): .value(value)
        default: throw Left()
        }
    }

    private func argument(_ thing: Thing) -> BundleArgument {
        switch thing {
        case .node(let id): .node(id)
        case .data(let value): .value(value)
        case .list(let items): .list(items.map(argument))
        case .dict(let items): .dict(items.mapValues(argument))
        }
    }

    // Operators.

    private func apply(_ step: Value, _ scope: Scope) throws -> Thing {
        let things = try (step["args"]?.items ?? []).map { try thing($0, scope) }
        let name = step["op"]?.string ?? ""
        guard let op = Operator.all[name] else {
            guard name == "make_dict", case .dict(let items)? = things.first else { throw Left() }
            return .node(try engine.makeDict(items.mapValues(operand)))
        }
        if scope !== top, let data = plainData(things) { return .data(try op.rule(data)) }
        return .node(try engine.apply(op, things.map(operand), syntactic: step["syntax"] == true))
    }

    /// The values, if there are no nodes among them.
    private func plainData(_ things: [Thing]) -> [Value]? {
        var out: [Value] = []
        for thing in things {
            guard case .data(let value) = thing else { return nil }
            out.append(value)
        }
        return out
    }

    // Bundles.

    private func define(_ step: Value, _ scope: Scope) throws -> Value {
        let name = step["name"]?.string ?? ""
        let id = try engine.bundle(
            name, traceable: step["traceable"] == true, external: step["external"] == true, catches: step["catch"] != false,
            code: step["trainable"] == true ? step["code"]?.string : nil)
        bundles[name] = Bundle(id: id, step: step, scope: scope)
        guard let code = engine.record.bundles.all[id.index].code else { return .none }
        scope.own[name + ".code"] = .node(code)
        return self.name(code)
    }

    private func call(_ step: Value, _ scope: Scope) throws -> NodeID {
        guard let name = step["bundle"]?.string, let bundle = bundles[name] else { throw Left() }
        let parameters = (bundle.step["args"]?.items ?? []).compactMap(\.string)
        var given: [(name: String, argument: BundleArgument)] = []
        let values = step["args"]?.items ?? []
        guard values.count <= parameters.count else { throw Left() }
        for (name, value) in zip(parameters, values) { given.append((name, argument(try thing(value, scope)))) }
        for parameter in parameters {
            guard let value = step["named"]?[parameter] else { continue }
            given.append((parameter, argument(try thing(value, scope))))
        }
        let source = try code(of: bundle) ?? name
        let traced = bundle.step["traceable"] == true && engine.isTracing
        return try engine.call(bundle.id, given) { call in
            let inner = Scope(self.bundles[source]?.scope)
            if case .dict(let defaults)? = bundle.step["optional"] {
                for (key, value) in defaults { inner.own[key.value.text] = .data(value) }
            }
            for (name, node) in call.arguments { inner.own[name] = traced ? .node(node) : .data(self.engine.read(node)) }
            return try self.run(self.bundles[source]?.step ?? .none, inner)
        }
    }

    /// The name of the body that the code of a trainable bundle runs. Code that names none does not compile.
    private func code(of bundle: Bundle) throws -> String? {
        guard let code = engine.record.bundles.all[bundle.id.index].code else { return nil }
        guard case .string(let text) = engine.value(code), let start = text.firstRange(of: "run(\"")?.upperBound,
            let end = text[start...].firstIndex(of: "\"")
        else { throw try engine.codeFailure(bundle.id, OperatorFailure(type: "SyntaxError", message: "it does not compile")) }
        return String(text[start..<end])
    }

    private func run(_ bundle: Value, _ scope: Scope) throws -> BundleResult {
        do {
            for step in bundle["body"]?.items ?? [] { _ = try perform(step, scope) }
            guard let returns = bundle["returns"] else { return .value(.none) }
            switch try thing(returns, scope) {
            case .node(let id): return .node(id)
            case .data(let value): return .value(value)
            case let other: return .node(try engine.node(for: argument(other)))
            }
        } catch TraceError.execution(_, let type, let message, _) {
            // A failure inside fails the function, as an error of the workflow's language.
            throw OperatorFailure(type: "ExecutionError", message: "(\(type)) \(message)")
        }
    }

    // Optimizers.

    private func makeOptimizer(_ step: Value, _ scope: Scope) throws -> Value {
        let parameters = try (step["parameters"]?.items ?? []).map { try node($0, scope) }
        var writes: [(parameter: NodeID, value: Value)] = []
        for write in step["writes"]?.items ?? [] {
            guard let pair = write.items, pair.count == 2 else { continue }
            writes.append((try node(pair[0], scope), pair[1]))
        }
        let name = step["name"]?.string ?? ""
        optimizers[name] = try engine.optimizer(.custom, parameters, OptimizerOptions(name: name)) { _, _ in writes }
        return .none
    }

    func name(_ id: NodeID) -> Value { .string(engine.record.name(id)) }
    func names(_ ids: some Sequence<NodeID>) -> Value { .list(ids.map(name)) }
}

extension Value {
    subscript(key: String) -> Value? {
        if case .dict(let dict) = self { return dict[.string(key)] }
        return nil
    }
    var items: [Value]? {
        if case .list(let items) = self { return items }
        return nil
    }
    var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }
    var int: Int? {
        if case .int(let number) = self { return number }
        return nil
    }
}

extension Value {
    /// A dictionary with string keys.
    static func of(_ elements: KeyValuePairs<String, Value>) -> Value {
        .dict(OrderedDictionary(uniqueKeysWithValues: elements.map { (.string($0.key), $0.value) }))
    }
}
