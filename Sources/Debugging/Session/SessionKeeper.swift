import Trace

/// Keeps sessions in files. It belongs to the session's thread.
package protocol SessionKeeper: AnyObject {
    /// The file in which the session is saved while it runs; nil if it is saved only on request.
    var path: String? { get }
    /// The reason why it is no longer saved; nil if all is well.
    var problem: String? { get }
    /// Writes the news, before anybody sees them. Failures are in `problem`.
    func keep(_ session: Session)
    /// Writes a whole session.
    func save(_ branches: Branches, to path: String) throws(FileProblem)
    /// Reads a saved session, whichever it is.
    func open(_ path: String) throws(FileProblem) -> Branches
    /// The session ends.
    func close()
}

extension SessionKeeper {
    package func open(_ path: String) throws(FileProblem) -> Branches { throw FileProblem(reason: "sessions cannot be opened here") }
}

/// The way in which a session is being saved, for a screen.
package struct Keeping: Sendable, Hashable {
    package var path: String
    package var problem: String?

    package init(path: String, problem: String? = nil) {
        self.path = path
        self.problem = problem
    }
}
