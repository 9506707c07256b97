import Trace

/// Compares the contents of two events that belong together. It follows both runs and notes which node of one side is which of the
/// other, since their numbers may differ.
struct EventContents {
    let left: ComparedRun
    let right: ComparedRun
    /// Whether the two are in different languages, in which numbers, code and printed lines are not written in the same way.
    let isLoose: Bool
    /// The nodes of the right side by those of the left, where their numbers differ.
    private var counterparts: [NodeID: NodeID] = [:]

    init(_ left: ComparedRun, _ right: ComparedRun) {
        self.left = left
        self.right = right
        isLoose = ComparedRun.isLoose(left, right)
    }

    /// Whether a node is the same thing on both sides.
    func isSame(_ mine: NodeID, _ theirs: NodeID) -> Bool {
        let mine = left.record.original(mine) ?? mine, theirs = right.record.original(theirs) ?? theirs
        return counterparts[mine].map { $0 == theirs } ?? (mine == theirs)
    }

    /// Pairs the nodes that were put in by their names, because their order says nothing. Returns the pairs that differ.
    mutating func pairRoots() -> [(left: Int, right: Int, aspect: Aspect)] {
        guard isLoose else { return [] }
        let mine = left.record, theirs = right.record
        var found: [(left: Int, right: Int, aspect: Aspect)] = []
        for id in (0..<left.state.nodeCount).lazy.map(NodeID.init) where !mine.hasParents(id) && mine.original(id) == nil {
            guard let other = theirs.node(named: mine.name(id)), other.index < right.state.nodeCount, !theirs.hasParents(other) else {
                continue
            }
            if let aspect = node(id, other) { found.append((mine.event(id), theirs.event(other), aspect)) }
        }
        return found
    }

    /// Whether a parameter is the code of a bundle on both sides.
    func isCode(_ name: String) -> Bool {
        guard let mine = left.record.node(named: name), let theirs = right.record.node(named: name) else { return false }
        return left.record.bundle(mine)?.code == mine && right.record.bundle(theirs)?.code == theirs
    }

    func isSame(_ one: Value?, _ other: Value?) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return isSame(one, other)
    }

    private func isSame(_ one: Value, _ other: Value) -> Bool {
        if one == other { return true }
        guard isLoose else { return false }
        if let one = one.number, let other = other.number { return one == other }
        if case .list(let items) = one, case .list(let others) = other {
            return items.count == others.count && zip(items, others).allSatisfy { isSame($0, $1) }
        }
        return false
    }

    /// Compares two events that belong together, given by their places in the logs.
    ///
    /// - Returns: their difference; nil if they say the same.
    mutating func difference(_ a: Int, _ b: Int) -> Aspect? {
        let mine = left.record, theirs = right.record
        switch (mine.log[a].event, theirs.log[b].event) {
        case (.node(let x), .node(let y)): return node(x, y)
        case (.optimizer(let x), .optimizer(let y)):
            let (one, other) = (mine.optimizers[x.index], theirs.optimizers[y.index])
            if one.kindName != other.kindName { return .optimizerKind }
            return isSame(one.distinctParameters, other.distinctParameters) ? nil : .parameters
        case (.backward(let x), .backward(let y)):
            let (one, other) = (mine.backwards[x - 1], theirs.backwards[y - 1])
            if !isSame(one.output, other.output) { return .output }
            return one.feedback != other.feedback ? .feedback : one.retains != other.retains ? .retention : nil
        case (.feedback(let x), .feedback(let y)):
            return mine.entries[Int(x)].value == theirs.entries[Int(y)].value ? nil : .feedback
        case (.zero(let x), .zero(let y)): return isSame(mine.zeroes[x].cleared, theirs.zeroes[y].cleared) ? nil : .cleared
        case (.propose(let x), .propose(let y)):
            let (one, other) = (mine.proposals[x].updates, theirs.proposals[y].updates)
            let isSame =
                one.count == other.count
                && zip(one, other).allSatisfy { self.isSame($0.parameter, $1.parameter) && self.isSame($0.new, $1.new) }
            return isSame ? nil : .proposal
        case (.update(let x), .update(let y)), (.set(let x), .set(let y)):
            return isSame(mine.versions[Int(x)].value, theirs.versions[Int(y)].value) ? nil : .value
        case (.objective(let x), .objective(let y)):
            return mine.reports.objectives[x].text == theirs.reports.objectives[y].text ? nil : .objective
        case (.error(let x), .error(let y)), (.conflict(let x), .conflict(let y)):
            let texts = (mine.reports.failures[x].error.report(in: mine), theirs.reports.failures[y].error.report(in: theirs))
            // Between two steps of one run, and between languages, the nodes have other names.
            let isNamed = left.events.lowerBound == 0 && !isLoose
            return texts.0.code == texts.1.code && (!isNamed || texts.0.message == texts.1.message) ? nil : .text
        case (.output(let x, let one), .output(let y, let other)):
            return one == other && mine.reports.texts[x] == theirs.reports.texts[y] ? nil : .text
        case (.score(let x), .score(let y)): return mine.reports.scores[x].value == theirs.reports.scores[y].value ? nil : .value
        case (.exchange(let x), .exchange(let y)): return exchange(mine.models.exchanges[x], theirs.models.exchanges[y])
        case (.end(let x), .end(let y)): return x.map { mine.reports.texts[$0] } == y.map { theirs.reports.texts[$0] } ? nil : .text
        default: return nil
        }
    }

    /// The aspect in which two events differ.
    enum Aspect: String {
        case value, inputs, optimizerKind, parameters, output, feedback, retention, cleared, proposal, objective, text, request, answer

        /// The difference, for a list.
        var words: String {
            switch self {
            case .value: "another value"
            case .inputs: "other inputs"
            case .optimizerKind: "another kind"
            case .parameters: "other parameters"
            case .output: "from another node"
            case .feedback: "another feedback text"
            case .retention: "the graph is retained on one side only"
            case .cleared: "other nodes cleared"
            case .proposal: "other values proposed"
            case .objective: "another objective"
            case .text: "another text"
            case .request: "another question"
            case .answer: "another answer"
            }
        }
    }

    private mutating func node(_ x: NodeID, _ y: NodeID) -> Aspect? {
        if x != y { counterparts[x] = y }
        let mine = left.record, theirs = right.record
        let inputs = mine.inputs(x).map(\.node), others = theirs.inputs(y).map(\.node)
        if !isSame(inputs, others) { return .inputs }
        // Code is written in the language of its side.
        if isLoose, mine.bundle(x)?.code == x, theirs.bundle(y)?.code == y { return nil }
        let (one, other) = (mine.firstValue(x), theirs.firstValue(y))
        return isSame(one, other) || one.isObject && other.isObject ? nil : .value
    }

    private func isSame(_ mine: [NodeID], _ theirs: [NodeID]) -> Bool {
        mine.count == theirs.count && zip(mine, theirs).allSatisfy { isSame($0, $1) }
    }

    private func exchange(_ mine: ExchangeFacts, _ theirs: ExchangeFacts) -> Aspect? {
        if mine.request.messages != theirs.request.messages || mine.request.model != theirs.request.model { return .request }
        return mine.answerText == theirs.answerText ? nil : .answer
    }
}

extension ExchangeFacts {
    /// The answer, or the reason why there is none.
    var answerText: String {
        switch result {
        case .success(let answer): answer.text
        case .failure(let error): error.message
        }
    }

    /// The question as one text.
    var questionText: String {
        request.messages.count == 1
            ? request.messages[0].content : request.messages.map { "[\($0.role.rawValue)]\n\($0.content)" }.joined(separator: "\n")
    }
}

extension Value {
    /// Objects differ only by their addresses in memory, which mean nothing.
    fileprivate var isObject: Bool { if case .object = self { true } else { false } }
}
