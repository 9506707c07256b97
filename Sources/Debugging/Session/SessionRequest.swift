import Trace

/// A command, and the receiver of its result.
package struct SessionRequest: Sendable {
    package enum Order: Sendable, Equatable {
        /// As it was typed, or as it is in a script.
        case line(String)
        case invocation(Invocation)
    }
    let order: Order
    /// The number that its sender gave it, to know the reply by.
    let number: Int
    /// The command with its arguments, once they are known.
    var invocation: Invocation?
    /// The command as a line, for the log and the history.
    var line: String
    /// Whether it is only a notice that the program, which runs elsewhere, is lost.
    private(set) var isLoss = false
    private let deliver: @Sendable (Reply) -> Void

    package init(_ order: Order, number: Int = 0, deliver: @escaping @Sendable (Reply) -> Void) {
        self.order = order
        self.number = number
        self.deliver = deliver
        switch order {
        case .line(let text): line = text
        case .invocation(let call): (line, invocation) = (call.command, call)
        }
    }

    /// A notice that the program is lost. Not a command, and without a reply.
    static var loss: SessionRequest {
        var request = SessionRequest(.line("")) { _ in }
        request.isLoss = true
        return request
    }

    func reply(_ result: Result<Outcome, ErrorReport>) {
        deliver(Reply(number: number, line: line, invocation: invocation, result: result))
    }
}

/// The result of a request.
package struct Reply: Sendable {
    /// The number that the request's sender gave it.
    package var number: Int
    /// The command as a line.
    package var line: String
    /// The command with its arguments; nil if they could not be read.
    package var invocation: Invocation?
    package var result: Result<Outcome, ErrorReport>

    package init(number: Int, line: String, invocation: Invocation? = nil, result: Result<Outcome, ErrorReport>) {
        self.number = number
        self.line = line
        self.invocation = invocation
        self.result = result
    }

    /// The command's full name; nil if it could not be read.
    package var command: String? { invocation?.command }
    package var outcome: Outcome? { try? result.get() }
}

/// The source of a session's requests. Called on the engine's thread.
package protocol RequestSource: AnyObject {
    /// The next request; waits for one. Nil ends the session.
    func next(_ session: Session) -> SessionRequest?
    /// Whether there will be no more of them.
    var isClosed: Bool { get }
    /// A command was done, or the workflow was paused or resumed.
    func changed(_ session: Session)
    /// A language model is asked, and how far that has come; nil when it is over.
    func asks(_ model: (any LanguageModel)?, _ activity: ModelActivity?)
    /// The engine has done something while the workflow runs.
    func moved(_ session: Session)
    /// Whether the workflow was interrupted only to be looked at, and goes on. Asked once for each interruption.
    func takesGlance() -> Bool
    /// The workflow has printed a line that is shown once it is saved: `changed` saves it, if nothing does before.
    func savesSoon()
}

extension RequestSource {
    package func takesGlance() -> Bool { false }
    package func savesSoon() {}
}
