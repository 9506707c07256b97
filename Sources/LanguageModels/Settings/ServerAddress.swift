/// The address of a server, in the parts that decide how the server is asked.
struct ServerAddress: Sendable, Hashable {
    /// Without a slash at its end and without the path of a single call.
    private let base: String
    /// With its question mark; empty without one.
    private let query: String
    let host: String
    /// The host, with the port where the address names one.
    let place: String
    private let isEncrypted: Bool

    static let openAI = "https://api.openai.com/v1"
    static let anthropic = "https://api.anthropic.com"

    /// - Throws: the reason why it is not an address, in words.
    init(_ text: String) throws(AddressProblem) {
        let scalars = text.unicodeScalars
        guard scalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && !RecordingFormat.isInvisible($0) }) else {
            throw AddressProblem("the address holds a space or a character that cannot be seen")
        }
        let lower = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lower.hasPrefix($0) }) else {
            throw AddressProblem("an address begins with http:// or https://")
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else {
            throw AddressProblem(
                "a name or password does not belong in an address, which is shown: give the key with key_env or key_command")
        }
        let port = authority.hasPrefix("[") ? authority.drop { $0 != "]" }.dropFirst() : authority.drop { $0 != ":" }
        let host = authority.dropLast(port.count)
        guard !host.isEmpty, port.isEmpty || port.dropFirst().allSatisfy(\.isASCII) && (UInt16(port.dropFirst()) ?? 0) > 0 else {
            throw AddressProblem("\(scheme) must be followed by the name of a host, and a colon by its port")
        }
        var path = rest.dropFirst(authority.count)
        guard !path.contains("#") else { throw AddressProblem("an address cannot have a '#' here: give the model's name separately") }
        // Azure and others have a version or the like there, which goes with every request.
        let query = path.drop { $0 != "?" }
        path = path.dropLast(query.count)
        if let name = Self.secretName(in: query.dropFirst()) {
            throw AddressProblem(
                "a key does not belong in an address, which is shown: leave '\(name)' out, and give the key with key_env or key_command")
        }
        for call in ["/chat/completions", "/v1/messages"] where path.hasSuffix(call) { path = path.dropLast(call.count) }
        while path.hasSuffix("/") { path = path.dropLast() }
        isEncrypted = scheme == "https://"
        self.host = host.lowercased()
        place = authority.lowercased()
        self.query = query.count > 1 ? String(query) : ""
        base = scheme + authority + path
    }

    /// The part of a query that looks like a key, by its name.
    private static func secretName(in query: Substring) -> Substring? {
        query.split(separator: "&").map { $0.prefix { $0 != "=" } }.first { name in
            let name = name.lowercased()
            return ["key", "token", "secret", "sig", "signature", "code", "password", "auth"].contains(name)
                || ["key", "token", "secret"].contains {
                    name.hasSuffix("-" + $0) || name.hasSuffix("_" + $0) || name.hasSuffix("api" + $0)
                }
        }
    }

    /// Whether a server at an address takes keys as Azure's do.
    static func isAzure(_ url: String) -> Bool {
        if url.split(separator: "?", maxSplits: 1).dropFirst().contains(where: { $0.contains("api-version=") }) { return true }
        guard let address = try? ServerAddress(url) else { return false }
        let domains = ["azure.com", "azure.us", "azure.cn", "azure-api.net"]
        return domains.contains { address.host == $0 || address.host.hasSuffix("." + $0) }
    }

    /// The whole address.
    var text: String { base + query }

    /// The protocol of such a server, as far as its address shows.
    var api: ModelEndpoint.API {
        host.split(separator: ".").contains("anthropic") || base.hasSuffix("/anthropic") ? .anthropic : .openAI
    }

    /// Whether it is the server of the company itself. Its key goes nowhere else by itself, and never unencrypted.
    func isUsual(_ api: ModelEndpoint.API) -> Bool {
        isEncrypted && host == (api == .anthropic ? "api.anthropic.com" : "api.openai.com")
    }

    /// The address to which the path of a call is added.
    func base(_ api: ModelEndpoint.API) -> String {
        (api == .anthropic && base.hasSuffix("/v1") ? String(base.dropLast(3)) : base) + query
    }
}

struct AddressProblem: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}
