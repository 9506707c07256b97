/// The options of a call of a language model, beside its prompt. The server or the session decides about those that are nil.
public struct ModelCallOptions: Sendable {
    /// Each is a node, or a value that gets one named after the setting.
    public var system: Engine.Operand?
    public var model: Engine.Operand?
    public var temperature: Engine.Operand?
    public var maxTokens: Engine.Operand?
    /// Sent as it is given; no node is made of it.
    public var extra: RequestFields

    public init(
        system: Engine.Operand? = nil, model: Engine.Operand? = nil, temperature: Engine.Operand? = nil, maxTokens: Engine.Operand? = nil,
        extra: RequestFields = RequestFields()
    ) {
        self.system = system
        self.model = model
        self.temperature = temperature
        self.maxTokens = maxTokens
        self.extra = extra
    }
}

extension Engine {
    /// The name of the nodes that calls of a model make.
    public static let modelCallName = "call_llm"

    /// Asks a language model, traced: the answer is a node whose inputs are the prompt and the settings that were given.
    ///
    /// If a model does not answer, no input value is at fault, so there is no exception node for feedback to go to.
    ///
    /// - Throws: `TraceError.model`, `TraceError.noModel` or `TraceError.promptTooLong`, and then there is no node of the answer;
    ///   `TraceError.invalid` for useless settings; the answerer's error.
    public func askModel(_ prompt: Operand, _ options: ModelCallOptions = ModelCallOptions()) throws -> NodeID {
        try operation {
            var inputs: [(name: String, node: NodeID)] = []
            func take(_ operand: Operand?, _ name: String) throws(TraceError) -> Value? {
                let id: NodeID
                switch operand {
                case nil: return nil
                case .node(let known)?: id = known
                case .value(let value)?: id = try node(value, NodeOptions(name: name))
                }
                inputs.append((name, id))
                return read(id)
            }
            let prompt = try take(prompt, "prompt") ?? .none
            let system = try take(options.system, "system")
            var odd: [String] = []
            for ((name, node), value) in zip(inputs, [prompt] + (system.map { [$0] } ?? [])) {
                if case .string = value { continue }
                odd.append("the \(name) \(record.name(node)) is \(Words.withArticle(value.typeName))")
            }
            var request = ModelRequest((system.map { [ChatMessage(.system, $0.text)] } ?? []) + [ChatMessage(.user, prompt.text)])
            request.model = try setting(try take(options.model, "model"), "model", like: "")
            request.temperature = try setting(try take(options.temperature, "temperature"), "temperature", like: 0.0)
            request.maxTokens = try setting(try take(options.maxTokens, "max_tokens"), "max_tokens", like: 0)
            request.extra = options.extra
            try check(request)
            let question = ModelQuestion(asker: .call(Self.modelCallName), parts: [ModelQuestion.Part(request, for: "an answer")])
            try requireFit(question)
            let text = try text(of: try ask(question), question.asker)
            return try message(
                .message, base: Self.modelCallName, value: .string(text),
                description: "[\(Self.modelCallName)] Gives what a language model answers to the prompt.", inputs: inputs,
                detail: odd.isEmpty ? nil : NodeDetail(report: "\(odd.joined(separator: ", and ")), and was sent in words"))
        }
    }

    private func text(of reply: ModelReply, _ asker: ModelQuestion.Asker) throws(TraceError) -> String {
        switch reply {
        case .whole(let text): return text
        case .own: throw failed(.noModel(asker))
        case .results(let results):
            switch results.first?.result {
            case .success(let answer)?: return try text(of: answer, results[0].request, asker)
            case .failure(let error)?: throw failed(.model(asker, error))
            case nil: throw failed(.model(asker, ModelError(.protocolViolation, "nothing came")))
            }
        }
    }

    /// The answer without the model's thoughts before it. An answer that was cut off is taken: a limit may be set to get just the beginning.
    private func text(of answer: ModelAnswer, _ request: ModelRequest, _ asker: ModelQuestion.Asker) throws(TraceError) -> String {
        switch AnswerEnd(answer, of: request) {
        case .thoughts(let reason), .silent(let reason):
            throw failed(.model(asker, ModelError(.protocolViolation, reason, retries: answer.retries)))
        case .whole, .cut: break
        }
        do throws(AnswerFault) {
            return try AnswerFault.requireAnswer(in: answer.text, as: .plain)
        } catch {
            throw failed(
                .model(asker, ModelError(.protocolViolation, "the answer cannot be used: \(error.reason)", retries: answer.retries)))
        }
    }

    private func setting<T: ValueConvertible>(_ value: Value?, _ name: String, like model: Value) throws(TraceError) -> T? {
        guard let value, value != .none else { return nil }
        if case .success(let converted) = value.converted(toTypeOf: model), let setting = T(traceValue: converted) { return setting }
        throw .invalid(
            "\(name) of a call of a language model must be \(model.typeName == "str" ? "text" : "a number"), and is \(value.short(40))")
    }

    private func check(_ request: ModelRequest) throws(TraceError) {
        if let temperature = request.temperature, !(temperature >= 0 && temperature <= 2) {
            throw .invalid("a temperature must be a number from 0 to 2, and is \(Value.text(of: temperature))")
        }
        if let most = request.maxTokens, most < 1 { throw .invalid("max_tokens must be a number from 1, and is \(most)") }
        if request.model?.isEmpty == true { throw .invalid("model must be a model's name, and is empty") }
    }
}
