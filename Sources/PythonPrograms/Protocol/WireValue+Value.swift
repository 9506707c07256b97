import OrderedCollections
import Trace

extension WireValue {
    /// The value of a node in an agent's report.
    ///
    /// - Parameter name: gives the name of a node or an optimizer that a value holds.
    func value(_ name: (_ isNode: Bool, Int) -> String) -> Value {
        switch self {
        case .null: return .none
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .int(number)
        case .float(let number): return .float(number)
        case .string(let text): return .string(text)
        case .array(let items): return .list(items.map { $0.value(name) })
        case .object(let members):
            if members.count == 1, members[0].key.first == "$" { return Self.special(members[0].key, members[0].value, name) }
            return .dict(
                OrderedDictionary(members.map { (.string($0.key), $0.value.value(name)) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    private static func special(_ kind: String, _ value: WireValue, _ name: (Bool, Int) -> String) -> Value {
        switch kind {
        case "$float":
            switch value.string {
            case "inf": return .float(.infinity)
            case "-inf": return .float(-.infinity)
            default: return .float(.nan)
            }
        case "$dict":
            let pairs = (value.array ?? []).compactMap { pair -> (Value.Key, Value)? in
                guard let pair = pair.array, pair.count == 2 else { return nil }
                return (key(pair[0].value(name)), pair[1].value(name))
            }
            return .dict(OrderedDictionary(pairs, uniquingKeysWith: { first, _ in first }))
        case "$cut":
            guard let parts = value.array, parts.count == 2, let beginning = parts[0].string, let length = parts[1].int else { break }
            return .string("\(beginning)… (\(length) characters)")
        case "$node": return .object(OpaqueObject(className: "Node", text: name(true, value.int ?? -1), handle: 0))
        case "$optimizer": return .object(OpaqueObject(className: "Optimizer", text: name(false, value.int ?? -1), handle: 0))
        case "$object":
            let kind = value["class"]?.string ?? "object", text = value["text"]?.string ?? ""
            return .object(OpaqueObject(className: kind, text: text.isEmpty ? kind : "\(kind) \(text)", handle: 0))
        default: break
        }
        return .dict([.string(kind): value.value(name)])
    }

    /// Keys that are neither texts nor integers become their text.
    private static func key(_ value: Value) -> Value.Key {
        switch value {
        case .int(let number): .int(number)
        case .string(let text): .string(text)
        default: .string(value.literal)
        }
    }
}

extension JSON {
    /// A value as the agent takes it.
    ///
    /// - Parameter type: the type that the node's data has there, where it differs.
    init(sending value: Trace.Value, as type: String? = nil) {
        switch value {
        case .float(let number) where !number.isFinite:
            self = ["$float": .string(number.isNaN ? "nan" : number < 0 ? "-inf" : "inf")]
        case .list(let items):
            let list = JSON.array(items.map { JSON(sending: $0) })
            self = type == "tuple" ? ["$tuple": list] : list
        case .dict(let items):
            let isPlain = items.keys.allSatisfy { if case .string(let key) = $0 { key.first != "$" } else { false } }
            if isPlain {
                self = .object(items.elements.map { JSON.Member($0.key.value.text, JSON(sending: $0.value)) })
            } else {
                self = ["$dict": .array(items.elements.map { .array([JSON(sending: $0.key.value), JSON(sending: $0.value)]) })]
            }
        default: self = JSON(value)
        }
    }
}
