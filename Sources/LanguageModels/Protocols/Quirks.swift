import Trace

/// The unsupported parts of a server. A request is sent again without them at once; the working set is remembered for the endpoint.
struct Quirks: OptionSet, Hashable, Sendable {
    var rawValue: Int

    static let stream = Quirks(rawValue: 1 << 0)
    static let streamOptions = Quirks(rawValue: 1 << 1)
    static let jsonMode = Quirks(rawValue: 1 << 2)
    static let temperature = Quirks(rawValue: 1 << 3)
    /// It requires the other name for the token limit, or a smaller number than our default.
    static let maxTokens = Quirks(rawValue: 1 << 4)
    /// It does not accept system messages: their text goes before the user's.
    static let systemRole = Quirks(rawValue: 1 << 5)

    /// The parts to omit, or to restore, after a server's refusal of a request; nil if the refusal is about none of them.
    ///
    /// - Parameters:
    ///   - message: the whole body of the refusal.
    ///   - isUnexplained: whether the server refuses the request as such, or fails over it each time.
    ///   - tried: the changes made for this request so far, so that nothing goes in circles.
    func changed(
        by message: String, isUnexplained: Bool, refusing request: ModelRequest, to api: ModelEndpoint.API, tried: Quirks
    ) -> (
        Quirks, changing: Quirks
    )? {
        let message = message.lowercased()
        func says(_ words: String...) -> Bool { words.contains { message.contains($0) } }
        func changed(_ quirk: Quirks, _ applies: Bool) -> (Quirks, Quirks)? {
            applies && !tried.contains(quirk) ? (symmetricDifference(quirk), quirk) : nil
        }
        let isOpenAI = api == .openAI
        let isStreaming = !contains(.stream)
        let asksForJSON = isOpenAI && request.wantsJSON && !contains(.jsonMode) && !request.extra.has("response_format")
        let limit = isOpenAI ? request.maxTokens != nil : request.maxTokens == nil
        return changed(.streamOptions, isOpenAI && isStreaming && !contains(.streamOptions) && says("stream_options", "include_usage"))
            ?? changed(
                .systemRole, request.messages.contains { $0.role == .system } && !contains(.systemRole) && Self.isAboutSystem(message))
            ?? changed(
                .jsonMode, asksForJSON && says("response_format", "response format", "json", "grammar", "structured output", "guided"))
            ?? changed(.maxTokens, limit && says("max_tokens", "max_completion_tokens"))
            ?? changed(.temperature, request.temperature != nil && !contains(.temperature) && says("temperature"))
            ?? changed(.stream, isStreaming && message.split { !$0.isLetter }.contains { $0 == "stream" || $0 == "streaming" })
            // Refused without a reason: the most frequent difference between servers is omitted once.
            ?? changed(.jsonMode, asksForJSON && isUnexplained)
    }

    /// Whether a server says that it takes no message of the system's.
    private static func isAboutSystem(_ message: String) -> Bool {
        func says(_ words: [String]) -> Bool { words.contains { message.contains($0) } }
        if says(["roles must alternate", "role must alternate", "only user and assistant", "only user, assistant", "developer instruction"])
        {
            return true
        }
        // "Input should be 'user' or 'assistant'" about a role, whatever the words.
        let words = message.split { !$0.isLetter }
        if words.contains(where: { ["role", "roles"].contains($0) }), words.contains(where: { ["user", "assistant"].contains($0) }) {
            return true
        }
        guard says(["system"]), says(["role", "message", "instruction", "prompt"]) else { return false }
        return says([
            "not support", "unsupport", "n't support", "not allow", "n't allow", "not enabled", "invalid", "unexpected", "not accept",
            "unknown",
            "only", "must", "cannot", "can't", "no system", "without", "does not have", "not permitted", "disallowed", "not available",
            "not take",
        ])
    }
}
