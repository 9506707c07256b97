extension Graph {
    /// Turns a function into a bundle. The function gets arguments of type `Node` as nodes, and all others as data:
    ///
    /// ```swift
    /// let scale = try graph.bundle("scale", traceable: true) { (x: Node, a: Node) in try x * a }
    /// let clip = try graph.bundle("clip", arguments: ["x", "limit"]) { (x: Double, limit: Double?) in min(x, limit ?? 1) }
    /// ```
    ///
    /// An error that the function throws becomes an exception node, with the name of the error's type; so does an argument of the wrong
    /// type.
    ///
    /// - Parameter arguments: the names of the arguments; without, they are `x`, `y`, `args_0`, `args_1` and so on.
    /// - Parameter documentation: a description of what it does, for the proposer.
    /// - Parameter traceable: whether calls have inner graphs; the function then gets copies of its arguments.
    /// - Parameter external: whether the function may read nodes that are not arguments.
    /// - Parameter catches: whether errors become exception nodes, or pass as they are.
    /// - Throws: `TraceError.invalid` for a name that cannot be one, or another number of names than of arguments.
    public func bundle<each Input: BundleInput, Output: NodeArgument>(
        _ name: String, arguments: [String]? = nil, documentation: String = "", traceable: Bool = false, external: Bool = false,
        catches: Bool = true, _ function: @escaping (repeat each Input) throws -> Output
    ) throws(TraceError) -> NodeBundle {
        var canBeLeftOut: [Bool] = []
        repeat canBeLeftOut.append((each Input).mayBeLeftOut)
        let count = canBeLeftOut.count
        let names = arguments ?? ["x", "y"].prefix(count) + (0..<max(0, count - 2)).map { "args_\($0)" }
        guard names.count == count else {
            let named = "\(names.count) \(names.count == 1 ? "is" : "are") named (\(names.joined(separator: ", ")))"
            throw .invalid("\(name) takes \(Trace.count(count, "argument")), and \(named)")
        }
        let required = (canBeLeftOut.lastIndex(of: false) ?? -1) + 1
        let id = try engine.bundle(name, documentation: documentation, traceable: traceable, external: external, catches: catches)
        let run: NodeBundle.Function = { [unowned self] inputs in
            var position = -1
            func next<T: BundleInput>(_ type: T.Type) throws -> T {
                position += 1
                return try inputs.get(position)
            }
            return try result(try function(repeat next((each Input).self)))
        }
        return NodeBundle(
            graph: self, id: id, signature: .init(names: names, required: required, isVariadic: false), function: { run })
    }

    /// Makes a bundle of a function that takes any number of arguments. Those without a name of their own are `args_0`, `args_1` and so on.
    ///
    /// - Parameter arguments: the names of the first arguments, which there have to be.
    /// - Throws: `TraceError.invalid` for a name that cannot be one.
    public func variadicBundle<Output: NodeArgument>(
        _ name: String, arguments: [String] = [], documentation: String = "", traceable: Bool = false, external: Bool = false,
        catches: Bool = true, _ function: @escaping (BundleInputs) throws -> Output
    ) throws(TraceError) -> NodeBundle {
        let id = try engine.bundle(name, documentation: documentation, traceable: traceable, external: external, catches: catches)
        let run: NodeBundle.Function = { [unowned self] in try result(try function($0)) }
        return NodeBundle(
            graph: self, id: id, signature: .init(names: arguments, required: arguments.count, isVariadic: true), function: { run })
    }

    /// Makes a bundle whose code is a parameter, in whatever language the program can run: a template, a formula, a script.
    ///
    /// The output of a call is `eval`, and has the code among its inputs. `compile` is called again whenever the code was replaced; what it
    /// throws gives an exception node whose only input is the code.
    ///
    /// - Parameter code: the first code.
    /// - Parameter constraint: a condition on new data, in words.
    /// - Throws: `TraceError.invalid` for a name that cannot be one, `TraceError.limit` when the graph is full.
    public func trainableBundle<Output: NodeArgument>(
        _ name: String, code: String, arguments: [String], constraint: String? = nil, documentation: String = "", traceable: Bool = false,
        external: Bool = false, catches: Bool = true, projections: [Projection] = [], fileID: StaticString = #fileID, line: Int = #line,
        compile: @escaping (String) throws -> (BundleInputs) throws -> Output
    ) throws(TraceError) -> NodeBundle {
        let id = try at(fileID, line) { () throws(TraceError) in
            try engine.bundle(
                name, documentation: documentation, traceable: traceable, external: external, catches: catches, code: code,
                constraint: constraint)
        }
        let parameter = engine.record.bundles.all[id.index].code
        if let parameter, !projections.isEmpty { try engine.constrain(parameter, projections) }
        var known: (code: String, run: NodeBundle.Function)?
        return NodeBundle(
            graph: self, id: id, signature: .init(names: arguments, required: arguments.count, isVariadic: false),
            function: { [unowned self] in
                let text = parameter.map { engine.value($0).text } ?? code
                if let known, known.code == text { return known.run }
                let compiled = try compile(text)
                let run: NodeBundle.Function = { [unowned self] in try result(try compiled($0)) }
                known = (text, run)
                return run
            })
    }

    /// The result of a function, in the engine's form.
    private func result(_ output: some NodeArgument) throws -> BundleResult {
        switch try output.nodeArgument(in: self) {
        case .node(let id): .node(id)
        case .value(let value): .value(value)
        case let container: .node(try engine.node(for: container))
        }
    }
}
