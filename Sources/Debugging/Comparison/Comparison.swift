import Trace

/// The common part and the differences of two runs, or of two parts of runs. A value, in names and texts: it outlives the runs.
package struct Comparison: Sendable, Equatable {
    /// One side, for a heading.
    package struct Side: Sendable, Equatable {
        package var title: String
        package var standing: String
        /// The branch of this session that it belongs to; nil for one of a file.
        package var branch: String?
        package var totals: Totals
    }
    /// The totals of a side.
    package struct Totals: Sendable, Equatable {
        package var events: Int
        package var steps: Int
        package var backwards: Int
        package var outputs: Int
        package var tokens: Int
        package var cost: Double
    }
    /// An event of one side.
    package struct Mention: Sendable, Equatable {
        /// Its number, from 1.
        package var event: Int
        package var site: Site?
        package var text: String
    }
    /// A place at which the logs differ. A side without an event has nothing there.
    package struct Difference: Sendable, Equatable {
        package var kind: EventKind
        package var left: Mention?
        package var right: Mention?
        /// The kind of the difference.
        package var what: String
        /// Whether both are the same event with other contents; otherwise something else happens on each side.
        package var isSameEvent: Bool
        /// Number of further different nodes right after it, which were computed from a difference.
        package var more = 0
    }
    /// A value, a text or a number of both sides; nil where a side does not have it.
    package struct Row: Sendable, Equatable {
        package struct Content: Sendable, Equatable {
            package var value: Value
            /// The spelling of the value in its program.
            package var spelling = ValueSpelling.ours
            /// Its origin, in a few words.
            package var note: String
        }
        package var name: String
        package var left: Content?
        package var right: Content?

        /// Whether both sides have the same; between languages 10 and 10.0 are.
        package var isSame: Bool
    }
    /// A request to a model that differs.
    package struct QuestionPair: Sendable, Equatable {
        package struct Texts: Sendable, Equatable {
            package var question: String
            package var answer: String
        }
        package var name: String
        package var left: Texts?
        package var right: Texts?
    }

    package var left: Side
    package var right: Side
    /// Number of events that both have in common before the first difference, and the last of these on the left side.
    package var common = 0
    package var lastCommon: Mention?
    /// The reason for the first difference, in one sentence; nil if there is none.
    package var reason: String?
    /// The first thousand of them, and how many there are.
    package var differences: [Difference] = []
    package var differenceCount = 0
    package var parameters: [Row] = []
    package var exchanges: [QuestionPair] = []
    package var outputs: [Row] = []

    /// Whether nothing differs.
    package var isEqual: Bool { differenceCount == 0 && parameters.allSatisfy(\.isSame) }
    package var first: Difference? { differences.first }
}

extension Comparison {
    private static let most = 1000

    package init(_ left: ComparedRun, _ right: ComparedRun) {
        self.init(left: Side(left), right: Side(right))
        var contents = EventContents(left, right)
        let mine = EventShapes(left, loosely: contents.isLoose), theirs = EventShapes(right, loosely: contents.isLoose)
        var alignment = EventAlignment(mine.shapes, theirs.shapes), roots = contents.pairRoots()[...]
        // Elements on one side only are held back: they may replace elements on the other side.
        var alone: (left: [Int], right: [Int]) = ([], [])
        var last: Int?
        alignment.forEach { pair in
            switch pair {
            case .left(let place): alone.left.append(mine.places[place])
            case .right(let place): alone.right.append(theirs.places[place])
            case .both(let i, let j):
                addAlone(&alone, left, right)
                let (a, b) = (mine.places[i], theirs.places[j])
                while let root = roots.first, root.left < a { add(left, root.left, right, roots.removeFirst().right, root.aspect) }
                if let aspect = contents.difference(a, b) {
                    add(left, a, right, b, aspect)
                } else if differenceCount == 0 {
                    (common, last) = (common + 1, a)
                }
            }
        }
        addAlone(&alone, left, right)
        for root in roots { add(left, root.left, right, root.right, root.aspect) }
        lastCommon = last.map { left.mention(left.end(of: $0, before: first?.left.map { $0.event - 1 })) }
        reason = first.map { PartingWords(left, right, contents).sentence($0) }
        compareParameters(left, right, contents)
    }

    private mutating func addAlone(_ alone: inout (left: [Int], right: [Int]), _ left: ComparedRun, _ right: ComparedRun) {
        for index in 0..<max(alone.left.count, alone.right.count) {
            add(
                left, index < alone.left.count ? alone.left[index] : nil, right, index < alone.right.count ? alone.right[index] : nil, nil)
        }
        alone = ([], [])
    }

    private mutating func add(_ left: ComparedRun, _ a: Int?, _ right: ComparedRun, _ b: Int?, _ aspect: EventContents.Aspect?) {
        guard let event = a.map({ left.record.log[$0].event }) ?? b.map({ right.record.log[$0].event }) else { return }
        noteDetails(left, a, right, b)
        // Values that were computed from a difference differ too, and are only counted.
        if event.kind == .node, let last = differences.last, last.kind == .node, differences.count < Self.most {
            differences[differences.count - 1].more += 1
            return
        }
        differenceCount += 1
        guard differences.count < Self.most else { return }
        let what =
            aspect?.words ?? (b == nil ? "only in \(left.title)" : a == nil ? "only in \(right.title)" : "something else happens")
        differences.append(
            Difference(
                kind: event.kind, left: a.map { left.mention($0) }, right: b.map { right.mention($0) }, what: what,
                isSameEvent: aspect != nil))
    }

    /// Notes texts to be shown side by side.
    private mutating func noteDetails(_ left: ComparedRun, _ a: Int?, _ right: ComparedRun, _ b: Int?) {
        let mine = a.map { left.record.log[$0].event }, theirs = b.map { right.record.log[$0].event }
        func exchange(_ event: TraceEvent?, _ record: GraphRecord) -> ExchangeFacts? {
            if case .exchange(let index)? = event { record.models.exchanges[index] } else { nil }
        }
        func output(_ event: TraceEvent?, _ run: ComparedRun, _ place: Int?) -> Row.Content? {
            guard case .output(let index, _)? = event, let place else { return nil }
            let line = run.record.site(ofEvent: place).map { "line \($0.line)" } ?? "event \(place + 1)"
            return Row.Content(value: .string(run.record.reports.texts[index]), note: line)
        }
        let one = exchange(mine, left.record), other = exchange(theirs, right.record)
        if let facts = one ?? other, exchanges.count < 200 {
            let record = one == nil ? right.record : left.record
            let step = facts.step > 0 ? " step \(facts.step)" : ""
            exchanges.append(
                QuestionPair(
                    name: "\(record.name(of: facts.asker))\(step): \(facts.purpose)", left: one.map { .init($0) },
                    right: other.map { .init($0) }))
        }
        let cells = (output(mine, left, a), output(theirs, right, b))
        guard let note = (cells.0 ?? cells.1)?.note, outputs.count < Self.most else { return }
        outputs.append(Row(name: note, left: cells.0, right: cells.1, isSame: false))
    }

    private mutating func compareParameters(_ left: ComparedRun, _ right: ComparedRun, _ contents: EventContents) {
        let mine = left.parameters, theirs = right.parameters
        var others: [String: NodeID] = [:]
        for id in theirs { others[right.record.name(id)] = id }
        for id in mine {
            let name = left.record.name(id)
            parameters.append(row(name, left.cell(id), others.removeValue(forKey: name).map { right.cell($0) }, contents))
        }
        for id in theirs where others[right.record.name(id)] != nil {
            parameters.append(row(right.record.name(id), nil, right.cell(id), contents))
        }
    }

    private func row(_ name: String, _ left: Row.Content?, _ right: Row.Content?, _ contents: EventContents) -> Row {
        // Code in two languages is the same as long as nobody has changed it.
        let isCode = contents.isLoose && (contents.isCode(name)) && left?.note == right?.note
        return Row(name: name, left: left, right: right, isSame: isCode || contents.isSame(left?.value, right?.value))
    }
}

extension ComparedRun {
    /// The last of the visits and entries that follow from an event.
    fileprivate func end(of place: Int, before limit: Int?) -> Int {
        var end = place
        while end + 1 < limit ?? events.upperBound {
            switch record.log[end + 1].event {
            case .visit, .feedback: end += 1
            default: return end
            }
        }
        return end
    }

    func mention(_ place: Int) -> Comparison.Mention {
        let event = record.log[place].event
        return Comparison.Mention(event: place + 1, site: record.site(ofEvent: place), text: record.text(of: event))
    }

    fileprivate var parameters: [NodeID] {
        (0..<state.nodeCount).lazy.map(NodeID.init).filter { record.isTrainable($0) && record.enclosingCall($0) == nil }
    }

    fileprivate func cell(_ id: NodeID) -> Comparison.Row.Content {
        let writer = state.history(id, in: record).last.map { record.name(of: $0.writer) } ?? "first value"
        let value = state.value(id, in: record)
        let note = "v\(state.versionCount(id, in: record)) \(writer)"
        return Comparison.Row.Content(value: value, spelling: record.spelling(id, value), note: note)
    }
}

extension Comparison.Side {
    fileprivate init(_ run: ComparedRun) {
        let record = run.record
        var totals = Comparison.Totals(events: run.events.count, steps: 0, backwards: 0, outputs: 0, tokens: 0, cost: 0)
        for place in run.events {
            switch record.log[place].event {
            case .step: totals.steps += 1
            case .backward: totals.backwards += 1
            case .output: totals.outputs += 1
            case .exchange(let index):
                guard case .success(let answer) = record.models.exchanges[index].result else { continue }
                totals.tokens += answer.promptTokens + answer.completionTokens
                totals.cost += answer.cost ?? 0
            default: continue
            }
        }
        self.init(title: run.title, standing: run.standing, branch: run.branch, totals: totals)
    }
}

extension Comparison.QuestionPair.Texts {
    fileprivate init(_ exchange: ExchangeFacts) { self.init(question: exchange.questionText, answer: exchange.answerText) }
}
