import Debugging

/// Changes over time: messages that go, views that play, and searches.
extension Screen {
    /// Whether the picture changes by time alone.
    package var isBusy: Bool { isRunning || context.isAsking || !context.requests.isEmpty }

    /// The time from now until time alone changes the picture; nil if it does not.
    package func pause(from time: ContinuousClock.Instant) -> Duration? { context.messages.rest(from: time) }

    /// Whether a view plays.
    package var isPlaying: Bool { views.overlays.views.contains { $0.isPlaying(context) } }

    /// Lets playing views go on.
    package mutating func play() -> [Effect] { views.overlays.ids.flatMap { ask($0, .tick).effects } }

    package var isSearching: Bool { views.isSearching(context) }

    /// Goes on searching, for about a millisecond.
    package mutating func search() {
        for id in views.order + views.overlays.ids where views[id]?.isSearching(context) == true {
            perform(look(in: id) { $0.search($1) } ?? [], for: id)
        }
    }
}
