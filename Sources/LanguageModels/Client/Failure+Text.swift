import CCurl
import Trace

/// Turns failures into words, for one endpoint.
struct FailureText {
    let endpoint: ModelEndpoint
    /// As it is asked for; a request may name another than the endpoint's.
    let model: String
    /// The address of the request.
    let url: ShownURL
    let texts: ServerText

    /// The error as the user sees it.
    ///
    /// - Parameter models: the server's models, where that helps.
    func error(_ failure: Failure, retries: Int, models: [String] = []) -> ModelError {
        var message = words(failure)
        if failure.refusalCause == .model { message += offered(models) }
        if retries > 0 { message += " (sent \(retries + 1) times)" }
        // Names and addresses come from outside too.
        return ModelError(failure.kind, texts.line(message, limit: 2000) ?? "", status: failure.status, retries: retries)
    }

    /// The reason why a request is sent again, in a few words.
    func reason(_ failure: Failure) -> String {
        let reason =
            switch failure {
            case .connection(CURLE_COULDNT_CONNECT, _, _): "no connection"
            case .connection, .brokenStream: "the connection broke"
            case .timeout(.connection, _): "no connection in time"
            case .timeout(.firstToken, _): "no answer in time"
            case .timeout: "the answer stalled"
            case .status(let status, _, _): "\(status) \(Self.names[status] ?? "from the server")"
            case .reported(let error): "the server reports \(texts.excerpt(error.message, limit: 60) ?? "an error")"
            default: "it failed"
            }
        return texts.hidden(reason)
    }

    private static let names = [
        408: "request timeout", 409: "conflict", 429: "too many requests", 500: "server error", 502: "bad gateway",
        503: "unavailable", 504: "gateway timeout", 529: "overloaded",
    ]

    private func words(_ failure: Failure) -> String {
        switch failure {
        case .connection(let code, let detail, let proxyStatus): return connection(code, detail, proxyStatus)
        case .timeout(let wait, let seconds): return timeout(wait, seconds)
        case .brokenStream: return "the answer from \(url) broke off before its end"
        case .status(let status, let body, _): return refusal(status, ServerMessage.sentence(in: body), failure.refusalCause)
        case .redirect(let status, let target):
            let place = texts.excerpt(ShownURL(target).text).map { " to \($0)" } ?? ""
            return "\(url) redirects\(place) (\(status)), and the key is not sent there: set the model's url to the right address"
        case .reported(let error): return refusal(error.status, error.message, failure.refusalCause)
        case .malformed(let what, let beginning):
            let quoted = texts.excerpt(beginning).map { ": \($0)" } ?? ""
            return "the answer from \(url) \(what)\(quoted). Check that the model's url is the address of its API"
        case .tooLarge(let bytes):
            return "the answer from \(url) is larger than \(bytes >> 20) MiB and was abandoned: ask for less, or set max_tokens"
        case .headersTooLarge(let bytes):
            return
                "the answer from \(url) has more than \(bytes >> 10) KiB of headers. Check that the model's url is the address of its API"
        case .refusedByModel(let text):
            return "\(endpoint.facts.name) refuses to answer" + (texts.excerpt(text).map { ": \($0)" } ?? "") + ". Change what it is asked"
        case .filtered: return "the content filter of \(url) withheld the answer: change what \(endpoint.facts.name) is asked"
        case .calledTool:
            return "\(endpoint.facts.name) called a tool instead of answering, though it has none: ask again, or another model"
        case .noText: return "the answer from \(url) holds no text: ask again, or another model"
        case .endedOddly(let reason):
            return
                "the answer from \(url) ended with \(texts.excerpt(reason, limit: 80) ?? "a reason of the server's own") and holds no text: "
                + "ask again, or another model"
        case .unsendable(let why): return why
        }
    }

    private func connection(_ code: CURLcode, _ detail: String, _ proxyStatus: Int) -> String {
        let account = texts.line(detail) ?? texts.line(String(cString: curl_easy_strerror(code))) ?? ""
        if proxyStatus >= 400 {
            let advice = proxyStatus == 407 ? "give its user and password in the proxy's address" : "check https_proxy and no_proxy"
            return "the proxy does not let a connection to \(url.origin) through (\(proxyStatus)): \(advice)"
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return "no host is named \"\(url.host)\": check the model's url, \(url.base)"
        case CURLE_COULDNT_RESOLVE_PROXY: return "the proxy does not exist (\(account)): check http_proxy and https_proxy"
        case CURLE_COULDNT_CONNECT: return "no connection to \(url.origin): is the server running there? (\(account))"
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            return "\(url.origin) cannot be trusted (\(account)), and nothing was sent. If it is a server of yours, name its "
                + "authority's certificate in SSL_CERT_FILE"
        case CURLE_SSL_CONNECT_ERROR: return "\(url.origin) does not speak TLS as it should (\(account)): should its url begin with http:?"
        case CURLE_URL_MALFORMAT: return "the model's url is not a URL: \(url.base) (\(account))"
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            return "\(url.origin) does not speak HTTP (\(account)): check the model's url"
        case CURLE_BAD_CONTENT_ENCODING: return "the answer from \(url) cannot be unpacked (\(account))"
        default: return "the connection to \(url.origin) broke (\(account))"
        }
    }

    private func timeout(_ wait: Failure.Wait, _ seconds: Double) -> String {
        let time = "\(Value.text(of: seconds).replacingSuffix(".0", with: "")) s"
        switch wait {
        case .connection: return "no connection to \(url.origin) within \(time): check the model's url, the network, and the proxy"
        case .firstToken: return "nothing came from \(url) within \(time): the model may be loading; try again, or allow it more time"
        case .nextPiece: return "the answer from \(url) stopped for \(time) before its end: try again, or allow it more time"
        case .end: return "the answer from \(url) did not end within \(time) and was abandoned: ask for less, or set max_tokens"
        }
    }

    /// A refusal by the server: what it means depends on the status.
    private func refusal(_ status: Int?, _ sentence: String, _ cause: RefusalCause?) -> String {
        let said = [status.map(String.init), texts.excerpt(sentence)].compactMap { $0 }.joined(separator: ": ")
        let account = said.isEmpty ? "" : " (\(said))"
        let name = endpoint.facts.name
        switch cause {
        case .length:
            return
                "the request is too long for \(name)\(account): shorten it, set a smaller max_tokens, or ask a model with a longer context"
        case .credit: return "there is no credit left for \(name) at \(url.origin)\(account): add some, or choose another model"
        case .key:
            return endpoint.key == nil
                ? "\(url.origin) wants a key and there is none\(account): set \(keyPlace)"
                : "\(url.origin) does not take the key\(account): set \(keyPlace) to one that is valid there"
        case .filter: return "the content filter of \(url.origin) refuses the prompt\(account): change what \(name) is asked"
        case .model where model.isEmpty: return "\(url.origin) wants a model to be named\(account)"
        case .model where status != 404 && status != 405: return "\(url.origin) has no model \"\(model)\"\(account): check the model's name"
        case .model, .rate, nil: break
        }
        switch status {
        case 403:
            return
                "\(url.origin) does not allow this\(account): check what the key in \(keyPlace) may do, and whether the model is open to it"
        case 404, 405: return "\(url) is not there, or has no model \"\(model)\"\(account): check the model's url and its name"
        case 407: return "the proxy on the way to \(url.origin) wants a user and a password\(account): give them in the proxy's address"
        case 429: return "\(url.origin) takes no more requests for now\(account): wait, or ask less at once"
        case 501, 505: return "\(url.origin) does not take such requests\(account): check the model's url"
        case .some(let status) where status >= 500: return "\(url.origin) fails\(account): try again later"
        case nil: return "\(url.origin) reports an error\(account)"
        default: return "\(url.origin) does not take the request\(account): check the model's name and settings"
        }
    }

    /// The models that there are, and how one of them is named.
    private func offered(_ models: [String]) -> String {
        let most = 12
        let shown = models.prefix(most).compactMap { texts.line($0, limit: 60) }.joined(separator: ", ")
        let more = models.count > most ? ", and \(models.count - most) more" : ""
        let list = shown.isEmpty ? "" : "it has \(shown)\(more)"
        guard model.isEmpty else { return list.isEmpty ? "" : "; \(list)" }
        let example = models.first.flatMap { texts.line($0, limit: 60) } ?? "NAME"
        return (list.isEmpty ? "" : "; \(list)")
            + ": name one after the address, as \(url.base)#\(example), or as model in the configuration"
    }

    /// The setting that would provide a key.
    private var keyPlace: String {
        endpoint.keyPlace ?? (endpoint.api == .anthropic ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY")
            + ", or the model's key in the configuration"
    }
}

extension String {
    fileprivate func replacingSuffix(_ suffix: String, with text: String) -> String {
        hasSuffix(suffix) ? dropLast(suffix.count) + text : self
    }
}
