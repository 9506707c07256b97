import Trace

/// The headers that a user may add to requests.
enum HeaderRules {
    /// The reason why a header cannot be added, in words; nil if it can.
    static func problem(_ name: String, _ value: Value) -> String? {
        guard isName(name) else { return "'\(name)' is not the name of a header" }
        let lower = name.lowercased()
        if keys.contains(lower) {
            return
                "a key does not belong in this file, which is read, copied and shown: leave '\(name)' out, name where the key is with key_env "
                + "or key_command, and the header that carries it with key_header"
        }
        if own.contains(lower) { return "'\(name)' is set for each request, and cannot be another" }
        switch value {
        case .string, .int, .float, .bool: break
        default: return "'\(name)' must be a text, and is \(Words.withArticle(value.typeName))"
        }
        // A line's end would begin another header.
        guard !value.text.isEmpty, value.text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            return "'\(name)' is empty, or holds a line end or a character beyond ASCII"
        }
        return nil
    }

    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Set("()<>@,;:\\\"/[]?={}".utf8).contains($0) }
    }

    private static let keys: Set<String> = ["authorization", "proxy-authorization", "x-api-key", "api-key", "cookie", "x-goog-api-key"]
    private static let own: Set<String> = [
        "content-length", "content-type", "transfer-encoding", "connection", "host", "expect", "accept", "accept-encoding", "upgrade",
    ]
}
