/// The servers that are known by the names of their models, and those that the environment's usual variables name.
struct UsualServers: Sendable {
    /// `TRACESCOPE_BASE_URL`.
    let base: Sourced<ServerAddress>?
    /// `TRACESCOPE_API_KEY`, if it is set.
    let sessionKey: Sourced<ModelProfile.KeySource>?
    private let openAI: Sourced<ServerAddress>
    private let anthropic: Sourced<ServerAddress>
    /// The addresses that the environment names, to which a usual key may be sent therefore.
    private let named: [ModelEndpoint.API: ServerAddress]

    static func keyVariable(_ api: ModelEndpoint.API) -> String { api == .anthropic ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY" }

    init(_ environment: [String: String]) throws(SettingsError) {
        func address(_ variable: String) throws(SettingsError) -> Sourced<ServerAddress>? {
            guard let text = environment.set(variable) else { return nil }
            do throws(AddressProblem) {
                return Sourced(try ServerAddress(text), .variable(variable))
            } catch {
                throw SettingsError(.variable(variable), error.reason)
            }
        }
        func usual(_ text: String) throws(SettingsError) -> Sourced<ServerAddress> {
            do throws(AddressProblem) {
                return Sourced(try ServerAddress(text), .derived("the usual server"))
            } catch {
                throw SettingsError(.derived(text), error.reason)
            }
        }
        base = try address("TRACESCOPE_BASE_URL")
        let ownOpenAI = try address("OPENAI_BASE_URL"), ownAnthropic = try address("ANTHROPIC_BASE_URL")
        let (usualOpenAI, usualAnthropic) = (try usual(ServerAddress.openAI), try usual(ServerAddress.anthropic))
        openAI = ownOpenAI ?? usualOpenAI
        anthropic = ownAnthropic ?? usualAnthropic
        named = [.openAI: ownOpenAI?.value, .anthropic: ownAnthropic?.value].compactMapValues { $0 }
        sessionKey = environment.set("TRACESCOPE_API_KEY").map { _ in
            Sourced(.variable("TRACESCOPE_API_KEY", isRequired: true), .variable("TRACESCOPE_API_KEY"))
        }
    }

    func address(of api: ModelEndpoint.API) -> Sourced<ServerAddress> { api == .anthropic ? anthropic : openAI }

    /// The protocol of the company whose model has such a name.
    func api(of model: String) -> ModelEndpoint.API? {
        if model.hasPrefix("anthropic/") || model.hasPrefix("claude-") { return .anthropic }
        if ["openai/", "gpt-", "chatgpt-"].contains(where: model.hasPrefix) { return .openAI }
        // o1, o3-mini, …
        let rest = model.dropFirst()
        return model.first == "o" && rest.first?.isNumber == true && rest.drop(while: \.isNumber).first.map { $0 == "-" } ?? true
            ? .openAI : nil
    }

    /// The model of such a name at the server that is known for it; nil if none is.
    func profile(of name: Sourced<String>) -> ModelProfile? {
        if let base { return profile(at: base, model: name, name: name.value) }
        // A server that the user names takes any model, and the names that it knows are its own.
        let api = api(of: name.value) ?? (named[.openAI] != nil ? .openAI : nil)
        guard let api else { return nil }
        let server = address(of: api)
        var model = name
        let maker = api == .anthropic ? "anthropic/" : "openai/"
        if server.value.isUsual(api), name.value.hasPrefix(maker) { model.value = String(name.value.dropFirst(maker.count)) }
        guard !model.value.isEmpty else { return nil }
        return profile(at: server, model: model, name: name.value, api: api)
    }

    /// A model at an address.
    func profile(
        at server: Sourced<ServerAddress>, model: Sourced<String>, name: String? = nil, api: ModelEndpoint.API? = nil
    ) -> ModelProfile {
        let spoken = api ?? server.value.api
        return ModelProfile(
            name: name ?? (model.value.isEmpty ? server.value.place : model.value), url: Sourced(server.value.base(spoken), server.source),
            model: model, api: Sourced(spoken, .derived(api == nil ? "the address" : "the name")), key: key(of: server.value, spoken))
    }

    /// The key that goes to an address by itself: the usual one goes to its own server, and to that which the environment names with it.
    func key(of address: ServerAddress, _ api: ModelEndpoint.API) -> Sourced<ModelProfile.KeySource> {
        let variable = Self.keyVariable(api)
        if address.isUsual(api) { return Sourced(.variable(variable, isRequired: true), .derived("the usual server")) }
        if named[api] == address {
            return Sourced(.variable(variable, isRequired: false), .derived("the address in the environment"))
        }
        return Sourced(.none, .derived("the address"))
    }
}
