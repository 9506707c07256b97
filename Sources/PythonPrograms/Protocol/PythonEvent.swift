/// A message of an agent: an event of the program, or the reply to a command.
package struct PythonMessage: Sendable {
    /// The place in the program's own code.
    package struct Place: Sendable, Equatable {
        package var file: Int
        package var line: Int
    }
    /// An active call.
    package struct ActiveCall: Sendable, Equatable {
        package var function: String
        package var place: Place
        /// The line at which the function's definition begins; 0 for the body of a file.
        package var definition: Int
    }
    package var kind: String
    /// The whole of it.
    let fields: WireValue
    package var place: Place?
    /// The active calls, innermost first, if they were reported.
    package var stack: [ActiveCall]

    /// Reads a line.
    ///
    /// - Throws: `ProtocolFault` for what is neither an event nor a reply.
    package init(line: [UInt8]) throws(ProtocolFault) {
        fields = try WireValue(json: line)
        guard case .object = fields else { throw .lacks("e", of: "line") }
        if let number = fields["r"] {
            guard let number = number.int else { throw .lacks("r", of: "reply") }
            reply = number
            kind = "reply"
        } else {
            guard let name = fields["e"]?.string else { throw .lacks("e", of: "line") }
            kind = name
        }
        let told = fields["ok"] ?? fields
        place = Self.place(told["at"]?.array, from: 0)
        stack = (told["stack"]?.array ?? []).prefix(Self.deepestStack).compactMap { Self.call($0.array) }
    }

    private static let deepestStack = 200

    private static func place(_ parts: [WireValue]?, from start: Int) -> Place? {
        guard let parts, parts.count > start + 1, let file = parts[start].int, let line = parts[start + 1].int, line > 0, line < Int32.max
        else { return nil }
        return Place(file: file, line: line)
    }

    private static func call(_ parts: [WireValue]?) -> ActiveCall? {
        guard let parts, parts.count >= 3, let function = parts[0].string, let place = place(parts, from: 1) else { return nil }
        return ActiveCall(function: function, place: place, definition: parts.count > 3 ? parts[3].int ?? 0 : 0)
    }

    /// The number of the command that it replies to; nil for an event.
    package private(set) var reply: Int?

    // MARK: Members

    func int(_ key: String) throws(ProtocolFault) -> Int {
        guard let number = fields[key]?.int else { throw .lacks(key, of: kind) }
        return number
    }

    func string(_ key: String) throws(ProtocolFault) -> String {
        guard let text = fields[key]?.string else { throw .lacks(key, of: kind) }
        return text
    }

    func value(_ key: String) throws(ProtocolFault) -> WireValue {
        guard let value = fields[key] else { throw .lacks(key, of: kind) }
        return value
    }

    func ints(_ key: String) throws(ProtocolFault) -> [Int] {
        guard let items = fields[key]?.array else { throw .lacks(key, of: kind) }
        var out: [Int] = []
        for item in items {
            guard let number = item.int else { throw .lacks(key, of: kind) }
            out.append(number)
        }
        return out
    }

    /// Pairs such as `[[name, number], …]`; none if there are none.
    func pairs(_ key: String) throws(ProtocolFault) -> [(WireValue, WireValue)] {
        guard let items = fields[key] else { return [] }
        guard let items = items.array else { throw .lacks(key, of: kind) }
        var out: [(WireValue, WireValue)] = []
        out.reserveCapacity(items.count)
        for item in items {
            guard let pair = item.array, pair.count == 2 else { throw .lacks(key, of: kind) }
            out.append((pair[0], pair[1]))
        }
        return out
    }

    func optionalInt(_ key: String) -> Int? { fields[key]?.int }
    func optionalDouble(_ key: String) -> Double? { fields[key]?.double }
    func optionalString(_ key: String) -> String? { fields[key]?.string }
    func flag(_ key: String) -> Bool { fields[key]?.bool ?? false }

    /// The class and the words of an exception, where there is one.
    package var error: AgentError? {
        guard let error = fields["error"] else { return nil }
        if let parts = error.array {
            return AgentError(type: parts.first?.string ?? "Exception", text: parts.count > 1 ? parts[1].string ?? "" : "")
        }
        return AgentError(type: error["type"]?.string ?? "Exception", text: error["text"]?.string ?? "")
    }
}

/// An exception in the program.
package struct AgentError: Error, Sendable, Equatable {
    package var type: String
    package var text: String

    package var words: String { text.isEmpty ? type : "\(type): \(text)" }
}
