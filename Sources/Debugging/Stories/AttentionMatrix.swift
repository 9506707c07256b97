import Trace

/// Parameters by the optimizers that attend to them, with their feedback: a row for each trainable node, a column for each optimizer.
package struct AttentionMatrix: Sendable {
    package enum Order: String, CaseIterable, Sendable {
        /// The parameters whose feedback is in a conflict come first.
        case conflict
        /// The parameters that most optimizers attend to come first.
        case shared
        /// The parameters whose feedback no step has used come first.
        case unread
        /// As they were made.
        case made
    }

    /// The feedback on a parameter, for an optimizer that attends to it.
    package struct AttentionCell: Sendable, Equatable {
        package var count: Int
        /// The optimizers whose backward calls wrote it; nil means a call without an optimizer.
        package var writers: [OptimizerID?]
        /// Whether it is among the texts that the optimizer cannot combine.
        package var isInConflict: Bool
        /// Whether a step of the optimizer has used all of it.
        package var isUsed: Bool

        package init(count: Int, writers: [OptimizerID?], isInConflict: Bool, isUsed: Bool) {
            (self.count, self.writers, self.isInConflict, self.isUsed) = (count, writers, isInConflict, isUsed)
        }
    }
    package let optimizers: [OptimizerID]
    package private(set) var rows: [NodeID]
    /// The optimizers in conflict.
    package let conflicts: Set<OptimizerID>
    private let attending: [NodeID: [OptimizerID]]
    /// The event of the last proposal of an optimizer that was applied.
    private let used: [OptimizerID: Int]
    private let findings: [NodeID: Finding]
    private let state: GraphState
    private let record: GraphRecord

    /// - Parameters:
    ///   - findings: the problems that are known, which say why a parameter has no feedback.
    ///   - isInConflict: whether an optimizer's feedback cannot be combined.
    package init(
        _ state: GraphState, _ record: GraphRecord, findings: [Finding], isInConflict: (OptimizerID) -> Bool
    ) {
        (self.state, self.record) = (state, record)
        optimizers = (0..<state.optimizerCount).map(OptimizerID.init)
        var attending: [NodeID: [OptimizerID]] = [:], used: [OptimizerID: Int] = [:]
        for id in optimizers {
            for node in record.optimizers[id.index].distinctParameters { attending[node, default: []].append(id) }
            guard let last = state.lastProposals[id], state.proposals[id] == nil else { continue }
            let proposal = record.proposals[last]
            if state.steps[id.index] >= proposal.step { used[id] = proposal.event }
        }
        rows = (0..<state.nodeCount).lazy.map { NodeID($0) }.filter { record.isTrainable($0) }
        conflicts = Set(optimizers.filter(isInConflict))
        (self.attending, self.used) = (attending, used)
        var known: [NodeID: Finding] = [:]
        for finding in findings where Self.told.contains(finding.code) {
            if let node = finding.nodes.first, known[node] == nil { known[node] = finding }
        }
        self.findings = known
    }

    private static let told: Set<Finding.Code> = [.opaque, .detached, .unreached]

    package func attending(to node: NodeID) -> [OptimizerID] { attending[node] ?? [] }

    /// Nil where the optimizer does not attend to the node.
    package func cell(_ node: NodeID, _ optimizer: OptimizerID) -> AttentionCell? {
        guard attending[node]?.contains(optimizer) ?? false else { return nil }
        guard let held = state.feedback[node]?.entries, let newest = held.last else {
            return AttentionCell(count: 0, writers: [], isInConflict: false, isUsed: false)
        }
        var writers: [OptimizerID?] = [], call = 0
        for index in held {
            let backward = record.entries[Int(index)].backward
            if backward == call { continue }
            call = backward
            let writer = record.backwards[backward - 1].optimizer
            if !writers.contains(writer) { writers.append(writer) }
        }
        return AttentionCell(
            count: held.count, writers: writers, isInConflict: conflicts.contains(optimizer),
            isUsed: used[optimizer].map { Int(record.entries[Int(newest)].event) < $0 } ?? false)
    }

    /// Whether an optimizer could step now.
    package enum Readiness: String, Sendable {
        case yes, no, nothing
    }

    package func readiness(_ optimizer: OptimizerID) -> Readiness {
        if conflicts.contains(optimizer) { return .no }
        return record.optimizers[optimizer.index].distinctParameters.contains { state.feedback.holds($0) } ? .yes : .nothing
    }

    package mutating func sort(by order: Order) {
        func rank(_ node: NodeID) -> Int {
            let optimizers = attending(to: node)
            switch order {
            case .made: return 0
            case .shared: return -optimizers.count
            case .conflict: return state.feedback.holds(node) ? -optimizers.count { conflicts.contains($0) } : 1
            case .unread:
                guard let newest = state.feedback[node]?.entries.last else { return 1 }
                let event = Int(record.entries[Int(newest)].event)
                return -optimizers.count { used[$0].map { event >= $0 } ?? true }
            }
        }
        let ranks = Dictionary(uniqueKeysWithValues: rows.map { ($0, rank($0)) })
        rows.sort { (ranks[$0] ?? 0, $0) < (ranks[$1] ?? 0, $1) }
    }

    /// The meaning of a row, in a few words.
    package enum Meaning: Sendable, Equatable {
        case conflict([OptimizerID])
        case used([OptimizerID])
        case finding(Finding)
        case unattended
        case waiting
        case nothing
    }

    package func meaning(_ node: NodeID) -> Meaning {
        let optimizers = attending(to: node)
        guard !optimizers.isEmpty else { return .unattended }
        guard let newest = state.feedback[node]?.entries.last else { return findings[node].map { .finding($0) } ?? .nothing }
        let inConflict = optimizers.filter { conflicts.contains($0) }
        if !inConflict.isEmpty { return .conflict(inConflict) }
        let event = Int(record.entries[Int(newest)].event), users = optimizers.filter { used[$0].map { event < $0 } ?? false }
        return users.isEmpty ? .waiting : .used(users)
    }
}

extension AttentionMatrix.Meaning {
    /// - Parameter name: the name of an optimizer.
    package func text(in record: GraphRecord, _ name: (OptimizerID) -> String) -> String {
        func names(_ ids: [OptimizerID]) -> String { Words.row(ids, most: 6, name) }
        switch self {
        case .conflict(let ids): return "conflict for \(names(ids))"
        case .used(let ids): return "\(names(ids)) \(ids.count == 1 ? "has" : "have") used it"
        case .finding(let finding):
            let other = finding.nodes.dropFirst().first.map { record.name($0) }
            return switch finding.code {
            case .opaque: "no path: \(other ?? "hidden in a bundle")"
            case .detached: "its data became \(other ?? "another node")"
            default: "not reached"
            }
        case .unattended: return "in no optimizer"
        case .waiting: return ""
        case .nothing: return "no feedback"
        }
    }
}
