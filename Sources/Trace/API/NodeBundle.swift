/// A Swift function that counts as one operator: made by `Graph.bundle`, and called like a function with nodes or data.
///
/// A struct with a name of its own, so as not to be taken for Foundation's `Bundle`.
public struct NodeBundle {
    /// The graph that the bundle belongs to.
    public let graph: Graph
    /// The engine's number of the bundle.
    public let id: BundleID
    let signature: Signature
    /// Returns the function that runs a call, anew at each call, because code that is a parameter may have been replaced.
    let function: () throws -> Function

    typealias Function = (BundleInputs) throws -> BundleResult

    /// The arguments that a call may have.
    struct Signature {
        var names: [String]
        /// Number of required arguments.
        var required: Int
        var isVariadic: Bool

        func name(_ position: Int) -> String { position < names.count ? names[position] : "args_\(position - names.count)" }
    }

    /// The engine's facts about the bundle.
    public var facts: BundleFacts { graph.engine.record.bundles.all[id.index] }
    /// The name.
    public var name: String { facts.name }
    /// The parameter that holds the code, if the bundle is trainable.
    public var parameter: Node? { facts.code.map { graph.wrap($0) } }

    /// Calls the function. Data that is an argument gets a node that is named after the argument.
    ///
    /// - Throws: `TraceError.execution` with an exception node when the function fails; `TraceError.missingInput` when it reads a node that
    ///   is not an argument; `TraceError.invalid` for another number of arguments; and the function's error if errors are not caught.
    @discardableResult
    public func callAsFunction(
        _ arguments: any NodeArgument..., fileID: StaticString = #fileID, line: Int = #line
    ) throws -> Node {
        try call(arguments, fileID: fileID, line: line)
    }

    /// Calls the function with an array of arguments.
    ///
    /// - Throws: the errors of `callAsFunction`.
    @discardableResult
    public func call(_ arguments: [any NodeArgument], fileID: StaticString = #fileID, line: Int = #line) throws -> Node {
        try graph.at(fileID, line) { try called(with: arguments) }
    }

    private func called(with arguments: [any NodeArgument]) throws -> Node {
        guard arguments.count >= signature.required, signature.isVariadic || arguments.count <= signature.names.count else {
            throw TraceError.invalid(
                "\(name) takes \(count(signature.names.count, "argument")) (\(signature.names.joined(separator: ", "))), and got \(arguments.count)"
            )
        }
        var inputs: [(name: String, argument: BundleArgument)] = []
        /// The place of each argument among the inputs; nil for an omitted one.
        var places: [Int?] = []
        for (i, argument) in arguments.enumerated() {
            let argument = try argument.nodeArgument(in: graph)
            if case .value(.none) = argument {
                places.append(nil)
            } else {
                places.append(inputs.count)
                inputs.append((signature.name(i), argument))
            }
        }
        let function = try compiled()
        let output = try graph.engine.call(id, inputs) { call in
            let nodes = places.map { place in place.map { graph.wrap(call.arguments[$0].node) } }
            return try run(function, BundleInputs(names: nodes.indices.map(signature.name), nodes: nodes))
        }
        return graph.wrap(output)
    }

    /// The function, compiled again if its code was replaced.
    private func compiled() throws -> Function {
        do {
            return try function()
        } catch {
            guard facts.catchesErrors, facts.isTrainable else { throw error }
            throw try graph.engine.codeFailure(id, Self.failure(error, type: "SyntaxError"))
        }
    }

    private func run(_ function: Function, _ inputs: BundleInputs) throws -> BundleResult {
        do {
            return try function(inputs)
        } catch let error as TraceError {
            // A failed operator inside is an error of the function; other errors are mistakes of the program.
            guard case .execution(let node, let type, let message, let limited) = error, facts.catchesErrors else { throw error }
            throw OperatorFailure(type: type, message: message, report: graph.engine.record.report(node), limited: limited)
        } catch {
            throw facts.catchesErrors ? Self.failure(error) : error
        }
    }

    private static func failure(_ error: any Error, type: String? = nil) -> OperatorFailure {
        if let failure = error as? OperatorFailure { return failure }
        return OperatorFailure(type: type ?? String(describing: Swift.type(of: error)), message: String(describing: error))
    }
}

/// The arguments of a bundle whose function takes any number of them, or takes them by name.
public struct BundleInputs {
    /// The names of the arguments, in order.
    public var names: [String]
    /// The nodes of the arguments; nil for an omitted one.
    public var nodes: [Node?]

    /// The data of the arguments; none for one that was left out.
    public var values: [Value] { nodes.map { $0?.data ?? .none } }
    /// Number of arguments.
    public var count: Int { nodes.count }
    /// The node of an argument; nil if there is no such argument, or it was omitted.
    public subscript(name: String) -> Node? { names.firstIndex(of: name).flatMap { nodes[$0] } }

    /// An argument as a Swift type.
    ///
    /// - Parameter position: from 0.
    /// - Throws: `OperatorFailure` when it is of another type, or is not there.
    public func get<T: BundleInput>(_ position: Int, as type: T.Type = T.self) throws -> T {
        try T.input(nodes.indices.contains(position) ? nodes[position] : nil)
    }
}
