import Synchronization

/// The wish to pause a running program, from any thread.
final class Interruption: Sendable {
    private let isWanted = Atomic(false)

    func request() { isWanted.store(true, ordering: .releasing) }

    /// Whether there was a wish, which is then forgotten.
    func take() -> Bool { isWanted.load(ordering: .relaxed) && isWanted.exchange(false, ordering: .acquiring) }
}
