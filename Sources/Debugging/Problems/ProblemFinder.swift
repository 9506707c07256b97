import Trace

/// Finds problems in the event log, event by event. It never looks at the log twice.
package struct ProblemFinder: Sendable {
    package private(set) var findings: [Finding] = []
    private var seen = 0
    /// The event of an optimizer's last step.
    private var lastStep: [OptimizerID: Int] = [:]
    /// The event of the last value that an optimizer wrote to a node.
    private var lastUpdate: [NodeID: Int] = [:]
    /// The event of an optimizer's last zero.
    private var zeroes: [OptimizerID: Int] = [:]
    /// Exception nodes that no backward has met.
    private var exceptions: [NodeID] = []
    private var attended: Set<NodeID> = []

    package init() {}

    /// Takes in what has happened since the last time.
    package mutating func update(_ record: GraphRecord) {
        while seen < record.log.count {
            take(record.log[seen].event, number: seen + 1, record)
            seen += 1
        }
    }

    private mutating func add(
        _ code: Finding.Code, _ message: String, nodes: [NodeID], optimizers: [OptimizerID] = [], event: Int, _ record: GraphRecord,
        fix: String,
        site: Site? = nil
    ) {
        // The same mistake in every round of a loop is one problem.
        let site = site ?? record.site(ofEvent: event - 1)
        let same = findings.firstIndex {
            $0.code == code && $0.optimizers == optimizers
                && ($0.nodes == nodes || ([.freed, .severalResults, .notText].contains(code) && site != nil && $0.site == site))
        }
        if let known = same {
            findings[known].times += 1
            return
        }
        findings.append(
            Finding(
                code: code, message: message, nodes: nodes, optimizers: optimizers, event: event, site: site, fix: fix))
    }

    private mutating func take(_ event: TraceEvent, number: Int, _ record: GraphRecord) {
        switch event {
        case .node(let id):
            if record.kind(id) == .exception { exceptions.append(id) } else { made(id, number, record) }
        case .optimizer(let id): registered(id, number, record)
        case .backward(let call): called(record.backwards[call - 1], number, record)
        case .zero(let index): zeroed(record.zeroes[index], number, record)
        case .propose(let index): proposed(record.proposals[index], number, record)
        case .update(let index): lastUpdate[record.versions[Int(index)].node] = number
        case .step(let id, _): lastStep[id] = number
        case .conflict(let index), .error(let index): failed(record.failures[index].error, number, record)
        case .end: ended(number, record)
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
        exceptions.removeAll { $0 == call.output || call.visits($0) }
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
        zeroes[zeroing] = number
        var lost: [OptimizerID: [NodeID]] = [:]
        for index in zero.entries {
            let entry = record.entries[Int(index)]
            guard let owner = record.backwards[entry.backward - 1].optimizer, owner != zeroing,
                record.optimizers[owner.index].attends(to: entry.node),
                lastStep[owner] ?? 0 < Int(entry.event)
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
            entries.filter { lastUpdate[$0.node] ?? 0 > record.event(record.backwards[$0.backward - 1].output) }.map(\.node))
        if !stale.isEmpty {
            add(
                .stale, "\(name) uses feedback on a result that was computed before \(record.list(stale)) changed", nodes: stale,
                optimizers: [id],
                event: number, record, fix: "run the workflow anew before \(name)'s backward, if that matters")
        }
        unreached(proposal.unreached, id, distinct(entries.map { record.backwards[$0.backward - 1].output }), number, record)
    }

    private mutating func leftOver(_ entries: [FeedbackEntry], _ id: OptimizerID, _ number: Int, _ record: GraphRecord) {
        guard let step = lastStep[id] else { return }
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
        let own = record.backwards.suffix(64).filter { $0.optimizer == id && $0.event > zeroes[id] ?? 0 }.map(\.output)
        // Backward on a parameter itself is a mistake of its own, and says nothing of what depends on what.
        let outputs = distinct((consumed + own).filter { !record.isTrainable($0) })
        guard !outputs.isEmpty else { return }
        for node in nodes {
            // In a loop the reason is the same in each round, and finding it costs a walk over the graph.
            if let known = findings.firstIndex(where: { $0.nodes == [node] && $0.optimizers == [id] && Self.absences.contains($0.code) }) {
                findings[known].times += 1
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
        let old = distinct(conflict.sides.filter { record.backwards[$0.backward - 1].event < lastStep[id] ?? 0 }.map(\.node))
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

    private mutating func ended(_ number: Int, _ record: GraphRecord) {
        for node in (0..<record.nodeCount).lazy.map(NodeID.init) where record.isTrainable(node) && !attended.contains(node) {
            let code = record.bundle(node).map { "the code of \($0.name)" }
            add(
                .unattended, "no optimizer attends to \(record.name(node))" + (code.map { ", \($0)" } ?? ""), nodes: [node], event: number,
                record,
                fix:
                    "put \(record.bundle(node).map { "\($0.name).parameter" } ?? record.name(node)) among an optimizer's parameters, or make it a plain node",
                site: record.site(node))
        }
        for node in exceptions {
            add(
                .swallowed, "\(record.name(node)) was caught and got no feedback: \(record.firstValue(node).short(80))", nodes: [node],
                event: number,
                record, fix: "call backward on the exception's node, so that what caused it can be mended", site: record.site(node))
        }
    }

    private func distinct<T: Hashable & Comparable>(_ items: [T]) -> [T] { Set(items).sorted() }
}
