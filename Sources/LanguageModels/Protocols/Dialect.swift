import Trace

/// The part of an answer that has been read.
struct PartialAnswer {
    /// The reason why the model stopped.
    enum Ending: Hashable {
        case whole
        case cut
        case refused
        case filtered
        /// It called a tool, though it was offered none.
        case tool
        /// In words of the server's own.
        case odd(String)
    }
    /// The received text that was not handed on yet.
    var newText = ""
    var text = ""
    /// Whether there was a text at all, be it empty.
    var hasText = false
    /// The model's refusal, instead of an answer.
    var refusal = ""
    /// Whether anything had the form that the protocol prescribes.
    var hasAnswer = false
    /// Whether the model thought apart from the text.
    var hasThoughts = false
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

/// The reason why a server's document is not an answer.
enum ReadingError: Error {
    /// It is not what the protocol says; in words, after "the server's answer".
    case malformed(String)
    /// The server reports an error in place of an answer.
    case reported(ServerError)
}

/// An error in a server's words.
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
        if let items = document.items ?? document["errors"]?.items {
            guard let first = items.first else { return nil }
            if let found = ServerError(first) {
                self = found
            } else if document.items == nil, let message = first.text ?? first["message"]?.text {
                self.init(message: message, code: first["code"]?.text ?? "")
            } else {
                return nil
            }
            return
        }
        let error: JSON
        if let member = document["error"], !member.isNull {
            error = member
        } else if document["type"]?.text == "error" || document["object"]?.text == "error" {
            error = document
        } else {
            return nil
        }
        var message = error.text ?? error["message"]?.text ?? document["message"]?.text ?? error["detail"]?.text ?? error.line
        if let written = error["failed_generation"]?.text, !written.isEmpty { message += " The model wrote: \(written)" }
        let code = error["code"]?.text ?? error["type"]?.text ?? ""
        let status = (error["code"] ?? error["status"] ?? document["code"])?.count ?? Int(code) ?? Self.statuses[code]
        self.init(message: message, code: code, status: status.flatMap { (100...599).contains($0) ? $0 : nil })
    }

    /// Reads an error out of a document that should have been an answer and has nothing of one.
    init?(inPlaceOfAnswer document: JSON) {
        if let response = document["base_resp"], let code = response["status_code"]?.count, code != 0 {
            self.init(message: response["status_msg"]?.text ?? "status \(code)", code: String(code))
            return
        }
        let texts = [
            document["message"], document["msg"], document["error_msg"], document["detail"], document["detail"]?.items?.first?["msg"],
        ]
        guard let message = texts.lazy.compactMap({ $0?.text }).first, !message.isEmpty else { return nil }
        let status = (document["code"] ?? document["status"])?.count.flatMap { (400...599).contains($0) ? $0 : nil }
        self.init(message: message, code: document["code"]?.text ?? document["type"]?.text ?? "", status: status)
    }

    private static let statuses = [
        "overloaded_error": 529, "rate_limit_error": 429, "rate_limit_exceeded": 429, "api_error": 500, "server_error": 500,
        "internal_server_error": 500, "timeout_error": 504, "authentication_error": 401, "invalid_api_key": 401, "permission_error": 403,
        "not_found_error": 404, "model_not_found": 404, "invalid_request_error": 400, "request_too_large": 413,
        "context_length_exceeded": 400, "exceed_context_size_error": 400, "insufficient_quota": 429,
    ]
}

/// A protocol's form of requests, and its reader of answers.
protocol Dialect: Sendable {
    /// Appended to the endpoint's address.
    var path: String { get }
    /// Header lines that every request has.
    var headers: [String] { get }
    /// The header that carries the key, and the prefix of the key in it.
    func keyHeader(at url: String) -> (name: String, prefix: String)
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
    var headers: [String] { [] }

    /// The document in an event; nil if it is an event of another kind, such as a sign of life in words.
    func document(in event: ServerEvent) throws(ReadingError) -> JSON? {
        guard let document = JSON(reading: event.data.utf8) else {
            if event.name == "error" { throw .reported(ServerError(message: event.data)) }
            if !["", "message"].contains(event.name) { return nil }
            throw .malformed("holds an event that is not a JSON object")
        }
        if let error = ServerError(document) { throw .reported(error) }
        guard case .object = document else { throw .malformed("holds an event that is not a JSON object") }
        return document
    }

    /// All header lines of a request to an endpoint.
    func headers(for endpoint: ModelEndpoint) -> [String] {
        let key = endpoint.key.map { key in
            let (name, prefix) = keyHeader(at: endpoint.facts.url)
            guard let own = endpoint.keyHeader else { return "\(name): \(prefix)\(key.revealed)" }
            return own.lowercased() == "authorization" ? "\(own): Bearer \(key.revealed)" : "\(own): \(key.revealed)"
        }
        return headers + (key.map { [$0] } ?? []) + endpoint.headers.map { "\($0.name): \($0.value)" }
    }

    /// A request's body with the user's members, which replace others of their names.
    func body(_ members: [JSON.Member], with extra: RequestFields) -> JSON {
        let own = members.filter { !extra.has($0.key) && !($0.key == "stream_options" && extra.has("stream")) }
        return .object(own + extra.members)
    }
}
