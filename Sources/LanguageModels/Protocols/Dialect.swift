import Trace

/// What has been read of an answer.
struct PartialAnswer {
    /// Why the model stopped.
    enum Ending: Hashable {
        case whole
        case cut
        case refused
        case filtered
        /// It called a tool, though it was offered none.
        case tool
    }
    /// The text that has come and was not handed on yet.
    var newText = ""
    var text = ""
    /// Whether there was a text at all, be it empty.
    var hasText = false
    /// What the model said instead of an answer.
    var refusal = ""
    /// Whether anything came of the shape that the protocol prescribes.
    var hasAnswer = false
    var model: String?
    var promptTokens: Int?
    var completionTokens: Int?
    var ending: Ending?
    /// Whether the mark came that ends a stream.
    var isComplete = false

    mutating func append(_ text: String) {
        hasText = true
        self.text += text
        newText += text
    }
}

/// Why what a server sent is no answer.
enum ReadingError: Error {
    /// It is not what the protocol says; in words, after "the server's answer".
    case malformed(String)
    /// The server reports an error in place of an answer.
    case reported(ServerError)
}

/// An error as a server puts it.
struct ServerError {
    var message: String
    /// The name of its kind.
    var code = ""
    /// The HTTP status that it would have had.
    var status: Int?

    init(message: String, code: String = "", status: Int? = nil) {
        self.message = message
        self.code = code
        self.status = status
    }

    /// Reads what the servers have in common: `{"error": {"message": …, "type": …, "code": …}}`, and the short forms of it.
    ///
    /// - Returns: nil if the document is not an error.
    init?(_ document: JSON) {
        let error: JSON
        if let member = document["error"], !member.isNull {
            error = member
        } else if document["type"]?.text == "error" || document["object"]?.text == "error" {
            error = document
        } else {
            return nil
        }
        message = error.text ?? error["message"]?.text ?? document["message"]?.text ?? error["detail"]?.text ?? error.line
        code = error["code"]?.text ?? error["type"]?.text ?? ""
        status = (error["code"] ?? error["status"] ?? document["code"])?.count ?? Int(code) ?? Self.statuses[code]
        if let status, !(100...599).contains(status) { self.status = nil }
    }

    private static let statuses = [
        "overloaded_error": 529, "rate_limit_error": 429, "rate_limit_exceeded": 429, "api_error": 500, "server_error": 500,
        "internal_server_error": 500, "timeout_error": 504, "authentication_error": 401, "invalid_api_key": 401, "permission_error": 403,
        "not_found_error": 404, "model_not_found": 404, "invalid_request_error": 400, "request_too_large": 413,
        "context_length_exceeded": 400, "exceed_context_size_error": 400, "insufficient_quota": 429,
    ]
}

/// How a protocol puts requests, and what it makes of what comes back.
protocol Dialect: Sendable {
    /// Appended to the endpoint's address.
    var path: String { get }
    /// Header lines, the key among them.
    func headers(key: Secret?) -> [String]
    func body(for request: ModelRequest, model: String, quirks: Quirks) -> JSON
    func read(_ event: ServerEvent, into answer: inout PartialAnswer) throws(ReadingError)
    /// Reads an answer that came in one piece.
    func read(_ document: JSON, into answer: inout PartialAnswer) throws(ReadingError)
}

extension ModelEndpoint.API {
    var dialect: any Dialect {
        switch self {
        case .openAI: OpenAIDialect()
        case .anthropic: AnthropicDialect()
        }
    }
}

extension Dialect {
    /// The document in an event.
    func document(in event: ServerEvent) throws(ReadingError) -> JSON {
        guard let document = JSON(reading: event.data.utf8), case .object = document else {
            throw .malformed("holds an event that is no JSON object")
        }
        return document
    }
}
