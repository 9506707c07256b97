import Trace

/// Saves a session while it runs, and shows the lines that its workflow prints once they are saved.
///
/// A line that was seen is in the file, even if the program is killed. A transaction for each of many lines would take most of the
/// time: the lines of a few milliseconds are saved together and shown together.
final class Saving {
    let keeper: (any SessionKeeper)?
    /// Pending calls that show the lines not saved yet, in order.
    private var held: [() -> Void] = []
    private var isBehind = false
    private var lastTime = ContinuousClock.now - span
    private static let span = Duration.milliseconds(20)

    init(_ keeper: (any SessionKeeper)?) { self.keeper = keeper }

    /// Saves the news, and shows the lines that waited for it.
    func keep(_ session: Session) {
        keeper?.keep(session)
        lastTime = .now
        isBehind = false
        let lines = held
        held = []
        for show in lines { show() }
    }

    /// Saves a line that the workflow has printed, or lets it wait for those that follow.
    ///
    /// - Parameter waits: called where it waits: `keep` must come soon, whatever the workflow does.
    func printed(_ session: Session, waits: () -> Void) {
        guard let keeper, keeper.path != nil, keeper.problem == nil else { return }
        // If a running workflow cannot be looked at, the line could not be saved later.
        guard session.runtime.glance != nil, ContinuousClock.now - lastTime < Self.span else { return keep(session) }
        if !isBehind { waits() }
        isBehind = true
    }

    /// Shows a line now, or when it is saved.
    func show(_ body: @escaping () -> Void) {
        if isBehind { held.append(body) } else { body() }
    }

    /// Shows what still waits, at the end of the session.
    func finish(_ session: Session) {
        if isBehind { keep(session) }
    }
}
