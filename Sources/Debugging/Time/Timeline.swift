import Trace

/// States of a session now and then, from which the others are folded.
package struct Checkpoints: Sendable {
    private var states: [GraphState] = [GraphState()]
    /// How many events there are when the next one is due.
    private(set) var next = 1024
    /// Events between checkpoints; doubled when there are many, so that keeping them stays cheap on long logs.
    private var interval = 1024
    private static let most = 128

    package init() {}

    package mutating func keep(_ state: GraphState) {
        guard state.events >= next else { return }
        states.append(state)
        if states.count > Self.most {
            interval *= 2
            states = states.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        }
        next = (states.last?.events ?? 0) + interval
    }

    /// The state after so many events.
    package func state(at moment: Int, in record: GraphRecord) -> GraphState {
        var low = 0, high = states.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if states[middle].events <= moment { low = middle } else { high = middle }
        }
        return record.fold(from: states[low], to: moment) { state(at: $0, in: record) }
    }
}

/// The moments of a session: gives the state after any number of events, from checkpoints and the log.
package final class Timeline {
    private unowned let engine: Engine
    private var checkpoints: Checkpoints

    package init(of engine: Engine, checkpoints: Checkpoints = Checkpoints()) {
        self.engine = engine
        self.checkpoints = checkpoints
        engine.stateAt = { [unowned self] in state(at: $0) }
    }

    /// To be called between operations.
    package func keep() {
        guard engine.events >= checkpoints.next else { return }
        checkpoints.keep(engine.state)
    }

    /// The state after so many events.
    package func state(at moment: Int) -> GraphState {
        moment >= engine.state.events ? engine.state : checkpoints.state(at: moment, in: engine.record)
    }
}
