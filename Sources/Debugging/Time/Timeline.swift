import Trace

/// The moments of a session: gives the state after any number of events, from checkpoints and the log.
package final class Timeline {
    private unowned let engine: Engine
    private var checkpoints: [GraphState] = [GraphState()]
    /// The events before the last checkpoint that was taken.
    private var kept = 0
    /// Events between checkpoints; doubled when there are many, so that keeping them stays cheap on long logs.
    private var interval = 1024
    private static let most = 128

    package init(of engine: Engine) {
        self.engine = engine
        engine.stateAt = { [unowned self] in state(at: $0) }
    }

    /// To be called between operations.
    package func keep() {
        guard engine.events - kept >= interval else { return }
        checkpoints.append(engine.state)
        kept = engine.events
        guard checkpoints.count > Self.most else { return }
        interval *= 2
        checkpoints = checkpoints.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }

    /// The state after so many events.
    package func state(at moment: Int) -> GraphState {
        if moment >= engine.state.events { return engine.state }
        var low = 0, high = checkpoints.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if checkpoints[middle].events <= moment { low = middle } else { high = middle }
        }
        return engine.record.fold(from: checkpoints[low], to: moment) { self.state(at: $0) }
    }
}
