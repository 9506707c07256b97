import ArgumentParser
import Debugging
import Trace
import Workflows

/// `tracescope check`: runs a workflow to its end and lists its problems.
struct Check: ParsableCommand {
    enum Severity: String, ExpressibleByArgument, CaseIterable { case warning, error }

    static let configuration = CommandConfiguration(
        abstract: "Run a workflow to its end and print the problems found.",
        discussion:
            "Exit status: 0 no problem of the severity given, 1 there are some, 2 wrong usage, 3 the workflow could not be loaded or failed."
    )

    @Argument(help: ArgumentHelp("The workflow.", valueName: "file")) var file: String
    @Option(help: "What the problems are printed as: text or json.") var format: Execute.Format = .text
    @Option(help: "The least severity that fails the check: warning or error.") var failOn: Severity = .warning
    @Option(help: "Give up when the workflow takes longer, in seconds.") var timeLimit: Double?
    @OptionGroup var workflow: WorkflowOptions

    func run() throws {
        let limits = try workflow.settings().limits
        let (path, words) = (file, workflow.arguments)
        let host = SessionHost(interactive: false) { () throws(WorkflowFailure) in
            let runtime = try LuaRuntime(path: path, arguments: words, memoryLimit: limits.memory, nodeLimit: limits.nodes)
            runtime.onPrint = { Output.complain($0) }
            return runtime
        }
        Interruption.watch()
        host.start()
        host.waitUntilLoaded()
        if let failure = host.loadFailure { throw fail(failure.message, .workflowFailed) }
        let deadline = timeLimit.map { ContinuousClock.now + .seconds($0) }
        let end = host.perform("continue") { Interruption.isWanted || (deadline.map { ContinuousClock.now > $0 } ?? false) }
        if Interruption.isWanted { throw fail("interrupted", .interrupted) }
        guard case .success(let outcome) = end, case .success(let problems) = host.perform("problems") else {
            throw fail("the workflow could not be run", .workflowFailed)
        }
        Output.line(format == .json ? problems.json.line : problems.text)
        defer { host.close() }
        if outcome.failed { throw fail(host.snapshot?.reason ?? "the workflow failed", .workflowFailed) }
        if case .string("paused")? = outcome.json["state"] {
            throw fail("the workflow was still running and was interrupted", .workflowFailed)
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
