import ArgumentParser
import Debugging
import Trace

/// `tracescope compare`: finds where two runs part.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare two saved sessions or workflows: the first difference, and all that follows from it.",
        discussion: """
            A saved session is compared as it was saved; FILE@BRANCH names one of its branches. A workflow, also one in Python, or a graph in a \
            file is run to its end. Events are compared by their contents; their lines and the numbers of nodes may differ.
            Exit status: 0 nothing differs, 1 something does, 2 wrong usage, 3 a file could not be loaded.
            """)

    @Argument(help: ArgumentHelp("The first one.", valueName: "a")) var left: String
    @Argument(help: ArgumentHelp("The second one.", valueName: "b")) var right: String
    @Option(help: "Format of the comparison: text or json.") var format: Execute.Format = .text
    @Flag(help: "Print it as one line of JSON, as --format json.") var json = false
    @Flag(help: "Leave nothing out of long lists.") var all = false
    @Flag(name: .shortAndLong, help: "Drop the workflows' output, which otherwise goes to standard error.") var quiet = false
    @OptionGroup var options: RunOptions

    func run() throws {
        let comparison = Comparison(try side(left), try side(right))
        let outcome = comparison.outcome(showingAll: all)
        if json || format == .json { outcome.writeJSON(Output.write) } else { outcome.writeText(Output.write) }
        Output.write("\n")
        if !comparison.isEqual { throw ExitStatus.commandFailed.code }
    }

    private func side(_ word: String) throws -> ComparedRun {
        let (path, branch) = SessionSide(word).parts
        // A file whose own name has an @ in it is meant as it is.
        let isNamed = branch != nil && !InputFile.exists(word)
        let input = try InputFile.read(isNamed ? path : word)
        if case .success(let file) = input, case .session(let branches) = file.content {
            do throws(FileProblem) {
                return try SessionSide.run(of: branches, named: isNamed ? branch : nil, path: file.shownPath)
            } catch {
                throw Output.failure("\(word): \(error.reason)", .workflowFailed)
            }
        }
        var run: ComparedRun?
        try options.run(input, quiet: quiet) { host, end, _ in
            switch end {
            case .late: throw Output.failure("\(word): the workflow was still running and was interrupted", .workflowFailed)
            // A workflow that fails is compared as far as it came.
            case .failed(let message): Output.error("\(word): \(message)")
            case .ended: break
            }
            run = host.snapshot.map { ComparedRun($0, title: word) }
        }
        guard let run else { throw Output.failure("\(word): the workflow could not be run", .workflowFailed) }
        return run
    }
}
