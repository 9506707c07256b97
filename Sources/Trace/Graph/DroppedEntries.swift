extension GraphRecord {
    /// The entries that were dropped from some nodes by hand and could be put back: nothing has cleared the node since, nor undone the drop.
    ///
    /// - Parameter moment: as many events. The time is linear in them.
    /// - Returns: indices into the record, oldest first.
    package func dropped(from nodes: [NodeID], at moment: Int) -> [Int32] {
        guard !selections.isEmpty else { return [] }
        let nodes = Set(nodes)
        // The few events that matter, so that an undo can begin again from an earlier one.
        let steps = log.prefix(moment).enumerated().compactMap { number, logged -> (event: Int, change: TraceEvent)? in
            switch logged.event {
            case .drop, .putBack, .restore: (number, logged.event)
            case .zero(let index) where zeroes[index].cleared.contains(where: nodes.contains): (number, logged.event)
            default: nil
            }
        }
        return dropped(from: nodes, after: steps[...]).sorted()
    }

    private func dropped(from nodes: Set<NodeID>, after steps: ArraySlice<(event: Int, change: TraceEvent)>) -> Set<Int32> {
        var dropped = Set<Int32>()
        // What the last undo went back to decides everything before it.
        let undo = steps.last { if case .restore = $0.change { true } else { false } }
        var rest = steps
        if let undo, case .restore(let moment) = undo.change {
            dropped = self.dropped(from: nodes, after: steps.prefix { $0.event < moment })
            rest = steps.drop { $0.event <= undo.event }
        }
        for step in rest {
            switch step.change {
            case .drop(let index): dropped.formUnion(selections[index].filter { nodes.contains(entries[Int($0)].node) })
            case .putBack(let index): dropped.subtract(selections[index])
            case .zero(let index):
                let cleared = Set(zeroes[index].cleared)
                dropped = dropped.filter { !cleared.contains(entries[Int($0)].node) }
            default: break
            }
        }
        return dropped
    }
}
