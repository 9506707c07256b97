import Trace

extension OptimizerOptions {
    /// The options of an optimizer in Lua. The last three are other names for `memory`, `candidates` and `temperatures`.
    static let luaNames = [
        "name", "objective", "memory", "mask", "truncate", "include_example", "model", "temperature", "max_tokens", "extra_body", "retries",
        "json_mode",
        "candidates", "selection", "temperatures", "propagator", "memory_size", "num_responses", "temperature_range",
    ]

    /// Reads them out of a table.
    ///
    /// - Throws: `LuaRaise` that says which option is of the wrong type, and the right type. The engine refuses options that make no sense.
    init(_ given: [String: LuaValue], in binding: LuaBinding) throws {
        func either(_ name: String, _ other: String) throws -> LuaValue? {
            if given[name] != nil, given[other] != nil {
                throw LuaRaise.text("\(name) and \(other) are one option: give one of them")
            }
            return given[name] ?? given[other]
        }
        self.init(
            name: try binding.text(given["name"], option: "name"), objective: try binding.text(given["objective"], option: "objective"),
            memory: try binding.whole(try either("memory", "memory_size"), option: "memory"))
        masked = try binding.sections(given["mask"])
        truncation = try binding.whole(given["truncate"], option: "truncate")
        showsExample = try binding.flag(given["include_example"], option: "include_example")
        model = try binding.text(given["model"], option: "model")
        temperature = try binding.number(given["temperature"], option: "temperature")
        maxTokens = try binding.whole(given["max_tokens"], option: "max_tokens") ?? maxTokens
        extra = try binding.requestFields(given["extra_body"])
        retries = try binding.whole(given["retries"], option: "retries") ?? retries
        usesJSONMode = try binding.flag(given["json_mode"], option: "json_mode", or: true)
        candidates = try binding.whole(try either("candidates", "num_responses"), option: "candidates") ?? candidates
        if let name = try binding.text(given["selection"], option: "selection") {
            guard let known = CandidateSelection(rawValue: name) else {
                let names = Words.list(CandidateSelection.allCases.map { "\"\($0.rawValue)\"" }, "or")
                throw LuaRaise.text("no selection is named \"\(name)\": choose \(names)")
            }
            selection = known
        }
        if let list = try either("temperatures", "temperature_range") {
            temperatures = try binding.numbers(list, option: "temperatures")
        }
    }
}

extension LuaBinding {
    /// A whole number; nil if the option is not given.
    func whole(_ value: LuaValue?, option: String) throws -> Int? {
        switch value {
        case nil, .null?: return nil
        case .int(let i)?: return i
        case .float(let d)?:
            if let exact = Int(exactly: d) { return exact }
            throw LuaRaise.text("\(option) must be a whole number, and is \(d)")
        case let other?: throw LuaRaise.text("\(option) must be a whole number, and is \(Words.withArticle(machine.typeName(other)))")
        }
    }

    /// A number; nil if the option is not given.
    func number(_ value: LuaValue?, option: String) throws -> Double? {
        switch value {
        case nil, .null?: return nil
        case .int(let i)?: return Double(i)
        case .float(let d)?: return d
        case let other?: throw LuaRaise.text("\(option) must be a number, and is \(Words.withArticle(machine.typeName(other)))")
        }
    }

    fileprivate func numbers(_ value: LuaValue, option: String) throws -> [Double] {
        guard case .table = value, case .list(let items) = try self.value(value) else {
            throw LuaRaise.text(
                "\(option) must be a list of numbers, such as { 1.3, 0 }, and is \(Words.withArticle(machine.typeName(value)))")
        }
        return try items.map { item in
            switch item {
            case .int(let i): return Double(i)
            case .float(let d): return d
            default: throw LuaRaise.text("\(option) must be a list of numbers, and \(item.short(40)) is not a number")
            }
        }
    }

    /// Additional fields of requests: a table of names and values.
    fileprivate func requestFields(_ value: LuaValue?) throws -> RequestFields {
        switch try value.map({ try self.value($0) }) {
        case nil, Value.none?: return RequestFields()
        case .list(let items)? where items.isEmpty: return RequestFields()
        case .dict(let dict)?:
            do throws(RequestFieldProblem) {
                return try RequestFields(dict.map { (name: $0.key.value.text, value: $0.value) })
            } catch {
                throw LuaRaise.text(error.reason)
            }
        case let other?:
            throw LuaRaise.text(
                "extra_body must be a table of names and values, such as { reasoning_effort = \"low\" }, and is \(Words.withArticle(other.typeName))"
            )
        }
    }

    /// The parts of a problem that are to be left out: one title, or a list of them.
    fileprivate func sections(_ value: LuaValue?) throws -> Set<ProblemSection> {
        let given: [Value]
        switch try value.map({ try self.value($0) }) {
        case nil, Value.none?: given = []
        case .string(let one)?: given = [.string(one)]
        case .list(let items)?: given = items
        case .dict(let dict)? where dict.isEmpty: given = []
        case let other?:
            throw LuaRaise.text(
                "mask must be a list of a problem's parts, such as { \"#Code\" }, and is \(Words.withArticle(other.typeName))")
        }
        return Set(
            try given.map { item in
                if case .string(let name) = item, let section = ProblemSection(named: name) { return section }
                let names = Words.list(ProblemSection.allCases.map(\.rawValue), most: 20, "or")
                throw LuaRaise.text("a problem has no part \(item.short(40)): choose \(names)")
            })
    }

    /// `trace.llm(prompt, options)`.
    func askModel(_ arguments: LuaArguments) throws -> LuaResults {
        try count(.questions)
        let given = try options(
            arguments[1], ["system", "model", "temperature", "max_tokens", "extra_body"], of: "a call of a language model")
        if arguments.isNull(0) { throw LuaRaise.text("a language model is asked something: trace.llm(\"…\", { system = \"…\" })") }
        func setting(_ name: String) throws -> Engine.Operand? {
            try given[name].map { try operand($0) }
        }
        let settings = ModelCallOptions(
            system: try setting("system"), model: try setting("model"), temperature: try setting("temperature"),
            maxTokens: try setting("max_tokens"), extra: try requestFields(given["extra_body"]))
        return .one(handle(try engine.askModel(try operand(arguments, 0), settings)))
    }
}
