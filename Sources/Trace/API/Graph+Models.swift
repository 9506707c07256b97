extension Graph {
    /// Asks a language model, traced: the answer is a node `call_llm:0` whose inputs are the prompt and the settings that were given, each
    /// of which may be a node.
    ///
    /// - Parameter system: the system message, before the prompt.
    /// - Parameter model: a configured model's name; nil is the one that is asked without a name.
    /// - Throws: `TraceError.model`, `TraceError.noModel` or `TraceError.promptTooLong` when there is no answer; `TraceError.invalid` for
    ///   settings that are of no use, or a node of another graph; what the graph's answerer throws.
    public func llm(
        _ prompt: any NodeArgument, system: (any NodeArgument)? = nil, model: (any NodeArgument)? = nil,
        temperature: (any NodeArgument)? = nil, maxTokens: (any NodeArgument)? = nil, fileID: StaticString = #fileID, line: Int = #line
    ) throws -> Node {
        func setting(_ argument: (any NodeArgument)?, _ name: String) throws -> Engine.Operand? {
            try argument.map { try operand($0, named: name) }
        }
        return try at(fileID, line) {
            let options = ModelCallOptions(
                system: try setting(system, "system"), model: try setting(model, "model"),
                temperature: try setting(temperature, "temperature"), maxTokens: try setting(maxTokens, "max_tokens"))
            return wrap(try engine.askModel(try operand(prompt, named: "prompt"), options))
        }
    }
}
