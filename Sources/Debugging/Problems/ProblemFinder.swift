import Trace

/// Finds problems in the event log, event by event. It never looks at the log twice.
package struct ProblemFinder: Sendable {
    package private(set) var findings: [Finding] = []
    private var seen = 0
    private var memory = Memory()
    private var attended: Set<NodeID> = []
    private var helpers = Helpers()

    // What is done by hand, and taken back.
    private var marks = 0
    private var isByHand = false
    /// What was known before each command by hand, with the number of events by then.
    private var checkpoints: [(moment: Int, memory: Memory)] = []
    private static let mostCheckpoints = 200

    /// What goes back with an undo.
    private struct Memory: Sendable {
        /// The event of an optimizer's last step.
        var lastStep: [OptimizerID: Int] = [:]
        /// The event of the last value that an optimizer wrote to a node.
        var lastUpdate: [NodeID: Int] = [:]
        /// The event of an optimizer's last zero.
        var zeroes: [OptimizerID: Int] = [:]
        /// Exception nodes that no backward has met.
        var exceptions: [NodeID] = []
    }

    package init() {}

    /// Takes in what has happened since the last time.
    package mutating func update(_ record: GraphRecord) {
        guard seen < record.log.count else { return }
        while seen < record.log.count {
            while marks < record.handMarks.count, record.handMarks[marks].event <= seen { pass(record.handMarks[marks]) }
            take(record.log[seen].event, number: seen + 1, record)
            seen += 1
        }
        helpers.update(record)
        // A function turns out to be a helper when a second place calls it.
        for index in findings.indices { findings[index].site = helpers.caller(findings[index].stack) ?? findings[index].site }
    }

    private mutating func pass(_ mark: HandMark) {
        marks += 1
        isByHand = mark.begins
        guard mark.begins else { return }
        checkpoints.append((mark.event, memory))
        if checkpoints.count > Self.mostCheckpoints { checkpoints.removeFirst() }
    }

    /// What was done by hand since a moment is undone.
    private mutating func restored(_ moment: Int) {
        if let known = checkpoints.last(where: { $0.moment == moment }) { memory = known.memory }
        for index in findings.indices.reversed() where findings[index].isByHand {
            findings[index].occasions.removeAll { $0 > moment }
            findings[index].times = findings[index].occasions.count
            if findings[index].times == 0 { findings.remove(at: index) }
        }
    }

    private mutating func repeated(_ index: Int, _ event: Int) {
        findings[index].times += 1
        if isByHand { findings[index].occasions.append(event) }
    }

    /// - Parameter origin: the event whose line is to be looked at, if it is another than the one that shows the problem.
    private mutating func add(
        _ code: Finding.Code, _ message: String, nodes: [NodeID], optimizers: [OptimizerID] = [], event: Int, _ record: GraphRecord,
        fix: String, origin: Int? = nil
    ) {
        let origin = (origin ?? event) - 1
        let stack = record.stack(ofEvent: origin), site = stack.first?.site ?? record.site(ofEvent: origin)
        // The same mistake in every round of a loop is one problem.
        let isOfPlace = [.freed, .severalResults, .notText].contains(code) && site != nil
        let same = findings.firstIndex {
            $0.code == code && $0.optimizers == optimizers && $0.isByHand == isByHand
                && ($0.nodes == nodes || isOfPlace && $0.stack == stack && (!stack.isEmpty || $0.site == site))
        }
        if let same { return repeated(same, event) }
        findings.append(
            Finding(
                code: code, message: message, nodes: nodes, optimizers: optimizers, event: event, site: site, stack: stack,
                isByHand: isByHand, fix: fix, occasions: isByHand ? [event] : []))
    }

    private mutating func take(_ event: TraceEvent, number: Int, _ record: GraphRecord) {
        switch event {
        case .node(let id):
            if record.kind(id) == .exception { memory.exceptions.append(id) } else { made(id, number, record) }
        case .optimizer(let id): registered(id, number, record)
        case .backward(let call): called(record.backwards[call - 1], number, record)
        case .zero(let index): zeroed(record.zeroes[index], number, record)
        case .propose(let index): proposed(record.proposals[index], number, record)
        case .update(let index): memory.lastUpdate[record.versions[Int(index)].node] = number
        case .step(let id, _): memory.lastStep[id] = number
        case .conflict(let index), .error(let index): failed(record.failures[index].error, number, record)
        case .end(let text):
            if let text { broke(record.texts[text], number, record) }
            ended(number, record)
        case .restore(let moment): restored(moment)
        default: break
        }
    }

    /// A node of which the record says that something about it is odd.
    private mutating func made(_ id: NodeID, _ number: Int, _ record: GraphRecord) {
        guard let report = record.report(id) else { return }
        if record.bundle(id) != nil {
            add(
                .severalResults, "\(report): \(record.name(id))", nodes: [id], event: number, record,
                fix: "return one value: parentheses keep the first, as in return (text:gsub(a, b)); for a list return { a, b }")
        } else {
            add(
                .notText, report, nodes: [id], event: number, record,
                fix: "make a text of it first, such as trace.ops.join(\", \", list), or one of its items")
        }
    }

    private mutating func registered(_ id: OptimizerID, _ number: Int, _ record: GraphRecord) {
        let facts = record.optimizers[id.index]
        attended.formUnion(facts.parameters)
        let doubled = facts.distinctParameters.filter { node in facts.parameters.filter { $0 == node }.count > 1 }
        guard !doubled.isEmpty else { return }
        add(
            .doubled, "\(record.list(doubled)) stands twice among the parameters of \(facts.name)", nodes: doubled, optimizers: [id],
            event: number,
            record, fix: "give each parameter once")
    }

    private mutating func called(_ call: BackwardFacts, _ number: Int, _ record: GraphRecord) {
        memory.exceptions.removeAll { $0 == call.output || call.visits($0) }
        guard record.isTrainable(call.output) else { return }
        let name = record.name(call.output)
        add(
            .onParameter,
            "backward #\(call.number) is called on the parameter \(name) itself: it says nothing of what was computed with it",
            nodes: [call.output], optimizers: call.optimizer.map { [$0] } ?? [], event: number, record,
            fix: "call backward on the output that the feedback speaks of; it reaches \(name) by itself")
    }

    private mutating func zeroed(_ zero: ZeroFacts, _ number: Int, _ record: GraphRecord) {
        guard case .optimizer(let zeroing) = zero.scope else { return }
        memory.zeroes[zeroing] = number
        var lost: [OptimizerID: [NodeID]] = [:]
        for index in zero.entries {
            let entry = record.entries[Int(index)]
            guard let owner = record.backwards[entry.backward - 1].optimizer, owner != zeroing,
                record.optimizers[owner.index].attends(to: entry.node),
                memory.lastStep[owner] ?? 0 < Int(entry.event)
            else { continue }
            if !lost[owner, default: []].contains(entry.node) { lost[owner, default: []].append(entry.node) }
        }
        for (owner, nodes) in lost.sorted(by: { $0.key < $1.key }) {
            let (mine, other) = (record.optimizers[zeroing.index].name, record.optimizers[owner.index].name)
            add(
                .lost, "\(mine)'s zero_feedback clears what \(other)'s backward gave \(record.list(nodes)) before \(other) has stepped",
                nodes: nodes,
                optimizers: [zeroing, owner], event: number, record,
                fix: "let \(other) step before \(mine) zeroes, or call its backward after that")
        }
    }

    private mutating func proposed(_ proposal: Proposal, _ number: Int, _ record: GraphRecord) {
        let id = proposal.optimizer, name = record.optimizers[id.index].name
        let entries = proposal.consumed.map { record.entries[Int($0)] }
        leftOver(entries, id, number, record)
        let owners = Set(entries.map { record.backwards[$0.backward - 1].optimizer })
        if !entries.isEmpty, !owners.contains(id), let foreign = owners.compactMap({ $0 }).min() {
            add(
                .foreign, "\(name) steps on feedback that only the backward of \(record.optimizers[foreign.index].name) wrote",
                nodes: distinct(entries.map(\.node)), optimizers: [id, foreign], event: number, record,
                fix: "call \(name)'s own backward before it steps, or leave the parameters to \(record.optimizers[foreign.index].name)")
        }
        let stale = distinct(
            entries.filter { memory.lastUpdate[$0.node] ?? 0 > record.event(record.backwards[$0.backward - 1].output) }.map(\.node))
        if !stale.isEmpty {
            add(
                .stale, "\(name) uses feedback on a result that was computed before \(record.list(stale)) changed", nodes: stale,
                optimizers: [id],
                event: number, record, fix: "run the workflow anew before \(name)'s backward, if that matters")
        }
        unreached(proposal.unreached, id, distinct(entries.map { record.backwards[$0.backward - 1].output }), number, record)
    }

    private mutating func leftOver(_ entries: [FeedbackEntry], _ id: OptimizerID, _ number: Int, _ record: GraphRecord) {
        guard let step = memory.lastStep[id] else { return }
        let old = distinct(entries.filter { Int($0.event) < step }.map(\.node))
        guard !old.isEmpty else { return }
        let name = record.optimizers[id.index].name
        add(
            .missingZero, "\(name) meets feedback on \(record.list(old)) that it had used already in its last step", nodes: old,
            optimizers: [id],
            event: number, record, fix: "call \(name):zero_feedback() before each of its backwards")
    }

    /// Parameters without feedback at a proposal, or at a conflict in its place.
    private mutating func unreached(_ nodes: [NodeID], _ id: OptimizerID, _ consumed: [NodeID], _ number: Int, _ record: GraphRecord) {
        let own = record.backwards.suffix(64).filter { $0.optimizer == id && $0.event > memory.zeroes[id] ?? 0 }.map(\.output)
        // Backward on a parameter itself is a mistake of its own, and says nothing of what depends on what.
        let outputs = distinct((consumed + own).filter { !record.isTrainable($0) })
        guard !outputs.isEmpty else { return }
        for node in nodes {
            // In a loop the reason is the same in each round, and finding it costs a walk over the graph.
            if let known = findings.firstIndex(where: {
                $0.nodes == [node] && $0.optimizers == [id] && $0.isByHand == isByHand && Self.absences.contains($0.code)
            }) {
                repeated(known, number)
                continue
            }
            let reason = record.reason(unreached: node, from: outputs)
            add(
                reason.code, "\(record.optimizers[id.index].name): \(reason.message)", nodes: [node], optimizers: [id], event: number,
                record,
                fix: reason.fix)
        }
    }

    private mutating func failed(_ error: TraceError, _ number: Int, _ record: GraphRecord) {
        let report = error.report(in: record)
        switch error {
        case .conflict(let conflict): conflicted(conflict, report, number, record)
        case .freed(let nodes, let call):
            add(
                .freed, report.message, nodes: nodes, optimizers: record.backwards[call - 1].optimizer.map { [$0] } ?? [], event: number,
                record,
                fix: "give retain_graph = true to backward #\(call)"
                    + (record.backwards[call - 1].site.map { " (\($0.file):\($0.line))" } ?? ""))
        case .noFeedback(let id):
            add(
                .empty, report.message, nodes: record.optimizers[id.index].distinctParameters, optimizers: [id], event: number, record,
                fix: emptyFix(id, record))
        case .promptTooLong(let asker, let excess):
            add(
                .tooLong, report.message, nodes: distinct(excess.largest.compactMap(\.node)),
                optimizers: asker.optimizer.map { [$0] } ?? [],
                event: number, record,
                fix:
                    "shorten \(excess.largest.first?.name ?? "it"), give the optimizer { truncate = … } or { mask = … }, or choose another model"
            )
        default: break
        }
    }

    private static let absences: Set<Finding.Code> = [.unreached, .opaque, .detached]

    private mutating func conflicted(_ conflict: AggregationConflict, _ report: ErrorReport, _ number: Int, _ record: GraphRecord) {
        add(
            .conflict, report.message, nodes: distinct(conflict.sides.map(\.node)), optimizers: conflict.optimizer.map { [$0] } ?? [],
            event: number,
            record, fix: "zero the feedback before the next backward, or step once for each feedback")
        guard let id = conflict.optimizer else { return }
        let old = distinct(conflict.sides.filter { record.backwards[$0.backward - 1].event < memory.lastStep[id] ?? 0 }.map(\.node))
        if !old.isEmpty {
            let name = record.optimizers[id.index].name
            add(
                .missingZero, "\(name) meets feedback on \(record.list(old)) that it had used already in its last step", nodes: old,
                optimizers: [id],
                event: number, record, fix: "call \(name):zero_feedback() before each of its backwards")
        }
        let held = Set(conflict.sides.map(\.node))
        unreached(
            record.optimizers[id.index].distinctParameters.filter { !held.contains($0) }, id,
            distinct(conflict.sides.map { record.backwards[$0.backward - 1].output }), number, record)
    }

    /// What to do about a step without feedback depends on whether any backward could have reached it.
    private func emptyFix(_ id: OptimizerID, _ record: GraphRecord) -> String {
        let outputs = record.backwards.filter { $0.optimizer == id }.suffix(1).map(\.output)
        guard !outputs.isEmpty, let first = record.optimizers[id.index].distinctParameters.first else {
            return "call \(record.optimizers[id.index].name):backward(…) before it steps"
        }
        return record.reason(unreached: first, from: outputs).fix
    }

    /// The workflow failed, with a text that begins with the place.
    private mutating func broke(_ text: String, _ number: Int, _ record: GraphRecord) {
        let frame = record.stack(ofEvent: number - 1).first
        var message = text
        if let frame, message.hasPrefix("\(frame.site.file):\(frame.site.line): ") {
            message = String(message.dropFirst("\(frame.site.file):\(frame.site.line): ".count))
        }
        // What the engine refused last is what ended it, if the words are the same.
        let error = record.failures.last?.error, report = error?.report(in: record)
        let isOfEngine = report.map { message.contains($0.message) } ?? false
        var nodes: [NodeID] = [], fix = "correct the line, or catch the error with pcall where it is to be expected"
        if isOfEngine { nodes = distinct((report?.nodes ?? []).compactMap { record.node(named: $0) }) }
        if isOfEngine, case .execution(let node, _, _, _) = error {
            fix =
                "correct the line; or catch the error with pcall and call backward on \(record.name(node)), so that an optimizer learns of it"
        }
        add(.workflowFailed, "the workflow failed: \(message)", nodes: nodes, event: number, record, fix: fix)
    }

    private mutating func ended(_ number: Int, _ record: GraphRecord) {
        for node in (0..<record.nodeCount).lazy.map(NodeID.init) where record.isTrainable(node) && !attended.contains(node) {
            let code = record.bundle(node).map { "the code of \($0.name)" }
            add(
                .unattended, "no optimizer attends to \(record.name(node))" + (code.map { ", \($0)" } ?? ""), nodes: [node], event: number,
                record,
                fix:
                    "put \(record.bundle(node).map { "\($0.name).parameter" } ?? record.name(node)) among an optimizer's parameters, or make it a plain node",
                origin: record.event(node) + 1)
        }
        for node in memory.exceptions {
            add(
                .swallowed, "\(record.name(node)) was caught and got no feedback: \(record.firstValue(node).short(80))", nodes: [node],
                event: number,
                record, fix: "call backward on the exception's node, so that what caused it can be mended", origin: record.event(node) + 1)
        }
    }

    private func distinct<T: Hashable & Comparable>(_ items: [T]) -> [T] { Set(items).sorted() }
}
