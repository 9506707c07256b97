import Foundation
import Testing
@testable import Trace

/// Properties of every workflow, tried on random ones. `TRACE_PROGRAMS` is the number for each property, and `TRACE_SEED` the first seed.
@Suite struct PropertyTests {
    static let count = ProcessInfo.processInfo.environment["TRACE_PROGRAMS"].flatMap(Int.init) ?? 300
    static let firstSeed = ProcessInfo.processInfo.environment["TRACE_SEED"].flatMap(Int.init) ?? 1

    /// Tries a property, which gives what is wrong with a program, and makes the first failing one small.
    func check(_ property: ([Value]) -> String?, sourceLocation: SourceLocation = #_sourceLocation) {
        for seed in Self.firstSeed..<Self.firstSeed + Self.count {
            let steps = RandomProgram(seed: seed).steps
            guard property(steps) != nil else { continue }
            let small = shrink(steps) { property($0) != nil }
            let program = small.map { "    " + $0.literal }.joined(separator: "\n")
            Issue.record("seed \(seed): \(property(small) ?? "")\n  program:\n\(program)", sourceLocation: sourceLocation)
            return
        }
    }

    /// Runs a program, and looks after every step.
    func afterEveryStep(_ steps: [Value], _ look: (ProgramRunner, Value) -> String?) -> String? {
        let runner = ProgramRunner()
        for step in steps {
            _ = runner.attempt(step)
            if let wrong = look(runner, step) { return wrong }
        }
        return nil
    }

    @Test func namesAndLevels() {
        check { steps in
            afterEveryStep(steps) { runner, _ in
                let record = runner.engine.record
                var counts: [String: Int] = [:]
                for i in 0..<record.nodeCount {
                    let id = NodeID(i), parents = record.parents(id)
                    let name = "\(record.baseName(id)):\(counts[record.baseName(id), default: 0])"
                    counts[record.baseName(id), default: 0] += 1
                    if record.name(id) != name || record.node(named: name) != id { return "\(record.name(id)) should be named \(name)" }
                    if record.level(id) != (parents.map { record.level($0) + 1 }.max() ?? 0) { return "the level of \(name) is wrong" }
                    if Set(parents).count != parents.count || parents.contains(where: { $0 >= id }) {
                        return "the parents of \(name) are wrong"
                    }
                    if parents != unique(record.inputs(id).map(\.node)) { return "the parents of \(name) are not its inputs" }
                    if record.children(id) != (0..<record.nodeCount).map({ NodeID($0) }).filter({ record.parents($0).contains(id) }) {
                        return "the children of \(name) are wrong"
                    }
                }
                return nil
            }
        }
    }

    @Test func onlyRootsHoldFeedback() {
        check { steps in
            afterEveryStep(steps) { runner, _ in
                let holder = runner.engine.state.feedback.keys.first { runner.engine.record.hasParents($0) }
                return holder.map { "\(runner.engine.record.name($0)) holds feedback" }
            }
        }
    }

    @Test func aChildGivesOneEntryInOneCall() {
        check { steps in
            afterEveryStep(steps) { runner, _ in
                let engine = runner.engine
                for node in engine.state.feedback.keys.sorted() {
                    for (source, entries) in engine.state.entries(node, in: engine.record)
                    where Set(entries.map(\.backward)).count != entries.count {
                        return "\(engine.record.name(node)) holds two entries of one call from \(source)"
                    }
                }
                return nil
            }
        }
    }

    @Test func twoRunsAreTheSame() {
        check { steps in
            let one = ProgramRunner(), two = ProgramRunner()
            if one.observe(steps).literal != two.observe(steps).literal { return "what is seen differs" }
            let events = { (runner: ProgramRunner) in runner.engine.record.log.map(\.event) }
            return events(one) == events(two) ? nil : "the logs differ"
        }
    }

    @Test func aRefusedBackwardChangesNothing() {
        var refused = 0
        check { steps in
            let runner = ProgramRunner()
            for step in steps {
                let before = Snapshot(runner.engine.state, runner.engine.record)
                let result = runner.attempt(step)
                guard result["error"] == "graph-freed" else { continue }
                refused += 1
                if let part = before.difference(from: Snapshot(runner.engine.state, runner.engine.record)) {
                    return "a refused backward changed the \(part): \(step.literal)"
                }
            }
            return nil
        }
        #expect(Self.count < 100 || refused > Self.count / 10, "the programs have too few refused calls: \(refused)")
    }

    @Test func aFailingPropagatorChangesNothing() {
        check { steps in
            let runner = ProgramRunner(), engine = runner.engine
            for step in steps { _ = runner.attempt(step) }
            for i in stride(from: 0, to: engine.record.nodeCount, by: 3) {
                let before = Snapshot(engine.state, engine.record)
                let allowed = i % 4
                guard (try? engine.backward(NodeID(i), feedback: "f", propagator: FailingPropagator(after: allowed))) == nil else {
                    continue
                }
                if let part = before.difference(from: Snapshot(engine.state, engine.record)) { return "the \(part) changed at \(i)" }
            }
            return nil
        }
    }

    @Test func zeroAfterBackwardRestores() {
        check { steps in
            let runner = ProgramRunner(), engine = runner.engine
            for step in steps { _ = runner.attempt(step) }
            for i in stride(from: 0, to: engine.record.nodeCount, by: 2) {
                let before = engine.state.feedback, entries = engine.record.entries.count
                guard (try? engine.backward(NodeID(i), feedback: "more", retain: true)) != nil else { continue }
                // Whatever the call gave is taken away again.
                engine.drop((entries..<engine.record.entries.count).map { Int32($0) })
                if engine.state.feedback != before {
                    return "dropping what backward gave from \(engine.record.name(NodeID(i))) leaves more or less"
                }
            }
            engine.zeroFeedback(.all)
            for i in stride(from: 1, to: engine.record.nodeCount, by: 2) {
                guard (try? engine.backward(NodeID(i), feedback: "more", retain: true)) != nil else { continue }
                for holder in engine.state.feedback.keys.sorted() { engine.zeroFeedback(.node(holder)) }
                if !engine.state.feedback.isEmpty { return "zero leaves feedback" }
            }
            return nil
        }
    }

    @Test func aggregationDoesNotDependOnGrouping() {
        check { steps in
            afterEveryStep(steps) { runner, step in
                guard step["do"] == "backward" else { return nil }
                let state = runner.engine.state, record = runner.engine.record
                let holders = state.feedback.keys.sorted()
                let said = holders.flatMap { state.entries($0, in: record).flatMap(\.entries) }.map {
                    record.backwards[$0.backward - 1].feedback
                }
                let agrees = said.allSatisfy { $0.equals(said[0]) }
                guard let whole = try? state.aggregate(holders, in: record) else { return agrees ? "a conflict without one" : nil }
                if !agrees { return "no conflict of \(said.map(\.literal))" }
                for size in 1...3 {
                    var nodes = Set<NodeID>(), outputs = Set<NodeID>()
                    for start in stride(from: 0, to: holders.count, by: size) {
                        let group = Array(holders[start..<min(start + size, holders.count)].reversed())
                        guard let part = try? state.aggregate(group, in: record) else { return "a conflict in a group of \(size)" }
                        let graph = part.graph(in: record)
                        nodes.formUnion(graph.nodes)
                        outputs.formUnion(graph.outputs)
                        if part.feedback?.equals(whole.feedback ?? .none) != true { return "a group of \(size) has other feedback" }
                    }
                    let graph = whole.graph(in: record)
                    if nodes != Set(graph.nodes) || outputs != Set(graph.outputs) {
                        return "groups of \(size) have another union"
                    }
                }
                return state.feedback == runner.engine.state.feedback ? nil : "aggregating changed a list"
            }
        }
    }

    @Test func minimalSubgraphsAreWhatAPlainSearchFinds() {
        check { steps in
            afterEveryStep(steps) { runner, step in
                guard step["do"] == "backward" else { return nil }
                for id in runner.optimizers.values {
                    guard let found = try? runner.engine.state.subgraph(id, in: runner.engine.record) else { continue }
                    if let wrong = PlainSearch(runner.engine).difference(found, of: id) {
                        return "\(runner.engine.record.optimizers[id.index].name): \(wrong)"
                    }
                }
                return nil
            }
        }
    }

    @Test func theLogFoldsToTheState() {
        check { steps in
            let runner = ProgramRunner(), engine = runner.engine
            let watcher = Watcher(engine)
            engine.host = watcher
            for (number, step) in steps.enumerated() {
                _ = runner.attempt(step)
                // Now and then the workflow is taken back to an earlier moment.
                if number % 7 == 6, let moment = watcher.states.keys.sorted().dropFirst(number / 2).first { engine.restore(to: moment) }
            }
            // The record as it is at the end gives the state of every moment, one event after the other.
            var state = GraphState()
            for moment in 0...engine.record.log.count {
                state = engine.record.fold(from: state, to: moment) { watcher.states[$0] ?? GraphState() }
                guard let known = watcher.states[moment] else { continue }
                let record = engine.record
                if let part = Snapshot(known, record).difference(from: Snapshot(state, record)) {
                    return "after \(moment) events the \(part) differ"
                }
            }
            return nil
        }
    }
}

private func unique(_ ids: [NodeID]) -> [NodeID] {
    var seen = Set<NodeID>()
    return ids.filter { seen.insert($0).inserted }
}

/// Everything about a state but the number of its events.
private struct Snapshot {
    var feedback: HeldFeedback
    var versions: NodeNumbers
    var freed: [Int?]
    var steps: [Int]
    var proposals: [OptimizerID: Int]
    var counts: [Int]

    init(_ state: GraphState, _ record: GraphRecord) {
        feedback = state.feedback
        versions = state.versions
        freed = (0..<record.nodeCount).map { state.freedBy(NodeID($0)) }
        steps = state.steps
        proposals = state.proposals
        counts = [state.nodeCount, state.optimizerCount, state.backwardCount]
    }

    func difference(from other: Snapshot) -> String? {
        if feedback != other.feedback { return "feedback" }
        if versions != other.versions { return "values" }
        if freed != other.freed { return "freed nodes" }
        if steps != other.steps || proposals != other.proposals { return "steps" }
        return counts == other.counts ? nil : "counts"
    }
}

/// Keeps the state of every moment at which the engine rests.
private final class Watcher: EngineHost {
    unowned let engine: Engine
    var states: [Int: GraphState] = [0: GraphState()]
    init(_ engine: Engine) { self.engine = engine }
    func engineRests(after events: Range<Int>) { states[events.upperBound] = engine.state }
}

/// Gives each parent a text, and fails at some node.
private final class FailingPropagator: Propagator {
    private var left: Int
    init(after count: Int) { left = count }

    func propagate(from node: NodeID, feedback: [(source: FeedbackSource, values: [Value])], in engine: Engine) throws -> [(NodeID, Value)]
    {
        left -= 1
        if left < 0 { throw OperatorFailure(type: "ValueError", message: "no") }
        return engine.record.parents(node).map { ($0, "x") }
    }

    func aggregate(_ values: [Value]) throws -> Value { values[0] }
}

/// Finds minimal subgraphs by trying every pair of nodes, from the parents alone.
private struct PlainSearch {
    let engine: Engine
    let nodes: [NodeID]
    /// Whether a node depends on another, or is it.
    private var depends: [[Bool]]

    init(_ engine: Engine) {
        self.engine = engine
        nodes = (0..<engine.record.nodeCount).map { NodeID($0) }
        depends = nodes.map { _ in Array(repeating: false, count: engine.record.nodeCount) }
        for node in nodes {
            depends[node.index][node.index] = true
            for parent in engine.record.parents(node) {
                for i in nodes.indices where depends[parent.index][i] { depends[node.index][i] = true }
            }
        }
    }

    /// The difference between a subgraph and the one found here.
    func difference(_ found: Subgraph, of id: OptimizerID) -> String? {
        let record = engine.record, state = engine.state
        let attended = Set(record.optimizers[id.index].parameters)
        var members = Set<NodeID>(), heads = Set<NodeID>()
        for parameter in attended {
            for (source, entries) in state.entries(parameter, in: record) {
                for entry in entries {
                    let head = record.backwards[entry.backward - 1].output
                    heads.insert(head)
                    members.insert(head)
                    guard case .child(let child) = source else { continue }
                    for node in nodes where depends[node.index][child.index] && depends[head.index][node.index] {
                        members.insert(node)
                        members.formUnion(record.parents(node))
                    }
                }
            }
            if state.feedback[parameter] != nil { members.insert(parameter) }
        }
        let order = members.sorted { (record.level($0), $0.raw) < (record.level($1), $1.raw) }
        if found.nodes != order { return "nodes \(names(found.nodes)), and not \(names(order))" }
        if found.variables != order.filter(attended.contains) { return "variables \(names(found.variables))" }
        if found.outputs != order.filter(heads.contains) { return "outputs \(names(found.outputs))" }
        let rest = order.filter { !attended.contains($0) && !heads.contains($0) }
        let whole = { (id: NodeID) in !record.parents(id).isEmpty && record.parents(id).allSatisfy(members.contains) }
        if found.others != rest.filter(whole) { return "others \(names(found.others))" }
        return found.inputs == rest.filter { !whole($0) } ? nil : "inputs \(names(found.inputs))"
    }

    private func names(_ ids: [NodeID]) -> String { ids.map { engine.record.name($0) }.joined(separator: " ") }
}
