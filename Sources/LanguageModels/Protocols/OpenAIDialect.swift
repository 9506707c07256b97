import Trace

/// Chat completions as OpenAI has them, and vLLM, llama.cpp, Ollama, LiteLLM, OpenRouter and others after it.
struct OpenAIDialect: Dialect {
    var path: String { "/chat/completions" }

    func keyHeader(at url: String) -> (name: String, prefix: String) {
        ServerAddress.isAzure(url) ? ("api-key", "") : ("Authorization", "Bearer ")
    }

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
        return body(members, with: request.extra)
    }

    func read(_ event: ServerEvent, into answer: inout PartialAnswer) throws(ReadingError) {
        if event.isDone {
            answer.isComplete = true
            return
        }
        guard let document = try document(in: event) else { return }
        if document["choices"] == nil, document["usage"] == nil, let error = ServerError(inPlaceOfAnswer: document) {
            throw .reported(error)
        }
        try read(document, choice: "delta", into: &answer)
    }

    func read(_ document: JSON, into answer: inout PartialAnswer) throws(ReadingError) {
        if let error = ServerError(document) { throw .reported(error) }
        if document["choices"] == nil, let error = ServerError(inPlaceOfAnswer: document) { throw .reported(error) }
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

    /// - Parameter key: the key of a choice's text: `delta` in a stream, `message` otherwise.
    private func read(_ document: JSON, choice key: String, into answer: inout PartialAnswer) throws(ReadingError) {
        if let model = document["model"]?.text, !model.isEmpty { answer.model = Self.name(ofModel: model) }
        if let usage = document["usage"] {
            if let tokens = usage["prompt_tokens"]?.count { answer.promptTokens = tokens }
            if let tokens = usage["completion_tokens"]?.count { answer.completionTokens = tokens }
            let thought = usage["completion_tokens_details"]?["reasoning_tokens"] ?? usage["reasoning_tokens"]
            if thought?.count ?? 0 > 0 { answer.hasThoughts = true }
        }
        guard let choices = document["choices"], !choices.isNull else { return }
        guard let items = choices.items else { throw .malformed("has choices that are not a list") }
        // Others than the first were not asked for.
        guard let choice = items.first(where: { ($0["index"]?.count ?? 0) == 0 }) else { return }
        guard case .object = choice else { throw .malformed("has a choice that is not an object") }
        if let error = ServerError(choice) { throw .reported(error) }
        answer.hasAnswer = true
        if let message = choice[key] ?? choice["message"] ?? choice["delta"], !message.isNull {
            guard case .object = message else { throw .malformed("has a \(key) that is not an object") }
            try read(message: message, into: &answer)
        } else if let text = choice["text"]?.text {
            answer.append(text)
        }
        try read(ending: choice["finish_reason"], into: &answer)
        // A server between may put a plain word for what the model's own server said.
        if let native = choice["native_finish_reason"]?.text, answer.ending == .whole, (try? PartialAnswer.Ending(native)) == .cut {
            answer.ending = .cut
        }
    }

    private static let thoughts = ["reasoning_content", "reasoning", "reasoning_text", "thinking", "thoughts", "reasoning_details"]

    private func read(message: JSON, into answer: inout PartialAnswer) throws(ReadingError) {
        if Self.thoughts.contains(where: { message[$0].map { $0.text.map { !$0.isEmpty } ?? ($0.items?.isEmpty == false) } ?? false }) {
            answer.hasThoughts = true
        }
        switch message["content"] {
        case nil, .null: break
        case .string(let text): answer.append(text)
        case .array(let parts):
            for part in parts {
                switch part["type"]?.text {
                case "text", "output_text":
                    guard let text = part["text"]?.text else { throw .malformed("has a part without text") }
                    answer.append(text)
                case "thinking", "reasoning": answer.hasThoughts = true
                default: break
                }
            }
        default: throw .malformed("has a content that is not text")
        }
        if let refusal = message["refusal"]?.text { answer.refusal += refusal }
        if let calls = message["tool_calls"]?.items, !calls.isEmpty, answer.ending == nil { answer.ending = .tool }
    }

    private func read(ending reason: JSON?, into answer: inout PartialAnswer) throws(ReadingError) {
        guard let reason, !reason.isNull else { return }
        let word = reason.text ?? reason.line
        if !word.isEmpty { answer.ending = try PartialAnswer.Ending(word) }
    }
}
