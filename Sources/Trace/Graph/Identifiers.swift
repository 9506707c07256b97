/// A node, by the number of its creation. A parent always has a lower number than its children.
public struct NodeID: Hashable, Comparable, Sendable {
    public let raw: Int32
    public init(_ raw: Int) { self.raw = Int32(raw) }
    init(raw: Int32) { self.raw = raw }
    @inline(__always) public var index: Int { Int(raw) }
    public static func < (a: NodeID, b: NodeID) -> Bool { a.raw < b.raw }
}

/// An optimizer, by the number of its creation.
public struct OptimizerID: Hashable, Comparable, Sendable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
    public static func < (a: OptimizerID, b: OptimizerID) -> Bool { a.index < b.index }
}

/// A bundle, by the number of its creation.
public struct BundleID: Hashable, Sendable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
}

/// The kind of a node.
public enum NodeKind: UInt8, Sendable {
    /// A value that was put in.
    case node
    /// A trainable value.
    case parameter
    /// The output of an operator or a bundle.
    case message
    /// The output of one that failed.
    case exception

    public var name: String {
        switch self {
        case .node: "node"
        case .parameter: "parameter"
        case .message: "message"
        case .exception: "exception"
        }
    }
}

/// A place in a workflow's source.
public struct Site: Hashable, Sendable {
    public var file: String
    public var line: Int
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }
}
