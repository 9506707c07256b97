import Trace

/// A model with all that is set of it, before its key is looked up.
package struct ModelProfile: Sendable, Hashable {
    /// The source of a key.
    package enum KeySource: Sendable, Hashable {
        case none
        /// A variable of the environment. One that a user names, or that the server is known to require, must be set.
        case variable(String, isRequired: Bool)
        /// The output of a shell command.
        case command(String)
    }
    /// As the user names it.
    package var name: String
    package var url: Sourced<String>
    /// As the server names it; empty is the only model that the server has.
    package var model: Sourced<String>
    package var api: Sourced<ModelEndpoint.API>
    package var key: Sourced<KeySource>
    package var contextLength: Sourced<Int>?
    /// In US dollars for a million tokens.
    package var promptPrice: Sourced<Double>?
    package var completionPrice: Sourced<Double>?
    /// The default of requests that do not set it.
    package var temperature: Sourced<Double>?
    package var maxTokens: Sourced<Int>?
    /// The additions to every request.
    package var own = OwnParts()
    package var timeouts = Timeouts()
    package var retries: Sourced<Int>?
    /// The most requests that are under way at one time.
    package var concurrency: Sourced<Int>?

    /// Time limits of the parts of an answer, in seconds.
    package struct Timeouts: Sendable, Hashable {
        package var connect: Sourced<Double>?
        package var firstToken: Sourced<Double>?
        package var stall: Sourced<Double>?
        package var whole: Sourced<Double>?
    }

    /// Parts of requests that the user adds.
    package struct OwnParts: Sendable, Hashable {
        package var extraBody: Sourced<RequestFields>?
        package var extraHeaders: Sourced<[ModelEndpoint.HeaderField]>?
        /// The header that carries the key.
        package var keyHeader: Sourced<String>?
    }

    package var facts: ModelFacts {
        ModelFacts(
            name: name, model: model.value, url: url.value, contextLength: contextLength?.value, promptPrice: promptPrice?.value,
            completionPrice: completionPrice?.value)
    }

    /// The same server's model of another name. Prices, length and settings are those of one model.
    func sibling(_ model: String, _ source: SettingSource) -> ModelProfile {
        var out = ModelProfile(name: model, url: url, model: Sourced(model, source), api: api, key: key)
        out.timeouts = timeouts
        // Headers are of the server; fields of the body may be of the model.
        (out.own.extraHeaders, out.own.keyHeader) = (own.extraHeaders, own.keyHeader)
        (out.retries, out.concurrency) = (retries, concurrency)
        return out
    }

    /// A request with what the model's settings say where it leaves something open.
    package func filled(_ request: ModelRequest) -> ModelRequest {
        var request = request
        request.temperature = request.temperature ?? temperature?.value
        request.maxTokens = request.maxTokens ?? maxTokens?.value
        if let extra = own.extraBody?.value { request.extra = request.extra.over(extra) }
        return request
    }

    /// The model as it can be asked.
    package func endpoint(key: Secret?) -> ModelEndpoint {
        var endpoint = ModelEndpoint(facts, api: api.value, key: key)
        endpoint.headers = own.extraHeaders?.value ?? []
        endpoint.keyHeader = own.keyHeader?.value
        if let seconds = timeouts.connect?.value { endpoint.timeouts.connect = seconds }
        if let seconds = timeouts.firstToken?.value { endpoint.timeouts.firstToken = seconds }
        if let seconds = timeouts.stall?.value { endpoint.timeouts.stall = seconds }
        if let seconds = timeouts.whole?.value { endpoint.timeouts.whole = seconds }
        if let retries = retries?.value { endpoint.retries = retries }
        if let concurrency = concurrency?.value { endpoint.concurrency = concurrency }
        switch self.key.value {
        case .variable(let name, _): endpoint.keyPlace = name
        case .command: endpoint.keyPlace = "its key_command"
        case .none: break
        }
        return endpoint
    }
}
