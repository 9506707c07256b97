import Trace

/// A command line, and who wants to know what came of it.
package struct Request: Sendable {
    package var line: String
    package var reply: @Sendable (Result<Outcome, ErrorReport>) -> Void

    package init(_ line: String, reply: @escaping @Sendable (Result<Outcome, ErrorReport>) -> Void) {
        self.line = line
        self.reply = reply
    }
}

/// Where a session's requests come from. Called on the engine's thread.
package protocol RequestSource: AnyObject {
    /// The next request; waits for one. Nil ends the session.
    func next(_ session: Session) -> Request?
    /// Whether there will be no more of them.
    var isClosed: Bool { get }
    /// A command was done, or the workflow was paused or let go.
    func changed(_ session: Session)
    /// A language model is asked, and how far that has come; nil when it is over.
    func asks(_ model: (any LanguageModel)?, _ activity: ModelActivity?)
    /// The engine has done something while the workflow runs.
    func moved(_ session: Session)
}
