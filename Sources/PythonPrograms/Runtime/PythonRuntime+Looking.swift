import Debugging
import Foundation
import Trace

extension PythonRuntime: Stepping {
    package var lineByLine: (any LineByLine)? { nil }

    package var thread: String? {
        guard let hold = holds.last else { return nil }
        if let task = hold.optionalString("task") { return task }
        return hold.optionalInt("th").flatMap { $0 == 0 ? nil : "thread \($0)" }
    }

    package func frames() throws(WorkflowFailure) -> [CallFrame] {
        (holds.last?.stack ?? []).map { call in
            CallFrame(
                function: call.function == "<module>" ? "main" : call.function, site: mirror.site(call.place),
                definition: call.function == "<module>" ? 0 : call.definition)
        }
    }

    package func locals(frame: Int) throws(WorkflowFailure) -> [Variable] {
        if let known = locals[frame] { return known }
        if holds.isEmpty { return [] }
        let reply = try ask("locals", [.init("frame", .int(frame))])
        let variables = (reply["locals"]?.array ?? []).compactMap { item -> Variable? in
            guard let parts = item.array, parts.count == 3, let name = parts[0].string, let type = parts[1].string else { return nil }
            return variable(name, type, parts[2])
        }
        locals[frame] = variables
        return variables
    }

    package func linesWithCode(in file: String) -> [Int]? { linesWithCode(file) }

    package func canLoad(_ file: String) -> Bool {
        file.hasSuffix(".py") && access(mirror.path(ofShown: file), R_OK) == 0
    }

    private func variable(_ name: String, _ type: String, _ wire: WireValue, text: String? = nil) -> Variable {
        if let number = wire["$node"]?.int, let id = mirror.nodes[number] {
            let data = engine.value(id)
            return Variable(name: name, type: type, text: text ?? "\(engine.record.name(id)) = \(data.python(80))", subject: .node(id))
        }
        if let number = wire["$optimizer"]?.int, let id = mirror.optimizers[number] {
            return Variable(name: name, type: type, text: text ?? engine.record.optimizers[id.index].name, subject: .optimizer(id))
        }
        let value = mirror.value(wire)
        if case .object = value { return Variable(name: name, type: type, text: text ?? value.text, subject: .other) }
        return Variable(name: name, type: type, text: text ?? value.python(400, type: type), subject: .value(value))
    }
}

extension PythonRuntime: Evaluating {
    package func evaluate(_ code: String, frame: Int?, looks: Bool) throws(WorkflowFailure) -> Variable {
        mirror.byHand.moments.append(engine.state.events)
        let reply = try ask("eval", [.init("code", .string(code)), .init("frame", .int(frame ?? 0))])
        locals = [:]
        return variable(
            "", reply["type"]?.string ?? "object", reply["v"] ?? .null, text: reply["text"]?.string)
    }

    package func checkExpression(_ code: String) throws(WorkflowFailure) {
        if holds.isEmpty { return }
        _ = try ask("compile", [.init("code", .string(code))])
    }
}
