import Foundation
import Trace

/// The cause of a server's refusal. Servers give the same status for many causes, and many for one: their words decide.
enum RefusalCause: Hashable {
    case credit, rate, key, length, filter, model

    /// Whether sending the request again does not help.
    var isFinal: Bool { self != .rate && self != .model }

    /// - Parameter text: all that the server said.
    init?(status: Int?, _ text: String) {
        let text = text.lowercased()
        func says(_ phrases: [String]) -> Bool { phrases.contains { text.contains($0) } }
        if status == 402 || says(Self.creditWords) && !(status == 429 && says(Self.rateWords) && !text.contains("insufficient_quota")) {
            self = .credit
        } else if status == 401 || says(Self.keyWords) {
            self = .key
        } else if status == 413 || says(Self.lengthWords) {
            self = .length
        } else if says(Self.filterWords) {
            self = .filter
        } else if status == 429 {
            self = .rate
        } else if text.contains("model"), says(Self.modelWords) {
            self = .model
        } else {
            return nil
        }
    }

    private static let creditWords = [
        "insufficient_quota", "insufficient quota", "insufficient credit", "insufficient balance", "insufficient_balance",
        "insufficient funds",
        "insufficient_credit", "billing_hard_limit", "billing hard limit", "billing_not_active", "credit balance", "out of credit",
        "no credits",
        "not enough credit", "more credits", "can only afford", "exceeded your current quota", "exceeded_current_quota", "payment required",
        "payment_required", "arrearage", "spending limit", "spend limit", "credits exhausted", "credit limit", "quota exhausted",
        "quota has been exhausted", "\u{4F59}\u{989D}\u{4E0D}\u{8DB3}", "\u{6B20}\u{8D39}",
    ]
    private static let rateWords = [
        "per minute", "perminute", "per_minute", "per second", "persecond", "per day", "perday", "retry in", "try again in", "retrydelay",
        "rate limit", "rate_limit", "requests per", "tokens per",
    ]
    private static let keyWords = [
        "api key not valid", "invalid api key", "invalid_api_key", "invalid api_key", "incorrect api key", "api_key_invalid",
        "invalid x-api-key",
        "authentication_error", "authentication fail", "authentication required", "unauthenticated", "unauthorized", "missing api key",
        "no api key", "api key is missing", "api key missing", "api key required", "api key is required", "api key is invalid",
        "api key expired",
        "api_key_expired", "invalid bearer", "invalid token", "invalid access token", "token is invalid", "token has expired",
        "invalid credentials",
        "no auth credentials", "subscription key", "didn't provide an api key", "did not provide an api key", "wrong api key",
        "bad api key",
        "invalid key", "key is not valid", "invalid authorization", "invalid authentication",
    ]
    private static let lengthWords = [
        "context length", "context_length", "context window", "context size", "context_size", "context limit", "maximum context",
        "prompt is too long", "prompt too long", "input is too long", "too many tokens", "reduce the length", "maximum prompt length",
        "request_too_large", "string_above_max_length", "max_model_len", "input tokens exceed", "exceeds the maximum number of tokens",
        "model_max_prompt_tokens_exceeded", "input token count",
    ]
    private static let filterWords = [
        "content_filter", "content filter", "contentfilter", "content management policy", "content_policy", "content policy",
        "responsibleai",
        "responsible_ai", "data_inspection_failed", "inappropriate content", "prohibited_content", "prohibited content", "safety system",
        "safety policy", "flagged", "moderation", "guardrail", "sensitive content", "usage polic", "content_moderation",
        "content violation",
    ]
    private static let modelWords = [
        "does not exist", "doesn't exist", "not found", "not_found", "is required", "must be specified", "must specify", "must provide",
        "field required", "no models loaded", "not a valid model", "invalid model", "unknown model", "no such model", "model is missing",
        "missing model", "not provided", "is not served", "no model", "no endpoints found for", "model_not_supported", "cannot be empty",
        "is not a known", "decommissioned", "deprecated", "no longer supported", "no longer available", "has been removed", "retired",
    ]
}

/// Server messages outside of the documents' forms.
enum ServerMessage {
    /// The sentence in the body of a failure: the message of an error object, a page's title, or the text itself.
    static func sentence(in body: String) -> String {
        guard let document = JSON(reading: body.utf8) else {
            guard let start = body.range(of: "<title>", options: .caseInsensitive),
                let end = body.range(of: "</title>", options: .caseInsensitive, range: start.upperBound..<body.endIndex)
            else { return body }
            return String(body[start.upperBound..<end.lowerBound])
        }
        return (ServerError(document) ?? ServerError(inPlaceOfAnswer: document))?.message ?? body
    }
}
