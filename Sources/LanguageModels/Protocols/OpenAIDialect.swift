import Trace

/// Chat completions as OpenAI has them, and vLLM, llama.cpp, Ollama, LiteLLM, OpenRouter and others after it.
struct OpenAIDialect: Dialect {
    var path: String { "/chat/completions" }

    func headers(key: Secret?) -> [String] { key.map { ["Authorization: Bearer \($0.revealed)"] } ?? [] }

    func body(for request: ModelRequest, model: String, quirks: Quirks) -> JSON {
        var members: [JSON.Member] = []
        if !model.isEmpty { members.append(JSON.Member("model", .string(model))) }
        let messages = request.messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] as JSON }
        members.append(JSON.Member("messages", .array(messages)))
        if let temperature = request.temperature, !quirks.contains(.temperature) {
            members.append(JSON.Member("temperature", .number(temperature)))
        }
        if let most = request.maxTokens {
            members.append(JSON.Member(quirks.contains(.maxTokens) ? "max_completion_tokens" : "max_tokens", .int(most)))
        }
        if request.wantsJSON, !quirks.contains(.jsonMode) { members.append(JSON.Member("response_format", ["type": "json_object"])) }
        if !quirks.contains(.stream) {
            members.append(JSON.Member("stream", true))
            if !quirks.contains(.streamOptions) { members.append(JSON.Member("stream_options", ["include_usage": true])) }
        }
        return .object(members)
    }

    func read(_ event: ServerEvent, into answer: inout PartialAnswer) throws(ReadingError) {
        if event.data == "[DONE]" {
            answer.isComplete = true
            return
        }
        let document = try document(in: event)
        if let error = ServerError(document) { throw .reported(error) }
        try read(document, choice: "delta", into: &answer)
    }

    func read(_ document: JSON, into answer: inout PartialAnswer) throws(ReadingError) {
        if let error = ServerError(document) { throw .reported(error) }
        try read(document, choice: "message", into: &answer)
        if !answer.hasAnswer { throw .malformed("holds no choices") }
        answer.isComplete = true
    }

    /// The name of a model. Servers that run a file call it by its path, which says where it lies on that machine and nothing of the model.
    static func name(ofModel text: String) -> String {
        let isPath = text.hasPrefix("/") || text.prefixMatch(of: /[A-Za-z]:[\\\/]/) != nil
        let last = text.split { $0 == "/" || $0 == "\\" }.last
        return isPath ? last.map(String.init) ?? text : text
    }

    /// - Parameter key: where a choice has its text: `delta` in a stream, `message` otherwise.
    private func read(_ document: JSON, choice key: String, into answer: inout PartialAnswer) throws(ReadingError) {
        if let model = document["model"]?.text, !model.isEmpty { answer.model = Self.name(ofModel: model) }
        if let usage = document["usage"] {
            if let tokens = usage["prompt_tokens"]?.count { answer.promptTokens = tokens }
            if let tokens = usage["completion_tokens"]?.count { answer.completionTokens = tokens }
        }
        guard let choices = document["choices"], !choices.isNull else { return }
        guard let items = choices.items else { throw .malformed("has choices that are no list") }
        // Others than the first were not asked for.
        guard let choice = items.first(where: { ($0["index"]?.count ?? 0) == 0 }) else { return }
        guard case .object = choice else { throw .malformed("has a choice that is no object") }
        if let error = ServerError(choice) { throw .reported(error) }
        answer.hasAnswer = true
        if let message = choice[key] ?? choice["message"] ?? choice["delta"], !message.isNull {
            guard case .object = message else { throw .malformed("has a \(key) that is no object") }
            try read(message: message, into: &answer)
        } else if let text = choice["text"]?.text {
            answer.append(text)
        }
        try read(ending: choice["finish_reason"], into: &answer)
    }

    private func read(message: JSON, into answer: inout PartialAnswer) throws(ReadingError) {
        switch message["content"] {
        case nil, .null: break
        case .string(let text): answer.append(text)
        case .array(let parts):
            for part in parts where part["type"]?.text == "text" || part["type"]?.text == "output_text" {
                guard let text = part["text"]?.text else { throw .malformed("has a part without text") }
                answer.append(text)
            }
        default: throw .malformed("has a content that is no text")
        }
        if let refusal = message["refusal"]?.text { answer.refusal += refusal }
        if let calls = message["tool_calls"]?.items, !calls.isEmpty, answer.ending == nil { answer.ending = .tool }
    }

    private func read(ending reason: JSON?, into answer: inout PartialAnswer) throws(ReadingError) {
        guard let reason, !reason.isNull else { return }
        switch reason.text {
        case nil: throw .malformed("has a finish_reason that is no text")
        case "": break
        case "length", "max_tokens": answer.ending = .cut
        case "content_filter": answer.ending = .filtered
        case "tool_calls", "function_call": answer.ending = .tool
        case "error": throw .reported(ServerError(message: "the model failed", status: 502))
        default: answer.ending = .whole
        }
    }
}
