/// States of an engine now and then, from which the others are folded.
struct Checkpoints: Sendable {
    private var states: [GraphState] = [GraphState()]
    /// Number of events at which the next one is due.
    private(set) var next = 1024
    /// Events between checkpoints; doubled when there are many, so that keeping them stays cheap on long logs.
    private var interval = 1024
    private static let most = 128

    mutating func keep(_ state: GraphState) {
        guard state.events >= next else { return }
        states.append(state)
        if states.count > Self.most {
            interval *= 2
            states = states.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        }
        next = (states.last?.events ?? 0) + interval
    }

    /// The state after a number of events.
    func state(at moment: Int, in record: GraphRecord) -> GraphState {
        var low = 0, high = states.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if states[middle].events <= moment { low = middle } else { high = middle }
        }
        return record.fold(from: states[low], to: moment) { state(at: $0, in: record) }
    }
}

extension Engine {
    /// The state after a number of events.
    public func state(at moment: Int) -> GraphState {
        moment >= state.events ? state : checkpoints.state(at: moment, in: record)
    }

    /// Goes back to the feedback, the values and the freed marks of an earlier event.
    public func restore(to moment: Int) {
        operation {
            let earlier = state(at: moment)
            store.restore(earlier, of: moment)
        }
    }
}
