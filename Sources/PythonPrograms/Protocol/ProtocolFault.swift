/// A fault in the messages of the other side of a connection.
package enum ProtocolFault: Error, Hashable, Sendable {
    /// A line that is not JSON, and the offset in bytes at which that shows.
    case notJSON(String, offset: Int)
    /// A line that is longer than is read, in bytes.
    case tooLong(Int)
    /// An event or a reply without something that it must have.
    case lacks(String, of: String)
    /// A number in an event that refers to something unknown.
    case unknown(String, Int, in: String)
    /// An event or a reply that has no place here.
    case outOfPlace(String)
    /// The agent speaks another version of the protocol.
    case version(Int?)
    /// The other side does not know the token.
    case token

    package var text: String {
        switch self {
        case .notJSON(let reason, let offset): "a line is not JSON: \(reason), at byte \(offset)"
        case .tooLong(let limit): "a line is longer than \(limit >> 20) MiB"
        case .lacks(let key, let event): "an event '\(event)' has no valid '\(key)'"
        case .unknown(let what, let number, let event): "an event '\(event)' refers to \(what) \(number), which was never introduced"
        case .outOfPlace(let event): "an event '\(event)' is out of place"
        case .version(let version?):
            "its agent speaks version \(version) of the protocol, and this program version \(AgentProtocol.version): install the same version of both"
        case .version(nil): "what connected is not an agent of Tracescope"
        case .token: "what connected does not know the token"
        }
    }
}

/// The common constants of both sides of a connection.
package enum AgentProtocol {
    package static let version = 1
    /// Upper bound of a line, in bytes.
    package static let longestLine = 64 << 20
}
