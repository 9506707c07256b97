import Trace

/// The differences of requests to an endpoint from the original ones, because its server refused something before.
struct Adaptation: Sendable {
    var quirks: Quirks = []
    /// The most tokens that an answer may have, whatever is asked.
    var mostTokens: Int?
    /// The tokens that prompt and answer may have together.
    var context: Int?
    /// The tokens that are left for the answer to one very prompt.
    var left: Int?

    /// The part that other requests can use.
    var general: Adaptation {
        var out = self
        out.left = nil
        return out
    }

    /// A request as it is sent.
    func adapted(_ request: ModelRequest, to api: ModelEndpoint.API) -> ModelRequest {
        var request = request
        if quirks.contains(.systemRole) { request.messages = Self.folded(request.messages) }
        guard let asked = Self.asked(request, api, quirks) else { return request }
        var most = asked
        if let mostTokens { most = min(most, mostTokens) }
        if let left {
            most = min(most, left)
        } else if let context {
            // An estimate: where it is too low, the server says by how much.
            let room = context - request.estimatedTokens * 5 / 4 - 32
            if room >= 64 { most = min(most, room) }
        }
        if most < asked { request.maxTokens = most }
        return request
    }

    private static func asked(_ request: ModelRequest, _ api: ModelEndpoint.API, _ quirks: Quirks) -> Int? {
        request.maxTokens ?? (api == .anthropic ? AnthropicDialect.mostTokens(quirks) : nil)
    }

    /// Messages without the system's, whose text comes before the user's first.
    private static func folded(_ messages: [ChatMessage]) -> [ChatMessage] {
        let system = messages.filter { $0.role == .system }.map(\.content).joined(separator: "\n\n")
        var rest = messages.filter { $0.role != .system }
        if let first = rest.firstIndex(where: { $0.role == .user }) {
            rest[first].content = system + "\n\n" + rest[first].content
        } else {
            rest.insert(ChatMessage(.user, system), at: 0)
        }
        return rest
    }

    /// The same with fewer tokens for the answer, after a refusal that says how many there may be; nil if it says nothing of that, or if
    /// fewer would not help.
    func bounded(by refusal: String, refusing request: ModelRequest, to api: ModelEndpoint.API) -> Adaptation? {
        guard let asked = Self.asked(adapted(request, to: api), api, quirks) else { return nil }
        let limits = TokenLimits(refusal, asked: asked)
        var out = self
        if let context = limits.context {
            out.context = context
            let room = context - (limits.prompt ?? request.estimatedTokens * 5 / 4 + 32)
            // An estimate of the prompt may have been too low: then half as many may do.
            guard room >= 16, room < asked || limits.prompt == nil && asked >= 128 else { return nil }
            out.left = min(room, room < asked ? room : asked / 2)
            return out
        }
        guard let most = limits.answer, most > 0, most < asked else { return nil }
        out.mostTokens = most
        return out
    }
}

/// The numbers of tokens that a refusal names.
struct TokenLimits: Equatable {
    /// The limit of prompt and answer together.
    var context: Int?
    var prompt: Int?
    /// The limit of an answer.
    var answer: Int?

    /// - Parameter asked: the tokens that were asked for.
    init(_ refusal: String, asked: Int) {
        // Only a beginning of it: a server's page may be long.
        let text = String(refusal.prefix(4000)).lowercased().replacing(/(\d)[,_](\d{3})/) { "\($0.output.1)\($0.output.2)" }
        func number(_ text: Substring?) -> Int? { text.flatMap { Int($0) }.flatMap { $0 < 1 << 40 ? $0 : nil } }
        if let found = text.firstMatch(of: /(\d+)\s*\+\s*(\d+)\s*>\s*(\d+)/) {
            (prompt, context) = (number(found.output.1), number(found.output.3))
        } else if let found = text.firstMatch(of: /(\d+)\s*>\s*(\d+)\s*-\s*(\d+)/) {
            (context, prompt) = (number(found.output.2), number(found.output.3))
        } else if text.contains("context") || text.contains("max_model_len") || text.contains("sequence length")
            || text.contains("`inputs`")
        {
            context = number(
                text.firstMatch(
                    of: /(?:context(?: length| window| size|_length|_size|_window)?|max_model_len|sequence length|<=)[^0-9]{0,40}(\d+)/)?
                    .output.1)
            prompt =
                number(
                    text.firstMatch(of: /(\d+)\s*(?:tokens\s*)?(?:in|from|of)\s+(?:the\s+|your\s+)?(?:messages|prompt|text input|input)/)?
                        .output.1)
                ?? number(text.firstMatch(of: /(\d+)\s*(?:`?inputs?`?|prompt)\s*tokens/)?.output.1)
                ?? number(text.firstMatch(of: /requested\s+(?:about\s+)?(\d+)/)?.output.1).flatMap { $0 > asked ? $0 - asked : nil }
            if let context, context >= 1 << 30 { self.context = nil }
        }
        guard context == nil, text.contains("token") else { return }
        let forms = [
            /at most\s+`?(\d+)/, /less than or equal to\s+`?(\d+)/, /\[\s*\d+\s*,\s*(\d+)\s*\]/, /between\s+\d+\s+and\s+(\d+)/,
            /<=\s*`?(\d+)/,
            />\s*(\d+)/, /up to\s+(\d+)/, /maximum[^0-9]{0,60}(\d+)/, /limit[^0-9]{0,30}(\d+)/, /exceed[^0-9]{0,40}(\d+)/,
            /supports?[^0-9]{0,30}(\d+)/,
        ]
        answer = forms.lazy.compactMap { number(text.firstMatch(of: $0)?.output.1) }.first { $0 < asked && $0 > 0 }
    }
}
