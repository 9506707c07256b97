import ArgumentParser
import Debugging
import Trace

/// `tracescope check`: runs a workflow to its end and lists its problems.
struct Check: ParsableCommand {
    enum Severity: String, ExpressibleByArgument, CaseIterable { case warning, error }

    static let configuration = CommandConfiguration(
        abstract: "Run a workflow to its end and print the problems found.",
        discussion:
            "Exit status: 0 no problem of the severity given, 1 there are some, 2 wrong usage, 3 the workflow could not be loaded or failed."
    )

    @Argument(help: ArgumentHelp("The workflow, or a graph in a file.", valueName: "file")) var file: String
    @Option(help: "What the problems are printed as: text or json.") var format: Execute.Format = .text
    @Option(help: "The least severity that fails the check: warning or error.") var failOn: Severity = .warning
    @Option(help: "Give up when the workflow takes longer, in seconds.") var timeLimit: Double?
    @OptionGroup var workflow: WorkflowOptions

    func validate() throws {
        if let timeLimit, timeLimit <= 0 { throw ValidationError("--time-limit is a number of seconds above 0") }
    }

    func run() throws {
        let settings = try workflow.settings()
        let limits = settings.limits, models = try workflow.models.setupWithoutServer(settings)
        let (path, words) = (file, workflow.arguments)
        let host = SessionHost(interactive: false, access: models.access) { () throws(WorkflowFailure) in
            try WorkflowFile.open(path, arguments: words, limits: limits) { Output.complain($0) }
        }
        Interruption.watch()
        host.start()
        host.waitUntilLoaded()
        if let failure = host.loadFailure { throw fail(failure.message, .workflowFailed) }
        defer {
            host.close()
            models.reportEnd()
        }
        let end = RunToEnd.run(host, timeLimit: timeLimit)
        if case .interrupted = end { throw fail("interrupted", .interrupted) }
        guard case .success(let problems) = host.perform("problems") else { throw fail("the workflow could not be run", .workflowFailed) }
        Output.line(format == .json ? problems.json.line : problems.text)
        switch end {
        case .failed(let message): throw fail(message, .workflowFailed)
        case .late: throw fail("the workflow was still running and was interrupted", .workflowFailed)
        case .ended, .interrupted: break
        }
        let severities = (problems.json["problems"]?.items ?? []).compactMap { $0["severity"]?.text }
        let failing = failOn == .error ? ["error"] : ["error", "warning"]
        if severities.contains(where: failing.contains) { throw ExitStatus.commandFailed.code }
    }

    private func fail(_ message: String, _ status: ExitStatus) -> ExitCode {
        Output.error(message)
        return status.code
    }
}
