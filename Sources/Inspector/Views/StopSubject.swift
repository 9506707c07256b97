import Debugging
import Trace

/// The subject of a stop: the cause of the workflow's pause, or the subject of the event that is looked at. Header, Node pane and footer
/// show it, and its optimizer, its node and its event are chosen as it comes up.
struct StopSubject: Equatable, Sendable {
    enum Kind: CaseIterable, Sendable {
        case conflict, error, watch, breakpoint, question, proposal, failure, disconnected, ended
    }
    var kind: Kind
    /// The number of the event that shows it, counted from 1.
    var event: Int?
    var optimizer: OptimizerID?
    var node: NodeID?
    /// The description, without the optimizer's letter.
    var text = ""
    /// The number of the breakpoint that it is about.
    var breakpoint: Int?

    /// The subject of a snapshot; nil where the workflow runs, or is paused and nothing is wrong.
    static func of(_ snapshot: Snapshot) -> StopSubject? {
        if let cursor = snapshot.cursor { return StopSubject(event: cursor, snapshot) }
        let last = snapshot.events
        if snapshot.phase != .running, let open = open(snapshot) { return open }
        switch snapshot.phase {
        case .running: return nil
        case .paused: return ofPause(snapshot)
        case .ended:
            // Actions by hand after the end may have failed too.
            let stretch = Stretch(snapshot), end = stretch.last { $0.kind == .end } ?? 0
            return trouble(stretch).flatMap { ($0.event ?? 0) > end ? $0 : nil } ?? StopSubject(kind: .ended, event: last)
        case .failed:
            let about = trouble(Stretch(snapshot))
            return StopSubject(
                kind: .failure, event: last, optimizer: about?.optimizer, node: about?.node,
                text: snapshot.failure?.message ?? snapshot.reason)
        case .disconnected: return StopSubject(kind: .disconnected, event: last, text: snapshot.reason)
        }
    }

    /// A question or a proposal that waits for somebody.
    private static func open(_ snapshot: Snapshot) -> StopSubject? {
        if let waiting = snapshot.asking.waiting {
            return StopSubject(
                kind: .question, event: waiting.event, optimizer: waiting.optimizer, node: prompt(of: waiting.question, snapshot),
                text: (waiting.optimizer == nil ? snapshot.record.name(of: waiting.question.asker) + " " : "")
                    + (waiting.failure == nil ? "asks" : "has no answer"))
        }
        if let id = snapshot.asking.reviewing, let place = snapshot.state.proposals[id] {
            return StopSubject(event: snapshot.record.proposals[place].event + 1, snapshot)
        }
        return nil
    }

    /// Of the nodes whose texts a call sends, the first parameter, or else the newest node. An optimizer asks about several nodes.
    private static func prompt(of question: ModelQuestion, _ snapshot: Snapshot) -> NodeID? {
        guard question.asker.optimizer == nil else { return nil }
        let texts = Set(question.parts.flatMap { $0.request.messages.map(\.content) }).subtracting([""])
        let record = snapshot.record, count = snapshot.state.nodeCount
        func isSent(_ index: Int) -> Bool {
            if case .string(let text) = snapshot.state.value(NodeID(index), in: record) { texts.contains(text) } else { false }
        }
        let old = 0..<min(count, mostSearched), new = max(old.upperBound, count - mostSearched)..<count
        func isSentParameter(_ index: Int) -> Bool { record.isTrainable(NodeID(index)) && isSent(index) }
        let parameter = old.first(where: isSentParameter) ?? new.first(where: isSentParameter)
        return (parameter ?? new.last(where: isSent) ?? old.last(where: isSent)).map { NodeID($0) }
    }

    /// The number of the first nodes, and of the last, among which the prompt of a call is looked for.
    private static let mostSearched = 400

    private static func ofPause(_ snapshot: Snapshot) -> StopSubject? {
        let stretch = Stretch(snapshot)
        return stretch.goesFar ? breakpoint(stretch) ?? line(snapshot) : trouble(stretch)
    }

    /// The last failure, or the last proposal that is still current.
    private static func trouble(_ stretch: Stretch) -> StopSubject? {
        let standing = stretch.snapshot.state.proposals
        let number = stretch.last { event in
            if case .propose(let index) = event { return standing.values.contains(index) }
            return event.kind == .conflict || event.kind == .error
        }
        return number.flatMap { StopSubject(event: $0, stretch.snapshot) }
    }

    /// The last event that a breakpoint, or the command that let the workflow go, wants it to pause on.
    private static func breakpoint(_ stretch: Stretch) -> StopSubject? {
        let snapshot = stretch.snapshot, record = snapshot.record
        // A step settles its proposal at the end, and what matters is the proposal.
        let number = stretch.last { event in
            if case .settle = event { return false }
            return event.kind == stretch.wanted || snapshot.breakpoints.match(event, in: record) != nil
        }
        guard let number else { return nil }
        let event = record.log[number - 1].event
        if let known = StopSubject(event: number, snapshot) { return known }
        let breakpoint = snapshot.breakpoints.match(event, in: record)
        var kind = Kind.breakpoint, node = event.nodes(in: record).first
        if case .watch(let watched)? = breakpoint?.condition {
            (kind, node) = (.watch, event.changed(in: record).first { watched.means($0, in: record) })
        }
        var found = StopSubject(
            kind: kind, event: number, optimizer: event.optimizer(in: record), node: node,
            text: Self.text(of: event, in: record))
        found.breakpoint = breakpoint?.number
        return found
    }

    /// The words of an event, without its optimizer's name at their beginning, after the kind of event.
    private static func text(of event: TraceEvent, in record: GraphRecord) -> String {
        var text = record.text(of: event)
        if let name = event.optimizer(in: record).map({ record.optimizers[$0.index].name }), text.hasPrefix(name + " ") {
            text = String(text.dropFirst(name.count + 1))
        }
        let kind = event.kind.rawValue
        return text.hasPrefix(kind) ? text : "\(kind) \(text)"
    }

    /// A breakpoint on the line.
    private static func line(_ snapshot: Snapshot) -> StopSubject? {
        guard let site = snapshot.code.site, let first = snapshot.breakpoints.at(site).first else { return nil }
        var found = StopSubject(kind: .breakpoint, text: first.text(in: snapshot.record))
        found.breakpoint = first.number
        return found
    }

    /// The subject that an event gives to a stop; nil for an event that is not trouble, a question or a proposal.
    private init?(event number: Int, _ snapshot: Snapshot) {
        let record = snapshot.record
        guard number > 0, number <= record.log.count else { return nil }
        let event = record.log[number - 1].event
        self.init(kind: .error, event: number, optimizer: event.optimizer(in: record), node: event.nodes(in: record).first)
        switch event {
        case .conflict(let index):
            kind = .conflict
            text = optimizer == nil ? "feedback cannot be combined" : "cannot step"
            if case .conflict(let conflict) = record.reports.failures[index].error { node = conflict.sides.first?.node ?? node }
        case .error: text = record.text(of: event)
        case .model: (kind, text) = (.question, "asks")
        case .propose: (kind, text) = (.proposal, "proposes")
        case .end(let failure?): (kind, text) = (.failure, record.reports.texts[failure])
        case .end(nil): kind = .ended
        default: return nil
        }
    }

    private init(kind: Kind, event: Int? = nil, optimizer: OptimizerID? = nil, node: NodeID? = nil, text: String = "") {
        (self.kind, self.event, self.optimizer, self.node, self.text) = (kind, event, optimizer, node, text)
    }

    /// Whether another subject is the same thing, whatever is said of it.
    func isSame(as other: StopSubject?) -> Bool {
        switch kind {
        case .ended, .failure, .disconnected: kind == other?.kind
        default: kind == other?.kind && event == other?.event
        }
    }

    var sign: Sign {
        switch kind {
        case .conflict, .error, .failure, .disconnected: .failed
        case .ended: .ended
        case .watch, .breakpoint, .question, .proposal: .paused
        }
    }

    /// The word that the header begins with.
    var word: String {
        switch kind {
        case .conflict: "conflict"
        case .error: "error"
        case .watch: "watch" + (breakpoint.map { " \($0)" } ?? "")
        case .breakpoint: breakpoint.map { "breakpoint \($0)" } ?? "paused"
        case .question: "question"
        case .proposal: "proposal"
        case .failure: "failed"
        case .disconnected: "disconnected"
        case .ended: "ended"
        }
    }

    var actions: [ActionID] { kind.actions }
}

extension StopSubject.Kind {
    /// The actions that go on from here, for the footer and the card, which leave out those that cannot work now.
    var actions: [ActionID] {
        switch self {
        case .conflict: ["command.zero", "node.drop", "command.step", "conflict.show", "command.undo", "command.why"]
        case .error: ["command.why", "command.undo"]
        case .watch: ["command.why", "history.show", "command.set"]
        case .breakpoint: []
        case .question: ["command.send", "command.answer", "command.discard"]
        case .proposal: ["command.propose", "command.update", "command.discard", "story.show", "candidates.show"]
        case .failure, .disconnected, .ended: ["command.restart", "command.compare", "command.trends"]
        }
    }
}

/// The last events of the log: those since the last command, and no more than a look takes no time for.
private struct Stretch {
    let snapshot: Snapshot
    private let events: Range<Int>
    /// Whether the last command let the workflow run on by itself, to breakpoints, instead of by a line.
    let goesFar: Bool
    /// The kind of events that it was to run to.
    let wanted: EventKind?

    private static let most = 400

    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        let log = snapshot.record.log, end = min(snapshot.events, log.count), least = max(0, end - Self.most)
        var start = end
        while start > least, log[start - 1].event.kind != .command { start -= 1 }
        events = start..<end
        // The command may lie before all that is looked at, and then much happened after it.
        let command = start > 0 ? snapshot.record.command(ofEvent: start - 1) : nil
        goesFar = command?.spec.goesFar ?? (start > 0)
        wanted = command?.eventKind
    }

    /// The number of the last event that fits.
    func last(where fits: (TraceEvent) -> Bool) -> Int? {
        events.reversed().first { fits(snapshot.record.log[$0].event) }.map { $0 + 1 }
    }
}
