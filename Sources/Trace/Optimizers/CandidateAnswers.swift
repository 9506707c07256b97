/// Several answers to one question, from which one is chosen or made.
struct CandidateAnswers: Conversation {
    private let subject: ConversationSubject
    private var attempts: Attempts<ReadAnswer>
    private var judge: Attempts<Verdict>?

    /// The model's opinion of the candidates, when it is asked again.
    private enum Verdict {
        case choice(Int, reason: String?)
        case made(ReadAnswer)
    }

    /// The candidates that can be chosen, with equal ones together, in the order of the first of each.
    private struct Group {
        var members: [Int]
        var values: [String: Value]
    }

    init(_ subject: ConversationSubject, _ request: ModelRequest) {
        self.subject = subject
        let temperatures = subject.options.candidateTemperatures
        attempts = Attempts(
            all: temperatures.enumerated().map { number, temperature in
                var request = request
                request.temperature = temperature
                return Attempt(request, for: "candidate \(number + 1)", retries: subject.options.retries)
            })
    }

    mutating func next() throws(TraceError) -> ConversationTurn {
        if !attempts.parts.isEmpty { return .ask(attempts.parts) }
        let groups = groups()
        guard let first = attempts.all.first?.outcome else { return .ask([]) }
        if groups.isEmpty {
            if case .failed(let failure, _) = first { throw failure.error(for: subject.optimizer) }
        }
        switch subject.options.selection {
        case .last: return .done(result(choosing: groups.flatMap(\.members).max() ?? 0, because: "it is the last that can be read"))
        case .majority: return .done(byMajority(groups))
        case .bestOfN, .mixture:
            // Candidates that agree leave nothing to judge.
            if groups.count == 1 { return .done(byMajority(groups)) }
            return judged(groups)
        }
    }

    mutating func take(_ results: [SentRequest]) throws(TraceError) {
        let subject = subject
        guard judge != nil else {
            return try attempts.take(results, for: subject.optimizer) { _, text throws(AnswerFault) in try subject.read(text, as: .json) }
        }
        let count = groups().count
        try judge?.take(results, for: subject.optimizer) { _, text throws(AnswerFault) in
            if subject.options.selection == .mixture { return .made(try subject.read(text, as: .json)) }
            return try Self.choice(in: text, among: count)
        }
    }

    // MARK: Readings

    private func read(_ index: Int) -> (answer: ReadAnswer, text: String)? {
        if case .read(let answer, let text)? = attempts.all[index].outcome { return (answer, text) }
        return nil
    }

    private func groups() -> [Group] {
        var groups: [Group] = []
        for index in attempts.all.indices {
            guard let read = read(index) else { continue }
            let values = Dictionary(read.answer.suggestions.map { ($0.name(in: subject), converted($0)) }) { _, last in last }
            if let known = groups.firstIndex(where: { $0.values == values }) {
                groups[known].members.append(index)
            } else {
                groups.append(Group(members: [index], values: values))
            }
        }
        return groups
    }

    /// The value as the parameter would take it, so that `"3"` and `3` are one vote.
    private func converted(_ suggestion: Suggestion) -> Value {
        guard let item = subject.problem.variables.first(where: { $0.node == suggestion.parameter }),
            case .success(let value) = suggestion.value.converted(toTypeOf: item.value)
        else { return suggestion.value }
        return value
    }

    // MARK: Choosing

    private func byMajority(_ groups: [Group]) -> ConversationResult {
        let most = groups.map(\.members.count).max() ?? 0
        let winners = groups.filter { $0.members.count == most }.flatMap(\.members)
        let votes = "\(most) of \(attempts.all.count) candidates \(most == 1 ? "suggests" : "suggest") it"
        let isTied = groups.count { $0.members.count == most } > 1
        return result(choosing: winners.max() ?? 0, because: isTied ? "\(votes), as many as another, and it came last" : votes)
    }

    private mutating func judged(_ groups: [Group]) -> ConversationTurn {
        if judge == nil {
            let answers = groups.compactMap { $0.members.last.flatMap { read($0)?.text } }
            let isMixture = subject.options.selection == .mixture
            let system = isMixture ? MultiWords.mixtureSystem : MultiWords.judgeSystem
            let request = subject.request(system, MultiWords.user(subject, answers), temperature: 0, inJSON: true)
            judge = Attempts(all: [Attempt(request, for: isMixture ? "mixture" : "choice", retries: subject.options.retries)])
        }
        switch judge?.all[0].outcome {
        case nil: return .ask(judge?.parts ?? [])
        case .read(.choice(let number, let reason), _):
            let because = "the model finds it the best" + (reason.map { ": \($0)" } ?? "")
            return .done(result(choosing: groups[number - 1].members.last ?? 0, because: because))
        case .read(.made(let answer), let text):
            var result = ConversationResult(answer, text: text)
            result.candidates = candidates { _ in (false, "it went into the mixture") }
            return .done(result)
        case .failed(let failure, _):
            var result = byMajority(groups)
            result.repairs.append("the candidates could not be judged (\(failure.text)), and the majority was taken")
            return .done(result)
        }
    }

    /// The number of a candidate, counted from 1, in the answer of a judge.
    private static func choice(in text: String, among count: Int) throws(AnswerFault) -> Verdict {
        let scalars = Array(try AnswerFault.requireAnswer(in: text, as: .structured).unicodeScalars)
        var at = 0, tries = 0
        while tries < 50, let brace = scalars[at...].firstIndex(of: "{") {
            tries += 1
            at = brace + 1
            guard let object = try? LenientJSON.object(in: scalars, from: brace), let choice = object.value["choice"] else { continue }
            guard case .success(.int(let number)) = choice.converted(toTypeOf: 1), (1...count).contains(number) else {
                throw AnswerFault(reason: "its \"choice\" is \(choice.short(40)), and there are candidates 1 to \(count)")
            }
            return .choice(number, reason: object.value["reasoning"]?.text)
        }
        throw AnswerFault(reason: "there is no JSON object with a \"choice\" in it")
    }

    private func result(choosing index: Int, because reason: String) -> ConversationResult {
        guard let chosen = read(index) else { return ConversationResult(ReadAnswer(), text: "") }
        var result = ConversationResult(chosen.answer, text: chosen.text)
        result.candidates = candidates { $0 == index ? (true, reason) : (false, "another was chosen") }
        return result
    }

    private func candidates(_ verdict: (Int) -> (isChosen: Bool, reason: String)) -> [Proposal.Candidate] {
        attempts.all.indices.map { index in
            let temperature = attempts.all[index].request.temperature
            if let read = read(index) {
                let (isChosen, reason) = verdict(index)
                return Proposal.Candidate(
                    text: read.text, temperature: temperature,
                    suggestions: read.answer.suggestions.map { .init(name: $0.name(in: subject), value: $0.value) },
                    reasoning: read.answer.reasoning, repairs: read.answer.repairs, failure: nil, isChosen: isChosen, reason: reason)
            }
            var text = "", failure = "nothing came"
            if case .failed(let why, let answer)? = attempts.all[index].outcome { (text, failure) = (answer, why.text) }
            return Proposal.Candidate(
                text: text, temperature: temperature, suggestions: [], reasoning: nil, repairs: [], failure: failure, isChosen: false,
                reason: "no answer came, or none that can be read")
        }
    }
}

extension Suggestion {
    /// The name of its parameter, as the record has it where it is known.
    func name(in subject: ConversationSubject) -> String { parameter.map { subject.record.name($0) } ?? name }
}
