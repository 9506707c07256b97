import Trace

/// What a server turned out not to take. A request is sent again without it at once; what helped is remembered for the endpoint.
struct Quirks: OptionSet, Hashable, Sendable {
    var rawValue: Int

    static let stream = Quirks(rawValue: 1 << 0)
    static let streamOptions = Quirks(rawValue: 1 << 1)
    static let jsonMode = Quirks(rawValue: 1 << 2)
    static let temperature = Quirks(rawValue: 1 << 3)
    /// It wants the other name for the most tokens, or a smaller number where we chose it.
    static let maxTokens = Quirks(rawValue: 1 << 4)

    /// What to leave out, or to take back, after a server's refusal of a request; nil if the refusal speaks of none of it.
    ///
    /// - Parameters:
    ///   - message: the whole body of the refusal.
    ///   - tried: what was already changed for this request, so that nothing goes in circles.
    func changed(by message: String, refusing request: ModelRequest, to api: ModelEndpoint.API, tried: Quirks) -> (
        Quirks, changing: Quirks
    )? {
        let message = message.lowercased()
        func says(_ words: String...) -> Bool { words.contains { message.contains($0) } }
        func changed(_ quirk: Quirks, _ applies: Bool) -> (Quirks, Quirks)? {
            applies && !tried.contains(quirk) ? (symmetricDifference(quirk), quirk) : nil
        }
        let isOpenAI = api == .openAI
        let isStreaming = !contains(.stream)
        let limit = isOpenAI ? request.maxTokens != nil : request.maxTokens == nil
        return changed(.streamOptions, isOpenAI && isStreaming && !contains(.streamOptions) && says("stream_options", "include_usage"))
            ?? changed(
                .jsonMode,
                isOpenAI && request.wantsJSON && !contains(.jsonMode) && says("response_format", "json_object", "json mode", "json_schema"))
            ?? changed(.maxTokens, limit && says("max_tokens", "max_completion_tokens"))
            ?? changed(.temperature, request.temperature != nil && !contains(.temperature) && says("temperature"))
            ?? changed(.stream, isStreaming && message.split { !$0.isLetter }.contains { $0 == "stream" || $0 == "streaming" })
    }
}
