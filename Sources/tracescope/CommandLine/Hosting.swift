import Debugging
import TerminalScreen
import Workflows

extension WorkflowOptions {
    /// Makes the host of a session on a file: a workflow, a graph, or a session that was saved.
    ///
    /// - Parameters:
    ///   - opensSessions: whether a saved session is opened; otherwise it is refused when the host starts.
    ///   - readsInput: whether a Python program gets this program's standard input.
    ///   - onPrint: called with each line that the workflow prints.
    func makeHost(
        on input: Result<InputFile, WorkflowFailure>, _ settings: Settings, _ options: SessionOptions, opensSessions: Bool = true,
        readsInput: Bool = true, onPrint: (@Sendable (String) -> Void)? = nil
    ) -> SessionHost {
        var options = options
        options.isReadOnly = readOnly
        if opensSessions, case .success(let input) = input, case .session(let branches) = input.content {
            return SessionHost(
                options, opening: branches, maker: SavedSession.maker(input.folder, writesFiles: writeFiles, onPrint: onPrint))
        }
        let (words, limits, seed) = (arguments, settings.limits, seed)
        // If there is a user at a screen and models may not always be asked, the user sees each question first.
        let answers = options.access.model != nil || options.isInteractive && options.access.live != .always
        return SessionHost(options) { () throws(WorkflowFailure) in
            try WorkflowFile.open(
                input, arguments: words, limits: limits, seed: seed, questions: answers, readsInput: readsInput, onPrint: onPrint)
        }
    }
}
