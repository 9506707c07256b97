import Debugging
import Trace

/// Projections, and values of parameters in files.
extension LuaBinding {
    /// The functions of the `trace` table that make projections. A projection is a Lua function, like those of a workflow's own.
    func openProjections() throws(LuaError) {
        try machine.set(
            table, "range",
            try function("range") { binding, arguments in
                let projection = Projections.range(try binding.number(arguments[0]), try binding.number(arguments[1]))
                return .one(try binding.projection("range", projection))
            })
        try machine.set(
            table, "choice",
            try function("choice") { binding, arguments in
                guard case .list(let values) = try binding.value(arguments[0]), !values.isEmpty else {
                    throw LuaRaise.text("choice takes a list of values: trace.choice { \"a\", \"b\" }")
                }
                return .one(try binding.projection("choice", Projections.choice(values)))
            })
        try machine.set(
            table, "pattern",
            try function("pattern") { binding, arguments in
                guard let pattern = arguments.string(0) else { throw LuaRaise.text("pattern takes a Lua pattern") }
                return .one(try binding.projection("pattern", binding.matching(pattern)))
            })
        // The bundle knows the signature to compare with: the function itself is only its mark.
        let mark = try function("signature") { _, arguments in .one(arguments[0]) }
        signatureMark = mark
        try machine.set(table, "signature", try function("signature") { binding, _ in .one(binding.signatureMark) })
    }

    private func number(_ value: LuaValue) throws -> Double? {
        switch value {
        case .null: return nil
        case .int(let i): return Double(i)
        case .float(let d): return d
        default: throw LuaRaise.text("the bounds of a range must be numbers, and one is \(Words.withArticle(machine.typeName(value)))")
        }
    }

    /// A projection as a function of Lua's: it gives the value, or nil and the reason.
    private func projection(_ name: String, _ projection: @escaping Projection) throws -> LuaValue {
        try function(name) { binding, arguments in
            do {
                return .one(try binding.lua(try projection(try binding.value(arguments[0]))))
            } catch let failure as ProjectionFailure {
                return .many([.null, .string(failure.reason)])
            }
        }
    }

    private func matching(_ pattern: String) -> Projection {
        { [unowned self] value in
            guard case .string(let text) = value else {
                throw ProjectionFailure(reason: "\(value.short(40)) is not text")
            }
            do {
                let find = try machine.load("local s, p = ... return s:find('^' .. p .. '$') ~= nil", chunk: "pattern")
                let found = try machine.call(find, [.string(text), .string(pattern)], limits: Self.codeLimits)
                if case .bool(true)? = found.first { return value }
            } catch let error as LuaError {
                throw ProjectionFailure(reason: "the pattern \(pattern) cannot be used: \(error.text)")
            }
            throw ProjectionFailure(reason: "\(value.short(40)) does not match \(pattern)")
        }
    }

    /// Gives a parameter the projections of an option: a list of functions of a value that give the value to take, true for the same, or
    /// nil or false and a reason.
    func constrain(_ parameter: NodeID, by option: LuaValue?, signature: Projection? = nil) throws {
        guard let option else { return }
        guard case .table = option else { throw LuaRaise.text("projections are a list: { trace.range(0, 1) }") }
        var list: [Projection] = []
        for (key, function) in try machine.entries(of: option).sorted(by: { Self.place($0.0) < Self.place($1.0) }) {
            guard case .function = function else {
                throw LuaRaise.text(
                    "projection \(Self.place(key)) must be a function, and is \(Words.withArticle(machine.typeName(function)))")
            }
            if machine.pointer(function) == machine.pointer(signatureMark) {
                guard let signature else { throw LuaRaise.text("trace.signature() is for the code of trainable bundles") }
                list.append(signature)
                continue
            }
            list.append({ [unowned self] value in try apply(function, to: value) })
        }
        try engine.constrain(parameter, list)
    }

    private static func place(_ key: LuaValue) -> Int {
        if case .int(let i) = key { return i }
        return .max
    }

    private func apply(_ function: LuaValue, to value: Value) throws(ProjectionFailure) -> Value {
        do {
            let results = try machine.call(function, [try lua(value)], limits: Self.codeLimits)
            switch results.first ?? .null {
            case .bool(true):
                if case .bool = value { return .bool(true) }
                return value
            case .null: throw ProjectionFailure(reason: reason(results))
            case .bool(false):
                if case .bool = value, results.count == 1 { return .bool(false) }
                throw ProjectionFailure(reason: reason(results))
            case let result: return try self.value(result)
            }
        } catch let failure as ProjectionFailure {
            throw failure
        } catch {
            throw ProjectionFailure(reason: "its projection failed: \((error as? LuaError)?.message ?? "\(error)")")
        }
    }

    private func reason(_ results: [LuaValue]) -> String {
        if results.count > 1, case .string(let text) = results[1] { return text }
        return "its projection refuses it"
    }

    /// The code of a bundle has a function in it.
    static func functionProjection(_ name: String) -> Projection {
        { value in
            guard case .string(let code) = value, LuaSource.returning(code, named: name) == nil else { return value }
            throw ProjectionFailure(reason: "the code does not define a function: it needs one named \(name)")
        }
    }

    /// The meaning of `trace.signature()` for a bundle with these parameters.
    func signatureProjection(_ name: String, _ parameters: [String], _ isVariadic: Bool) -> Projection {
        { value in
            guard case .string(let code) = value, let found = LuaSource.parameters(of: code, named: name) else {
                throw ProjectionFailure(reason: "the code does not define a function whose parameters can be read")
            }
            let wanted = parameters + (isVariadic ? ["..."] : [])
            guard found == wanted else {
                throw ProjectionFailure(
                    reason:
                        "the signature is function(\(found.joined(separator: ", "))) and must be function(\(wanted.joined(separator: ", ")))"
                )
            }
            return value
        }
    }

    // MARK: Files

    func openFiles() throws(LuaError) {
        try machine.set(
            table, "save",
            try function("save") { binding, arguments in
                let name = try binding.fileName(arguments.string(0), "save")
                try binding.save(name, try binding.parameters(arguments[1]))
                return .none
            })
        try machine.set(
            table, "load",
            try function("load") { binding, arguments in
                let name = try binding.fileName(arguments.string(0), "load")
                try binding.load(name, try binding.parameters(arguments[1]))
                return .none
            })
    }

    /// The name of a file beside the workflow.
    private func fileName(_ name: String?, _ function: String) throws -> String {
        guard let name else { throw LuaRaise.text("\(function) takes a file's name and a list of parameters") }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        // Neither a hidden file, nor a name that a command would take for one of its options.
        let unseen: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned]
        let isPlain =
            name.unicodeScalars.allSatisfy { !unseen.contains($0.properties.generalCategory) } && parts.allSatisfy { $0.first != "-" }
        guard isPlain, parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." }) else {
            throw LuaRaise.text("\(function) reaches only files beside the workflow, and '\(name)' is not the name of one")
        }
        guard parts.allSatisfy({ $0.first != "." }) else {
            throw LuaRaise.text("\(function) does not take hidden files: '\(name)', or a folder in its path, begins with a dot")
        }
        return name
    }

    /// Writes values to a new file, or to one that this function wrote.
    private func save(_ name: String, _ parameters: [NodeID]) throws {
        guard !isReplacedCodeRunning else {
            throw LuaRaise.text("code that replaces a function may not write files: call trace.save outside of it")
        }
        do throws(FileProblem) {
            let text = ValuesFile.text(parameters.map { (engine.record.name($0), engine.value($0)) })
            guard try outside.mayWrite(name, text.utf8.count) else { return }
            try ValuesFile.write(text, to: name, in: outside.folder)
        } catch {
            throw LuaRaise.text("\(name): \(error.reason)")
        }
    }

    private func load(_ shown: String, _ parameters: [NodeID]) throws {
        let text: String
        try count(.files)
        do {
            text = try outside.readFile(shown)
        } catch {
            throw LuaRaise.text("\(shown): \(error.reason)")
        }
        guard case .dict(let values)? = try? Value(literal: text) else {
            throw LuaRaise.text("\(shown): it does not hold parameter values")
        }
        var found: [(NodeID, Value)] = []
        for parameter in parameters {
            let name = engine.record.name(parameter), old = engine.value(parameter)
            guard let value = values[.string(name)] else { throw LuaRaise.text("\(shown): it has no value for \(name)") }
            switch value.converted(toTypeOf: old) {
            case .success(let new): found.append((parameter, new))
            case .failure(let error): throw LuaRaise.text("\(shown): \(name): \(error.text)")
            }
        }
        // All or nothing: one bad value must not leave the others half loaded.
        for (parameter, value) in found { engine.set(parameter, to: value, by: .workflow) }
    }
}
