import Debugging
import PythonPrograms
import TerminalScreen
import Trace
import Workflows

extension WorkflowOptions {
    /// Makes the host of a session on a file: a workflow, a graph, or a session that was saved.
    ///
    /// - Parameters:
    ///   - opensSessions: whether a saved session is opened; otherwise it is refused when the host starts.
    ///   - readsInput: whether a Python program gets this program's standard input.
    ///   - children: where the processes connect that a Python program starts; nil if they are left alone.
    ///   - onPrint: called with each line that the workflow prints.
    func makeHost(
        on input: Result<InputFile, WorkflowFailure>, _ settings: Settings, _ options: SessionOptions, opensSessions: Bool = true,
        readsInput: Bool = true, children: ChildPrograms? = nil, onPrint: (@Sendable (String) -> Void)? = nil
    ) -> SessionHost {
        var options = options
        options.isReadOnly = readOnly
        if opensSessions, case .success(let input) = input, case .session(let branches) = input.content {
            return SessionHost(
                options, opening: branches, maker: SavedSession.maker(input.folder, writesFiles: writeFiles, onPrint: onPrint))
        }
        let (words, limits, seed) = (arguments, settings.limits, seed)
        let answers = options.holdsQuestions
        return SessionHost(options) { () throws(WorkflowFailure) in
            try WorkflowFile.open(
                input, arguments: words, limits: limits, seed: seed, questions: answers, readsInput: readsInput, children: children,
                onPrint: onPrint)
        }
    }
}

extension SessionOptions {
    /// Whether the questions of a Python program are answered from here. If there is a user at a screen and models may not always be
    /// asked, the user sees each first.
    var holdsQuestions: Bool { access.model != nil || isInteractive && access.live != .always }
}

extension SessionHost {
    /// Waits until the workflow is loaded: to compile a large text can take long.
    ///
    /// - Parameter timeLimit: in seconds; nil for none.
    /// - Throws: if the user interrupts it, or the time is over.
    func load(_ input: Result<InputFile, WorkflowFailure>, timeLimit: Double?) throws {
        let deadline = timeLimit.map { ContinuousClock.now + .seconds($0) }
        if waitUntilLoaded(isOver: { KeyboardInterrupt.isWanted || deadline.map { ContinuousClock.now > $0 } ?? false }) { return }
        end()
        let name = (try? input.get().shownPath) ?? "the workflow"
        if KeyboardInterrupt.isWanted { throw Output.failure("interrupted while \(name) was loaded", .interrupted) }
        throw Output.failure("\(name) was not loaded after \(Value.text(of: timeLimit ?? 0)) s, and was interrupted", .workflowFailed)
    }
}
