import Trace

/// Finds problems in the event log, event by event. It never looks at the log twice.
package struct ProblemFinder: Sendable {
    package private(set) var findings: [Finding] = []
    /// The places of the findings, by their identity.
    private var places: [Identity: Int] = [:]
    private var seen = 0
    private var memory = Memory()
    private var attended: Set<NodeID> = []
    private var helpers = Helpers()
    /// The feedback that each optimizer's last proposal consumed.
    private var used: [OptimizerID: UsedFeedback] = [:]

    // Work by hand, and its undoing.
    private var marks = 0
    private var isByHand = false
    /// The memory before each command by hand, with the number of events by then.
    private var checkpoints: [(moment: Int, memory: Memory)] = []
    private static let mostCheckpoints = 200

    /// The part that an undo restores.
    private struct Memory: Sendable {
        /// The event of an optimizer's last step.
        var lastStep: [OptimizerID: Int] = [:]
        /// The event of the last value that an optimizer wrote to a node.
        var lastUpdate: [NodeID: Int] = [:]
        /// The event of an optimizer's last zero.
        var zeroes: [OptimizerID: Int] = [:]
        /// Exception nodes that no backward has reached.
        var exceptions: Set<NodeID> = []
        /// The number of an optimizer's last backward.
        var lastBackward: [OptimizerID: Int] = [:]
    }
    /// The last answer to a model call of the workflow if it was cut off, until the call's node is made.
    private var cutAnswer: ExchangeFacts?

    package init() {}

    /// The property by which findings are one problem.
    private enum Identity: Hashable {
        case about(Finding.Code, [OptimizerID], [NodeID], byHand: Bool)
        /// Something that happens at one place again and again, each time with other nodes.
        case at(Finding.Code, [OptimizerID], [StackFrame], Site?, byHand: Bool)
        /// A parameter that an optimizer's feedback does not reach, for whatever reason.
        case absence(NodeID, OptimizerID, byHand: Bool)
    }

    /// Whether all events have been read.
    package func isDone(_ record: GraphRecord) -> Bool { seen >= record.log.count }

    /// Reads the events since the last call.
    ///
    /// - Parameter most: upper bound of the number of events.
    package mutating func update(_ record: GraphRecord, most: Int = .max) {
        guard seen < record.log.count else { return }
        let end = seen + min(most, record.log.count - seen)
        while seen < end {
            while marks < record.origins.handMarks.count, record.origins.handMarks[marks].event <= seen {
                pass(record.origins.handMarks[marks])
            }
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

    /// Work by hand since an event is undone.
    private mutating func restored(_ moment: Int) {
        if let known = checkpoints.last(where: { $0.moment == moment }) { memory = known.memory }
        for index in findings.indices.reversed() where findings[index].isByHand {
            findings[index].occasions.removeAll { $0 > moment }
            findings[index].times = findings[index].occasions.count
            if findings[index].times == 0 { findings.remove(at: index) }
        }
        places = [:]
        for index in findings.indices { for key in keys(of: findings[index]) where places[key] == nil { places[key] = index } }
    }

    private mutating func repeated(_ index: Int, _ event: Int) {
        findings[index].times += 1
        if isByHand { findings[index].occasions.append(event) }
    }

    /// - Parameter origin: the event whose line is at fault, if it is not the event that shows the problem.
    private mutating func add(
        _ code: Finding.Code, _ message: @autoclosure () -> String, nodes: [NodeID], optimizers: [OptimizerID] = [], event: Int,
        _ record: GraphRecord, fix: @autoclosure () -> String, origin: Int? = nil
    ) {
        let origin = (origin ?? event) - 1
        let stack = record.stack(ofEvent: origin), site = stack.first?.site ?? record.site(ofEvent: origin)
        // The same mistake in every round of a loop is one problem.
        var finding = Finding(
            code: code, message: "", nodes: nodes, optimizers: optimizers, event: event, site: site, stack: stack, isByHand: isByHand,
            fix: "", occasions: isByHand ? [event] : [])
        let keys = keys(of: finding)
        // Only new findings get new words, and an absence may have another reason than before.
        let same = keys.first { key in
            if case .absence = key { return false }
            return places[key] != nil
        }.flatMap { places[$0] }
        if let same { return repeated(same, event) }
        (finding.message, finding.fix) = (message(), fix())
        for key in keys where places[key] == nil { places[key] = findings.count }
        findings.append(finding)
    }

    private func keys(of finding: Finding) -> [Identity] {
        let byHand = finding.isByHand
        var keys = [Identity.about(finding.code, finding.optimizers, finding.nodes, byHand: byHand)]
        switch finding.code {
        case .freed, .severalResults, .notText:
            guard finding.site != nil else { break }
            let site = finding.stack.isEmpty ? finding.site : nil
            keys.append(.at(finding.code, finding.optimizers, finding.stack, site, byHand: byHand))
        case .unreached, .opaque, .detached:
            guard finding.nodes.count == 1, finding.optimizers.count == 1 else { break }
            keys.append(.absence(finding.nodes[0], finding.optimizers[0], byHand: byHand))
        default: break
        }
        return keys
    }

    private mutating func take(_ event: TraceEvent, number: Int, _ record: GraphRecord) {
        switch event {
        case .node(let id):
            if record.kind(id) == .exception { memory.exceptions.insert(id) } else { made(id, number, record) }
            if let exchange = cutAnswer, record.baseName(id) == Engine.modelCallName { answered(id, exchange, number, record) }
        case .exchange(let index):
            let exchange = record.models.exchanges[index]
            cutAnswer = nil
            if case .success(let answer) = exchange.result, answer.isCut, case .call = exchange.asker { cutAnswer = exchange }
        case .optimizer(let id): registered(id, number, record)
        case .backward(let call): called(record.backwards[call - 1], number, record)
        case .zero(let index): zeroed(record.zeroes[index], number, record)
        case .propose(let index): proposed(index, number, record)
        case .update(let index): memory.lastUpdate[record.versions[Int(index)].node] = number
        case .step(let id, _): memory.lastStep[id] = number
        case .conflict(let index), .error(let index): failed(record.reports.failures[index].error, number, record)
        case .end(let text):
            if let text { broke(record.reports.texts[text], number, record) }
            ended(number, record)
        case .restore(let moment): restored(moment)
        default: break
        }
    }

    /// A node with a remark in the record.
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

    /// A call of a model has its value.
    private mutating func answered(_ id: NodeID, _ exchange: ExchangeFacts, _ number: Int, _ record: GraphRecord) {
        cutAnswer = nil
        let bound = exchange.request.maxTokens.map { " (max_tokens is \($0))" } ?? ""
        add(
            .cut, "the value of \(record.name(id)) came from an answer that ended at the token limit\(bound): its end may be missing",
            nodes: [id], event: number, record, fix: "raise max_tokens, or ask for a shorter answer")
    }

    private mutating func registered(_ id: OptimizerID, _ number: Int, _ record: GraphRecord) {
        let facts = record.optimizers[id.index]
        attended.formUnion(facts.parameters)
        guard facts.parameters.count > facts.distinctParameters.count else { return }
        var times: [NodeID: Int] = [:]
        for node in facts.parameters { times[node, default: 0] += 1 }
        let doubled = facts.distinctParameters.filter { times[$0, default: 0] > 1 }
        add(
            .doubled, "\(record.list(doubled)) \(doubled.count == 1 ? "occurs" : "occur") twice among the parameters of \(facts.name)",
            nodes: doubled, optimizers: [id],
            event: number,
            record, fix: "give each parameter once")
    }

    private mutating func called(_ call: BackwardFacts, _ number: Int, _ record: GraphRecord) {
        meet(call, record)
        if let optimizer = call.optimizer { memory.lastBackward[optimizer] = call.number }
        guard record.isTrainable(call.output) else { return }
        let name = record.name(call.output)
        add(
            .onParameter,
            "backward ▲\(call.number) is called on the parameter \(name) itself: the feedback says nothing about the values computed with it",
            nodes: [call.output], optimizers: call.optimizer.map { [$0] } ?? [], event: number, record,
            fix: "call backward on the output that the feedback is about; it reaches \(name) from there")
    }

    /// The caller of a backward knows the exceptions that it reached.
    private mutating func meet(_ call: BackwardFacts, _ record: GraphRecord) {
        if memory.exceptions.isEmpty { return }
        memory.exceptions.remove(call.output)
        if memory.exceptions.count < call.visited.count {
            memory.exceptions = memory.exceptions.filter { !record.visited($0, by: call) }
        } else {
            for node in call.visited { memory.exceptions.remove(node) }
        }
    }

    private mutating func zeroed(_ zero: ZeroFacts, _ number: Int, _ record: GraphRecord) {
        guard case .optimizer(let zeroing) = zero.scope else { return }
        memory.zeroes[zeroing] = number
        var lost: [OptimizerID: [NodeID]] = [:], seen: Set<LostFeedback> = []
        for index in zero.entries {
            let entry = record.entries[Int(index)]
            guard let owner = record.backwards[entry.backward - 1].optimizer, owner != zeroing,
                record.optimizers[owner.index].attends(to: entry.node),
                memory.lastStep[owner] ?? 0 < Int(entry.event)
            else { continue }
            if seen.insert(LostFeedback(owner: owner, node: entry.node)).inserted { lost[owner, default: []].append(entry.node) }
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

    private mutating func proposed(_ index: Int, _ number: Int, _ record: GraphRecord) {
        let proposal = record.proposals[index], id = proposal.optimizer, name = record.optimizers[id.index].name
        used[id, default: UsedFeedback()].take(index, record)
        guard let used = used[id] else { return }
        let old = used.old(since: memory.lastStep[id])
        if !old.isEmpty { missedZero(old, id, number, record) }
        if let foreign = used.foreign(to: id) {
            add(
                .foreign, "\(name) steps on feedback that only the backward of \(record.optimizers[foreign.index].name) wrote",
                nodes: used.nodes, optimizers: [id, foreign], event: number, record,
                fix: "call \(name)'s own backward before it steps, or leave the parameters to \(record.optimizers[foreign.index].name)")
        }
        let stale = used.stale(memory.lastUpdate)
        if !stale.isEmpty {
            add(
                .stale, "\(name) uses feedback on a result that was computed before \(record.list(stale)) changed", nodes: stale,
                optimizers: [id],
                event: number, record, fix: "run the workflow again before \(name)'s backward, if that matters")
        }
        unreached(proposal.unreached, id, used.speaksOfOutput, number, record) { UsedFeedback.outputs(of: proposal, record) }
    }

    private mutating func missedZero(_ old: [NodeID], _ id: OptimizerID, _ number: Int, _ record: GraphRecord) {
        let name = record.optimizers[id.index].name, words = record.words
        add(
            .missingZero, "\(name) stepped on feedback on \(record.list(old)) that its previous step had already used", nodes: old,
            optimizers: [id],
            event: number, record, fix: "call \(words.zero(name)) before each backward")
    }

    /// Parameters without feedback at a proposal, or at a conflict in its place.
    ///
    /// - Parameters:
    ///   - hasOutput: whether some of the present feedback is about a computed node.
    ///   - consumed: the outputs that it speaks of, which may be many.
    private mutating func unreached(
        _ nodes: [NodeID], _ id: OptimizerID, _ hasOutput: Bool, _ number: Int, _ record: GraphRecord, _ consumed: () -> [NodeID]
    ) {
        if nodes.isEmpty { return }
        let own = record.backwards.suffix(64).filter { $0.optimizer == id && $0.event > memory.zeroes[id] ?? 0 }.map(\.output)
        // Backward on a parameter itself is a mistake of its own, and says nothing of what depends on what.
        guard hasOutput || own.contains(where: { !record.isTrainable($0) }) else { return }
        // In a loop the reason is the same in each round, and finding it costs a walk over the graph.
        var new: [NodeID] = []
        for node in nodes {
            if let known = places[.absence(node, id, byHand: isByHand)] { repeated(known, number) } else { new.append(node) }
        }
        if new.isEmpty { return }
        let reasons = Reasons(record, unreached: new, from: distinct((consumed() + own).filter { !record.isTrainable($0) }))
        for node in new {
            let reason = reasons.reason(for: node)
            add(
                reason.code, "\(record.optimizers[id.index].name): \(reason.message)", nodes: [node], optimizers: [id], event: number,
                record,
                fix: reason.fix)
        }
    }

    private mutating func failed(_ error: TraceError, _ number: Int, _ record: GraphRecord) {
        let report = error.report(in: record), words = record.words
        switch error {
        case .conflict(let conflict): conflicted(conflict, number, record)
        case .freed(let nodes, let call):
            let place = place(of: record.backwards[call - 1], record)
            add(
                .freed, report.message, nodes: nodes, optimizers: record.backwards[call - 1].optimizer.map { [$0] } ?? [], event: number,
                record,
                fix: "give \(words.retain) to backward ▲\(call)\(place)")
        case .noFeedback(let id):
            let fix = emptyFix(id, memory.lastBackward[id], record)
            add(
                .empty, report.message, nodes: record.optimizers[id.index].distinctParameters, optimizers: [id], event: number, record,
                fix: fix)
        case .promptTooLong(let asker, let excess):
            add(
                .tooLong, report.message, nodes: distinct(excess.largest.compactMap(\.node)),
                optimizers: asker.optimizer.map { [$0] } ?? [],
                event: number, record,
                fix:
                    "shorten \(excess.largest.first?.name ?? "it"), \(words.shortening), or choose another model"
            )
        case .elsewhere(let code, let message): told(code, message, number, record)
        default: break
        }
    }

    /// The place of a backward call, in parentheses, with its caller: the innermost line may only pass the call on, as one with `pcall` does.
    private func place(of call: BackwardFacts, _ record: GraphRecord) -> String {
        guard let site = call.site else { return "" }
        let caller = record.stack(ofEvent: call.event).dropFirst().first?.site
        return " (\(site.file):\(site.line)\(caller.map { ", called in line \($0.line)" } ?? ""))"
    }

    /// A remark on a program elsewhere, or on its record.
    private mutating func told(_ code: String, _ message: String, _ number: Int, _ record: GraphRecord) {
        switch code {
        case "no-library":
            add(
                .noGraph, message, nodes: [], event: number, record,
                fix: "name the program that uses one of them, and the interpreter whose environment has it")
        case "program-gone":
            add(
                .workflowFailed, "the workflow failed: \(message)", nodes: [], event: number, record,
                fix: "look at its last events, and at what it printed last")
        case "mirror-differs", "mirror-full", "protocol-fault":
            add(
                .differing, message, nodes: [], event: number, record,
                fix: "the record follows the program; report the difference if it is not yours"
            )
        default: break
        }
    }

    private mutating func conflicted(_ conflict: AggregationConflict, _ number: Int, _ record: GraphRecord) {
        add(
            .conflict, conflict.text(in: record), nodes: distinct(conflict.sides.map(\.node)),
            optimizers: conflict.optimizer.map { [$0] } ?? [], event: number, record,
            fix: "zero the feedback before the next backward, or step once for each feedback")
        guard let id = conflict.optimizer else { return }
        let old = distinct(conflict.sides.filter { record.backwards[$0.backward - 1].event < memory.lastStep[id] ?? 0 }.map(\.node))
        if !old.isEmpty { missedZero(old, id, number, record) }
        let held = Set(conflict.sides.map(\.node))
        let outputs = distinct(conflict.sides.map { record.backwards[$0.backward - 1].output })
        unreached(
            record.optimizers[id.index].distinctParameters.filter { !held.contains($0) }, id,
            outputs.contains { !record.isTrainable($0) }, number, record
        ) { outputs }
    }

    /// The advice on a step without feedback depends on the optimizer's last backward: there is none, its feedback was cleared, or it could
    /// not reach the parameters.
    private func emptyFix(_ id: OptimizerID, _ number: Int?, _ record: GraphRecord) -> String {
        let facts = record.optimizers[id.index], call = record.words.call(facts.name, "backward(…)")
        guard let number, let first = facts.distinctParameters.first else { return "call \(call) before it steps" }
        let wasCleared = record.zeroes.suffix(8).contains { zero in
            zero.entries.contains { place in
                let entry = record.entries[Int(place)]
                return entry.backward == number && facts.attends(to: entry.node)
            }
        }
        if wasCleared { return "call \(call) again before it steps: the feedback of the last one was cleared" }
        return record.reason(unreached: first, from: [record.backwards[number - 1].output]).fix
    }

    /// The code of a remark with the advice on a failure that follows, whose text ends with it.
    package static let advice = "advice"

    /// The workflow failed, with a text that begins with the place.
    private mutating func broke(_ text: String, _ number: Int, _ record: GraphRecord) {
        let frame = record.stack(ofEvent: number - 1).first
        var message = text
        if let frame, message.hasPrefix("\(frame.site.file):\(frame.site.line): ") {
            message = String(message.dropFirst("\(frame.site.file):\(frame.site.line): ".count))
        }
        // The engine's last refusal ended it, if the words are the same.
        let error = record.reports.failures.last?.error, report = error?.report(in: record)
        let isOfEngine = report.map { message.contains($0.message) } ?? false
        var nodes: [NodeID] = [], fix = "correct the line, or catch the error with \(record.words.catching) where it is to be expected"
        if isOfEngine { nodes = distinct((report?.nodes ?? []).compactMap { record.node(named: $0) }) }
        if isOfEngine, case .execution(let node, _, _, _) = error {
            fix =
                "correct the line; or catch the error with \(record.words.catching) and call backward on \(record.name(node)), so that an optimizer learns of it"
        }
        if case .elsewhere(Self.advice, let advice)? = error, message.hasSuffix(": " + advice) {
            (message, fix) = (String(message.dropLast(advice.count + 2)), advice)
        }
        add(.workflowFailed, "the workflow failed: \(message)", nodes: nodes, event: number, record, fix: fix)
    }

    private mutating func ended(_ number: Int, _ record: GraphRecord) {
        // A copy means its original, and vice versa.
        let originals = Set(attended.compactMap { record.original($0) })
        for node in (0..<record.nodeCount).lazy.map(NodeID.init)
        where record.isTrainable(node) && record.original(node) == nil && !attended.contains(node) && !originals.contains(node) {
            let code = record.bundle(node).map { "the code of \($0.name)" }
            add(
                .unattended, "no optimizer attends to \(record.name(node))" + (code.map { ", \($0)" } ?? ""), nodes: [node], event: number,
                record,
                fix: record.bundle(node).map { "add \($0.name).parameter to an optimizer, or create the bundle without `trainable`" }
                    ?? "add \(record.name(node)) to an optimizer, or make it a plain node",
                origin: record.event(node) + 1)
        }
        for node in memory.exceptions.sorted() {
            add(
                .swallowed,
                "\(record.name(node)) was caught and got no feedback: \(record.short(node, record.firstValue(node), 80, exact: true))",
                nodes: [node],
                event: number,
                record, fix: "call backward on the exception's node, so that an optimizer can correct its cause",
                origin: record.event(node) + 1)
        }
    }

    private func distinct<T: Hashable & Comparable>(_ items: [T]) -> [T] { Set(items).sorted() }
}

private struct LostFeedback: Hashable {
    var owner: OptimizerID
    var node: NodeID
}
