import Trace

/// Messages in Anthropic's form. There is no JSON mode.
struct AnthropicDialect: Dialect {
    var path: String { "/v1/messages" }

    var headers: [String] { ["anthropic-version: 2023-06-01"] }

    func keyHeader(at url: String) -> (name: String, prefix: String) { ("x-api-key", "") }

    /// The greatest number of tokens of requests that name none: one is required, and older models take no more than 4096.
    static func mostTokens(_ quirks: Quirks) -> Int { quirks.contains(.maxTokens) ? 4096 : 8192 }

    func body(for request: ModelRequest, model: String, quirks: Quirks) -> JSON {
        // The system's part is separate, and something must be left for the user.
        var rest = request.messages.filter { $0.role != .system }
        var system = request.messages.filter { $0.role == .system }.map(\.content).joined(separator: "\n\n")
        if rest.isEmpty {
            rest = [ChatMessage(.user, system)]
            system = ""
        }
        let most = request.maxTokens ?? Self.mostTokens(quirks)
        var members: [JSON.Member] = [JSON.Member("model", .string(model)), JSON.Member("max_tokens", .int(most))]
        if !system.isEmpty { members.append(JSON.Member("system", .string(system))) }
        let messages = rest.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] as JSON }
        members.append(JSON.Member("messages", .array(messages)))
        if let temperature = request.temperature, !quirks.contains(.temperature) {
            members.append(JSON.Member("temperature", .number(temperature)))
        }
        if !quirks.contains(.stream) { members.append(JSON.Member("stream", true)) }
        return body(members, with: request.extra)
    }

    func read(_ event: ServerEvent, into answer: inout PartialAnswer) throws(ReadingError) {
        if event.isDone {
            answer.isComplete = true
            return
        }
        guard let document = try document(in: event) else { return }
        switch document["type"]?.text ?? event.name {
        case "message_start":
            guard let message = document["message"], case .object = message else {
                throw .malformed("begins without a message")
            }
            answer.hasAnswer = true
            if let model = message["model"]?.text { answer.model = model }
            read(usage: message["usage"], into: &answer)
        case "content_block_start":
            if let block = document["content_block"], !isThought(block, into: &answer), block["type"]?.text == "text" {
                answer.append(try text(of: block))
            }
        case "content_block_delta":
            if let delta = document["delta"], !isThought(delta, into: &answer), delta["type"]?.text == "text_delta" {
                answer.append(try text(of: delta))
            }
        case "message_delta":
            try read(ending: document["delta"]?["stop_reason"], into: &answer)
            read(usage: document["usage"], into: &answer)
        case "message_stop": answer.isComplete = true
        default: if let error = ServerError(inPlaceOfAnswer: document), document["type"] == nil { throw .reported(error) }
        }
    }

    func read(_ document: JSON, into answer: inout PartialAnswer) throws(ReadingError) {
        if let error = ServerError(document) { throw .reported(error) }
        guard let blocks = document["content"]?.items else {
            if let error = ServerError(inPlaceOfAnswer: document) { throw .reported(error) }
            throw .malformed("holds no content")
        }
        answer.hasAnswer = true
        for block in blocks where !isThought(block, into: &answer) && block["type"]?.text == "text" {
            answer.append(try text(of: block))
        }
        if let model = document["model"]?.text { answer.model = model }
        try read(ending: document["stop_reason"], into: &answer)
        read(usage: document["usage"], into: &answer)
        answer.isComplete = true
    }

    /// Whether a block, or a piece of one, are thoughts, which may be hidden.
    private func isThought(_ block: JSON, into answer: inout PartialAnswer) -> Bool {
        guard ["thinking", "redacted_thinking", "thinking_delta", "signature_delta"].contains(block["type"]?.text) else { return false }
        answer.hasThoughts = true
        return true
    }

    private func text(of block: JSON) throws(ReadingError) -> String {
        guard let text = block["text"]?.text else { throw .malformed("has a block without text") }
        return text
    }

    private func read(usage: JSON?, into answer: inout PartialAnswer) {
        if let tokens = usage?["input_tokens"]?.count {
            // Tokens that are written to the server's cache, and read from it, are not in the first number.
            let cached = ["cache_creation_input_tokens", "cache_read_input_tokens"].compactMap { usage?[$0]?.count }
            answer.promptTokens = cached.reduce(tokens, +)
        }
        if let tokens = usage?["output_tokens"]?.count { answer.completionTokens = tokens }
    }

    private func read(ending reason: JSON?, into answer: inout PartialAnswer) throws(ReadingError) {
        if let word = reason?.text, !word.isEmpty { answer.ending = try PartialAnswer.Ending(word) }
    }
}
