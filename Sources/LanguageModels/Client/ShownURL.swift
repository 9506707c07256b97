import Foundation

/// An address as it may be shown: without a user, a password, a query and a fragment, which may hold secrets.
struct ShownURL: CustomStringConvertible {
    /// The whole.
    let text: String
    /// Scheme, host and port.
    let origin: String
    let host: String
    /// The address that was set, from which `text` is made.
    let base: String

    /// - Parameter path: the part that a request adds to the address; nil is nothing.
    init(_ address: String, path: String? = nil) {
        base = Self.stripped(address)
        text = path.map { Self.stripped(Self.joined(address, $0)) } ?? base
        let afterScheme = base.range(of: "://")?.upperBound ?? base.startIndex
        origin = String(base[..<(base[afterScheme...].firstIndex(of: "/") ?? base.endIndex)])
        var host = origin[afterScheme...]
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") { host = host[..<colon] }
        self.host = String(host)
    }

    var description: String { text }

    private static func stripped(_ address: String) -> String {
        var shown = address.prefix { $0 != "?" && $0 != "#" }
        let afterScheme = shown.range(of: "://")?.upperBound ?? shown.startIndex
        let authority = shown[afterScheme...].prefix { $0 != "/" }
        if let at = authority.lastIndex(of: "@") { shown.removeSubrange(afterScheme...at) }
        return String(shown)
    }

    /// The address of a request: the path comes before the query. A path that the address has already is not added again.
    ///
    /// - Parameter other: the path of another request, which goes where the address has it.
    static func joined(_ address: String, _ path: String, besides other: String? = nil) -> String {
        let end = address.firstIndex { $0 == "?" || $0 == "#" } ?? address.endIndex
        var base = address[..<end]
        while base.hasSuffix("/") { base = base.dropLast() }
        if let other, base.hasSuffix(other) { base = base.dropLast(other.count) + (other.hasPrefix("/v1/") ? "/v1" : "") }
        var path = path[...]
        if base.hasSuffix(path) { path = "" }
        if base.hasSuffix("/v1"), path.hasPrefix("/v1/") { path = path.dropFirst(3) }
        return String(base + path) + address[end...].prefix { $0 != "#" }
    }

    /// The parts of an address that must not be shown: its password, and the values of its query.
    static func secrets(in address: String) -> [Secret] {
        guard let components = URLComponents(string: address) else { return [] }
        return ([components.password, components.percentEncodedPassword] + (components.queryItems ?? []).map(\.value)).compactMap { $0 }
            .map { Secret($0) }
    }
}
