extension GraphRecord {
    /// The entries that were dropped from some nodes by hand and can be put back: those whose node has not been zeroed since, and whose drop
    /// was not undone.
    ///
    /// - Parameter moment: as many events. The time is linear in them.
    /// - Returns: indices into the record, oldest first.
    package func dropped(from nodes: [NodeID], at moment: Int) -> [Int32] {
        guard !selections.isEmpty else { return [] }
        let nodes = Set(nodes)
        // From the end, leaving out the events that were undone.
        var lasting: [TraceEvent] = [], end = moment
        for number in stride(from: min(moment, log.count) - 1, through: 0, by: -1) where number < end {
            let event = log[number].event
            switch event {
            case .restore(let earlier): end = earlier
            case .drop, .putBack, .zero: lasting.append(event)
            default: break
            }
        }
        var dropped = Set<Int32>()
        for event in lasting.reversed() {
            switch event {
            case .drop(let index): dropped.formUnion(selections[index].filter { nodes.contains(entries[Int($0)].node) })
            case .putBack(let index): dropped.subtract(selections[index])
            case .zero(let index) where !dropped.isEmpty:
                switch zeroes[index].scope {
                case .all: dropped = []
                case .node(let node): dropped = dropped.filter { entries[Int($0)].node != node }
                case .optimizer(let id):
                    let zeroed = Set(optimizers[id.index].distinctParameters)
                    dropped = dropped.filter { !zeroed.contains(entries[Int($0)].node) }
                }
            default: break
            }
        }
        return dropped.sorted()
    }
}
