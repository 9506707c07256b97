import Trace

extension LuaBinding {
    /// The behaviour of bundles in Lua: they can be called, and know their code parameter.
    func openBundles() throws(LuaError) {
        try machine.defineKind(
            HandleKind.bundle, name: "bundle",
            metamethods: [
                "__call": guarded { try $0.callBundle($1) },
                "__index": guarded { binding, arguments in
                    guard let number = arguments.handle(0, kind: HandleKind.bundle), let name = arguments.string(1) else { return .none }
                    let facts = binding.engine.record.bundles.all[binding.functions[number].id.index]
                    switch name {
                    case "parameter": return .one(facts.code.map(binding.handle) ?? .null)
                    case "name": return .one(.string(facts.name))
                    case "doc": return .one(.string(facts.documentation))
                    default: throw LuaRaise.text("the bundle \(facts.name) has no '\(name)'; it has parameter, name and doc")
                    }
                },
                "__tostring": guarded { binding, arguments in
                    .one(.string("bundle \(binding.functions[arguments.handle(0, kind: HandleKind.bundle) ?? 0].name)"))
                },
            ])
    }

    /// `trace.bundle(name, options, function)`.
    func makeBundle(_ arguments: LuaArguments) throws -> LuaResults {
        try count(.objects)
        guard let name = arguments.string(0) else {
            throw LuaRaise.text("a bundle has a name: trace.bundle(\"name\", { … }, function(…) … end)")
        }
        let hasOptions = if case .function = arguments[1] { false } else { true }
        let body = arguments[hasOptions ? 2 : 1]
        guard case .function = body else { throw LuaRaise.text("the bundle \(name) has no function: give it after the options") }
        let options = try options(
            hasOptions ? arguments[1] : .null, ["doc", "trainable", "traceable", "external", "catch", "projections"], of: "a bundle")
        let (parameters, isVariadic) = try machine.parameterNames(of: body)
        let definition = try machine.definition(of: body)
        var code: String?
        if try flag(options["trainable"], option: "trainable") {
            guard let text = outside.sourceText(definition.chunk),
                let source = LuaSource.function(in: text, lines: definition.firstLine...definition.lastLine, parameters: parameters)
            else {
                throw LuaRaise.text(
                    "the source of \(name) cannot be found in \(definition.chunk): begin a trainable function on a line of its own")
            }
            code = source
        }
        let signature = "function(\((parameters + (isVariadic ? ["..."] : [])).joined(separator: ", ")))"
        let id = try engine.bundle(
            name, documentation: try text(options["doc"], option: "doc") ?? "",
            traceable: try flag(options["traceable"], option: "traceable"),
            external: try flag(options["external"], option: "external"), catches: try flag(options["catch"], option: "catch", or: true),
            code: code,
            constraint: code.map { _ in "The code is Lua and begins with: \(signature)" })
        if let parameter = engine.record.bundles.all[id.index].code {
            // An answer without a function is refused when it is read, not when the function is called.
            try engine.constrain(parameter, [Self.functionProjection(name)])
            try constrain(parameter, by: options["projections"], signature: signatureProjection(name, parameters, isVariadic))
        }
        functions.append(
            BundleFunction(
                id: id, name: name, original: body, parameters: parameters, isVariadic: isVariadic, code: code, compiled: body,
                chunk: definition.chunk, lines: definition.firstLine...max(definition.firstLine, definition.lastLine)))
        return .one(.handle(kind: HandleKind.bundle, id: functions.count - 1))
    }

    private func callBundle(_ arguments: LuaArguments) throws -> LuaResults {
        guard let number = arguments.handle(0, kind: HandleKind.bundle) else { return .none }
        let function = functions[number]
        let given = arguments.count - 1
        if given > function.parameters.count, !function.isVariadic {
            throw LuaRaise.text(
                "\(function.name) takes \(Trace.count(function.parameters.count, "argument")) (\(function.parameters.joined(separator: ", "))), and got \(given)"
            )
        }
        try compile(number)
        var inputs: [(name: String, argument: BundleArgument)] = []
        /// The argument at each place of the call: a place among the inputs, an object that is passed as it is, or nothing.
        var places: [Place] = []
        for i in 0..<max(0, given) {
            let name = i < function.parameters.count ? function.parameters[i] : "args_\(i - function.parameters.count)"
            if arguments.isNull(i + 1) {
                places.append(.nothing)
                continue
            }
            let value = arguments[i + 1]
            if case .table = value, machine.hasMetatable(value) {
                inputs.append((name, .node(try node(for: value, named: name))))
                places.append(.object(value, input: inputs.count - 1))
            } else {
                var given = try argument(value)
                // One of any number of arguments has no name of its own: its node is named after its type.
                if i >= function.parameters.count, case .value(let data) = given { given = .node(try engine.node(data)) }
                inputs.append((name, given))
                places.append(.input(inputs.count - 1))
            }
        }
        let isTraceable = engine.record.bundles.all[function.id.index].isTraceable && engine.isTracing
        let output = try engine.call(function.id, inputs) { call in
            var values: [LuaValue] = []
            for place in places {
                switch place {
                case .nothing: values.append(.null)
                case .object(let object, let input):
                    _ = engine.read(call.arguments[input].node)
                    values.append(object)
                case .input(let input):
                    let node = call.arguments[input].node
                    values.append(isTraceable ? handle(node) : try lua(engine.read(node)))
                }
            }
            return try run(functions[number].compiled, values, in: number)
        }
        return .one(handle(output))
    }

    private enum Place {
        case nothing
        case input(Int)
        case object(LuaValue, input: Int)
    }

    /// The one node of a Lua object.
    private func node(for object: LuaValue, named name: String) throws -> NodeID {
        let number = number(of: object)
        if let known = objectNodes[number] { return known }
        let className = machine.metatableName(of: object)
        let value = Value.object(OpaqueObject(className: className ?? "table", text: className ?? name, handle: number))
        let id = try engine.node(value, NodeOptions(name: className ?? name))
        objectNodes[number] = id
        return id
    }

    /// Runs a function for a bundle. The engine makes exception nodes of its errors.
    func run(_ function: LuaValue, _ values: [LuaValue], in number: Int?) throws -> BundleResult {
        let isTrainable = number.map { functions[$0].code != nil } ?? false
        do {
            let isReplaced = number.map { functions[$0].isReplaced } ?? false
            guard isReplaced else {
                return try result(isTrainable ? machine.call(function, values, limits: callLimits) : call(function, values))
            }
            return try asReplacedCode {
                for value in values { if case .table = value, machine.hasMetatable(value) { machine.share(value) } }
                return try result(machine.call(function, values, limits: callLimits))
            }
        } catch let error as LuaError {
            guard error.kind == .runtime || (error.kind == .limit && isTrainable) else { throw error }
            if let number, !engine.record.bundles.all[functions[number].id.index].catchesErrors { throw error }
            // If a language model does not answer, the function is not at fault.
            switch engineError(in: error) {
            case let own? where own.isOfModel: throw own
            default: break
            }
            throw failure(error, in: number)
        } catch LuaRaise.text(let text) {
            throw OperatorFailure(type: "LuaError", message: text)
        }
    }

    /// The returned values of a function, as the result of a bundle.
    private func result(_ results: [LuaValue]) throws -> BundleResult {
        guard let first = results.first else { return .value(.none) }
        let result: BundleResult
        switch try argument(results.count > 1 ? try machine.newTable(list: results) : first) {
        case .node(let id): result = .node(id)
        case .value(let value): result = .value(value)
        case let container: result = .node(try engine.node(for: container))
        }
        return results.count > 1 ? .list(result, of: results.count) : result
    }

    private func failure(_ error: LuaError, in number: Int?) -> OperatorFailure {
        var isLimit = error.kind == .limit
        if case .limit? = engineError(in: error) { isLimit = true }
        let type = isLimit ? "SandboxLimit" : "LuaError"
        let report: String? = number.flatMap { self.report(of: error, type: type, in: functions[$0]) }
        return OperatorFailure(type: type, message: error.text, report: report, limited: isLimit)
    }

    /// The source of a bundle's function with the error on the line where it happened.
    private func report(of error: LuaError, type: String, in function: BundleFunction) -> String? {
        guard let text = outside.sourceText(function.chunk) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let range = function.lines.clamped(to: 1...max(1, lines.count))
        let place = error.traceback.first { $0.chunk == function.chunk && range.contains($0.line ?? 0) }?.line
        return range.map { number in
            let line = number <= lines.count ? String(lines[number - 1]) : ""
            return number == place ? "\(line)  <--- (\(type)) \(error.text)" : line
        }.joined(separator: "\n")
    }

    /// Compiles a trainable bundle's code if it was replaced since the last call.
    private func compile(_ number: Int) throws {
        let function = functions[number]
        guard let known = function.code, let parameter = engine.record.bundles.all[function.id.index].code else { return }
        guard case .string(let code) = engine.value(parameter) else {
            let text = "the code is of type \(engine.value(parameter).typeName), and code is text"
            throw try engine.codeFailure(function.id, OperatorFailure(type: "SyntaxError", message: text))
        }
        guard code != known else { return }
        guard code.utf8.count <= Self.longestCode else {
            let text = "the code has \(code.utf8.count) bytes, and the limit is \(Self.longestCode)"
            throw try engine.codeFailure(function.id, OperatorFailure(type: "SandboxLimit", message: text, limited: true))
        }
        let version = engine.state.versionCount(parameter, in: engine.record)
        let chunk = "\(engine.record.name(parameter)) v\(version)"
        outside.codeLoaded(chunk, code)
        replaced.chunks.insert(chunk)
        do {
            guard let source = LuaSource.returning(code, named: function.name) else {
                throw try engine.codeFailure(
                    function.id, OperatorFailure(type: "SyntaxError", message: "the code does not define a function", report: code))
            }
            let loader = try machine.load(source, chunk: chunk, closureOf: function.original)
            let results = try asReplacedCode { try machine.call(loader, [], limits: callLimits) }
            guard case .function? = results.first else {
                throw try engine.codeFailure(
                    function.id, OperatorFailure(type: "SyntaxError", message: "the code does not return a function", report: code))
            }
            functions[number].compiled = results[0]
            functions[number].code = code
            functions[number].isReplaced = true
            functions[number].chunk = chunk
            functions[number].lines = 1...max(1, code.split(separator: "\n", omittingEmptySubsequences: false).count)
        } catch let error as LuaError {
            guard error.kind != .aborted, error.kind != .memory else { throw error }
            let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
            let type = error.kind == .syntax ? "SyntaxError" : error.kind == .limit ? "SandboxLimit" : "LuaError"
            let marked = lines.enumerated().map {
                $0.offset + 1 == error.line ? "\($0.element)  <--- (\(type)) \(error.text)" : String($0.element)
            }
            throw try engine.codeFailure(
                function.id,
                OperatorFailure(
                    type: type, message: error.text, report: marked.joined(separator: "\n"), limited: error.kind == .limit))
        }
    }
}
