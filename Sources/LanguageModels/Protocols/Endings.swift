extension PartialAnswer.Ending {
    /// The meaning of a server's word for the end of an answer. Servers of one protocol use different words.
    ///
    /// - Throws: `ReadingError.reported` for words that say that the server or the model failed.
    init(_ reason: String) throws(ReadingError) {
        let word = reason.lowercased()
        func has(_ parts: String...) -> Bool { parts.contains { word.contains($0) } }
        if Self.usual.contains(word) {
            self = .whole
        } else if Self.failures.contains(word) {
            throw .reported(ServerError(message: word == "error" ? "the model failed" : "the model ended with \(reason)", status: 502))
        } else if ["tool_calls", "tool_call", "function_call", "tool_use"].contains(word) {
            self = .tool
        } else if word == "refusal" {
            self = .refused
        } else if has(
            "length", "max_token", "max_output", "max_new_token", "max_completion", "token_limit", "context_window", "incomplete", "truncat"
        ) {
            self = .cut
        } else if has(
            "filter", "safety", "blocklist", "prohibited", "recitation", "spii", "sensitive", "moderation", "guardrail", "content_policy")
        {
            self = .filtered
        } else {
            self = .odd(reason)
        }
    }

    private static let usual: Set<String> = [
        "stop", "end_turn", "stop_sequence", "eos", "eos_token", "end", "complete", "completed", "done", "finished", "finish", "normal",
        "finish_reason_stop", "stop_token",
    ]
    private static let failures: Set<String> = [
        "error", "failed", "failure", "abort", "aborted", "cancelled", "canceled", "interrupted", "timeout", "network_error",
        "insufficient_system_resource", "engine_overloaded", "internal_error", "server_error",
    ]
}
