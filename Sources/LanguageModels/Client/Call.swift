import Foundation
import Trace

/// One call of `complete`: its caller waits on it, and the loop's thread puts progress and results into it.
final class Call: Sendable {
    /// Progress that the caller has not taken yet. Text grows in place: the caller may be slow.
    private struct Event {
        var request: Int
        var text = ""
        /// Anything but text.
        var other: ModelProgress?
        var progress: ModelProgress { other ?? .text(text) }
    }
    private struct State {
        var events: [Event] = []
        var results: [Result<ModelAnswer, ModelError>?]
        var isCancelled = false
    }
    private let condition = NSCondition()
    // Guarded by `condition`: read and written only inside `withLock` and `wait`.
    nonisolated(unsafe) private var state: State

    init(count: Int) { state = State(results: Array(repeating: nil, count: count)) }

    private func withLock<T>(_ body: (inout State) -> T) -> T {
        condition.lock()
        defer { condition.unlock() }
        return body(&state)
    }

    var isCancelled: Bool { withLock { $0.isCancelled } }

    func post(text: String, request: Int) {
        post(request) { state in
            if let last = state.events.indices.last, state.events[last].request == request, state.events[last].other == nil {
                state.events[last].text += text
            } else {
                state.events.append(Event(request: request, text: text))
            }
        }
    }

    func post(retryAfter seconds: Double, reason: String, request: Int) {
        post(request) { $0.events.append(Event(request: request, other: .retry(afterSeconds: seconds, reason: reason))) }
    }

    private func post(_ request: Int, _ add: (inout State) -> Void) {
        withLock { state in
            guard state.results[request] == nil else { return }
            add(&state)
            condition.broadcast()
        }
    }

    func finish(_ request: Int, _ result: Result<ModelAnswer, ModelError>) {
        withLock { state in
            guard state.results[request] == nil else { return }
            state.results[request] = result
            state.events.append(Event(request: request, other: .finished(result)))
            condition.broadcast()
        }
    }

    /// Ends all that has no result yet. The caller goes on at once, whatever the connections do.
    func cancel() {
        withLock { state in
            state.isCancelled = true
            for request in state.results.indices where state.results[request] == nil {
                state.results[request] = .failure(ModelError(.cancelled, "it was cancelled"))
            }
            condition.broadcast()
        }
    }

    /// Waits for all results, and hands progress on meanwhile, without the lock.
    func wait(progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
        while true {
            condition.lock()
            while state.events.isEmpty, !state.isCancelled, state.results.contains(where: { $0 == nil }) { condition.wait() }
            let events = state.isCancelled ? [] : state.events
            state.events = []
            let results = state.results.compactMap { $0 }
            let isDone = events.isEmpty && results.count == state.results.count
            condition.unlock()
            if isDone { return results }
            for event in events { progress(event.request, event.progress) }
        }
    }
}
