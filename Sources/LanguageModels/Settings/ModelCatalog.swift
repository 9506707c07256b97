import Trace

/// The models that are set, by name, and which of them is the session's.
///
/// The choice of the model: `--model`, then `TRACESCOPE_MODEL`, then the configuration's `model`, then the only model of the server at
/// `TRACESCOPE_BASE_URL`. The value is a table `[models.NAME]`, or an address, or the name of a model at a known server.
package struct ModelCatalog: Sendable {
    /// The endpoints of the configuration, in its order, and then the one of the session's model.
    package private(set) var profiles: [ModelProfile] = []
    /// The place of the session's model, and what chose it; nil if there is none.
    package private(set) var session: Sourced<Int>?
    private let servers: UsualServers

    /// - Parameters:
    ///   - option: the value of `--model`.
    ///   - configured: the configuration's `model`.
    ///   - tables: its tables `[models.NAME]`.
    package init(
        option: String? = nil, environment: [String: String] = [:], configured: Sourced<String>? = nil, tables: [ModelTable] = []
    ) throws(SettingsError) {
        servers = try UsualServers(environment)
        var faults: [SettingsError.Fault] = []
        for table in tables {
            var builder = ProfileBuilder(table, servers)
            if let profile = builder.profile() { profiles.append(profile) }
            faults += builder.faults
        }
        guard faults.isEmpty else { throw SettingsError(faults) }
        let variable = environment.set("TRACESCOPE_MODEL").map { Sourced($0, .variable("TRACESCOPE_MODEL")) }
        if let wanted = option.map({ Sourced($0, .option("--model")) }) ?? variable ?? configured {
            session = Sourced(try place(of: wanted), wanted.source)
        } else if let server = servers.base {
            profiles.append(servers.profile(at: server, model: Sourced("", .derived("no model being named"))))
            session = Sourced(profiles.count - 1, server.source)
        }
        if let session { useSessionKey(session.value) }
    }

    /// The session's model.
    package var sessionProfile: ModelProfile? { session.map { profiles[$0.value] } }

    /// A model by its name: one that is configured, or else the model of that name at the session's server. Nil is the session's.
    ///
    /// - Throws: `ModelError.Kind.noModel`.
    package func profile(named name: String?) throws(ModelError) -> ModelProfile {
        guard let name else {
            guard let sessionProfile else {
                let known = profiles.isEmpty ? "" : "\(knownNames), "
                throw ModelError(
                    .noModel,
                    "no model is set: --model or TRACESCOPE_MODEL takes \(known)an address as http://localhost:8080/v1, "
                        + "or a name as gpt-… or claude-…")
            }
            return sessionProfile
        }
        if let profile = profiles.first(where: { $0.name == name }) { return profile }
        if let sessionProfile {
            return sessionProfile.model.value == name ? sessionProfile : sessionProfile.sibling(name, .derived("the workflow"))
        }
        let help = "set one with --model, or in a table [models.NAME] of the configuration"
        throw ModelError(.noModel, "no model is named '\(name)': \(Words.known(profiles.map(\.name), none: help))")
    }

    /// The models that are set, in an enumeration that goes on.
    private var knownNames: String { profiles.count == 1 ? profiles[0].name : "one of " + profiles.map(\.name).joined(separator: ", ") }

    private mutating func place(of wanted: Sourced<String>) throws(SettingsError) -> Int {
        if let place = profiles.firstIndex(where: { $0.name == wanted.value }) { return place }
        if wanted.value.contains("://") {
            let parts = wanted.value.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            do throws(AddressProblem) {
                let server = Sourced(try ServerAddress(parts[0]), wanted.source)
                let model = parts.count > 1 ? Sourced(parts[1], wanted.source) : Sourced("", .derived("no model being named"))
                profiles.append(servers.profile(at: server, model: model))
            } catch {
                throw SettingsError(wanted.source, error.reason)
            }
        } else if let profile = servers.profile(of: wanted) {
            profiles.append(profile)
        } else {
            throw SettingsError(
                wanted.source,
                "'\(wanted.value)' is not known: a model is " + (profiles.isEmpty ? "" : "\(knownNames), or ")
                    + "an address as http://localhost:8080/v1#NAME, or a name as gpt-…, claude-…, openai/… or anthropic/…; "
                    + "OPENAI_BASE_URL or TRACESCOPE_BASE_URL names the server of any other")
        }
        return profiles.count - 1
    }

    /// `TRACESCOPE_API_KEY` is the key of the session's model if that has none of its own.
    private mutating func useSessionKey(_ place: Int) {
        guard let key = servers.sessionKey else { return }
        switch profiles[place].key.source {
        case .file, .option: break
        case .variable, .derived: profiles[place].key = key
        }
    }
}

/// Makes a profile of a table.
private struct ProfileBuilder {
    private var reader: ModelTableReader
    private let servers: UsualServers
    var faults: [SettingsError.Fault] { reader.faults }

    init(_ table: ModelTable, _ servers: UsualServers) {
        reader = ModelTableReader(table)
        self.servers = servers
    }

    /// Nil if something is wrong, which is then among the faults.
    mutating func profile() -> ModelProfile? {
        let model = reader.text("model"), url = reader.text("url"), spoken = api()
        let name = reader.table.name
        guard let (address, source) = server(url, spoken, model), reader.faults.isEmpty else { return nil }
        let api = spoken ?? Sourced(address.api, .derived("the address"))
        var out = ModelProfile(
            name: name, url: Sourced(address.base(api.value), source), model: model ?? Sourced("", .derived("no model being named")),
            api: api, key: servers.key(of: address, api.value))
        if let variable = reader.text("key_env", "the name of a variable of the environment") {
            if !Self.mayBeVariable(variable.value) {
                reader.fault(
                    variable.source, "key_env is the name of a variable, of letters, digits and _, and never the key itself")
            }
            out.key = Sourced(.variable(variable.value, isRequired: true), variable.source)
        }
        if let command = reader.text("key_command") { out.key = Sourced(.command(command.value), command.source) }
        let price = 0.0...1_000_000, seconds = 0.001...86_400.0
        out.promptPrice = reader.number("prompt_price", price, ", in US dollars for a million tokens")
        out.completionPrice = reader.number("completion_price", price, ", in US dollars for a million tokens")
        out.contextLength = reader.integer("context_length", 1...1_000_000_000)
        out.temperature = reader.number("temperature", 0...100, "")
        out.maxTokens = reader.integer("max_tokens", 1...1_000_000_000)
        out.timeouts.connect = reader.number("connect_timeout", seconds, ", in seconds")
        out.timeouts.firstToken = reader.number("first_token_timeout", seconds, ", in seconds")
        out.timeouts.stall = reader.number("stall_timeout", seconds, ", in seconds")
        out.timeouts.whole = reader.number("whole_timeout", seconds, ", in seconds")
        out.retries = reader.integer("retries", 0...100)
        out.concurrency = reader.integer("concurrency", 1...1000)
        out.own = ownParts()
        if (out.promptPrice == nil) != (out.completionPrice == nil), let set = out.promptPrice ?? out.completionPrice {
            reader.fault(set.source, "prompt_price and completion_price are set together, or neither; 0 is a price")
        }
        return reader.faults.isEmpty ? out : nil
    }

    private mutating func ownParts() -> ModelProfile.OwnParts {
        var own = ModelProfile.OwnParts()
        if let fields = reader.fields("extra_body", "{ reasoning_effort = \"low\" }") {
            do throws(RequestFieldProblem) {
                own.extraBody = Sourced(try RequestFields(fields.value.map { (name: $0.name, value: $0.value) }), fields.source)
            } catch {
                reader.fault(fields.source, error.reason)
            }
        }
        if let fields = reader.fields("extra_headers", "{ X-Team = \"a\" }") {
            var headers: [ModelEndpoint.HeaderField] = []
            for field in fields.value {
                if let problem = HeaderRules.problem(field.name, field.value) {
                    reader.fault(fields.source, "extra_headers: \(problem)")
                } else {
                    headers.append(ModelEndpoint.HeaderField(field.name, field.value.text))
                }
            }
            own.extraHeaders = Sourced(headers, fields.source)
        }
        if let name = reader.text("key_header", "the name of a header, as \"api-key\"") {
            if !HeaderRules.isName(name.value) { reader.fault(name.source, "key_header is the name of a header, as \"api-key\"") }
            own.keyHeader = name
        }
        return own
    }

    /// Keys that happen to be made of the same characters are long and mix them.
    private static func mayBeVariable(_ name: String) -> Bool {
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else { return false }
        return name.count < 20 || !name.contains(where: \.isUppercase) || !name.contains(where: \.isLowercase)
    }

    private mutating func api() -> Sourced<ModelEndpoint.API>? {
        guard let text = reader.text("api", "\"openai\" or \"anthropic\"") else { return nil }
        guard let api = ModelEndpoint.API(rawValue: text.value) else {
            reader.fault(text.source, "api must be \"openai\" or \"anthropic\", and is \(Value.string(text.value).short(40))")
            return nil
        }
        return Sourced(api, text.source)
    }

    private mutating func server(
        _ url: Sourced<String>?, _ api: Sourced<ModelEndpoint.API>?, _ model: Sourced<String>?
    ) -> (ServerAddress, SettingSource)? {
        if let url {
            do throws(AddressProblem) {
                return (try ServerAddress(url.value), url.source)
            } catch {
                reader.fault(url.source, "url: \(error.reason)")
                return nil
            }
        }
        if let usual = api?.value ?? model.flatMap({ servers.api(of: $0.value) }) {
            let address = servers.address(of: usual)
            return (address.value, address.source)
        }
        if reader.faults.isEmpty {
            reader.fault(reader.table.source, "url is missing: the address of the server, as http://localhost:8080/v1")
        }
        return nil
    }
}

extension [String: String] {
    /// A variable that is set to something.
    func set(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}
