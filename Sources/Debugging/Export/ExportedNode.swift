import Trace

/// A node of an exported graph. Other nodes, backwards, calls and bundles are given as their places in the lists of the graph.
package struct ExportedNode: Sendable, Equatable {
    package struct InputEdge: Sendable, Equatable {
        package var argument: String
        package var node: Int
    }
    /// A value that was written after the first one.
    package struct Version: Sendable, Equatable {
        package enum Writer: Sendable, Equatable {
            case optimizer(Int, step: Int)
            case hand, workflow
        }
        package var value: Value
        package var writer: Writer
    }
    /// One piece of feedback.
    package struct Entry: Sendable, Equatable {
        /// Nil for the caller of backward.
        package var child: Int?
        /// A number of `backwards`.
        package var backward: Int
        /// The result of a propagator that does not give trace graphs.
        package var value: Value?
    }
    package var name: String
    package var kind: NodeKind
    package var firstValue: Value
    package var versions: [Version] = []
    package var description: String
    package var constraint: String?
    package var level = 0
    package var inputs: [InputEdge] = []
    /// In the order in which they came.
    package var feedback: [Entry] = []
    /// The number of the backward that freed it.
    package var freedBy: Int?
    /// The full form of an exception.
    package var report: String?
    package var site: Site?
    /// The traceable call inside which it was made.
    package var inside: Int?
    /// The traceable call whose output it is.
    package var outputOf: Int?
    /// The node of which it is a copy for the inside of a bundle.
    package var original: Int?
    /// The bundle whose output or code it is.
    package var bundle: Int?

    package var value: Value { versions.last?.value ?? firstValue }
}

/// An optimizer of an exported graph.
package struct ExportedOptimizer: Sendable, Equatable {
    package var name: String
    package var kind: OptimizerKind
    package var parameters: [Int]
    /// Nil, as those below, is as the kind has it.
    package var objective: String?
    package var memory: Int?
    package var truncation: Int?
    package var model: String?
    package var steps: Int
}
