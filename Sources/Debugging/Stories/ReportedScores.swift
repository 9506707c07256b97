import Trace

/// The scores that a workflow has reported, with their places in the log. A value has the last score that was reported while it was there.
package struct ReportedScores: Sendable {
    /// The name of the score: of several, the first reported one.
    package private(set) var name: String?
    private var events: [Int] = []
    private var values: [Double] = []

    package init(_ state: GraphState, _ record: GraphRecord) {
        // Most workflows report none, and need no look at the log.
        guard !record.reports.scores.isEmpty else { return }
        for place in 0..<min(state.events, record.log.count) {
            guard case .score(let index) = record.log[place].event else { continue }
            let score = record.reports.scores[index]
            if name == nil { name = score.name }
            guard score.name == name else { continue }
            events.append(place + 1)
            values.append(score.value)
        }
    }

    /// The last score after an event and before another one.
    ///
    /// - Parameter next: nil for the end.
    package func score(after event: Int, before next: Int?) -> Double? {
        let end = next.map { next in events.partition { $0 >= next } } ?? events.count
        guard end > 0, events[end - 1] > event else { return nil }
        return values[end - 1]
    }
}
