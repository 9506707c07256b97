import OrderedCollections

/// A Swift type that can be the data of a node.
///
/// `Bool`, `Int`, `Double`, `String`, `Value`, and arrays, optionals and dictionaries (with strings as keys) of such types are; give your own
/// types the two requirements to have them too.
public protocol ValueConvertible: NodeArgument, BundleInput {
    /// The data that represents the instance.
    var traceValue: Value { get }
    /// The instance that a node's data represents; nil if it represents none.
    init?(traceValue: Value)
}

/// An argument that becomes a node: a node, or plain data.
///
/// Arrays, and dictionaries with strings as keys, of nodes are joined by the operators `make_list` and `make_dict`, so that the nodes in
/// them stay ancestors.
public protocol NodeArgument {
    /// The engine's form of the argument.
    ///
    /// - Throws: `TraceError.invalid` for a node of another graph.
    func nodeArgument(in graph: Graph) throws(TraceError) -> BundleArgument
}

/// A parameter of the function of a bundle: a node, or its data.
public protocol BundleInput {
    /// Whether a call may leave the argument out.
    static var mayBeLeftOut: Bool { get }
    /// The argument as the function sees it.
    ///
    /// - Parameter node: nil if the call left it out.
    /// - Throws: `OperatorFailure` when the node's data is of another type.
    static func input(_ node: Node?) throws -> Self
}

extension BundleInput {
    public static var mayBeLeftOut: Bool { false }

    static func leftOut() -> OperatorFailure {
        OperatorFailure(type: "TypeError", message: "an argument of type \(Self.self) cannot be left out")
    }
}

extension ValueConvertible {
    public func nodeArgument(in graph: Graph) throws(TraceError) -> BundleArgument { .value(traceValue) }

    public static func input(_ node: Node?) throws -> Self {
        guard let node else { throw leftOut() }
        let data = node.data
        guard let input = Self(traceValue: data) else {
            throw OperatorFailure(
                type: "TypeError", message: "\(node.name) is \(Words.withArticle(data.typeName)), not \(Words.withArticle("\(Self.self)"))")
        }
        return input
    }
}

extension Value: ValueConvertible {
    public var traceValue: Value { self }
    public init?(traceValue: Value) { self = traceValue }
    public static var mayBeLeftOut: Bool { true }
    public static func input(_ node: Node?) throws -> Value { node?.data ?? .none }
}

extension Bool: ValueConvertible {
    public var traceValue: Value { .bool(self) }
    public init?(traceValue: Value) {
        guard case .bool(let b) = traceValue else { return nil }
        self = b
    }
}

extension Int: ValueConvertible {
    public var traceValue: Value { .int(self) }
    public init?(traceValue: Value) {
        guard case .int(let i) = traceValue else { return nil }
        self = i
    }
}

/// An int is taken for a float, too.
extension Double: ValueConvertible {
    public var traceValue: Value { .float(self) }
    public init?(traceValue: Value) {
        switch traceValue {
        case .float(let d): self = d
        case .int(let i): self = Double(i)
        default: return nil
        }
    }
}

extension String: ValueConvertible {
    public var traceValue: Value { .string(self) }
    public init?(traceValue: Value) {
        guard case .string(let s) = traceValue else { return nil }
        self = s
    }
}

extension Optional: BundleInput where Wrapped: BundleInput {
    public static var mayBeLeftOut: Bool { true }
    public static func input(_ node: Node?) throws -> Wrapped? { try node.map { try Wrapped.input($0) } }
}

/// Nil as an argument of a bundle is one that was left out.
extension Optional: NodeArgument where Wrapped: NodeArgument {
    public func nodeArgument(in graph: Graph) throws(TraceError) -> BundleArgument {
        guard let wrapped = self else { return .value(.none) }
        return try wrapped.nodeArgument(in: graph)
    }
}

extension Optional: ValueConvertible where Wrapped: ValueConvertible {
    public var traceValue: Value { self?.traceValue ?? .none }
    public init?(traceValue: Value) {
        if traceValue == .none {
            self = .none
        } else if let wrapped = Wrapped(traceValue: traceValue) {
            self = .some(wrapped)
        } else {
            return nil
        }
    }
}

extension Array: BundleInput where Element: ValueConvertible {}

extension Array: NodeArgument where Element: NodeArgument {
    public func nodeArgument(in graph: Graph) throws(TraceError) -> BundleArgument {
        var items: [BundleArgument] = []
        for item in self { items.append(try item.nodeArgument(in: graph)) }
        return BundleArgument(list: items)
    }
}

extension Array: ValueConvertible where Element: ValueConvertible {
    public var traceValue: Value { .list(map(\.traceValue)) }
    public init?(traceValue: Value) {
        guard case .list(let values) = traceValue else { return nil }
        var items: [Element] = []
        for value in values {
            guard let item = Element(traceValue: value) else { return nil }
            items.append(item)
        }
        self = items
    }
}

extension Dictionary: BundleInput where Key == String, Value: ValueConvertible {}

/// The keys are in alphabetical order, so that two runs are the same.
extension Dictionary: NodeArgument where Key == String, Value: NodeArgument {
    public func nodeArgument(in graph: Graph) throws(TraceError) -> BundleArgument {
        var items: [(String, BundleArgument)] = []
        for (key, item) in sorted(by: { $0.key < $1.key }) { items.append((key, try item.nodeArgument(in: graph))) }
        return BundleArgument(dict: items)
    }
}

extension Dictionary: ValueConvertible where Key == String, Value: ValueConvertible {
    public var traceValue: Trace.Value {
        let pairs = sorted { $0.key < $1.key }.map { (Trace.Value.Key.string($0.key), $0.value.traceValue) }
        return .dict(OrderedDictionary(uniqueKeysWithValues: pairs))
    }
    public init?(traceValue: Trace.Value) {
        guard case .dict(let values) = traceValue else { return nil }
        var items: [String: Value] = [:]
        for (key, value) in values {
            guard let item = Value(traceValue: value) else { return nil }
            items[key.value.text] = item
        }
        self = items
    }
}

extension BundleArgument {
    /// A list, which is plain data unless some item is a node.
    init(list items: [BundleArgument]) {
        let values = items.compactMap(\.plain)
        self = values.count == items.count ? .value(.list(values)) : .list(items)
    }

    /// A dictionary, which is plain data unless some value is a node. Keys do not occur twice.
    init(dict items: [(String, BundleArgument)]) {
        let values = items.compactMap(\.1.plain)
        if values.count == items.count {
            self = .value(.dict(OrderedDictionary(uniqueKeysWithValues: zip(items, values).map { (Value.Key.string($0.0), $1) })))
        } else {
            self = .dict(OrderedDictionary(uniqueKeysWithValues: items.map { (Value.Key.string($0.0), $0.1) }))
        }
    }

    private var plain: Value? {
        if case .value(let value) = self { return value }
        return nil
    }
}

extension Value: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
    /// The keys keep their order; of a key that occurs twice, the last value counts.
    public init(dictionaryLiteral elements: (Key, Value)...) {
        self = .dict(OrderedDictionary(elements.map { ($0.0, $0.1) }, uniquingKeysWith: { $1 }))
    }
}

extension Value.Key: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self = .int(value) }
}
