import OrderedCollections

/// The data of a node.
///
/// Integers and floating-point numbers are told apart, as in Lua and Python. A dictionary keeps the order in which its keys were put.
public enum Value: Sendable, Hashable {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case list([Value])
    case dict(OrderedDictionary<Key, Value>)
    case object(OpaqueObject)

    /// A key of a dictionary.
    public enum Key: Sendable, Hashable {
        case int(Int)
        case string(String)
    }
}

/// Something that the engine carries and never looks into: it knows what to call it, what to show, and the number by which the
/// runtime that made it finds it again.
public struct OpaqueObject: Sendable, Hashable {
    public var className: String
    public var text: String
    public var handle: Int

    public init(className: String, text: String, handle: Int) {
        self.className = className
        self.text = text
        self.handle = handle
    }
}
