// Optimizers, their proposals, and their questions to models: as in `ArchiveRows`, the writer of a row comes before its reader.

// MARK: Optimizers

extension ArchiveWriter {
    mutating func optimizer(_ facts: OptimizerFacts) {
        string(facts.name)
        // The class of a program elsewhere follows its kind.
        string(facts.kind.rawValue + (facts.className.map { ":" + $0 } ?? ""))
        nodes(facts.parameters)
        options(facts.options)
        count(facts.event)
    }

    private mutating func options(_ options: OptimizerOptions) {
        optional(options.name) { $0.string($1) }
        optional(options.objective) { $0.string($1) }
        optional(options.memory) { $0.int($1) }
        count(options.masked.count)
        for section in options.masked.map(\.rawValue).sorted() { string(section) }
        bool(options.showsExample)
        optional(options.truncation) { $0.int($1) }
        optional(options.model) { $0.string($1) }
        optional(options.temperature) { $0.double($1) }
        optional(options.maxTokens) { $0.int($1) }
        int(options.retries)
        flagged(options.usesJSONMode, options.extra.line)
        int(options.candidates)
        string(options.selection.rawValue)
        count(options.temperatures.count)
        for temperature in options.temperatures { double(temperature) }
    }

    mutating func objective(_ facts: ObjectiveFacts) {
        optimizer(facts.optimizer)
        string(facts.text)
    }

    mutating func score(_ facts: ScoreFacts) {
        string(facts.name)
        double(facts.value)
    }

    mutating func version(_ version: ParameterVersion) throws(ArchiveError) {
        node(version.node)
        try value(version.value)
        switch version.writer {
        case .optimizer(let id, let step):
            byte(0)
            optimizer(id)
            int(step)
        case .hand: byte(1)
        case .workflow: byte(2)
        }
        count(version.event)
        count(Int(version.previous) + 1)
        count(version.number)
    }

    mutating func proposal(_ proposal: Proposal) throws(ArchiveError) {
        optimizer(proposal.optimizer)
        try list(proposal.updates) { writer, update throws(ArchiveError) in
            writer.node(update.parameter)
            try writer.value(update.old)
            try writer.value(update.new)
        }
        try list(proposal.rejected) { writer, rejection throws(ArchiveError) in
            writer.string(rejection.parameter)
            try writer.value(rejection.value)
            writer.string(rejection.reason)
        }
        nodes(proposal.unreached)
        optional(proposal.answer) { $0.string($1) }
        optional(proposal.reasoning) { $0.string($1) }
        strings(proposal.repairs)
        try list(proposal.candidates) { writer, candidate throws(ArchiveError) in try writer.candidate(candidate) }
        count(proposal.event)
        count(proposal.consumed.count)
        for entry in proposal.consumed { count(Int(entry)) }
        nodes(proposal.carried)
        bool(proposal.asked != nil)
        if let asked = proposal.asked {
            try list(asked.variables) { writer, variable throws(ArchiveError) in
                writer.node(variable.parameter)
                try writer.value(variable.value)
            }
            try value(asked.feedback)
        }
        int(proposal.step)
        optional(proposal.previous) { $0.count($1) }
    }

    private mutating func strings(_ strings: [String]) {
        count(strings.count)
        for text in strings { string(text) }
    }

    private mutating func candidate(_ candidate: Proposal.Candidate) throws(ArchiveError) {
        string(candidate.text)
        optional(candidate.temperature) { $0.double($1) }
        try list(candidate.suggestions) { writer, suggestion throws(ArchiveError) in
            writer.string(suggestion.name)
            try writer.value(suggestion.value)
        }
        optional(candidate.reasoning) { $0.string($1) }
        strings(candidate.repairs)
        optional(candidate.failure) { $0.string($1) }
        bool(candidate.isChosen)
        string(candidate.reason)
    }
}

extension ArchiveReader {
    mutating func optimizerFacts() throws(ArchiveError) -> OptimizerFacts {
        let name = try string(), words = try string().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = OptimizerKind(rawValue: String(words[0])) else { throw damaged() }
        return OptimizerFacts(
            name: name, kind: kind, className: words.count > 1 ? String(words[1]) : nil, parameters: try nodes(), options: try options(),
            event: try reference(.log))
    }

    private mutating func options() throws(ArchiveError) -> OptimizerOptions {
        var options = OptimizerOptions(
            name: try optionalString(), objective: try optionalString(), memory: try optionalInt())
        options.masked = Set(try list { reader throws(ArchiveError) in try reader.choice(ProblemSection.self) })
        options.showsExample = try bool()
        options.truncation = try optionalInt()
        options.model = try optionalString()
        options.temperature = try optional { reader throws(ArchiveError) in try reader.double() }
        options.maxTokens = try optionalInt()
        options.retries = try int()
        let (usesJSONMode, extra) = try flagged()
        options.usesJSONMode = usesJSONMode
        options.extra = try fields(extra)
        options.candidates = try int()
        options.selection = try choice(CandidateSelection.self)
        options.temperatures = try list { reader throws(ArchiveError) in try reader.double() }
        return options
    }

    mutating func optionalString() throws(ArchiveError) -> String? { try optional { reader throws(ArchiveError) in try reader.string() } }
    mutating func optionalInt() throws(ArchiveError) -> Int? { try optional { reader throws(ArchiveError) in try reader.int() } }
    private mutating func strings() throws(ArchiveError) -> [String] { try list { reader throws(ArchiveError) in try reader.string() } }

    mutating func objective() throws(ArchiveError) -> ObjectiveFacts { ObjectiveFacts(optimizer: try optimizer(), text: try string()) }

    mutating func score() throws(ArchiveError) -> ScoreFacts { ScoreFacts(name: try string(), value: try double()) }

    mutating func version(index: Int) throws(ArchiveError) -> ParameterVersion {
        let node = try node(), value = try value()
        let writer: ParameterVersion.Writer
        switch try byte() {
        case 0: writer = .optimizer(try optimizer(), step: try int())
        case 1: writer = .hand
        case 2: writer = .workflow
        default: throw damaged()
        }
        let event = try reference(.log), previous = try count() - 1
        // The versions of a node form a chain that goes back.
        guard previous < index else { throw damaged() }
        return ParameterVersion(node: node, value: value, writer: writer, event: event, previous: Int32(previous), number: try count())
    }

    mutating func proposal(index: Int) throws(ArchiveError) -> Proposal {
        var proposal = Proposal(
            optimizer: try optimizer(),
            updates: try list { reader throws(ArchiveError) in
                Proposal.Update(parameter: try reader.node(), old: try reader.value(), new: try reader.value())
            },
            rejected: try list { reader throws(ArchiveError) in
                Proposal.Rejection(parameter: try reader.string(), value: try reader.value(), reason: try reader.string())
            },
            unreached: try nodes(), answer: try optionalString(), reasoning: try optionalString(), repairs: try strings(),
            candidates: try list { reader throws(ArchiveError) in try reader.candidate() }, event: try count(),
            consumed: try entryNumbers(), carried: version < 5 ? [] : try nodes(),
            asked: try optional { reader throws(ArchiveError) in try reader.asked() }, step: try int())
        // The proposals of an optimizer form a chain that goes back.
        proposal.previous = try optional { reader throws(ArchiveError) in try reader.reference(.proposal) }
        if let previous = proposal.previous, previous >= index { throw damaged() }
        return proposal
    }

    private mutating func candidate() throws(ArchiveError) -> Proposal.Candidate {
        Proposal.Candidate(
            text: try string(), temperature: try optional { reader throws(ArchiveError) in try reader.double() },
            suggestions: try list { reader throws(ArchiveError) in
                Proposal.Suggested(name: try reader.string(), value: try reader.value())
            },
            reasoning: try optionalString(), repairs: try strings(), failure: try optionalString(), isChosen: try bool(),
            reason: try string())
    }

    private mutating func asked() throws(ArchiveError) -> Proposal.Asked {
        Proposal.Asked(
            variables: try list { reader throws(ArchiveError) in
                Proposal.Asked.Entry(parameter: try reader.node(), value: try reader.value())
            },
            feedback: try value())
    }
}

// MARK: Models

extension ArchiveWriter {
    mutating func asker(_ asker: ModelQuestion.Asker) {
        switch asker {
        case .optimizer(let id):
            byte(0)
            optimizer(id)
        case .call(let name):
            byte(1)
            string(name)
        }
    }

    mutating func question(_ question: QuestionFacts) {
        asker(question.asker)
        string(question.purpose)
    }

    mutating func exchange(_ exchange: ExchangeFacts) throws(ArchiveError) {
        asker(exchange.asker)
        try request(exchange.request)
        result(exchange.result)
        string(exchange.purpose)
        int(exchange.round)
        int(exchange.step)
        count(exchange.event)
        optional(exchange.node) { $0.node($1) }
    }
}

extension ArchiveReader {
    mutating func asker() throws(ArchiveError) -> ModelQuestion.Asker {
        switch try byte() {
        case 0: return .optimizer(try optimizer())
        case 1: return .call(try string())
        default: throw damaged()
        }
    }

    mutating func question() throws(ArchiveError) -> QuestionFacts { QuestionFacts(asker: try asker(), purpose: try string()) }

    mutating func exchange() throws(ArchiveError) -> ExchangeFacts {
        ExchangeFacts(
            asker: try asker(), request: try request(), result: try result(), purpose: try string(), round: try int(), step: try int(),
            event: try count(), node: try optional { reader throws(ArchiveError) in try reader.node() })
    }
}
