import ArgumentParser
import Debugging
import Trace

/// `tracescope check`: runs a workflow to its end and lists its problems.
struct Check: ParsableCommand {
    enum Severity: String, ExpressibleByArgument, CaseIterable { case warning, error }

    static let configuration = CommandConfiguration(
        abstract: "Run a workflow to its end and print the problems found.",
        discussion:
            "Exit status: 0 no problem of the given severity, 1 at least one, 2 wrong usage, 3 the workflow failed or could not be loaded."
    )

    @Option(help: "Format of the problems: text or json.") var format: Execute.Format = .text
    @Option(help: "Lowest severity that fails the check: warning or error.") var failOn: Severity = .warning
    @Flag(name: .shortAndLong, help: "Drop the workflow's output, which otherwise goes to standard error.") var quiet = false
    @OptionGroup var workflow: RunToEnd

    func run() throws {
        if format == .text { Output.linkPlaces(in: workflow.file) }
        try workflow.run(quiet: quiet, refused: { Output.line(format == .json ? $0.problems.line : $0.problemText) }) { host, end in
            try list(host, end)
        }
    }

    private func list(_ host: SessionHost, _ end: RunOptions.End) throws {
        guard case .success(let problems) = host.perform("problems") else {
            throw Output.failure("the workflow could not be run", .workflowFailed)
        }
        Output.line(format == .json ? problems.json.line : problems.text)
        switch end {
        case .failed(let message): throw Output.failure(message, .workflowFailed)
        case .late: throw Output.failure("the workflow was still running and was interrupted", .workflowFailed)
        case .ended: break
        }
        let severities = (problems.json["problems"]?.items ?? []).compactMap { $0["severity"]?.text }
        let failing = failOn == .error ? ["error"] : ["error", "warning"]
        if severities.contains(where: failing.contains) { throw ExitStatus.commandFailed.code }
    }
}

extension WorkflowFailure {
    private static var advice: String { "correct the file" }

    /// A workflow that cannot be loaded, as the only problem there is.
    fileprivate var problems: JSON {
        [
            "problems": .array([
                [
                    "code": "workflow-failed", "severity": "error", "message": .string(message), "nodes": [], "optimizers": [],
                    "event": .null, "file": JSON(site?.file), "line": JSON(site?.line), "fix": .string(Self.advice), "times": 1,
                    "by_hand": false, "stack": [],
                ]
            ])
        ]
    }

    fileprivate var problemText: String { "error: \(message) [workflow-failed]\n    \(Self.advice)" }
}
