import Trace

/// Keeps sessions in files. It belongs to the session's thread.
package protocol SessionKeeper: AnyObject {
    /// The file that the session is kept in as it goes on; nil if it is saved only when that is asked for.
    var path: String? { get }
    /// Why it is not kept any more; nil if all is well.
    var problem: String? { get }
    /// Writes what is new, before anybody sees it. What goes wrong is told by `problem`.
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

/// How a session is being kept, for a screen.
package struct Keeping: Sendable, Hashable {
    package var path: String
    package var problem: String?

    package init(path: String, problem: String? = nil) {
        self.path = path
        self.problem = problem
    }
}
