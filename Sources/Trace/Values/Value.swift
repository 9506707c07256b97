import OrderedCollections

/// The data of a node.
///
/// Integers and floating-point numbers are different, as in Lua and Python. A dictionary keeps the order of its keys. Large cases are
/// indirect so that a value takes two words: a graph holds one for each of its nodes.
public enum Value: Sendable, Hashable {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case list([Value])
    indirect case dict(OrderedDictionary<Key, Value>)
    indirect case object(OpaqueObject)

    /// A key of a dictionary.
    public enum Key: Sendable, Hashable, Comparable {
        case int(Int)
        case string(String)

        /// Integers come before strings, so that two runs of a workflow list a dictionary in one order.
        public static func < (a: Key, b: Key) -> Bool {
            switch (a, b) {
            case (.int(let x), .int(let y)): x < y
            case (.string(let x), .string(let y)): x < y
            case (.int, .string): true
            case (.string, .int): false
            }
        }

        /// The key as a value.
        public var value: Value {
            switch self {
            case .int(let i): .int(i)
            case .string(let s): .string(s)
            }
        }
    }

    /// The type's name in the words of the field: `int`, `float`, `str`, `list`, `dict`, `bool`, `NoneType`, or an object's class.
    public var typeName: String {
        switch self {
        case .none: "NoneType"
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .string: "str"
        case .list: "list"
        case .dict: "dict"
        case .object(let o): o.className
        }
    }

    /// Whether the value counts as true in a condition: everything but none, false, zero and what is empty.
    public var isTruthy: Bool {
        switch self {
        case .none: false
        case .bool(let b): b
        case .int(let i): i != 0
        case .float(let d): d != 0
        case .string(let s): !s.isEmpty
        case .list(let l): !l.isEmpty
        case .dict(let d): !d.isEmpty
        case .object: true
        }
    }
}

/// A value that the engine carries and never looks into: it knows its name, its text, and the number by which the
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

extension Value: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .float(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
