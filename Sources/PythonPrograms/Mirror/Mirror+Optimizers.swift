import Debugging
import Trace

/// A question that the program has asked a model.
struct OpenQuestion {
    var question: ModelQuestion
    var model: String
}

extension Mirror {
    func optimizer(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("o")
        guard optimizers[number] == nil else { return }
        let parameters = try message.ints("params").compactMap { nodes[$0] }
        var options = OptimizerOptions(
            objective: message.optionalString("objective"), memory: message.optionalInt("memory").map { max(0, $0) })
        options.model = message.optionalString("llm").flatMap { $0.isEmpty ? nil : $0 }
        let kind = try message.string("kind")
        let words = try message.string("name").split(whereSeparator: \.isWhitespace)
        let name = words.isEmpty ? "optimizer\(number)" : words.joined(separator: "_")
        options.name = name
        guard let id = withRoom({ () throws(TraceError) in try engine.followOptimizer(name, ofClass: kind, parameters, options) }) else {
            return
        }
        optimizers.note(number, id)
    }

    /// The optimizer of an event; nil where the record had no room for it.
    private func optimizer(of message: PythonMessage) throws(ProtocolFault) -> OptimizerID? {
        let number = try message.int("o")
        if let id = optimizers[number] { return id }
        if fullness != nil { return nil }
        throw .unknown("optimizer", number, in: message.kind)
    }

    func propose(_ message: PythonMessage) throws(ProtocolFault) {
        guard let id = try optimizer(of: message) else { return }
        if let error = message.error {
            if error.type == "AssertionError", engine.followConflict(id) { return }
            return engine.followFailure(
                .elsewhere(code: "python-error", message: "\(engine.record.optimizers[id.index].name): \(error.words)"), of: id)
        }
        var values: [(parameter: NodeID, value: Value)] = []
        for (node, new) in try message.pairs("new") {
            if let id = node.int.flatMap({ nodes[$0] }) { values.append((id, value(new))) }
        }
        engine.followProposal(id, values)
    }

    func set(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("n")
        guard let node = nodes[number] else {
            if fullness != nil || nodes.isOracle(number) { return }
            throw .unknown("node", number, in: "set")
        }
        let new = value(try message.value("v")), by = try message.value("by")
        // Restored values come with the state of the earlier event.
        if by.string == "undo" { return }
        types[node] = message.optionalString("type").flatMap { $0 == new.typeName ? nil : $0 }
        var writer = by.string == "hand" ? ParameterVersion.Writer.hand : .workflow
        if let id = by["o"]?.int.flatMap({ optimizers[$0] }) {
            // Some optimizers write at once.
            if engine.state.proposals[id] == nil { engine.followProposal(id, [(node, new)]) }
            writer = .optimizer(id, step: by["step"]?.int ?? engine.state.steps[id.index] + 1)
        }
        guard new != engine.value(node), fullness == nil else { return }
        _ = withRoom { () throws(TraceError) in
            try engine.requireRoom(for: new)
            engine.restoreVersion(of: node, new, by: writer)
        }
    }

    func step(_ message: PythonMessage) throws(ProtocolFault) {
        guard let id = try optimizer(of: message) else { return }
        let number = try message.int("i")
        let last = engine.state.lastProposals[id].map { engine.record.proposals[$0].step }
        if last != number { engine.followProposal(id, []) }
        engine.followStep(id, number: number)
    }

    /// Forgets the latest moments, because the program can undo only a number of changes: commands without effect are not among them.
    func forgetMoments(beyond count: Int) { byHand.moments.removeLast(max(0, byHand.moments.count - max(0, count))) }

    func restore() {
        guard let moment = byHand.moments.popLast() else { return }
        engine.restore(to: moment)
    }

    // MARK: Models

    func ask(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("q"), model = message.optionalString("model") ?? "model"
        let optimizer = message.optionalInt("o").flatMap { optimizers[$0] }
        let messages = (message.fields["messages"]?.array ?? []).map { item in
            ChatMessage(ChatMessage.Speaker(rawValue: item["role"]?.string ?? "user") ?? .user, item["content"]?.string ?? "")
        }
        let step = optimizer.map { engine.state.steps[$0.index] + 1 } ?? 0
        let purpose = optimizer == nil ? "an answer" : unfinished.backwards.isEmpty ? "a proposal" : "a gradient"
        var question = ModelQuestion(
            asker: optimizer.map { .optimizer($0) } ?? .call(model), parts: [ModelQuestion.Part(ModelRequest(messages), for: purpose)],
            step: step)
        question.hasOwnModel = true
        unfinished.questions[number] = OpenQuestion(question: question, model: model)
        if (try? engine.requireRoom()) != nil { engine.followQuestion(question.asker, purpose) }
    }

    /// A question that waits, by its number.
    package func question(_ number: Int) -> ModelQuestion? { unfinished.questions[number]?.question }

    func answer(_ message: PythonMessage) throws(ProtocolFault) {
        let number = try message.int("q")
        guard let open = unfinished.questions.removeValue(forKey: number), let part = open.question.parts.first else {
            throw .unknown("question", number, in: "answer")
        }
        let result: Result<ModelAnswer, ModelError>
        if let error = message.error {
            result = .failure(ModelError(.refused, error.words))
        } else {
            let origin = message.optionalString("by").flatMap { ModelAnswer.Origin(rawValue: $0) } ?? .live
            result = .success(
                ModelAnswer(
                    text: message.optionalString("text") ?? "", origin: origin, model: origin == .hand ? "" : open.model,
                    isEstimated: true, seconds: message.fields["seconds"]?.double ?? 0))
        }
        if (try? engine.requireRoom()) != nil { engine.keep(open.question, [(part.request, result)]) }
    }
}
